"""Django's SQLite, waiting for the lock in Python and not in C.

SQLite waits with the mutex of its connection held. A thread that holds the lock may be the one that collects
a cursor of the waiting connection as garbage: it then waits for that mutex, and both wait until one gives up.
"""

import sqlite3
import time
from collections.abc import Callable
from typing import Any, TypeVar

from django.db.backends.sqlite3 import base

PAUSE = 0.02  # seconds between two attempts
Result = TypeVar("Result")


class PatientCursor(base.SQLiteCursorWrapper):
    """A cursor that tries again while another connection writes, as long as its own has patience."""

    wrapper: "DatabaseWrapper"

    def execute(self, *arguments: Any) -> Any:
        return self.wrapper.patiently(lambda: super(PatientCursor, self).execute(*arguments))

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

    def patiently(self, work: Callable[[], Result]) -> Result:
        """Return what `work` returns, tried until no other writes. Raises OperationalError at the end."""
        until = time.monotonic() + self.patience
        while True:
            try:
                return work()
            except sqlite3.OperationalError as error:
                if "locked" not in str(error) or time.monotonic() >= until:
                    raise
            time.sleep(PAUSE)
