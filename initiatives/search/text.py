"""How search reads a text: words without accents, case or apostrophes, and the stem of each."""

import re
import unicodedata
from collections.abc import Iterable, Sequence
from functools import lru_cache
from itertools import islice, pairwise

import snowballstemmer

# Snowball's newer `dutch` keeps “duurzame” and “duurzaam” apart; the older one brings them together.
ALGORITHMS = {"nl": "dutch_porter", "fr": "french"}

# A word as it is folded, and where it stands in its text: from the one sign to before the other.
PlacedWord = tuple[str, int, int]
# Two words to be read as one: the first part, the rest, and where both together stand.
Compound = tuple[str, str, int, int]

FOLDED_SIGNS = (
    dict.fromkeys("’‘ʼ`´′＇", "'")
    | dict.fromkeys("‐‑‒–—―−", "-")
    | {"œ": "oe", "æ": "ae", "ø": "o", "ł": "l"}
    | dict.fromkeys("\u00ad\u200b\u200c\u200d\u2060\ufeff", "")
)
# A code (“1.4-08-m2”) and a number (“1.4”) are one word each; any other word may hold apostrophes.
WORD = re.compile(
    r"\d+\.\d+(?:-[^\W_]+)+|\d+(?:[.,]\d+)*(?![^\W_]|'[^\W_])|[^\W_]+(?:'[^\W_]+)*",
)
# An index of trigrams sees letters and digits only: as “1x4”, “1.4” is rarer in it than “1” and “4” are.
INNER_SIGNS = str.maketrans(".,-", "xxx", "'")
ELISION = re.compile(r"(?:[cdjlmnst]|qu|jusqu|lorsqu|puisqu|quoiqu)'(?=[^\W_])")
DOUBLE_VOWEL = re.compile(r"(aa|ee|oo|uu)")
DOUBLE_END = re.compile(r"(?<=[aeiou])([bdfgklmnprst])\1$")
FRENCH_ENDING = re.compile(r"(?<=[aiou])s$|if$")
# Longer words are nobody's: they are read up to here, since stemming, taking apart and looking for a word in
# another cost more with each letter.
LONGEST_WORD = 60
# Of what a hyphen leaves unsaid: a text that has more of it was made to cost time.
MOST_SUSPENDED = 500
# The numbers that worksites have, in words.
NUMBERS = {
    "nl": ["een", "twee", "drie", "vier", "vijf", "zes", "zeven", "acht", "negen", "tien", "elf"],
    "fr": ["un", "deux", "trois", "quatre", "cinq", "six", "sept", "huit", "neuf", "dix", "onze"],
}


class Folding(dict[int, str]):
    """What each sign becomes without accent or case: some become two (“œ”), some none (a soft hyphen).

    Latin, Greek and Cyrillic letters and our punctuation are at hand; what else readers send is not kept.
    """

    def __missing__(self, code: int) -> str:
        sign = chr(code).casefold()
        parts = FOLDED_SIGNS.get(sign, unicodedata.normalize("NFKD", sign))
        return "".join(part for part in parts if not unicodedata.combining(part))


FOLDING = Folding()
FOLDING.update({code: FOLDING[code] for code in (*range(0x530), *range(0x1E00, 0x2100))})


def words_at(text: str) -> list[PlacedWord]:
    """Return each word of `text`: folded, of a very long one its beginning, and where it stands in `text`."""
    folded = text.translate(FOLDING)
    places: Sequence[int] = range(len(text))
    # Signs that become two or none move all that follow.
    if any(len(FOLDING[ord(sign)]) != 1 for sign in set(text)):
        places = [place for place, sign in enumerate(text) for _part in FOLDING[ord(sign)]]
    found = []
    for match in WORD.finditer(folded):
        word, start = match[0], match.start()
        if not word.isalnum():
            if elided := ELISION.match(word):
                word, start = word[elided.end() :], start + elided.end()
            word = word.translate(INNER_SIGNS)
        found.append((word[:LONGEST_WORD], places[start], places[match.end() - 1] + 1))
    return found


def words(text: str) -> list[str]:
    """Return the words of `text`, folded, in their order."""
    return [word for word, _start, _end in words_at(text)]


def compounds_at(text: str, line: list[PlacedWord]) -> list[Compound]:
    """Return hyphenated words, to be read as one: “ministerpresident”.

    `line` has the words of the text, as words_at() returns them.
    """
    return [
        (word, after, start, after_end)
        for (word, start, end), (after, after_start, after_end) in pairwise(line)
        if after_start == end + 1 and FOLDING[ord(text[end])] == "-"
    ]


def suspended_at(text: str, line: list[PlacedWord]) -> list[Compound]:
    """Return the same for what a Dutch hyphen leaves unsaid: “groothandel” in “groot- en kleinhandel”.

    Nothing tells where the second word parts, so that there is one for each place where it may.
    """
    found = (
        (word, after[at:], start, after_end)
        for (word, start, end), (link, link_start, _), (after, _, after_end) in zip(
            line, line[1:], line[2:], strict=False
        )
        if link in ("en", "of")
        and text[end : min(link_start, end + 3)].translate(FOLDING) == "- "
        and len(word) + len(after) <= LONGEST_WORD
        for at in range(3, len(after) - 4)
    )
    return list(islice(found, MOST_SUSPENDED))


def is_number(word: str) -> bool:
    """Return whether the word is a number or a code, which are only ever matched whole."""
    return word[0].isdigit()


def stem(word: str, language: str) -> str:
    """Return what the inflections of a folded word have in common; numbers stay as they are."""
    return word if is_number(word) or len(word) > LONGEST_WORD else stem_of_word(word, language)


@lru_cache(maxsize=100_000)
def stem_of_word(word: str, language: str) -> str:
    # A stemmer holds the word it is at: no two threads may share one. A new one costs next to nothing.
    found: str = snowballstemmer.stemmer(ALGORITHMS[language]).stemWord(word)
    if language == "fr":
        # It leaves “emplois” beside “emploi”, and “créatif” beside “créativ”.
        return FRENCH_ENDING.sub(french_ending, found) if len(found) > 4 else found
    # It leaves “werv” beside “werf”, “congress” beside “congres”, “audiovisueel” beside “audiovisuel”.
    found = DOUBLE_VOWEL.sub(lambda vowel: vowel[1][0], found)
    found = DOUBLE_END.sub(r"\1", found)
    return found[:-1] + {"v": "f", "z": "s"}.get(found[-1], found[-1])


def french_ending(end: re.Match[str]) -> str:
    return "iv" if end[0] == "if" else ""


def searchable(texts: Iterable[str], language: str) -> str:
    """Return `texts` as one line to look for words, stems (“sector~”) and parts of compounds in.

    A bar stands between two texts, so that no phrase runs from one into the other.
    """
    placed = [(text, words_at(text)) for text in texts]
    lines = [[word for word, _start, _end in line] for _text, line in placed]
    wholes = " | ".join(" ".join(line) for line in lines if line)
    others = [first + rest for each in placed for first, rest, *_place in compounds_at(*each)]
    # Of these, most are no words: they are only looked for, never offered as a correction.
    suspended = [first + rest for each in placed for first, rest, *_place in suspended_at(*each)]
    stems = dict.fromkeys(
        stem(word, language) for line in [*lines, others, suspended] for word in line if not is_number(word)
    )
    ending = " ".join([*dict.fromkeys(others), *(f"{each}~" for each in stems)])
    return f" {wholes} | {ending} " if wholes else ""
