"""What anybody sends is refused before it is written or kept in memory; the longest form fits."""

import re
import select
import socket
import time
from pathlib import Path
from urllib.parse import urlencode, urlsplit

import pytest
from django import forms
from django.conf import settings
from django.test import Client

from go4brussels import limits
from initiatives.models import Worksite

from ..editing import change, form_of
from ..server import serve

MB = 1_000_000
BOUNDARY = "----portal"
FORM = f"multipart/form-data; boundary={BOUNDARY}"
PART = f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="a"; filename="a.bin"\r\n\r\n'
CSRF = "x" * 32


@pytest.fixture(scope="module")
def watched_server(prepared, tmp_path_factory):
    """Serve with a folder for temporary files of its own; return server and folder."""
    folder = tmp_path_factory.mktemp("uploads")
    temporary = folder / "tmp"
    temporary.mkdir()
    with serve(prepared, folder, TMPDIR=str(temporary)) as server:
        yield server, temporary


def peak(temporary):
    """Return how many bytes the largest process of this server has ever held."""
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            if f"TMPDIR={temporary}\0".encode() in (process / "environ").read_bytes():
                status = (process / "status").read_text()
                found.append(int(re.search(r"VmHWM:\s+(\d+)", status)[1]) * 1024)
        except (OSError, TypeError):
            continue  # gone meanwhile, or not ours
    return max(found)


def upload(server, path, size, kind=FORM, *, chunked=False, begin=PART):
    """Send a body of `size` bytes, as far as it is taken; return the answer, and how much was sent."""
    address = urlsplit(server.url)
    lines = [f"POST {path} HTTP/1.1", "Host: 127.0.0.1", f"Cookie: csrf={CSRF}", f"Content-Type: {kind}"]
    lines += ["Transfer-Encoding: chunked" if chunked else f"Content-Length: {size}", "", ""]
    piece = b"x" * 65536
    with socket.create_connection((address.hostname, address.port), timeout=20) as connection:
        connection.sendall("\r\n".join(lines).encode())
        sent, answer, first = 0, b"", begin.encode()
        try:
            while sent < size and not select.select([connection], [], [], 0)[0]:
                part, first = first + piece[: max(0, min(len(piece), size - sent) - len(first))], b""
                connection.sendall(b"%x\r\n%s\r\n" % (len(part), part) if chunked else part)
                sent += len(part)
        except ConnectionError:
            pass
        try:
            while received := connection.recv(65536):
                answer += received
        except ConnectionError:
            pass
        return answer, sent


PLACES = {
    "/admin/login/": 413,
    "/admin/": 413,
    "/admin/nergens/": 413,
    "/admin/initiatives/worksite/add/": 413,
    "/admin/language/setlang/": 413,
    "/nl/": 405,
    "/": 405,
    "/data/worksites.json": 405,
    "/sitemap.xml": 405,
    "/nergens/": 404,
}


@pytest.mark.parametrize("chunked", [False, True], ids=["length", "chunked"])
@pytest.mark.parametrize("kind", [FORM, "application/x-www-form-urlencoded"], ids=["file", "form"])
@pytest.mark.parametrize(("path", "status"), PLACES.items())
def test_forty_megabytes_are_not_read(watched_server, path, status, kind, chunked):
    server, temporary = watched_server
    before, memory, began = temporary.stat().st_mtime_ns, peak(temporary), time.monotonic()
    answer, sent = upload(server, path, 40 * MB, kind, chunked=chunked)
    assert answer.startswith(b"HTTP/1.1 %d " % status)
    assert b"\r\nConnection: close\r\n" in answer
    assert sent < 20 * MB  # what lies in the buffers of the system
    assert temporary.stat().st_mtime_ns == before
    assert peak(temporary) - memory < 5 * MB
    assert time.monotonic() - began < 5


@pytest.mark.parametrize("size", [100, 3000, 100_000, 1_000_000, limits.MAX_BODY])
@pytest.mark.parametrize("path", ["/admin/login/", "/admin/initiatives/worksite/add/"])
def test_a_file_that_is_no_longer_than_a_form_is_not_written_either(watched_server, path, size):
    server, temporary = watched_server
    before = temporary.stat().st_mtime_ns
    answer, _sent = upload(server, path, size)
    assert answer.startswith(b"HTTP/1.1 413 ")
    assert temporary.stat().st_mtime_ns == before


def test_a_little_too_much_is_read_and_forgotten_so_that_the_answer_arrives(watched_server):
    server, temporary = watched_server
    memory = peak(temporary)
    answer, sent = upload(
        server, "/admin/login/", limits.MAX_BODY + 1, "application/x-www-form-urlencoded", begin="a="
    )
    assert answer.startswith(b"HTTP/1.1 413 ")
    assert sent == limits.MAX_BODY + 1
    assert peak(temporary) - memory < 5 * MB


