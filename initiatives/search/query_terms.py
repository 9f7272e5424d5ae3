"""What a query asks for: its words, numbers and phrases, and how each may stand in the index.

Every word must be found, in any order: as it is, by its stem, or in Dutch as part of a compound. A number or
a code is found whole, a phrase in quotes word for word.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise

from django.utils.functional import cached_property

from ..models import IndexEntry
from ..models.search_entry import IndexEntryQuerySet
from .text import is_number, stem, words

PHRASE = re.compile(r"[\"“”„«»]([^\"“”„«»]*)[\"“”„«»]")
# Between a word and the number that sticks to it: “werf8”, but not “go4brussels”.
STUCK = re.compile(r"(?<=[^\W\d_]{4})(?=\d)")
# What French puts before a vowel with an apostrophe, which is easily forgotten: “lemploi”.
ELIDED = re.compile(r"(?:[cdjlmnst]|qu)(?=[aeiouyh])(?=.{4})")
# Words that say nothing by themselves; where a query has others, these are not asked for.
STOP_WORDS = {
    language: frozenset(text.split())
    for language, text in (
        (
            "nl",
            "de het een en of van voor in op te met der den des aan bij om tot uit door over naar "
            "is zijn er die dat wie wat welk welke waar wanneer hoe",
        ),
        (
            "fr",
            "le la les l un une des du de d et ou en au aux a dans sur pour par avec "
            "est sont y qui que quoi quel quelle quels quelles comment quand",
        ),
    )
}


@dataclass(frozen=True)
class QueryTerm:
    """A word, number or phrase to be found, and in which language."""

    text: str
    language: str
    is_phrase: bool = False

    @cached_property
    def stem(self) -> str:
        return stem(self.text, self.language)

    @cached_property
    def stem_elided(self) -> str | None:
        """Return the stem without what was elided before it, or None: the word may lack an apostrophe."""
        elided = ELIDED.match(self.text) if self.language == "fr" else None
        return stem(self.text[elided.end() :], self.language) if elided else None

    @cached_property
    def is_whole(self) -> bool:
        """Return whether it is found only as it is."""
        return self.is_phrase or is_number(self.text) or len(self.text) < 3

    @cached_property
    def is_part(self) -> bool:
        """Return whether it may be part of a compound, as in Dutch."""
        return self.language == "nl" and len(self.text) > 3

    @cached_property
    def written_patterns(self) -> tuple[str, ...]:
        """Return the patterns of the word as it is: at the beginning of words, in Dutch also at their end.

        A long one is looked for anywhere; a short one is there by chance (“eten” in “wetenschap”).
        """
        if self.is_part and len(self.text) > 5:
            return (self.text,)
        return (f" {self.text}", f"{self.text} ") if self.is_part else (f" {self.text}",)

    @cached_property
    def patterns(self) -> tuple[str, ...]:
        """Return what a line of the index has one of when the term is in it; see searchable().

        A long stem is looked for at the beginning of words, in Dutch anywhere in them. A shorter one is
        looked for by itself, in Dutch also at the end: a compound is what it ends in (“beleidswerf”).
        """
        if self.is_whole:
            return (f" {self.text} ",)
        before = "" if self.is_part and len(self.stem) > 3 else " "
        # What has the longer of two patterns has the shorter one in it.
        found = dict.fromkeys(
            [*self.written_patterns, before + self.stem + ("" if len(self.stem) > 5 else "~")]
        )
        found |= {f" {self.stem_elided}~": None} if self.stem_elided else {}
        return tuple(each for each in found if not any(other in each for other in found if other != each))

    @cached_property
    def spans(self) -> dict[str, tuple[int, int] | None]:
        """Return what span_in() found before: texts say the same words again and again."""
        return {}

    def span_in(self, word: str) -> tuple[int, int] | None:
        """Return (start, end) of the term within a folded word, or None."""
        if word not in self.spans:
            self.spans[word] = self.find_in(word)
        return self.spans[word]

    def find_in(self, word: str) -> tuple[int, int] | None:
        """Return the same, looked for."""
        if self.is_whole:
            return (0, len(word)) if word == self.text else None
        found = stem(word, self.language)
        if found in (self.stem, self.stem_elided):
            return 0, len(word)
        for pattern in self.written_patterns:
            at = f" {word} ".find(pattern)
            if at >= 0:
                start = max(at - 1, 0)
                return start, start + len(self.text)
        if any(pattern in f" {found}~" for pattern in self.patterns):
            # Spelling changes with the stem (“duurzaam”, “duurzame”): it is marked from there to its end.
            return max(word.rfind(self.stem[:2]), 0), len(word)
        return None


def terms_of(query: str, language: str) -> list[QueryTerm]:
    """Return the terms of a query: its phrases and its words, each once."""
    phrases = [" ".join(words(phrase)) for phrase in PHRASE.findall(query)]
    found = dict.fromkeys(QueryTerm(each, language, is_phrase=" " in each) for each in phrases if each)
    loose = loose_words(query)
    telling = [word for word in loose if word not in STOP_WORDS[language]]
    return list(
        found | dict.fromkeys(QueryTerm(word, language) for word in telling or (loose if not found else ()))
    )


def loose_words(query: str) -> list[str]:
    """Return the words of a query that stand in no phrase, a number apart from the word it sticks to."""
    return words(STUCK.sub(" ", PHRASE.sub(" ", query)))


def numbered_patterns(query: str) -> list[str]:
    """Return the patterns of each word with the number after it: two of “Maatregel 2 van werf 8”."""
    pairs = pairwise(loose_words(query))
    return [f" {word} {number} " for word, number in pairs if is_number(number) and not is_number(word)]


def entries_with(terms: Iterable[QueryTerm], language: str) -> IndexEntryQuerySet:
    """Return the entries in which all terms are found."""
    return IndexEntry.objects.filter(language=language).containing([term.patterns for term in terms])
