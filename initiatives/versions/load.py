"""Loading the files as one change, and bringing a version of an item back."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from django.contrib.auth.models import User
from django.db import DatabaseError, transaction
from django.utils import translation
from django.utils.translation import gettext as _

from ..content.compare import Changes, compare, snapshot
from ..content.files import ContentError, FixtureRecord, in_loading_order, read, read_record
from ..content.load import Loader, Scope
from ..content.serialize import writable_fields
from ..models import CONTENT, Revision
from ..models.naming import model_of, record_key, technical_name
from .baseline import States
from .revisions import ITEMS, Action, items, parts_of
from .save import Change, change, locked
from .telling import described, noted
from .threeway import Conflict, Key, Merged, Side
from .whose import Whose

MOVED = (
    "The content or the files changed after you were shown what a load would do. "
    "Run load_content again to see what it would do now."
)


CONTESTED = (
    "Editors and the files changed the same, differently. Answer on a terminal what stands, or give --ours "
    "to keep what stands here or --theirs to take what the files say:"
)
NOT_WITHHELD = "--publish %s: this was not withdrawn here, or it is not public in the files."
# Where a record of the database stands that the files do not have.
DATABASE = "the database"


@dataclass(frozen=True)
class Settlement:
    """What somebody said of conflicts: of each by its name, or of all; and what may become public again."""

    side: Side | None = None
    answers: Mapping[str, Side] = field(default_factory=dict)
    publish: frozenset[str] = frozenset()

    def __call__(self, conflict: Conflict) -> Side | None:
        """Return which side wins this conflict; None where nobody said."""
        return self.answers.get(conflict.name, self.side)


UNSETTLED = Settlement()


@translation.override("en")
def load(
    folder: Path,
    shown: Changes | None = None,
    *,
    is_even_so: bool = False,
    settlement: Settlement = UNSETTLED,
) -> Changes:
    """Bring what is new in the files of `folder` into the content, as one change; return what changed.

    What editors did since the last load stays; where the files changed that too, the settlement says what
    stands. Either all of it, checked, or nothing. Where somebody agreed to what was `shown`, that or nothing.
    `is_even_so` takes down pages beneath what the files withdraw, and takes worksites that do not add up.
    Raises ContentError.
    """
    fixture_records = read(folder)
    try:
        with change(action=Action.LOADED, takes_down=is_even_so) as this:
            before, whose = snapshot(), Whose()
            states = States.read(fixture_records)
            merged = states.merged(settlement, settlement.publish)
            refuse(merged, settlement)
            this.told = noted(merged, whose)
            scope: Scope = {model: model.objects.all() for model in CONTENT}
            Loader(this, scope, is_even_so=is_even_so).load(records_of(merged, fixture_records))
            mark_outdated(this, merged)
            this.touch_all()
            states.keep(this.note.at)
            changes = compare(before, snapshot(), whose.of_row)
            changes.notes = this.told
            if shown is not None and changes != shown:
                raise ContentError([MOVED])
            return changes
    except DatabaseError as error:
        raise ContentError([f"The database refused the content: {error}"]) from error


def preview(folder: Path, *, is_even_so: bool = False, settlement: Settlement = UNSETTLED) -> Changes:
    """Return what loading `folder` would change, and change nothing. Raises ContentError."""
    with transaction.atomic():
        changes = load(folder, is_even_so=is_even_so, settlement=settlement)
        transaction.set_rollback(True)
    return changes


def conflicts(folder: Path, *, settlement: Settlement = UNSETTLED) -> dict[str, list[str]]:
    """Return what loading `folder` would ask: by the name of each conflict, what a person reads of it.

    Raises ContentError.
    """
    fixture_records = read(folder)
    with locked():
        merged, whose = States.read(fixture_records).merged(settlement, settlement.publish), Whose()
        return {each.name: described(each, whose) for each in merged.open}


def refuse(merged: Merged, settlement: Settlement) -> None:
    """Raise ContentError where nobody said what stands after a conflict, or a name stands for nothing."""
    if merged.open:
        names = "\n".join(f"  {each.name}" for each in merged.open)
        raise ContentError([f"{CONTESTED}\n{names}"])
    if unknown := settlement.publish - merged.published:
        raise ContentError([NOT_WITHHELD % ", ".join(sorted(unknown))])


def records_of(merged: Merged, fixture_records: list[FixtureRecord]) -> list[FixtureRecord]:
    """Return the merged content as records to load, in loading order, each in the place where it was read."""
    rows, found = dict(merged.rows), []
    firsts: dict[Key, FixtureRecord] = {}
    for each in fixture_records:
        key: Key = (each.model, each.key)
        if each.key and firsts.setdefault(key, each) is each:
            if key in rows:
                found.append(replace(each, values=rows.pop(key)))
        else:
            found.append(each)  # for the Loader to refuse
    found += [FixtureRecord(DATABASE, key[0], values, 0) for key, values in rows.items()]
    return in_loading_order(found)


def mark_outdated(this: Change, merged: Merged) -> None:
    """Mark what came from the files beside a twin that an editor had changed: nobody compared the two."""
    for (model, key), language, name in merged.outdated:
        record = model.objects.get_by_natural_key(*key.split(" "))
        marks = getattr(record, f"outdated_{language}")
        if name not in marks:
            setattr(record, f"outdated_{language}", [*marks, name])
            this.put(record)


def restore(
    revision: Revision, *, editor: User | None = None, note: str | Mapping[str, str] = ""
) -> Revision | None:
    """Make an item what it was in this version, its parts included; return that new version.

    None where it is so already. What the portal no longer has a place for stays away: see lost(). Raises
    ContentError with what cannot be restored.
    """
    model = ITEMS.get(revision.kind)
    if model is None:
        raise ContentError(
            [_("There is no kind of record “%s” any more: it cannot come back.") % revision.kind]
        )
    item = items(revision.kind, revision.code)
    scope: Scope = {model: item}
    for part in parts_of(model):
        scope[part] = part.objects.filter(**{f"{part.item_field}__in": item})
    known = [row for row in revision.records if model_of(row)]
    rows = [read_record(_("This version"), number, row) for number, row in enumerate(known, 1)]
    try:
        with change(editor=editor, note=note, action=Action.RESTORED) as this:
            Loader(this, scope, is_exact=True).load(rows)
    except DatabaseError as error:
        raise ContentError([_("The database refused this version: %s") % error]) from error
    return this.versions[0] if this.versions else None


def lost(revision: Revision) -> list[str]:
    """Return what of a version cannot come back, since the code has no place for it any more.

    As people read it: a record of a kind that is gone, or a record and its fields that are.
    """
    names = []
    for row in revision.records:
        label, *key = record_key(row)
        model = model_of(row)
        fields = row["fields"].keys() - {each.name for each in writable_fields(model)} if model else ()
        if model is None or fields:
            names.append(technical_name(label, key) + (f" ({', '.join(sorted(fields))})" if fields else ""))
    return names
