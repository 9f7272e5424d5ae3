"""What a load changes, record by record."""

from collections.abc import Callable
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any

from ..models import CONTENT
from ..models.naming import technical_name
from .serialize import as_json, values_of

# {(model label, natural key): values by field}
Snapshot = dict[tuple[str, tuple[Any, ...]], dict[str, Any]]


# Whose edit a value is that a load changes: of (record, as it was, field).
Whose = Callable[[tuple[str, tuple[Any, ...]], dict[str, Any], str], str]


def quoted(value: Any) -> str:
    """Return a value on one line, as messages show it."""
    if value is None or value == "":
        return "nothing"
    return f"“{value}”".replace("\n", " ⏎ ") if isinstance(value, str) else str(as_json({"": value})[""])


@dataclass
class Changes:
    """The names of the records that a load added, changed and removed, each in alphabetical order.

    `details` has a line for each of their values, by these names; `notes`, what editors’ work came to.
    `fingerprint` differs wherever something else would be changed, or into something else.
    """

    added: list[str] = field(default_factory=list)
    changed: list[str] = field(default_factory=list)
    removed: list[str] = field(default_factory=list)
    details: dict[str, list[str]] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)
    fingerprint: str = ""

    def __bool__(self) -> bool:
        return bool(self.added or self.changed or self.removed)

    def __str__(self) -> str:
        return f"{len(self.added)} added, {len(self.changed)} changed, {len(self.removed)} removed"

    def lines(self) -> list[str]:
        """Return a line for each record that was added (+), changed (~) or removed (-), and its values."""
        marks = {"+": self.added, "~": self.changed, "-": self.removed}
        return [
            line
            for mark, names in marks.items()
            for name in names
            for line in (f"{mark} {name}", *(f"    {each}" for each in self.details.get(name, ())))
        ]


def snapshot() -> Snapshot:
    """Return what the whole content says at this moment."""
    return {
        (model._meta.label_lower, record.natural_key()): values_of(record)
        for model in CONTENT
        for record in model.objects.select_related()
    }


def in_order(content: Snapshot) -> str:
    """Return all that a snapshot says, as text."""
    return repr(sorted((repr(key), repr(values)) for key, values in content.items()))


def compare(before: Snapshot, after: Snapshot, whose: Whose | None = None) -> Changes:
    """Return the Changes between two snapshots; `whose` says of a value that goes whose edit it was."""
    changes = Changes(fingerprint=sha256(f"{in_order(before)}{in_order(after)}".encode()).hexdigest())
    for key in before.keys() | after.keys():
        old, new = before.get(key, {}), after.get(key, {})
        fields = [name for name in new | old if new.get(name) != old.get(name)]
        name = technical_name(*key)
        if key in before and key in after:
            name += f" ({', '.join(fields)})"
        names = (
            changes.added if key not in before else changes.removed if key not in after else changes.changed
        )
        if fields:
            names.append(name)
            changes.details[name] = [detail(key, old, new, each, whose) for each in fields]
    for names in (changes.added, changes.changed, changes.removed):
        names.sort()
    return changes


def detail(
    key: tuple[str, tuple[Any, ...]], old: dict[str, Any], new: dict[str, Any], name: str, whose: Whose | None
) -> str:
    """Return the line of a value that changed: what it was, what it is, and whose edit goes."""
    line = f"{name}: {quoted(old.get(name))} → {quoted(new.get(name))}"
    editor = whose(key, old, name) if whose and old else ""
    return f"{line} ({editor})" if editor else line
