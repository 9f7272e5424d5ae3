"""Search: what a query asks, which entries of the index answer it, and where their texts say so.

Every word must be found, in any order: as it is, by its stem, or in Dutch as part of a compound. A number
or a code is found whole, a phrase in quotes word for word. What has a word and the number after it in a row
comes first (“werf 8”).
"""

import re
from collections import Counter
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import cached_property
from itertools import chain, pairwise
from urllib.parse import urlencode

from django.db.models import Case, Exists, Q, Value, When
from django.utils.translation import gettext_lazy as _

from ..language import OTHER_LANGUAGE
from ..models import IndexEntry, Office, Sector, Steering, WorksiteSector
from ..models.search_entry import has_any, public_among
from .passages import marked, passage, spans
from .text import is_number, stem, words, words_at

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
PHRASE = re.compile(r"[\"“”„«»]([^\"“”„«»]*)[\"“”„«»]")
# Between a word and the number that sticks to it: “werf8”, but not “go4brussels”.
STUCK = re.compile(r"(?<=[^\W\d_]{4})(?=\d)")
# What French puts before a vowel with an apostrophe, which is easily forgotten: “lemploi”.
ELIDED = re.compile(r"(?:[cdjlmnst]|qu)(?=[aeiouyh])(?=.{4})")
# Words that say nothing by themselves; where a query has others, these are not asked for.
SILENT = {
    "nl": """
        de het een en of van voor in op te met der den des aan bij om tot uit door over naar
        is zijn er die dat wie wat welk welke waar wanneer hoe
    """,
    "fr": """
        le la les l un une des du de d et ou en au aux a dans sur pour par avec
        est sont y qui que quoi quel quelle quels quelles comment quand
    """,
}
SILENT = {language: frozenset(line.split()) for language, line in SILENT.items()}
MOST = 300  # More results than this nobody reads; they are neither ranked nor counted.
VOCABULARY = 400  # entries to draw a correction from
LIKENESS = 0.8  # Slips of the pen tried were above 0.85, other words below 0.79 (“onderwijs”, “anderzijds”).


@dataclass(frozen=True)
class Term:
    """A word, number or phrase to be found, and in which language."""

    text: str
    language: str
    is_phrase: bool = False

    @cached_property
    def stem(self):
        return stem(self.text, self.language)

    @cached_property
    def stem_elided(self):
        """Give the stem without what was elided before it, where the word may lack an apostrophe, or None."""
        elided = ELIDED.match(self.text) if self.language == "fr" else None
        return stem(self.text[elided.end() :], self.language) if elided else None

    @property
    def is_whole(self):
        """Say whether it is found only as it is."""
        return self.is_phrase or is_number(self.text) or len(self.text) < 3

    @property
    def is_part(self):
        """Say whether it may be part of a compound, as in Dutch."""
        return self.language == "nl" and len(self.text) > 3

    @property
    def as_written(self):
        """Give the signs of the word as it is: at the beginning of words, in Dutch also at their end.

        A long one is looked for anywhere; a short one is there by chance (“eten” in “wetenschap”).
        """
        if self.is_part and len(self.text) > 5:
            return (self.text,)
        return (f" {self.text}", f"{self.text} ") if self.is_part else (f" {self.text}",)

    @cached_property
    def signs(self):
        """Give what a line of the index contains when the term is in it; see words.searchable().

        A long stem is looked for at the beginning of words, in Dutch anywhere in them. A shorter one is
        looked for by itself, in Dutch also at the end: a compound is what it ends in (“beleidswerf”).
        """
        if self.is_whole:
            return (f" {self.text} ",)
        before = "" if self.is_part and len(self.stem) > 3 else " "
        # What has the longer of two signs has the shorter one in it.
        signs = dict.fromkeys([*self.as_written, before + self.stem + ("" if len(self.stem) > 5 else "~")])
        signs |= {f" {self.stem_elided}~": None} if self.stem_elided else {}
        return tuple(sign for sign in signs if not any(other in sign for other in signs if other != sign))

    def span_in(self, word):
        """Give (start, end) of the term within a folded word, or None."""
        if self.is_whole:
            return (0, len(word)) if word == self.text else None
        found = stem(word, self.language)
        if found in (self.stem, self.stem_elided):
            return 0, len(word)
        for sign in self.as_written:
            at = f" {word} ".find(sign)
            if at >= 0:
                start = max(at - 1, 0)
                return start, start + len(self.text)
        if any(sign in f" {found}~" for sign in self.signs):
            # Spelling changes with the stem (“duurzaam”, “duurzame”): it is marked from there to its end.
            return max(word.rfind(self.stem[:2]), 0), len(word)
        return None


