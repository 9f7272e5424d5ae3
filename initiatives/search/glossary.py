"""Where texts use the terms of the glossary: by name, abbreviation or synonym, however they inflect it."""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from functools import lru_cache
from itertools import takewhile
from operator import eq, itemgetter
from typing import NamedTuple

from ..language import current_language
from ..models import Objective, Term
from .effort import Effort
from .text import FOLDING, PlacedWord, stem, suspended_at, words_at

# What two words of one name never have between them.
APART = re.compile(r"[.,;:!?()«»“”–·/|&]")
# Feminine and plural in French.
ENDING = re.compile(r"(?:e?s|e|x)$")


# How many words of names may be looked for on one page, beside the first of each: more than any page has
# uses, and few enough where a term is called like every word of a long text.
PATIENCE = 6000
# How much of one page is read: each sign is one, and each word and each piece of the page costs this many
# beside. Some 12,000 words in running text, of which the longest page has 2,000; about a fifth of a second.
MOST_READ = 200_000
COST_OF_WORD, COST_OF_PIECE = 10, 100
# A name with more words than this is no name.
LONGEST_NAME = 12
# Of how many texts it is kept what was found in them, and how long these are: some megabytes at most.
MOST_KEPT, LONGEST_KEPT = 3000, 1000


class NameWord(NamedTuple):
    """A word of a name: folded, as it is written, and the keys that its inflections have."""

    word: str
    written: str
    keys: frozenset[str]


Name = tuple[NameWord, ...]


class Use(NamedTuple):
    """Where a text uses a term."""

    start: int
    end: int
    term: Term


class Read(NamedTuple):
    """What was found in a text, how many words it has, and how many words of names were looked for in it."""

    uses: list[Use]
    words: int
    patience: int


class Vocabulary(NamedTuple):
    """Terms in the alphabetical order of one language, and their names by each key of the first word.

    And what was found in texts: most pages are made anew when something else has changed.
    """

    terms: list[Term]
    names: dict[str, list[tuple[Name, Term]]]
    texts: dict[str, Read]


class Glossary:
    """The public terms, in the language in force and in its alphabetical order."""

    def __init__(self, vocabulary: Vocabulary | None = None) -> None:
        self.language = current_language()
        self.terms, self.names, self.texts = vocabulary or vocabulary_of(Term.objects.published())
        self.effort, self.reading = Effort(PATIENCE), Effort(MOST_READ)

    def place(self, term: Term) -> int:
        """Return the place of a term in the alphabetical order, from 1 onwards."""
        return self.terms.index(term) + 1

    def key(self, word: str, written: str) -> str:
        """Return what the inflections of a word have in common."""
        return key_of(word, written, self.language)

    def is_named(self, word: str, written: str, name: NameWord) -> bool:
        """Return whether a word, as the text writes it, is this word of a name: “werven” is “werf”.

        An abbreviation keeps its capitals (“MICE”).
        """
        if self.key(word, written) not in name.keys:
            return False
        capitals = written[: len(name.written)].isupper() or not name.written.isupper()
        alike = sum(takewhile(bool, map(eq, word, name.word)))
        return capitals and alike >= min(len(word), len(name.word)) - 2

    def uses(self, text: str) -> list[Use]:
        """Return all uses of terms in a text, the longer first of those that begin at one place.

        Not all of them where a page has more to look for than there is patience; none in what is too long
        for what may still be read.
        """
        if not self.reading.allows(len(text) + COST_OF_PIECE):
            return []
        known = self.texts.get(text)
        if known and self.effort.allows(known.patience):
            return known.uses if self.reading.allows(COST_OF_WORD * known.words) else []
        line = words_at(text)
        if not self.reading.allows(COST_OF_WORD * len(line)):
            return []
        patience = self.effort.left
        uses = self.looked_up(text, line)
        # With less than the longest name left, patience may have ended on the way.
        if self.effort.left >= LONGEST_NAME and len(text) <= LONGEST_KEPT and len(self.texts) < MOST_KEPT:
            self.texts[text] = Read(uses, len(line), patience - self.effort.left)
        return uses

    def looked_up(self, text: str, line: list[PlacedWord]) -> list[Use]:
        """Return the same for a text with the words of `line`."""
        found: dict[tuple[int, int, str], Use] = {}
        for read in (line, *coordinated(line)) if self.language == "fr" else (line,):
            for at, (word, start, end) in enumerate(read):
                for name, term in self.candidates(self.key(word, text[start:end])):
                    words = read[at : at + len(name)]
                    if len(words) == len(name) and self.stands_in(text, words, name):
                        found[start, words[-1][2], term.code] = Use(start, words[-1][2], term)
        for first, rest, start, end in suspended_at(text, line) if self.language == "nl" else ():
            for name, term in self.candidates(stem(first + rest, "nl")):
                if len(name) == 1 and name[0].word == first + rest:
                    found[start, end, term.code] = Use(start, end, term)
        return sorted(found.values(), key=lambda use: (use.start, -use.end, use.term.code))

    def candidates(self, key: str) -> Iterator[tuple[Name, Term]]:
        """Yield the names whose first word has this key, as long as patience lasts."""
        for name, term in self.names.get(key, ()):
            if not self.effort.allows(len(name)):
                return
            yield name, term

    def stands_in(self, text: str, words: list[PlacedWord], name: Name) -> bool:
        """Return whether words of a text, one after the other, are a name."""
        if APART.search(text[words[0][1] : words[-1][2]]):
            return False
        written = [(word, text[start:end]) for word, start, end in words]
        return all(self.is_named(*ours, theirs) for ours, theirs in zip(written, name, strict=True))

    def others(self, texts: Iterable[str]) -> Iterator[tuple[str, list[str]]]:
        """Return (what the texts call a term, its names that they do not use) for each term that they use."""
        self.effort, self.reading = Effort(PATIENCE), Effort(MOST_READ)  # anew for each record
        used: dict[str, list[str]] = defaultdict(list)
        for text in texts:
            for start, end, term in self.uses(text):
                used[term.code].append(text[start:end])
        for term in self.terms:
            if mine := used[term.code]:
                used_names = {self.folded(each) for each in mine}
                if names := [name for name in term.all_names if self.folded(name) not in used_names]:
                    yield mine[0], names

    def folded(self, name: str) -> tuple[str, ...]:
        """Return a name as the keys of its words."""
        return tuple(self.key(word, name[start:end]) for word, start, end in words_at(name))


