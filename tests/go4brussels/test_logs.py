"""What is logged: a line for each request, with its reference, of which no client writes more than a part."""

import logging
import re
import socket
import time
from dataclasses import dataclass
from io import StringIO
from pathlib import Path
from urllib.parse import quote, urlsplit
from wsgiref.util import setup_testing_defaults

import pytest
from django.conf import settings
from django.contrib.auth.models import User
from django.urls import include, path

from accounts import audit
from go4brussels import errors
from go4brussels.logs import ENVIRON_KEY, Atoms, LineFormatter, WithoutSearches
from go4brussels.urls import handler400, handler403, handler404, handler500  # noqa: F401
from go4brussels.wsgi import application, traced
from initiatives import tracing

from ..server import Server, serve

NAME = r"[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}"
MOMENT = r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}\+00:00"
# What no log may hold raw: it would begin a line, or move the cursor of who reads it in a terminal.
HOSTILE = [
    "\n",
    "\r\n",
    "\r",
    "\0",
    "\x1b[2J",
    "\x7f",
    "\x85",
    "\x9b1A",
    "\u2028",
    "\u2029",
    "\u202e",
    "\ufeff",
]
FORGED = "2026-11-26 08:00:00,000 - INFO accounts.audit: login actor='admin' address='10.0.0.1'"


@dataclass
class Logged:
    """A running server, and what it has written since it was last asked."""

    server: Server
    log: Path

    def send(self, request: bytes) -> bytes:
        address = urlsplit(self.server.url)
        with socket.create_connection((address.hostname, address.port), timeout=20) as client:
            client.sendall(request)
            client.shutdown(socket.SHUT_WR)
            return b"".join(iter(lambda: client.recv(65536), b""))

    def lines_of(self, request: bytes) -> tuple[bytes, list[str]]:
        """Return the answer to a request, and the lines that it left."""
        before = self.log.stat().st_size
        answer = self.send(request)
        deadline = time.monotonic() + 5
        while self.log.stat().st_size == before and time.monotonic() < deadline:
            time.sleep(0.02)
        time.sleep(0.1)
        with self.log.open("rb") as log:
            log.seek(before)
            return answer, log.read().decode().removesuffix("\n").split("\n")


def get(path: str, *headers: str, host: str = "127.0.0.1") -> bytes:
    lines = [f"GET {path} HTTP/1.1", f"Host: {host}", "Connection: close", *headers, "", ""]
    return "\r\n".join(lines).encode("latin-1")


@pytest.fixture(scope="module")
def logged(prepared, tmp_path_factory):
    folder = tmp_path_factory.mktemp("logged")
    with serve(prepared, folder, LOG_LEVEL="INFO") as server:
        time.sleep(0.5)  # until it has told of its start
        yield Logged(server, folder / "log")


def failing(request):
    raise RuntimeError(f"gone\n{FORGED}\u2028{FORGED}")


# This module serves as the urlconf of a test: a view that fails, in each language and in none.
urlpatterns = [path(f"{prefix}failing/", failing) for prefix in ("nl/", "fr/", "")]
urlpatterns += [path("", include("go4brussels.urls"))]


def escaped(text):
    return "".join(f"%{byte:02X}" for byte in text.encode())


# One request, one line ------------------------------------------------------------------------------------

LINE = re.compile(
    rf"{MOMENT} (?P<name>{NAME}|-) INFO gunicorn\.access: "
    r"127\.0\.0\.1 (?P<method>\S+) (?P<path>\S+) (?P<status>\d+) \d+B \d+ms"
)


def test_a_request_leaves_one_line_with_its_path_and_no_search(logged):
    _answer, lines = logged.lines_of(get("/nl/?q=geheim"))
    assert len(lines) == 1
    assert LINE.fullmatch(lines[0])["path"] == "/nl/"


@pytest.mark.parametrize("sign", HOSTILE, ids=ascii)
def test_no_path_writes_a_line_of_its_own(logged, sign):
    _answer, lines = logged.lines_of(get(f"/nl/x{escaped(sign + FORGED)}"))
    assert len(lines) == 1
    assert lines[0].isprintable()
    # One word, as it stands in an address: nothing in it looks like the parts that follow.
    assert LINE.fullmatch(lines[0])["path"].startswith(f"/nl/x{quote(sign)}2026-11-26%2008:00")


