"""What no response may lack or carry: headers, cookies, hosts, broken requests, the machine rooms."""

import gzip
import re
import shutil
from datetime import UTC, datetime, timedelta
from io import BytesIO

import brotli
import pytest
from django.conf import settings
from django.db import OperationalError, connection
from django.templatetags.static import static
from django.test import Client, override_settings
from PIL import Image

from go4brussels import middleware

pytestmark = pytest.mark.django_db

# A way to every kind of response, and its status.
KINDS = {
    "/": 200,
    "/nl/": 200,
    "/fr/chantiers/": 200,
    "/nl/werven": 301,
    "/nl/nergens/": 404,
    "/nergens": 404,
    "/nl/?q=%00": 400,
    "/sitemap.xml": 200,
    "/robots.txt": 200,
    "/.well-known/security.txt": 200,
    "/healthz": 200,
    "/readyz": 200,
    "/admin/": 302,
    "/admin/login/": 200,
    "static": 200,
}


@pytest.fixture(autouse=True)
def security_email(settings):
    """Set an address for vulnerabilities: without one there is no security.txt."""
    settings.SECURITY_EMAIL = "safe@publisher.example"


PUBLIC = [path for path in KINDS if not path.startswith("/admin/")]


def get(client, path, **options):
    return client.get(static("css/portal.css") if path == "static" else path, **options)


def policy(response):
    """Return the Content-Security-Policy as `{directive: [sources]}`."""
    directives = response.headers["Content-Security-Policy"].split(";")
    return {name: sources for name, *sources in (directive.split() for directive in directives)}


# Headers ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", KINDS)
def test_it_sends_the_headers_with_every_kind_of_response(client, path):
    response = get(client, path)
    assert response.status_code == KINDS[path]
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert response.headers["Referrer-Policy"] == "same-origin"
    assert response.headers["Cross-Origin-Opener-Policy"] == "same-origin"
    assert response.headers["Cross-Origin-Resource-Policy"] == "same-origin"
    assert "camera=()" in response.headers["Permissions-Policy"]
    sources = policy(response)
    assert sources["default-src"] == ["'none'"]
    assert sources["frame-ancestors"] == ["'none'"]
    assert sources["base-uri"] == ["'none'"]
    assert not re.search(r"unsafe-|\*|https?:", response.headers["Content-Security-Policy"])


@pytest.mark.parametrize("path", PUBLIC)
def test_public_responses_allow_no_script(client, path):
    sources = policy(get(client, path))
    assert "script-src" not in sources
    assert sources["style-src"] == ["'self'"]
    assert sources["img-src"] == ["'self'"]
    assert sources["connect-src"] == ["'self'"], "audits ask for robots.txt from within the page"


def test_the_headers_hold_when_a_view_fails(client, monkeypatch):
    monkeypatch.setattr("initiatives.pages.sitemap.public_pages", lambda: 1 / 0)
    client.raise_request_exception = False
    response = client.get("/sitemap.xml")
    assert response.status_code == 500
    assert policy(response)["default-src"] == ["'none'"]
    assert response.headers["X-Content-Type-Options"] == "nosniff"


# Cookies and sessions ---------------------------------------------------------------------------------


def test_no_public_page_sets_or_reads_a_cookie(client, site):
    for path in [*PUBLIC, *(path for paths in site for path in paths.values())]:
        response = get(client, path, headers={"accept-language": "fr"})
        assert not response.cookies, path
        assert "Cookie" not in response.headers.get("Vary", ""), path
        assert "Accept-Language" not in response.headers.get("Vary", ""), path


def test_cookies_and_accept_language_change_nothing_on_a_public_page(client):
    plain = client.get("/nl/").content
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "fr"
    client.cookies[settings.SESSION_COOKIE_NAME] = "x" * 32
    assert client.get("/nl/", headers={"accept-language": "fr"}).content == plain


# Hosts and addresses ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "host", ["evil.example", "testserver.evil.example", "testserver@evil.example", "évil"]
)
def test_it_refuses_a_foreign_host(client, host):
    response = client.get("/nl", headers={"host": host})
    assert response.status_code == 400
    assert "evil" not in response.content.decode()


