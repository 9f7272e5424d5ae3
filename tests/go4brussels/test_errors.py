"""Error pages: the right status, in the language of the address, whatever else is broken.

Tests without the `db` fixture cannot reach a database at all: pytest-django refuses them.
"""

import re
from io import BytesIO
from wsgiref.util import setup_testing_defaults

import pytest
from django.core.exceptions import PermissionDenied, SuspiciousOperation
from django.core.handlers.wsgi import WSGIHandler
from django.db import OperationalError, connection
from django.test import Client
from django.urls import include, path
from django.utils import translation

from go4brussels import errors
from go4brussels.urls import handler400, handler403, handler404, handler500  # noqa: F401
from initiatives.models import Worksite
from initiatives.models.withdrawal import Gone

from ..saving import update

LANGUAGES_OF = {"nl/": ["nl"], "fr/": ["fr"], "": ["nl", "fr"]}
EVERYWHERE = pytest.mark.parametrize("prefix", LANGUAGES_OF)


class Withdrawn:
    title = "Titel"
    withdrawal_reason = "Reden"


def failing(error):
    def view(request):
        raise error

    return view


FAILURES = {
    400: SuspiciousOperation("unreadable"),
    403: PermissionDenied("refused"),
    410: Gone(Withdrawn()),
    500: ZeroDivisionError("broken"),
    503: OperationalError("the server is gone"),
}
# This module serves as the urlconf of these tests: under each prefix, a view that fails in each way.
urlpatterns = [
    *(
        path(f"{prefix}{status}/", failing(error))
        for prefix in LANGUAGES_OF
        for status, error in FAILURES.items()
    ),
    *(path(f"{prefix}413/", errors.too_large) for prefix in LANGUAGES_OF),
    path("", include("go4brussels.urls")),
]


@pytest.fixture
def client(settings):
    settings.ROOT_URLCONF = __name__
    return Client(raise_request_exception=False)


def heading(status, language):
    with translation.override(language):
        return str(errors.HEADINGS[status])


@pytest.fixture
def wsgi(db):
    """Return a function that asks the bare application, as a server does, for status line and body."""
    application = WSGIHandler()

    def ask(**environ):
        setup_testing_defaults(environ)
        environ |= {"HTTP_HOST": "testserver", "wsgi.input": BytesIO()}
        status = []
        body = application(environ, lambda line, headers, exc_info=None: status.append(line))
        return status[0], b"".join(body)

    return ask


@EVERYWHERE
@pytest.mark.parametrize("status", errors.HEADINGS)
def test_it_speaks_the_language_of_the_address_and_both_where_there_is_none(client, prefix, status):
    response = client.get(f"/{prefix}{status}/")
    page = response.content.decode()
    spoken = LANGUAGES_OF[prefix]
    assert response.status_code == status
    assert response["Content-Language"] == ", ".join(spoken)
    assert page.count("<h1>") == 1
    assert f'<html lang="{spoken[0]}-BE">' in page
    for language in ("nl", "fr"):
        assert (f'<span lang="{language}-BE">{heading(status, language)}</span>' in page) == (
            language in spoken
        )
        assert (f'<div class="prose" lang="{language}-BE">' in page) == (language in spoken)


@EVERYWHERE
@pytest.mark.parametrize("status", errors.HEADINGS)
def test_it_is_not_indexed_stored_or_followed_by_a_cookie(client, prefix, status):
    response = client.get(f"/{prefix}{status}/")
    page = response.content.decode()
    assert '<meta name="robots" content="noindex">' in page
    assert "canonical" not in page
    assert response["Cache-Control"] == "no-store"
    assert not response.cookies
    assert "Content-Security-Policy" in response


@EVERYWHERE
@pytest.mark.parametrize("status", errors.HEADINGS)
def test_it_needs_no_query(client, db, django_assert_num_queries, prefix, status):
    with django_assert_num_queries(0):
        client.get(f"/{prefix}{status}/")


@EVERYWHERE
@pytest.mark.parametrize("status", errors.HEADINGS)
def test_its_links_all_lead_somewhere(client, db, prefix, status):
    page = client.get(f"/{prefix}{status}/").content.decode()
    links = {link for link in re.findall(r'href="([^"]+)"', page) if not link.startswith("mailto:")}
    assert len(links) > 10
    assert {link: client.get(link).status_code for link in links} == dict.fromkeys(links, 200)


@pytest.mark.parametrize(("prefix", "other"), [("nl/", "/fr/"), ("fr/", "/nl/")])
def test_it_leads_to_the_home_of_the_other_language(client, prefix, other):
    page = client.get(f"/{prefix}404/").content.decode()
    assert f'<a class="twin" href="{other}" lang="{other.strip("/")}-BE"' in page


@pytest.mark.parametrize(
    ("language", "address"), [("nl", "/nl/werven/bouw/"), ("fr", "/fr/chantiers/construction/")]
)
def test_a_withdrawn_page_says_what_stood_there_and_why_it_went(client, db, language, address):
    reasons = {"nl": "De werf is samengevoegd.", "fr": "Le chantier a été fusionné."}
    update(
        Worksite.objects.filter(code="1.4-08"),
        publication="withdrawn",
        withdrawal_reason_nl=reasons["nl"],
        withdrawal_reason_fr=reasons["fr"],
    )
    response = client.get(address)
    page = response.content.decode()
    assert response.status_code == 410
    assert {"nl": "Bouw", "fr": "Construction"}[language] in page
    assert [other for other, reason in reasons.items() if reason in page] == [language]


