"""The one way in: every change of the content is made here, and whoever makes it goes through `change()`.

In use:

    with change(editor=request.user, note="…") as this:
        this.save(worksite)
        this.delete(measure)
"""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import F, Model, QuerySet
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from accounts.characters import plain

from ..content.files import ContentError
from ..models import POSITIONS_ASIDE, ContentVersion, Record, Revision
from ..models.fields import longest
from ..models.permissions import is_publisher
from ..models.querysets import related_kind
from ..models.version import SerializedRecord
from ..search.index import Stale
from . import audit
from .consequences import Shown, listed, lost, shown
from .revisions import (
    ITEMS,
    Action,
    Key,
    Note,
    items,
    keep,
    keep_deleted,
    key_of,
    newest_versions,
    serialized,
    stored,
    with_parts,
)
from .small import more_than_small
from .states import EditContext, settle

TAKES_DOWN = _(
    "Nothing was changed: readers would no longer see these pages either, though nobody withdrew them: "
    "%(pages)s."
)
LONGEST_NOTE = longest(Revision._meta.get_field("note"))


@contextmanager
def locked() -> Iterator[ContentVersion]:
    """Let one change at a time be made, from reading what it is based on to the end of the transaction.

    The one lock of the content, always taken first, so that no two changes wait for each other: rows of the
    content, of versions and of the index are written by who holds it, and by nobody else (`reindex` takes it
    too). Rows of accounts/ – sessions, devices, attempts, the audit log – come after it or without it: who
    holds one of those never asks for it. What only reads takes none. SQLite has it already, with its
    transaction.
    """
    with transaction.atomic():
        version, _is_new = ContentVersion.objects.select_for_update().get_or_create(pk=ContentVersion.ONLY)
        yield version


@contextmanager
def change(  # noqa: PLR0913 – each of them is something that is said of the change
    *,
    editor: User | None = None,
    note: str | Mapping[str, str] = "",
    is_small: bool = False,
    action: Action = Action.CHANGED,
    at: datetime | None = None,
    takes_down: bool = False,
) -> Iterator["Change"]:
    """Make one change of the content, whole or not at all.

    `note` is what readers read of it, in the language in force or as `{language: note}`; `is_small` says that
    the other language stays right; `takes_down` that pages beneath a record may go with it. Raises
    ContentError where they would go unasked, and what the changed records raise; then nothing is changed.
    """
    with locked() as content:
        this = Change(Note(at or timezone.now(), editor, action, plain_notes(note), is_small))
        yield this
        if not takes_down:
            this.refuse_what_takes_down()
        this.versions = this.keep_versions()
        this.stale.refresh()
        if Revision.objects.noticed().filter(pk__in=[each.pk for each in this.versions]).exists():
            content.rise()
        audit.record_change(action, this.versions, this.told)


def correct_note(revision: Revision, note: str | Mapping[str, str]) -> None:
    """Store the note of a version anew, as change() takes it: readers read it with the change.

    The audit log keeps what it was.
    """
    with locked() as content:
        before = Revision.objects.get(pk=revision.pk).notes
        for name, value in stored(plain_notes(note)).items():
            setattr(revision, name, value)
        if revision.notes != before:
            revision.save(update_fields=["note", "note_language", "note_twin"])
            content.rise()
            audit.record_note(revision, before)


def plain_notes(note: str | Mapping[str, str]) -> dict[str, str]:
    """Return a note as `{language: note}`, without the signs that nobody sees. Raises ContentError."""
    notes = {get_language() or "": note} if isinstance(note, str) else note
    plain_texts = {language: plain(text).strip() for language, text in notes.items()}
    if any(len(text) > LONGEST_NOTE for text in plain_texts.values()):
        raise ContentError([_("The note is too long: give at most %d characters.") % LONGEST_NOTE])
    return plain_texts


