"""A page as a tree of elements, for tests that ask what stands around a text."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from html.parser import HTMLParser

from .document import VOID


@dataclass
class Element:
    """An element of a page, with what stands in it."""

    tag: str
    attributes: dict[str, str] = field(default_factory=dict)
    parent: Element | None = None
    children: list[Element | str] = field(default_factory=list)

    @cached_property
    def classes(self) -> set[str]:
        return set(self.attributes.get("class", "").split())

    @cached_property
    def text(self) -> str:
        """Return what readers read, in one line."""
        parts = (child if isinstance(child, str) else child.text for child in self.children)
        return " ".join("".join(parts).split())

    def walk(self) -> Iterator[Element]:
        """Return the element and all in it, in the order of the page."""
        yield self
        for child in self.children:
            if isinstance(child, Element):
                yield from child.walk()

    def saying(self, words: str) -> Iterator[Element]:
        """Return the element and all in it whose text has these words in it; `words` in small letters."""
        if words in self.text.lower():
            yield self
            for child in self.children:
                if isinstance(child, Element):
                    yield from child.saying(words)

    def around(self) -> Iterator[Element]:
        """Return the element and all around it, the nearest first."""
        at: Element | None = self
        while at:
            yield at
            at = at.parent


class Builder(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.root = self.at = Element("")

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        element = Element(tag, {name: value or "" for name, value in attrs}, self.at)
        self.at.children.append(element)
        if tag not in VOID:
            self.at = element

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag not in VOID:
            self.handle_endtag(tag)

    def handle_endtag(self, tag: str) -> None:
        element = next((each for each in self.at.around() if each.tag == tag), None)
        if element and element.parent:
            self.at = element.parent

    def handle_data(self, data: str) -> None:
        self.at.children.append(data)


def tree(page: str) -> Element:
    """Return the root of a page, with all elements in it: links to the glossary leave a text in one piece."""
    builder = Builder()
    builder.feed(re.sub(r'<a class="term"[^>]*>(.*?)</a>', r"\1", page))
    return builder.root