def test_a_withdrawn_page_says_so_in_both_languages_where_the_address_has_none(rf, db):
    update(
        Worksite.objects.filter(code="1.4-08"), withdrawal_reason_nl="Reden.", withdrawal_reason_fr="Motif."
    )
    page = errors.gone(rf.get("/"), Gone(Worksite.objects.get(code="1.4-08"))).content.decode()
    for text in ("Bouw", "Construction", "Reden.", "Motif."):
        assert text in page


@pytest.mark.parametrize("address", ["/nl/werven/", "/fr/chantiers/", "/"])
def test_a_database_that_does_not_answer_gives_the_503_page(client, db, address):
    def refuse(*args):
        raise OperationalError("the server is gone")

    with connection.execute_wrapper(refuse):
        response = client.get(address)
    assert response.status_code == 503
    assert heading(503, address.strip("/")[:2] or "nl") in response.content.decode()


@EVERYWHERE
def test_it_keeps_its_page_where_the_manifest_of_static_files_is_missing(client, monkeypatch, prefix):
    def missing(name):
        raise ValueError(f"Missing staticfiles manifest entry for {name!r}")

    monkeypatch.setattr(errors, "static", missing)
    page = client.get(f"/{prefix}500/").content.decode()
    assert heading(500, LANGUAGES_OF[prefix][0]) in page
    assert 'href="/static/css/portal.css"' in page


@pytest.mark.parametrize("status", errors.HEADINGS)
def test_it_falls_back_to_a_bare_page_when_nothing_can_be_drawn(client, monkeypatch, caplog, status):
    def broken(*args):
        raise RuntimeError("no templates")

    monkeypatch.setattr(errors, "render_to_string", broken)
    response = client.get(f"/fr/{status}/")
    page = response.content.decode()
    assert response.status_code == status
    assert response["Content-Language"] == "nl, fr"
    assert 'href="/nl/"' in page
    assert 'href="/fr/"' in page
    assert "noindex" in page
    assert f"The page for error {status} could not be drawn" in caplog.text


UNREADABLE = {
    "NUL in the path": {"PATH_INFO": "/nl/werven/\0/"},
    "broken UTF-8 in the path": {"PATH_INFO": "/nl/werven/\xff/"},
    "overlong UTF-8 in the path": {"PATH_INFO": "/nl/\xc0\x80/"},
    "NUL in the query": {"QUERY_STRING": "q=a%00b"},
    "broken UTF-8 in the query": {"QUERY_STRING": "q=%E9"},
    "half a surrogate in the query": {"QUERY_STRING": "q=%ED%A0%80"},
    "raw broken UTF-8 in the query": {"QUERY_STRING": "q=\xe9"},
}
UNREADABLY = pytest.mark.parametrize("environ", UNREADABLE.values(), ids=UNREADABLE)


@UNREADABLY
@pytest.mark.parametrize("address", ["/nl/", "/fr/werven/", "/", "/admin/"])
def test_it_refuses_unreadable_text_with_400(client, address, environ):
    response = client.get(address, **environ)
    page = response.content.decode()
    spoken = LANGUAGES_OF.get(environ.get("PATH_INFO", address)[1:4], ["nl", "fr"])
    assert response.status_code == 400
    assert [language for language in ("nl", "fr") if heading(400, language) in page] == spoken


@UNREADABLY
def test_it_refuses_unreadable_text_from_any_server(wsgi, environ):
    status, body = wsgi(**({"PATH_INFO": "/fr/"} | environ))
    assert status == "400 Bad Request"
    assert b"noindex" in body


@pytest.mark.parametrize("address", ["/nl/%00/", "/fr/%FF/", "/nl/?q=%00", "/?q=%FF"])
def test_it_refuses_unreadable_addresses_as_a_browser_sends_them(client, address):
    assert client.get(address).status_code == 400


@pytest.mark.parametrize("address", ["/nl/é/", "/nl/%C3%A9/", "/fr/100%25/", "/%E2%82%AC"])
def test_a_readable_address_that_leads_nowhere_is_404(client, address):
    assert client.get(address).status_code == 404


def test_a_host_that_is_not_ours_gives_400_in_the_language_of_the_address(client):
    response = client.get("/fr/", headers={"host": "elsewhere.example"})
    assert response.status_code == 400
    assert heading(400, "fr") in response.content.decode()


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE"])
@pytest.mark.parametrize("address", ["/nl/over/", "/fr/a-propos/", "/"])
def test_a_public_page_takes_no_other_method(address, method):
    response = Client(enforce_csrf_checks=True).generic(method, address)
    assert response.status_code == 405
    assert response["Allow"] == "GET, HEAD"


def test_a_form_without_its_token_gives_the_403_page_in_the_admin(db):
    response = Client(enforce_csrf_checks=True).post("/admin/login/", {"username": "a"})
    assert response.status_code == 403
    assert heading(403, "nl") in response.content.decode()
    assert heading(403, "fr") in response.content.decode()


def test_head_has_no_body_and_the_same_status(wsgi):
    assert wsgi(PATH_INFO="/nl/nergens/", REQUEST_METHOD="HEAD") == ("404 Not Found", b"")


def test_a_request_for_the_server_itself_is_no_failure(wsgi):
    assert wsgi(PATH_INFO="*", REQUEST_METHOD="OPTIONS")[0] == "404 Not Found"
