"""With all else gone, nginx and the mirror say at every address what the portal said, headers included."""

import gzip
import http.client
import json
import os
import re
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import urlsplit

import brotli
import pytest

from go4brussels.mirror.maps import HEADERS
from go4brussels.mirror.site import key_of
from initiatives.pages.listed import listed

from ..nginx import NAME, nginx
from ..prepared import start
from ..server import serve

pytestmark = [pytest.mark.slow, pytest.mark.any_database]

# When a document was made, and what says so.
MOMENT = re.compile(rb'("generated": ?|<updated>)"?[0-9T:.+Z-]+')
DECODED = {"br": brotli.decompress, "gzip": gzip.decompress}


@pytest.fixture(scope="module")
def portal(prepared, tmp_path_factory):
    """Serve the portal as it is behind nginx, and write its mirror."""
    folder, site = tmp_path_factory.mktemp("portal"), {"SITE_URL": f"https://{NAME}", "BEHIND_PROXY": "1"}
    served = {"DJANGO_SETTINGS_MODULE": "tests.served", "TESTED_STATIC_ROOT": str(prepared.static)}
    # Before there is a server, which fills its store as soon as it is idle.
    environment = os.environ | served | {"DATABASE_URL": prepared.url} | site
    start("mirror", str(folder / "mirror"), env=environment).finish()
    with serve(prepared, folder, **site) as server:
        server.mirror = folder / "mirror"
        yield server


@pytest.fixture(scope="module")
def alone(portal, tmp_path_factory):
    """Return nginx with the mirror and nothing behind it."""
    with nginx(tmp_path_factory.mktemp("nginx"), mirror=portal.mirror) as running:
        yield running


@pytest.fixture(scope="module")
def front(portal, tmp_path_factory):
    """Return nginx in front of the portal that runs."""
    app = urlsplit(portal.url).netloc
    with nginx(tmp_path_factory.mktemp("nginx"), app, portal.mirror) as running:
        yield running


def ask(portal, address, **headers):
    """Return what the portal itself answers to its proxy, and the body."""
    connection = http.client.HTTPConnection(urlsplit(portal.url).netloc, timeout=30)
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    connection.request("GET", address, headers={"Host": NAME, "X-Forwarded-Proto": "https"} | named)
    response = connection.getresponse()
    body = response.read()
    connection.close()
    return response, body


def told(response):
    """Return status and headers that matter. How long it may be kept is said of files alone."""
    names = (*HEADERS, "Location")
    found = {name: response.headers.get_all(name) for name in names if response.headers.get(name)}
    if response.status == 303:
        found = {name: found[name] for name in ("Location", "Vary", "Content-Security-Policy")}
    return response.status, found


def some(addresses):
    """Return one address of each kind and form, and every tenth of all."""
    kinds = {}
    for address in addresses:
        kinds.setdefault(re.sub(r"[\w-]+(?=[./])|\d+", "", address), address)
    return sorted({*kinds.values(), *addresses[::10]})


def test_it_answers_as_the_portal_did(portal, alone, db, settings):
    settings.SITE_URL = f"https://{NAME}"
    addresses = some([each.address for each in listed()])
    assert len(addresses) > 120

    def both(address):
        here, there = ask(portal, address, accept_encoding="identity"), alone.ask(address)
        return (
            address,
            told(here[0]),
            told(there[0]),
            *(MOMENT.sub(b"", body) for body in (here[1], there[1])),
        )

    with ThreadPoolExecutor(8) as pool:
        for address, said, says, content, written in pool.map(both, addresses):
            assert says == said, address
            if said[0] == 200:
                assert written == content, address


def test_it_answers_at_every_address_what_was_written_there(portal, alone, db, settings):
    settings.SITE_URL = f"https://{NAME}"
    record = json.loads((portal.mirror / "answers.json").read_text())
    asked = [(each.address, record[key_of(each)]) for each in listed()]
    assert len(asked) > 900

    def answer(pair):
        return *pair, *alone.ask(pair[0])

    with ThreadPoolExecutor(4) as pool:
        for address, entry, response, body in pool.map(answer, asked):
            if "file" not in entry:
                assert response.status == 303, address
                continue
            assert (response.status, body) == (200, (portal.mirror / "site" / entry["file"]).read_bytes()), (
                address
            )
            assert told(response)[1] == {name: [value] for name, value in entry["headers"].items()}, address


