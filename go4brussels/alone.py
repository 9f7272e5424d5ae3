"""Doing alone what processes and machines must not do at the same time to one database."""

import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from django.db.backends.base.base import BaseDatabaseWrapper

from accounts.locks import is_locked

# Any number does, if only all of the portal's processes take the same one, and nobody else in this database.
KEY = 0x60_4B_20_30
PAUSE = 0.1  # seconds between two attempts


@contextmanager
def alone(connection: BaseDatabaseWrapper, tell: Callable[[], None]) -> Iterator[None]:
    """Do what is inside while nobody else does who has this database; `tell` where that takes waiting.

    The lock ends with its process, however that ends. Raises what the database or the folder of its file
    raises.
    """
    lock = on_server if connection.vendor == "postgresql" else beside_file
    with lock(connection, tell):
        yield


@contextmanager
def on_server(connection: BaseDatabaseWrapper, tell: Callable[[], None]) -> Iterator[None]:
    """Hold an advisory lock, by a connection of its own: the other's transactions come and go."""
    own = connection.copy()
    try:
        with own.cursor() as cursor:
            cursor.execute("SET statement_timeout = 0")
            cursor.execute("SELECT pg_try_advisory_lock(%s)", [KEY])
            if not cursor.fetchone()[0]:
                tell()
                cursor.execute("SELECT pg_advisory_lock(%s)", [KEY])
            yield
    finally:
        own.close()


@contextmanager
def beside_file(connection: BaseDatabaseWrapper, tell: Callable[[], None]) -> Iterator[None]:
    """Hold the lock of a file beside the database: SQLite's own would keep out the connection that works.

    Nor can it be the database itself, whose locks SQLite loses where another closes it in the same process.
    """
    path = Path(f"{connection.settings_dict['NAME']}-alone")
    # Only read: it may belong to another user, as where root once did what the portal's own user does now.
    if not path.parent.is_dir():
        connection.ensure_connection()  # fails, as it would without a lock
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_CREAT, 0o644)
    except OSError as error:
        connection.ensure_connection()  # likewise
        raise OSError(error.errno, error.strerror, str(path.parent)) from error
    try:
        if not is_locked(descriptor):
            tell()
            while not is_locked(descriptor):
                time.sleep(PAUSE)
        yield
    finally:
        os.close(descriptor)
