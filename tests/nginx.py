"""nginx with the file that is shipped, on free ports, with a certificate made on the spot, in its own folder.

Each value that deploy/nginx.conf tells to replace is replaced, and nothing else: what is tested is what runs.
"""

import http.client
import os
import shutil
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from .faults.load import NAME, Named
from .faults.processes import ROOT, children, free_port
from .needs import need

SHIPPED = ROOT / "deploy" / "nginx.conf"
# What stands around it on a server; `pid` and the rest so that it needs no place but its folder.
AROUND = """
worker_processes {workers};
worker_rlimit_nofile 8192;
daemon off;
pid {folder}/pid;
error_log {folder}/log/error.log;
{user}
events {{ worker_connections 2048; }}
http {{
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
    types {{ text/html html; text/css css; }}
    include {folder}/site.conf;
    {more}
}}
"""


@dataclass
class Nginx:
    """nginx that runs, with the shipped file: where it listens, and the folder that has all of it."""

    folder: Path
    port: int  # over TLS
    plain_port: int
    process: subprocess.Popen[bytes]

    def ask(
        self,
        path: str,
        method: str = "GET",
        body: bytes | None = None,
        timeout: float = 30,
        source: str = "127.0.0.1",
        **headers: str,
    ) -> tuple[http.client.HTTPResponse, bytes]:
        """Return the answer over TLS to a request with these headers (`accept_encoding="br"`)."""
        connection = Named(self.port, timeout, source)
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        connection.putrequest(method, path, skip_host=True, skip_accept_encoding=True)
        given = {"Host": NAME} | ({"Content-Length": str(len(body))} if body is not None else {}) | named
        for name, value in given.items():
            connection.putheader(name, value)
        connection.endheaders(body)
        response = connection.getresponse()
        content = response.read()
        connection.close()
        return response, content

    def log(self, name: str = "go4brussels.log") -> str:
        """Return what was written to a log, once it is on the disk."""
        time.sleep(1.2)
        return (self.folder / "log" / name).read_text()

    def reload(self) -> None:
        """Let nginx read its files again, and wait until the new ones hold."""
        before = set(children(self.process.pid))
        self.process.send_signal(signal.SIGHUP)
        wait_for(lambda: before.isdisjoint(children(self.process.pid)), "nginx did not read its files again")

    def stop(self) -> None:
        self.process.terminate()
        self.process.wait(timeout=10)


def wait_for(condition, sentence: str, seconds: float = 10):
    """Return what the condition gives once that is true. Raises AssertionError with the sentence if never."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if found := condition():
            return found
        time.sleep(0.02)
    raise AssertionError(sentence)


def need_nginx() -> str:
    """Return where nginx is. Skips the test where there is none, or fails it with REQUIRE_BROWSER=1."""
    return need(
        shutil.which("nginx", path=f"{os.environ.get('PATH', '')}:/usr/sbin"),
        "No nginx on this machine: what stands in front of the portal is not tested.",
    )


def certificate(folder: Path) -> None:
    """Make a certificate that nobody signed but itself."""
    names = ["-subj", f"/CN={NAME}", "-addext", f"subjectAltName=DNS:{NAME},DNS:localhost,IP:127.0.0.1"]
    key = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2"]
    files = ["-keyout", str(folder / "key.pem"), "-out", str(folder / "fullchain.pem")]
    subprocess.run(["openssl", "req", "-x509", *key, *files, *names], check=True, capture_output=True)


def configuration(
    folder: Path, ports: tuple[int, int], app: str, mirror: Path | None, changes: dict[str, str]
) -> str:
    """Return the shipped file with the values of this machine, and with what a test changes besides."""
    text, (port, plain_port) = SHIPPED.read_text(encoding="utf-8"), ports
    values = {
        "/etc/ssl/go4brussels/": f"{folder}/",
        "127.0.0.1:8000": app,
        "/var/lib/go4brussels-mirror/current": str(mirror or folder / "no-mirror"),
        "/var/lib/nginx/": f"{folder}/cache/",
        "/etc/nginx/go4brussels-maintenance": f"{folder}/maintenance",
        "/var/log/nginx/": f"{folder}/log/",
        "listen 80;": f"listen 127.0.0.1:{plain_port};",
        "listen [::]:80;": "",
        "listen 443 ssl http2 default_server;": f"listen 127.0.0.1:{port} ssl http2 default_server;",
        "listen [::]:443 ssl http2 default_server;": "",
        "listen 443 ssl http2;": f"listen 127.0.0.1:{port} ssl http2;",
        "listen [::]:443 ssl http2;": "",
    }
    for old, new in (values | changes).items():
        assert old in text, f"deploy/nginx.conf has no {old!r} to replace."
        text = text.replace(old, new)
    return text


@contextmanager
def nginx(
    folder: Path,
    app: str = "127.0.0.1:1",
    mirror: Path | None = None,
    *,
    changes: dict[str, str] | None = None,
    more: str = "",
    workers: int = 2,
) -> Iterator[Nginx]:
    """Run nginx with the shipped file in front of `app` (host and port), with this mirror if there is one.

    `more` is put into its http block besides. Fails the test with nginx's own words where it does not start.
    """
    program = need_nginx()
    for name in ("log", "cache"):
        (folder / name).mkdir(parents=True)
    certificate(folder)
    port, plain_port = free_port(), free_port()
    site = configuration(folder, (port, plain_port), app, mirror, changes or {})
    (folder / "site.conf").write_text(site, encoding="utf-8")
    user = "user root;" if os.geteuid() == 0 else ""
    (folder / "nginx.conf").write_text(AROUND.format(folder=folder, workers=workers, user=user, more=more))
    process = subprocess.Popen(
        [
            program,
            "-p",
            str(folder),
            "-c",
            str(folder / "nginx.conf"),
            "-e",
            str(folder / "log" / "start.log"),
        ],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=(folder / "log" / "stderr").open("wb"),
    )
    running = Nginx(folder, port, plain_port, process)
    try:
        wait_for(lambda: process.poll() is not None or answers(port), "nginx did not start")
        if process.poll() is not None:
            pytest.fail(f"nginx did not start:\n{(folder / 'log' / 'stderr').read_text()}", pytrace=False)
        yield running
    finally:
        if process.poll() is None:
            running.stop()


def answers(port: int) -> bool:
    connection = Named(port, timeout=5)
    try:
        connection.request("GET", "/-/", headers={"Host": NAME})
        connection.getresponse().read()
    except OSError:
        return False
    finally:
        connection.close()
    return True
