"""The two languages of the content, equals of each other: their typography, dates and quotations.

Signs and dates stand as each language sets them, in French as the printing trade and the administration do.
"""

import re
from collections.abc import Callable

from django.utils import formats
from django.utils.html import format_html, format_html_join
from django.utils.translation import get_language, override

LANGUAGES = ("nl", "fr")
OTHER_LANGUAGE = {"nl": "fr", "fr": "nl"}

NARROW = "\u202f"  # narrow no-break space: before ; ! ?
WIDE = "\u00a0"  # no-break space: before : and inside « »

RULES = (
    (re.compile(r"[ \u00a0\u202f]+([;!?])(?=\s|$|»|\))"), rf"{NARROW}\1"),
    (re.compile(r"[ \u00a0\u202f]+:(?=\s|$)"), f"{WIDE}:"),
    (re.compile(r"«[ \u00a0\u202f]*"), f"«{WIDE}"),
    (re.compile(r"[ \u00a0\u202f]*»"), f"{WIDE}»"),
    (re.compile(r"(?<=\w)'(?=\w)"), "’"),
)

BEFORE = {"fr": {":": WIDE, ";": NARROW}}


def french(text):
    """Give `text` with the no-break spaces and apostrophes that French asks for."""
    for pattern, replacement in RULES:
        text = pattern.sub(replacement, text)
    return text


def joined(sign, *texts):
    """Give the texts with this sign between each two, spaced as the language in force has it."""
    before = BEFORE.get(get_language(), {}).get(sign, "")
    return f"{before}{sign} ".join(map(str, texts))


def long_date(day) -> str:
    """Give the date in words, “1er” for the first of a month in French, its parts kept together."""
    if not day:
        return ""
    text = formats.date_format(day, "j F Y")
    if get_language() == "fr":
        text = re.sub(r"^1 ", "1er ", text)
    return text.replace(" ", WIDE)


def long_month(day) -> str:
    """Give the month and year in words."""
    return formats.date_format(day, "F Y").replace(" ", WIDE) if day else ""


def in_both_languages(text: object) -> dict[str, str]:
    """Give a string of the interface, translated when it is read, as `{"nl": …, "fr": …}`."""
    found = {}
    for language in LANGUAGES:
        with override(language):
            found[language] = str(text)
    return found


# Quotations -------------------------------------------------------------------------------------------

# What quotation marks hold, in each language; in a text that was cut, up to its end.
QUOTED = {"nl": re.compile(r"(?<=“)[^“”]+"), "fr": re.compile(r"(?<=«)\s*([^«»]+?)\s*(?=»|$)")}


def mark_quotations(text: str, here: str, quoted: str, shown: Callable[[str], str] = str) -> str:
    """Give a text in the language `here` as HTML, what it quotes marked as in the language `quoted`."""
    if quoted == here:
        return shown(text)
    parts, at = [], 0
    for match in QUOTED[here].finditer(text):
        start, end = match.span(match.lastindex or 0)
        parts.append((shown(text[at:start]), quoted, shown(text[start:end])))
        at = end
    return format_html("{}{}", format_html_join("", '{}<span lang="{}">{}</span>', parts), shown(text[at:]))
