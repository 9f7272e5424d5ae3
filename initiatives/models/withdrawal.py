"""What becomes of a page that was public once: it is gone, and its address says why."""

from typing import Any, TypeVar

from django.core.exceptions import ValidationError
from django.http import Http404

from ..language import LANGUAGES
from .base import Page, Record
from .fields import CODE
from .measures import Measure
from .querysets import RecordQuerySet
from .version import Revision
from .worksites import Worksite

PageT = TypeVar("PageT", bound=Page)


class Gone(Exception):
    """What stood at an address is no longer shown: `record` went, or `above`, which it belongs to.

    Of what was a part of a page, `version` is the last one of that page that shows it.
    """

    def __init__(self, record: Record, above: Record | None = None, version: Revision | None = None) -> None:
        super().__init__(str(record))
        self.record = record
        self.above = above
        self.version = version

    @property
    def title(self) -> str:
        """Return what stood at the address, in the language in force."""
        return title_of(self.record)

    @property
    def whole(self) -> str:
        """Return the title of what it belonged to, and went with; empty where it went by itself."""
        return title_of(self.above) if self.above else ""

    @property
    def reason(self) -> str:
        """Return why it went, in the language in force; empty where nobody said."""
        return getattr(self.above or self.record, "withdrawal_reason", None) or ""


def measure_or_gone(code: str) -> Measure:
    """Return the published measure with this code, its worksite with its version.

    Raises Gone where readers once saw it, Http404 where they never did.
    """
    try:
        CODE(code)
    except ValidationError:  # of another form, which LIKE would not take to the letter
        raise Http404 from None
    if measure := Measure.objects.published().filter(code=code).first():
        measure.worksite = get_or_gone(Worksite.objects.filter(pk=measure.worksite_id))
        return measure
    if Measure.objects.filter(code=code, publication=Record.Publication.DRAFT).exists():
        raise Http404  # as a page that is a draft
    worksite, _hyphen, _place = code.rpartition("-")
    versions = Revision.objects.published().filter(kind="worksite", code=worksite)
    for version in versions.filter(records__icontains=f'"{code}"').order_by("-number"):
        if found := measure_in(version, code):
            page = Worksite.objects.filter(code=worksite).first()
            hidden = hidden_by(page) if page else None
            raise Gone(found, hidden, None if hidden else version)
    raise Http404


def measure_in(version: Revision, code: str) -> Measure | None:
    """Return the measure with this code as a version of its worksite showed it to readers, not stored."""
    item, *parts = version.records
    for row in parts:
        fields = row["fields"]
        is_it = row["model"] == Measure._meta.label_lower and fields.get("code") == code
        if is_it and {each["fields"].get("publication", "public") for each in (item, row)} == {"public"}:
            names = [f"{name}_{language}" for name in ("heading", "text") for language in LANGUAGES]
            return Measure(code=code, **{name: fields.get(name, "") for name in names})
    return None


def title_of(record: Record) -> str:
    return getattr(record, "title", None) or str(record)


class Moved(Exception):
    """The page was merged with another, `successor`: its addresses lead there for ever."""

    def __init__(self, page: Page, successor: Page) -> None:
        super().__init__(str(page))
        self.page = page
        self.successor = successor


def get_or_gone(queryset: RecordQuerySet[PageT], **lookup: str) -> PageT:
    """Return the one published page that matches.

    Raises Moved where it was merged with another, Gone where it was withdrawn, or what it belongs to, Http404
    where there never was one.
    """
    if page := queryset.published().with_version().filter(**lookup).first():
        return page
    raise gone_or_404(queryset, None, **lookup)


def gone_or_404(
    queryset: RecordQuerySet[PageT], of: Page | None = None, **lookup: str
) -> Moved | Gone | Http404:
    """Return what is to be raised for a page that is not among the published ones of `queryset`.

    Or for the page `of` something that cannot be shown without that one.
    """
    rows = queryset.model.objects.filter(**lookup) if lookup else queryset
    page = rows.exclude(publication=Record.Publication.DRAFT).first()
    if page is None and "code" in lookup and not rows.exists():
        deleted = last_shown(rows.model, lookup["code"])
        return Gone(deleted) if deleted else Http404()
    if page is None or not was_shown(page):
        return Http404()
    if successor := getattr(page, "successor", None):
        return Moved(page, successor)
    hidden = hidden_by(page)
    return Gone(of or page, hidden if of or hidden != page else None)


def last_shown(model: type[Any], code: str) -> Record | None:
    """Return an item that is gone from the tables, not stored, as its last public version has its names."""
    kind = model._meta.model_name
    if version := Revision.objects.published().filter(kind=kind, code=code).order_by("-number").first():
        names = {f"{name}_{language}" for name in model.required_texts for language in LANGUAGES}
        found: Record = model(code=code, **{name: version.fields.get(name, "") for name in names})
        return found
    return None


def was_shown(page: Page) -> bool:
    """Return whether there ever was a page for readers of what is no draft.

    What is recorded by its title only has none now, and had one if it was in full once.
    """
    if page.publication == Record.Publication.WITHDRAWN:
        return True
    versions = Revision.objects.published().of(page)
    if getattr(page, "is_reference", False):
        return any(not version.fields.get("is_reference") for version in versions)
    return versions.exists()


def hidden_by(record: Record) -> Record | None:
    """Return what keeps a record from readers: itself, or the nearest that it belongs to; None if nothing."""
    if record.publication != Record.Publication.PUBLIC:
        return record
    above = (hidden_by(getattr(record, name)) for name in record.public_parents)
    return next(filter(None, above), None)
