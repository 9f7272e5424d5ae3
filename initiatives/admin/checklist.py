"""What a publisher reads and agrees to before a page is published, withdrawn or made a draft."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from hashlib import sha256

from django.db import IntegrityError
from django.http import QueryDict
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from ..models import Measure, Record, Worksite
from ..versions.consequences import consequences
from ..versions.revisions import parts_of


@dataclass(frozen=True)
class Point:
    """A sentence to read, with the records that it is about."""

    sentence: str
    names: tuple[str, ...] = ()


def of_publication(record: Record) -> list[Point]:
    """Return what to know before a record is saved with another publication; empty where there is nothing."""
    points = [*drafts(record), *numbers(record)] if record.is_marked_public else []
    return [*points, *around(record)] if record.pk else points


def of_deletions(record: Record, posted: QueryDict) -> list[Point]:
    """Return which public measures the form of a worksite deletes: others may have a link to them."""
    names = [name.removesuffix("-DELETE") for name in posted if re.fullmatch(r"measure_set-\d+-DELETE", name)]
    keys = [key for name in names if (key := posted.get(f"{name}-id", "")).isdecimal() and len(key) < 10]
    measures = list(Measure.objects.published().filter(worksite=record.pk, pk__in=keys)) if keys else []
    sentence = ngettext(
        "This measure is public, and others may link to it. Once deleted, its address only tells what stood "
        "there; a withdrawn one can be shown again. It will be deleted:",
        "These measures are public, and others may link to them. Once deleted, their addresses only tell "
        "what stood there; withdrawn ones can be shown again. They will be deleted:",
        len(measures),
    )
    return [Point(sentence, named(measures))] if measures else []


def agreement(points: Iterable[Point]) -> str:
    """Return what stands for having read exactly these points."""
    return sha256(repr(list(points)).encode()).hexdigest()[:16]


def drafts(record: Record) -> list[Point]:
    """Return which parts of a page are drafts, and go public with it the first time it does."""
    stored = type(record)._base_manager.filter(pk=record.pk, publication=Record.Publication.DRAFT)
    if record.item_field or not stored.exists():
        return []
    parts = [
        part
        for model in parts_of(type(record))
        for part in model.objects.filter(
            **{str(model.item_field): record.pk}, publication=Record.Publication.DRAFT
        )
    ]
    sentence = ngettext(
        "%(count)s part is a draft. It becomes public with the page, unless you keep it back there:",
        "%(count)s parts are drafts. They become public with the page, unless you keep them back there:",
        len(parts),
    )
    return [Point(sentence % {"count": len(parts)}, named(parts))] if parts else []


def numbers(record: Record) -> list[Point]:
    """Return that the objective announces fewer worksites than the number of this one."""
    if not isinstance(record, Worksite) or record.number <= (record.objective.announced_worksites or 0):
        return []
    sentence = _(
        "This is worksite %(number)s, and the objective announces %(announced)s. If the source announces "
        "more by now, change that number in the form of the objective as well."
    )
    announced = record.objective.announced_worksites
    return [Point(sentence % {"number": record.number, "announced": announced})]


def around(record: Record) -> list[Point]:
    """Return which other pages come or go with a stored record, and which show it or show it no longer."""
    try:
        found = consequences(record)
    except IntegrityError:  # the form says by itself what is wrong
        return []
    if record.is_marked_public:
        pages = _("Readers will see these pages as well:")
        elsewhere = _("These pages will show it from then on:")
    else:
        pages = _("Readers will no longer see these pages either: they go with it.")
        elsewhere = _("It is used on these pages, which will no longer show it:")
    points = [Point(pages, named(found.pages)), Point(elsewhere, named(found.elsewhere))]
    return [point for point in points if point.names]


def named(records: Iterable[Record]) -> tuple[str, ...]:
    """Return records as editors know them: “Werf 2. …”."""
    return tuple(capfirst(f"{record._meta.verbose_name} {record}") for record in records)
