"""Make faults and print what was seen: `python -m tests.faults [--only name,name] [--seconds 60]`.

Ends with 1 where one does not hold. Needs PostgreSQL’s programs and nginx; leaves nothing behind.
"""

import argparse
import os
import signal
import sys
import textwrap
import time
import traceback
from collections.abc import Sequence
from itertools import zip_longest

import pytest

from . import backup, clocks, database, disk, front, restarts, writing
from .ground import Ground
from .processes import Broken
from .seen import Fault, Seen

FAULTS = (
    Fault(
        "postgres-stopped",
        "PostgreSQL stopped, then back",
        "public pages and data: 0 failed; search and admin 503 with Retry-After; heals in 2 s",
        database.stopped,
    ),
    Fault(
        "postgres-hung",
        "PostgreSQL hangs (SIGSTOP), then goes on",
        "the same, and no request longer than 5 s",
        database.hung,
    ),
    Fault(
        "postgres-restarted",
        "PostgreSQL restarted under traffic that misses the store",
        "0 answers of 500",
        database.restarted,
    ),
    Fault("app-fails", "nginx in front while the app answers 500", "the good copy stays", front.app_fails),
    Fault(
        "app-stopped",
        "app stopped behind nginx",
        "0 failed: what nginx keeps, then the mirror",
        front.app_stopped,
    ),
    Fault(
        "crowded",
        "200 clients that send half a request; 200 that ask for the dossier at once",
        "a normal reader answered within 1 s through nginx",
        front.crowded,
    ),
    Fault(
        "graceful-restart",
        "new code under load, ten times (HUP, USR2)",
        "0 failed, 0 pages with a style sheet that is gone",
        restarts.graceful,
    ),
    Fault(
        "worker-killed",
        "a worker killed (SIGKILL)",
        "no more failed than the requests it held",
        restarts.worker_killed,
    ),
    Fault(
        "disk-read-only",
        "the disk of the database is read-only (SQLite)",
        "pages served; edits refused with a sentence, nothing half written",
        disk.read_only,
    ),
    Fault(
        "disk-full",
        "the disk of the database is full (SQLite)",
        "pages served; edits refused with a sentence, nothing half written",
        disk.full,
    ),
    Fault(
        "sqlite-locked",
        "SQLite under one editor writing and readers at full load",
        "0 “database is locked”",
        writing.locked,
    ),
    Fault(
        "killed-writing",
        "kill -9 in the middle of a load or an edit, 30 times, both databases",
        "old content or new, whole; nothing acknowledged lost; integrity check clean",
        writing.killed,
    ),
    Fault(
        "four-writers",
        "four processes writing, 150 read-modify-writes each, both databases",
        "600 of 600",
        writing.four_writers,
    ),
    Fault(
        "backup",
        "backup while an editor saves; restore elsewhere, both databases",
        "same content, accounts, history, 15 of 15",
        backup.backed_up,
    ),
    Fault(
        "clocks",
        "clock an hour off between replicas",
        "no replica serves old content for longer than 2 s",
        clocks.an_hour_off,
    ),
)
WIDTHS = (22, 30, 34, 60, 8)
HEAD = ("name", "fault", "to hold", "seen", "held")


def line(cells: Sequence[str]) -> str:
    """Return a row of the table, its cells wrapped."""
    columns = [textwrap.wrap(cell, width) or [""] for cell, width in zip(cells, WIDTHS, strict=True)]
    rows = (
        " | ".join(part.ljust(width) for part, width in zip(parts, WIDTHS, strict=True)).rstrip()
        for parts in zip_longest(*columns, fillvalue="")
    )
    return "\n".join(rows)


def machine() -> str:
    load = " ".join(f"{each:.2f}" for each in os.getloadavg())
    return f"{time.strftime('%H:%M:%S')}, {os.cpu_count()} cores, load {load}"


def make(fault: Fault, ground: Ground) -> Seen:
    """Return what a fault showed; that the harness failed is no reason to leave out the others."""
    try:
        return fault.make(ground)
    except (Broken, pytest.fail.Exception) as error:
        return Seen(faults=[str(error)])
    except pytest.skip.Exception as error:
        return Seen(left_out=str(error))
    except Exception:
        return Seen(faults=[f"the harness failed: {traceback.format_exc()[-1500:]}"])


def chosen(only: str) -> list[Fault]:
    names = [name for name in only.replace(",", " ").split() if name]
    known = {fault.name: fault for fault in FAULTS}
    if unknown := [name for name in names if name not in known]:
        sys.exit(f"There is no fault {', '.join(unknown)}; there are {', '.join(known)}.")
    return [known[name] for name in names] or list(FAULTS)


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.faults", description=__doc__)
    parser.add_argument("--only", default="", help="names of faults, commas between")
    parser.add_argument("--seconds", type=float, default=60, help="how long the database is away (60)")
    options = parser.parse_args()
    faults = chosen(options.only)
    signal.signal(signal.SIGTERM, lambda *_told: sys.exit(143))  # so that servers are stopped on the way out
    print(machine(), line(HEAD), "-+-".join("-" * width for width in WIDTHS), sep="\n", flush=True)
    held, ground = [], Ground(options.seconds)
    try:
        for fault in faults:
            seen = make(fault, ground)
            held.append(seen.holds)
            cells = (fault.name, fault.what, fault.to_hold, str(seen), seen.verdict)
            print(line(cells), "", sep="\n", flush=True)
    finally:
        ground.close()
    print(f"{sum(held)} of {len(held)} hold. {machine()}")
    return 0 if all(held) else 1


if __name__ == "__main__":
    sys.exit(main())
