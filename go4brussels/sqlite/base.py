"""Django's SQLite, waiting for the lock in Python and not in C.

SQLite waits with the mutex of its connection held. A thread that holds the lock may be the one that collects
a cursor of the waiting connection as garbage: it then waits for that mutex, and both wait until one gives up.

Nor does SQLite know who came first: a process that saves one change after another took the lock again before
others looked, until they gave up. Who begins to write therefore takes its turn first.
"""

import os
import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

from django.db.backends.sqlite3 import base

from accounts.locks import is_locked

# Seconds between two attempts to write of who is next, and of those behind.
PAUSE, LONG_PAUSE = 0.002, 0.02
Result = TypeVar("Result")


class PatientCursor(base.SQLiteCursorWrapper):
    """A cursor that tries again while another connection writes, as long as its own has patience."""

    wrapper: "DatabaseWrapper"

    def execute(self, *arguments: Any) -> Any:
        begins = str(arguments[0]).startswith("BEGIN")
        return self.wrapper.patiently(lambda: super(PatientCursor, self).execute(*arguments), begins)

    def executemany(self, *arguments: Any) -> Any:
        return self.wrapper.patiently(lambda: super(PatientCursor, self).executemany(*arguments))


class DatabaseWrapper(base.DatabaseWrapper):
    """A connection with `patience`: for how many seconds it tries to write where another does."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.patience: float = self.settings_dict["OPTIONS"].get("timeout", 5)

    def get_new_connection(self, conn_params: dict[str, Any]) -> Any:
        """Return a connection by which SQLite itself waits for nothing, once it is made."""
        connection = super().get_new_connection(conn_params)
        connection.execute("PRAGMA busy_timeout = 0")
        return connection

    def create_cursor(self, name: Any = None) -> Any:
        cursor = self.connection.cursor(factory=PatientCursor)
        cursor.wrapper = self
        return cursor

    def patiently(self, work: Callable[[], Result], begins: bool = False) -> Result:
        """Return what `work` returns, tried until no other writes. Raises OperationalError at the end.

        What begins a transaction does so in its turn; what reads, or writes alone, where it has to wait.
        """
        until = time.monotonic() + self.patience
        try:
            if not begins:
                return work()
        except sqlite3.OperationalError as error:
            if "locked" not in str(error) or not self.patience:
                raise
        with turn(Path(str(self.settings_dict["NAME"])).parent, until) as pause:
            while True:
                try:
                    return work()
                except sqlite3.OperationalError as error:
                    if "locked" not in str(error) or time.monotonic() >= until:
                        raise
                time.sleep(pause)


@contextmanager
def turn(folder: Path, until: float) -> Iterator[float]:
    """Hold the turn to write next in this folder; yield how long to pause between attempts.

    It is a lock on the folder: nothing is written for it, and it ends with its process. Whose turn does not
    come in time goes on without.
    """
    if not folder.is_dir():  # in memory
        yield LONG_PAUSE
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        while not (is_next := is_locked(descriptor)) and time.monotonic() < until:
            time.sleep(LONG_PAUSE)
        yield PAUSE if is_next else LONG_PAUSE
    finally:
        os.close(descriptor)
