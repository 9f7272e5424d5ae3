"""What was: the history of a record, how two versions differ, and bringing one back."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import FieldDoesNotExist
from django.core.paginator import Paginator
from django.db.models import Field
from django.http import HttpRequest
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from ..language import LANGUAGES
from ..models import Record, Revision
from ..models.naming import model_of, part_name, record_key
from ..models.permissions import is_publisher
from ..models.version import SerializedRecord
from ..search.effort import Effort
from ..versions.diff import (
    HIDDEN,
    Difference,
    Version,
    compared_texts,
    differences,
    field_name,
    replaced,
)
from ..versions.matching import effort_of_a_page

HEADINGS = {"nl": _("The texts in Dutch"), "fr": _("The texts in French"), "": _("Beside the texts")}
PAGE_SIZE = 20  # versions on one page of a history


@dataclass(frozen=True)
class Excerpt:
    """Some of the records of a version."""

    records: list[SerializedRecord]


def what_changed(
    older: Revision | None, newer: Revision, effort: Effort | None = None
) -> list[tuple[str, Any, list[Difference]]]:
    """Return how two versions differ, as `[(language, heading, [Difference, …]), …]`.

    The last, of no language, are no texts: order, publication, who stands for a text. `effort` is what may be
    spent on this, and on what else stands on the page.
    """
    if older is None:
        return []
    # What is the same in both need not be compared; the item comes first in any case.
    before, after = (
        Excerpt([own.records[0], *(row for row in own.records[1:] if row not in other.records)])
        for own, other in ((older, newer), (newer, older))
    )
    effort = effort or effort_of_a_page()
    found = {
        language: differences(before, after, language, drafts=True, effort=effort)[0]
        for language in LANGUAGES
    }
    found[""] = facts(before, after, effort)
    return [(language, HEADINGS[language], changes) for language, changes in found.items() if changes]


def facts(older: Version, newer: Version, effort: Effort) -> list[Difference]:
    """Return the Differences between two versions in what is no text for readers."""
    before, after = ({record_key(row): row for row in version.records} for version in (older, newer))
    found: list[Difference] = []
    for key in [*after, *(key for key in before if key not in after)]:
        old, new = before.get(key), after.get(key)
        row = after[key] if new else before[key]
        name = "" if row in (older.records[0], newer.records[0]) else part_name(row)
        if old and new:
            found += facts_of_record(model_of(row), name, old["fields"], new["fields"], effort)
        else:
            found.append(Difference(name, [("ins" if new else "del", " ".join(key[1:]))]))
    return found


def facts_of_record(
    model: type[Record] | None, name: str, old: dict[str, Any], new: dict[str, Any], effort: Effort
) -> Iterator[Difference]:
    """Yield the Differences of one record in what is no text."""
    for field in dict.fromkeys([*new, *old]):
        was, now = (in_words(model, field, values.get(field)) for values in (old, new))
        if was != now and not is_text(field) and not field.startswith("outdated_"):
            label = capfirst(" – ".join(part for part in (name, field_name(model, field)) if part))
            if field.startswith("withdrawal_reason_"):
                pieces, is_whole = compared_texts(was, now, effort)
                yield Difference(label, pieces, is_whole=is_whole)
            else:
                yield Difference(label, replaced(was, now))


def is_text(field: str) -> bool:
    """Return whether readers see a field as a text in one language."""
    stem, _separator, language = field.rpartition("_")
    return language in LANGUAGES and stem not in HIDDEN


def in_words(model: type[Record] | None, name: str, value: Any) -> str:
    """Return a value of a version as editors know it; what a version leaves out stands at its default."""
    try:
        field = model._meta.get_field(name) if model else None
    except FieldDoesNotExist:
        field = None
    if value is None and isinstance(field, Field) and not field.is_relation:
        value = field.get_default()
    if isinstance(value, bool):
        return str(_("yes") if value else _("no"))
    if isinstance(value, list):
        return " ".join(map(str, value))
    value = next((word for each, word in getattr(field, "flatchoices", ()) if each == value), value)
    return "" if value is None else str(value)


def history_of(item: Record, request: HttpRequest) -> dict[str, Any]:
    """Return a page of the history of an item, each version with what it changed."""
    revisions = Revision.objects.of(item)
    page = Paginator(revisions.select_related("editor"), PAGE_SIZE).get_page(request.GET.get("p"))
    rows = list(page)
    before = revisions.filter(number__lt=rows[-1].number).first() if rows else None
    pairs = zip(rows, [*rows[1:], before], strict=True) if rows else ()
    effort = effort_of_a_page()
    return {
        "item": item,
        "paging": page,
        "pairs": [{"revision": new, "changes": what_changed(old, new, effort)} for new, old in pairs],
        "newest": revisions.first(),
        "may_restore": is_publisher(request.user),
    }
