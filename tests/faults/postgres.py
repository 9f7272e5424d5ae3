"""A PostgreSQL cluster of one's own, to be stopped, hung and started again."""

import os
import shutil
import signal
from contextlib import suppress
from pathlib import Path

import psycopg

from .processes import Broken, children, found, free_port, other_user, run, wait_for

TEMPLATE = "prepared"


class Postgres:
    """A cluster in `folder`, on a port of its own, whose only user needs no password."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.port, self.user = folder, free_port(), other_user()
        folder.mkdir()
        if self.user:
            shutil.chown(folder, self.user)
        self.make()
        self.start()

    def make(self) -> None:
        """Make its data."""
        self.control("initdb", "--auth=trust", "--username=postgres", "--encoding=UTF8", "--no-sync")

    def control(self, program: str, *arguments: str) -> str:
        user = ["runuser", "-u", self.user, "--"] if self.user else []
        data = str(self.folder / "data")
        # It must not stand in a folder that this user cannot enter.
        env = os.environ | {"LC_ALL": "C.UTF-8", "PGDATA": data}
        return run(["env", "--chdir=/", *user, found(program), *arguments], env)

    def start(self) -> None:
        options = f"-p {self.port} -k {self.folder} -c listen_addresses=127.0.0.1 -c max_connections=60"
        log = str(self.folder / "log")
        self.control("pg_ctl", "--wait", "--timeout=60", f"--log={log}", f"--options={options}", "start")

    def stop(self, mode: str = "fast") -> None:
        self.control("pg_ctl", "--wait", f"--mode={mode}", "stop")

    def restart(self, mode: str = "fast") -> None:
        """Restart it; the options of the first start hold."""
        self.control("pg_ctl", "--wait", f"--mode={mode}", f"--log={self.folder / 'log'}", "restart")

    def processes(self) -> list[int]:
        """Return the server and all that it started, none where it is stopped."""
        file = self.folder / "data" / "postmaster.pid"
        try:
            server = int(file.read_text().split()[0])
        except (OSError, ValueError, IndexError):
            return []
        return [server, *children(server)]

    def hang(self) -> None:
        """Let every process of it stand still, as a disk or a machine that hangs does; connections stay."""
        for pid in self.processes():
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGSTOP)

    def go_on(self) -> None:
        for pid in reversed(self.processes()):
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGCONT)

    def close(self) -> None:
        self.go_on()
        if self.processes():
            self.stop("immediate")

    def url(self, name: str) -> str:
        return f"postgres://postgres@127.0.0.1:{self.port}/{name}"

    def execute(self, *statements: str, name: str = "postgres") -> None:
        with psycopg.connect(self.url(name), autocommit=True) as connection:
            for statement in statements:
                connection.execute(statement.encode())

    def copy(self, name: str) -> str:
        """Make the database `name` anew, with the content in it, and return its address."""
        drop = f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)'
        self.execute(drop, f'CREATE DATABASE "{name}" TEMPLATE "{TEMPLATE}"')
        return self.url(name)

    def wait_alone(self, name: str) -> None:
        """Wait until nobody is connected to a database: what a killed client had begun is over."""
        query = "SELECT count(*) FROM pg_stat_activity WHERE datname = %s"

        def nobody() -> bool:
            with psycopg.connect(self.url("postgres"), autocommit=True) as connection:
                row = connection.execute(query, [name]).fetchone()
            return row == (0,)

        try:
            wait_for(nobody, 15, "the end of what a killed process left on the server")
        except Broken:
            # As the server does by itself once it sees that the client is gone.
            end = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s"
            with psycopg.connect(self.url("postgres"), autocommit=True) as connection:
                connection.execute(end, [name])
