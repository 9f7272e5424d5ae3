"""Showing where a text has what was searched for."""

from collections.abc import Iterator, Sequence
from itertools import takewhile

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from ..language import mark_quotations
from .effort import Effort
from .query_terms import QueryTerm
from .text import PlacedWord, compounds_at, suspended_at, words_at

PASSAGE_LENGTH = 240  # signs, about
# How often a word may be held against a term for one page of results; what follows is shown without marks.
MOST_CHECKS = 40_000
COST_OF_PLACE = 30  # in checks: what stands near a place is counted
SIGNS_OF_A_WORD = 4  # about, space included

Span = tuple[int, int, QueryTerm]


class Reading:
    """What is read for one page of results: each text once, as far as the effort for a page goes."""

    def __init__(self, terms: Sequence[QueryTerm]) -> None:
        self.terms = terms
        self.effort = Effort(MOST_CHECKS)
        self.read: dict[str, list[Span]] = {}

    def spans(self, text: str) -> list[Span]:
        """Return spans() of a text."""
        if text not in self.read:
            self.read[text] = spans(text, self.terms, self.effort)
        return self.read[text]


def spans(text: str, terms: Sequence[QueryTerm], effort: Effort) -> list[Span]:
    """Return (start, end, term) for each place in `text` that has one of the terms, in order.

    None in a text that is too long for what is left of the effort.
    """
    found: list[Span] = []
    if not effort.allows((len(text) // SIGNS_OF_A_WORD + 1) * len(terms)):
        return found
    line = words_at(text)
    loose = [term for term in terms if not term.is_phrase]
    for word, start, end in line:
        for term in loose:
            if span := term.span_in(word):
                # Where signs became two or none in folding, the whole word is marked.
                exact = end - start == len(word)
                found.append((start + span[0], start + span[1], term) if exact else (start, end, term))
    for first, rest, start, end in [*compounds_at(text, line), *suspended_at(text, line)]:
        for term in loose:
            span = term.span_in(first + rest)
            # What stands in one of the parts is marked there.
            if span and span[0] < len(first) < span[1]:
                found.append((start, end, term))
    for term in terms:
        if term.is_phrase:
            found += [(start, end, term) for start, end in places_of(term.text.split(), line)]
    return sorted(found, key=lambda span: span[:2])


def places_of(phrase: Sequence[str], line: Sequence[PlacedWord]) -> Iterator[tuple[int, int]]:
    """Yield where a phrase begins and ends, each time that it stands in a line."""
    for at in range(len(line) - len(phrase) + 1):
        if line[at][0] == phrase[0]:
            part = line[at : at + len(phrase)]
            if [word for word, _start, _end in part] == phrase:
                yield part[0][1], part[-1][2]


def marked(text: str, terms: Sequence[QueryTerm], reading: Reading | None = None) -> SafeString:
    """Return `text` as HTML, with `<mark>` around what the terms found."""
    parts, at = [], 0
    for start, end, _term in (reading or Reading(terms)).spans(text):
        if end > at:
            begin = max(start, at)
            parts.append((text[at:begin], text[begin:end]))
            at = end
    return format_html("{}{}", format_html_join("", "{}<mark>{}</mark>", parts), text[at:])


def passage(
    texts: Sequence[str], terms: Sequence[QueryTerm], language: str = "nl", reading: Reading | None = None
) -> str:
    """Return the part of `texts` that has most of the terms, marked; the beginning where none has any.

    What a French text quotes is Dutch, and says so.
    """
    reading = reading or Reading(terms)
    best, most = (texts[0] if texts else "", 0), 0
    for text in texts:
        found = reading.spans(text)
        for place, (start, _end, _term) in enumerate(found):
            # None has more than all.
            if most == len(terms) or not reading.effort.allows(COST_OF_PLACE):
                break
            if (count := terms_near(found, place)) > most:
                best, most = (text, start), count
    return mark_quotations(cut(*best), language, "nl", lambda part: marked(part, terms, reading))


def terms_near(found: Sequence[Span], place: int) -> int:
    """Return how many terms stand within half a passage, from this one of the spans on."""
    last = found[place][0] + PASSAGE_LENGTH / 2
    near = takewhile(lambda span: span[0] <= last, found[place : place + PASSAGE_LENGTH])
    return len({term for _begin, end, term in near if end <= last})


def cut(text: str, start: int) -> str:
    """Return about PASSAGE_LENGTH signs of `text` around `start`, in whole words, dots where it was cut."""
    if len(text) <= PASSAGE_LENGTH:
        return text
    begin = max(0, min(start - PASSAGE_LENGTH // 3, len(text) - PASSAGE_LENGTH))
    begin = text.rfind(" ", 0, begin) + 1
    end = text.find(" ", max(begin + PASSAGE_LENGTH, start + 1))
    end = len(text) if end < 0 else end
    return ("… " if begin else "") + text[begin:end] + (" …" if end < len(text) else "")
