"""How answers are compressed, asked for again, and asked for by their headers alone, by the real server."""

import gzip
import re

import brotli
import pytest

from ..server import serve
from .test_requests import ask

# An answer of each kind, and its status.
KINDS = {
    "/": 200,
    "/nl/": 200,
    "/nl/werven/bouw/versies/1/": 200,
    "/nl/werven/bouw/kaart/": 200,
    "/nl/wijzigingen/atom.xml": 200,
    "/fr/chantiers/construction/atom.xml": 200,
    "/nl/opensearch.xml": 200,
    "/nl/werven/bouw/citation.bib": 200,
    "/nl/werven/bouw/citation.ris": 200,
    "/nl/werven/bouw.json": 200,
    "/data/worksites.json": 200,
    "/data/worksites.csv": 200,
    "/data/catalogue.jsonld": 200,
    "/data/openapi.json": 200,
    "/data/go4brussels-2030-1.4.zip": 200,
    "/oembed?url=http://127.0.0.1/nl/werven/bouw/": 404,
    "/picture/worksite/1.4-08.nl.png": 200,
    "/id/worksite/1.4-08": 200,
    "/sitemap.xml": 200,
    "/robots.txt": 200,
    "/favicon.ico": 200,
    "/apple-touch-icon.png": 200,
    "static": 200,
    "/nl/nergens/": 404,
    "/data/nothing.json": 404,
    "/nl/werven": 301,
    "/admin/login/": 200,
}
# Already compressed, or not text; and too short to become shorter.
AS_IT_IS = {"/data/go4brussels-2030-1.4.zip", "/picture/worksite/1.4-08.nl.png", "/apple-touch-icon.png"}
AS_IT_IS |= {"/robots.txt", "/nl/werven", "/nl/opensearch.xml", "/favicon.ico", "/admin/login/"}
CODINGS = {"identity": bytes, "gzip": gzip.decompress, "br": brotli.decompress}
EACH = pytest.mark.parametrize("kind", KINDS)
KEPT = {kind for kind, status in KINDS.items() if status == 200 and kind != "/admin/login/"}
# What a 304 has to say again where the answer said it (RFC 9110, 15.4.5), its date aside.
AGAIN = {"cache-control", "content-location", "etag", "expires", "vary"}


@pytest.fixture(scope="module")
def answers(prepared, tmp_path_factory):
    """Return a function that gives the answer of a kind, in a coding.

    Of one worker: each dates content that is older than itself by its own start, which can be a second apart.
    """
    with serve(prepared, tmp_path_factory.mktemp("validators"), GUNICORN_CMD_ARGS="--workers 1") as server:
        style = re.search(rb'/static/css/[^"]+', ask(server)[2])[0].decode()

        def get(kind, coding="identity", *headers, **options):
            path = style if kind == "static" else kind
            return ask(server, path, f"Accept-Encoding: {coding}", *headers, **options)

        yield get


@EACH
@pytest.mark.parametrize("coding", ["gzip", "br"])
def test_it_compresses_all_that_is_text(answers, kind, coding):
    plain, small = answers(kind), answers(kind, coding)
    assert plain[0] == small[0] == KINDS[kind]
    if kind in AS_IT_IS:
        assert "content-encoding" not in small[1]
        return
    assert small[1]["content-encoding"] == coding
    assert "Accept-Encoding" in plain[1]["vary"]
    assert "Accept-Encoding" in small[1]["vary"]
    assert int(small[1]["content-length"]) == len(small[2]) < len(plain[2])
    # Of the moment, and of the request: its reference on an error page.
    moment = rb'"generated":\s*"[^"]*"|[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}'
    assert re.sub(moment, b"", CODINGS[coding](small[2])) == re.sub(moment, b"", plain[2])


@EACH
@pytest.mark.parametrize("coding", CODINGS)
def test_head_says_all_that_get_says(answers, kind, coding):
    (status, whole, body), (also, head, nothing) = answers(kind, coding), answers(kind, coding, method="HEAD")
    assert (also, nothing) == (status, b"")
    assert int(whole["content-length"]) == len(body)
    moment = {"date"}
    if kind == "/admin/login/":
        moment |= {"set-cookie", "expires"}
    # The moment of the making, and the reference on an error page, compress otherwise each time.
    if kind.endswith((".zip", ".json", ".jsonld")) or status >= 400:
        moment |= {"content-length", "x-request-id"}
    assert head.keys() == whole.keys()
    assert {name: head[name] for name in head if name not in moment} == {
        name: whole[name] for name in whole if name not in moment
    }


@pytest.mark.parametrize("kind", sorted(KEPT))
@pytest.mark.parametrize("coding", CODINGS)
@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_304_says_again_what_the_answer_said(answers, kind, coding, method):
    _status, whole, _body = answers(kind, coding)
    assert {"etag", "cache-control"} <= whole.keys()
    for asked in (whole["etag"], f'"a", {whole["etag"]}, W/"b"', "*"):
        status, again, body = answers(kind, coding, f"If-None-Match: {asked}", method=method)
        assert (status, body) == (304, b"")
        assert {name: again.get(name) for name in AGAIN} == {name: whole.get(name) for name in AGAIN}
        assert "date" in again
    assert answers(kind, coding, 'If-None-Match: "other"')[0] == 200


@pytest.mark.parametrize("kind", sorted(KEPT - AS_IT_IS))
def test_each_coding_has_a_validator_of_its_own(answers, kind):
    found = {answers(kind, coding)[1]["etag"] for coding in CODINGS}
    assert len(found) == len(CODINGS)
    is_made_anew = kind.endswith((".json", ".jsonld", ".csv")) and not kind.endswith("openapi.json")
    assert {etag.startswith("W/") for etag in found} == {is_made_anew}


@pytest.mark.parametrize("accepted", ["br;q=0, gzip", "gzip, br; q=0.0"])
def test_static_files_come_in_no_coding_that_is_refused(answers, accepted):
    assert answers("static", accepted)[1]["content-encoding"] == "gzip"


@pytest.mark.parametrize("path", ["/nl/", "/fr/modifications/atom.xml", "/id/worksite/1.4-08"])
def test_what_an_upgrade_or_a_setting_changes_has_another_validator(client, db, settings, path):
    first = client.get(path).headers["ETag"]
    settings.PUBLISHER_NAME_NL, settings.PUBLISHER_NAME_FR = "Uitgever", "Éditeur"
    assert client.get(path, headers={"if-none-match": first}).status_code == 200
