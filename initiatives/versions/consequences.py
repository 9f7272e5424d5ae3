"""What a change of publication does beyond the record: to pages that come or go with it, and to others.

Found by asking what is public before and after, so that the rule of what is public stays in one place.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db import transaction
from django.db.models import Model

from ..models import CONTENT, Objective, Page, Record, Term

# The keys of all public records, by kind.
Shown = dict[type[Record], set[int]]


@dataclass(frozen=True)
class Consequences:
    """What readers begin to see, or see no longer, beside a record: whole pages, and lines of others."""

    pages: list[Record]
    elsewhere: list[Record]


def shown() -> Shown:
    """Return which records readers see at this moment: without the objective, none but the glossary."""
    found = {model: set(model.objects.published().values_list("pk", flat=True)) for model in CONTENT}
    is_there = Objective.objects.published().main().exists()
    return found if is_there else {model: found[model] if model is Term else set() for model in CONTENT}


def consequences(record: Record) -> Consequences:
    """Return what readers would see beside a stored record, or see no longer, if it were saved as it is."""
    before = shown()
    with transaction.atomic():
        Model.save(record)
        after = shown()
        transaction.set_rollback(True)
    return between(before, after, record)


def between(before: Shown, after: Shown, record: Record) -> Consequences:
    """Return what came and went between two moments, beside a record and what is a part of it."""
    pages: list[Record] = []
    elsewhere: dict[tuple[str, int], Record] = {}
    for model in CONTENT:
        rows = model.objects.filter(pk__in=before[model] ^ after[model])
        for row in rows.select_related(model.item_field) if model.item_field else rows:
            if issubclass(model, Page):
                pages += [row] if row != record else []
            elif row.item not in (row, record.item):
                elsewhere[row.item._meta.label_lower, row.item.pk] = row.item
    return Consequences(pages, [each for each in elsewhere.values() if each not in pages])


def lost(before: Shown) -> list[Record]:
    """Return the pages that readers saw and no longer see, though they are marked as public themselves."""
    after = shown()
    return [
        page
        for model in CONTENT
        if issubclass(model, Page)
        for page in model.objects.filter(pk__in=before[model] - after[model])
        if page.is_marked_public
    ]


def listed(records: Iterable[Record]) -> str:
    """Return the names of records in one line."""
    return ", ".join(f"{each._meta.verbose_name} “{each}”" for each in records)