@override_settings(ALLOWED_HOSTS=["*"])
def test_no_address_comes_from_the_host_header(client, site):
    for path in [
        "/",
        "/sitemap.xml",
        "/robots.txt",
        "/.well-known/security.txt",
        *(paths["fr"] for paths in site),
    ]:
        assert "evil.example" not in client.get(path, headers={"host": "evil.example"}).content.decode(), path


def test_it_names_its_pages_by_the_address_of_the_site(client, site):
    for paths in site:
        for path in paths.values():
            page = client.get(path, headers={"host": "127.0.0.1"}).content.decode()
            assert f'<link rel="canonical" href="{settings.SITE_URL}{path}">' in page


# HTTPS ------------------------------------------------------------------------------------------------


@pytest.fixture
def https_site():
    """Return a client for the portal behind a proxy that ends TLS; test_settings.py has the settings."""
    with override_settings(
        SECURE_SSL_REDIRECT=True,
        SECURE_SSL_HOST="testserver",
        SECURE_HSTS_SECONDS=31_536_000,
        SECURE_HSTS_INCLUDE_SUBDOMAINS=True,
        SECURE_HSTS_PRELOAD=True,
        SECURE_PROXY_SSL_HEADER=("HTTP_X_FORWARDED_PROTO", "https"),
        SESSION_COOKIE_SECURE=True,
        CSRF_COOKIE_SECURE=True,
    ):
        yield Client()


def test_an_https_site_sends_http_on(https_site):
    response = https_site.get("/nl/werven/?a=1", headers={"x-forwarded-proto": "http"})
    assert response.status_code == 301
    assert response.headers["Location"] == "https://testserver/nl/werven/?a=1"


def test_an_https_site_answers_its_orchestrator_over_http(https_site):
    assert https_site.get("/healthz").status_code == 200
    assert https_site.get("/readyz").status_code == 200


def test_an_https_site_asks_to_stay_with_https_and_locks_its_cookies(https_site):
    response = https_site.get("/admin/login/", headers={"x-forwarded-proto": "https"})
    assert response.status_code == 200
    assert response.headers["Strict-Transport-Security"] == "max-age=31536000; includeSubDomains; preload"
    cookie = response.cookies[settings.CSRF_COOKIE_NAME]
    assert (cookie["secure"], cookie["httponly"], cookie["samesite"]) == (True, True, "Lax")


def test_plain_http_makes_no_promise_of_https(client):
    assert "Strict-Transport-Security" not in client.get("/nl/").headers


# The machine rooms ------------------------------------------------------------------------------------


def test_it_tells_crawlers_where_the_sitemap_is(client):
    response = client.get("/robots.txt")
    assert response.headers["Content-Type"] == "text/plain; charset=utf-8"
    assert "Disallow: /admin/\n" in response.content.decode()
    assert f"Sitemap: {settings.SITE_URL}/sitemap.xml\n" in response.content.decode()


def test_it_has_no_address_for_vulnerabilities_where_none_was_set(client, settings):
    settings.SECURITY_EMAIL = ""
    assert client.get("/.well-known/security.txt").status_code == 404


def test_it_says_where_to_report_a_vulnerability(client):
    response = client.get("/.well-known/security.txt")
    assert response.headers["Content-Type"] == "text/plain; charset=utf-8"
    fields = dict(line.split(": ", 1) for line in response.content.decode().splitlines())
    assert fields["Contact"] == f"mailto:{settings.SECURITY_EMAIL}"
    assert fields["Canonical"] == f"{settings.SITE_URL}/.well-known/security.txt"
    assert fields["Preferred-Languages"].startswith("nl, fr")
    expires = datetime.fromisoformat(fields["Expires"])
    # RFC 9116, 2.5.5: in the future, and less than a year.
    assert timedelta(days=30) < expires - datetime.now(UTC) < timedelta(days=366)


def test_it_lives_without_a_database(client, django_assert_num_queries):
    with django_assert_num_queries(0):
        assert client.get("/healthz").content == b"ok\n"


def test_it_is_not_ready_without_a_database(client, monkeypatch):
    rest = f"release {settings.RELEASE}\nits tables are current\nthe static files are there\n"
    assert client.get("/readyz").content == f"ok\nthe database answers\n{rest}".encode()

    def away(*_args, **_kwargs):
        raise OperationalError("connection refused by db.internal:5432")

    monkeypatch.setattr(connection, "cursor", away)
    response = client.get("/readyz")
    assert response.status_code == 503
    assert response.content == (
        b"not ready\nthe database does not answer\n"
        + f"release {settings.RELEASE}\nthe static files are there\n".encode()
    )


