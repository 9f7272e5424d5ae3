"""A backup as a file: whether it is whole, and what it says of itself."""

import gzip
import re
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path

from .errors import BackupError
from .folder import made_at

SIZE = 2**20  # bytes that are read at once
HAS_EXTRA, HAS_NAME = 4, 8  # flags in the head of a file of gzip (RFC 1952, 2.3.1)
PACKED = re.compile(r"go4brussels-([\w.+-]+)\.(?:sql|sqlite3)", re.ASCII)
LAST_LINE = b"\n-- PostgreSQL database dump complete\n"


class Kind(StrEnum):
    SQLITE = "SQLite"
    POSTGRESQL = "PostgreSQL"


# How what is packed begins.
BEGINNINGS = {b"SQLite format 3\0": Kind.SQLITE, b"--\n-- PostgreSQL database dump\n--\n": Kind.POSTGRESQL}


@dataclass(frozen=True)
class Archive:
    """A backup that is whole."""

    path: Path
    kind: Kind
    made_at: datetime
    release: str  # "" where the file does not tell

    @contextmanager
    def unpacked(self) -> Iterator[gzip.GzipFile]:
        with gzip.open(self.path) as file:
            yield file


def read(path: Path) -> Archive:
    """Read a backup to its end, and return what it is. Raises BackupError for anything else."""
    try:
        first, last = ends(path)
        release, packed_at = head(path)
    except OSError as error:
        if isinstance(error, gzip.BadGzipFile) and "Not a gzipped file" in str(error):
            raise BackupError(f"{path} is no backup: it was not packed with gzip.") from error
        if error.errno is None:
            raise BackupError(f"{path} is damaged ({error}). Take another backup.") from error
        raise BackupError(f"{path} cannot be read: {error.strerror}.") from error
    except EOFError as error:
        raise BackupError(f"{path} is cut short: its end is missing. Take another backup.") from error
    except zlib.error as error:
        raise BackupError(f"{path} is damaged ({error}). Take another backup.") from error
    kind = next((kind for begin, kind in BEGINNINGS.items() if first.startswith(begin)), None)
    if kind is None:
        raise BackupError(f"{path} is no backup of the portal: it holds neither SQLite nor PostgreSQL.")
    if kind is Kind.POSTGRESQL and LAST_LINE not in last:
        raise BackupError(f"{path} is cut short: the last line of the dump is missing. Take another backup.")
    return Archive(path, kind, made_at(path) or packed_at, release)


def ends(path: Path) -> tuple[bytes, bytes]:
    """Return the first and the last bytes of what is packed, all of it read and held against its checksum."""
    with gzip.open(path) as file:
        first = last = file.read(SIZE)
        while piece := file.read(SIZE):
            last = last[-SIZE:] + piece
    return first[:100], last[-1000:]


def head(path: Path) -> tuple[str, datetime]:
    """Return the release that gzip's own head names, "" where it names none, and when it was packed."""
    with path.open("rb") as file:
        start = file.read(200)
    seconds = int.from_bytes(start[4:8], "little") or path.stat().st_mtime
    name = start[10:].partition(b"\0")[0] if start[3] & HAS_NAME and not start[3] & HAS_EXTRA else b""
    found = PACKED.fullmatch(name.decode("latin-1"))
    return found[1] if found else "", datetime.fromtimestamp(seconds, UTC)
