"""What changed, in public: the list of changes, an item's versions, and the difference between two."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import Any

from django.core.paginator import Paginator
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import NoReverseMatch, reverse
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from ..models import Page, Revision
from ..models.naming import KINDS as RECORDS
from ..models.naming import item_name
from ..models.withdrawal import get_or_gone
from ..versions.diff import differences, lines
from . import titles
from .forms import PageForm
from .render import render_page

VERSIONS = {"nl": "versies/", "fr": "versions/"}  # beneath the address of an item
# The kinds of item, in the order in which those that changed at the same moment are listed.
KINDS = ("strategy", "objective", "sector", "worksite", "office", "organisation", "term")
PAGE_SIZE = 100  # changes on one page of the list: the first load is one


def path_of(revision: Revision) -> str:
    """Return the path of the page of a version's item in the reader's language, or "" where it has none."""
    fields = revision.fields
    slug = fields.get(f"slug_{get_language()}")
    if fields.get("is_reference"):
        return ""
    if revision.kind == "term":
        return f"{reverse('initiatives:terms', current_app=get_language())}#{revision.code}"
    try:
        kwargs = {"slug": slug} if slug else {"code": revision.code}
        return reverse(f"initiatives:{revision.kind}", kwargs=kwargs, current_app=get_language())
    except NoReverseMatch:
        return ""


def order_of(revision: Revision) -> tuple[int, int, str]:
    """Return where an item stands among others that changed at the same moment: as on the pages."""
    fields = revision.fields
    place = fields.get("number") or fields.get("position") or 0
    return KINDS.index(revision.kind) if revision.kind in KINDS else -1, place, revision.code


@dataclass(frozen=True)
class Change:
    """A version in the list of changes: what its item is called, and where it stands now."""

    revision: Revision
    name: str
    path: str


@dataclass(frozen=True)
class Moment:
    """What was changed at one moment, in the order of the pages; `first` heads it."""

    at: datetime
    first: Revision
    rows: list[Change]


def by_moment(revisions: Iterable[Revision]) -> list[Moment]:
    """Return the versions, which are in the order of time, by the moment at which they were made."""
    moments = []
    for at, together in groupby(revisions, key=lambda revision: revision.at):
        found = list(together)
        rows = [Change(each, item_name(each), path_of(each)) for each in sorted(found, key=order_of)]
        moments.append(Moment(at, heading(found), rows))
    return moments


def heading(together: list[Revision]) -> Revision:
    """Return which of the versions of one moment heads them: a change, where new pages came with it."""
    return next((each for each in together if not each.is_first), together[0])


@require_safe
def change_list(request: HttpRequest) -> HttpResponse:
    form = PageForm(request.GET)
    page = Paginator(Revision.objects.published().changes(), PAGE_SIZE).get_page(form.number())
    query = f"?page={page.number}" if page.number > 1 else ""
    return render_page(request, titles.changes(page), query=query, groups=by_moment(page), paging=page)


def published_item(kind: str, **lookup: str) -> Page:
    """Return the published item that has a page. Raises Gone or Http404."""
    rows: Any = RECORDS[kind].objects.all()
    page: Page = get_or_gone(rows.main() if kind == "objective" else rows, **lookup)
    return page


def beneath(*parts: int | str) -> dict[str, str]:
    """Return what stands beneath the address of an item, per language."""
    return {language: word + "".join(f"{part}/" for part in parts) for language, word in VERSIONS.items()}


@require_safe
def versions(request: HttpRequest, kind: str, **lookup: str) -> HttpResponse:
    page = published_item(kind, **lookup)
    rows = list(Revision.objects.published().with_first().outlined().of(page))
    pairs = [{"revision": row, "before": before} for row, before in zip(rows, [*rows[1:], None], strict=True)]
    title = titles.versions(page)
    return render_page(request, title, page, beneath=beneath(), pairs=pairs)


@require_safe
def version(request: HttpRequest, kind: str, number: int, **lookup: str) -> HttpResponse:
    page = published_item(kind, **lookup)
    revision = get_object_or_404(Revision.objects.published().of(page), number=number)
    return render_page(
        request,
        titles.version(page, revision),
        page,
        beneath=beneath(number),
        revision=revision,
        lines=lines(revision, get_language()),
    )


@require_safe
def comparison(request: HttpRequest, kind: str, older: int, newer: int, **lookup: str) -> HttpResponse:
    page = published_item(kind, **lookup)
    revisions = Revision.objects.published().of(page).filter(Q(number=older) | Q(number=newer))
    found = {revision.number: revision for revision in revisions}
    if older >= newer or len(found) != 2:
        raise Http404
    changed, same = differences(found[older], found[newer], get_language())
    return render_page(
        request,
        titles.comparison(page, older, newer),
        page,
        beneath=beneath(f"{older}-{newer}"),
        older=found[older],
        newer=found[newer],
        differences=changed,
        same=same,
    )
