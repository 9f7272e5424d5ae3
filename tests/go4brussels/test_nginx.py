"""What nginx does with the file that is shipped, in front of an application that does as it is told."""

import re
import socket
import ssl
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from ..nginx import NAME, SHIPPED, nginx, unchecked, wait_for

FRESH = "public, max-age=60, stale-while-revalidate=60, stale-if-error=86400"
BRIEF = FRESH.replace("max-age=60", "max-age=1")
# What nginx takes for this machine, and counts no requests of.
OWN = '    127.0.0.1 "";\n'


class App:
    """An application that answers every request alike, and remembers what it was asked."""

    def __init__(self):
        self.status, self.cache, self.delay, self.headers, self.asked = 200, FRESH, 0.0, {}, []
        app = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self):
                self.rfile.read(int(self.headers.get("Content-Length", 0)))
                app.asked.append((self.command, self.path, self.headers))
                time.sleep(app.delay)
                body = f"{app.status} {self.path} {self.headers['Accept-Encoding']}".encode()
                status = app.status
                if self.headers["If-None-Match"] == '"of-it"' and status == 200:
                    status, body = 304, b""
                self.send_response(status)
                given = {"Cache-Control": app.cache, "ETag": '"of-it"', "Vary": "Accept-Encoding"}
                for name, value in (given | app.headers).items():
                    self.send_header(name, value)
                if coding := self.headers["Accept-Encoding"]:
                    self.send_header("Content-Encoding", coding)
                if status != 304:
                    self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(b"" if self.command == "HEAD" else body)

            do_HEAD = do_POST = do_GET

            def log_message(self, *_line):
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    @property
    def address(self):
        return f"127.0.0.1:{self.server.server_port}"

    def paths(self, start="/"):
        return [path for _method, path, _headers in self.asked if path.startswith(start)]

    def stop(self):
        self.server.shutdown()
        self.server.server_close()


@pytest.fixture(scope="module")
def mirror(tmp_path_factory):
    """Return a mirror of one page, one style sheet and the pages that tell of errors."""
    folder = tmp_path_factory.mktemp("mirror")
    texts = {
        "site/nl/index.html": "the page in the mirror",
        "site/static/old.css": "the style sheet in the mirror",
        "errors/nl/404.html": "not there",
        "errors/nl/503.html": "not now",
        "errors/both/503.html": "not now, in both",
        "errors/data/503.json": "{}",
        "nginx/file.map": '"/" "index.html";\n"/nl/" "nl/index.html";\n"/static/old.css" "static/old.css";\n',
        "nginx/content-type.map": 'default "text/html; charset=utf-8";\n',
        "nginx/x-content-type-options.map": 'default "nosniff";\n',
        "nginx/cache-control.map": 'default "public, max-age=1";\n',
    }
    for name, text in texts.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)
    return folder


@pytest.fixture(scope="module")
def front(mirror, tmp_path_factory):
    """Return nginx in front of an application."""
    app = App()
    with nginx(tmp_path_factory.mktemp("nginx"), app.address, mirror) as running:
        running.app = app
        yield running
    app.stop()


@pytest.fixture
def app(front):
    """Return the application, which does nothing out of the ordinary yet."""
    app = front.app
    app.status, app.cache, app.delay, app.headers = 200, FRESH, 0.0, {}
    app.asked.clear()
    return app


def test_a_page_is_asked_for_once(front, app):
    found = [front.ask("/nl/once/", accept_encoding="br")[1] for _ in range(3)]
    assert found == [b"200 /nl/once/ br"] * 3
    assert app.paths() == ["/nl/once/"]


def test_each_coding_is_kept_and_no_other(front, app):
    asked = {
        "br": "gzip, deflate, br, zstd",
        "gzip": "gzip, deflate",
        None: "identity",
    }
    for coding, header in asked.items():
        response, body = front.ask("/nl/coded/", accept_encoding=header)
        assert (response.headers["Content-Encoding"], body) == (coding, f"200 /nl/coded/ {coding}".encode())
    for header in ("br;q=0, gzip;q=0.5", "deflate,GZIP", "gzip;q=1.0, br;q=0.000"):
        assert front.ask("/nl/coded/", accept_encoding=header)[1] == b"200 /nl/coded/ gzip"
    assert front.ask("/nl/coded/", accept_encoding="x-br, brotli, *")[1] == b"200 /nl/coded/ None"
    assert len(app.asked) == 3


