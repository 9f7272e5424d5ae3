"""What a page that only reads does not wait for."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db import connection

READING = ("GET", "HEAD", "OPTIONS")


@contextmanager
def without_waiting() -> Iterator[None]:
    """Raise OperationalError at once, instead of waiting, where SQLite is busy with what another writes.

    PostgreSQL locks rows, and no change of the content those of sessions.
    """
    if connection.vendor != "sqlite":
        yield
        return
    sqlite: Any = connection  # see go4brussels/sqlite
    patience, sqlite.patience = sqlite.patience, 0
    try:
        yield
    finally:
        sqlite.patience = patience
