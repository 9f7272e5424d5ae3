"""Django's PostgreSQL, which gives up on a server that does not answer; see base.py.

What is here and not there, SQLite has no need to import the driver for.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass


class Patience:
    """For how many seconds a server may leave a question unanswered; None for as long as it takes.

    A command of manage.py has all the time of the world, what serves readers has not: see gunicorn.py, which
    sets this once, at the start.
    """

    SERVING = 2.8
    seconds: float | None = None


@dataclass
class Waits:
    """How many seconds of waiting in vain are left, over all servers that are asked."""

    left: float


LONGEST = 3.6  # seconds for one request: with what else it takes, less than five
waits: ContextVar[Waits] = ContextVar("waits")


@contextmanager
def waiting() -> Iterator[None]:
    """Let everything inside together wait no longer in vain than one request should."""
    token = waits.set(Waits(LONGEST))
    try:
        yield
    finally:
        waits.reset(token)


# Whether the server is told apart from each question what stands in it.
apart: ContextVar[bool] = ContextVar("apart", default=False)


@contextmanager
def values_apart(is_so: bool = True) -> Iterator[None]:
    """Send the server, inside this, each statement without the values in it, which follow apart.

    The server writes statements that it refuses or gives up into a log of its own: with what is searched in
    them, psycopg having put it there. Of values that follow apart it writes none.
    """
    token = apart.set(is_so)
    try:
        yield
    finally:
        apart.reset(token)
