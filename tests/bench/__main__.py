"""Print what pages cost against what they could cost: `python -m tests.bench [--seconds 5] [--rounds 5]`.

Every ratio is of two servers measured in turn in this run. Ends with 1 where a number is not reached.
"""

import argparse
import os
import statistics
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from ..faults.ground import SQLITE, Ground
from ..faults.portal import Portal
from ..faults.processes import Broken, free_port
from . import front, servers
from .rates import Asked, Pair, compared, rate

WORKSITE = "/nl/werven/creatieve-culturele-en-audiovisuele-industrie/"
UNSTORED = {"home": "/nl/", "worksite": WORKSITE, "search": "/nl/zoeken/?q=werk"}
STORED, THROUGH_NGINX, NOT_STORED, START = 0.9, 0.95, 0.043, 1.5
MANY = 100_000  # requests after which memory is to be as it was
GROWTH = 1.05


@dataclass(frozen=True)
class Row:
    """A line of the table; `is_reached` is None where a number is only reported."""

    what: str
    found: str
    limit: str = ""
    is_reached: bool | None = None

    def __str__(self) -> str:
        held = {None: "", True: "yes", False: "NO"}[self.is_reached]
        return f"{self.what:<42} {self.limit:<9} {held:<4} {self.found}"


@dataclass(frozen=True)
class Bench:
    """How long and how often is measured."""

    ground: Ground
    rounds: int
    seconds: float
    requests: int
    is_patient: bool  # whether the store is full before anything is measured

    def ratio(self, what: str, ours: Asked, theirs: Asked, least: float | None) -> Row:
        pair: Pair = compared(ours, theirs, self.rounds, self.seconds)
        reached = None if least is None else pair.ratio >= least
        return Row(what, str(pair), f"≥ {least}" if least else "", reached)

    def rows(self) -> Iterator[Row]:
        """Yield every line, as it is measured."""
        folder = self.ground.new_folder("bench")
        database = self.ground.database(SQLITE, folder)
        yield self.start(database, folder)
        with self.ground.portal(database, folder) as portal:
            yield from self.of_portal(portal, folder, database)
        with front.served(self.ground, database, self.is_patient) as (through, file):
            yield self.ratio("through nginx, against a file", through, file, THROUGH_NGINX)

    def start(self, database: str, folder: Path) -> Row:
        """Return how long gunicorn takes until it answers, with an empty store."""
        assert self.ground.static
        port = free_port()
        environment = self.ground.environment(database, f"http://127.0.0.1:{port}")
        portal = Portal(port, environment, folder / "start.log", (), (), Path.cwd())
        taken = [servers.start_time(portal) for _round in range(self.rounds)]
        spread = f"({min(taken):.2f} to {max(taken):.2f})"
        median = statistics.median(taken)
        return Row("start to the first page", f"{median:.2f} s {spread}", f"≤ {START} s", median <= START)

    def of_portal(self, portal: Portal, folder: Path, database: str) -> Iterator[Row]:
        """Yield what is measured with the portal running, its store filled."""
        if self.is_patient:
            servers.fill(portal)
        page = f"http://127.0.0.1:{portal.port}{servers.PAGE}"
        answer = servers.answer_of(portal.port, folder)
        with servers.application(self.ground, "bare()", database, BENCH_ANSWER=str(answer)) as port:
            bare = Asked(f"http://127.0.0.1:{port}{servers.PAGE}")
            yield self.ratio("stored page against a bare function", Asked(page), bare, STORED)
            with servers.application(self.ground, "django", database) as django:
                for name, path in UNSTORED.items():
                    ours = Asked(f"http://127.0.0.1:{django}{path}")
                    yield self.ratio(f"{name} not stored, against the same", ours, bare, NOT_STORED)
        known = Asked(page, ("Accept-Encoding: br", f"If-None-Match: {servers.etag_of(answer)}"))
        yield self.ratio("304 against 200, stored", known, Asked(page), None)
        yield self.memory(portal, folder)

    def memory(self, portal: Portal, folder: Path) -> Row:
        """Return what a worker holds with a full store, and after many requests for all of it."""
        script = servers.all_paths(portal, folder)
        before, asked = servers.memory(portal), 0.0
        begun = time.monotonic()
        while asked < self.requests:
            asked += rate(f"http://127.0.0.1:{portal.port}/", self.seconds, script=str(script)) * self.seconds
        after = servers.memory(portal)
        spent = time.monotonic() - begun
        told = f"{before[-1]:.0f} MiB, after {asked:,.0f} requests {after[-1]:.0f} MiB ({spent:.0f} s)"
        held = max(last / first for first, last in zip(before, after, strict=True)) <= GROWTH
        return Row(
            "memory of a worker, store filled", f"{told} ({time.monotonic() - begun:.0f} s)", "flat", held
        )


def main() -> int:
    """Measure, print, and return the status to end with."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument("--seconds", type=int, default=5, help="of each measurement")
    parser.add_argument("--rounds", type=int, default=5, help="of each pair, in turn")
    parser.add_argument("--requests", type=int, default=MANY, help="after which memory is looked at")
    parser.add_argument("--at-once", action="store_true", help="do not wait until the store is full")
    asked = parser.parse_args()
    print(f"{os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}; medians, and from the least to the most.")
    ground, missed = Ground(0), 0
    try:
        for row in Bench(ground, asked.rounds, asked.seconds, asked.requests, not asked.at_once).rows():
            print(row, flush=True)
            missed += row.is_reached is False
    except Broken as error:
        print(f"Not measured: {error}", file=sys.stderr)
        return 2
    finally:
        ground.close()
    print(f"Load at the end {os.getloadavg()[0]:.1f}.")
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
