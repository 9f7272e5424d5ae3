"""How to cite a page, or one measure: a sentence for people, BibTeX and RIS for programs."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import resolve
from django.utils.timezone import localdate
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from ..language import joined, long_date, one_line
from ..models import Measure, Objective, Worksite
from ..models.addresses import path_in, path_to
from ..models.publisher import publisher
from ..models.withdrawal import measure_or_gone
from .bibliography import FORMS
from .render import main_objective

# What a text is, by where it comes from. “English” is to say: in the language of the page.
ORIGINS = {
    "source": gettext_lazy("English text of the source"),
    "official": gettext_lazy("English text, as officially published"),
    "validated": gettext_lazy("English translation by the portal, validated by the administration"),
    "translation": gettext_lazy("English translation by the portal of the Dutch source text"),
    "translated": gettext_lazy("English translation by the portal"),
    "portal": gettext_lazy("English text, written by the portal"),
}
SUFFIX = " – Go4Brussels 2030"  # as base.html ends every title
FILE_NAME = "citation"  # of the files, beneath the address of the page


@dataclass(frozen=True)
class Citation:
    """What is said of a page or a measure where it is cited, in the language in force."""

    key: str
    title: str
    origin: str
    address: str
    path: str  # of its files, without their ending
    objective: Objective
    day: date | None = None
    version: int | None = None
    quotation: str = ""

    @property
    def whole_title(self) -> str:
        """Return the whole title, with the name of the site."""
        return self.title + SUFFIX

    @property
    def text(self) -> str:
        """Return whose text it is, in which language, and of which version or day."""
        words = {"number": self.version, "date": long_date(self.day)}
        state = ""
        if self.version:
            state = _("version %(number)s of %(date)s") % words
        elif self.day:
            state = _("as it stood on %(date)s") % words
        return ", ".join(filter(None, (str(ORIGINS[self.origin]), state)))

    @property
    def sentence(self) -> str:
        """Return the whole citation for people; what is quoted of a measure stands first."""
        strategy = self.objective.strategy
        words = {"title": self.title, "strategy": strategy.name, "code": self.objective.code}
        words |= {"text": self.text, "quotation": self.quotation}
        if self.quotation:
            head = _("“%(quotation)s” %(title)s, %(strategy)s, objective %(code)s. %(text)s") % words
        else:
            head = _("“%(title)s”, %(strategy)s, objective %(code)s. %(text)s") % words
        return f"{head}. {self.address}. {self.context}"

    @property
    def context(self) -> str:
        """Return of which legislature it is, and the source."""
        strategy = self.objective.strategy
        return f"{strategy.context_sentence} {_('Source:')} {strategy.publisher}, {self.objective.source_url}"

    @property
    def facts(self) -> dict[str, Any]:
        """Return what a file says of it, each under its name in BibTeX."""
        return {
            "title": self.whole_title,
            "publisher": publisher().name,
            "date": self.day,
            "version": str(self.version or ""),
            "language": get_language(),
            "url": self.address,
            "abstract": self.quotation,
            "note": f"{self.text}. {self.context}",
        }


def of_page(context: Mapping[Any, Any]) -> Citation:
    """Return the citation of a page, from what its template knows of it."""
    item, objective = context["item"], context["objective"]
    record = item or objective
    if item:
        key, at = f"{item._meta.model_name}-{item.code}", item.version_at
    else:
        key, at = context["url_name"], objective.content_changed_at
    return Citation(
        key=f"{key}-{get_language()}",
        title=context["page_title"],
        origin="portal" if context["rule"] else record.origin_of(record.body_field),
        address=settings.SITE_URL + item.permalink if item else context["canonical"],
        path=context["paths"][get_language()] + FILE_NAME,
        objective=objective,
        day=day_of(at),
        version=item.version if item else None,
    )


def of_measure(measure: Measure, worksite: Worksite, objective: Objective) -> Citation:
    """Return the citation of one measure, which quotes it. The worksite comes with its version."""
    words = {"number": measure.position, "worksite": worksite.number}
    title = _("Measure %(number)s of worksite %(worksite)s") % words
    path = path_to("measure-citation", code=measure.code, form="bib")
    return Citation(
        key=f"measure-{measure.code}-{get_language()}",
        title=joined(":", title, worksite.heading),
        origin=measure.origin_of("text"),
        address=settings.SITE_URL + path_in(None, "permalink", kind="measure", code=measure.code),
        path=path.removesuffix(".bib"),
        objective=objective,
        day=day_of(worksite.version_at),
        version=worksite.version,
        quotation=" ".join(one_line(measure.text).split()),
    )


def day_of(at: datetime | None) -> date | None:
    return localdate(at) if at else None


# Files -----------------------------------------------------------------------------------------------


@require_safe
def page_file(request: HttpRequest, form: str, **_lookup: Any) -> HttpResponse:
    """Return the citation of the page above this address as a file. Raises what that page raises."""
    match = resolve(request.path_info.removesuffix(f"{FILE_NAME}.{form}"))
    # The page itself says what it is called, so that file and page never differ.
    request.resolver_match = match
    page = match.func(request, *match.args, **match.kwargs)
    return file_response(of_page(page.context_data), form)


@require_safe
def measure_file(request: HttpRequest, code: str, form: str) -> HttpResponse:
    """Return the citation of one measure as a file. Raises Gone or Http404 where none is public."""
    measure = measure_or_gone(code)
    return file_response(of_measure(measure, measure.worksite, main_objective()), form)


def file_response(citation: Citation, form: str) -> HttpResponse:
    """Return a citation as the file that a program for references opens."""
    write, content_type = FORMS[form]
    key = f"go4brussels2030-{citation.key}"
    response = HttpResponse(write(key, citation.facts), content_type=f"{content_type}; charset=utf-8")
    response.headers["Content-Disposition"] = f'attachment; filename="{key}.{form}"'
    response.headers["Link"] = f'<{citation.address}>; rel="cite-as"'
    response.headers["X-Robots-Tag"] = "noindex"
    return response