def test_static_files_are_as_the_portal_serves_them(portal, alone):
    style = re.search(r'href="(/static/css/portal\.[^"]+)"', alone.ask("/nl/")[1].decode())[1]
    for address in (
        style,
        "/static/css/portal.css",
        "/static/icon.svg",
        "/favicon.ico",
        "/apple-touch-icon.png",
    ):
        here, there = ask(portal, address, accept_encoding="identity"), alone.ask(address)
        assert (told(there[0]), there[1]) == (told(here[0]), here[1]), address


@pytest.mark.parametrize("coding", ["br", "gzip"])
def test_it_sends_compressed_forms(portal, alone, coding):
    for address in ("/nl/", "/data/worksites.csv", "/nl/wijzigingen/atom.xml", "/fr/citation.ris"):
        response, body = alone.ask(address, accept_encoding=f"x, {coding}")
        assert (response.headers["Content-Encoding"], response.headers["Vary"]) == (coding, "Accept-Encoding")
        assert MOMENT.sub(b"", DECODED[coding](body)) == MOMENT.sub(b"", alone.ask(address)[1]), address
    assert alone.ask("/favicon.ico", accept_encoding=coding)[0].headers["Content-Encoding"] is None


LANGUAGES = """
nl | fr | nl-BE,nl;q=0.9,fr;q=0.8,en;q=0.7 | fr-BE,fr;q=0.9,nl;q=0.8 | en | nl,fr | fr,nl | *
en-GB,en;q=0.9,fr;q=0.85 | nl;q=0.2,fr;q=0.25 | nl;q=0,fr;q=0.001 | fr;q=0,nl;q=1.0 | fr-FR;q=1.000, nl;q=0.9
nl;q=0.5,fr;q=0.5 | de, NL-be;q=0.3 | french, dutch | fr;q=0.9,en;q=0.8,nl;q=0.95
"""
TYPES = [
    "application/json",
    "application/json, text/plain, */*",
    "text/html,*/*;q=0.8",
    "text/html, application/json",
]


@pytest.mark.parametrize(
    "address", ["/id/worksite/1.4-02", "/id/measure/1.4-02-1", "/id/worksite/1.4-02/1", "/data/"]
)
def test_permalinks_lead_where_the_portal_leads(portal, alone, address):
    wishes = ["", *re.split(r" \| |\n", LANGUAGES.strip())]
    asked = [{"accept_language": wish} for wish in wishes]
    asked += [{"accept_language": wish, "accept": accept} for wish in ("", "fr") for accept in TYPES]
    for headers in asked:
        (here, _), (there, _) = ask(portal, address, **headers), alone.ask(address, **headers)
        assert (there.status, there.headers["Location"]) == (here.status, here.headers["Location"]), headers


def test_unknown_addresses_have_the_page_of_the_portal(portal, alone):
    for address in (
        "/nl/nergens/",
        "/fr/nulle-part",
        "/nowhere",
        "/nl/index.html",
        "/nl/index.html.br",
        "/nginx/file.map",
    ):
        here, there = ask(portal, address), alone.ask(address)
        assert there[0].status == here[0].status == 404
        assert without_reference(there[1]) == without_reference(here[1]), address
        for name in ("Content-Type", "Content-Language", "Cache-Control", "Content-Security-Policy"):
            assert there[0].headers[name] == here[0].headers[name], name
    here, there = ask(portal, "/data/none.json"), alone.ask("/data/none.json")
    assert (there[0].status, there[0].headers["Content-Type"]) == (404, "application/problem+json")
    assert there[0].headers["Access-Control-Allow-Origin"] == "*"


