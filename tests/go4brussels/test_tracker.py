"""What a tracker of errors is told: where an error arose, and nothing of who met it or what they typed."""

import gzip
import http.server
import logging
import os
import subprocess
import sys
import threading
import time
from uuid import uuid4

import brotli
import pytest
import sentry_sdk
from django.contrib.auth.models import User
from django.core.handlers.wsgi import WSGIHandler

from go4brussels.asking import ask
from go4brussels.tracker import Tracker
from go4brussels.wsgi import traced
from initiatives.search.query import Search


class Received(http.server.ThreadingHTTPServer):
    """A tracker on this machine, which keeps what it is sent."""

    def __init__(self):
        super().__init__(("127.0.0.1", 0), Answering)
        self.bodies, self.hangs = [], threading.Event()

    @property
    def dsn(self):
        return f"http://key@127.0.0.1:{self.server_port}/1"


class Answering(http.server.BaseHTTPRequestHandler):
    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        decompress = {"br": brotli.decompress, "gzip": gzip.decompress}.get(
            self.headers["Content-Encoding"], bytes
        )
        self.server.bodies.append(decompress(body))
        if self.server.hangs.is_set():
            time.sleep(3)
        self.send_response(200)
        self.end_headers()

    def log_message(self, *args):
        pass


@pytest.fixture
def received(settings):
    server = Received()
    threading.Thread(target=server.serve_forever, daemon=True).start()
    settings.SENTRY_DSN = server.dsn
    Tracker().start()
    yield server
    sentry_sdk.get_client().close(timeout=1)
    sentry_sdk.get_global_scope().set_client(None)
    server.shutdown()
    server.server_close()


def test_an_error_in_a_search_of_an_editor_tells_nothing_of_either(received, monkeypatch, database_for_good):
    def broken(self):
        raise ValueError(f"no {self.query}")

    monkeypatch.setattr(Search, "matches", property(broken))
    mark = uuid4().hex  # not in the code, whose lines an event has
    User.objects.create_user(f"els-{mark}", f"els@{mark}.example", f"a-password-{mark}")
    sent = {
        "HTTP_COOKIE": f"session={mark}; csrf={mark}",
        "REMOTE_ADDR": ".".join(("192", "0", "2", "77")),
        "HTTP_USER_AGENT": f"browser {mark}",
        "HTTP_REFERER": f"http://testserver/nl/zoeken/?q={mark}",
    }
    answer = ask(traced(WSGIHandler()), f"/nl/zoeken/?q={mark}", sent)
    assert answer.status == 500
    sentry_sdk.flush(5)
    [event] = [each.decode() for each in received.bodies]
    assert mark not in event
    assert sent["REMOTE_ADDR"] not in event
    assert '"ValueError"' in event and '"kind":"search"' in event
    assert answer.headers["X-Request-Id"] in event
    assert "server_name" not in event and '"vars"' not in event and "breadcrumbs" not in event


def test_an_outage_is_told_once(received):
    logger = logging.getLogger("django.request")
    for _turn in range(50):
        logger.error("The database could not be used for %s", "/nl/", extra={"status_code": 503})
    sentry_sdk.flush(5)
    assert len(received.bodies) == 1


def test_a_tracker_that_hangs_keeps_nobody_waiting(received):
    received.hangs.set()
    begun = time.monotonic()
    for number in range(300):
        try:
            raise ValueError(number)
        except ValueError:
            logging.getLogger("go4brussels").exception("Failed.")
    assert time.monotonic() - begun < 2.5


def test_it_is_not_loaded_where_nobody_is_told(settings):
    assert settings.SENTRY_DSN == ""
    code = "import django; django.setup(); import sys; sys.exit('sentry_sdk' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], cwd=settings.BASE_DIR, env=environment(), check=False)
    assert done.returncode == 0


def environment():
    return os.environ | {"DJANGO_SETTINGS_MODULE": "go4brussels.settings"}
