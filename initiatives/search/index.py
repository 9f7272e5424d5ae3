"""Bringing the search index in step: which items a change concerns, and writing what is said of each."""

from collections.abc import Iterable
from typing import Any

from django.db import transaction
from django.db.models import ForeignKey, Q
from django.utils import translation

from ..language import LANGUAGES
from ..models import CONTENT, Milestone, Objective, Pillar, Record, Strategy, Term, Worksite
from ..models.querysets import related_kind
from ..models.search_entry import IndexEntry
from .entries import sources
from .glossary import Glossary

Kind = IndexEntry.Kind
# With these, anything in the content may begin or cease to be public, or be called otherwise.
ABOVE_ALL = (Strategy, Pillar, Objective, Term)
KEY_FIELDS = ("language", "kind", "object_id")
VALUE_FIELDS = [each for each in IndexEntry._meta.fields if each.name not in ("id", *KEY_FIELDS)]
BATCH_SIZE = 500

# The kinds of item that have entries.
ITEMS = tuple(sources())

# The keys of items, by their kind.
Items = dict[type[Record], set[int]]


# Writing it -------------------------------------------------------------------------------------------


def reindex() -> list[str]:
    """Make the index right for all of the content; return a line for each entry that was not."""
    items = everything()
    for model in ITEMS:
        # What is gone from the content may stand in the index still.
        indexed = IndexEntry.objects.filter(kind=model._meta.model_name)
        items[model] |= set(indexed.values_list("object_id", flat=True))
    measures = IndexEntry.objects.filter(kind=Kind.MEASURE)
    items[Worksite] |= set(measures.values_list("worksite_id", flat=True))
    return reindex_items(items)


def everything() -> Items:
    """Return the keys of all items."""
    return {model: set(model._base_manager.values_list("pk", flat=True)) for model in ITEMS}


def reindex_items(items: Items) -> list[str]:
    """Make the index right for `{kind of item: keys}`; return a line for each entry that was not."""
    lines: list[str] = []
    for model, keys in items.items():
        ordered = sorted(keys)
        for start in range(0, len(ordered), BATCH_SIZE):
            lines += reindex_batch(model, ordered[start : start + BATCH_SIZE])
    return lines


@transaction.atomic
def reindex_batch(model: type[Record], keys: list[int]) -> list[str]:
    """Make the index right for some items of a kind; return a line for each entry that was not."""
    rows, entries_of = sources()[model]
    records = list(rows.published().filter(pk__in=keys))
    built: list[IndexEntry] = []
    for language in LANGUAGES:
        with translation.override(language):
            glossary = Glossary()
            built += [each for record in records for each in entries_of(record, glossary)]
    about = Q(kind=model._meta.model_name, object_id__in=keys)
    if model is Worksite:
        about |= Q(worksite__in=keys)
    return replace_entries(IndexEntry.objects.filter(about), built)


def replace_entries(indexed: Iterable[IndexEntry], built: Iterable[IndexEntry]) -> list[str]:
    """Put the entries `built` in the place of those `indexed`; return a line for each that differs."""
    before = {entry_key(each): each for each in indexed}
    after = {entry_key(each): each for each in built}
    deleted = [each for key, each in before.items() if key not in after]
    new = [each for key, each in after.items() if key not in before]
    changed = [
        each
        for key, each in after.items()
        if key in before and entry_values(each) != entry_values(before[key])
    ]
    if deleted:
        IndexEntry.objects.filter(pk__in=[each.pk for each in deleted]).delete()
    IndexEntry.objects.bulk_create(
        new + changed,
        update_conflicts=True,
        unique_fields=KEY_FIELDS,
        update_fields=[each.name for each in VALUE_FIELDS],
    )
    marks = {"+": new, "-": deleted, "~": changed}
    return [f"{mark} {each}" for mark, entries in marks.items() for each in entries]


def entry_key(entry: IndexEntry) -> tuple[str, str, int]:
    return entry.language, entry.kind, entry.object_id


def entry_values(entry: IndexEntry) -> list[Any]:
    return [getattr(entry, each.attname) for each in VALUE_FIELDS]


# What a change makes stale -----------------------------------------------------------------------------


class Stale:
    """The items whose entries a change makes stale: gathered while it is made, brought in step at its end."""

    def __init__(self) -> None:
        self.items: Items = {}
        self.is_all = False

    def add(self, record: Record) -> None:
        """Add what says something of this record: before it is changed, and once it is saved."""
        if self.is_all or type(record) in ABOVE_ALL:
            self.is_all = True
            return
        for model, keys in concerned(record).items():
            self.items.setdefault(model, set()).update(keys)

    def add_all(self) -> None:
        """Add everything."""
        self.is_all = True

    def refresh(self) -> None:
        """Make the index right for all that was added."""
        if self.is_all:
            reindex()
        else:
            reindex_items({model: self.items[model] for model in ITEMS if model in self.items})


def concerned(record: Record) -> Items:
    """Return `{kind of item: keys}` for the items whose entries say something of this record."""
    model = type(record)
    if model is Milestone:
        return {Objective: set(Objective.objects.main().values_list("pk", flat=True))}
    if model.item_field:
        return {
            related_kind(model, each.name): {getattr(record, each.attname)} for each in foreign_keys(model)
        }
    # An office is found by the name of what was merged with it.
    own = [getattr(record, each.attname) for each in foreign_keys(model) if each.related_model is model]
    found: Items = {model: {record.pk, *filter(None, own)}}
    for part in CONTENT:
        for here in foreign_keys(part) if part.item_field else ():
            if here.related_model is model:
                rows = part._base_manager.filter(**{here.name: record.pk})
                for there in foreign_keys(part):
                    if there is not here:
                        keys = rows.values_list(there.attname, flat=True)
                        found.setdefault(related_kind(part, there.name), set()).update(keys)
    return found


def foreign_keys(model: type[Record]) -> list[ForeignKey[Any, Any]]:
    return [each for each in model._meta.fields if isinstance(each, ForeignKey)]