@pytest.mark.parametrize("path", ["/nl/%20200%201B%201ms", "/nl/%22%5C%22", "/nl/%25%0A", "/nl/%E9%FF"])
def test_a_path_is_one_unambiguous_word(logged, path):
    _answer, lines = logged.lines_of(get(path))
    assert len(lines) == 1
    shown = LINE.fullmatch(lines[0])["path"]
    assert shown == path


def test_a_long_path_is_cut(logged):
    _answer, lines = logged.lines_of(get("/nl/" + "a" * 4000))
    assert len(lines) == 1
    assert len(lines[0]) < 500
    assert lines[0].count("…+3754") == 1


@pytest.mark.parametrize(
    "header",
    [
        f"User-Agent: x\x85{FORGED}",
        f"Referer: {FORGED}",
        "Go4brussels.Request: forged",
        "X-Request-Id: forged",
    ],
)
def test_no_header_stands_in_the_line(logged, header):
    answer, lines = logged.lines_of(get("/nl/nergens/", header))
    assert len(lines) == 1
    assert LINE.fullmatch(lines[0])["name"].encode() in answer
    assert "forged" not in lines[0]


def test_what_else_gunicorn_could_print_cannot_be_taken_for_more(caplog):
    form = '"%({user-agent}i)s" "%(a)s" %(missing)s'
    line = form % Atoms({"a": 'x" 200 \\ \n\u2028', "{user-agent}i": "y" * 900})
    assert line.isprintable()
    assert re.fullmatch(r'"y+…\+600" "x\\" 200 \\\\ \\n\\u2028" -', line)


MALFORMED = {
    "line break in the request line": b"GET /\x0bx\r" + FORGED.encode() + b" HTTP/1.1\r\n\r\n",
    "words in the request line": b"GET /nl/?q=geheim en meer HTTP/1.1\r\n\r\n",
    "a method of signs": b"G\x1b[2JT / HTTP/1.1\r\n\r\n",
    "a long method": b"G" * 5000 + b" / HTTP/1.1\r\n\r\n",
    "a version": b"GET / HTTP/\x1b[2J" + FORGED.encode() + b"\r\n\r\n",
    "a header without a colon": b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nX\x85" + FORGED.encode() + b"\r\n\r\n",
    "a folded header": b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nX: a\r\n " + FORGED.encode() + b"\r\n\r\n",
    "a length": b"POST / HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: " + FORGED.encode() + b"\r\n\r\n",
    "an expectation": b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nExpect: \xc2\x85"
    + FORGED.encode()
    + b"\r\n\r\n",
    "a coding": b"POST / HTTP/1.1\r\nHost: 127.0.0.1\r\nTransfer-Encoding: " + FORGED.encode() + b"\r\n\r\n",
    "a long header": b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nX: " + b"x" * 70_000 + b"\r\n\r\n",
    "no HTTP at all": b"\x16\x03\x01" + FORGED.encode() + b"\r\n\r\n",
}


@pytest.mark.parametrize("request_", MALFORMED.values(), ids=MALFORMED)
def test_what_gunicorn_cannot_read_leaves_no_line_but_its_own(logged, request_):
    answer, lines = logged.lines_of(request_)
    assert re.match(rb"HTTP/1.1 (4\d\d|501) ", answer)
    ours = rf"{MOMENT} - WARNING gunicorn\.error: Invalid request from ip=127\.0\.0\.1: "
    assert [line for line in lines if not (LINE.fullmatch(line) or re.match(ours, line))] == []
    assert len(lines) <= 2
    assert all(line.isprintable() and len(line) < 1200 for line in lines)
    assert not re.search("geheim", "".join(lines))


HOSTS = ["evil.example", "evil\x85" + FORGED, "x" * 60_000, '"\\', "127.0.0.1:x", "é"]


@pytest.mark.parametrize("host", HOSTS, ids=range(len(HOSTS)))
def test_a_host_that_is_not_ours_leaves_one_line_and_no_traceback(logged, host):
    answer, lines = logged.lines_of(get("/nl/", host=host))
    assert answer.startswith(b"HTTP/1.1 400 ")
    said, line = lines
    name = LINE.fullmatch(line)["name"]
    assert re.match(rf"{MOMENT} {name} ERROR django\.security\.DisallowedHost: Invalid HTTP_HOST", said)
    assert said.isprintable()
    assert len(said) < 1200


# The reference --------------------------------------------------------------------------------------------


