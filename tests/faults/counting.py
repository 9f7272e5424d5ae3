"""Editors that count in one text, and whether all of a change is stored that they made."""

import re
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

from . import CODE, FIELD
from .processes import ROOT
from .stored import Stored

NUMBER = re.compile(r"^\d+$", re.MULTILINE)
COUNTED = f"SELECT {FIELD} FROM initiatives_term WHERE code = '{CODE}'"
NEWEST = f"SELECT records FROM initiatives_revision WHERE code = '{CODE}' ORDER BY number DESC LIMIT 1"
FOUND = "SELECT count(*) FROM initiatives_indexentry WHERE CAST(passages AS text) LIKE '%{}%'"


class Counting:
    """An editor in a process of its own that adds one to a number in a text, over and over."""

    def __init__(self, environment: Mapping[str, str], log: Path, times: int = 100_000) -> None:
        self.log = log
        command = [sys.executable, "-m", "tests.faults.editor", "count", str(times)]
        with log.open("w") as output:
            self.popen = subprocess.Popen(
                command, cwd=ROOT, env=environment, stdin=subprocess.DEVNULL, stdout=output, stderr=output
            )

    def acknowledged(self) -> list[int]:
        """Return the numbers whose saving was acknowledged; a line that was cut in two is none."""
        text = self.log.read_text()
        return [int(number) for number in NUMBER.findall(text[: text.rfind("\n") + 1])]

    def trouble(self) -> str:
        """Return the last line that is no number, nothing where there is none."""
        lines = [line.strip() for line in self.log.read_text().splitlines()]
        lines = [line for line in lines if line and not NUMBER.match(line)]
        return lines[-1][:200] if lines else ""

    def has_begun(self) -> bool:
        return self.has_counted(0)

    def has_counted(self, times: int) -> bool:
        """Return whether more than so many changes were acknowledged."""
        return len(self.acknowledged()) > times

    def kill(self) -> None:
        self.popen.kill()
        self.popen.wait()


def number_in(stored: Stored) -> int:
    match = re.search(r"nummer (\d+)", stored.one(COUNTED))
    return int(match[1]) if match else 0


def halves(stored: Stored, before: tuple[int, int]) -> list[str]:
    """Return what of one change is stored without the rest: the text, the version, the number, the index.

    `before` is what versions() told before the first was counted.
    """
    number, (versions, content) = number_in(stored), stored.versions()
    words = f"nummer {number}."
    found = {
        "the newest version": not number or words in str(stored.one(NEWEST)),
        "the number of versions": versions - before[0] == number,
        "the content’s version": content - before[1] == number,
        "the index": not number or stored.one(FOUND.format(words)) > 0,
    }
    return [f"with {number} in the text, {name} is another" for name, is_so in found.items() if not is_so]
