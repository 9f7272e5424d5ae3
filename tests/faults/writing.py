"""Editors that write: at once, under full load, and killed in the middle of it."""

import random
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

from .counting import Counting, halves, number_in
from .ground import KINDS, POSTGRESQL, SQLITE, Ground
from .load import UNLISTED, Load, is_no_error
from .processes import ROOT, wait_for
from .seen import Seen
from .stored import Stored

KILLS, WRITERS, TIMES = 30, 4, 150


def four_writers(ground: Ground) -> Seen:
    """Let four processes count in one text, on each database."""
    seen = Seen()
    for kind in KINDS:
        folder = ground.new_folder("writers")
        database = ground.database(kind, folder)
        environment = ground.environment(database)
        editors = [Counting(environment, folder / f"{number}.log", TIMES) for number in range(WRITERS)]
        start = time.monotonic()
        try:
            for editor in editors:
                with suppress(subprocess.TimeoutExpired):
                    editor.popen.wait(300)
        finally:
            for editor in editors:
                editor.kill()
        counted, total = number_in(Stored(database)), WRITERS * TIMES
        numbers = {number for editor in editors for number in editor.acknowledged()}
        sentence = f"{kind}: {counted} of {total} in {time.monotonic() - start:.0f} s"
        troubles = [editor.trouble() for editor in editors if editor.trouble()]
        is_right = counted == total == len(numbers) and not troubles
        seen.tell("; ".join([sentence, *troubles[:1]]), is_right)
    return seen


def locked(ground: Ground) -> Seen:
    """Let one editor write without a pause while readers read what no store holds, all on SQLite."""
    seen, folder = Seen(), ground.new_folder("locked")
    database = ground.database(SQLITE, folder)
    with ground.portal(database, folder) as portal:
        cookie, form = portal.edit("session").split()
        editor = Counting(portal.environment, folder / "editor.log")
        try:
            readers = Load(portal.port, UNLISTED, is_no_error, readers=8, pause=0)
            cookies = {"Cookie": cookie}
            admin = Load(portal.port, ["/admin/", form], is_no_error, readers=2, pause=0, headers=cookies)
            with readers, admin:
                time.sleep(max(5, ground.seconds / 3))
        finally:
            editor.kill()
        locks = portal.said().count("database is locked") + editor.log.read_text().count("database is locked")
    written = len(editor.acknowledged())
    seen.tell(f"“database is locked”: {locks} times", not locks)
    seen.tell(f"{written} changes {editor.trouble()}".strip(), written > 0 and not editor.trouble())
    for name, load in (("readers", readers), ("editors who read", admin)):
        seen.tell(f"{name}: {load.counts}", not load.counts.failed and load.counts.statuses[200] > 0)
    return seen


class Killed:
    """Processes that are killed while they change a database, and what it holds after each."""

    def __init__(self, ground: Ground, kind: str) -> None:
        self.ground, self.kind, self.folder = ground, kind, ground.new_folder("killed")
        self.database = ground.database(kind, self.folder)
        self.environment = ground.environment(self.database)
        self.stored = Stored(self.database)
        self.before = self.stored.versions()
        self.chance = random.Random(kind)
        self.faults: list[str] = []
        self.cut = 0  # of those that were killed, how many had not come to their end

    def settle(self) -> None:
        """Wait until the server has noticed that its client is gone, and look at the file."""
        if self.kind == POSTGRESQL:
            self.ground.cluster.wait_alone(self.folder.name)
        if fault := self.stored.fault():
            self.faults.append(fault)

    def edits(self, times: int) -> None:
        """Kill an editor, that many times, some moments after its first change is acknowledged."""
        for _each in range(times):
            editor = Counting(self.environment, self.folder / "editor.log")
            try:
                wait_for(editor.has_begun, 60, "the first change", 0.01)
                time.sleep(self.chance.uniform(0, 0.4))
            finally:
                editor.kill()
            self.settle()
            last, number = editor.acknowledged()[-1], number_in(self.stored)
            self.cut += 1
            if number not in (last, last + 1):
                self.faults.append(f"{last} was acknowledged, and {number} is stored")
            self.faults += halves(self.stored, self.before)

    def loads(self, times: int, folders: Mapping[str, Path]) -> None:
        """Kill load_content, that many times, at any moment of its run."""
        states, lengths = {}, []
        for name, folder in (*folders.items(), *folders.items()):  # the second time knows how long it takes
            start = time.monotonic()
            self.ground.manage(self.database, "load_content", str(folder), "--yes")
            lengths.append(time.monotonic() - start)
            states[name] = self.stored.content()
        for _each in range(times):
            before = self.stored.versions()
            was = next(name for name in states if states[name] == self.stored.content())
            other = next(name for name in states if name != was)
            self.kill_load(folders[other], self.chance.uniform(0.3, 1.0) * min(lengths))
            self.settle()
            now, after = self.stored.content(), self.stored.versions()
            if now == states[was]:
                self.cut += 1
            whole = now == states[was] and after == before
            whole |= now == states[other] and after > before and after[1] == before[1] + 1
            if not whole:
                self.faults.append("a load that was killed left what is neither the old content nor the new")
                return

    def kill_load(self, folder: Path, seconds: float) -> None:
        command = [sys.executable, "manage.py", "load_content", str(folder), "--yes"]
        process = subprocess.Popen(
            command,
            cwd=ROOT,
            env=self.environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        with suppress(subprocess.TimeoutExpired):
            process.wait(seconds)
        process.send_signal(signal.SIGKILL)
        process.wait()


def other_fixtures(folder: Path) -> Path:
    """Return a folder of fixtures in which every explanation and every measure is another."""
    shutil.copytree(ROOT / "fixtures", folder)
    for file in folder.glob("*.yaml"):
        text = file.read_text(encoding="utf-8")
        first_line = re.compile(r"^(    (?:definition|text)_nl: >-\n      )", re.MULTILINE)
        text = first_line.sub(r"\1Gewijzigd: ", text)
        file.write_text(text, encoding="utf-8")
    return folder


def killed(ground: Ground) -> Seen:
    """Kill edits and loads on each database, and look for halves."""
    seen = Seen()
    for kind in KINDS:
        it = Killed(ground, kind)
        it.edits(KILLS // 2)
        it.loads(KILLS // 2, {"old": ROOT / "fixtures", "new": other_fixtures(it.folder / "fixtures")})
        sentence = f"{kind}: {KILLS} killed, {it.cut} of them before the end, each whole and sound"
        seen.tell("; ".join(it.faults[:3]) if it.faults else sentence, not it.faults)
    return seen
