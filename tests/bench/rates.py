"""Requests a second, by wrk, of two servers in turn: the machine's other work falls on both."""

import re
import shutil
import statistics
from collections.abc import Sequence
from dataclasses import dataclass, field

from ..faults.processes import Broken, run

RATE = re.compile(r"Requests/sec:\s+([\d.]+)")
WRONG = re.compile(r"(Non-2xx or 3xx responses: \d+|Socket errors: .*)")
CONNECTIONS = 8


def rate(url: str, seconds: float, *headers: str, script: str = "") -> float:
    """Return how many requests a second `url` answers to eight connections. Raises Broken where any fails."""
    wrk = shutil.which("wrk")
    if not wrk:
        raise Broken("wrk is not installed, by which requests are made: apt-get install wrk")
    named = [part for header in headers for part in ("--header", header)]
    named += ["--script", script] if script else []
    least = max(1, round(seconds))  # wrk knows whole seconds
    said = run(
        [wrk, "--threads", "2", "--connections", f"{CONNECTIONS}", "--duration", f"{least}s", *named, url]
    )
    if wrong := WRONG.search(said):
        raise Broken(f"{url}: {wrong[1]}")
    found = RATE.search(said)
    if not found:
        raise Broken(f"wrk said nothing of {url}:\n{said}")
    return float(found[1])


@dataclass
class Pair:
    """The rates of two servers, measured in turn."""

    ours: list[float] = field(default_factory=list)
    theirs: list[float] = field(default_factory=list)

    @property
    def ratios(self) -> list[float]:
        """Return what ours is of theirs, in each turn."""
        return [ours / theirs for ours, theirs in zip(self.ours, self.theirs, strict=True)]

    @property
    def ratio(self) -> float:
        return statistics.median(self.ratios)

    def __str__(self) -> str:
        ours, theirs = statistics.median(self.ours), statistics.median(self.theirs)
        spread = f"{min(self.ratios):.3f} to {max(self.ratios):.3f}"
        return f"{ours:,.0f} against {theirs:,.0f} requests/s; ratio {self.ratio:.3f} ({spread})"


@dataclass(frozen=True)
class Asked:
    """What wrk asks: an address, with the headers of a browser."""

    url: str
    headers: Sequence[str] = ("Accept-Encoding: br",)


def compared(ours: Asked, theirs: Asked, rounds: int, seconds: float) -> Pair:
    """Return the rates of both, measured in turn as many times as there are rounds."""
    pair = Pair()
    for _round in range(rounds):
        pair.ours.append(rate(ours.url, seconds, *ours.headers))
        pair.theirs.append(rate(theirs.url, seconds, *theirs.headers))
    return pair
