"""What the portal says of itself: a sentence for each thing that is looked at, right or wrong."""

from collections.abc import Callable, Iterator
from typing import NamedTuple


class Finding(NamedTuple):
    """What was found, under a mark: `ok`, `note` (nothing fails by it) or `wrong`."""

    mark: str
    sentence: str


Check = Callable[[], Iterator[Finding]]


def ok(sentence: str) -> Finding:
    return Finding("ok", sentence)


def note(sentence: str) -> Finding:
    return Finding("note", sentence)


def wrong(sentence: str) -> Finding:
    return Finding("wrong", sentence)