def test_a_query_that_a_page_does_not_read_splits_nothing(front, app):
    for query in ("", "?utm_source=a", "?utm_source=b&sector=x", "?"):
        front.ask(f"/nl/werven/queried/{query}")
    assert len(app.asked) <= 2  # with the question mark that asks nothing
    front.ask("/nl/werven/first/?utm_source=a")
    assert app.paths("/nl/werven/first/") == ["/nl/werven/first/?utm_source=a"]


@pytest.mark.parametrize(
    "path",
    ["/nl/maatregelen/", "/fr/mesures/", "/nl/wijzigingen/", "/fr/chantiers/a/carte/", "/nl/werven/a/kaart/"],
)
def test_a_query_that_a_page_reads_is_kept_apart(front, app, path):
    found = [front.ask(f"{path}?{query}")[1] for query in ("a=1", "a=2", "a=1", "a=2", "a=1&a=2")]
    assert len(set(found)) == len(app.asked) == 3
    assert front.ask(path)[1] == f"200 {path} None".encode()


def test_a_permalink_is_kept_for_each_language(front, app):
    app.headers = {"Vary": "Accept-Language, Accept"}
    for wish in ("nl", "fr", "nl"):
        front.ask("/id/worksite/1.4-02", accept_language=wish)
    front.ask("/id/worksite/1.4-02", accept_language="nl", accept="application/json")
    assert len(app.asked) == 3


def test_what_is_answered_under_another_writing_is_not_taken_for_the_page(front, app):
    app.status, app.headers = 301, {"Location": "/nl/elsewhere/"}
    for odd in ("/nl//written/", "/nl/./written/", "/nl/%77ritten/", "/nl/written/%3f", "/nl/x/../written/"):
        assert front.ask(odd)[0].status == 301
    app.status, app.headers = 200, {}
    assert front.ask("/nl/written/")[0].status == 200


def test_a_reader_who_has_the_page_gets_304_and_the_application_no_question(front, app):
    front.ask("/nl/validated/")
    response, body = front.ask("/nl/validated/", if_none_match='"of-it"')
    assert (response.status, body, response.headers["ETag"]) == (304, b"", '"of-it"')
    assert response.headers["Cache-Control"] == FRESH
    response, body = front.ask("/nl/validated/", method="HEAD")
    assert (response.status, body, response.headers["Content-Length"]) == (200, b"", "23")
    assert len(app.asked) == 1


def test_of_many_who_ask_at_once_one_asks_the_application(front, app):
    app.delay = 0.3
    with ThreadPoolExecutor(40) as pool:
        found = list(pool.map(lambda _: front.ask("/nl/crowded/")[1], range(40)))
    assert found == [b"200 /nl/crowded/ None"] * 40
    assert len(app.asked) == 1


def test_a_page_is_renewed_behind_the_reader_and_a_failure_replaces_nothing(front, app):
    app.cache = BRIEF
    good = front.ask("/nl/renewed/")[1]
    app.status = 500
    for _attempt in range(3):
        time.sleep(1.05)
        response, body = front.ask("/nl/renewed/")
        assert (response.status, body) == (200, good)
    assert len(app.asked) > 1
    app.status = 200
    app.delay = 0.5  # The reader does not wait for it.
    start = time.monotonic()
    assert front.ask("/nl/renewed/")[1] == good
    assert time.monotonic() - start < 0.4
    wait_for(lambda: app.asked[-1][2].get("If-None-Match") == '"of-it"', "It was not asked whether it holds.")


@pytest.mark.parametrize("status", [500, 502, 503, 504])
def test_where_nothing_is_kept_the_mirror_answers(front, app, status):
    app.status, app.cache = status, "no-store"
    response, body = front.ask(f"/nl/?{status}")
    assert (response.status, body) == (200, b"the page in the mirror")
    assert response.headers["Content-Type"] == "text/html; charset=utf-8"
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert len(app.asked) == 1


def test_the_portal_is_believed_where_the_mirror_knows_nothing(front, app):
    app.status, app.cache = 503, "no-store"
    response, body = front.ask("/nl/werven/new/")
    assert (response.status, body, response.headers["Retry-After"]) == (503, b"not now", "60")
    app.status = 404
    response, body = front.ask("/nl/werven/none/")
    assert (response.status, body) == (404, b"404 /nl/werven/none/ None")


