"""The language of what the portal's notes quote: told where it is not that of the note (WCAG 3.1.2)."""

import re
from collections.abc import Callable

from django.utils.html import format_html, format_html_join

# What quotation marks hold, in each language; in a text that was cut, up to its end.
QUOTED = {"nl": re.compile(r"(?<=“)[^“”]+"), "fr": re.compile(r"(?<=«)\s*([^«»]+?)\s*(?=»|$)")}


def spoken(text: str, here: str, quoted: str, shown: Callable[[str], str] = str) -> str:
    """Give a text in the language `here` as HTML, what it quotes marked as in the language `quoted`."""
    if quoted == here:
        return shown(text)
    parts, at = [], 0
    for match in QUOTED[here].finditer(text):
        start, end = match.span(match.lastindex or 0)
        parts.append((shown(text[at:start]), quoted, shown(text[start:end])))
        at = end
    return format_html("{}{}", format_html_join("", '{}<span lang="{}">{}</span>', parts), shown(text[at:]))
