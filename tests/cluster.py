"""A PostgreSQL server of the tests' own, to stop, hang and start again; and a standby of it."""

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from .faults.postgres import Postgres
from .faults.processes import Broken, found, other_user
from .needs import need


class Standby(Postgres):
    """A server that follows another, and begins as a copy of it."""

    def __init__(self, folder: Path, primary: Postgres) -> None:
        self.primary = primary
        super().__init__(folder)

    def make(self) -> None:
        source = ("--host=127.0.0.1", f"--port={self.primary.port}", "--username=postgres")
        form = (f"--pgdata={self.folder / 'data'}", "--write-recovery-conf", "--checkpoint=fast", "--no-sync")
        self.control("pg_basebackup", *form, *source)


@pytest.fixture(scope="session")
def own_folder() -> Iterator[Path]:
    """Return a folder for the servers: pytest's own is closed to the user whom they run as."""
    folder = Path(tempfile.mkdtemp(prefix="go4brussels-postgresql-"))
    if user := other_user():
        shutil.chown(folder, user)
    yield folder
    shutil.rmtree(folder)


@pytest.fixture(scope="session")
def cluster(own_folder: Path) -> Iterator[Postgres]:
    """Return a server that runs; tests leave it running. Skips where no such programs are installed."""
    try:
        found("initdb")
    except Broken:
        need(None, "The programs of a PostgreSQL server (initdb) are not installed here.")
    cluster = Postgres(own_folder / "primary")
    yield cluster
    cluster.close()