@pytest.mark.parametrize("path", ["/healthz", "/readyz"])
def test_no_cache_keeps_what_an_orchestrator_asks(client, path):
    assert client.get(path).headers["Cache-Control"] == "no-store"


# Broken requests --------------------------------------------------------------------------------------

BROKEN = [
    "/nl/%00",
    "/%00",
    "/nl/werven/%00/",
    "/nl/werven/a%00b/",
    "/nl/%ff/",
    "/nl/werven/%c3%28/",
    "/admin/%00",
]
BROKEN += ["/nl/?q=%00", "/nl/?q=%ff", "/?%00", "/nl/werven/?a=1&b=%c3%28", "/admin/login/?next=%00"]
COOKIES = ["language=%00", "session=\xff", "a=\0", 'a="\\000"', "a=%ff"]


@pytest.mark.parametrize("path", BROKEN)
def test_it_answers_400_to_nul_and_to_what_is_no_text(client, path):
    assert client.get(path).status_code == 400


@pytest.mark.parametrize("cookie", COOKIES)
@pytest.mark.parametrize("path", ["/nl/", "/data/worksites.json", "/admin/login/"])
def test_it_passes_over_a_broken_cookie(client, path, cookie):
    assert client.get(path, HTTP_COOKIE=cookie).status_code == 200


def test_a_cookie_of_another_site_signs_no_editor_out(client, user):
    client.force_login(user)
    ours = client.cookies[settings.SESSION_COOKIE_NAME].value
    cookie = f'legacy=%E9; {settings.SESSION_COOKIE_NAME}={ours}; other="\\000"'
    assert Client().get("/admin/", HTTP_COOKIE=cookie).status_code == 200


@pytest.mark.parametrize("path", ["/nl/?q=caf%C3%A9", "/nl/?q=%", "/nl/?q=100%25", "/nl/?q=%25ff"])
def test_it_takes_what_is_text(client, path):
    assert client.get(path).status_code == 200


@pytest.mark.parametrize(
    "path", ["/nl/w%C3%A9rven/", "/nl/100%25/", "/nl/werven/" + "a" * 3000 + "/", "/nl//", "/nl/../"]
)
def test_it_answers_404_to_an_address_that_is_text_and_leads_nowhere(client, path):
    assert client.get(path).status_code == 404


# Methods, caches, compression -------------------------------------------------------------------------


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE", "OPTIONS", "PROPFIND"])
@pytest.mark.parametrize(
    "path", ["/", "/nl/", "/sitemap.xml", "/robots.txt", "/healthz", "/.well-known/security.txt"]
)
def test_it_answers_405_to_what_is_no_reading(path, method):
    response = Client(enforce_csrf_checks=True).generic(method, path)
    assert response.status_code == 405
    assert response.headers["Allow"] == "GET, HEAD"


@pytest.mark.parametrize("path", [*PUBLIC, "/admin/login/"])
def test_it_answers_head_as_get_without_the_body(client, path):
    whole, head = get(client, path), client.head(static("css/portal.css") if path == "static" else path)
    assert head.status_code == whole.status_code
    body = b"".join(head) if head.streaming else head.content
    assert body == b""
    assert set(head.headers) == set(whole.headers)
    assert head.headers.get("ETag") == whole.headers.get("ETag")
    if not path.startswith("/admin"):  # its form has another token each time
        assert head.headers.get("Content-Length") == whole.headers.get("Content-Length")


@pytest.mark.parametrize("encoding", ["", "br"])
def test_it_sends_a_page_once_and_then_304(client, encoding):
    headers = {"accept-encoding": encoding}
    for path in ("/", "/nl/", "/fr/chantiers/", "/sitemap.xml"):
        first = client.get(path, headers=headers)
        assert first.headers["Cache-Control"] == middleware.FRESH
        second = client.get(path, headers=headers | {"if-none-match": first.headers["ETag"]})
        assert second.status_code == 304
        assert second.content == b""
        assert client.get(path, headers=headers | {"if-none-match": '"other"'}).status_code == 200


