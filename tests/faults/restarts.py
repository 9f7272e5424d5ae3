"""New code, and workers that die, while readers read."""

import os
import re
import shutil
import signal
import sys
import time
from functools import partial
from pathlib import Path

from .ground import SQLITE, Ground
from .load import Load, Reader, is_good
from .portal import Portal
from .processes import ROOT, Broken, children, run, wait_for
from .seen import Seen

TIMES = 10
CODE = ("accounts", "go4brussels", "initiatives", "locale", "static", "templates", "manage.py")


class Release:
    """The portal's code in a folder of its own, where a deployment puts the next one in its place."""

    def __init__(self, folder: Path, environment: dict[str, str]) -> None:
        self.folder, self.environment, self.number = folder, environment, 0
        folder.mkdir()
        for name in CODE:
            source = ROOT / name
            if source.is_dir():
                shutil.copytree(source, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
            else:
                shutil.copy(source, folder / name)
        self.collect()

    def collect(self) -> None:
        """Collect its static files beside those of the releases before, as docs/running.md says."""
        manage = str(self.folder / "manage.py")
        run([sys.executable, manage, "collectstatic", "--no-input", "--verbosity=0"], self.environment)

    def change(self) -> None:
        """Make the next release: every style sheet is another one, at another address."""
        self.number += 1
        for sheet in self.folder.glob("static/**/*.css"):
            text = re.sub(r"\n/\* release \d+ \*/\n\Z", "", sheet.read_text())
            sheet.write_text(f"{text}\n/* release {self.number} */\n")
        self.collect()


def replace_master(portal: Portal) -> None:
    """Start new code beside the old (USR2), and end the old once the new serves."""
    old, workers = portal.master, len(portal.workers())
    os.kill(old, signal.SIGUSR2)
    second = portal.log.with_suffix(".pid.2")
    wait_for(second.exists, 20, "starting a second gunicorn")
    new = int(second.read_text())
    wait_for(lambda: len(children(new)) >= workers, 20, "starting its workers")
    time.sleep(2)
    os.kill(old, signal.SIGTERM)
    wait_for(lambda: children(old) == [] and portal.master == new, 40, "the end of the old gunicorn")


def sheets(portal: Portal) -> set[str]:
    """Return the style sheets of the release that answers."""
    with Reader(portal.port) as reader:
        return set(re.findall(r'href="(/static/[^"]+\.css)"', reader.get("/nl/").body.decode()))


def settle(portal: Portal, before: set[str]) -> bool:
    """Wait until every worker serves another release than the one before; return whether they do."""
    try:
        wait_for(lambda: not any(sheets(portal) & before for _each in range(6)), 30, "the new release")
    except Broken:
        return False
    return True


def graceful(ground: Ground) -> Seen:
    """Put a new release in place ten times, by HUP and by USR2 in turn."""
    seen, folder = Seen(), ground.new_folder("graceful")
    database = ground.database(SQLITE, folder)
    given = {"DJANGO_SETTINGS_MODULE": "go4brussels.settings"}
    release = Release(folder / "code", ground.environment(database, **given))
    with ground.portal(database, folder, tree=release.folder, given=given) as portal:
        paths, every, new = portal.paths(), sheets(portal), 0
        kept = Load(portal.port, paths, is_good, readers=2, sheets=True)
        fresh = Load(portal.port, paths, is_good, readers=3, sheets=True, is_fresh=True)
        with kept, fresh:
            for number in range(TIMES):
                before = sheets(portal)
                release.change()
                portal.reload() if number % 2 else replace_master(portal)
                new += settle(portal, before)
                every |= sheets(portal)
        for name, load in (("kept connections", kept), ("new connections", fresh)):
            seen.tell(f"{name}: {load.counts}", not load.counts.failed and load.so_far() > 100)
        seen.tell(f"{new} of {TIMES} releases served", new == TIMES)
        with Reader(portal.port) as reader:
            gone = [path for path in every if reader.get(path).status != 200]
        seen.tell(f"{len(every) - len(gone)} of {len(every)} style sheets of all releases answer", not gone)
    return seen


def held_by(worker: int, port: int) -> int:
    """Return how many connections of readers a process holds."""
    established, end = "01", f":{port:04X}"
    rows = [line.split() for line in Path("/proc/net/tcp").read_text().splitlines()[1:]]
    inodes = {row[9] for row in rows if row[1].endswith(end) and row[3] == established}
    links = [os.readlink(file) for file in Path(f"/proc/{worker}/fd").iterdir()]
    return sum(link.removeprefix("socket:[").removesuffix("]") in inodes for link in links)


def is_replaced(portal: Portal, worker: int) -> bool:
    workers = portal.workers()
    return len(workers) >= 2 and worker not in workers


def worker_killed(ground: Ground) -> Seen:
    """Kill workers; a stopped one takes no more, so that what it holds can be counted."""
    seen, folder, held = Seen(), ground.new_folder("killed"), 0
    with ground.portal(ground.database(SQLITE, folder), folder) as portal:
        with Load(portal.port, ["/nl/", "/fr/"], is_good, readers=8, pause=0, is_fresh=True) as load:
            for _each in range(3):
                time.sleep(0.5)
                worker = portal.workers()[0]
                os.kill(worker, signal.SIGSTOP)
                time.sleep(0.05)
                held += held_by(worker, portal.port)
                os.kill(worker, signal.SIGKILL)
                wait_for(partial(is_replaced, portal, worker), 10, "replacing a worker")
            answered = load.so_far()
            wait_for(lambda: load.so_far() > answered + 20, 20, "answering after the kills")
        seen.tell(f"3 workers killed, which held {held} requests: {load.counts}", load.counts.failed <= held)
        statuses = set(load.counts.statuses) - {0, 200}
        seen.tell(f"answers {dict(load.counts.statuses)}", not statuses)
    return seen
