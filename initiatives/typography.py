"""Signs and dates as each language sets them, in French as the printing trade and the administration do."""

import re

from django.utils import formats
from django.utils.translation import get_language

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
