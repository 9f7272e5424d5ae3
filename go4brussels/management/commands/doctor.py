"""Say of each thing that serving rests on how it stands."""

import sys
from typing import Any

from django.core.management.base import BaseCommand

from go4brussels.doctor import database, installation

CHECKS = (
    installation.release,
    database.database,
    database.standby,
    database.logs,
    installation.static,
    installation.folders,
    installation.backups,
    installation.address,
    installation.publisher,
    installation.key,
    installation.languages,
)


class Command(BaseCommand):
    help = "Say in a sentence each how things stand: ok, note, or wrong, by which it ends with 1."
    requires_system_checks = []

    def handle(self, *_args: Any, **_options: Any) -> None:
        found = [finding for check in CHECKS for finding in check()]
        for mark, sentence in found:
            self.stdout.write(f"{mark:<5} {sentence}")
        if any(mark == "wrong" for mark, _sentence in found):
            sys.exit(1)
