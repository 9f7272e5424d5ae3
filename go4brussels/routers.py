"""Where the database is read: public pages from a standby, where there is one; all else from the primary.

What is read for one page, or to know of which version it is, comes from one server to its end: a standby is
a moment behind, and two numbers of two servers say nothing of each other.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from django.db import connections

PRIMARY, REPLICA = "default", "replica"
reads_from: ContextVar[str | None] = ContextVar("reads_from", default=None)


@contextmanager
def reading() -> Iterator[str]:
    """Read from one server inside this, and yield its alias; inside another `reading()`, from that one's.

    The standby, unless it just did not answer: then the primary, and the standby again where both are away.
    Everything that is not inside reads from the primary.
    """
    if alias := reads_from.get():
        yield alias
        return
    alias = next(iter(standing()), REPLICA if REPLICA in connections.settings else PRIMARY)
    token = reads_from.set(alias)
    try:
        yield alias
    finally:
        reads_from.reset(token)


def standing() -> Iterator[str]:
    """Yield the servers to read from that did not just fail to answer, the better one first."""
    for alias in (REPLICA, PRIMARY):
        if alias in connections.settings and not is_away(alias):
            yield alias


def is_away(alias: str) -> bool:
    """Return whether this server just did not answer; a file always does."""
    connection: Any = connections[alias]
    return bool(connection.vendor == "postgresql" and connection.breaker.is_open())


class Router:
    """Tell Django which database is asked, as its settings name it (DATABASE_ROUTERS)."""

    def db_for_read(self, _model: object, **_hints: Any) -> str:
        return reads_from.get() or PRIMARY

    def db_for_write(self, _model: object, **_hints: Any) -> str:
        return PRIMARY

    def allow_relation(self, _one: object, _other: object, **_hints: Any) -> bool:
        return True

    def allow_migrate(self, db: str, _app_label: str, **_hints: Any) -> bool:
        return db != REPLICA
