"""The helper with which tests bring the content into a state, beside the one way in of the portal.

What these functions store is there as if it always had been: found by search, in the data, and without a
version or an entry in the audit log. `save()`, `delete()` and `keep()` go the one way in.
"""

from datetime import datetime
from typing import Any

from django.db.models import Model, QuerySet
from django.utils import timezone
from django.utils.translation import override

from initiatives.models import Record, Revision
from initiatives.opendata.kept import shelf
from initiatives.search.index import Stale
from initiatives.versions import audit, change, revisions
from initiatives.versions.revisions import Action, Note


def put(*records: Record) -> None:
    """Store records as they are; search finds them."""
    stale = Stale()
    for record in records:
        if before := type(record)._base_manager.filter(pk=record.pk).first():
            stale.add(before)
        record.normalize_texts()
        Model.save(record)
        stale.add(record)
    stale.refresh()
    shelf.cache_clear()


def create(model: type[Record], **values: Any) -> Any:
    """Store a new record and return it."""
    record = model(**values)
    put(record)
    return record


def update(rows: QuerySet[Any], **values: Any) -> int:
    """Put values into rows, and nothing else: not even search hears of it. Return how many there were."""
    shelf.cache_clear()
    return QuerySet.update(rows.all(), **values)


def bulk_create(model: type[Record], records: list[Any]) -> None:
    """Store many records, and nothing else."""
    QuerySet.bulk_create(model.objects.all(), records)
    shelf.cache_clear()


def remove(*records: Record) -> None:
    """Take records away, with what is a part of them; search finds them no longer."""
    stale = Stale()
    for record in records:
        stale.add(record)
        Model.delete(record)
    stale.refresh()
    shelf.cache_clear()


def save(*records: Record, **told: Any) -> None:
    """Save records as one change of the content; `told` is what change() takes."""
    with change(**told) as this:
        for record in records:
            this.save(record)


def delete(*records: Record) -> None:
    """Delete records as one change of the content."""
    with change() as this:
        for record in records:
            this.delete(record)


def keep(
    item: Record,
    *,
    at: str | datetime | None = None,
    editor: Any = None,
    note: str = "",
    note_language: str = "nl",
    is_small: bool = False,
) -> Revision | None:
    """Keep the version of an item that was brought into another state here; return it."""
    moment = datetime.fromisoformat(at) if isinstance(at, str) else at
    with override(note_language), change(editor=editor, note=note, is_small=is_small, at=moment) as this:
        this.touch(item)
    return this.versions[0] if this.versions else None


def keep_deleted(last: Revision, editor: Any = None) -> Revision:
    """Keep that an item is gone, whatever the tables say; return that version."""
    note = Note(timezone.now(), editor)
    version = revisions.keep_deleted((last.kind, last.code), last.records, last, note)
    audit.record_change(note.action, [version])
    return version


def keep_all(action: Action = Action.CHANGED) -> list[Revision]:
    """Keep a version of each item that was brought into another state here, or taken away; return them."""
    with change(action=action) as this:
        this.touch_all()
    return this.versions
