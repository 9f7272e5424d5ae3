"""What readers may ask for in the address."""

from dataclasses import dataclass
from urllib.parse import urlencode

from django import forms
from django.utils.translation import gettext_lazy as _

from ..models import IndexEntry, Office, Sector, Worksite
from .query import Search
from .text import words

NO_FILTER = {"invalid_choice": _("There is no such filter; the results are not filtered by it.")}


class SearchForm(forms.Form):
    """The query, the filters and the page of a search; what is wrong with them is said in sentences."""

    q = forms.CharField(
        required=False,
        max_length=200,
        error_messages={"max_length": _("This is longer than 200 characters. Search for a few words of it.")},
    )
    kind = forms.ChoiceField(required=False, choices=IndexEntry.Kind, error_messages=NO_FILTER)
    sector = forms.ModelChoiceField(
        Sector.objects.published(), to_field_name="code", required=False, error_messages=NO_FILTER
    )
    office = forms.ModelChoiceField(
        Office.objects.published(), to_field_name="code", required=False, error_messages=NO_FILTER
    )
    page = forms.IntegerField(required=False)

    def clean_q(self):
        query = self.cleaned_data["q"]
        if query and not words(query):
            raise forms.ValidationError(_("This holds no word and no number to search for."))
        return query

    def search(self, language):
        """Give the Search that was asked for, without what is wrong."""
        self.full_clean()
        asked = self.cleaned_data
        return Search(
            asked.get("q", ""), language, asked.get("kind", ""), asked.get("sector"), asked.get("office")
        )

    @property
    def sentences(self):
        """Give what is wrong with the query and its filters; a wrong page is the first."""
        wrong = [name for name in self.errors if name != "page"]
        return list(dict.fromkeys(sentence for name in wrong for sentence in self.errors[name]))


class PageForm(forms.Form):
    """The page of a long list."""

    page = forms.IntegerField(required=False)

    def number(self):
        """Give the page that was asked for; the first where what was asked is no number."""
        self.full_clean()
        return self.cleaned_data.get("page") or 1


NO_FILTER_OF_MEASURES = {"invalid_choice": _("There is no such filter; the measures are not filtered by it.")}


def address(chosen: dict[str, str]) -> str:
    """Give the part of the address that chooses these filters."""
    return f"?{urlencode(chosen)}" if chosen else ""


def links_of(worksite: Worksite) -> set[tuple[str, str]]:
    """Give (filter, code) for each sector and each steering office of a worksite."""
    sectors = {("sector", sector.code) for sector in worksite.sectors}
    return sectors | {("office", row.office.code) for row in worksite.steering_set.all()}


@dataclass(frozen=True)
class FilterLink:
    """A way to confine the list of measures to a sector or an office, or to neither; how many it leaves."""

    record: Sector | Office | None
    address: str
    count: int
    is_chosen: bool


class MeasuresForm(forms.Form):
    """The sector and the office that the list of measures is confined to, by their codes.

    It confines the worksites that it is given, with their measures, sectors and steering offices.
    """

    sector = forms.ChoiceField(required=False, error_messages=NO_FILTER_OF_MEASURES)
    office = forms.ChoiceField(required=False, error_messages=NO_FILTER_OF_MEASURES)

    def __init__(self, data, worksites):
        super().__init__(data)
        self.worksites = list(worksites)
        self.records = {
            "sector": {each.code: each for each in Sector.objects.published()},
            "office": {each.code: each for each in Office.objects.published()},
        }
        for name, records in self.records.items():
            self.fields[name].choices = [(code, code) for code in records]
        self.full_clean()
        self.chosen = {name: code for name, code in self.cleaned_data.items() if code}

    @property
    def sentences(self) -> list[str]:
        """Give what is wrong with the filters, each sentence once."""
        return list(dict.fromkeys(sentence for errors in self.errors.values() for sentence in errors))

    @property
    def confined_to(self) -> list[Sector | Office]:
        """Give the sector and the office that were chosen."""
        return [self.records[name][code] for name, code in self.chosen.items()]

    @property
    def query(self) -> str:
        return address(self.chosen)

    def confined(self, chosen: dict[str, str] | None = None) -> list[Worksite]:
        """Give the worksites that these filters leave: those that were chosen, where none are given."""
        wanted = (self.chosen if chosen is None else chosen).items()
        return [worksite for worksite in self.worksites if wanted <= links_of(worksite)]

    def filters(self) -> list[dict]:
        """Give each filter with its links; a link keeps the other filter as it is."""
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
        rest = {other: code for other, code in self.chosen.items() if other != name}
        chosen = rest | ({name: record.code} if record else {})
        count = sum(len(worksite.measure_set.all()) for worksite in self.confined(chosen))
        return FilterLink(record, address(chosen) or "?", count, chosen == self.chosen)
