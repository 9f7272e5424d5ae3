"""What a load changes, record by record."""

from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any

from ..models import CONTENT
from ..models.naming import technical_name
from .serialize import values_of

# {(model label, natural key): values by field}
Snapshot = dict[tuple[str, tuple[Any, ...]], dict[str, Any]]


@dataclass
class Changes:
    """The names of the records that a load added, changed and removed, each in alphabetical order.

    `fingerprint` differs wherever something else would be changed, or into something else.
    """

    added: list[str] = field(default_factory=list)
    changed: list[str] = field(default_factory=list)
    removed: list[str] = field(default_factory=list)
    fingerprint: str = ""

    def __bool__(self) -> bool:
        return bool(self.added or self.changed or self.removed)

    def __str__(self) -> str:
        return f"{len(self.added)} added, {len(self.changed)} changed, {len(self.removed)} removed"

    def lines(self) -> list[str]:
        """Return a line for each record that was added (+), changed (~) or removed (-)."""
        marks = {"+": self.added, "~": self.changed, "-": self.removed}
        return [f"{mark} {name}" for mark, names in marks.items() for name in names]


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


def compare(before: Snapshot, after: Snapshot) -> Changes:
    """Return the Changes between two snapshots."""
    changes = Changes(
        fingerprint=sha256(f"{in_order(before)}{in_order(after)}".encode()).hexdigest(),
        added=sorted(technical_name(*key) for key in after.keys() - before.keys()),
        removed=sorted(technical_name(*key) for key in before.keys() - after.keys()),
    )
    for key in after.keys() & before.keys():
        fields = [name for name in after[key] | before[key] if after[key].get(name) != before[key].get(name)]
        if fields:
            changes.changed.append(f"{technical_name(*key)} ({', '.join(fields)})")
    changes.changed.sort()
    return changes
