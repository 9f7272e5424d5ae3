"""Backups of SQLite: a copy of the moment, and its pages put back in one transaction."""

import gzip
import os
import shutil
import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from django.conf import settings
from django.db import connection

from ..sqlite.base import turn
from . import folder
from .archive import Archive, ends
from .contents import EDITION, Edition, Held, edition, held_by
from .errors import BackupError

ENDING = "sqlite3"
PATIENCE = 30  # seconds to wait for who writes
# What no backup needs: sessions are over when it is put back, and a key to the admin until then.
SESSIONS = "django_session"


def place() -> Path:
    """Return where the portal's database stands."""
    return Path(str(connection.settings_dict["NAME"]))


def opened(path: Path) -> sqlite3.Connection:
    """Return a connection to a file that is there, each statement on its own. Raises BackupError."""
    if not path.is_file():
        raise BackupError(f"{path} is not there: DATABASE_URL names no database, or another user's.")
    return sqlite3.connect(
        f"{path.absolute().as_uri()}?mode=rw", timeout=PATIENCE, isolation_level=None, uri=True
    )


def tables(database: sqlite3.Connection) -> list[str]:
    return [name for (name,) in database.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]


def held(path: Path) -> Held:
    """Return what the database in a file holds; nothing where there is none. Raises sqlite3.Error."""
    if not path.exists():
        return Held()
    with closing(opened(path)) as database:
        return held_by(database.execute, tables(database))


def held_now() -> Held:
    """Return what the portal's database holds. Raises BackupError where it is none."""
    try:
        return held(place())
    except sqlite3.DatabaseError as error:
        if error.sqlite_errorcode not in (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB):
            raise
        raise BackupError(
            f"{place()} is no sound database ({error}). Stop the portal, move this file away with those "
            "beside it that end in -wal and -shm, and restore again."
        ) from error


def edition_now() -> Edition:
    """Return the number of the portal's content. Raises sqlite3.Error."""
    if not place().exists():
        return Edition()
    with closing(opened(place())) as database:
        if EDITION not in tables(database):
            return Edition()
        rows = database.execute(f"SELECT * FROM {EDITION}")  # noqa: S608 – a constant
        return edition([name for name, *_rest in rows.description], rows.fetchone())


def check(path: Path) -> None:
    """Raise BackupError where a file is no sound database."""
    try:
        with closing(opened(path)) as database:
            faults = [str(said) for (said,) in database.execute("PRAGMA integrity_check(1)") if said != "ok"]
            faults += [
                f"{row[0]} names a row of {row[2]} that is not there"
                for row in database.execute("PRAGMA foreign_key_check")
            ]
    except sqlite3.Error as error:
        faults = [str(error)]
    if faults:
        raise BackupError(f"the database is not sound: {faults[0]}.")


# Making one ------------------------------------------------------------------------------------------


def back_up(where: Path, number: int) -> Path:
    """Make a backup in a folder, keep so many; return the new file.

    Raises BackupError, OSError and sqlite3.Error; then nothing of it is left.
    """
    with folder.writing(where, ENDING) as (part, whole):
        copy = part / f"go4brussels-{settings.RELEASE}.{ENDING}"
        copy_to(copy)
        check(copy)
        packed = pack(copy)
        packed.rename(whole)
    folder.keep(where, ENDING, number)
    return whole


def copy_to(copy: Path) -> None:
    """Write the database as it is at this moment to a new file, which nobody else may read."""
    copy.touch(mode=0o600)
    with closing(opened(place())) as database:
        database.execute("VACUUM INTO ?", [str(copy)])
    with closing(opened(copy)) as database:
        if SESSIONS in tables(database):
            database.execute(f"DELETE FROM {SESSIONS}")  # noqa: S608 – a constant
            database.execute("VACUUM")


def pack(copy: Path) -> Path:
    """Pack a file; return the packed one, which is on the disk and was read again."""
    packed = copy.with_name("packed")
    packed.touch(mode=0o600)
    with packed.open("wb") as file:
        with gzip.GzipFile(copy.name, "wb", 6, file) as target, copy.open("rb") as source:
            shutil.copyfileobj(source, target)
        file.flush()
        os.fsync(file.fileno())
    ends(packed)
    return packed


# Putting one back --------------------------------------------------------------------------------------


@contextmanager
def unpacked(archive: Archive) -> Iterator[Path]:
    """Yield the database of a backup as a file near the portal's own. Raises BackupError where it is unsound.

    In a folder of its own, which nobody else may read, and whose turns to write are nobody else's.
    """
    if not place().parent.is_dir():
        raise BackupError(f"{place().parent} is no folder; make it first, for the user who runs the portal.")
    with TemporaryDirectory(prefix="restore-", dir=place().parent) as made:
        path = Path(made) / "db.sqlite3"
        with archive.unpacked() as source, path.open("xb") as target:
            shutil.copyfileobj(source, target)
        try:
            check(path)
        except BackupError as error:
            raise BackupError(f"Of {archive.path}, {error} Take another backup.") from error
        yield path


@contextmanager
def standing_on(path: Path) -> Iterator[None]:
    """Let Django work on another file. For commands, where one thread has the connection to itself."""
    before = connection.settings_dict["NAME"]
    connection.close()
    connection.settings_dict["NAME"] = str(path)
    try:
        yield
    finally:
        connection.close()
        connection.settings_dict["NAME"] = before


@contextmanager
def taken() -> Iterator[None]:
    """Wait for who writes to the portal's database, and let nobody begin to (see go4brussels/sqlite)."""
    with turn(place().parent, time.monotonic() + PATIENCE):
        if place().exists():
            with closing(opened(place())) as database:
                database.execute("BEGIN IMMEDIATE")
                database.execute("ROLLBACK")
        yield


def put(copy: Path) -> None:
    """Put the pages of a file in the place of the portal's, in one transaction of SQLite.

    Who has the database open reads the old content to the end of what is begun, and then the new: the file,
    its -wal and its -shm stay the same. Raises sqlite3.Error; then all is as it was.
    """
    until = time.monotonic() + PATIENCE

    def give_up(_status: int, _remaining: int, _total: int) -> None:
        if time.monotonic() > until:
            raise sqlite3.OperationalError("database is locked")

    if not place().exists():
        place().touch(mode=0o640)
    with closing(opened(copy)) as source, closing(opened(place())) as target:
        source.backup(target, progress=give_up)
