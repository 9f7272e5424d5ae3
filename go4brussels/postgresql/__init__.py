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
