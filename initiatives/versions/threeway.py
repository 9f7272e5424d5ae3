"""Merging what the files say with what editors made of it since the last load, value by value.

Three states of the content: `base` (what the last load brought), `here` (the database) and `files`. What only
the files changed is taken, what only editors changed is kept; what both changed, differently, is a conflict,
which somebody settles. Nothing here reads or writes the database.
"""

from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from ..content.canonical import MARKS
from ..language import LANGUAGES, OTHER_LANGUAGE
from ..models import Record
from ..models.naming import natural_key_text, technical_name
from ..models.querysets import related_kind
from .ties import PUBLICATION, Sides, bundles

Key = tuple[type[Record], str]
Row = dict[str, Any]
Content = dict[Key, Row]

PLACES = {"position", "number"}  # merged for a whole list: see places.py
WHOLE = ""  # the field of a difference that is about the whole record


class Side(StrEnum):
    """Whose value stands after a conflict."""

    HERE = "here"
    FILES = "files"


def name_of_key(key: Key) -> str:
    """Return the name of a record in messages: “worksite 1.4-02”."""
    model, text = key
    return technical_name(model._meta.label_lower, [text])


@dataclass(frozen=True)
class Difference:
    """A value, or a whole record, as it was at the last load, as it is here, and as the files have it."""

    key: Key
    item: Key
    field: str
    base: Any
    here: Any
    files: Any

    @property
    def name(self) -> str:
        return f"{name_of_key(self.key)} ({self.field})" if self.field else name_of_key(self.key)


@dataclass(frozen=True)
class Conflict:
    """What changed here and in the files, differently, and can only be settled together."""

    differences: tuple[Difference, ...]

    @property
    def name(self) -> str:
        """Return what names the conflict: its records, each with its fields."""
        fields: dict[str, list[str]] = {}
        for each in self.differences:
            fields.setdefault(name_of_key(each.key), []).append(each.field)
        return ", ".join(
            record if names == [WHOLE] else f"{record} ({', '.join(names)})"
            for record, names in fields.items()
        )


Choose = Callable[[Conflict], Side | None]


@dataclass
class Merged:
    """What the content becomes, and what was decided on the way."""

    rows: Content = field(default_factory=dict)
    open: list[Conflict] = field(default_factory=list)  # that nobody settled
    settled: list[tuple[Conflict, Side]] = field(default_factory=list)
    kept: list[Difference] = field(default_factory=list)  # what only editors changed
    withheld: list[Key] = field(default_factory=list)  # withdrawn here, public in the files
    published: set[str] = field(default_factory=set)  # likewise, and public again since that was asked for
    # (record, language, text): taken from the files, where it is older than what an editor made of its twin.
    outdated: list[tuple[Key, str, str]] = field(default_factory=list)


def said(row: Row | None, left_out: Collection[str] = ()) -> Row | None:
    """Return what a record says, without marks and without its place in a list."""
    return row if row is None else {name: row[name] for name in row.keys() - PLACES - {*MARKS, *left_out}}


def is_same(row: Row, base: Row | None) -> bool:
    """Return whether a record says what it said at the last load, or says it to readers no longer."""
    hidden = PUBLICATION if row.get("publication") == "draft" else ()
    return said(row, hidden) == said(base, hidden)


def item_of(key: Key, row: Row) -> Key:
    """Return the item that a record is a part of: the page's own record, or itself."""
    model, _text = key
    if model.item_field is None:
        return key
    return related_kind(model, model.item_field), natural_key_text(row.get(model.item_field) or ())


