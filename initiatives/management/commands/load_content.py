"""Load the content from its files."""

from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from initiatives import versions
from initiatives.content.files import ContentError
from initiatives.content.load import is_empty

Result = TypeVar("Result")


class Command(BaseCommand):
    help = "Make the content what the YAML files of a folder say: all of it, checked, or nothing."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("folder", nargs="?", type=Path, default=settings.BASE_DIR / "fixtures")
        parser.add_argument("--yes", action="store_true", help="change a filled database without asking")
        parser.add_argument("--if-empty", action="store_true", help="leave a filled database as it is")

    def handle(self, *_args: Any, folder: Path, yes: bool, if_empty: bool, **_options: Any) -> None:
        empty = is_empty()
        if if_empty and not empty:
            self.stdout.write("The database holds content already; it stays as it is.")
            return
        if not empty and not yes and not self.agreed(folder):
            raise CommandError("Nothing was changed.")
        changes = attempt(versions.load, folder)
        self.stdout.write(f"Loaded {folder}: {changes}.")

    def agreed(self, folder: Path) -> bool:
        """Show what would change, and ask. Raises CommandError where nobody can answer."""
        changes = attempt(versions.preview, folder)
        if not changes:
            return True
        for line in changes.lines():
            self.stdout.write(line)
        try:
            return input(f"Make these changes ({changes})? [y/N] ").strip().lower() in ("y", "yes")
        except EOFError as error:
            raise CommandError("Nobody answered. Give --yes to make the changes without asking.") from error


def attempt(load: Callable[[Path], Result], folder: Path) -> Result:
    """Return what `load` returns. Raises CommandError with what is wrong with the files."""
    try:
        return load(folder)
    except ContentError as error:
        raise CommandError(f"{error}\nNothing was changed.") from error
