"""What nginx does with the file that is shipped, in front of an application that does as it is told."""

import re
import socket
import ssl
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from ..faults.load import unchecked
from ..nginx import NAME, SHIPPED, nginx, wait_for
from ..upstream import BRIEF, FRESH, App, small_mirror

pytestmark = pytest.mark.any_database


@pytest.fixture(scope="module")
def mirror(tmp_path_factory):
    return small_mirror(tmp_path_factory.mktemp("mirror"))


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
    app.delay = 1.5  # The reader does not wait for it.
    start = time.monotonic()
    assert front.ask("/nl/renewed/")[1] == good
    assert time.monotonic() - start < 1.2
    wait_for(lambda: app.asked[-1][2].get("If-None-Match") == '"of-it"', "It was not asked whether it holds.")


def test_a_copy_that_is_older_than_the_portal_allows_is_not_shown_while_it_answers(front, app):
    app.cache = BRIEF.replace("stale-while-revalidate=60", "stale-while-revalidate=1")
    front.ask("/nl/old/")
    app.headers = {"ETag": '"another"', "X-Robots-Tag": "new"}
    time.sleep(3.1)  # nginx counts whole seconds
    assert front.ask("/nl/old/", accept_encoding="identity")[0].headers["X-Robots-Tag"] == "new"


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


def test_the_reference_of_an_error_stands_in_the_log(front, app):
    app.status, app.headers = 404, {"X-Request-Id": "3f1c"}
    assert front.ask("/admin/lost/")[0].headers["X-Request-Id"] == "3f1c"
    [line] = [line for line in front.log().splitlines() if " /admin/lost/ " in line]
    assert line.endswith(" 3f1c")


def test_it_compresses_nothing_itself_whatever_debian_turns_on(mirror, tmp_path):
    """A page of the admin holds secrets beside what a request says: who compresses it has to know that."""
    app = App()
    app.coding, app.headers = False, {"Content-Type": "text/html"}
    with nginx(tmp_path / "nginx", app.address, mirror, more="gzip on; gzip_min_length 1;") as front:
        for path in ("/admin/", "/nl/"):
            assert "Content-Encoding" not in front.ask(path, accept_encoding="gzip")[0].headers
    app.stop()


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