def test_static_files_of_the_last_release_still_answer(front, app):
    app.cache = "max-age=315360000, public, immutable"
    kept = front.ask("/static/kept.css")[1]
    app.status, app.cache = 404, "no-store"
    assert front.ask("/static/kept.css") and front.ask("/static/kept.css?again")[1] == kept
    response, body = front.ask("/static/old.css")
    assert (response.status, body) == (200, b"the style sheet in the mirror")
    response, body = front.ask("/static/never.css")
    assert response.status == 404


@pytest.mark.parametrize("path", ["/nl/zoeken/", "/fr/recherche/", "/admin/login/"])
def test_what_is_asked_of_the_portal_itself_is_kept_nowhere(front, app, path):
    for _ in range(2):
        front.ask(f"{path}?q=secret-{path[1:3]}")
    assert len(app.asked) == 2
    app.status, app.headers = 503, {"Retry-After": "7"}
    response, body = front.ask(f"{path}?q=a")
    assert (response.status, response.headers["Retry-After"]) == (503, "7")
    assert body == f"503 {path}?q=a None".encode()


def test_no_query_stands_in_a_log_and_no_search_on_the_disk(front, app):
    front.ask("/nl/zoeken/?q=somethingprivate")
    front.ask("/nl/somewhere/?q=somethingprivate", referer="https://x.example/?q=somethingprivate")
    log = front.log()
    assert " GET /nl/zoeken/ 200 " in log and " GET /nl/somewhere/ 200 " in log
    assert "private" not in log and not re.search(r"\?\S", log)
    kept = [path for path in (front.folder / "cache").rglob("*") if path.is_file()]
    assert kept and not [path for path in kept if b"zoeken" in path.read_bytes()]


def test_it_tells_the_portal_who_asks_and_no_more(front, app):
    asked = {"cookie": "a=1", "x_forwarded_for": "10.0.0.1", "x_forwarded_proto": "http"}
    front.ask("/nl/told/", **asked)
    front.ask("/admin/", **asked)
    (_, _, public), (_, _, admin) = app.asked
    for headers in (public, admin):
        told = [headers[name] for name in ("Host", "X-Forwarded-For", "X-Forwarded-Proto")]
        assert told == [NAME, "127.0.0.1", "https"]
    assert "Cookie" not in public and admin["Cookie"] == "a=1"


def test_forms_reach_the_portal_and_long_ones_do_not(front, app):
    assert front.ask("/admin/x/", "POST", b"a" * 5_000_000)[0].status == 200
    assert front.ask("/nl/x/", "POST", b"a" * 1000)[0].status == 200
    assert front.ask("/nl/x/", "POST", b"a" * 20_000)[0].status == 413
    assert [method for method, _path, _headers in app.asked] == ["POST", "POST"]


def test_plain_http_leads_to_https(front):
    with socket.create_connection(("127.0.0.1", front.plain_port)) as connection:
        connection.sendall(f"GET /nl/?a=1 HTTP/1.0\r\nHost: {NAME}\r\n\r\n".encode())
        answer = connection.recv(4096).decode()
    assert answer.startswith("HTTP/1.1 301 ") and f"Location: https://{NAME}/nl/?a=1\r\n" in answer


def test_it_speaks_http_2(front):
    context = unchecked()
    context.set_alpn_protocols(["h2", "http/1.1"])
    with (
        socket.create_connection(("127.0.0.1", front.port)) as plain,
        context.wrap_socket(plain, server_hostname=NAME) as connection,
    ):
        assert connection.selected_alpn_protocol() == "h2"
        assert connection.version() == "TLSv1.3"


def test_old_tls_is_refused(front):
    context = unchecked()
    with pytest.warns(DeprecationWarning):
        context.minimum_version, context.maximum_version = ssl.TLSVersion.TLSv1, ssl.TLSVersion.TLSv1_1
    context.set_ciphers("ALL:@SECLEVEL=0")
    with socket.create_connection(("127.0.0.1", front.port)) as plain, pytest.raises((ssl.SSLError, OSError)):
        context.wrap_socket(plain, server_hostname=NAME)


