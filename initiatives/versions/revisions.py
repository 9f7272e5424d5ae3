"""Keeping versions: which item differs from its last version, and whether readers are told of it.

An item is a record that is a part of no other: a page with all that stands on it, or the strategy.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.contrib.auth.models import User
from django.db.models import Exists, Max, OuterRef, QuerySet
from django.utils.translation import get_language

from ..content.serialize import plain_values_of
from ..language import LANGUAGES, OTHER_LANGUAGE
from ..models import CONTENT, Page, Record, Revision
from ..models.naming import record_key
from ..models.version import SerializedRecord, plain_records
from .diff import is_public, visible_records

Action = Revision.Action
Key = tuple[str, str]  # kind and code of an item
ITEMS: dict[str, type[Record]] = {
    model._meta.model_name or "": model for model in CONTENT if model.item_field is None
}
MARKS = {f"outdated_{language}" for language in LANGUAGES}


@dataclass(frozen=True)
class Note:
    """What is said of a change beside its content: when, by whom, as what, and why."""

    at: datetime
    editor: User | None = None
    action: Action = Action.CHANGED
    texts: Mapping[str, str] = field(default_factory=dict)  # by language
    is_small: bool = False


def items(kind: str, code: str) -> QuerySet[Any]:
    """Return the row of an item, if it is there."""
    return ITEMS[kind].objects.filter(**{"code": code})


def key_of(item: Record) -> Key:
    """Return what the versions know an item by."""
    return item._meta.model_name or "", item.code  # type: ignore[attr-defined]  # every item has a code


def parts_of(model: type[Record]) -> list[type[Record]]:
    """Return the kinds of record that are a part of an item of this kind."""
    fields = {each: each.item_field for each in CONTENT if each.item_field}
    return [each for each, name in fields.items() if each._meta.get_field(name).related_model is model]


def was_public(page: Page) -> bool:
    """Return whether readers can have the address of this page: it is stored as public, or was so once.

    What a form would make of it does not count.
    """
    return page.once_public().exists() or Revision.objects.published().of(page).exists()


def serialized(records: Iterable[Record]) -> list[SerializedRecord]:
    """Return records as a version has them: plain JSON, and plain texts, whatever the tables hold."""
    rows = ((each._meta.label_lower, plain_values_of(each)) for each in records)
    return plain_records([{"model": label, "fields": fields} for label, fields in rows])


def newest_versions(*, until: datetime | None = None, **lookup: Any) -> dict[Key, Revision]:
    """Return the newest version of each item, or of those that match; at the moment `until` where given."""
    versions = Revision.objects.filter(at__lte=until) if until else Revision.objects.all()
    newer = versions.filter(kind=OuterRef("kind"), code=OuterRef("code"), number__gt=OuterRef("number"))
    rows = versions.filter(~Exists(newer), **lookup)
    return {(row.kind, row.code): row for row in rows}


def seen(records: Iterable[Record]) -> str:
    """Return of which version the items of these records are: a text that is another once one was changed."""
    keys = {key_of(each.item) for each in records}
    rows = Revision.objects.filter(
        kind__in={kind for kind, _code in keys}, code__in={code for _, code in keys}
    )
    numbers = rows.order_by("kind", "code").values_list("kind", "code").annotate(Max("number"))
    return ", ".join(f"{kind} {code} {number}" for kind, code, number in numbers if (kind, code) in keys)


def with_parts(items: QuerySet[Any]) -> list[list[Record]]:
    """Return `[item, part, …]` for each item, in the order of the items and of the kinds of part."""
    rows: dict[int, list[Record]] = {item.pk: [item] for item in items.select_related()}
    for part in parts_of(items.model):
        for row in part.objects.select_related().filter(**{f"{part.item_field}__in": rows}):
            rows[getattr(row, f"{part.item_field}_id")].append(row)
    return list(rows.values())


def keep(rows: list[Record], last: Revision | None, note: Note, is_noted: bool) -> Revision | None:
    """Keep the present version of an item, if it differs from the last; return it.

    Where `is_noted`, whether it differs or not: what belongs to other items changed, and is told here too.
    """
    item, records = rows[0], serialized(rows)
    was_there = last is not None and last.action != Action.DELETED
    if last is not None and was_there and last.records == records and not is_noted:
        return None
    before = visible_records(last.records) if last is not None and was_there else []
    after = visible_records(records)
    is_withdrawn = is_in_sight(before) and not is_in_sight(after)
    is_news = (before != after or is_noted) and is_shown(item)
    return create(
        key_of(item),
        records,
        last,
        note,
        action=Action.WITHDRAWN if is_withdrawn else note.action,
        is_small=is_small(before, after, note.is_small) if is_news and not is_noted else note.is_small,
        is_public=is_news,
    )


def keep_deleted(key: Key, records: list[SerializedRecord], last: Revision | None, note: Note) -> Revision:
    """Keep that an item is gone, with what it was, so that it can be brought back."""
    return create(key, records, last, note, action=Action.DELETED, is_small=note.is_small, is_public=False)


def create(  # noqa: PLR0913 – each of them is a field of the version
    key: Key,
    records: list[SerializedRecord],
    last: Revision | None,
    note: Note,
    *,
    action: Action,
    is_small: bool,
    is_public: bool,
) -> Revision:
    """Store a version after the last and return it."""
    kind, code = key
    return Revision.objects.create(
        kind=kind,
        code=code,
        number=last.number + 1 if last else 1,
        at=note.at,
        action=action,
        editor=note.editor,
        **stored(note.texts),
        is_small=is_small,
        is_public=is_public,
        records=records,
    )


def stored(texts: Mapping[str, str]) -> dict[str, str]:
    """Return notes as a version stores them: one with its language, and the same in the other language."""
    here = get_language() or ""
    language = next((each for each in (here, *LANGUAGES) if texts.get(each)), "")
    return {
        "note": texts.get(language, ""),
        "note_language": language,
        "note_twin": texts.get(OTHER_LANGUAGE.get(language, ""), ""),
    }


def is_in_sight(records: Collection[SerializedRecord]) -> bool:
    """Return whether readers see an item, and not only that it was withdrawn."""
    return any(is_public(item) for item in list(records)[:1])


def is_shown(item: Record) -> bool:
    """Return whether an item is public, or its address says why it no longer is."""
    if isinstance(item, Page) and item.publication == Page.Publication.WITHDRAWN:
        return Revision.objects.published().of(item).exists()
    return type(item).objects.published().filter(pk=item.pk).exists()


def is_small(before: list[SerializedRecord], after: list[SerializedRecord], is_ticked: bool) -> bool:
    """Return whether a change is one that readers need not be told of, whatever the editor ticked.

    That something becomes public or stops being so is never small; that a part keeps its place among those
    that readers see and only has another number there, or that a text is still right, is.
    """
    was, now = ({(*record_key(row), is_public(row)) for row in rows} for rows in (before, after))
    return was == now and (is_ticked or without_bookkeeping(before) == without_bookkeeping(after))


def without_bookkeeping(records: list[SerializedRecord]) -> list[dict[str, Any]]:
    """Return what records say, without marks and with no place in a list; the item keeps its own place."""
    item, *parts = ({name: row["fields"][name] for name in row["fields"].keys() - MARKS} for row in records)
    return [item, *(fields | {"position": None} for fields in parts)]
