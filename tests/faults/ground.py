"""Where the servers of a run stand: a folder of its own, with what all of them copy."""

import os
import secrets
import shutil
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import cached_property
from pathlib import Path

from ..environ import UNSET
from .portal import Portal
from .postgres import TEMPLATE, Postgres
from .processes import ROOT, free_port, run

KINDS = SQLITE, POSTGRESQL = ("SQLite", "PostgreSQL")


class Ground:
    """A folder, the content in a database of each kind, the static files, and a cluster once it is needed."""

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds  # that the long faults last
        self.folder = Path(tempfile.mkdtemp(prefix="go4brussels-faults-"))
        self.folder.chmod(0o711)  # the user of PostgreSQL passes through it
        self.key = secrets.token_urlsafe(60)
        self.made = 0

    def close(self) -> None:
        if "cluster" in self.__dict__:
            self.cluster.close()
        shutil.rmtree(self.folder)

    def new_folder(self, name: str) -> Path:
        self.made += 1
        folder = self.folder / f"{self.made}-{name}"
        folder.mkdir()
        return folder

    def environment(self, database: str, url: str = "http://127.0.0.1", **given: str) -> dict[str, str]:
        """Return the environment of a portal, with nothing in it that a developer or an installation set."""
        ours = {
            "DJANGO_SETTINGS_MODULE": "tests.served",
            "TESTED_STATIC_ROOT": str(self.folder / "static"),
            "DEBUG": "0",
            "SITE_URL": url,
            "SECRET_KEY": self.key,
            "DATABASE_URL": database,
            "LOG_LEVEL": "WARNING",
            "PYTHONUNBUFFERED": "1",
        }
        kept = {name: value for name, value in os.environ.items() if name not in UNSET}
        return kept | ours | given

    def manage(self, database: str, *arguments: str) -> str:
        return run([sys.executable, "manage.py", *arguments], self.environment(database))

    def edit(self, database: str, *arguments: str) -> str:
        """Do on a database what an editor does (editor.py), and return what that printed."""
        return run([sys.executable, "-m", "tests.faults.editor", *arguments], self.environment(database))

    def dumped(self, database: str) -> dict[str, str]:
        """Return the content of a database as files."""
        folder = self.new_folder("dumped")
        self.manage(database, "dump_content", str(folder))
        return {file.name: file.read_text(encoding="utf-8") for file in folder.iterdir()}

    @cached_property
    def static(self) -> Path:
        """Return the folder of the static files, collected as for production."""
        self.manage("sqlite:////nowhere", "collectstatic", "--no-input", "--verbosity", "0")
        return self.folder / "static"

    @cached_property
    def sqlite(self) -> Path:
        """Return a database file that holds the content; to be copied."""
        file = self.folder / "prepared.sqlite3"
        self.fill(f"sqlite:///{file}")
        return file

    @cached_property
    def cluster(self) -> Postgres:
        """Return the running cluster, with the content in the database that others are copies of."""
        cluster = Postgres(self.folder / "postgresql")
        cluster.execute(f'CREATE DATABASE "{TEMPLATE}"')
        self.fill(cluster.url(TEMPLATE))
        return cluster

    def fill(self, database: str) -> None:
        self.manage(database, "migrate", "--no-input", "--verbosity", "0")
        self.manage(database, "load_content")

    def database(self, kind: str, folder: Path) -> str:
        """Return the address of a new copy of the content: a file in `folder`, or a database of its name."""
        if kind == SQLITE:
            return f"sqlite:///{shutil.copy(self.sqlite, folder / 'db.sqlite3')}"
        return self.cluster.copy(folder.name)

    @contextmanager
    def portal(
        self,
        database: str,
        folder: Path,
        *options: str,
        prefix: tuple[str, ...] = (),
        tree: Path = ROOT,
        given: Mapping[str, str] | None = None,
    ) -> Iterator[Portal]:
        """Serve a database with gunicorn, as in production; `options` are gunicorn’s, `tree` the code."""
        assert self.static
        port = free_port()
        environment = self.environment(database, f"http://127.0.0.1:{port}", **(given or {}))
        portal = Portal(port, environment, folder / f"portal-{port}.log", options, prefix, tree)
        try:
            portal.start()
            yield portal
        finally:
            portal.stop()
