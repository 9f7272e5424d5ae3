"""Make the database ready for this release to serve, whoever else begins at the same time."""

from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import connection

from go4brussels.alone import alone
from go4brussels.schema import Schema, schema_of
from go4brussels.soundness import OTHERS
from go4brussels.static_files import missing
from initiatives.content.load import is_empty
from initiatives.search.index import reindex
from initiatives.versions import locked

NEWER = (
    "The database was made by a newer release and stays as it is; this one serves from it. "
    "To go back for good, restore the backup that was made before."
)


class Command(BaseCommand):
    help = (
        "Migrate, load the content into an empty database, bring the search index in step, and stop where "
        "pages could not be served. Several at once wait for each other."
    )
    requires_system_checks = []

    def handle(self, *_args: Any, **_options: Any) -> None:
        with alone(connection, self.tell_waiting):
            self.prepare()
        if sentence := missing():
            raise CommandError(sentence)

    def tell_waiting(self) -> None:
        self.stdout.write("Waiting for another process that makes this database ready ...")
        self.stdout.flush()

    def prepare(self) -> None:
        """Do what is to be done, and say what was. Raises CommandError in a database of something else."""
        schema = schema_of(connection)
        if schema is Schema.FOREIGN:
            raise CommandError(OTHERS)
        if schema is Schema.NEWER:
            self.stdout.write(NEWER)
            return
        if schema is not Schema.CURRENT:
            if connection.vendor == "postgresql":
                with connection.cursor() as cursor:  # a migration takes as long as it takes
                    cursor.execute("SET statement_timeout = 0")
            call_command("migrate", interactive=False, verbosity=0)
            self.stdout.write("The tables are those of this release now.")
        if is_empty():
            call_command("load_content", if_empty=True, stdout=self.stdout, stderr=self.stderr)
        with locked():
            lines = reindex()
        if lines:
            self.stdout.write(f"Of the search index {len(lines)} entries differed; they are right now.")