class Change:
    """A change in hand: saves and deletes records, and remembers which items and entries they concern."""

    def __init__(self, note: Note) -> None:
        self.note = note
        self.stale = Stale()
        self.touched: dict[type[Record], set[int]] = {}
        self.noted: set[Key] = set()
        self.deleted: dict[Key, list[SerializedRecord]] = {}
        self.versions: list[Revision] = []
        self.told: list[str] = []  # what the audit log is told beside that
        self.shown: Shown | None = None  # before the first record changed its publication

    def save(
        self, record: Record, *, still_right: Iterable[str] = (), as_printed: Iterable[str] = ()
    ) -> list[str]:
        """Save a record, its states settled; return the fields whose texts are the portal’s from now on.

        See EditContext for `still_right` and `as_printed`. Raises ValidationError where nobody would stand
        for a validated text, or where a small correction is none.
        """
        record.normalize_texts()
        editor = self.note.editor
        context = EditContext(
            editor,
            is_publisher=editor is not None and is_publisher(editor),
            is_small=self.note.is_small,
            still_right=tuple(still_right),
            as_printed=tuple(as_printed),
        )
        before = type(record)._base_manager.filter(pk=record.pk).first()
        if self.note.is_small and (sentence := more_than_small(record, before)):
            raise ValidationError(sentence)
        ended = settle(record, before, context)
        self.write(record, before)
        return ended

    def put(self, record: Record) -> None:
        """Save a record exactly as it is, its states included: one of a version, which comes back."""
        record.normalize_texts()
        self.write(record, type(record)._base_manager.filter(pk=record.pk).first())

    def write(self, record: Record, before: Record | None) -> None:
        if errors := record.too_long():
            raise ValidationError(errors)
        if before:
            self.touch(before)
            if before.publication != record.publication and self.shown is None:
                self.shown = shown()
        Model.save(record)
        self.touch(record)

    def delete(self, record: Record) -> None:
        """Delete a record, with its parts where it is an item; its last version keeps what it was."""
        self.touch(record)
        if record.item_field is None:
            [rows] = with_parts(type(record).objects.filter(pk=record.pk))
            self.deleted[key_of(record)] = serialized(rows)
        Model.delete(record)

    def move_aside(self, rows: QuerySet[Any], field: str = "position") -> None:
        """Move rows out of the way of others that take their places; each is to be saved or deleted after."""
        QuerySet.update(rows, **{field: F(field) + POSITIONS_ASIDE})

    def touch(self, record: Record) -> None:
        """Remember that a record is concerned: its item, and the search entries that speak of it."""
        model, pk = type(record), record.pk
        if record.item_field:  # its key, which is at hand where the item itself would have to be asked for
            model, pk = related_kind(model, record.item_field), getattr(record, f"{record.item_field}_id")
        self.touched.setdefault(model, set()).add(pk)
        self.stale.add(record)

    def note_at(self, item: Record) -> None:
        """Keep a version of an item with the note, though its own records may stay as they are."""
        self.touch(item)
        self.noted.add(key_of(item))

    def refuse_what_takes_down(self) -> None:
        """Raise ContentError where readers would no longer see pages that are marked as public themselves."""
        pages = lost(self.shown) if self.shown else []
        if pages:
            raise ContentError([TAKES_DOWN % {"pages": listed(pages)}])

    def touch_all(self) -> None:
        """Compare every item with its last version, and every search entry with what it is about."""
        for model in ITEMS.values():
            self.touched[model] = set(model.objects.values_list("pk", flat=True))
        for (kind, code), last in newest_versions().items():
            # Of a kind that there is no more, nothing was deleted here.
            if kind in ITEMS and last.action != Action.DELETED and not items(kind, code).exists():
                self.deleted.setdefault((kind, code), last.records)
        self.stale.add_all()

    def keep_versions(self) -> list[Revision]:
        """Keep the version of each item that this change concerns and that differs from its last."""
        found = []
        for kind, model in ITEMS.items():
            groups = with_parts(model.objects.filter(pk__in=self.touched.get(model, ())))
            keys = [key_of(item) for item, *_parts in groups]
            last = newest_versions(kind=kind, code__in=[code for _kind, code in keys])
            found += [
                keep(rows, last.get(key), self.note, key in self.noted)
                for key, rows in zip(keys, groups, strict=True)
            ]
        for key, records in self.deleted.items():
            last = newest_versions(kind=key[0], code=key[1])
            found.append(keep_deleted(key, records, last.get(key), self.note))
        return [version for version in found if version]