def key_of(word: str, written: str, language: str) -> str:
    """Return what the inflections of a word have in common: in French, “axée” and “axe” have nothing."""
    return stem(word, "nl") if language == "nl" else ENDING.sub("", written.lower())


def words_of(name: str, language: str) -> Name:
    """Return the words of a name, as far as texts may name it; a Dutch plural may have an s (“zko’s”)."""
    found = []
    for word, start, end in words_at(name)[: LONGEST_NAME + 1]:
        written = name[start:end]
        plural = {stem(f"{word}s", "nl")} if language == "nl" else set()
        keys = frozenset({key_of(word, written, language), *plural})
        found.append(NameWord(word, written, keys))
    return tuple(found)


def vocabulary_of(terms: Iterable[Term]) -> Vocabulary:
    """Return these terms in the language in force, and their names."""
    ordered = sorted(terms, key=alphabetical)
    names: dict[str, list[tuple[Name, Term]]] = defaultdict(list)
    for term in ordered:
        for name in term.all_names:
            words = words_of(name, current_language())
            # A name of signs alone is in no text.
            for key in words[0].keys if 0 < len(words) <= LONGEST_NAME else ():
                names[key].append((words, term))
    return Vocabulary(ordered, dict(names), {})


# Nearly all pages look for the same names: those of the content as it stands now.
@lru_cache(maxsize=4)
def vocabulary_of_rows(rows: tuple[tuple[str, ...], ...], language: str) -> Vocabulary:
    """Return the same for terms that came with_terms() of an objective; `language` is the one in force."""
    fields = ["code", *(f"{name}_{language}" for name in ("name", "abbreviation", "synonyms"))]
    return vocabulary_of(Term(**dict(zip(fields, row, strict=True))) for row in rows)


def glossary_of(objective: Objective) -> Glossary:
    """Return the glossary with the terms that came with_terms() of an objective, or else ask for them."""
    rows = getattr(objective, "term_rows", None)
    if rows is None:
        return Glossary()
    return Glossary(vocabulary_of_rows(tuple(map(tuple, rows)), current_language()))


def coordinated(line: list[PlacedWord]) -> Iterator[list[PlacedWord]]:
    """Return what a French “et de” leaves unsaid: “commerce de détail” in “commerce de gros et de détail”."""
    for at in range(len(line) - 5):
        if line[at + 1][0] == line[at + 4][0] == "de" and line[at + 3][0] in ("et", "ou"):
            yield [line[at], *line[at + 4 : at + 6]]


def alphabetical(term: Term) -> str:
    """Return what terms are ordered by: letters without case or accent, the same on every database."""
    return term.name.translate(FOLDING)


def first_uses(text: str, glossary: Glossary, but: set[str]) -> Iterator[Use]:
    """Return the first use of each term in a text, one beside the other; `but` has the terms used before."""
    at = 0
    for use in sorted(glossary.uses(text), key=itemgetter(0)):
        if use.start >= at:
            at = use.end  # What was linked before keeps its parts: no “emploi” in “pôle formation-emploi”.
            if use.term.code not in but:
                but.add(use.term.code)
                yield use
