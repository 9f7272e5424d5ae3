"""What a command says where the database or a folder cannot be used: one sentence, and never a password.

What is a fault of the program keeps its trace.
"""

import errno
import re
import sqlite3
from pathlib import Path

from django.conf import settings
from django.db import DatabaseError, InterfaceError
from django.db.migrations.exceptions import MigrationSchemaMissing

from .environment import user_name
from .outages import Outage, outage_of
from .schema import lacks_table

# What a server says where it takes no connection, and what to do about it; where it stands goes in between.
REFUSALS = tuple(
    (re.compile(pattern), told, advice)
    for pattern, told, advice in (
        (r'database "[^"]*" does not exist', "there is no such database", "Make it, or correct DATABASE_URL"),
        (r'role "[^"]*" does not exist', "there is no such user", "Make it, or correct DATABASE_URL"),
        ("password authentication failed", "the password is refused", "Correct DATABASE_URL"),
        ("no password supplied", "a password is asked for", "Give it in DATABASE_URL"),
        ("no pg_hba.conf entry", "the server lets nobody in from here", "Let this machine in in pg_hba.conf"),
        ("permission denied for database", "the user may not use it", "Give it the right to connect"),
        (
            "too many (connections|clients)",
            "it has too many connections",
            "Try again, or raise max_connections",
        ),
        (r"starting up|shutting down|recovery", "it is starting or stopping", "Try again in a moment"),
        ("could not translate|resolve host|Name or service", "no such host is known", "Correct DATABASE_URL"),
        ("refused", "nothing listens there", "Start the server, or correct DATABASE_URL"),
        ("timeout|timed out|did not answer", "it does not answer", "Look at the server and the network"),
        ("No such file", "nothing listens there", "Start the server, or correct DATABASE_URL"),
        ("SSL|certificate", "no connection by TLS comes about", "Look at sslmode in DATABASE_URL"),
    )
)
# What the machine refuses, and not what the program looks for in vain.
OF_PATHS = frozenset(
    getattr(errno, f"E{name}") for name in ("ACCES", "PERM", "ROFS", "NOSPC", "DQUOT", "NOTDIR", "ISDIR")
)
PREPARE = "The tables of the database are not those of this release. Run manage.py prepare."


def place() -> str:
    """Return where the database is, as DATABASE_URL says it: the path, or user, host, port and name."""
    config = settings.DATABASES["default"]
    if "sqlite" in config["ENGINE"]:
        return str(config["NAME"])
    host, port = config.get("HOST") or "the local socket", config.get("PORT") or 5432
    return f"{config['NAME']} for user {config.get('USER') or user_name()} on {host}:{port}"


def sentence_of(error: BaseException) -> str:
    """Return what to say of an error, an empty text where it is a fault of the program."""
    # Django's own, of the table of migrations: what the database said is what it was about.
    if isinstance(error, MigrationSchemaMissing) and isinstance(error.__context__, Exception):
        return sentence_of(error.__context__)
    if isinstance(error, DatabaseError | InterfaceError):
        return of_database(error)
    if isinstance(error, OSError) and error.filename and error.errno in OF_PATHS:
        return of_path(error)
    return ""


def of_database(error: Exception) -> str:
    outage, cause = outage_of(error), error.__cause__
    if lacks_table(error) or getattr(cause, "sqlstate", None) == "42703" or "no such column" in str(error):
        return PREPARE
    if isinstance(cause, sqlite3.Error):
        return of_file(error, outage)
    if "permission denied" in str(error) and getattr(cause, "sqlstate", None) == "42501":
        return f"The database {place()} refuses: {first_line(error)}. Give its user the right to."
    return of_server(error, outage) if outage else ""


def of_server(error: Exception, outage: Outage) -> str:
    """Return what to say where PostgreSQL cannot be reached, or takes no changes."""
    if outage is Outage.READ_ONLY:
        return (
            f"The database {place()} takes no changes: {first_line(error)}. "
            "Name the primary in DATABASE_URL, or make room on its disk."
        )
    told = next((found for found in REFUSALS if found[0].search(str(error))), None)
    if told is None:
        return (
            f"The database {place()} cannot be used: {first_line(error)}. Look at the server, and try again."
        )
    return f"The database {place()} cannot be reached: {told[1]}. {told[2]}."


def of_file(error: Exception, outage: Outage | None) -> str:
    """Return what to say where SQLite cannot use its file, or the folder of it."""
    path = Path(place())
    if "not a database" in str(error) or "malformed" in str(error):
        return (
            f"{path} is no database of SQLite, or a damaged one. Correct DATABASE_URL, or restore a backup."
        )
    if outage is None:
        return ""
    if not path.parent.is_dir():
        return f"The database {path} cannot be opened: there is no folder {path.parent}. Make it."
    if outage is Outage.BUSY:
        return f"The database {path} is busy: another process writes to it. Try again in a moment."
    if "full" in str(error):
        return f"The database {path} cannot be written: the disk is full. Make room on it."
    return (
        f"The database {path} cannot be opened or written by user {user_name()}: {first_line(error)}. "
        f"Let this user write to the file and to its folder {path.parent}."
    )


def of_path(error: OSError) -> str:
    told = f"{error.filename} cannot be used by user {user_name()}: {error.strerror}."
    return f"{told} Give this user the right to, or name another place."


def first_line(error: BaseException) -> str:
    """Return the first line of what was said, without what follows from it."""
    return str(error).strip().partition("\n")[0].rstrip(".")
