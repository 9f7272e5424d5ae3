"""What anybody may send to the real server: no header changes what was asked, and nothing makes it fail."""

import re
import socket
from urllib.parse import urlsplit

import pytest

from ..server import serve


def send(server, request):
    """Send bytes as they stand; return the answer, "" where the server just hung up."""
    address = urlsplit(server.url)
    with socket.create_connection((address.hostname, address.port), timeout=20) as connection:
        connection.sendall(request)
        connection.shutdown(socket.SHUT_WR)
        return b"".join(iter(lambda: connection.recv(65536), b""))


def ask(server, path="/nl/", *headers, method="GET", host="127.0.0.1"):
    """Return the status, the headers and the body of the answer to a request with these lines as headers."""
    lines = [f"{method} {path} HTTP/1.1", f"Host: {host}", "Connection: close", *headers, "", ""]
    head, _, body = send(server, "\r\n".join(lines).encode("latin-1")).partition(b"\r\n\r\n")
    first, *rest = head.decode("latin-1").split("\r\n")
    fields = dict(line.split(": ", 1) for line in rest)
    return int(first.split()[1]), {name.lower(): value for name, value in fields.items()}, body


@pytest.fixture(scope="module")
def plain(server):
    return ask(server)[2]


# Headers that claim to be more --------------------------------------------------------------------------

NAMES = ["SCRIPT_NAME", "script_name", "Script_Name", "SCRIPT-NAME", "PATH_INFO", "Path_Info", "PATH-INFO"]
NAMES += ["REMOTE_USER", "Remote-User", "REMOTE_ADDR", "HTTP_HOST", "SERVER_NAME", "REQUEST_METHOD"]
NAMES += ["X_FORWARDED_FOR", "X-Forwarded-For", "X_FORWARDED_PROTO", "X-Forwarded-Proto", "X-Forwarded-Host"]
NAMES += ["X-Forwarded-Prefix", "X-Script-Name", "X-Original-URL", "X-Rewrite-URL", "X-HTTP-Method-Override"]
NAMES += ["Forwarded", "QUERY_STRING", "CONTENT_LENGTH", "wsgi.url_scheme", "X-Forwarded-Ssl", "Proxy"]


@pytest.mark.parametrize("value", ["/admin/", "/nl", "https", "x\xe9"])
@pytest.mark.parametrize("name", NAMES)
def test_no_header_changes_what_is_asked(server, plain, name, value):
    status, _headers, body = ask(server, "/nl/", f"{name}: {value}")
    assert (status, body) == (200, plain)


def test_two_headers_that_disagree_on_the_scheme_are_both_ignored(server):
    assert ask(server, "/nl/", "X-Forwarded-Proto: http", "X-Forwarded-Ssl: on")[0] == 200


@pytest.mark.parametrize("is_behind", ["0", "1"])
def test_only_behind_a_proxy_it_believes_who_says_that_this_is_https(prepared, tmp_path, is_behind):
    with serve(prepared, tmp_path, SITE_URL="https://portal.example", BEHIND_PROXY=is_behind) as server:
        found = {
            header: ask(server, "/nl/", header, host="portal.example")[0]
            for header in (
                "X-Forwarded-Proto: https",
                "X-Forwarded-Proto: http",
                "X_Forwarded_Proto: https",
                "X-Forwarded-Ssl: on",
                "SCRIPT_NAME: /admin/",
            )
        }
    assert found.pop("X-Forwarded-Proto: https") == (200 if is_behind == "1" else 301)
    assert set(found.values()) == {301}


# Cookies ------------------------------------------------------------------------------------------------

COOKIES = ["legacy=%E9", "legacy=\xe9", "legacy=%00", 'legacy="\\000"', 'legacy="open', "=;;=;", "a" * 9000]
COOKIES += ["language=%00", "session=\xff", 'session="\\000\\001"', "csrf=%00", "legacy=" + "x" * 40_000]


@pytest.mark.parametrize("cookie", COOKIES, ids=range(len(COOKIES)))
def test_no_cookie_keeps_a_reader_out(server, plain, cookie):
    status, _headers, body = ask(server, "/nl/", f"Cookie: {cookie}")
    assert (status, body) == (200, plain)


@pytest.mark.parametrize("cookie", COOKIES, ids=range(len(COOKIES)))
def test_no_cookie_keeps_an_editor_from_signing_in(server, cookie):
    assert ask(server, "/admin/login/", f"Cookie: {cookie}")[0] == 200
    assert ask(server, "/admin/", f"Cookie: {cookie}")[0] == 302


# Everything else ----------------------------------------------------------------------------------------

