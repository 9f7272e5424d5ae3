"""The portal as gunicorn serves it, from a database of its own, for what only a real server can tell."""

import os
import socket
import subprocess
import sys
import time
from contextlib import contextmanager
from dataclasses import dataclass
from urllib.error import URLError
from urllib.parse import urlsplit
from urllib.request import urlopen

import psycopg
import pytest
from django.conf import settings


@dataclass
class Server:
    """The portal as gunicorn serves it: its base address and the environment it runs in."""

    url: str
    environment: dict

    def manage(self, *arguments, **environment):
        """Run a command of manage.py on the server's database, and give what it prints."""
        command = [sys.executable, "manage.py", *arguments]
        done = subprocess.run(
            command,
            cwd=settings.BASE_DIR,
            env=self.environment | environment,
            capture_output=True,
            text=True,
            stdin=subprocess.DEVNULL,
            check=False,  # The sentence below says more than the exception would.
        )
        if done.returncode:
            pytest.fail(f"{' '.join(command)} failed:\n{done.stdout}{done.stderr}", pytrace=False)
        return done.stdout

    def start(self, log):
        """Start gunicorn and wait until it answers. Fails with its log when it does not within 30 seconds."""
        bind = urlsplit(self.url).netloc
        command = [
            "-m",
            "gunicorn",
            "--config",
            "go4brussels/gunicorn.py",
            "--bind",
            bind,
            "go4brussels.wsgi",
        ]
        process = subprocess.Popen(
            [sys.executable, *command],
            cwd=settings.BASE_DIR,
            env=self.environment,
            stdin=subprocess.DEVNULL,
            stdout=log.open("w"),
            stderr=subprocess.STDOUT,
        )
        deadline = time.monotonic() + 30
        while time.monotonic() < deadline and process.poll() is None:
            try:
                urlopen(f"{self.url}/readyz").close()
                return process
            except (URLError, ConnectionError):
                time.sleep(0.1)
        process.kill()
        pytest.fail(f"The server did not start on {bind}:\n{log.read_text()}", pytrace=False)


@contextmanager
def fresh_database(folder):
    """Give the address of an empty database of the kind that the tests run on, and drop it afterwards."""
    if settings.DATABASE_URL.startswith("sqlite"):
        yield f"sqlite:///{folder / 'db.sqlite3'}"
        return
    name = f"go4brussels_browser_{os.getpid()}"
    address = urlsplit(settings.DATABASE_URL)
    with psycopg.connect(address._replace(path="/postgres").geturl(), autocommit=True) as connection:
        connection.execute(f"DROP DATABASE IF EXISTS {name}")
        connection.execute(f"CREATE DATABASE {name}")
        yield address._replace(path=f"/{name}").geturl()
        connection.execute(f"DROP DATABASE {name} WITH (FORCE)")


def free_port():
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


@pytest.fixture(scope="session")
def server(tmp_path_factory):
    """Serve the real content with gunicorn, as in production, from a database of its own."""
    folder = tmp_path_factory.mktemp("server")
    with fresh_database(folder) as database:
        url = f"http://127.0.0.1:{free_port()}"
        environment = {
            "DJANGO_SETTINGS_MODULE": "tests.served",
            "TESTED_STATIC_ROOT": str(folder / "static"),
            "DEBUG": "0",
            "SITE_URL": url,
            "DATABASE_URL": database,
        }
        server = Server(url, os.environ | environment)
        server.manage("migrate", "--no-input", "--verbosity", "0")
        server.manage("load_content")
        server.manage("collectstatic", "--no-input", "--verbosity", "0")
        process = server.start(folder / "log")
        yield server
        process.terminate()
        process.wait(timeout=30)
