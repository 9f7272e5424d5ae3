"""Back the database up."""

import errno
import signal
import sqlite3
import sys
import time
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connection

from go4brussels.backup import postgresql, sqlite
from go4brussels.backup.errors import BackupError
from go4brussels.backup.folder import age

FULL = (errno.ENOSPC, errno.EDQUOT)


class Command(BaseCommand):
    help = "Write the whole database to a file of DIR, while editors save; keep the newest BACKUP_KEEP."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "folder",
            nargs="?",
            type=Path,
            default=settings.BACKUP_DIR,
            metavar="DIR",
            help="by default BACKUP_DIR",
        )

    def handle(self, *_args: Any, folder: Path, **_options: Any) -> None:
        signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # so that nothing is left lying about
        folder, start = folder.absolute(), time.monotonic()
        room = sqlite if connection.vendor == "sqlite" else postgresql
        try:
            path = room.back_up(folder, settings.BACKUP_KEEP)
        except (BackupError, OSError, sqlite3.Error) as error:
            sentence = f"No backup was made: {reason(error, folder)} {last(folder)}"
            raise CommandError(sentence) from error
        self.stdout.write(
            f"Wrote {path}: {path.stat().st_size} bytes, in {time.monotonic() - start:.1f} seconds."
        )


def last(folder: Path) -> str:
    """Return a sentence on what there is none the less."""
    seconds = age(folder)
    if seconds is None:
        return f"There is none in {folder}."
    return f"Those in {folder} stand as before, the newest {seconds / 3600:.1f} hours old."


def reason(error: Exception, folder: Path) -> str:
    """Return a sentence on why there is no backup."""
    code = getattr(error, "sqlite_errorcode", 0) & 0xFF
    if code == sqlite3.SQLITE_FULL or getattr(error, "errno", None) in FULL:
        return f"the disk of {folder} is full."
    if isinstance(error, OSError):
        name = Path(str(error.filename or folder))
        return f"{folder if folder in name.parents else name} cannot be written: {error.strerror}."
    return str(error) if isinstance(error, BackupError) else f"{sqlite.place()}: {error}."
