"""The one address of each thing: others that mean it lead there in one step, and what is nowhere is 404."""

import re

import pytest
from django.test import Client
from django.urls.converters import IntConverter
from zeal import zeal_ignore

from go4brussels.urls import ADMIN, urlpatterns
from initiatives.models import Worksite

from ..saving import update
from .test_requests import ask

pytestmark = pytest.mark.django_db
# What somebody types, and where that is.
OTHERS = {
    "/NL/": "/nl/",
    "/NL": "/nl/",
    "/nl": "/nl/",
    "/nl/werven": "/nl/werven/",
    "/nl/werven/Bouw": "/nl/werven/bouw/",
    "/nl/werven/bouw": "/nl/werven/bouw/",
    "/NL/Werven/BOUW/": "/nl/werven/bouw/",
    "/FR/Chantiers/Construction": "/fr/chantiers/construction/",
    "/nl/Doelstelling/1.4/DOSSIER": "/nl/doelstelling/1.4/dossier/",
    "/nl/werven/bouw/Versies/1": "/nl/werven/bouw/versies/1/",
    "/nl/werven/Bouw.JSON": "/nl/werven/bouw.json",
    "/nl/werven/bouw/Citation.bib/": "/nl/werven/bouw/citation.bib",
    "/nl/Wijzigingen/Atom.xml": "/nl/wijzigingen/atom.xml",
    "/ID/worksite/1.4-02": "/id/worksite/1.4-02",
    "/id/Worksite/1.4-02/": "/id/worksite/1.4-02",
    "/id/Sector/Horeca": "/id/sector/horeca",
    "/id/measure/1.4-08-M2": "/id/measure/1.4-08-m2",
    "/id/worksite/1.4-02/1/": "/id/worksite/1.4-02/1",
    "/Data/Worksites.csv": "/data/worksites.csv",
    "/data": "/data/",
    "/Picture/Worksite/1.4-02.NL.png": "/picture/worksite/1.4-02.nl.png",
    "/Sitemap.xml": "/sitemap.xml",
    "/robots.txt/": "/robots.txt",
}
NOWHERE = [
    "/nl/werven/Nergens",
    "/nl/werven/nergens",
    "/NL/nergens/",
    "/ID/worksite/nothing",
    "/nergens",
    "/DE/",
]
NOWHERE += ["/nl//", "//nl/", "/NL//werven/", "//evil.example/NL/", "//EVIL.example", "/\\EVIL.example/nl/"]
NOWHERE += ["/nl/sectoren/BOUW/versies/9", "/nl/werven/../", "/data/Nothing.json", "/id/nothing/1.4-02/"]
# There is an address of this form, but these things have no number nor page of their own there.
NOWHERE += ["/nl/werven/bouw/versies/1-1", "/FR/werven/bouw/", "/NL/CHANTIERS/construction"]
# No database holds these numbers, Python refuses to read the longest, and each number is written in one way.
NUMBERS = ["9" * 23, "9" * 5000, str(2**31), str(2**63), "0", "01", "+1", "%201", "١", "-1"]
NUMBERED = [
    "/nl/werven/bouw/versies/{}/",
    "/nl/werven/bouw/versies/1-{}/",
    "/nl/werven/bouw/versies/{}-1/",
    "/fr/objectif/1.4/versions/{0}-{0}/",
    "/fr/secteurs/horeca/versions/{}/",
    "/id/worksite/1.4-08/{}",
    "/id/term/haalbaarheidsstudie/{}",
    "/id/measure/1.4-08-m2/{}",
]
PAGES = ["/nl/wijzigingen/?page={}", "/fr/recherche/?q=chantier&page={}"]


@pytest.mark.parametrize("path", OTHERS)
def test_another_way_to_write_an_address_leads_to_it_in_one_step(client, path):
    with zeal_ignore():  # The view is asked twice: at the address as it stands, and at the true one.
        response = client.get(path)
    assert (response.status_code, response.headers.get("Location")) == (301, OTHERS[path])
    assert client.get(OTHERS[path]).status_code in (200, 303)


