"""Replicas whose clocks differ, on one database."""

import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from .counting import Counting
from .ground import POSTGRESQL, Ground
from .load import Reader
from .portal import Portal
from .processes import wait_for
from .seen import Seen

HOUR, EDITS, LONGEST = 3600, 6, 2.0
PAGE = "/nl/begrippen/"
FOLDER = Path(__file__).parent / "shifted"


@contextmanager
def replica(ground: Ground, database: str, shift: int) -> Iterator[Portal]:
    """Serve a database with a clock that is so many seconds off."""
    given = {"PYTHONPATH": str(FOLDER), "SHIFT": str(shift)}
    with ground.portal(database, ground.new_folder("replica"), given=given) as portal:
        yield portal


def hour_of(portal: Portal) -> str:
    with Reader(portal.port) as reader:
        return reader.get("/healthz").headers["Date"][17:19]


def validators(portal: Portal) -> dict[str, dict[str, str]]:
    """Return the headers by which a reader asks whether a page is new, as this replica gave them."""
    with Reader(portal.port) as reader:
        told = reader.get(PAGE).headers
    asked = {"If-None-Match": told.get("Etag", ""), "If-Modified-Since": told.get("Last-Modified", "")}
    return {name: {name: value} for name, value in asked.items() if value}


def oldness(portals: list[Portal], number: int) -> float:
    """Return how many seconds after an edit some replica still gave the page without its number."""
    start = last_old = time.monotonic()
    words = f"nummer {number}.".encode()
    while time.monotonic() - max(last_old, start) < LONGEST:
        for portal in portals:
            with Reader(portal.port) as reader:  # a new connection, so that any worker answers
                asked_at, answer = time.monotonic(), reader.get(PAGE)
            if words not in answer.body:
                last_old = asked_at
        if time.monotonic() - start > 20:
            break
    return last_old - start


def told_old(portals: list[Portal], known: list[dict[str, dict[str, str]]]) -> list[str]:
    """Return by which headers some replica still says that what a reader has from another is not old."""
    found = []
    for portal in portals:
        with Reader(portal.port) as reader:
            found += [
                name
                for validators in known
                for name, headers in validators.items()
                if reader.get(PAGE, headers).status == 304
            ]
    return found


def an_hour_off(ground: Ground) -> Seen:
    """Edit at replicas in turn, whose clocks are an hour ahead, right and an hour behind."""
    seen, folder = Seen(), ground.new_folder("clocks")
    database = ground.database(POSTGRESQL, folder)
    with ExitStack() as stack:
        shifts = (0, HOUR, -HOUR)
        portals = [stack.enter_context(replica(ground, database, shift)) for shift in shifts]
        hours = [hour_of(portal) for portal in portals]
        seen.tell(f"hours of the clocks: {', '.join(hours)}", len(set(hours)) == len(portals))
        longest, stale = 0.0, list[str]()
        for turn in range(EDITS):
            known = [validators(portal) for portal in portals]
            editor = Counting(portals[turn % 3].environment, folder / "editor.log", times=1)
            wait_for(editor.has_begun, 60, "an edit", 0.005)
            longest = max(longest, oldness(portals, editor.acknowledged()[-1]))
            stale += told_old(portals, known)
            editor.popen.wait(30)
        seen.tell(f"{EDITS} edits: old content for {longest:.1f} s at the longest", longest <= LONGEST)
        seen.tell(f"{len(stale)} times 304 for an old page {' '.join(sorted(set(stale)))}".strip(), not stale)
    return seen
