"""What was probably meant by a query that finds nothing: its words as the portal writes them."""

from collections.abc import Iterable, Mapping, Sequence
from difflib import SequenceMatcher
from itertools import chain
from typing import NamedTuple

from django.db.models import Exists

from ..models import IndexEntry
from ..models.search_entry import public_among
from .query_terms import STOP_WORDS, QueryTerm, entries_with
from .text import words_at

VOCABULARY = 400  # entries to draw a correction from
MOST_WRONG = 8  # words of a query: who has more of them wrong asked for something else
MOST_WORDS = 10_000  # of all these entries; there are some 2,000
LONGEST = 40  # letters of a word that is put right
# Slips of the pen tried were above 0.85, other words below 0.79 (“onderwijs”, “anderzijds”).
SIMILARITY = 0.8


class Line(NamedTuple):
    """What an entry of the index holds: its folded words, and its texts as readers see them."""

    words: str
    title: str
    passages: Mapping[str, Sequence[str]]


def correction(query: str, terms: Iterable[QueryTerm], language: str) -> str | None:
    """Return the query with each word that nothing has put right from the portal's own words, or None."""
    wrong = misspelt([term for term in terms if not term.is_whole], language)
    if not 0 < len(wrong) <= MOST_WRONG or any(len(term.text) > LONGEST for term in wrong):
        return None
    lines = nearby(wrong, language)
    words = vocabulary(lines, STOP_WORDS[language])
    right: dict[str, str] = {}
    for term in wrong:
        written = spelling(closest(term.text, words), lines)
        if not written:
            return None
        right[term.text] = written
    for word, start, end in reversed(words_at(query)):
        if word in right:
            query = query[:start] + right[word] + query[end:]
    return query


def misspelt(terms: Sequence[QueryTerm], language: str) -> list[QueryTerm]:
    """Return those of the terms that no entry has."""
    if not terms:
        return []
    entries = IndexEntry.objects.filter(language=language)
    found = entries.values_list(*(Exists(entries_with([term], language)) for term in terms)).first()
    return [term for term, is_found in zip(terms, found or (), strict=False) if not is_found]


def nearby(terms: Sequence[QueryTerm], language: str) -> list[Line]:
    """Return what the first public entries hold: long terms are only looked for where parts of them are."""
    entries = IndexEntry.objects.filter(language=language)
    if all(len(term.text) > 5 for term in terms):
        entries = entries.containing([sorted({piece for term in terms for piece in pieces_of(term.text)})])
    near = entries.order_by("place", "object_id")[:VOCABULARY]
    rows = list(near.values_list("kind", "object_id", "words", "title", "passages"))
    public = public_among((kind, record) for kind, record, *_texts in rows)
    return [Line(*texts) for kind, record, *texts in rows if (kind, record) in public]


def pieces_of(word: str) -> set[str]:
    """Return parts of a word that what it was meant to be is likely to have."""
    return {word[at : at + 3] for at in range(len(word) - 2)}


def vocabulary(lines: Iterable[Line], but: frozenset[str]) -> list[str]:
    """Return the folded words of the lines, but not of `but`, sorted: MOST_WORDS at most."""
    found: set[str] = set()
    for line in lines:
        for each in line.words.split():
            if 3 < len(each) <= LONGEST + 3 and each.isalpha():
                found.add(each)
        if len(found) > MOST_WORDS:
            break
    return sorted(found - but)[:MOST_WORDS]


def closest(word: str, words: Iterable[str]) -> str | None:
    """Return the one of the words that is most like `word`, or None."""
    matcher = SequenceMatcher(b=word, autojunk=False)
    best, similarity = None, SIMILARITY
    for each in words:
        if abs(len(each) - len(word)) < 4:
            matcher.set_seq1(each)
            if matcher.real_quick_ratio() > similarity and matcher.quick_ratio() > similarity:
                ratio = matcher.ratio()
                if ratio > similarity:
                    best, similarity = each, ratio
    return best


def spelling(word: str | None, lines: Iterable[Line]) -> str | None:
    """Return a folded word as the portal writes it, accents included."""
    for line in lines:
        if word and f" {word} " in line.words:
            for text in [line.title, *chain.from_iterable(line.passages.values())]:
                for each, start, end in words_at(text):
                    if each == word:
                        return text[start:end].lower()
    return word