def test_it_takes_the_query_along_as_it_stands(client):
    query = "q=caf%C3%A9&Q=%2F%2Fevil.example&page=2"
    assert client.get(f"/NL/Zoeken?{query}").headers["Location"] == f"/nl/zoeken/?{query}"


@pytest.mark.parametrize("path", NOWHERE)
def test_what_does_not_exist_is_404_however_it_is_written(client, path):
    # As it stands: the client would take two slashes for the name of a host.
    assert client.get("/", PATH_INFO=path).status_code == 404


@pytest.mark.parametrize("path", NUMBERED)
def test_a_number_that_no_version_has_is_404_however_great(client, path):
    assert [client.get(path.format(number)).status_code for number in NUMBERS] == [404] * len(NUMBERS)


def test_no_address_takes_a_number_of_any_length():
    def converters(patterns):
        for each in patterns:
            yield from ((each.pattern, converter) for converter in each.pattern.converters.values())
            yield from converters(getattr(each, "url_patterns", ()))

    public = [each for each in urlpatterns if not str(each.pattern).startswith(ADMIN)]
    found = [(pattern, each) for pattern, each in converters(public) if isinstance(each, IntConverter)]
    assert len(found) > 20
    for pattern, converter in found:
        assert not re.fullmatch(converter.regex, "1" * 10), pattern


@pytest.mark.parametrize("path", PAGES)
def test_a_page_that_is_not_there_is_the_last_or_the_first(client, path):
    for number in NUMBERS:
        assert client.get(path.format(number)).status_code == 200, number


@pytest.mark.parametrize("path", ["/ADMIN/", "/Admin/login/", "/ADMIN", "/Static/css/portal.css", "/STATIC/"])
def test_neither_the_admin_nor_a_file_has_another_way_to_be_written(client, path):
    assert client.get(path).status_code == 404


def test_the_admin_adds_the_slash(client):
    assert client.get("/admin").headers["Location"] == "/admin/"


@pytest.mark.parametrize("path", ["/NL/", "/nl/werven/Bouw", "/nl/werven/bouw", "/ID/worksite/1.4-02"])
@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "OPTIONS"])
def test_nothing_but_reading_is_led_on(path, method):
    for client in (Client(), Client(enforce_csrf_checks=True)):
        assert client.generic(method, path).status_code in (404, 405)


def test_what_was_withdrawn_says_so_at_its_true_address(client):
    reasons = {"withdrawal_reason_nl": "Reden.", "withdrawal_reason_fr": "Motif."}
    update(Worksite.objects.filter(code="1.4-08"), publication="withdrawn", **reasons)
    assert client.get("/nl/werven/Bouw").headers["Location"] == "/nl/werven/bouw/"
    assert client.get("/nl/werven/bouw/").status_code == 410


def test_what_nobody_may_see_yet_is_nowhere(client):
    update(Worksite.objects.filter(code="1.4-08"), publication="draft")
    assert client.get("/nl/werven/Bouw").status_code == 404


def test_every_page_is_found_in_capitals_and_without_its_slash(client, site):
    for paths in site:
        for path in paths.values():
            asked = path.upper().removesuffix("/")
            assert client.get(asked).headers.get("Location") == path


# Requests as people sent them ---------------------------------------------------------------------------


def test_the_server_answers_what_was_asked_of_it(server):
    plain = ask(server)
    assert ask(server, "/nl/", "SCRIPT_NAME: /admin/")[2] == plain[2]
    assert ask(server, "/nl/", "Cookie: legacy=%E9")[2] == plain[2]
    assert ask(server, "/NL/")[1]["location"] == "/nl/"
    assert ask(server, "/nl/werven/Bouw")[1]["location"] == "/nl/werven/bouw/"
    assert ask(server, "/nl/", method="HEAD")[1]["etag"] == plain[1]["etag"]
    assert ask(server, "/favicon.ico")[0] == 200
