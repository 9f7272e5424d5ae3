"""Write the content to files."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import override

from initiatives.content.checks import contradictions
from initiatives.content.files import dump


class Command(BaseCommand):
    help = "Write the content to a folder, as the YAML files that load_content reads."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("folder", type=Path)

    def handle(self, *_args: Any, folder: Path, **_options: Any) -> None:
        try:
            paths = dump(folder)
        except OSError as error:
            raise CommandError(f"{folder} cannot be written: {error.strerror}.") from error
        self.stdout.write(f"Wrote {len(paths)} files to {folder}.")
        with override("en"):
            sentences = contradictions()
        if sentences:
            self.stderr.write("\n".join([*sentences, "Load these files with: load_content --even-so"]))