class Merger:
    """Merges three states of the content. Without a `base`, every difference is a conflict.

    `choose` says which side wins a conflict, None where nobody said. `publish` names the records that the
    files may make public again though they were withdrawn here.
    """

    def __init__(
        self, base: Content | None, here: Content, files: Content, choose: Choose, publish: Collection[str]
    ) -> None:
        self.base, self.here, self.files = base, here, files
        self.choose, self.publish = choose, publish
        self.merged = Merged()

    def merge(self) -> Merged:
        """Return what the content becomes, places in lists aside."""
        done: set[Key] = set()
        keys = [*self.files, *(key for key in self.here if key not in self.files)]
        for key in keys:
            if key[0].item_field is None and (key in self.here) != (key in self.files):
                done |= self.merge_family(key)
        for key in keys:
            if key in done:
                continue
            if key in self.here and key in self.files:
                self.merge_record(key)
            else:
                self.merge_presence([key])
        return self.merged

    def known(self, key: Key) -> Row | None:
        """Return a record as the last load brought it; None where it brought none."""
        return None if self.base is None else self.base.get(key)

    # What is on one side only ------------------------------------------------------------------------

    def merge_family(self, item: Key) -> set[Key]:
        """Merge an item that is on one side only, with its parts: they go or stay together."""
        one, other = (self.here, self.files) if item in self.here else (self.files, self.here)
        if self.base is not None and item not in self.base:
            return set()  # new: nothing was taken away, and its parts are new with it
        family = [item, *(key for key in one if key not in other and key != item == item_of(key, one[key]))]
        self.merge_presence(family)
        return set(family)

    def merge_presence(self, keys: list[Key]) -> None:
        """Merge records that are on one side only: added there, or taken away on the other."""
        is_here = keys[0] in self.here
        one = self.here if is_here else self.files
        differences = tuple(self.difference(key, WHOLE) for key in keys)
        is_added = self.base is not None and keys[0] not in self.base
        # Taken away on the other side; unless it was changed on this one, it goes.
        is_untouched = self.base is not None and all(
            is_same(one[each.key], each.base) for each in differences
        )
        if is_added or is_untouched:
            stays = is_added
            self.merged.kept += differences if stays == is_here else ()
        else:
            stays = (self.settle(Conflict(differences)) is Side.HERE) == is_here
        if stays:
            self.merged.rows |= {key: one[key] for key in keys}

    # What is on both sides ---------------------------------------------------------------------------

    def merge_record(self, key: Key) -> None:
        """Merge the fields of a record that is on both sides."""
        base, here, files = self.known(key), self.here[key], self.files[key]
        names = [each for each in {**here, **files} if each not in PLACES and each not in MARKS]
        names = [each for each in names if here.get(each) != files.get(each)]
        ours = [each for each in names if base is None or here.get(each) != base.get(each)]
        theirs = [each for each in names if base is None or files.get(each) != base.get(each)]
        row = dict(here)
        if is_withdrawn_only_here(here, files):
            names, ours, theirs = ([*filter(is_no_publication, each)] for each in (names, ours, theirs))
            if name_of_key(key) in self.publish:
                put(row, files, PUBLICATION)
                self.merged.published.add(name_of_key(key))
            else:
                self.merged.withheld.append(key)
        contested = bundles(key[0], Sides(base or {}, here, files, set(ours), set(theirs)))
        for fields in contested:
            differences = [self.difference(key, name) for name in names if name in fields]
            if self.settle(Conflict(tuple(differences))) is Side.FILES:
                put(row, files, fields)
        free = {name for name in names if not any(name in fields for fields in contested)}
        put(row, files, [name for name in theirs if name in free])
        self.merged.kept += [self.difference(key, name) for name in ours if name in free]
        merge_marks(row, base, here, files)
        self.merged.outdated += [(key, *each) for each in still_outdated(key[0], row, base, here)]
        self.merged.rows[key] = row

    def difference(self, key: Key, name: str) -> Difference:
        """Return a value, or the whole record, in its three states."""
        rows = [(content or {}).get(key) for content in (self.base, self.here, self.files)]
        base, here, files = rows if name == WHOLE else [(row or {}).get(name) for row in rows]
        return Difference(key, item_of(key, rows[1] or rows[0] or rows[2] or {}), name, base, here, files)

    def settle(self, conflict: Conflict) -> Side:
        """Return which side wins; where nobody says so, note that, and leave all as it is here."""
        side = self.choose(conflict)
        if side is None:
            self.merged.open.append(conflict)
            return Side.HERE
        self.merged.settled.append((conflict, side))
        return side


def is_no_publication(name: str) -> bool:
    return name not in PUBLICATION


def is_withdrawn_only_here(here: Row, files: Row) -> bool:
    """Return whether the files would make a record public again that was withdrawn here."""
    return here.get("publication") == "withdrawn" and files.get("publication", "public") == "public"


def put(row: Row, values: Row, names: Collection[str]) -> None:
    """Put some values into a row; what they leave out, leaves it."""
    for name in names:
        row.pop(name, None)
        if name in values:
            row[name] = values[name]


def merge_marks(row: Row, base: Row | None, here: Row, files: Row) -> None:
    """Merge which texts are older than their twins: what the files add and take away of the marks here.

    A file that says nothing of them leaves them as they are.
    """
    for name in MARKS:
        marks, new = here.get(name, []), files.get(name)
        if not isinstance(new, list):
            continue
        old = marks if base is None else base.get(name, [])
        stay = [each for each in marks if each in new or each not in old]
        row[name] = stay + [each for each in new if each not in old and each not in marks]
        if not row[name] and not marks:
            del row[name]


def still_outdated(model: type[Record], row: Row, base: Row | None, here: Row) -> Iterator[tuple[str, str]]:
    """Yield (language, text) for each text taken from the files whose twin an editor changed meanwhile."""
    for language in LANGUAGES if base is not None else ():
        for name in row.get(f"outdated_{language}", []):
            text, twin = f"{name}_{language}", f"{name}_{OTHER_LANGUAGE[language]}"
            is_taken = row.get(text) != here.get(text)
            if is_taken and row.get(twin) == here.get(twin) != (base or {}).get(twin):
                yield language, name