def test_it_compresses_with_brotli_where_that_is_understood(client):
    plain, small = client.get("/nl/"), client.get("/nl/", headers={"accept-encoding": "gzip, br"})
    assert "Content-Encoding" not in plain.headers
    assert small.headers["Content-Encoding"] == "br"
    assert brotli.decompress(small.content) == plain.content
    assert len(small.content) == int(small.headers["Content-Length"]) < len(plain.content) / 2
    for response in (plain, small):
        assert "Accept-Encoding" in response.headers["Vary"]


@pytest.mark.parametrize("accepted", ["br;q=0", "brotli-of-another-kind", "gzip;q=0, br;q=0.0", "identity"])
def test_it_does_not_compress_where_that_is_refused(client, accepted):
    assert "Content-Encoding" not in client.get("/nl/", headers={"accept-encoding": accepted}).headers


@pytest.mark.parametrize("accepted", ["gzip", "br; q=0.000 , gzip", "gzip, br;q=0.0"])
def test_it_compresses_with_gzip_where_that_is_all_that_is_understood(client, accepted):
    plain, small = client.get("/nl/"), client.get("/nl/", headers={"accept-encoding": accepted})
    assert small.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(small.content) == plain.content


@pytest.mark.parametrize(
    "accepted", ["br", "gzip, deflate, br", "BR;q=0.5", "gzip;q=0, br;q=1.0", "gzip , br , zstd"]
)
def test_it_compresses_where_brotli_is_one_of_many(client, accepted):
    response = client.get("/nl/", headers={"accept-encoding": accepted})
    assert response.headers.get("Content-Encoding") == "br"


def test_it_never_compresses_the_admin(client):
    assert "Content-Encoding" not in client.get("/admin/login/", headers={"accept-encoding": "br"}).headers


def test_static_files_are_kept_for_ever_and_compressed(client):
    response = get(client, "static", headers={"accept-encoding": "br"})
    assert "immutable" in response.headers["Cache-Control"]
    assert response.headers["Content-Encoding"] == "br"


def test_a_static_file_of_another_release_answers_too(client, settings, tmp_path):
    """The last one's, which pages made before go on naming; the next one's, which another process names."""
    page = client.get("/nl/").content.decode()
    name = re.search(r"/static/(css/portal\.[0-9a-f]{12}\.css)", page)[1]
    shutil.copytree(settings.STATIC_ROOT, tmp_path, dirs_exist_ok=True)
    last, following = tmp_path / "css/portal.0123456789ab.css", tmp_path / "css/portal.ba9876543210.css"
    last.write_text("body { color: red }")
    settings.STATIC_ROOT = str(tmp_path)
    browser = Client()
    assert browser.get(f"/static/{name}").status_code == 200
    following.write_text("body { color: blue }")
    for file in (last, following):
        response = browser.get(f"/static/css/{file.name}")
        assert b"".join(response) == file.read_bytes()
        assert response.headers["Cache-Control"] == "max-age=315360000, public, immutable"
    for path in (
        "css/portal.000000000000.css",
        "../db.0123456789ab.sqlite3",
        "css/new.css",
        "css/.0123456789ab.",
    ):
        assert browser.get(f"/static/{path}").status_code == 404


# Icons ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "path", ["/nl/", "/", "/nl/nergens/", "/fr/chantiers/construction/carte/", "/admin/login/"]
)
def test_it_names_its_icons_where_browsers_look_for_them(client, path):
    page = client.get(path).content.decode()
    found = re.findall(r'<link rel="(?:apple-touch-)?icon" href="([^"]+)"', page)
    assert [name.rpartition("/")[2].partition(".")[0] for name in found] == [
        "favicon",
        "icon",
        "apple-touch-icon",
    ]
    for address in found:
        assert client.get(address).status_code == 200


@pytest.mark.parametrize(
    ("path", "form", "sizes"),
    [("/favicon.ico", "ICO", {(16, 16), (32, 32), (48, 48)}), ("/apple-touch-icon.png", "PNG", {(180, 180)})],
)
def test_an_icon_at_a_fixed_address_is_a_small_picture_that_may_be_kept_for_a_day(client, path, form, sizes):
    response = client.get(path)
    content = b"".join(response)
    picture = Image.open(BytesIO(content))
    assert (picture.format, set(picture.info.get("sizes", {picture.size}))) == (form, sizes)
    assert len(content) < 4000
    assert response.headers["Cache-Control"] == "max-age=86400, public"
