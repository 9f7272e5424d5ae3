"""The portal as gunicorn serves it, from a database of its own, for what only a real server can tell."""

import os
import subprocess
import sys
import time
from contextlib import contextmanager
from dataclasses import dataclass
from urllib.error import URLError
from urllib.parse import urlsplit
from urllib.request import urlopen

import pytest
from django.conf import settings

from .faults.processes import free_port
from .prepared import copied, start


@dataclass
class Server:
    """The portal as gunicorn serves it: its base address and the environment it runs in."""

    url: str
    environment: dict

    def manage(self, *arguments, **environment):
        """Run a command of manage.py on the server's database, and give what it prints."""
        return start(*arguments, env=self.environment | environment).finish()

    def start(self, log):
        """Start gunicorn and wait until it answers. Fails with its log when it does not within 30 seconds."""
        bind = urlsplit(self.url).netloc
        command = [
            "-m",
            "gunicorn",
            "--config",
            "tests/gunicorn.py",
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
def serve(prepared, folder, **settings_given):
    """Serve the real content with gunicorn, as in production, from a database of its own in `folder`."""
    port = free_port()
    with copied(prepared, folder, f"go4brussels_server_{port}") as database:
        url = f"http://127.0.0.1:{port}"
        environment = {
            "DJANGO_SETTINGS_MODULE": "tests.served",
            "TESTED_STATIC_ROOT": str(prepared.static),
            "DEBUG": "0",
            "SITE_URL": url,
            "DATABASE_URL": database,
        }
        server = Server(url, os.environ | environment | settings_given)
        process = server.start(folder / "log")
        yield server
        process.terminate()
        process.wait(timeout=30)


@pytest.fixture(scope="session")
def server(prepared, tmp_path_factory):
    """Serve the real content, which tests leave as they found it."""
    with serve(prepared, tmp_path_factory.mktemp("server")) as server:
        yield server
