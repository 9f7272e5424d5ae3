"""What others point at: the permalink of an item, and the picture beside a link to it."""

from collections.abc import Iterable
from dataclasses import replace
from typing import Any, NamedTuple, TypeGuard

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.cache import patch_vary_headers
from django.utils.translation import get_language, override
from django.utils.translation import gettext as _
from django.utils.translation.trans_real import parse_accept_lang_header
from django.views.decorators.http import require_safe

from accounts.characters import plain_line

from ..language import LANGUAGES, OTHER_LANGUAGE
from ..models import Objective, Office, Organisation, Page, Revision, Sector, Term, Worksite
from ..models.addresses import path_in
from ..models.publisher import publisher
from ..models.querysets import RecordQuerySet
from ..models.withdrawal import get_or_gone, measure_or_gone
from ..opendata.documents import document_path
from . import titles
from .render import main_objective
from .share_image import Plate, draw_plate
from .versions import VERSIONS

Item = Page | Term
MODELS: tuple[type[Item], ...] = (Objective, Worksite, Sector, Office, Organisation, Term)
KINDS: dict[str, type[Item]] = {model._meta.model_name or "": model for model in MODELS}
JSON = "application/json"


def find(kind: str, code: str) -> Item:
    """Return the published item with this permalink. Raises Gone or Http404."""
    if kind not in KINDS:
        raise Http404
    rows: RecordQuerySet[Any] = KINDS[kind].objects.all()
    item: Item = get_or_gone(rows, code=code)
    return item


# Permalinks ------------------------------------------------------------------------------------------


def preferred_language(languages: Iterable[str], header: str) -> str | None:
    """Return the one of `languages` that Accept-Language asks for most, or None where two are equal.

    A range stands for its regional variants and the other way round: nl, nl-BE and nl-NL all ask for Dutch
    (RFC 9110, section 12.5.4).
    """
    asked = [(name.partition("-")[0], quality) for name, quality in parse_accept_lang_header(header)]
    wish = {}
    for language in languages:
        wishes = [quality for name, quality in asked if name == language]
        wish[language] = max(wishes or [quality for name, quality in asked if name == "*"], default=0)
    best = [language for language in languages if wish[language] == max(wish.values())]
    return best[0] if len(best) == 1 else None


class Wish(NamedTuple):
    """What a reader of a permalink would have: the language, or None, and whether the data or the page."""

    language: str | None
    is_data: bool


def wish_of(request: HttpRequest) -> Wish:
    """Return what a request for a permalink wishes to have."""
    language = preferred_language(LANGUAGES, request.headers.get("Accept-Language", ""))
    return Wish(language, request.get_preferred_type(["text/html", JSON]) == JSON)


def has_page(item: Item) -> TypeGuard[Page]:
    return isinstance(item, Page) and not getattr(item, "is_reference", False)


def item_paths(item: Item) -> dict[str, str]:
    """Return `{language: path}` of the page of an item, or of the place that records it by title only."""
    if has_page(item) or isinstance(item, Term):
        return {language: item.url_in(language) for language in LANGUAGES}
    main = main_objective()
    return {language: f"{main.url_in(language)}#objectives" for language in LANGUAGES}


def version_paths(item: Item, number: int) -> dict[str, str]:
    """Return `{language: path}` of a public version of an item. Raises Http404 where there is none."""
    if not Revision.objects.published().of(item).filter(number=number).exists():
        raise Http404
    if not has_page(item):
        return item_paths(item)
    return {language: f"{item.url_in(language)}{VERSIONS[language]}{number}/" for language in LANGUAGES}


@require_safe
def permalink(request: HttpRequest, kind: str, code: str, number: int | None = None) -> HttpResponse:
    """Lead to the page of an item, or of a version of it, in the reader's language, or let the reader choose.

    A measure is a place on the page of its worksite. Leads to the data of the item where JSON is asked for.
    """
    anchor = ""
    if kind == "measure" and number is None:
        measure = measure_or_gone(code)
        kind, code, anchor = "worksite", measure.worksite.code, f"#{measure.anchor}"
    item = find(kind, code)
    paths = version_paths(item, number) if number is not None else item_paths(item)
    language, is_data = wish_of(request)
    if number is None and has_page(item) and is_data:
        path = document_path(paths[language or settings.LANGUAGE_CODE])  # It holds both languages.
    else:
        paths = {each: path + anchor for each, path in paths.items()}
        path = paths[language] if language else ""
    response: HttpResponse
    if path:
        response = HttpResponseRedirect(path, status=303)
    else:
        context = {"item": item, "paths": paths, "site_url": settings.SITE_URL, "publisher": publisher()}
        context |= titles.of_choice(item, str(number or anchor.removeprefix("#")))
        response = render(request, "permalink.html", context)
    patch_vary_headers(response, ["Accept-Language", "Accept"])
    return response


@require_safe
def data(request: HttpRequest) -> HttpResponse:
    """Lead from `/data/` to the page that says what there is, in the reader's language or the source's."""
    language = wish_of(request).language or settings.LANGUAGE_CODE
    response = HttpResponseRedirect(reverse("initiatives:opendata", current_app=language), status=303)
    patch_vary_headers(response, ["Accept-Language"])
    return response


# The picture -----------------------------------------------------------------------------------------


def picture_address(item: Item) -> str:
    """Return the address of the picture of an item, in the language in force."""
    words = {"kind": item._meta.model_name, "code": item.code, "language": get_language()}
    return settings.SITE_URL + path_in(None, "picture", **words)


@require_safe
def picture(request: HttpRequest, kind: str, code: str, language: str) -> HttpResponse:
    """Return the plate of an item as PNG."""
    if language not in LANGUAGES:
        raise Http404
    with override(language):
        item = find(kind, code)
        content = draw_plate(plate_of(item, language))
    headers = {"Cache-Control": "public, max-age=3600", "Cross-Origin-Resource-Policy": "cross-origin"}
    return HttpResponse(content, content_type="image/png", headers=headers)


def plate_of(item: Item, language: str) -> Plate:
    """Return what the plate of an item says, in the language in force and small in the other."""
    with override(OTHER_LANGUAGE[language]):
        twin_title = item.heading
    objective = main_objective()
    strategy = objective.strategy
    years = {"start": strategy.legislature_start, "end": strategy.legislature_end}
    foot = [strategy.name, _("legislature %(start)s–%(end)s") % years]
    if not isinstance(item, Objective):
        foot.insert(1, _("Objective %(code)s") % {"code": objective.code})
    # What an older portal stored may hold signs that no letters can be laid out for.
    title, twin, last = (plain_line(text) for text in (item.heading, twin_title, " · ".join(foot)))
    plate = Plate(title=title, twin=twin, foot=last)
    if isinstance(item, Objective):
        return replace(plate, number=item.code, label=_("Objective"))
    if isinstance(item, Worksite):
        number, is_announced = str(item.number), item.is_announced_only
        return replace(plate, number=number, label=_("Worksite"), is_announced=is_announced)
    return plate
