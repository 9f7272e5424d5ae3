"""Where a rehearsal stands: a folder as on a server, a database of its own, and the two releases."""

import os
import pwd
import secrets
import shlex
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import cached_property
from pathlib import Path
from urllib.parse import urlsplit

import psycopg

from .. import release_before
from ..environ import UNSET
from ..faults.processes import ROOT, Broken

SQLITE, POSTGRESQL = KINDS = ("SQLite", "PostgreSQL")
SERVER = "postgres://postgres@127.0.0.1:5432/postgres"
EDIT = Path(__file__).with_name("edit.py")
TREE = ("accounts", "deploy", "fixtures", "go4brussels", "initiatives", "locale", "requirements", "static")


def git(*arguments: str) -> str:
    """Return what git says of this clone. Raises Broken."""
    done = subprocess.run(["git", "-C", ROOT, *arguments], capture_output=True, text=True, check=False)
    if done.returncode:
        raise Broken(f"git {' '.join(arguments)}: {done.stderr.strip()}")
    return done.stdout.strip()


def service_user() -> tuple[str, str]:
    """Return the user that serves and the Python that it can run: not root, where that can be."""
    ours = os.path.realpath(getattr(sys, "_base_executable", sys.executable))
    if os.geteuid():
        return pwd.getpwuid(os.geteuid()).pw_name, ours
    test = "import ensurepip, sys; sys.exit(sys.version_info < (3, 11))"
    for python in (ours, "/usr/bin/python3"):
        command = ["runuser", "-u", "nobody", "--", python, "-c", test]
        with suppress(OSError):
            if not subprocess.run(command, cwd="/", capture_output=True, check=False).returncode:
                return "nobody", python
    return "root", ours


class Ground:
    """The folder of a run, which both databases share: the users, the libraries, the code."""

    def __init__(self) -> None:
        try:
            git("cat-file", "-e", f"{release_before.COMMIT}^{{commit}}")
        except Broken:
            raise Broken(
                f"This clone has no commit {release_before.COMMIT[:12]}, release {release_before.NAME}, from "
                "which the upgrade begins; fetch it: git fetch --unshallow."
            ) from None
        self.folder = Path(tempfile.mkdtemp(prefix="go4brussels-rehearsal-"))
        self.folder.chmod(0o755)
        self.user, self.python = service_user()
        self.commit = git("rev-parse", "HEAD")

    def close(self) -> None:
        shutil.rmtree(self.folder)

    @property
    def prefix(self) -> list[str]:
        """Return what makes a command one of the user that serves; it takes the place of what it starts."""
        if self.user == pwd.getpwuid(os.geteuid()).pw_name:
            return []
        entry = pwd.getpwnam(self.user)
        return ["setpriv", f"--reuid={entry.pw_uid}", f"--regid={entry.pw_gid}", "--clear-groups", "--"]

    @contextmanager
    def site(self, kind: str, port: int) -> Iterator["Site"]:
        """Yield the folders and the database of one installation."""
        site = Site(self, kind, port)
        site.make_database()
        try:
            yield site
        finally:
            site.drop_database()


