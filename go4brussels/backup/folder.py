"""The folder of the backups: which there are, how a new one gets there, and which go."""

import os
import re
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from fcntl import LOCK_EX, flock
from pathlib import Path
from typing import NamedTuple

MOMENT = "%Y%m%dT%H%M%SZ"
NAME = re.compile(r"go4brussels-(\d{8}T\d{6}Z)\.(sql|sqlite3)\.gz", re.ASCII)
PART = re.compile(r"go4brussels-\d{8}T\d{6}Z\.part", re.ASCII)


class Named(NamedTuple):
    """A backup by its name."""

    made_at: datetime
    path: Path


def made_at(path: Path) -> datetime | None:
    """Return when a backup was made, as its name tells; None where the name is another."""
    if found := NAME.fullmatch(path.name):
        with suppress(ValueError):  # a 13th month
            return datetime.strptime(found[1], MOMENT).replace(tzinfo=UTC)
    return None


def backups(folder: Path) -> list[Named]:
    """Return the backups in a folder, the newest first; none where it cannot be read."""
    try:
        named = [(made_at(path), path) for path in folder.iterdir()]
    except OSError:
        return []
    return sorted((Named(at, path) for at, path in named if at), reverse=True)


def newest(folder: Path) -> Named | None:
    """Return the newest backup in a folder; None where there is none, or the folder cannot be read."""
    return next(iter(backups(folder)), None)


def age(folder: Path) -> float | None:
    """Return how many seconds ago the newest backup in a folder was begun; None where there is none."""
    found = newest(folder)
    return (datetime.now(UTC) - found.made_at).total_seconds() if found else None


@contextmanager
def writing(folder: Path, ending: str) -> Iterator[tuple[Path, Path]]:
    """Yield a folder to write to, and where the backup is to be put in the end; what is left there goes.

    One at a time in a folder: the next waits. Raises OSError where it cannot be written.
    """
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        flock(descriptor, LOCK_EX)
        for path in folder.iterdir():
            if PART.fullmatch(path.name):  # of a run that was killed
                shutil.rmtree(path, ignore_errors=True)
        while (whole := folder / f"go4brussels-{datetime.now(UTC):{MOMENT}}.{ending}.gz").exists():
            time.sleep(0.1)
        part = folder / whole.name.replace(f".{ending}.gz", ".part")
        part.mkdir(mode=0o700)
        try:
            yield part, whole
            os.fsync(descriptor)  # a name that outlives a power cut
        finally:
            shutil.rmtree(part, ignore_errors=True)
    finally:
        os.close(descriptor)


def keep(folder: Path, ending: str, number: int) -> None:
    """Remove all but so many of the newest backups of a kind."""
    of_kind = [each.path for each in backups(folder) if each.path.name.endswith(f".{ending}.gz")]
    for path in of_kind[number:]:
        path.unlink(missing_ok=True)
