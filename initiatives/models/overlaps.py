"""Two who held one office at the same time: no office has two holders, but sources may say so."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.translation import gettext as _

from ..language import joined, long_date
from .governance import Office, OfficeHolder


@dataclass(frozen=True)
class Overlap:
    """A term in an office that is not said to be over when the next one began."""

    earlier: OfficeHolder
    later: OfficeHolder

    @property
    def sentence(self) -> str:
        """Return what is wrong, in the language in force: who, in which office, on which days."""
        words = {
            "earlier": self.earlier.name,
            "later": self.later.name,
            "start": long_date(self.earlier.start),
            "end": long_date(self.earlier.last_day),
            "next": long_date(self.later.start),
        }
        if self.earlier.end:
            told = _("%(earlier)s holds it from %(start)s to %(end)s, %(later)s from %(next)s already.")
        elif self.earlier.end_at_latest:
            told = _(
                "%(earlier)s holds it from %(start)s, until %(end)s at the latest, "
                "%(later)s from %(next)s already."
            )
        else:
            told = _("%(earlier)s holds it from %(start)s with no end, %(later)s from %(next)s already.")
        return joined(":", self.earlier.office, told % words)


def overlaps(holders: Iterable[OfficeHolder]) -> list[Overlap]:
    """Return each two of these terms in one office that overlap; who hands over on a day may share it."""
    by_office: dict[int, list[OfficeHolder]] = {}
    for holder in sorted(holders, key=lambda row: row.start):
        by_office.setdefault(holder.office_id, []).append(holder)
    return [
        Overlap(earlier, later)
        for terms in by_office.values()
        for place, earlier in enumerate(terms, 1)
        for later in terms[place:]
        if not earlier.last_day or earlier.last_day > later.start
    ]


def public_overlaps(office: Office | None = None) -> list[Overlap]:
    """Return the terms that overlap for readers, in this office or in all, in one query."""
    rows = OfficeHolder.objects.published().select_related("office")
    return overlaps(rows.filter(office=office) if office else rows)