def terms_of(query, language):
    """Give the terms of a query: its phrases and its words, each once."""
    phrases = [" ".join(words(phrase)) for phrase in PHRASE.findall(query)]
    found = dict.fromkeys(Term(each, language, is_phrase=" " in each) for each in phrases if each)
    loose = loose_words(query)
    telling = [word for word in loose if word not in SILENT[language]]
    return list(
        found | dict.fromkeys(Term(word, language) for word in telling or (loose if not found else ()))
    )


def loose_words(query):
    """Give the words of a query that stand in no phrase, a number apart from the word it sticks to."""
    return words(STUCK.sub(" ", PHRASE.sub(" ", query)))


def numbered(query):
    """Give the signs of each word with the number after it: of “Maatregel 2 van werf 8” these are two."""
    pairs = pairwise(loose_words(query))
    return [f" {word} {number} " for word, number in pairs if is_number(number) and not is_number(word)]


def answering(terms, language):
    """Give the entries in which all terms are found."""
    return IndexEntry.objects.filter(language=language).containing([term.signs for term in terms])


def rank(terms, pairs):
    """Give how far down an entry comes: for each term 0 in the title, 1 in a heading, 2 in the text.

    More than all that for each pair of a word and its number that neither its title nor its context has.
    """
    places = [
        Case(
            When(has_any("title_words", term.signs), then=0),
            When(has_any("heading_words", term.signs), then=1),
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


def belonging(link, record):
    """Give the condition that an entry is this sector or office, or a worksite or measure linked to it."""
    name = record._meta.model_name
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
    def terms(self):
        return terms_of(self.query, self.language)

    def found(self, kind=""):
        """Give (key, kind, sectors, offices) of the public entries that answer, in order, of one kind or any.

        Only the first MOST are asked whether they are public: a word that all have would ask it of all.
        """
        if not self.terms:
            return []
        entries = answering(self.terms, self.language)
        if self.sector:
            entries = entries.filter(belonging(WorksiteSector, self.sector))
        if self.office:
            entries = entries.filter(belonging(Steering, self.office))
        if kind:
            entries = entries.filter(kind=kind)
        ranked = entries.annotate(rank=rank(self.terms, numbered(self.query))).order_by(
            "rank", "place", "object_id"
        )
        rows = list(ranked.values_list("pk", "kind", "object_id", "sectors", "offices")[:MOST])
        public = public_among((kind, record) for _key, kind, record, *_links in rows)
        return [(key, kind, *links) for key, kind, record, *links in rows if (kind, record) in public]

    @cached_property
    def rows(self):
        """Give what is found of any kind."""
        return self.found()

    @property
    def total(self):
        return len(self.rows)

    @property
    def is_cut(self):
        return self.total >= MOST

    @cached_property
    def keys(self):
        """Give the keys of the results of the kind asked for, in order."""
        if self.kind and self.is_cut:
            return [key for key, *_entry in self.found(self.kind)]
        return [key for key, kind, *_links in self.rows if self.kind in ("", kind)]

    def results(self, keys):
        """Give the entries with these keys, in this order, with title and passage marked."""
        found = IndexEntry.objects.select_related("worksite").in_bulk(keys)
        for entry in (found[key] for key in keys if key in found):
            entry.marked_title = marked(entry.title, self.terms)
            entry.passage, entry.passage_language = self.passage(entry)
            yield entry

    def passage(self, entry):
        """Give the passage of an entry and its language: the other one, where nothing else has the words."""
        for language in (self.language, OTHER_LANGUAGE[self.language]):
            texts = entry.passages.get(language, ())
            if any(spans(text, self.terms) for text in (entry.title, *texts)):
                return passage(texts, self.terms, language), language
        return passage(entry.passages.get(self.language, ()), self.terms, self.language), self.language

    def address(self, **changes):
        """Give the part of the address that asks for this search, with `changes`."""
        asked = {"q": self.query, "kind": self.kind, "sector": self.sector, "office": self.office} | changes
        asked = {name: getattr(value, "code", value) for name, value in asked.items() if value}
        return f"?{urlencode(asked)}" if asked else ""

    @property
    def is_confined(self):
        return bool(self.kind or self.sector or self.office)

    @property
    def unfiltered(self):
        return Search(self.query, self.language).address()

    @cached_property
    def filters(self):
        """Give (heading, its links) for each way to confine the search that changes something."""
        counts = Counter(kind for _key, kind, *_links in self.rows)
        sector_codes = {code for *_entry, sectors, _offices in self.rows for code in sectors.split()}
        office_codes = {code for *_entry, offices in self.rows for code in offices.split()}
        kinds = [self.link(PLURALS[kind], "kind", kind, counts[kind]) for kind in Kind if counts[kind]]
        found = Sector.objects.published().filter(code__in=sector_codes)
        sectors = [self.link(each.name, "sector", each) for each in found]
        found = Office.objects.published().filter(code__in=office_codes)
        offices = [self.link(each.name, "office", each) for each in found]
        groups = (
            ("kind", _("Kind"), self.link(_("All kinds"), "kind", "", self.total), kinds),
            ("sector", _("Sector"), self.link(_("All sectors"), "sector", None), sectors),
            ("office", _("Office"), self.link(_("All offices"), "office", None), offices),
        )
        return [(name, heading, [everything, *links]) for name, heading, everything, links in groups if links]

    def link(self, label, name, value, count=None):
        chosen = (getattr(self, name) or None) == (value or None)
        return {"label": label, "count": count, "query": self.address(**{name: value}), "chosen": chosen}

    # Where nothing is found: ways onward.

    @cached_property
    def in_twin(self):
        """Give the same search in the other language."""
        return Search(self.query, OTHER_LANGUAGE[self.language])

    @cached_property
    def corrected(self):
        """Give the search that was probably meant, or None."""
        query = correction(self)
        return Search(query, self.language) if query else None

    @property
    def apart(self):
        """Give a search for each of several words."""
        return [Search(term.text, self.language) for term in self.terms] if len(self.terms) > 1 else []


# Finding nothing --------------------------------------------------------------------------------------


def correction(search):
    """Give the query with the words that nothing has put right from the portal's own words, or None."""
    terms = [term for term in search.terms if not term.is_whole]
    if not terms:
        return None
    entries = IndexEntry.objects.filter(language=search.language)
    found = entries.values_list(*(Exists(answering([term], search.language)) for term in terms)).first()
    wrong = [term for term, is_found in zip(terms, found or (), strict=False) if not is_found]
    if not wrong:
        return None
    if all(len(term.text) > 5 for term in wrong):
        entries = entries.containing([sorted({piece for term in wrong for piece in pieces_of(term.text)})])
    near = entries.order_by("place", "object_id")[:VOCABULARY]
    near = list(near.values_list("kind", "object_id", "words", "title", "passages"))
    public = public_among((kind, record) for kind, record, *_texts in near)
    rows = [texts for kind, record, *texts in near if (kind, record) in public]
    right = {term.text: spelling(closest(term.text, rows, SILENT[search.language]), rows) for term in wrong}
    if not all(right.values()):
        return None
    query = search.query
    for word, start, end in reversed(words_at(query)):
        if word in right:
            query = query[:start] + right[word] + query[end:]
    return query if Search(query, search.language).total else None


def pieces_of(word):
    """Give parts of a word that what it was meant to be is likely to have."""
    return {word[at : at + 3] for at in range(len(word) - 2)}


def closest(word, rows, but):
    """Give the folded word of the rows, but not of `but`, that is most like `word`, or None."""
    vocabulary = {
        each for words, *_texts in rows for each in words.split() if each.isalpha() and len(each) > 3
    }
    matcher = SequenceMatcher(b=word, autojunk=False)
    best, likeness = None, LIKENESS
    for each in sorted(vocabulary - but):
        if abs(len(each) - len(word)) < 4:
            matcher.set_seq1(each)
            if matcher.real_quick_ratio() > likeness and matcher.quick_ratio() > likeness:
                ratio = matcher.ratio()
                if ratio > likeness:
                    best, likeness = each, ratio
    return best


def spelling(word, rows):
    """Give a folded word as the portal writes it, accents included, or None."""
    for line, title, passages in rows:
        if word and f" {word} " in line:
            for text in [title, *chain.from_iterable(passages.values())]:
                for each, start, end in words_at(text):
                    if each == word:
                        return text[start:end].lower()
    return word
