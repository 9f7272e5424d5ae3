"""Write the public site as plain files."""

import os
import signal
import sys
import time
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import DatabaseError

from go4brussels.mirror.errors import MirrorError
from go4brussels.mirror.site import write

AS_BEFORE = "Nothing was written; a mirror that stood there stands as before."


class Command(BaseCommand):
    help = "Write the whole public site to DIR as plain files, for nginx to fall back on and for archives."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("folder", type=Path, metavar="DIR", help="where it stands: a link to the newest")

    def handle(self, *_args: Any, folder: Path, **_options: Any) -> None:
        if settings.DEBUG:
            raise CommandError("Development serves other bytes than production does. Set DEBUG=0.")
        signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # so that nothing is left lying about
        os.umask(0o022)  # The web server reads it, and all of it is public.
        start = time.monotonic()
        try:
            mirror = write(folder)
        except MirrorError as error:
            raise CommandError(f"{error} {AS_BEFORE}") from error
        except DatabaseError as error:
            raise CommandError(f"The database does not answer: {first_line(error)}. {AS_BEFORE}") from error
        except OSError as error:
            name = error.filename or folder
            raise CommandError(f"{name} cannot be written: {error.strerror}. {AS_BEFORE}") from error
        written = sum(each.size for each in mirror.files)
        as_before = sum(each.is_as_before for each in mirror.files)
        self.stdout.write(
            f"Wrote {mirror.addresses} addresses to {folder}: {len(mirror.files)} files, {written} bytes, "
            f"in {time.monotonic() - start:.1f} seconds. {as_before} files are the same as before."
        )


def first_line(error: Exception) -> str:
    return str(error).strip().partition("\n")[0].rstrip(".")
