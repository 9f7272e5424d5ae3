"""The two languages of the content, equals of each other: their typography, dates and quotations.

Signs and dates stand as each language sets them, in French as the printing trade and the administration do.
"""

import re
from collections.abc import Callable, Iterator
from datetime import date
from itertools import groupby

from django.utils import formats
from django.utils.html import conditional_escape, format_html
from django.utils.safestring import mark_safe
from django.utils.translation import get_language, override

LANGUAGES = ("nl", "fr")
OTHER_LANGUAGE = {"nl": "fr", "fr": "nl"}

NO_BREAK_SPACE = "\u00a0"  # before : and inside « »
NARROW_NO_BREAK_SPACE = "\u202f"  # before ; ! ?

BLANK = "[ \u00a0\u202f]"
# A run of blanks is looked at from its beginning, and from no other place in it: each sign once.
RUN = rf"(?<!{BLANK}){BLANK}"
FRENCH_RULES = (
    (re.compile(rf"{RUN}++([;!?])(?=\s|$|»|\))"), rf"{NARROW_NO_BREAK_SPACE}\1"),
    (re.compile(rf"{RUN}++:(?=\s|$)"), f"{NO_BREAK_SPACE}:"),
    (re.compile(rf"«{BLANK}*+"), f"«{NO_BREAK_SPACE}"),
    (re.compile(rf"{RUN}*+»"), f"{NO_BREAK_SPACE}»"),
    (re.compile(r"(?<=\w)'(?=\w)"), "’"),
)

SPACE_BEFORE = {"fr": {":": NO_BREAK_SPACE, ";": NARROW_NO_BREAK_SPACE}}


def current_language() -> str:
    """Return the language in force; Dutch where none is."""
    return get_language() or LANGUAGES[0]


def french_typography(text: str) -> str:
    """Return `text` with the no-break spaces and apostrophes that French asks for."""
    for pattern, replacement in FRENCH_RULES:
        text = pattern.sub(replacement, text)
    return text


def joined(sign: str, *texts: object) -> str:
    """Return the texts with this sign between each two, spaced as the language in force has it."""
    before = SPACE_BEFORE.get(current_language(), {}).get(sign, "")
    return f"{before}{sign} ".join(map(str, texts))


def long_date(day: date | None) -> str:
    """Return the date in words, “1er” for the first of a month in French, its parts kept together."""
    if not day:
        return ""
    text = formats.date_format(day, "j F Y")
    if current_language() == "fr":
        text = re.sub(r"^1 ", "1er ", text)
    return text.replace(" ", NO_BREAK_SPACE)


def long_month(day: date | None) -> str:
    """Return the month and year in words."""
    return formats.date_format(day, "F Y").replace(" ", NO_BREAK_SPACE) if day else ""


def in_both_languages(text: object) -> dict[str, str]:
    """Return a string of the interface, translated when it is read, as `{"nl": …, "fr": …}`."""
    texts = {}
    for language in LANGUAGES:
        with override(language):
            texts[language] = str(text)
    return texts


# Lines ------------------------------------------------------------------------------------------------

# What a line of a list begins with in a text, and nothing else is read into one. A number stays a number, and
# a mark further on in the line what it is.
LIST_MARK = re.compile(r"\A\s*+(?:•\s*+|-\s++)(?=\S)")
BLANK_LINES = re.compile(r"\n\s*\n")


def has_lines(text: str) -> bool:
    """Return whether a text is more than one line of running words."""
    return "\n" in text or LIST_MARK.match(text) is not None


def blocks(text: str) -> list[tuple[bool, list[str]]]:
    """Return the paragraphs and lists of a text, as `[(whether it is a list, its lines or items), …]`.

    Blank lines part paragraphs, and lines that begin with “•” or “-” are the items of a list.
    """
    found = []
    for paragraph in BLANK_LINES.split(text):
        lines = [line.strip() for line in paragraph.split("\n") if line.strip()]
        for is_list, together in groupby(lines, lambda line: LIST_MARK.match(line) is not None):
            found.append((is_list, [LIST_MARK.sub("", line) if is_list else line for line in together]))
    return found


def one_line(text: str) -> str:
    """Return a text where only one line fits, a title or a description: its items marked, all joined."""
    if not has_lines(text):
        return text
    return " ".join(f"• {line}" if is_list else line for is_list, lines in blocks(text) for line in lines)


def shortened(text: str, length: int = 120) -> str:
    """Return the beginning of a text on one line, cut between two words, where a name has to be short."""
    text = one_line(text)
    if len(text) <= length:
        return text
    whole = text[:length].rpartition(" ")[0]
    return f"{(whole or text[: length - 1]).rstrip(' ,;:.–-')}…"


# Quotations -------------------------------------------------------------------------------------------

LINE_OF_TEXT = re.compile(r"[^\n]+")
# What stands before the words of a line.
BEFORE_LINE = re.compile(r"\A\s*+(?:•\s*+|-\s++)?+")
BEFORE_FIRST = {"nl": re.compile(r"\A"), "fr": re.compile(r"\A\s*+")}
# What quotation marks hold, in each language; in a text that was cut, up to its end.
QUOTED = {"nl": re.compile(r"(?<=“)[^“”]++"), "fr": re.compile(r"(?<=«)[^«»]++(?=»|$)")}


def quotations(text: str, language: str) -> Iterator[tuple[int, int]]:
    """Yield where each line of what a text quotes begins and ends.

    Where a quotation has several lines, each stands for itself: lines become elements of their own.
    """
    for match in QUOTED[language].finditer(text):
        # French has blanks within its quotation marks.
        inside = match[0].rstrip() if language == "fr" else match[0]
        for line in LINE_OF_TEXT.finditer(inside):
            set_in = BEFORE_LINE if line.start() else BEFORE_FIRST[language]
            words = set_in.sub("", line[0], count=1)
            if words:
                yield match.start() + line.end() - len(words), match.start() + line.end()


def mark_quotations(text: str, here: str, quoted: str, shown: Callable[[str], str] = str) -> str:
    """Return a text in the language `here` as HTML, what it quotes marked as in the language `quoted`."""
    if quoted == here:
        return shown(text)
    parts, at = [], 0
    opening = format_html('<span lang="{}">', quoted)
    for first, last in quotations(text, here):
        before, within = (conditional_escape(shown(part)) for part in (text[at:first], text[first:last]))
        parts.append(f"{before}{opening}{within}</span>")
        at = last
    html = "".join([*parts, conditional_escape(shown(text[at:]))])
    return mark_safe(html)  # noqa: S308 – made of escaped parts
