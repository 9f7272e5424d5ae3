"""What nginx says by itself: while the portal is away or being upgraded, and without any mirror."""

import base64
import hashlib
import json
import re

import pytest

from ..nginx import nginx
from ..upstream import App, small_mirror

pytestmark = pytest.mark.any_database

GUARDS = {
    "Cross-Origin-Opener-Policy": "same-origin",
    "Referrer-Policy": "same-origin",
    "Strict-Transport-Security": "max-age=31536000; includeSubDomains",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Cache-Control": "no-store",
    "Content-Language": "nl, fr",
}


@pytest.fixture(scope="module")
def bare(tmp_path_factory):
    """Return nginx with neither portal nor mirror."""
    with nginx(tmp_path_factory.mktemp("bare")) as running:
        yield running


@pytest.mark.parametrize("path", ["/", "/nl/werven/", "/fr/recherche/?q=a", "/admin/", "/static/a.css"])
@pytest.mark.parametrize("method", ["GET", "POST", "HEAD", "PUT"])
def test_it_says_in_both_languages_when_to_come_back(bare, path, method):
    response, body = bare.ask(path, method, b"a=1" if method in ("POST", "PUT") else None)
    assert (response.status, response.headers["Retry-After"]) == (503, "60")
    assert response.headers["Content-Type"] == "text/html; charset=utf-8"
    assert {name: response.headers[name] for name in GUARDS} == GUARDS
    page = body.decode()
    if method == "HEAD":
        assert page == "" and int(response.headers["Content-Length"]) > 1000
        return
    for language, sentence in {
        "nl": "Het portaal is even niet",
        "fr": "Le portail est momentanément",
    }.items():
        assert f'<section lang="{language}-BE">\n<h2>{sentence}' in page


def test_nobody_is_told_that_what_is_kept_still_holds(bare):
    response, _body = bare.ask("/nl/", if_none_match="*", if_modified_since="Fri, 27 Nov 2037 00:00:00 GMT")
    assert response.status == 503


def test_its_policy_allows_its_style_and_nothing_else(bare):
    response, body = bare.ask("/nl/")
    [style] = re.findall(rb"<style>(.*?)</style>", body, re.DOTALL)
    digest = base64.b64encode(hashlib.sha256(style).digest()).decode()
    assert f"style-src 'sha256-{digest}'" in response.headers["Content-Security-Policy"]
    assert response.headers["Content-Security-Policy"].startswith("default-src 'none'; ")
    assert not re.search(rb"<script|<link|<img|style=|url\(|https?:", body)


@pytest.mark.parametrize("path", ["/data/worksites.json", "/nl/werven/a.json", "/oembed?url=a"])
def test_data_get_a_problem_document(bare, path):
    response, body = bare.ask(path)
    assert (response.status, response.headers["Retry-After"]) == (503, "60")
    assert response.headers["Content-Type"] == "application/problem+json"
    assert response.headers["Access-Control-Allow-Origin"] == "*"
    assert response.headers["Cross-Origin-Resource-Policy"] == "cross-origin"
    document = json.loads(body)
    assert document["status"] == 503 and {*document["nl"]} == {*document["fr"]} == {"title", "detail"}


@pytest.mark.parametrize("path", ["/admin/initiatives/", "/nl/zoeken/", "/nl/werven/none/"])
def test_what_is_sent_while_the_portal_is_away_gets_503_with_a_mirror_too(tmp_path, path):
    with nginx(tmp_path / "nginx", mirror=small_mirror(tmp_path / "mirror")) as front:
        for method in ("GET", "POST"):
            response, _body = front.ask(path, method, b"a=1" if method == "POST" else None)
            wanted = 404 if path.endswith("none/") else 503
            assert response.status == wanted, method
            if wanted == 503:
                assert response.headers["Retry-After"] == "60"


def test_the_admin_can_be_closed_while_readers_read_on(tmp_path):
    app = App()
    with nginx(tmp_path / "nginx", app.address) as front:
        switch = front.folder / "maintenance"
        for is_closed in (False, True, False):
            switch.touch() if is_closed else switch.unlink(missing_ok=True)
            for method in ("GET", "POST"):
                response, body = front.ask("/admin/login/", method, b"a=1" if method == "POST" else None)
                assert response.status == (503 if is_closed else 200)
            if is_closed:
                assert "Bewerken kan nu even niet" in body.decode() and "momentanément" in body.decode()
                assert response.headers["Retry-After"] == "60"
            assert front.ask("/nl/")[0].status == front.ask("/nl/zoeken/?q=a")[0].status == 200
    app.stop()


def test_what_is_too_long_gets_a_sentence(bare):
    response, body = bare.ask("/nl/", "POST", b"a" * 20_000)
    assert response.status == 413 and "Er werd te veel verstuurd" in body.decode()
    assert "Retry-After" not in response.headers