class Site:
    """An installation: /opt, /etc and /var of a server in a folder, with the release before in place."""

    def __init__(self, ground: Ground, kind: str, port: int) -> None:
        self.ground, self.kind, self.port = ground, kind, port
        self.folder = ground.folder / kind.lower()
        self.root, self.data, self.env_file = (self.folder / name for name in ("opt", "data", "env"))
        for folder in (self.folder, self.root, self.data, self.root / "releases"):
            folder.mkdir()
        (ground.folder / "venvs").mkdir(exist_ok=True)
        (self.root / "venvs").symlink_to(ground.folder / "venvs")
        self.name = f"rehearsal_{os.getpid()}"
        self.settings = {
            "SITE_URL": f"http://127.0.0.1:{port}",
            "SECRET_KEY": secrets.token_urlsafe(60),
            "DATABASE_URL": self.database,
            "BACKUP_DIR": str(self.data / "backups"),
            "LOG_LEVEL": "WARNING",
        }
        self.env_file.write_text("".join(f"{name}={value}\n" for name, value in self.settings.items()))
        self.env_file.chmod(0o640)
        shutil.chown(self.data, ground.user)
        with suppress(PermissionError):
            shutil.chown(self.env_file, group=pwd.getpwnam(ground.user).pw_gid)

    @cached_property
    def server(self) -> str:
        """Return the PostgreSQL server to use: that of DATABASE_URL, where that names one."""
        given = os.environ.get("DATABASE_URL", "")
        return given if given.startswith("postgres") else SERVER

    @property
    def database(self) -> str:
        if self.kind == SQLITE:
            return f"sqlite:///{self.data / 'db.sqlite3'}"
        return urlsplit(self.server)._replace(path=f"/{self.name}").geturl()

    def on_server(self, statement: str) -> None:
        server = urlsplit(self.server)._replace(path="/postgres").geturl()
        try:
            with psycopg.connect(server, autocommit=True, connect_timeout=5) as connection:
                connection.execute(statement.encode())
        except psycopg.OperationalError as error:
            raise Broken(
                f"No PostgreSQL server answers at {urlsplit(self.server).hostname}: {error}"
            ) from None

    def make_database(self) -> None:
        if self.kind == POSTGRESQL:
            self.on_server(f'CREATE DATABASE "{self.name}"')

    def drop_database(self) -> None:
        if self.kind == POSTGRESQL:
            self.on_server(f'DROP DATABASE IF EXISTS "{self.name}" WITH (FORCE)')

    @property
    def environment(self) -> dict[str, str]:
        """Return what a command of root finds: what the machine has for pip, and nothing of a portal."""
        kept = {name: value for name, value in os.environ.items() if name not in UNSET}
        for name in (
            "DATABASE_URL",
            "DEBUG",
            "SITE_URL",
            "SECRET_KEY",
            "LOG_LEVEL",
            "DJANGO_SETTINGS_MODULE",
        ):
            kept.pop(name, None)
        return kept | {
            "GO4BRUSSELS_ROOT": str(self.root),
            "GO4BRUSSELS_USER": self.ground.user,
            "GO4BRUSSELS_READY": f"http://127.0.0.1:{self.port}/readyz",
            "ENV_FILE": str(self.env_file),
            "PYTHON": self.ground.python,
        }

    @property
    def tree(self) -> Path:
        """Return the folder of the release that is turned to."""
        return (self.root / "current").resolve()

    def run(self, *command: str, tree: Path | None = None) -> str:
        """Run a command as the user that serves, in a release, and return what it printed. Raises Broken."""
        done = subprocess.run(
            [*self.ground.prefix, *command],
            cwd=tree or self.tree,
            # The release before reads its settings from the environment alone, as EnvironmentFile gave them.
            env={"PATH": "/usr/local/bin:/usr/bin:/bin", "LANG": "C.UTF-8", **self.settings},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=180,
            check=False,
        )
        if done.returncode:
            raise Broken(f"{shlex.join(command)} failed:\n{(done.stdout + done.stderr)[-3000:]}")
        return done.stdout

    def manage(self, *arguments: str, tree: Path | None = None) -> str:
        return self.run(".venv/bin/python", "manage.py", *arguments, tree=tree)

    def edit(self, *arguments: str, tree: Path | None = None) -> str:
        """Do with a release's own code what an editor does (edit.py)."""
        return self.run(".venv/bin/python", str(EDIT), *arguments, tree=tree)

    def install_before(self) -> None:
        """Put the release before in place by hand: it is older than the script that installs releases."""
        source = self.root / "source"
        subprocess.run(["git", "clone", "--quiet", "--no-checkout", ROOT, source], check=True)
        tree = self.root / "releases" / release_before.NAME
        tree.mkdir()
        archive = subprocess.run(
            ["git", "-C", source, "-c", "tar.umask=0022", "archive", release_before.COMMIT],
            stdout=subprocess.PIPE,
            check=True,
        )
        subprocess.run(["tar", "--extract", "--no-same-owner"], cwd=tree, input=archive.stdout, check=True)
        (tree / ".commit").write_text(f"{release_before.COMMIT}\n")
        self.libraries(tree)
        (self.root / "current").symlink_to(tree.relative_to(self.root))
        collect = [".venv/bin/python", "manage.py", "collectstatic", "--no-input", "--verbosity=0"]
        subprocess.run(collect, cwd=tree, env=self.environment | self.settings, check=True)

    def libraries(self, tree: Path) -> None:
        """Install the libraries of a release from its lock file: by uv, which takes a third of pip's time."""
        venv = self.ground.folder / "venvs" / tree.name
        if not venv.exists():
            uv = str(Path(sys.executable).with_name("uv"))
            self.as_root(uv, "venv", "--quiet", "--python", self.ground.python, str(venv))
            lock = str(tree / "requirements" / "base.txt")
            options = ["--quiet", "--require-hashes", "--compile-bytecode", "--python", str(venv)]
            self.as_root(uv, "pip", "sync", *options, lock)
        (tree / ".venv").symlink_to(venv)

    def as_root(self, *command: str) -> str:
        """Run what an operator runs, and return what it said. Raises Broken."""
        done = subprocess.run(
            command, cwd="/", env=self.environment, stdin=subprocess.DEVNULL, capture_output=True, text=True,
            check=False,
        )  # fmt: skip
        if done.returncode:
            raise Broken(f"{shlex.join(command)} failed:\n{(done.stdout + done.stderr)[-3000:]}")
        return done.stdout
