"""The first use of a term on a page leads to the glossary."""

import re
from collections.abc import Iterable

from django.utils.html import format_html
from django.utils.safestring import SafeString

from ..models.addresses import path_to
from ..search.glossary import Glossary, Use, first_uses

MARKUP = re.compile(r"(<[^<>]*+>)")
TAG = re.compile(r"<(/?)(\w+)")
# In these no link can stand, or none is wanted.
CLOSED = frozenset(
    {"a", "button", "caption", "code", "form", "h1", "h2", "h3", "label", "nav", "select", "summary"}
    | {"svg", "th", "time"}
)
NO_LINKS = re.compile(r' lang=| class="sign')
VOID = frozenset(["br", "hr", "img", "input", "wbr"])


def link_terms(html: str, glossary: Glossary) -> SafeString:
    """Return a piece of HTML with links at the first use of each term: the text itself stays as it is.

    Never within a link, a heading, a sign or a text in another language than the page's.
    """
    used: set[str] = set()
    closed: list[str] = []
    parts = []
    path = path_to("terms")
    for part in MARKUP.split(html):
        if tag := TAG.match(part):
            follow(closed, tag[1] == "/", tag[2], part)
        is_open = not tag and not closed and part.strip()
        parts.append(with_links(part, first_uses(part, glossary, used), path) if is_open else part)
    return SafeString("".join(parts))


def follow(closed: list[str], is_end: bool, name: str, tag: str) -> None:
    """Keep the elements in which nothing is linked; those within them are counted until the end."""
    if is_end:
        if closed and closed[-1] == name:
            closed.pop()
    elif name not in VOID and not tag.endswith("/>") and (closed or name in CLOSED or NO_LINKS.search(tag)):
        closed.append(name)


def with_links(text: str, uses: Iterable[Use], path: str) -> str:
    """Return a text, already HTML, with a link around each use."""
    parts: list[str] = []
    at = 0
    for start, end, term in uses:
        link = format_html('<a class="term" href="{}#{}">', path, term.code)
        parts += [text[at:start], link, text[start:end], "</a>"]
        at = end
    return "".join([*parts, text[at:]])
