"""Load the content from its files."""

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

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
OURS = "where the files and editors changed the same: keep what editors made of it"
THEIRS = "where the files and editors changed the same: take what the files say"
PUBLISH = "make public again what was withdrawn here and is not so in the files: “organisation brupartners”"
NOBODY_SETTLES = (
    "Nobody answered. Give --ours to keep what stands here where both changed it, or --theirs to take what "
    "the files say. Nothing was changed."
)
Load = Callable[[], Changes]


class Command(BaseCommand):
    help = (
        "Bring what is new in the YAML files of a folder into the content: all of it, checked, or nothing. "
        "What editors changed since the last load stays."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("folder", nargs="?", type=Path, default=settings.BASE_DIR / "fixtures")
        parser.add_argument("--yes", action="store_true", help="change a filled database without asking")
        parser.add_argument("--if-empty", action="store_true", help="leave a filled database as it is")
        parser.add_argument("--even-so", action="store_true", help=EVEN_SO)
        side = parser.add_mutually_exclusive_group()
        side.add_argument("--ours", dest="side", action="store_const", const=versions.Side.HERE, help=OURS)
        side.add_argument(
            "--theirs", dest="side", action="store_const", const=versions.Side.FILES, help=THEIRS
        )
        parser.add_argument("--publish", action="append", default=[], metavar="RECORD", help=PUBLISH)

    def handle(  # noqa: PLR0913 – its options
        self,
        *_args: Any,
        folder: Path,
        yes: bool,
        if_empty: bool,
        even_so: bool,
        side: versions.Side | None,
        publish: list[str],
        **_options: Any,
    ) -> None:
        asked: dict[str, Any] = {"is_even_so": True} if even_so else {}
        if side or publish:
            asked["settlement"] = versions.Settlement(side, publish=frozenset(publish))
        changes = self.load_into_empty(partial(versions.load, folder, **asked))
        if changes is None and if_empty:
            self.stdout.write("The database holds content already; it stays as it is.")
            return
        if changes is None:
            if answers := self.answers(folder, asked.get("settlement")):
                settlement = asked.get("settlement", versions.Settlement())
                asked["settlement"] = replace(settlement, answers=answers)
            changes = self.shown(partial(versions.preview, folder, **asked))
            if not yes:
                self.ask(changes)
            changes = attempt(partial(versions.load, folder, None if yes else changes, **asked))
        self.stdout.write(f"Loaded {folder}: {changes}.")
        with translation.override("en"):
            for each in public_overlaps():
                self.stderr.write(f"Warning: {each.sentence}")

    def load_into_empty(self, load: Load) -> Changes | None:
        """Load into a database without content, one process at a time; return None where there is any."""
        with versions.locked():
            return attempt(load) if is_empty() else None

    def answers(self, folder: Path, settlement: versions.Settlement | None) -> dict[str, versions.Side]:
        """Ask of each conflict that no option settles whose value stands; return that by their names.

        Raises CommandError where nobody can answer.
        """
        said = {"settlement": settlement} if settlement else {}
        conflicts = attempt(partial(versions.conflicts, folder, **said))
        answers = {}
        for number, (name, lines) in enumerate(conflicts.items(), start=1):
            self.stdout.write(f"Conflict {number} of {len(conflicts)}")
            for line in lines:
                self.stdout.write(line)
            answers[name] = self.answer()
        return answers

    def answer(self) -> versions.Side:
        """Return which side stands. Raises CommandError where nobody says."""
        while True:
            try:
                said = input("Keep what stands here, or take what the files say? [here/files] ")
            except EOFError as error:
                raise CommandError(NOBODY_SETTLES) from error
            for side in versions.Side:
                if said and side.startswith(said.strip().lower()):
                    return side

    def shown(self, preview: Load) -> Changes:
        """Show what would change, value by value, and what stays as editors made it; return that."""
        changes = attempt(preview)
        for line in changes.lines():
            self.stdout.write(line)
        for note in changes.notes:
            self.stdout.write(f"= {note}")
        return changes

    def ask(self, changes: Changes) -> None:
        """Ask whether to make these changes, where there are any.

        Raises CommandError without a yes, or where nobody can answer.
        """
        if not changes:
            return
        try:
            answer = input(f"Make these changes ({changes})? [y/N] ")
        except EOFError as error:
            raise CommandError("Nobody answered. Give --yes to make the changes without asking.") from error
        if answer.strip().lower() not in ("y", "yes"):
            raise CommandError("Nothing was changed.")


T = TypeVar("T")


def attempt(load: Callable[[], T]) -> T:
    """Return what `load` returns. Raises CommandError with what is wrong with the files."""
    try:
        return load()
    except ContentError as error:
        raise CommandError(f"{error}\nNothing was changed.") from error
