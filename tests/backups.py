"""Databases of their own to back up and to restore, by the commands as an operator gives them."""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import pytest
from django.conf import settings

from .faults.counting import Counting
from .faults.processes import free_port
from .faults.stored import Stored
from .prepared import SQLITE, copied, drop, execute, postgres

# As the portal's container runs: root alone passes by the modes of files.
UNPRIVILEGED = ("setpriv", "--bounding-set=-dac_override,-dac_read_search,-fowner")


@dataclass
class Place:
    """A database, the folder of its backups, and what the commands find in their environment."""

    url: str
    home: Path
    given: dict

    @property
    def folder(self):
        return self.home / "backups"

    @cached_property
    def environment(self):
        return os.environ | {
            "DJANGO_SETTINGS_MODULE": "go4brussels.settings",
            "SITE_URL": "http://testserver",
            "DATABASE_URL": self.url,
            "BACKUP_DIR": str(self.folder),
            **self.given,
        }

    @property
    def stored(self):
        return Stored(self.url)

    def command(self, *arguments, prefix=(), **environment):
        """Run a command, and return what became of it; nobody answers what it asks."""
        return subprocess.run(
            [*prefix, sys.executable, "manage.py", *map(str, arguments)],
            cwd=settings.BASE_DIR,
            env=self.environment | environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
            timeout=120,
        )

    def manage(self, *arguments, **environment):
        """Run a command that succeeds, and return what it prints."""
        done = self.command(*arguments, **environment)
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def refused(self, *arguments, **told):
        """Run a command that fails with one sentence or two, and return them."""
        done = self.command(*arguments, **told)
        assert done.returncode == 1, done.stdout + done.stderr
        assert "Traceback" not in done.stderr
        assert done.stderr.startswith("CommandError: ") and done.stderr.count("\n") == 1, done.stderr
        return done.stderr.removeprefix("CommandError: ").strip()

    def backups(self):
        return sorted(self.folder.iterdir()) if self.folder.exists() else []

    def back_up(self):
        """Make a backup, and return it."""
        before = set(self.backups())
        said = self.manage("backup")
        [made] = set(self.backups()) - before
        assert str(made) in said
        return made

    def edit(self, times=1):
        """Count in a text, so many times: each is a change of the content with a version of its own."""
        editor = Counting(self.environment, self.home / "editor.log", times)
        editor.popen.wait(60)
        assert not editor.trouble()

    def execute(self, *statements):
        with self.stored.connected() as connection:
            for statement in statements:
                connection.execute(statement)
            if self.stored.is_sqlite:
                connection.commit()


@contextmanager
def empty(home, name) -> Iterator[str]:
    """Return the address of a database without a table: of a file that is not there yet, on SQLite."""
    if SQLITE:
        yield f"sqlite:///{home / 'empty.sqlite3'}"
        return
    execute(drop(name), f'CREATE DATABASE "{name}"')
    yield postgres(name).geturl()
    execute(drop(name))


@pytest.fixture
def place(prepared, tmp_path):
    """Return a place with the real content."""
    home = tmp_path / "place"
    home.mkdir()
    with copied(prepared, home, f"go4brussels_backup_{free_port()}") as url:
        yield Place(url, home, {"TESTED_STATIC_ROOT": str(prepared.static)})


@pytest.fixture
def elsewhere(prepared, tmp_path):
    """Return a place without anything in it."""
    home = tmp_path / "elsewhere"
    home.mkdir()
    with empty(home, f"go4brussels_backup_{free_port()}") as url:
        yield Place(url, home, {"TESTED_STATIC_ROOT": str(prepared.static)})


def without(folder, *names):
    """Return a PATH with all programs but these, as links in a folder."""
    folder.mkdir()
    for each in os.environ["PATH"].split(os.pathsep):
        for program in Path(each).iterdir() if Path(each).is_dir() else ():
            link = folder / program.name
            if program.name not in names and not link.is_symlink():
                link.symlink_to(shutil.which(program) or program)
    return str(folder)
