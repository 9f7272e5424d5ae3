"""A page's title, description and the way to it, as short as search engines and tabs show them."""

import re
from dataclasses import dataclass
from typing import NamedTuple

from ..language import joined

# What search engines and the tabs of browsers show of a title and of a description, in characters.
SITE = " – Go4Brussels 2030"
TITLE, DESCRIPTION = 70, 160
LEAST = 8  # what is left of a name that is cut; else the end of the sentence goes instead


class Crumb(NamedTuple):
    """A step on the way to a page; the last is the page itself, and has no path."""

    name: str
    path: str = ""


@dataclass(frozen=True)
class PageTitle:
    """The title and the description of a page, as plain text, and the way to it from the home page.

    `part` is what in both may be cut where they are too long; `detail`, what of the page this address shows.
    """

    title: str
    description: str
    crumbs: tuple[Crumb, ...] = ()
    part: str = ""
    detail: str = ""

    @property
    def head(self) -> str:
        """Return what stands in <title>: short enough to be shown whole, the site included."""
        title = joined(":", self.title, self.detail) if self.detail else self.title
        return shortened(title, TITLE - len(SITE), self.part) + SITE

    def described(self, rest: str = "") -> str:
        """Return the description for search engines, with a sentence more."""
        limit = DESCRIPTION - len(rest) - 1 if rest else DESCRIPTION
        return f"{shortened(self.description, limit, self.part)} {rest}".rstrip()


def shortened(text: str, limit: int, part: str = "") -> str:
    """Return a text in at most `limit` characters: cut at a word, in `part` where enough of that is left."""
    over = len(text) - limit
    if over <= 0:
        return text
    if part not in text or len(part) - over < LEAST:
        part = text
    return text.replace(part, cut(part, len(part) - over), 1)


def cut(text: str, limit: int) -> str:
    """Return as many whole words as fit, and “…”."""
    found = re.match(rf".{{1,{limit - 1}}}(?=\s)", text, re.DOTALL)
    return (found[0] if found else text[: limit - 1]).rstrip(" \u00a0,;:–(“«") + "…"