def half_a_request(front):
    plain = socket.create_connection(("127.0.0.1", front.port), timeout=10)
    connection = unchecked().wrap_socket(plain, server_hostname=NAME)
    connection.sendall(b"GET /nl/half/ HTTP/1.1\r\nHost: ")
    return connection


def test_who_sends_half_a_request_is_cut_off_and_holds_nobody_up(mirror, tmp_path):
    app = App()
    with nginx(
        tmp_path / "nginx",
        app.address,
        mirror,
        changes={"client_header_timeout 10s": "client_header_timeout 1s"},
    ) as front:
        held = [half_a_request(front) for _ in range(100)]
        start = time.monotonic()
        assert front.ask("/nl/quick/")[0].status == 200
        assert time.monotonic() - start < 1
        for connection in held:
            assert connection.recv(4096) == b""
            connection.close()
        assert time.monotonic() - start < 5
    app.stop()


LIMITED = {
    OWN: "",
    "rate=100r/s": "rate=1r/s",
    "zone=go4brussels_pages burst=1000": "zone=go4brussels_pages burst=9",
    "rate=10r/s": "rate=1r/s",
    "zone=go4brussels_search burst=100": "zone=go4brussels_search burst=4",
    "rate=30r/m": "rate=1r/m",
    "zone=go4brussels_sign_in burst=20": "zone=go4brussels_sign_in burst=2",
    "go4brussels_at_once 50": "go4brussels_at_once 3",
    "allow 127.0.0.1;": "",
}


@pytest.fixture
def strict(mirror, tmp_path):
    """Return nginx with low limits, to which this machine is like any other."""
    app = App()
    with nginx(tmp_path / "nginx", app.address, mirror, changes=LIMITED) as running:
        running.app = app
        yield running
    app.stop()


def test_who_asks_too_much_is_told_to_wait(strict):
    found = [strict.ask("/nl/") for _ in range(14)]
    statuses = [response.status for response, _body in found]
    assert 8 <= statuses.count(200) <= 12 and statuses[-1] == 429
    response, body = found[-1]
    assert response.headers["Retry-After"] == "10" and response.headers["Cache-Control"] == "no-store"
    assert "Wacht tien seconden" in body.decode() and "Attendez dix secondes" in body.decode()


def test_searches_and_passwords_have_limits_of_their_own(strict):
    statuses = [strict.ask("/nl/zoeken/?q=a")[0].status for _ in range(8)]
    assert statuses[:5] == [200] * 5 and statuses[-1] == 429
    statuses = [strict.ask("/admin/login/", "POST", b"a=1")[0].status for _ in range(5)]
    assert statuses == [200, 200, 200, 429, 429]
    assert strict.ask("/admin/login/")[0].status == 200


def test_one_address_does_not_take_all_connections(strict):
    strict.app.delay = 0.5
    with ThreadPoolExecutor(5) as pool:
        statuses = sorted(pool.map(lambda _: strict.ask("/fr/recherche/")[0].status, range(5)))
    assert statuses == [200, 200, 200, 429, 429]


def test_who_is_elsewhere_does_not_see_how_the_portal_is(strict, front, app):
    for path in ("/healthz", "/readyz"):
        assert strict.ask(path)[0].status == 404
        assert front.ask(path)[0].status == 200


def test_without_portal_and_mirror_there_is_a_sentence(tmp_path):
    with nginx(tmp_path / "nginx") as front:
        for path in ("/", "/nl/zoeken/?q=a", "/admin/", "/data/worksites.json", "/id/worksite/1.4-02"):
            response, body = front.ask(path)
            assert response.status == 503, path
            assert response.headers["Retry-After"] == "60" and response.headers["Cache-Control"] == "no-store"
            assert "Probeer het over een minuut opnieuw" in body.decode()
            assert "Réessayez dans une minute" in body.decode()


def test_it_needs_nothing_replaced_but_what_it_tells():
    text = SHIPPED.read_text(encoding="utf-8")
    told = re.search(r"put yours in the place of\n(.*?)\n\n", text, re.DOTALL)[1]
    for value in ("go4brussels.example", "/etc/ssl/go4brussels/", "127.0.0.1:8000", "/var/log/nginx/"):
        assert value in told and text.count(value) > 1
    places = re.findall(r"(?<![\w.~^:])/(?:etc|var)/[\w/.-]+\w", text[text.index("log_format") :])
    assert not [place for place in places if not any(place.startswith(each) for each in told.split())]
