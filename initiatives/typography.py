"""Spaces beside signs, in French as the printing trade and the French-speaking administration set them."""

import re

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
