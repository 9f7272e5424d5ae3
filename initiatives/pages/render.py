"""How a page is drawn: what every content page knows, whichever it is."""

from typing import Any, cast

from django.conf import settings
from django.http import HttpRequest
from django.template.response import TemplateResponse
from django.urls import ResolverMatch
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from ..language import LANGUAGES, OTHER_LANGUAGE
from ..models import Objective, Page, Revision
from ..models.addresses import path_in, path_to
from ..models.publisher import publisher
from ..models.withdrawal import gone_or_404
from ..opendata.documents import document_path
from .page_title import PageTitle

# Pages that stand whatever becomes of the content: they never depend on a record.
ALWAYS_THERE = ("about", "accessibility", "privacy", "terms", "changes")
# Pages whose texts the portal wrote itself, and those that show texts of other pages.
PAGE_RULES = dict.fromkeys(("about", "accessibility", "privacy", "opendata", "terms"), "portal")
PAGE_RULES |= {"search": "elsewhere", "changes": "elsewhere"}


def main_objective(of: Page | None = None) -> Objective:
    """Return the objective that the portal is about, with its strategy: for the page `of` an item, if given.

    Raises Gone where it was withdrawn, Http404 where there is no content.
    """
    if objective := published_objective():
        return objective
    raise gone_or_404(Objective.objects.main(), of=of)


def published_objective() -> Objective | None:
    """Return the objective that the portal is about, if readers may see it."""
    objectives = Objective.objects.published().main().with_last_change().with_listed_worksites()
    return objectives.with_terms().joining("strategy", "pillar").first()


def render_page(
    request: HttpRequest,
    title: PageTitle,
    page: Page | None = None,
    *,
    beneath: dict[str, str] | None = None,
    query: str = "",
    **context: Any,
) -> TemplateResponse:
    """Return the page at this address, drawn by the template of its name; pages of all items share theirs.

    `page` is the item that it shows, and `beneath` what follows the address of that item, per language;
    `query` is for the link to the other language alone. The objective is the main one, unless `context` has
    another; a page that is always there does without. Raises Gone or Http404 where others have none.
    """
    # A view is called for an address of its own, and each of these has a name.
    match = cast(ResolverMatch, request.resolver_match)
    url_name = cast(str, match.url_name)
    objective = context.get("objective") or (
        published_objective() if url_name in ALWAYS_THERE else main_objective(page)
    )
    rule = "elsewhere" if beneath else PAGE_RULES.get(url_name)
    context |= {
        "base_template": "base.html",
        "url_name": url_name,
        "objective": objective,
        "page": page,
        "item": None if beneath else page,
        "rule": rule,
        "head_title": title.head,
        "page_title": title.title,
        "page_description": title.described("" if rule or objective is None else legislature(objective)),
        "crumbs": title.crumbs,
        "site_url": settings.SITE_URL,
        "publisher": publisher(),
        **page_addresses(match, page, beneath, query),
    }
    if page:
        context |= history_of(page)
    return TemplateResponse(request, f"{url_name.rpartition('-')[2]}.html", context)  # “versions” of items


def page_addresses(
    match: ResolverMatch, page: Page | None, beneath: dict[str, str] | None, query: str
) -> dict[str, Any]:
    """Return the addresses of a page as its template knows them: in each language, and of its data."""
    language = get_language() or LANGUAGES[0]
    paths = {
        each: page.url_in(each) + (beneath[each] if beneath else "")
        if page
        else path_in(each, f"initiatives:{match.url_name}", **match.kwargs)
        for each in LANGUAGES
    }
    other = OTHER_LANGUAGE[language]
    return {
        "paths": paths,
        "canonical": settings.SITE_URL + paths[language],
        "chooser": chooser_of(match, page),
        "document": document_path(paths[language]) if page and not beneath else None,
        "twin": {"language": other, "path": paths[other] + query},
    }


def chooser_of(match: ResolverMatch, page: Page | None) -> str:
    """Return where readers who want neither language choose: of an item and its versions, the permalink."""
    if not page:
        return path_in(None, "chooser")
    return f"{page.permalink}/{match.kwargs['number']}" if "number" in match.kwargs else page.permalink


def legislature(objective: Objective) -> str:
    """Return of which legislature the content is, as a sentence."""
    strategy = objective.strategy
    years = {"start": strategy.legislature_start, "end": strategy.legislature_end}
    return _("Legislature %(start)s–%(end)s.") % years


def history_of(page: Page) -> dict[str, Any]:
    """Return the last changes of an item, and where its versions and its feed are."""
    changes = Revision.objects.published().changes().outlined().of(page)
    kind, words = page._meta.model_name, page.url_kwargs()
    return {
        "page_changes": changes[:3],
        "versions_path": path_to(f"{kind}-versions", **words),
        "feed_path": path_to(f"{kind}-feed", **words),
    }