def test_the_server_goes_on(watched_server):
    server, _temporary = watched_server
    answer, _sent = upload(
        server, "/admin/login/", 10, "application/x-www-form-urlencoded", begin="username=a"
    )
    assert answer.startswith(b"HTTP/1.1 403 ")  # the token is none


BROKEN = [
    ("multipart/form-data", b"x"),
    ("multipart/form-data; boundary=", b"x"),
    ("multipart/form-data; boundary=\xe9", b"--x"),
    ("multipart/form-data; boundary=" + "b" * 500, b"x"),
    (FORM, b"--" + BOUNDARY.encode()),
    (FORM, f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="a"\r\n\r\n'.encode() + b"\xff\0"),
    (FORM, PART.replace("a.bin", "../../a\0").encode() + b"x"),
    (FORM, (PART.replace("\r\n\r\n", "\r\nContent-Transfer-Encoding: base64\r\n\r\n") + "=").encode()),
    ("application/x-www-form-urlencoded; charset=utf-7", b"a=b"),
    ("application/x-www-form-urlencoded; charset=nothing", b"a=b"),
    ("application/x-www-form-urlencoded", b"a=%ff&b=%00&%"),
    ("application/json", b"{"),
    ("\xff", b"x"),
]


@pytest.mark.parametrize(("kind", "body"), BROKEN, ids=range(len(BROKEN)))
def test_no_body_makes_the_sign_in_fail(db, kind, body):
    browser = Client(enforce_csrf_checks=True, raise_request_exception=False)
    browser.cookies[settings.CSRF_COOKIE_NAME] = CSRF
    response = browser.generic("POST", "/admin/login/", body, content_type=kind)
    assert response.status_code in (400, 403, 413)


@pytest.mark.parametrize(("path", "language"), [("/admin/login/", "nl"), ("/admin/login/", "fr")])
def test_too_many_fields_are_told_in_both_languages_of_the_admin(db, path, language):
    fields = urlencode([(f"a{number}", "") for number in range(limits.MAX_FIELDS + 1)])
    browser = Client(enforce_csrf_checks=True)
    browser.cookies[settings.CSRF_COOKIE_NAME] = CSRF
    response = browser.generic("POST", path, fields, content_type="application/x-www-form-urlencoded")
    assert response.status_code == 413
    assert response.headers["Cache-Control"] == "no-store"
    page = response.content.decode()
    assert {"nl": "Er is te veel verzonden", "fr": "L’envoi est trop volumineux"}[language] in page


# The longest form -----------------------------------------------------------------------------------------

LONG = 10_000  # where a field has no maximum of its own


def full(form):
    """Return what a form sends where each text in it is as long as it can be, in letters of two bytes."""
    sent = {}
    for bound in form:
        value = bound.value()
        name = bound.html_name
        if bound.field.disabled or (value is False):
            continue
        if isinstance(bound.field.widget, forms.Textarea):
            value = "é" * (getattr(bound.field, "max_length", None) or LONG)
        sent[name] = "" if value is None else bound.field.prepare_value(value)
    return sent


def test_the_longest_form_fits(db, publisher):
    longest = max(Worksite.objects.all(), key=lambda each: each.measure_set.count())
    page = publisher.get(change(longest))
    parts = [page.context["adminform"].form]
    for inline in page.context["inline_admin_formsets"]:
        parts += [inline.formset.management_form, *inline.formset.forms]
    sent = {name: value for form in parts for name, value in full(form).items()}
    body = urlencode(sent, doseq=True)
    as_it_is = urlencode(form_of(publisher, longest), doseq=True)
    print(f"{longest.code}: {len(sent)} fields, {len(body)} bytes; as it is {len(as_it_is)} bytes")
    assert len(sent) * 2 < limits.MAX_FIELDS
    assert len(as_it_is) * 100 < len(body) < limits.MAX_BODY
    response = publisher.generic(
        "POST", change(longest), body, content_type="application/x-www-form-urlencoded"
    )
    assert response.status_code in (200, 302)


def test_the_proxy_lets_through_what_the_portal_answers():
    text = (settings.BASE_DIR / "deploy" / "nginx.conf").read_text()
    admin = re.search(r"location \^~ /admin/ \{(.*?)\}", text, re.DOTALL)[1]
    assert f"client_max_body_size {limits.MAX_FORGOTTEN // limits.KIB // limits.KIB}m;" in admin
    assert limits.MAX_BODY < limits.MAX_FORGOTTEN
    everywhere = int(re.search(r"client_max_body_size (\d+)k;", text)[1])
    assert everywhere * limits.KIB <= limits.MAX_UNREAD
    assert settings.ADMIN_PATH == "/admin/"
    # A header as long as one that nginx lets through is read by gunicorn too.
    fields = int(re.search(r"large_client_header_buffers \d+ (\d+)k;", text)[1])
    gunicorn = (settings.BASE_DIR / "go4brussels" / "gunicorn.py").read_text()
    assert int(re.search(r"limit_request_field_size = ([\d_]+)", gunicorn)[1]) == fields * limits.KIB
