"""Processes that the faults start, with a log each; none outlives the run."""

import os
import pwd
import random
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


class Broken(Exception):
    """What the harness itself needs is not there, or did not start: a sentence."""


def free_port() -> int:
    """Return a port on which nothing listens, below those that the system gives to clients.

    A server that is away must find its port free when it comes back.
    """
    for port in random.sample(range(18_000, 32_000), 200):
        with socket.socket() as listener, suppress(OSError):
            listener.bind(("127.0.0.1", port))
            return port
    raise Broken("No port is free on 127.0.0.1 between 18000 and 32000.")


def wait_for(is_so: Callable[[], bool], seconds: float, what: str, step: float = 0.05) -> float:
    """Wait until it is so and return the seconds that it took. Raises Broken where it takes longer."""
    start = time.monotonic()
    while not is_so():
        if time.monotonic() - start > seconds:
            raise Broken(f"{what} took longer than {seconds:g} s.")
        time.sleep(step)
    return time.monotonic() - start


def other_user() -> str | None:
    """Return the user that PostgreSQL runs as, which refuses root; None where we are no root."""
    if os.geteuid():
        return None
    names = {entry.pw_name for entry in pwd.getpwall()}
    return "postgres" if "postgres" in names else "nobody"


def found(name: str) -> str:
    """Return the path of a program of PostgreSQL, the newest there is. Raises Broken without any."""
    folders = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: float(path.parent.name))
    path = shutil.which(name, path=os.pathsep.join([*map(str, reversed(folders)), os.environ["PATH"]]))
    if not path:
        raise Broken(f"{name} is not installed: the faults start a PostgreSQL server of their own.")
    return path


def children(pid: int) -> list[int]:
    """Return the processes that a process started and that live."""
    try:
        tasks = list(Path(f"/proc/{pid}/task").iterdir())
        return [int(each) for task in tasks for each in (task / "children").read_text().split()]
    except OSError:
        return []


def run(command: Sequence[str], env: Mapping[str, str] | None = None, timeout: float = 120) -> str:
    """Run a command to its end and return what it printed. Raises Broken where it fails."""
    done = subprocess.run(
        command,
        cwd=ROOT,
        env=env,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=timeout,
        check=False,
    )
    if done.returncode:
        raise Broken(f"{' '.join(command)} failed:\n{done.stdout}{done.stderr}")
    return done.stdout


class Process:
    """A process in the background, its output in a file."""

    def __init__(
        self,
        command: Sequence[str],
        log: Path,
        env: Mapping[str, str] | None = None,
        cwd: Path = ROOT,
        pass_fds: Sequence[int] = (),
    ) -> None:
        self.log = log
        with log.open("a") as output:
            self.popen = subprocess.Popen(
                command,
                cwd=cwd,
                env=env,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                pass_fds=pass_fds,
                start_new_session=True,  # Ctrl+C reaches the run alone, which stops the others in order
            )

    @property
    def pid(self) -> int:
        return self.popen.pid

    def lives(self) -> bool:
        return self.popen.poll() is None

    def said(self) -> str:
        return self.log.read_text(errors="replace")

    def send(self, number: signal.Signals) -> None:
        with suppress(ProcessLookupError):
            os.kill(self.pid, number)

    def stop(self, seconds: float = 30) -> None:
        """End it as an operator would, and with all that it started where it does not listen."""
        self.send(signal.SIGTERM)
        try:
            self.popen.wait(seconds)
        except subprocess.TimeoutExpired:
            self.kill()

    def kill(self) -> None:
        """End it and its children at once."""
        with suppress(ProcessLookupError):
            os.killpg(self.pid, signal.SIGKILL)
        self.popen.wait()
