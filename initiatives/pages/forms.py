"""What readers may ask of a list in the address: its page, or the filters of the measures."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, cast
from urllib.parse import urlencode

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from ..models import Office, Sector, Worksite


class PageForm(forms.Form):
    """The page of a long list."""

    page = forms.IntegerField(required=False)

    def number(self) -> int:
        """Return the page that was asked for; the first where what was asked is no number."""
        self.full_clean()
        return self.cleaned_data.get("page") or 1


NO_FILTER = {"invalid_choice": _("There is no such filter; the measures are not filtered by it.")}


def query_string(chosen: dict[str, str]) -> str:
    """Return the part of the address that chooses these filters, or "" without any."""
    return f"?{urlencode(chosen)}" if chosen else ""


def links_of(worksite: Worksite) -> set[tuple[str, str]]:
    """Return (filter, code) for each sector and each steering office of a worksite."""
    sectors = {("sector", sector.code) for sector in worksite.sectors}
    return sectors | {("office", row.office.code) for row in worksite.steering_set.all()}


@dataclass(frozen=True)
class FilterLink:
    """A way to confine the list of measures to a sector or an office, or to neither; how many it leaves."""

    record: Sector | Office | None
    query: str
    count: int
    is_chosen: bool


class MeasuresForm(forms.Form):
    """The sector and the office that the list of measures is confined to, by their codes.

    It confines the worksites that it is given, with their measures, sectors and steering offices.
    """

    sector = forms.ChoiceField(required=False, error_messages=NO_FILTER)
    office = forms.ChoiceField(required=False, error_messages=NO_FILTER)

    def __init__(self, data: QueryDict, worksites: Iterable[Worksite]) -> None:
        super().__init__(data)
        self.worksites = list(worksites)
        self.records: dict[str, dict[str, Sector | Office]] = {
            "sector": {each.code: each for each in Sector.objects.published()},
            "office": {each.code: each for each in Office.objects.published()},
        }
        for name, records in self.records.items():
            cast("forms.ChoiceField", self.fields[name]).choices = [(code, code) for code in records]
        self.full_clean()
        self.chosen = {name: code for name, code in self.cleaned_data.items() if code}

    @property
    def is_filtered(self) -> bool:
        """Return whether a filter was asked for, even one that there is not."""
        return any(name in self.data for name in self.fields)

    @property
    def sentences(self) -> list[str]:
        """Return what is wrong with the filters, each sentence once."""
        return list(dict.fromkeys(str(sentence) for errors in self.errors.values() for sentence in errors))

    @property
    def confined_to(self) -> list[Sector | Office]:
        """Return the sector and the office that were chosen."""
        return [self.records[name][code] for name, code in self.chosen.items()]

    @property
    def query(self) -> str:
        """Return the part of the address that asks for this list."""
        return query_string(self.chosen)

    def confined(self, chosen: dict[str, str] | None = None) -> list[Worksite]:
        """Return the worksites that these filters leave: those that were chosen, where none are given."""
        wanted = (self.chosen if chosen is None else chosen).items()
        return [worksite for worksite in self.worksites if wanted <= links_of(worksite)]

    def filters(self) -> list[dict[str, Any]]:
        """Return each filter with its links; a link keeps the other filter as it is."""
        words = {"sector": (_("Sector"), _("All sectors")), "office": (_("Office"), _("All offices"))}
        return [
            {
                "name": name,
                "heading": words[name][0],
                "all": words[name][1],
                "records": list(records.values()),
                "links": [self.link(name, record) for record in (None, *records.values())],
            }
            for name, records in self.records.items()
        ]

    def link(self, name: str, record: Sector | Office | None) -> FilterLink:
        """Return the link that chooses a record for a filter, or lifts the filter."""
        rest = {other: code for other, code in self.chosen.items() if other != name}
        chosen = rest | ({name: record.code} if record else {})
        count = sum(len(worksite.measure_set.all()) for worksite in self.confined(chosen))
        return FilterLink(record, query_string(chosen) or "?", count, chosen == self.chosen)
