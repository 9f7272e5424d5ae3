"""What is made of an edition, kept until the next: the files are asked for more often than edited."""

from collections.abc import Callable
from functools import lru_cache, wraps
from typing import Any, Concatenate, ParamSpec, TypeVar

from django.utils.translation import override

from ..language import LANGUAGES
from .documents import Edition

P = ParamSpec("P")
T = TypeVar("T")

MOST = 100  # what is kept of one edition; there are some twenty things


@lru_cache(maxsize=1)
def shelf(edition: Edition) -> Callable[..., Any]:
    """Return where all is kept that is made of this edition; with the next one, all of it goes at once."""

    @lru_cache(maxsize=MOST)
    def made(make: Callable[..., Any], *args: Any, **named: Any) -> Any:
        # All of it has both languages, whoever asks first.
        with override(LANGUAGES[0]):
            return make(edition, *args, **named)

    return made


def kept(make: Callable[Concatenate[Edition, P], T]) -> Callable[Concatenate[Edition, P], T]:
    """Let a function be called once for each edition and further arguments.

    It gets the edition as settled, and what it returns is read by all threads and changed by none.
    """

    @wraps(make)
    def found(edition: Edition, /, *args: P.args, **named: P.kwargs) -> T:
        result: T = shelf(edition.settled)(make, *args, **named)
        return result

    return found
