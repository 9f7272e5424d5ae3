"""Check the links to other sites."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from initiatives.content.links import REFUSALS, answer, links


class Command(BaseCommand):
    help = "Ask every address in the content whether it still answers; report all that do not."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--timeout", type=float, default=10, help="seconds to wait for an answer")

    def handle(self, *_args: Any, timeout: float, **_options: Any) -> None:
        if timeout <= 0:
            raise CommandError("--timeout must be a number of seconds above zero.")
        found = links()
        dead = 0
        for address, places in found.items():
            status, words = answer(address, timeout)
            if status is not None and status < 400:
                continue
            sentence, is_dead = verdict(address, status, words)
            dead += is_dead
            for record, field in places:
                self.stdout.write(f"{record}, field {field}: {sentence}")
        if dead:
            raise CommandError(f"{dead} of {len(found)} links are dead.")
        self.stdout.write(f"Links checked: {len(found)}. None is dead.")


def verdict(address: str, status: int | None, words: str) -> tuple[str, bool]:
    """Return a sentence on an address that did not answer well, and whether it is dead."""
    if status is None:
        return f"{address} does not answer: {words.rstrip('.')}.", True
    if status in REFUSALS:
        return f"{address} answers programs with {status} {words}; open it in a browser to be sure.", False
    return f"{address} answers {status} {words}.", True
