"""Rehearse the upgrade from the release before to this one, and both ways back: `python -m tests.rehearsal`.

Prints what each step took and showed, on SQLite and on PostgreSQL; ends with 1 where one does not hold.
Needs a PostgreSQL server (DATABASE_URL, or 127.0.0.1:5432), and leaves nothing behind.
"""

import argparse
import signal
import sys
import textwrap
import time
import traceback
from collections.abc import Callable
from contextlib import closing

from .. import release_before
from ..faults.processes import Broken
from ..faults.seen import Seen
from .ground import KINDS, Ground
from .service import Service
from .story import Story

STEPS: tuple[tuple[str, Callable[[Story], Seen]], ...] = (
    ("the release before serves", Story.serve_before),
    ("upgrade, under readers", Story.upgrade),
    ("the same, after it", Story.after),
    ("edits in the new release", Story.edit_after),
    ("back, the code alone", Story.back),
    ("upgrade again", Story.again),
    ("back, the database too", Story.back_with_database),
    ("SIGTERM (docker stop)", Story.ended),
)
WIDTH = 100


def row(name: str, seconds: float, seen: Seen) -> str:
    """Return a row of the table, its last cell wrapped."""
    verdict = "held" if seen.holds else "did not hold"
    head = f"  {name:<26} {seconds:6.1f} s  {verdict:<12}  "
    return textwrap.fill(head + str(seen), width=len(head) + WIDTH, subsequent_indent=" " * len(head))


def make(step: Callable[[Story], Seen], story: Story) -> Seen:
    try:
        return step(story)
    except Broken as error:
        return Seen(faults=[str(error)])
    except Exception:
        return Seen(faults=[f"the rehearsal failed: {traceback.format_exc()[-1500:]}"])


def rehearse(ground: Ground, kind: str) -> bool:
    """Take all steps on one database, as far as they hold; return whether all do."""
    print(kind, flush=True)
    with closing(Service()) as service, ground.site(kind, service.port) as site:
        story = Story(site, service)
        for name, step in STEPS:
            start = time.monotonic()
            seen = make(step, story)
            print(row(name, time.monotonic() - start, seen), flush=True)
            if not seen.holds:
                return False
    return True


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.rehearsal", description=__doc__)
    parser.add_argument("--only", choices=KINDS, help="one database alone")
    options = parser.parse_args()
    signal.signal(signal.SIGTERM, lambda *_told: sys.exit(143))  # so that servers are stopped on the way out
    start = time.monotonic()
    try:
        ground = Ground()
    except Broken as error:
        print(error, file=sys.stderr)
        return 1
    with closing(ground):
        before = f"{release_before.NAME} ({release_before.COMMIT[:12]})"
        print(f"From {before} to {ground.commit[:12]}, served as {ground.user}.", flush=True)
        held = [rehearse(ground, kind) for kind in KINDS if options.only in (None, kind)]
    print(f"{'All of it held' if all(held) else 'NOT all of it held'}, in {time.monotonic() - start:.0f} s.")
    return 0 if all(held) else 1


if __name__ == "__main__":
    sys.exit(main())
