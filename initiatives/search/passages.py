"""Showing where a text has what was searched for."""

from collections.abc import Sequence

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from ..language import mark_quotations
from .query_terms import QueryTerm
from .text import compounds_at, suspended_at, words_at

PASSAGE_LENGTH = 240  # signs, about

Span = tuple[int, int, QueryTerm]


def spans(text: str, terms: Sequence[QueryTerm]) -> list[Span]:
    """Return (start, end, term) for each place in `text` that has one of the terms, in order."""
    found: list[Span] = []
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
        length = len(term.text.split())
        for at in range(len(line) - length + 1) if term.is_phrase else ():
            part = line[at : at + length]
            if [word for word, _start, _end in part] == term.text.split():
                found.append((part[0][1], part[-1][2], term))
    return sorted(found, key=lambda span: span[:2])


def marked(text: str, terms: Sequence[QueryTerm]) -> SafeString:
    """Return `text` as HTML, with `<mark>` around what the terms found."""
    parts, at = [], 0
    for start, end, _term in spans(text, terms):
        if end > at:
            begin = max(start, at)
            parts.append((text[at:begin], text[begin:end]))
            at = end
    return format_html("{}{}", format_html_join("", "{}<mark>{}</mark>", parts), text[at:])


def passage(texts: Sequence[str], terms: Sequence[QueryTerm], language: str = "nl") -> str:
    """Return the part of `texts` that has most of the terms, marked; the beginning where none has any.

    What a French text quotes is Dutch, and says so.
    """
    best, most = (texts[0] if texts else "", 0), 0
    for text in texts:
        found = spans(text, terms)
        for start, _end, _term in found:
            count = len(
                {term for begin, end, term in found if start <= begin and end <= start + PASSAGE_LENGTH / 2}
            )
            if count > most:
                best, most = (text, start), count
    return mark_quotations(cut(*best), language, "nl", lambda part: marked(part, terms))


def cut(text: str, start: int) -> str:
    """Return about PASSAGE_LENGTH signs of `text` around `start`, in whole words, dots where it was cut."""
    if len(text) <= PASSAGE_LENGTH:
        return text
    begin = max(0, min(start - PASSAGE_LENGTH // 3, len(text) - PASSAGE_LENGTH))
    begin = text.rfind(" ", 0, begin) + 1
    end = text.find(" ", max(begin + PASSAGE_LENGTH, start + 1))
    end = len(text) if end < 0 else end
    return ("… " if begin else "") + text[begin:end] + (" …" if end < len(text) else "")
