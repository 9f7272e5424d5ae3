"""Which fields of a record belong together: what was changed in one of them here and in another in the files.

A text and what is said of it – where it comes from, who stands for it – are not torn apart; nor are a text in
both languages where one side takes it away or adds it, nor what a constraint holds together.
"""

from collections.abc import Iterator
from typing import Any, NamedTuple

from django.db.models import CheckConstraint, F, Q

from ..language import LANGUAGES
from ..models import Record
from ..models.provenance import Provenance
from .states import governed

Row = dict[str, Any]
Names = set[str]

# Whether a record is public, and what its address says where it is not.
PUBLICATION = {"publication", "merged_into", *(f"withdrawal_reason_{language}" for language in LANGUAGES)}


class Sides(NamedTuple):
    """A record in its three states, and the fields that changed here and in the files and differ now."""

    base: Row
    here: Row
    files: Row
    ours: Names
    theirs: Names


def bundles(model: type[Record], sides: Sides) -> list[Names]:
    """Return the sets of fields that are in conflict, each to be settled as one."""
    ours, theirs = sides.ours, sides.theirs
    found = [{name} for name in ours & theirs]
    ties = [PUBLICATION, *constrained(model), *pairs(model, sides), *claims(model, sides)]
    found += [tie & (ours | theirs) for tie in ties if tie & ours and tie & theirs]
    joined: list[Names] = []
    for each in found:
        touching = [other for other in joined if other & each]
        joined = [other for other in joined if not other & each] + [each.union(*touching)]
    return joined


def claims(model: type[Record], sides: Sides) -> Iterator[Names]:
    """Yield what is said of texts, with the texts where it would be said of others than was meant.

    That a text is the portal’s own holds for all of them; that it was printed or validated is a claim.
    """
    _base, here, files, ours, theirs = sides
    for language in LANGUAGES:
        for provenance, names in governed(model, language).items():
            texts, state = set(names), {provenance}
            if provenance == f"provenance_{language}":
                state |= {f"validated_by_{language}", f"validated_on_{language}"}
            yield state
            is_claimed = any(
                state & changed and row.get(provenance) != Provenance.PORTAL
                for row, changed in ((here, ours), (files, theirs))
            )
            if is_claimed:
                yield texts | state
            elif (contested := texts & ours & theirs) and texts & ours == contested:
                yield contested | state


def pairs(model: type[Record], sides: Sides) -> Iterator[Names]:
    """Yield a text in both languages where one side has added it or taken it away."""
    for name in model.translated_fields():
        fields = {f"{name}_{language}" for language in LANGUAGES}
        if any(
            bool(row.get(each)) != bool(sides.base.get(each))
            for row in (sides.here, sides.files)
            for each in fields
        ):
            yield fields


def constrained(model: type[Record]) -> Iterator[Names]:
    """Yield the fields that a constraint of this kind holds together, those of all kinds aside."""
    for each in model._meta.constraints:
        if isinstance(each, CheckConstraint) and isinstance(each.condition, Q):
            names = set(fields_in(each.condition))
            if len(names) > 1 and "publication" not in names and "validated" not in each.name:
                yield names


def fields_in(condition: Q) -> Iterator[str]:
    """Yield the fields that a condition is about."""
    for child in condition.children:
        if isinstance(child, Q):
            yield from fields_in(child)
        elif isinstance(child, tuple):
            name, value = child
            yield name.partition("__")[0]
            if isinstance(value, F):
                yield str(value.name)  # type: ignore[attr-defined]  # the stubs know it of none
