"""The shipped nginx in front of a portal that fails, is gone, or is crowded."""

import os
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from .ground import SQLITE, Ground
from .load import SHEET, Answer, Load, Reader, is_as
from .portal import Portal
from .processes import ROOT, Broken
from .seen import Seen

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "go4brussels.settings")

from ..nginx import NAME, Nginx, nginx

BEHIND = {"SITE_URL": f"https://{NAME}", "BEHIND_PROXY": "1", "ALLOWED_HOSTS": f"{NAME},127.0.0.1"}
HOST = {"Host": NAME}
OVER = 4  # seconds after which what was fresh is no longer
CROWD, CROWDED = 200, 6
PROMPT = 1.0  # seconds in which a normal reader is answered


@contextmanager
def served(ground: Ground, name: str, mirror: Path | None = None) -> Iterator[tuple[Portal, Nginx]]:
    """Serve the content on SQLite through nginx, with a mirror of it where a folder is given for one."""
    folder = ground.new_folder(name)
    database = ground.database(SQLITE, folder)
    with ground.portal(database, folder, given=BEHIND) as portal:
        if mirror:
            portal.manage("mirror", str(mirror))
        with nginx(ground.new_folder("nginx"), f"127.0.0.1:{portal.port}", mirror) as front:
            yield portal, front


def read(front: Nginx, paths: Sequence[str]) -> dict[str, Answer]:
    """Return the answers that nginx gives. Raises Broken where one is none."""
    with Reader(front.port, is_tls=True) as reader:
        answers = {path: reader.get(path, HOST) for path in paths}
        for name in set(SHEET.findall(b"".join(answer.body for answer in answers.values()))):
            reader.get(name.decode(), HOST)
    if wrong := [answer for answer in answers.values() if answer.status not in (200, 303)]:
        raise Broken(f"{len(wrong)} pages could not be read before, {wrong[0].path}: {wrong[0].status}.")
    return answers


def load(front: Nginx, before: dict[str, Answer]) -> Load:
    return Load(front.port, list(before), is_as(before), readers=4, is_tls=True, sheets=True, headers=HOST)


class Failing(BaseHTTPRequestHandler):
    """What answers 500 to everything."""

    protocol_version = "HTTP/1.1"
    asked = 0

    def do_GET(self) -> None:
        type(self).asked += 1
        self.send_response(500)
        self.send_header("Content-Length", "5")
        self.end_headers()
        self.wfile.write(b"wrong")

    def log_message(self, *_line: object) -> None:
        pass


class Quiet(ThreadingHTTPServer):
    """What says nothing of connections that nginx gives up."""

    daemon_threads = True

    def handle_error(self, request: Any, client_address: Any) -> None:
        pass


@contextmanager
def failing(port: int) -> Iterator[type[Failing]]:
    """Answer 500 on a port; yield what counts how often."""
    Failing.asked = 0
    with Quiet(("127.0.0.1", port), Failing) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        try:
            yield Failing
        finally:
            server.shutdown()


def app_fails(ground: Ground) -> Seen:
    """Let the application answer 500 once what nginx keeps is no longer fresh."""
    seen = Seen()
    with served(ground, "fails") as (portal, front):
        before = read(front, portal.paths())
        portal.stop()
        with failing(portal.port) as wrong:
            time.sleep(OVER)
            with load(front, before) as public:
                time.sleep(max(5, ground.seconds / 4))
        seen.tell(f"{wrong.asked} times 500 behind; in front {public.counts}", not public.counts.failed)
        seen.tell(f"{len(before)} pages kept", wrong.asked > 0 and public.counts.total > 100)
        portal.start()
        with Reader(front.port, is_tls=True) as reader:
            answer = reader.get("/nl/zoeken/?q=werf", HOST)
        seen.tell(f"a search after: {answer.status or answer.error}", answer.status == 200)
    return seen


def app_stopped(ground: Ground) -> Seen:
    """Stop the application; nginx has read half of the pages, and the mirror has all."""
    seen = Seen()
    with served(ground, "stopped", ground.new_folder("mirror") / "current") as (portal, front):
        paths = portal.paths()
        with Reader(portal.port) as reader:
            asked = HOST | {"X-Forwarded-Proto": "https"}
            before = {path: reader.get(path, asked) for path in paths}
        read(front, paths[::2])
        portal.stop()
        time.sleep(OVER)
        with load(front, before) as public:
            time.sleep(max(10, ground.seconds / 2))
        seen.tell(f"{len(paths)} pages, half of them read before: {public.counts}", not public.counts.failed)
        with Reader(front.port, is_tls=True) as reader:
            answer = reader.get("/nl/zoeken/?q=werf", HOST)
        told = answer.headers.get("Retry-After", "")
        seen.tell(f"a search: {answer.status}, Retry-After {told}", answer.status == 503 and bool(told))
    return seen


def crowd(name: str, front: Nginx) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "tests.faults.crowd", name, str(front.port), str(CROWD), str(CROWDED)]
    return subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)


def crowded(ground: Ground) -> Seen:
    """Measure a reader while many hold half a request, and while many ask for the longest page."""
    seen = Seen()
    with served(ground, "crowded") as (_portal, front):
        for name in ("halves", "dossier"):
            with crowd(name, front) as many:
                try:
                    times = list(timed(front, many))
                finally:
                    many.kill()
                said = many.stdout.read().strip() if many.stdout else ""
            wrong = [answer.status or answer.error for answer in times if answer.status != 200]
            slowest = max(answer.seconds for answer in times)
            sentence = f"{CROWD} {name} ({said}): a reader {len(times)} times, slowest {slowest:.2f} s"
            seen.tell(f"{sentence} {wrong or ''}".strip(), slowest <= PROMPT and not wrong and len(times) > 5)
    return seen


def timed(front: Nginx, many: subprocess.Popen[str]) -> Iterator[Answer]:
    """Yield what a reader gets, from a new connection each time, while the others are there."""
    time.sleep(1)
    while many.poll() is None:
        with Reader(front.port, is_tls=True) as reader:
            yield reader.get("/nl/", HOST)
        time.sleep(0.1)
