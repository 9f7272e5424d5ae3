"""The portal under gunicorn, as `make run` and the service start it."""

import os
import re
import signal
import sys
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path

from .load import Answer, Reader, read_all
from .processes import Broken, Process, children, run, wait_for

HELD = re.compile(rb"(not )?every page is held in memory")


class Portal:
    """gunicorn with the shipped configuration, on a port of its own."""

    def __init__(  # noqa: PLR0917 – as Ground gives them
        self,
        port: int,
        environment: Mapping[str, str],
        log: Path,
        options: Sequence[str],
        prefix: Sequence[str],
        tree: Path,
    ) -> None:
        self.port, self.environment, self.log, self.tree = port, environment, log, tree
        # By its script, as `make run` does: what USR2 starts anew would else look for modules elsewhere.
        gunicorn = [str(Path(sys.executable).with_name("gunicorn")), "--config", "go4brussels/gunicorn.py"]
        bind = ["--bind", f"127.0.0.1:{port}", "--pid", str(log.with_suffix(".pid"))]
        self.command = [*prefix, *gunicorn, *bind, *options, "go4brussels.wsgi"]
        self.process: Process | None = None

    def start(self) -> None:
        """Start it and wait until it answers and has its store filled. Raises Broken with its log."""
        self.process = Process(self.command, self.log, self.environment, self.tree)
        self.wait()

    def wait(self, seconds: float = 60, times: int = 12) -> None:
        """Wait until it says so many times on end that it can serve: each worker has a store of its own."""
        deadline, ready = time.monotonic() + seconds, 0
        while ready < times:
            if time.monotonic() > deadline or (self.process and not self.process.lives()):
                raise Broken(f"The portal did not start on port {self.port}:\n{self.said()[-4000:]}")
            with Reader(self.port) as reader:  # a new connection each time, so that any worker takes it
                answer = reader.get("/readyz")
            ready = ready + 1 if answer.status == 200 else 0
            time.sleep(0.02 if ready else 0.1)

    def read(self) -> dict[str, Answer]:
        """Return the answer at each public address, once every worker holds all of them."""
        deadline, times = time.monotonic() + 420, 0
        while times < 12:
            if time.monotonic() > deadline:
                raise Broken("The workers do not hold every page after seven minutes.")
            times = times + 1 if self.is_full() else 0
            time.sleep(0.02 if times else 0.5)
        return read_all(self.port, self.paths())

    def is_full(self) -> bool:
        """Return whether a worker, as it says itself, holds every page in memory."""
        with Reader(self.port) as reader:
            match = HELD.search(reader.get("/readyz").body)
        if not match:
            raise Broken("/readyz does not say whether every page is held in memory.")
        return not match[1]

    @property
    def master(self) -> int:
        """Return the process that starts the workers: another one after a release by USR2."""
        file = self.log.with_suffix(".pid")
        wait_for(file.exists, 5, f"writing {file.name}")  # one gunicorn takes it away, the next writes it
        return int(file.read_text())

    def workers(self) -> list[int]:
        return children(self.master)

    def paths(self) -> list[str]:
        """Return every public address that its store holds."""
        return self.edit("listed").split()

    def edit(self, *arguments: str) -> str:
        """Do on its database what an editor does (editor.py), and return what that printed."""
        return run([sys.executable, "-m", "tests.faults.editor", *arguments], self.environment)

    def manage(self, *arguments: str) -> str:
        return run([sys.executable, "manage.py", *arguments], self.environment)

    def reload(self) -> None:
        os.kill(self.master, signal.SIGHUP)

    def said(self) -> str:
        return self.log.read_text(errors="replace")

    def stop(self) -> None:
        """Stop it where it runs, as a deployment does; it can be started again on the same port."""
        if self.process:
            with suppress(Broken, OSError, ValueError):
                os.kill(self.master, signal.SIGTERM)
            with suppress(Broken):
                wait_for(self.is_gone, 30, "the end of gunicorn")
            self.process.kill()
            self.process = None

    def is_gone(self) -> bool:
        """Return whether no process of its group is left; the first may end before those that follow it."""
        assert self.process
        self.process.lives()  # which buries it
        try:
            os.killpg(self.process.pid, 0)
        except ProcessLookupError:
            return True
        return False
