"""The blocks of commands of a guide, each with the headings above it and the machine that it is for."""

import re
from dataclasses import dataclass, replace
from pathlib import Path

AS_ON_ONE = re.compile(r"^<!-- as on one machine: ([\d ]+) -->$")
FENCE = re.compile(r"^```(?P<language>\w+)(?: on (?P<machines>[\w, -]+))?$")


@dataclass(frozen=True)
class Block:
    """What stands between two fences, to be given to a shell as it is."""

    line: int
    headings: tuple[str, ...]
    machines: tuple[str, ...]
    commands: str

    @property
    def place(self) -> str:
        return f"line {self.line}, {' / '.join(self.headings)}"


def blocks(guide: Path) -> list[Block]:
    """Return the blocks marked “sh”, in the order in which they are run.

    Raises ValueError for one that has no end.
    """
    found: list[Block] = []
    shared: list[Block] = []
    headings: list[str] = []
    lines = enumerate(guide.read_text(encoding="utf-8").splitlines(), 1)
    for number, line in lines:
        if title := re.match(r"(##+) (.+)$", line):
            headings = [*headings[: len(title[1]) - 2], title[2]]
        if named := AS_ON_ONE.match(line):
            found += [shared[int(each) - 1] for each in named[1].split()]
        if not (fence := FENCE.match(line)):
            continue
        inside = []
        for _number, each in lines:
            if each == "```":
                break
            inside.append(each)
        else:
            raise ValueError(f"{guide}, line {number}: the block has no end.")
        if fence["language"] == "sh":
            machines = tuple(re.split(r"[, ]+", fence["machines"] or "one"))
            block = Block(number, tuple(headings), machines, "\n".join(inside) + "\n")
            if "one" in machines and len(machines) > 1:
                # What other machines do alike, they do where their own part says so.
                shared.append(replace(block, machines=tuple(each for each in machines if each != "one")))
                block = replace(block, machines=("one",))
            found.append(block)
    return found
