"""What an error of the database says of it: that it is away, busy, closed to changes or full; or nothing.

Only these are answered with 503. A question that is wrong stays 500, whichever database it is: what
does not pass by itself is a fault of the program, to be seen with its trace. A statement that took longer
than readers should wait is of the first kind: the same page was quick a moment ago, and will be.
"""

import sqlite3
from enum import Enum

from django.contrib.sessions.exceptions import SessionInterrupted
from django.db import InterfaceError, InternalError, OperationalError
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

RETRY_AFTER = 5  # seconds: longer than the database needs to come back, shorter than a reader waits


class Outage(Enum):
    """Why the database could not be used, and the sentence that says so."""

    AWAY = _("The portal cannot reach its database at the moment. The fault is ours, not yours.")
    BUSY = _("The portal’s database is too busy to answer at the moment. The fault is ours, not yours.")
    READ_ONLY = _("The portal cannot save anything at the moment: its database takes no changes.")
    FULL = _(
        "The portal cannot save anything at the moment: its disk is full. "
        "Please tell whoever runs the portal."
    )

    @property
    def has_saved_nothing(self) -> bool:
        """Whether it is certain that nothing was saved: the database refused it, and is there."""
        return self in (Outage.READ_ONLY, Outage.FULL)

    @property
    def sentence(self) -> str | Promise:
        return self.value


# The primary result codes (https://www.sqlite.org/rescode.html).
SQLITE = {
    sqlite3.SQLITE_BUSY: Outage.BUSY,
    sqlite3.SQLITE_LOCKED: Outage.BUSY,
    sqlite3.SQLITE_NOMEM: Outage.BUSY,
    sqlite3.SQLITE_PROTOCOL: Outage.BUSY,
    sqlite3.SQLITE_READONLY: Outage.READ_ONLY,
    sqlite3.SQLITE_FULL: Outage.FULL,
    sqlite3.SQLITE_IOERR: Outage.AWAY,
    sqlite3.SQLITE_CANTOPEN: Outage.AWAY,
}
# How SQLSTATEs begin (PostgreSQL, Appendix A), the longer ones first; without one, the client itself speaks.
POSTGRESQL = {
    "25006": Outage.READ_ONLY,  # a standby
    "53100": Outage.FULL,
    "40001": Outage.AWAY,  # of a standby: what it took over from the primary was in the way
    "40P01": Outage.BUSY,
    "55P03": Outage.BUSY,
    "57014": Outage.BUSY,  # a statement that takes too long
    "08": Outage.AWAY,
    "53": Outage.BUSY,
    "57": Outage.AWAY,
    "58": Outage.AWAY,
}


def outage_of(error: BaseException | None) -> Outage | None:
    """Return why the database could not be used, None where this error is about something else."""
    if isinstance(error, SessionInterrupted):
        # Django takes whatever keeps it from saving a session for a session that is gone.
        error = error.__context__ and error.__context__.__context__
    if not isinstance(error, OperationalError | InterfaceError | InternalError):
        return None
    cause = error.__cause__
    if isinstance(cause, sqlite3.Error):
        return SQLITE.get(getattr(cause, "sqlite_errorcode", 0) & 0xFF)
    if state := getattr(cause, "sqlstate", None):
        return next((outage for start, outage in POSTGRESQL.items() if state.startswith(start)), None)
    # What was done with a connection that is closed, and not what was done wrongly.
    is_away = isinstance(error, OperationalError) or "connection" in str(error)
    return Outage.AWAY if is_away else None
