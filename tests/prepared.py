"""The content in a database, and the static files: made once for all processes of a run, copied for each.

Made as `make run` makes them, by the commands of manage.py; nothing is left for the next run.
"""

import fcntl
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import SplitResult, urlsplit

import psycopg
import pytest
from django.conf import settings
from django.db import connection

SQLITE = settings.DATABASE_URL.startswith("sqlite")
# On PostgreSQL: the database that the others are copies of.
TEMPLATE = f"test_{settings.DATABASES['default']['NAME']}_prepared"


@dataclass(frozen=True)
class Prepared:
    """What each process copies: the database at `url`, and the static files in `static`."""

    url: str
    static: Path


@dataclass(frozen=True)
class Command:
    """A command of manage.py that is running, with what it prints."""

    name: str
    process: subprocess.Popen[str]

    def finish(self) -> str:
        """Wait until it is done, and return what it printed. Fails the test where the command failed."""
        out, errors = self.process.communicate()
        if self.process.returncode:
            pytest.fail(f"manage.py {self.name} failed:\n{out}{errors}", pytrace=False)
        return out


def start(*arguments: str, env: Mapping[str, str]) -> Command:
    """Start a command of manage.py in the environment `env`."""
    process = subprocess.Popen(
        [sys.executable, "manage.py", *arguments],
        cwd=settings.BASE_DIR,
        env=env,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    return Command(" ".join(arguments), process)


def postgres(name: str) -> SplitResult:
    """Return the address of the database `name` on the server of the tests."""
    return urlsplit(settings.DATABASE_URL)._replace(path=f"/{name}")


def execute(*statements: str) -> None:
    """Execute statements on the PostgreSQL server, outside of the databases of the tests."""
    with psycopg.connect(postgres("postgres").geturl(), autocommit=True) as server:
        for statement in statements:
            server.execute(statement)


def drop(name: str) -> str:
    return f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)'


def make(folder: Path) -> None:
    """Make database and static files in `folder`; on PostgreSQL, the database on its server."""
    if not SQLITE:
        execute(drop(TEMPLATE), f'CREATE DATABASE "{TEMPLATE}"')
    env = os.environ | {
        "DJANGO_SETTINGS_MODULE": "tests.served",
        "TESTED_STATIC_ROOT": str(folder / "static"),
        "DATABASE_URL": prepared_in(folder).url,
    }
    # Beside the other two: there is a second core.
    static = start("collectstatic", "--no-input", "--verbosity", "0", env=env)
    start("migrate", "--no-input", "--verbosity", "0", env=env).finish()
    start("load_content", env=env).finish()
    static.finish()


def prepared_in(folder: Path) -> Prepared:
    url = f"sqlite:///{folder / 'db.sqlite3'}" if SQLITE else postgres(TEMPLATE).geturl()
    return Prepared(url, folder / "static")


@pytest.fixture(scope="session")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Prepared:
    """Return what is prepared. The first process to ask makes it, and the others wait."""
    folder = tmp_path_factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        folder = folder.parent
    folder /= "prepared"
    folder.mkdir(exist_ok=True)
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (folder / "done").exists():
            make(folder)
            (folder / "done").touch()
    return prepared_in(folder)


def forget() -> None:
    """Drop what was prepared, at the end of a run; pytest itself takes files away."""
    if not SQLITE:
        execute(drop(TEMPLATE))


@contextmanager
def copied(prepared: Prepared, folder: Path, name: str) -> Iterator[str]:
    """Return the address of a copy of the database: a file in `folder`, or `name` on the server."""
    if SQLITE:
        yield f"sqlite:///{shutil.copy(urlsplit(prepared.url).path, folder / 'db.sqlite3')}"
        return
    execute(drop(name), f'CREATE DATABASE "{name}" TEMPLATE "{TEMPLATE}"')
    yield postgres(name).geturl()
    execute(drop(name))


@pytest.fixture(scope="session")
def django_db_modify_db_settings(
    django_db_modify_db_settings_parallel_suffix: None,
    prepared: Prepared,
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    """Let the database of a process begin as a copy, with the content in it."""
    test = connection.settings_dict["TEST"]
    if SQLITE:
        test["NAME"] = shutil.copy(urlsplit(prepared.url).path, tmp_path_factory.mktemp("database"))
    else:
        test["TEMPLATE"] = TEMPLATE


@pytest.fixture(scope="session")
def django_db_keepdb() -> bool:
    """Take the file on SQLite as it is: it is the copy."""
    return SQLITE


@pytest.fixture(scope="session")
def django_db_createdb() -> bool:
    return False
