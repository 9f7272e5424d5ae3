"""Load the content from its files."""

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import translation

from initiatives import versions
from initiatives.content.compare import Changes
from initiatives.content.files import ContentError
from initiatives.content.load import is_empty
from initiatives.models.overlaps import public_overlaps

EVEN_SO = (
    "also where pages go with what the files withdraw above them, or where the worksites are not as many as "
    "the objective announces"
)
Load = Callable[[], Changes]


class Command(BaseCommand):
    help = "Make the content what the YAML files of a folder say: all of it, checked, or nothing."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("folder", nargs="?", type=Path, default=settings.BASE_DIR / "fixtures")
        parser.add_argument("--yes", action="store_true", help="change a filled database without asking")
        parser.add_argument("--if-empty", action="store_true", help="leave a filled database as it is")
        parser.add_argument("--even-so", action="store_true", help=EVEN_SO)

    def handle(
        self, *_args: Any, folder: Path, yes: bool, if_empty: bool, even_so: bool, **_options: Any
    ) -> None:
        asked = {"is_even_so": True} if even_so else {}
        load, preview = (partial(each, folder, **asked) for each in (versions.load, versions.preview))
        changes = self.load_into_empty(load)
        if changes is None and if_empty:
            self.stdout.write("The database holds content already; it stays as it is.")
            return
        if changes is None:
            shown = None if yes else self.agreed(preview)
            changes = attempt(partial(load, shown))
        self.stdout.write(f"Loaded {folder}: {changes}.")
        with translation.override("en"):
            for each in public_overlaps():
                self.stderr.write(f"Warning: {each.sentence}")

    def load_into_empty(self, load: Load) -> Changes | None:
        """Load into a database without content, one process at a time; return None where there is any."""
        with versions.locked():
            return attempt(load) if is_empty() else None

    def agreed(self, preview: Load) -> Changes:
        """Show what would change, and ask; return what was agreed to.

        Raises CommandError without a yes, or where nobody can answer.
        """
        changes = attempt(preview)
        if not changes:
            return changes
        for line in changes.lines():
            self.stdout.write(line)
        try:
            answer = input(f"Make these changes ({changes})? [y/N] ")
        except EOFError as error:
            raise CommandError("Nobody answered. Give --yes to make the changes without asking.") from error
        if answer.strip().lower() not in ("y", "yes"):
            raise CommandError("Nothing was changed.")
        return changes


def attempt(load: Load) -> Changes:
    """Return what `load` returns. Raises CommandError with what is wrong with the files."""
    try:
        return load()
    except ContentError as error:
        raise CommandError(f"{error}\nNothing was changed.") from error
