"""Backups of PostgreSQL: deploy/postgresql-backup.sh makes them, and one transaction puts them back."""

import os
import re
import subprocess
from collections.abc import Iterable, Iterator, Sequence
from itertools import takewhile
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection
from psycopg import pq

from .archive import Archive
from .contents import EDITION, TABLES, Edition, Held, edition, held, held_by
from .errors import BackupError

SCRIPT = settings.BASE_DIR / "deploy" / "postgresql-backup.sh"
PATIENCE = "30s"  # to wait for who reads and writes
COPY = re.compile(rb"COPY public\.(\w+) \(([^)]*)\) FROM stdin;\n")
END = b"\\.\n"
NEWER = 170_000  # the server that first knows TIMEOUT
TIMEOUT = b"SET transaction_timeout = 0;\n"


# Making one ------------------------------------------------------------------------------------------


def back_up(where: Path, number: int) -> Path:
    """Make a backup in a folder, keep so many; return the new file. Raises BackupError."""
    done = subprocess.run(  # noqa: S603 – our own script
        ["/bin/sh", str(SCRIPT), "once", str(where), str(number)],
        env=environment(),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise BackupError(done.stderr.strip().rpartition("\n")[2].removeprefix("No backup was made: "))
    return Path(done.stdout.strip())


def environment() -> dict[str, str]:
    """Return what the script finds in its environment: the primary as the portal reaches it, for libpq.

    There, and not on a command line, which everybody on the machine can read.
    """
    params = connection.get_connection_params()
    known = {"PATH": os.pathsep.join(os.get_exec_path())}
    for option in pq.Conninfo.get_defaults():
        value = params.get(option.keyword.decode(), option.val and option.val.decode())
        if option.envvar and value is not None:
            known[option.envvar.decode()] = str(value)
    return known


# Reading one -----------------------------------------------------------------------------------------


def held_now() -> Held:
    """Return what the portal's database holds. Raises what the database raises."""

    def ask(query: str) -> list[Sequence[Any]]:
        with connection.cursor() as cursor:
            cursor.execute(query)
            return list(cursor.fetchall())

    return held_by(ask, connection.introspection.table_names())


def held_in(archive: Archive) -> Held:
    """Return what a dump holds."""
    rows: dict[str, list[Sequence[Any]]] = {}
    with archive.unpacked() as file:
        lines = iter(file)
        for line in lines:
            if found := COPY.fullmatch(line):
                table, names = found[1].decode(), found[2].decode().split(", ")
                copied = takewhile(END.__ne__, lines)
                if table in TABLES:
                    rows[table] = list(picked(copied, [names.index(each) for each in TABLES[table]]))
                else:
                    for _row in copied:
                        pass
    return held(rows)


def picked(copied: Iterable[bytes], places: Sequence[int]) -> Iterator[list[str]]:
    """Yield these values of each row; none of them is ever a text with a sign that COPY has to escape."""
    for line in copied:
        values = line.rstrip(b"\n").split(b"\t")
        yield [values[place].decode() for place in places]


# Putting one back --------------------------------------------------------------------------------------


def take() -> Edition:
    """Take the portal's tables away, in the transaction that is open; return the number of the content.

    Those of a newer release too. Who edits or reads waits from here on.
    """
    with connection.cursor() as cursor:
        cursor.execute(f"SET LOCAL lock_timeout = '{PATIENCE}'; SET LOCAL statement_timeout = 0")
        found = Edition()
        if EDITION in connection.introspection.table_names(cursor):
            cursor.execute(f"LOCK TABLE {EDITION} IN ACCESS EXCLUSIVE MODE")
            cursor.execute(f"SELECT * FROM {EDITION}")  # noqa: S608 – a constant
            found = edition([column.name for column in cursor.description or ()], cursor.fetchone())
        cursor.execute("DROP SCHEMA IF EXISTS public CASCADE")
        cursor.execute("CREATE SCHEMA public")
    return found


def load(archive: Archive) -> None:
    """Execute a dump in the transaction that is open: what stands between rows as it is, and rows by COPY.

    As psql does with it; without psql, which is not where the portal is.
    """
    server = connection.connection
    told: list[bytes] = []
    with archive.unpacked() as file, server.cursor() as cursor:
        lines = iter(file)
        for line in lines:
            if COPY.fullmatch(line):
                cursor.execute(b"".join(told))
                told.clear()
                with cursor.copy(line.rstrip(b";\n")) as copy:
                    for row in takewhile(END.__ne__, lines):
                        copy.write(row)
            elif not is_of_others(line, server.info.server_version):
                told.append(line)
        cursor.execute(b"".join(told))
        # Its settings were for itself. What waits to be checked could keep a table from being changed.
        cursor.execute("RESET search_path; RESET row_security; SET CONSTRAINTS ALL IMMEDIATE")


def is_of_others(line: bytes, server: int) -> bool:
    """Return whether a line is for psql alone, or for a server that is newer than this one."""
    return line.startswith((rb"\restrict", rb"\unrestrict")) or (line == TIMEOUT and server < NEWER)