def reference_in(answer):
    return re.search(rf"<code>({NAME})</code>|urn:uuid:({NAME})", answer.decode())


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/nl/nergens/", 404),
        ("/fr/nulle-part/", 404),
        ("/nergens", 404),
        ("/nl/%00", 400),
        ("/data/x.json", 404),
    ],
)
def test_an_error_page_has_the_reference_of_its_line(logged, path, status):
    answer, lines = logged.lines_of(get(path, "X-Request-ID: 11111111-1111-4111-8111-111111111111"))
    assert answer.startswith(b"HTTP/1.1 %d " % status)
    found = reference_in(answer)
    assert f"\r\nX-Request-Id: {found[1] or found[2]}\r\n".encode() in answer
    assert LINE.fullmatch(lines[-1])["name"] == (found[1] or found[2])
    again, _lines = logged.lines_of(get(path))
    assert reference_in(again)[0] != found[0]


def test_a_page_that_may_be_kept_has_none(logged):
    for address in ("/nl/", "/data/worksites.json", "/sitemap.xml"):
        answer, lines = logged.lines_of(get(address))
        assert answer.startswith(b"HTTP/1.1 200 ")
        assert LINE.fullmatch(lines[0])["name"].encode() not in answer


def ask(**environ):
    """Ask the portal as gunicorn does; return the body of the answer and the reference it was given."""
    setup_testing_defaults(environ)
    environ["HTTP_HOST"] = "testserver"
    body = b"".join(application(environ, lambda *_args: None)).decode()
    return body, environ[ENVIRON_KEY]


@pytest.fixture
def written():
    """Return what the portal's own handler writes of its loggers meanwhile."""
    stream = StringIO()
    handler = logging.StreamHandler(stream)
    line = settings.LOGGING["formatters"]["line"]
    handler.setFormatter(LineFormatter(line["fmt"], style=line["style"]))
    loggers = [logging.getLogger(name) for name in ("accounts.audit", "django.request", "go4brussels.errors")]
    for logger in loggers:
        logger.addHandler(handler)
    yield stream
    for logger in loggers:
        logger.removeHandler(handler)


@pytest.mark.parametrize("prefix", ["/nl/", "/fr/", "/"])
def test_a_failure_is_told_under_its_reference_with_the_traceback(db, settings, written, prefix):
    settings.ROOT_URLCONF = __name__
    page, name = ask(PATH_INFO=f"{prefix}failing/")
    assert page.count(f"<code>{name}</code>") == (2 if prefix == "/" else 1)
    first, *rest = written.getvalue().removesuffix("\n").split("\n")
    assert re.fullmatch(
        rf"{MOMENT} {name} ERROR django\.request: Internal Server Error: {prefix}failing/", first
    )
    # No line of a traceback looks like one that the portal began.
    assert len(rest) > 5
    assert [line for line in rest if not line.startswith(f"  | {name} ")] == []
    assert all(line.isprintable() for line in rest)
    assert any("gone" in line for line in rest)


def test_the_bare_page_has_the_reference_too(db, monkeypatch, written):
    def broken(*args):
        raise RuntimeError("no templates")

    monkeypatch.setattr(errors, "render_to_string", broken)
    page, name = ask(PATH_INFO="/fr/nulle-part/")
    assert f"<code>{name}</code>" in page
    assert f" {name} ERROR go4brussels.errors: The page for error 404" in written.getvalue()


def test_an_audit_line_has_the_reference_of_its_request(database_for_good, written, rf):
    user = User.objects.create_user("els\nvals", password="a long enough password")

    def answer(environ, start_response):
        with audit.during(rf.get("/admin/", REMOTE_ADDR=f"x\n{FORGED}"[:45])):
            audit.record(audit.What.SIGNED_IN, f"subject\u2028{FORGED}", actor=user.get_username())
        return [b""]

    environ = {}
    traced(answer)(environ, None)
    line = written.getvalue().removesuffix("\n")
    assert f" {environ[ENVIRON_KEY]} INFO accounts.audit: " in line
    assert line.isprintable()
    assert r"actor='els\nvals'" in line


def test_what_belongs_to_no_request_has_no_reference():
    tracing.begin()
    tracing.end()
    record = logging.LogRecord("x", logging.INFO, "", 0, "said", (), None)
    assert LineFormatter("{request_name} {message}", style="{").format(record) == "- said"


def test_a_search_does_not_stand_in_gunicorn_s_own_log():
    record = logging.LogRecord("gunicorn.error", logging.ERROR, "", 0, "Error %s", ("/nl/?q=geheim",), None)
    assert WithoutSearches().filter(record)
    assert record.getMessage() == "Error /nl/?…"
