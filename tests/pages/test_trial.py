"""A test version (NOINDEX=1): no search engine lists any of it, and every page says what it is."""

import pytest
from django.conf import settings as given
from django.test import Client

from go4brussels.stored import form
from initiatives.models import Worksite

LINE = {
    "nl": "Testversie: wat hier staat, kan afwijken van het portaal zelf.",
    "fr": "Version de test\N{NO-BREAK SPACE}: son contenu peut différer de celui du portail lui-même.",
}
PAGES = {
    "/": "nl fr",
    "/nl/": "nl",
    "/fr/chantiers/": "fr",
    "/nl/zoeken/?q=bouw": "nl",
    "/fr/nulle-part/": "fr",
    "/nowhere/": "nl fr",
}
OTHERS = [
    "/data/worksites.json",
    "/data/nowhere.json",
    "/sitemap.xml",
    "/robots.txt",
    "/admin/login/",
    "/healthz",
]
OTHERS += [
    "/favicon.ico",
    "/static/nowhere.css",
    "/admin/",
    "/nl",
    "/id/worksite/1.4-02",
    "/nl/wijzigingen.atom",
]


@pytest.fixture
def trial(settings):
    settings.NOINDEX = True


@pytest.fixture
def browser(db):
    return Client(raise_request_exception=False)


@pytest.mark.parametrize(("path", "languages"), PAGES.items())
def test_a_page_says_in_its_language_that_it_is_a_test(browser, trial, path, languages):
    response = browser.get(path)
    page = response.content.decode()
    assert [code for code in LINE if LINE[code] in page] == languages.split()
    assert page.index(LINE[languages[:2]]) < page.index("<main")
    assert response["X-Robots-Tag"] == "noindex, nofollow"


def test_the_card_in_the_pages_of_others_says_it_as_well(browser, trial):
    worksite = Worksite.objects.get(code="1.4-02")
    assert LINE["nl"] in browser.get(f"{worksite.get_absolute_url()}kaart/").content.decode()


@pytest.mark.parametrize("path", OTHERS)
def test_whatever_is_answered_is_listed_nowhere(browser, trial, path):
    assert browser.get(path)["X-Robots-Tag"] == "noindex, nofollow"


def test_what_a_reader_has_already_is_listed_nowhere(browser, trial):
    response = browser.get("/nl/")
    again = browser.get("/nl/", headers={"if-none-match": response["ETag"]})
    assert (again.status_code, again["X-Robots-Tag"]) == (304, "noindex, nofollow")
    stored = form(dict(response.items()), response.content)
    assert ("X-Robots-Tag", "noindex, nofollow") in stored.headers
    assert ("X-Robots-Tag", "noindex, nofollow") in stored.not_modified


def test_crawlers_may_fetch_everything_or_they_could_not_see_it(browser, trial):
    assert browser.get("/robots.txt").content.decode() == "User-agent: *\nDisallow:\n"


def test_data_are_what_they_are(browser, settings):
    found = []
    for settings.NOINDEX in (False, True):
        found.append(browser.get("/data/worksites.csv").content)
    assert found[0] == found[1]


@pytest.mark.parametrize("path", [*PAGES, *OTHERS])
def test_the_portal_itself_says_nothing_of_it(browser, path):
    assert given.NOINDEX is False
    response = browser.get(path)
    # Django says of the sitemap itself that it is no page.
    assert response.headers.get("X-Robots-Tag") != "noindex, nofollow"
    if not response.streaming:
        assert 'class="trial"' not in response.content.decode(errors="replace")
