"""What a load tells of conflicts and of what it left to editors: for who loads, and for the audit log."""

from typing import Any

from ..content.compare import quoted
from ..content.serialize import ordered
from .threeway import WHOLE, Conflict, Difference, Merged, Side, name_of_key
from .whose import Whose

WITHHELD = "stays withdrawn, though it is public in the files: %s"


def described(conflict: Conflict, whose: Whose) -> list[str]:
    """Return a conflict as a person reads it: each value as it was, is here and would be, and whose edit."""
    lines = []
    for each in conflict.differences:
        editor = whose.of(each)
        lines.append(f"{each.name}:")
        lines.append(f"    last load: {told(each, each.base)}")
        lines.append(f"    here:      {told(each, each.here)}" + (f" ({editor})" if editor else ""))
        lines.append(f"    files:     {told(each, each.files)}")
    return lines


def told(difference: Difference, value: Any) -> str:
    """Return a value of a difference in words; of a whole record, what its fields say."""
    if difference.field != WHOLE:
        return quoted(value)
    if value is None:
        return "no such record"
    return "; ".join(f"{name}: {quoted(each)}" for name, each in ordered(difference.key[0], value))


def noted(merged: Merged, whose: Whose) -> list[str]:
    """Return what was decided where editors had been at work, a line each: for who loads, and for the log."""
    notes = [f"kept as it is here: {each.name}{signed_by(whose, each)}" for each in merged.kept]
    for conflict, side in merged.settled:
        stands = "here" if side is Side.HERE else "in the files"
        editors = {editor for each in conflict.differences if (editor := whose.of(each))}
        by = f" ({'; '.join(sorted(editors))})" if editors else ""
        notes.append(f"changed here and in the files, settled as it is {stands}: {conflict.name}{by}")
    notes += [WITHHELD % name_of_key(key) for key in merged.withheld]
    return notes + [f"public again, as asked for: {name}" for name in sorted(merged.published)]


def signed_by(whose: Whose, difference: Difference) -> str:
    """Return whose edit a difference is, between brackets."""
    editor = whose.of(difference)
    return f" ({editor})" if editor else ""
