"""Search: which entries of the index answer a query, in which order, and where their texts say so.

What has a word and the number after it in a row comes first (“werf 8”); then what has the words in its title,
in a heading, in its text.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple
from urllib.parse import urlencode

from django.db.models import Case, Q, Value, When
from django.db.models.expressions import Combinable
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from django_stubs_ext import StrOrPromise

from ..language import OTHER_LANGUAGE
from ..models import IndexEntry, Office, Sector, Steering, WorksiteSector
from ..models.search_entry import has_any, public_among
from .correction import correction
from .passages import Reading, marked, passage
from .query_terms import QueryTerm, entries_with, numbered_patterns, terms_of

Kind = IndexEntry.Kind
PLURALS = {
    Kind.OBJECTIVE: _("Objective"),
    Kind.WORKSITE: _("Worksites"),
    Kind.MEASURE: _("Measures"),
    Kind.SECTOR: _("Priority sectors"),
    Kind.OFFICE: _("Ministers and state secretaries"),
    Kind.ORGANISATION: _("Partners"),
    Kind.TERM: _("Terms"),
}
MAX_RESULTS = 300  # More results than this nobody reads; they are neither ranked nor counted.


class Match(NamedTuple):
    """An entry that answers a query: its key and kind, and the codes of its sectors and of its offices."""

    key: int
    kind: str
    sectors: str
    offices: str


@dataclass(frozen=True)
class Result:
    """An entry as a result shows it, what was searched for marked in its title and in a passage."""

    entry: IndexEntry
    title: str
    passage: str
    passage_language: str


@dataclass(frozen=True)
class FilterLink:
    """A way to confine a search, or to lift that: its label, how many it leaves (None: not counted)."""

    label: StrOrPromise
    query: str
    count: int | None
    is_chosen: bool


class Filter(NamedTuple):
    """The ways to confine a search in one respect."""

    name: str
    heading: StrOrPromise
    links: list[FilterLink]


def rank(terms: Sequence[QueryTerm], pairs: Sequence[str]) -> Combinable:
    """Return how far down an entry comes: for each term 0 in the title, 1 in a heading, 2 in the text.

    More than all that for each pair of a word and its number that neither its title nor its context has.
    """
    places: list[Combinable] = [
        Case(
            When(has_any("title_words", term.patterns), then=0),
            When(has_any("heading_words", term.patterns), then=1),
            default=2,
        )
        for term in terms
    ]
    places += [
        Case(
            When(has_any("title_words", [pair]) | has_any("context_words", [pair]), then=0),
            default=2 * len(terms) + 1,
        )
        for pair in pairs
    ]
    return sum(places, start=Value(0))


def belonging(link: type[WorksiteSector | Steering], record: Sector | Office) -> Q:
    """Return the condition that an entry is this sector or office, or a worksite or measure linked to it."""
    name = str(record._meta.model_name)
    worksites = link.objects.published().filter(**{name: record}).values("worksite")
    return Q(worksite__in=worksites) | Q(kind=name, object_id=record.pk)


@dataclass
class Search:
    """One search: what is asked, in which language, and to which kind, sector and office it is confined."""

    query: str
    language: str
    kind: str = ""
    sector: Sector | None = None
    office: Office | None = None

    @cached_property
    def terms(self) -> list[QueryTerm]:
        return terms_of(self.query, self.language)

    def find(self, kind: str = "") -> list[Match]:
        """Return the public entries that answer, in order, of one kind or any.

        Only the first MAX_RESULTS are asked whether they are public: a word that all have would ask all.
        """
        if not self.terms:
            return []
        entries = entries_with(self.terms, self.language)
        if self.sector:
            entries = entries.filter(belonging(WorksiteSector, self.sector))
        if self.office:
            entries = entries.filter(belonging(Steering, self.office))
        if kind:
            entries = entries.filter(kind=kind)
        ranked = entries.annotate(rank=rank(self.terms, numbered_patterns(self.query)))
        ranked = ranked.order_by("rank", "place", "object_id")
        rows = list(ranked.values_list("pk", "kind", "object_id", "sectors", "offices")[:MAX_RESULTS])
        public = public_among((kind, record) for _key, kind, record, *_links in rows)
        return [Match(key, kind, *links) for key, kind, record, *links in rows if (kind, record) in public]

    @cached_property
    def matches(self) -> list[Match]:
        """Return what is found of any kind."""
        return self.find()

    @property
    def total(self) -> int:
        return len(self.matches)

    @property
    def is_truncated(self) -> bool:
        """Return whether there may be more than what was found."""
        return self.total >= MAX_RESULTS

    @cached_property
    def keys(self) -> list[int]:
        """Return the keys of the results of the kind asked for, in order."""
        if self.kind and self.is_truncated:
            return [match.key for match in self.find(self.kind)]
        return [match.key for match in self.matches if self.kind in ("", match.kind)]

    def results(self, keys: Sequence[int]) -> Iterator[Result]:
        """Return the results with these keys, in this order."""
        found = IndexEntry.objects.joining("worksite").in_bulk(keys)
        reading = Reading(self.terms)
        for entry in (found[key] for key in keys if key in found):
            yield Result(entry, marked(entry.title, self.terms, reading), *self.passage(entry, reading))

    def passage(self, entry: IndexEntry, reading: Reading) -> tuple[str, str]:
        """Return the passage of an entry and its language: the other, where nothing else has the words."""
        for language in (self.language, OTHER_LANGUAGE[self.language]):
            texts = entry.passages.get(language, ())
            if any(reading.spans(text) for text in (entry.title, *texts)):
                return passage(texts, self.terms, language, reading), language
        texts = entry.passages.get(self.language, ())
        return passage(texts, self.terms, self.language, reading), self.language

    def query_string(self, **changes: str | Sector | Office | None) -> str:
        """Return the part of the address that asks for this search, with `changes`."""
        asked = {"q": self.query, "kind": self.kind, "sector": self.sector, "office": self.office} | changes
        given = {name: getattr(value, "code", value) for name, value in asked.items() if value}
        return f"?{urlencode(given)}" if given else ""

    @property
    def is_confined(self) -> bool:
        return bool(self.kind or self.sector or self.office)

    @property
    def unfiltered(self) -> str:
        """Return the part of the address that asks the same without filters."""
        return Search(self.query, self.language).query_string()

    @cached_property
    def filters(self) -> list[Filter]:
        """Return each filter that changes something, with its links."""
        counts = Counter(match.kind for match in self.matches)
        sector_codes = {code for match in self.matches for code in match.sectors.split()}
        office_codes = {code for match in self.matches for code in match.offices.split()}
        kinds = [self.link(PLURALS[kind], "kind", kind, counts[kind]) for kind in Kind if counts[kind]]
        sectors = [
            self.link(sector.name, "sector", sector)
            for sector in Sector.objects.published().filter(code__in=sector_codes)
        ]
        offices = [
            self.link(office.name, "office", office)
            for office in Office.objects.published().filter(code__in=office_codes)
        ]
        groups = (
            Filter("kind", _("Kind"), [self.link(_("All kinds"), "kind", "", self.total), *kinds]),
            Filter("sector", _("Sector"), [self.link(_("All sectors"), "sector", None), *sectors]),
            Filter("office", _("Office"), [self.link(_("All offices"), "office", None), *offices]),
        )
        return [each for each in groups if len(each.links) > 1]

    def link(
        self, label: StrOrPromise, name: str, value: str | Sector | Office | None, count: int | None = None
    ) -> FilterLink:
        """Return the link that gives a filter this value; without one, that lifts it."""
        is_chosen = (getattr(self, name) or None) == (value or None)
        return FilterLink(label, self.query_string(**{name: value}), count, is_chosen)

    # Where nothing is found: ways onward.

    @cached_property
    def in_other_language(self) -> "Search":
        """Return the same search in the other language."""
        return Search(self.query, OTHER_LANGUAGE[self.language])

    @cached_property
    def corrected(self) -> "Search | None":
        """Return the search that was probably meant, or None; it finds something."""
        query = correction(self.query, self.terms, self.language)
        search = Search(query, self.language) if query else None
        return search if search and search.total else None

    @property
    def word_searches(self) -> "list[Search]":
        """Return a search for each of several words."""
        return [Search(term.text, self.language) for term in self.terms] if len(self.terms) > 1 else []