LINES = [
    b"",
    b"\r\n\r\n",
    b"\0",
    b"GET",
    b"GET /nl/",
    b"GET  /nl/ HTTP/1.1\r\n\r\n",
    b"G\xffT / HTTP/1.1\r\n\r\n",
]
LINES += [
    b"GET / HTTP/9.9\r\n\r\n",
    b"GET / HTTP/1.1\r\nHost\r\n\r\n",
    b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc",
]
LINES += [b"GET / HTTP/1.1\r\n Host: x\r\n\r\n", b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nX: a\0b\r\n\r\n"]
LINES += [b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", b"GET /nl/ HTTP/1.0\r\n\r\n", b"OPTIONS * HTTP/1.1\r\n\r\n"]
LINES += [b"POST / HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: -1\r\n\r\n"]
LINES += [b"POST / HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 9\r\nContent-Length: 8\r\n\r\n"]
LINES += [b"POST /nl/ HTTP/1.1\r\nHost: 127.0.0.1\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n"]
LINES += [b"GET /nl/ HTTP/1.1\r\nHost: 127.0.0.1\r\nExpect: a-miracle\r\n\r\n"]
PATHS = ["/%", "/%zz", "/%00", "/nl/%00/", "/%ff", "/nl/\xff/", "/nl/?q=\xff", "/nl/%c3%28/", "/nl/%2e%2e/"]
PATHS += ["//evil.example", "///", "/\\evil.example", "/nl/..;/admin/", "/nl//werven/", "*", "nl", "?", "#"]
PATHS += ["http://127.0.0.1/nl/", "http://evil.example/nl/", "http://[::1/", "http://", "javascript:alert(1)"]
PATHS += ["/" + "a" * 3000, "/nl/werven/" + "a" * 3000, "/nl/?q=" + "a" * 3000, "/" + "a" * 9000, "/a" * 1900]
PATHS += ["/id/worksite/%0d%0aX:y", "/nl/werven/bouw%0d%0a/", "/picture/worksite/1.4-02.xx.png"]
PATHS += ["/nl/werven/bouw/versies/99999999999999999999/", "/nl/wijzigingen/?page=99999999999999999999999"]
PATHS += ["/nl/zoeken/?q=" + "(" * 500, "/oembed?url=http://[", "/data/.zip", "/static/../x", "/static/%00"]
PATHS += ["/nl/?" + "&".join(f"a{number}" for number in range(1500)), "/favicon.ico/", "/%F0%9F%8F%97/"]
HEADERS = [
    f"Range: {value}" for value in ("bytes=0-", "bytes=9-1", "bytes=x", "bytes=-1", "x", "bytes=0-1,3-4")
]
HEADERS += [f"If-None-Match: {value}" for value in ("*", "", '"', "W/", '"a', "\xff", '"a","b",' * 500)]
HEADERS += [f"If-Match: {value}" for value in ("*", '"x"', "\xff")]
HEADERS += [
    f"If-Modified-Since: {value}" for value in ("0", "Thu, 32 Foo 99999 25:61:61 GMT", "\xff", "9" * 400)
]
HEADERS += [
    "If-Modified-Since: Sun, 06 Nov 0000 08:49:37 GMT",
    "If-Unmodified-Since: Mon, 01 Jan 0001 00:00:00 GMT",
]
HEADERS += [f"Accept: {value}" for value in ("x", "*/*;q=x", ";", "a/b;q=1e999", ",,,", "text/html;q=nan")]
HEADERS += [f"Accept-Encoding: {value}" for value in ("br;q=x", ";;", "*", "gzip;q=-1", "\xff", "br," * 2000)]
HEADERS += [
    f"Accept-Language: {value}" for value in ("*;q=x", "nl;q=9", "\xff", "x-" * 3000, "nl," * 2000, "-")
]
HEADERS += [f"Accept-Charset: {value}" for value in ("\xff",)] + ["Content-Type: \xff", "Content-Length: x"]
HEADERS += ["Referer: \xff", "User-Agent: \xff", "Origin: null", "X-Forwarded-For: \xff,\xff", "Upgrade: h2c"]
HOSTS = [
    "",
    "\xff",
    "a b",
    "evil.example",
    "127.0.0.1:x",
    "127.0.0.1:99999",
    "[::1",
    "-",
    "127.0.0.1,evil",
    "@",
]
PLACES = ("/nl/", "/data/worksites.json", "/id/worksite/1.4-02", "/admin/login/", "/nl/wijzigingen/atom.xml")


def status_of(answer):
    return int(answer.split()[1]) if answer else None


def test_no_request_makes_the_server_fail(server):
    failed = {line: status for line in LINES if (status := status_of(send(server, line)) or 0) >= 500}
    assert failed == {}


@pytest.mark.parametrize("method", ["GET", "HEAD", "POST", "OPTIONS", "TRACE", "FOO"])
def test_no_address_makes_the_server_fail(server, method):
    failed = {path: status for path in PATHS if (status := ask(server, path, method=method)[0]) >= 500}
    assert failed == {}


def test_no_address_leads_to_another_site(server):
    for path in PATHS:
        status, headers, _body = ask(server, path)
        if status in (301, 303, 308):
            assert re.match(r"/(?!/|\\)", headers["location"]), path


@pytest.mark.parametrize("place", [*PLACES, "static"])
def test_no_header_makes_the_server_fail(server, place):
    path = place if place != "static" else re.search(rb'/static/css/[^"]+', ask(server)[2])[0].decode()
    failed = {header: status for header in HEADERS if (status := ask(server, path, header)[0]) >= 500}
    failed |= {host: status for host in HOSTS if (status := ask(server, path, host=host)[0]) >= 500}
    assert failed == {}


def test_the_server_goes_on_after_all_that(server, plain):
    assert ask(server)[2] == plain
