"""How a record is named: its natural key, its name in the log and in messages, and what readers call it.

Records that were serialized (a version, a fixture) are named from what was stored and not from the tables of
today, so that an old version keeps its names.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from django.utils.text import capfirst
from django.utils.translation import gettext as _

from ..language import joined, shortened
from . import CONTENT
from .base import Record
from .governance import Office
from .partners import Partnership
from .version import Revision, SerializedRecord
from .worksites import Sector

KINDS: dict[str, type[Record]] = {model._meta.model_name or "": model for model in CONTENT}
# Parts that readers know by what they link to.
LINKS_TO: dict[str, type[Record]] = {"worksitesector": Sector, "objectiveoffice": Office}
LONGEST_NAME = 300  # signs


def kind_of(label: str) -> str:
    """Return the kind that a model's label names: “worksite” of “initiatives.worksite”."""
    return label.partition(".")[2]


def model_of(row: SerializedRecord) -> type[Record] | None:
    """Return the model of a serialized record, or None where there is no such kind any more."""
    return KINDS.get(kind_of(row["model"]))


# For editors, logs and messages -----------------------------------------------------------------------


def natural_key_text(key: Iterable[object]) -> str:
    """Return a natural key as people read it, its parts with a space between: “1.4-02 construction”."""
    return " ".join(map(str, key))


def natural_key_in(model: type[Record] | None, fields: Mapping[str, Any]) -> list[Any]:
    """Return the natural key that serialized fields hold, with None for each part that is missing.

    Of a kind that there is no more, that is the code.
    """
    key: list[Any] = []
    for name in model.natural_key_fields if model else ("code",):
        value = fields.get(name.partition("__")[0])
        key += value if isinstance(value, list) else [value]
    return key


def record_key(row: SerializedRecord) -> tuple[str, ...]:
    """Return what names a serialized record among all others: its model's label and its natural key."""
    return (row["model"], *map(str, natural_key_in(model_of(row), row["fields"])))


def technical_name(label: str, key: Iterable[object]) -> str:
    """Return the name of a record in logs and messages: “worksite 1.4-02”, of model's label and key."""
    return f"{kind_of(label)} {natural_key_text(key)}"


# For readers ------------------------------------------------------------------------------------------


def part_name(row: SerializedRecord) -> str:
    """Return what readers call a part of an item: what it is, or links to, and its place in its list."""
    fields, kind = row["fields"], kind_of(row["model"])
    model = LINKS_TO.get(kind, model_of(row))
    name = str(model._meta.verbose_name) if model else row["model"]
    if kind == "partnership" and fields.get("role") in Partnership.Role:
        name = str(Partnership.Role(fields["role"]).label)
    if kind == "steering":
        name = _("steering office")
    return capfirst(f"{name} {fields.get('position', '')}".strip())


def item_name(revision: Revision) -> str:
    """Return what readers call the item of a version: its kind, its number if it has one, and its title."""
    model, title = KINDS.get(revision.kind), revision.title
    # Some versions are older than the longest title that may be entered: lists name a hundred of them.
    title = title if len(title) <= LONGEST_NAME else shortened(title[: 2 * LONGEST_NAME], LONGEST_NAME)
    if not model or revision.kind in ("strategy", "pillar"):
        return title
    number = revision.fields.get("number") or (revision.code if revision.kind == "objective" else "")
    return joined(":", capfirst(f"{model._meta.verbose_name} {number}".strip()), capfirst(title))
