"""Django's PostgreSQL, with an end to waiting for a server that does not answer.

The timeouts of the server (`statement_timeout`) do not help where the server itself hangs, and those of TCP
do not where its machine still acknowledges what is sent. So the client looks at the clock: psycopg waits in
Python, in one method. What a server takes longer for than readers should wait is stopped by itself, a little
earlier, so that a question that takes long and a server that hangs stay two things.
"""

import time
from collections.abc import Generator
from typing import Any, TypeVar

import psycopg
from django.db.backends.postgresql import base
from django.db.backends.postgresql.psycopg_any import IsolationLevel
from psycopg import errors

from . import Patience, Waits, apart, waits
from .breaker import Breaker, breaker_of

CONNECTING = 2  # seconds; psycopg knows no shorter time
TESTING = 1.5  # whether a connection that is kept still holds
EARLIER = 0.3  # than the client gives up, the server does

Result = TypeVar("Result")


class Connection(psycopg.Connection[Any]):
    """A connection that is given up where an answer does not come within its `patience`."""

    patience: float
    breaker: Breaker

    def wait(
        self, gen: Generator[Any, Any, Result], interval: float = 0.1, timeout: float | None = None
    ) -> Result:
        """Return what comes of `gen`. Raises OperationalError where it takes too long, and gives up."""
        if timeout is not None:
            return super().wait(gen, interval, timeout)
        left = waits.get(Waits(self.patience))
        patience = min(self.patience, left.left)
        try:
            return super().wait(gen, interval, patience)
        except errors._WaitTimeout:
            left.left -= patience
            self.pgconn.finish()
            self.breaker.trip()
            raise psycopg.OperationalError(
                f"The database did not answer within {patience:.1f} s; the connection was given up."
            ) from None


class DatabaseWrapper(base.DatabaseWrapper):
    """A connection that waits no longer than readers should, while the portal serves."""

    @property
    def breaker(self) -> Breaker:
        """Return the breaker of the server that this connection leads to."""
        config = self.settings_dict
        return breaker_of(*(str(config[name]) for name in ("HOST", "PORT", "NAME")))

    def get_connection_params(self) -> dict[str, Any]:
        """Return the parameters, with the times that hold for the server while the portal serves."""
        params: dict[str, Any] = super().get_connection_params()
        if Patience.seconds is not None:
            longest = round((Patience.seconds - EARLIER) * 1000)
            limits = f"-c statement_timeout={longest} -c lock_timeout={longest}"
            params["options"] = f"{params.get('options', '')} {limits}".strip()
            params["connect_timeout"] = CONNECTING
        return params

    def get_new_connection(self, conn_params: dict[str, Any]) -> Any:
        """Return a new connection. Raises OperationalError at once where the server just did not answer."""
        if Patience.seconds is None:
            return super().get_new_connection(conn_params)
        self.isolation_level = IsolationLevel.READ_COMMITTED  # as where no setting says otherwise
        left = waits.get(Waits(CONNECTING))
        if left.left < CONNECTING:
            raise psycopg.OperationalError("Enough was waited for databases that do not answer.")
        begun = time.monotonic()
        try:
            with self.breaker.attempt():
                connection = Connection.connect(**conn_params)
        except psycopg.OperationalError:
            left.left -= time.monotonic() - begun
            raise
        connection.patience, connection.breaker = Patience.seconds, self.breaker
        return connection

    def create_cursor(self, name: str | None = None) -> Any:
        """Return a cursor, which keeps values out of its statements where they are to be told apart."""
        if self.connection is not None:
            self.connection.cursor_factory = base.ServerBindingCursor if apart.get() else base.Cursor
        return super().create_cursor(name)

    def is_usable(self) -> bool:
        """Return whether the connection still holds, which a server that lives tells soon."""
        if not isinstance(self.connection, Connection):
            return super().is_usable()
        patience, self.connection.patience = self.connection.patience, TESTING
        try:
            return super().is_usable()
        finally:
            self.connection.patience = patience