def without_reference(page):
    """Return an error page without what names the request: in a mirror there is none."""
    return re.sub(rb"<p[^>]*>[^<]*<code>[0-9a-f-]{36}</code></p>\n?", b"", page)


@pytest.mark.parametrize(
    ("path", "sentence"),
    [
        ("/nl/zoeken/?q=x", "Zoeken is momenteel niet mogelijk, maar de pagina’s kunt u blijven lezen"),
        ("/fr/recherche/", "La recherche n’est pas possible pour le moment, mais les pages restent"),
        (
            "/nl/maatregelen/?sector=construction&office=minister-work",
            "Het portaal kan momenteel niet antwoorden",
        ),
        ("/admin/", "Het portaal kan momenteel niet antwoorden"),
    ],
)
def test_what_a_mirror_cannot_do_is_said_in_the_language_of_the_reader(alone, path, sentence):
    response, body = alone.ask(path)
    assert (response.status, response.headers["Retry-After"]) == (503, "60")
    assert response.headers["Cache-Control"] == "no-store"
    assert response.headers["Content-Type"] == "text/html; charset=utf-8"
    page = body.decode()
    assert sentence in re.sub(r"\s+", " ", page) and "/static/css/portal." in page


def test_data_that_a_mirror_lacks_are_a_problem_document(alone):
    response, body = alone.ask("/oembed?url=https%3A%2F%2Felsewhere.example%2F")
    assert (response.status, response.headers["Content-Type"]) == (503, "application/problem+json")
    assert b'"status": 503' in body


def test_a_query_that_means_nothing_changes_nothing(alone):
    plain = alone.ask("/nl/maatregelen/")[1]
    assert alone.ask("/nl/maatregelen/?utm_source=a")[1] == plain
    chosen = alone.ask("/nl/maatregelen/?sector=construction")[1]
    assert alone.ask("/nl/maatregelen/?utm=1&sector=construction&office=")[1] == chosen != plain
    card = "/nl/werven/stedelijke-industrie/kaart/"
    assert alone.ask(f"{card}?theme=light")[1] == alone.ask(card)[1] != alone.ask(f"{card}?theme=dark")[1]


def test_readers_come_back_to_what_they_have(alone):
    response, _body = alone.ask("/nl/", accept_encoding="br")
    again, body = alone.ask("/nl/", accept_encoding="br", if_none_match=response.headers["ETag"])
    assert (again.status, body) == (304, b"")
    assert alone.ask("/nl/", if_none_match=response.headers["ETag"])[0].status == 200
    response, body = alone.ask("/nl/", method="HEAD")
    assert (response.status, body) == (200, b"")
    assert alone.ask("/nl/", "POST", b"a=1")[0].status == 405


def test_in_front_of_the_portal_pages_are_those_of_the_portal(portal, front):
    for address in (
        "/",
        "/nl/",
        "/fr/chantiers/",
        "/data/worksites.csv",
        "/id/worksite/1.4-02",
        "/nl/zoeken/?q=werk",
    ):
        here, there = ask(portal, address, accept_encoding="br"), front.ask(address, accept_encoding="br")
        assert told(there[0]) == told(here[0]), address
        assert there[0].headers["ETag"] == here[0].headers["ETag"]
        assert there[1] == here[1]


def test_every_query_that_is_read_is_known_to_nginx(portal, db, settings):
    settings.SITE_URL = f"https://{NAME}"
    files = (portal.mirror / "nginx" / "file.map").read_text()
    assert not [each.address for each in listed() if each.reads and f'"{key_of(each)}" ' not in files]


def test_a_new_mirror_is_there_after_nginx_was_told(portal, tmp_path):
    (tmp_path / "current").symlink_to(portal.mirror.resolve())
    with nginx(tmp_path / "nginx", mirror=tmp_path / "current") as running:
        assert running.ask("/nl/")[0].status == 200
        (tmp_path / "empty" / "nginx").mkdir(parents=True)
        (tmp_path / "current").unlink()
        (tmp_path / "current").symlink_to(tmp_path / "empty")
        running.reload()
        assert running.ask("/nl/")[0].status == 503
