"""Rebuild the search index."""

from typing import Any

from django.core.management.base import BaseCommand

from initiatives.search.index import reindex
from initiatives.versions import locked


class Command(BaseCommand):
    help = "Make the search index right for all of the content, and say what differed."

    def handle(self, *_args: Any, **_options: Any) -> None:
        with locked():
            lines = reindex()
        for line in lines:
            self.stdout.write(line)
        self.stdout.write(f"{len(lines)} entries differed." if lines else "Nothing differed.")
