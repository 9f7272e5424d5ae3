"""A PostgreSQL server of the tests' own, to stop, hang and start again; and a standby of it."""

import os
import pwd
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from .server import free_port

# What a machine has where it has them: Debian's are not on the path.
PLACES = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda place: float(place.parent.name))
OPTIONS = ("listen_addresses=127.0.0.1", "unix_socket_directories=", "fsync=off", "max_connections=40")


def programs() -> Path | None:
    """Return the folder of the server's programs, None where they are not installed."""
    if found := shutil.which("initdb"):
        return Path(found).resolve().parent
    asked = shutil.which("pg_config")
    places = [Path(subprocess.check_output([asked, "--bindir"], text=True).strip())] if asked else []
    return next((place for place in [*PLACES[::-1], *places] if (place / "initdb").exists()), None)


def as_somebody() -> tuple[str, ...]:
    """Return what a command begins with that root may not run: PostgreSQL refuses to run as root."""
    if os.geteuid():
        return ()
    names = {entry.pw_name for entry in pwd.getpwall()}
    return ("runuser", "-u", "postgres" if "postgres" in names else "nobody", "--")


@dataclass
class Cluster:
    """A server in a folder, with a user postgres who needs no password."""

    programs: Path
    folder: Path
    port: int

    def run(self, program: str, *arguments: str) -> None:
        command = [*as_somebody(), str(self.programs / program), *arguments]
        done = subprocess.run(
            command, cwd="/", stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, f"{program} failed:\n{done.stdout}{done.stderr}"

    def control(self, *arguments: str) -> None:
        # To a file: a server that inherits a pipe keeps it open.
        log = str(self.folder.with_name(f"{self.folder.name}.log"))
        self.run("pg_ctl", "--pgdata", str(self.folder), "--wait", "--log", log, *arguments)

    def url(self, name: str = "postgres") -> str:
        return f"postgres://postgres@127.0.0.1:{self.port}/{name}"

    def start(self) -> None:
        options = [f"port={self.port}", *OPTIONS]
        self.control("start", "--options", " ".join(f"-c {option}" for option in options))

    def stop(self) -> None:
        """Stop it as the machine does that shuts down: whoever is connected loses the connection."""
        self.control("stop", "--mode", "fast")

    def restart(self) -> None:
        self.stop()
        self.start()

    def is_running(self) -> bool:
        return (self.folder / "postmaster.pid").exists()

    def processes(self) -> list[int]:
        """Return the processes of the server, the first one first."""
        first = int((self.folder / "postmaster.pid").read_text().split()[0])
        children = Path(f"/proc/{first}/task/{first}/children").read_text().split()
        return [first, *map(int, children)]

    def hang(self) -> None:
        """Let it take connections, and answer nothing."""
        for process in self.processes():
            os.kill(process, signal.SIGSTOP)

    def go_on(self) -> None:
        for process in self.processes()[::-1]:
            os.kill(process, signal.SIGCONT)

    def standby(self, folder: Path) -> "Cluster":
        """Return a standby of this server, which begins as a copy of it."""
        source = ("--host=127.0.0.1", f"--port={self.port}", "--username=postgres")
        form = ("--write-recovery-conf", "--checkpoint=fast", "--no-sync")
        self.run("pg_basebackup", "--pgdata", str(folder), *form, *source)
        return Cluster(self.programs, folder, free_port())

    def remove(self) -> None:
        if self.is_running():
            self.go_on()
            self.control("stop", "--mode", "immediate")


@pytest.fixture(scope="session")
def own_folder() -> Iterator[Path]:
    """Return a folder for the servers: pytest's own is closed to the user whom they run as."""
    folder = Path(tempfile.mkdtemp(prefix="go4brussels-postgresql-"))
    if as_somebody():
        shutil.chown(folder, as_somebody()[2])
    yield folder
    shutil.rmtree(folder)


@pytest.fixture(scope="session")
def cluster(own_folder: Path) -> Iterator[Cluster]:
    """Return a server that runs; tests leave it running. Skips where no such programs are installed."""
    found = programs()
    if found is None:
        pytest.skip("The programs of a PostgreSQL server (initdb) are not installed here.")
    cluster = Cluster(found, own_folder / "primary", free_port())
    cluster.run("initdb", "--pgdata", str(cluster.folder), "--username=postgres", "--auth=trust", "--no-sync")
    cluster.start()
    yield cluster
    cluster.remove()
