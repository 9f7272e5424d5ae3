"""oEmbed: an editor pastes the address of a worksite, and the article shows its card (oembed.com)."""

import json
from urllib.parse import urlencode

import pytest
from django.conf import settings

from initiatives.models import Worksite

from ..document import Document
from ..reading import html
from ..saving import update

pytestmark = pytest.mark.django_db
DUTCH, FRENCH = "/nl/werven/bouw/", "/fr/chantiers/construction/"


def ask(client, path=DUTCH, headers=None, **words):
    words = {"url": settings.SITE_URL + path, **words}
    return client.get(f"/oembed?{urlencode(words)}", headers=headers or {})


def test_it_gives_the_card_of_a_worksite(client):
    response = ask(client, format="json")
    assert response.headers["Content-Type"] == "application/json"
    assert response.headers["Access-Control-Allow-Origin"] == "*"
    said = response.json()
    assert (said["version"], said["type"]) == ("1.0", "rich")
    assert said["title"] == "Werf 8: Bouw – doelstelling 1.4 van Go4Brussels 2030"
    [frame] = Document(said["html"]).all("iframe")
    assert frame["src"] == f"{settings.SITE_URL}{DUTCH}kaart/"
    assert (int(frame["width"]), int(frame["height"])) == (said["width"], said["height"])
    assert frame["title"] == said["title"]
    assert client.get(said["thumbnail_url"].removeprefix(settings.SITE_URL)).status_code == 200


@pytest.mark.parametrize(
    ("path", "asked", "card"),
    [
        (DUTCH, "fr", f"{DUTCH}kaart/"),
        (FRENCH, "nl", f"{FRENCH}carte/"),
        (f"{FRENCH}carte/?theme=dark", "", f"{FRENCH}carte/"),
        (f"{FRENCH}#m2", "", f"{FRENCH}carte/"),
        ("/id/worksite/1.4-08", "fr-BE", f"{FRENCH}carte/"),
        ("/id/worksite/1.4-08", "", f"{DUTCH}kaart/"),
    ],
)
def test_it_knows_every_address_of_a_worksite(client, path, asked, card):
    response = ask(client, path, headers={"accept-language": asked})
    assert response.status_code == 200
    assert f'src="{settings.SITE_URL}{card}"' in response.json()["html"]
    assert response.headers["Content-Language"] == card[1:3]


@pytest.mark.parametrize(
    "path",
    ["/", "/nl/", "/nl/werven/", "/id/worksite/1.4-99", "/id/sector/trade", "/nl/werven/bestaat-niet/", "/x"],
)
def test_it_has_no_card_for_other_pages(client, path):
    response = ask(client, path)
    assert response.status_code == 404
    assert response.headers["Content-Type"] == "application/problem+json"


@pytest.mark.parametrize(
    "url", [f"https://elsewhere.example{DUTCH}", DUTCH, "bouw", "http://[", f"javascript://testserver{DUTCH}"]
)
def test_it_has_no_card_for_other_sites(client, url):
    assert ask(client, url=url).status_code == 404


def test_it_says_that_a_worksite_was_withdrawn(client):
    reasons = {"withdrawal_reason_nl": "Vervallen.", "withdrawal_reason_fr": "Abandonné."}
    update(Worksite.objects.filter(code="1.4-08"), publication="withdrawn", **reasons)
    response = ask(client)
    assert response.status_code == 410
    assert "Vervallen." in response.json()["nl"]["detail"]


@pytest.mark.parametrize(("format", "status"), [("xml", 501), ("yaml", 501), ("", 200), ("json", 200)])
def test_it_speaks_json_alone(client, format, status):
    assert ask(client, format=format).status_code == status


@pytest.mark.parametrize(
    "words",
    [
        {"url": ""},
        {"url": "x" * 3000},
        {"maxwidth": "wide"},
        {"maxwidth": "0"},
        {"maxheight": "-5"},
        {"maxheight": "9" * 5000},
    ],
)
def test_it_says_what_is_wrong_with_what_is_asked(client, words):
    response = ask(client, **words)
    if response.status_code == 200:  # a number too large to matter
        assert len(next(iter(words.values()))) > 100
        return
    assert response.status_code == 400
    [name] = words
    said = response.json()
    assert all(name in said[language]["detail"] for language in ("nl", "fr"))
    assert said["nl"]["detail"] != said["fr"]["detail"]


def test_it_asks_for_an_address(client):
    assert client.get("/oembed").status_code == 400
    assert client.post("/oembed").status_code == 405


@pytest.mark.parametrize(("maxwidth", "maxheight"), [(200, 300), (360, 2000), (1000, 200), (5000, 5000)])
def test_it_keeps_within_the_room_that_there_is(client, maxwidth, maxheight):
    said = ask(client, maxwidth=maxwidth, maxheight=maxheight).json()
    assert said["width"] <= maxwidth and said["height"] <= maxheight
    assert said.get("thumbnail_width", 0) <= maxwidth and said.get("thumbnail_height", 0) <= maxheight
    assert said["width"] >= 200 and said["height"] >= 200


def test_each_worksite_says_where_its_card_is_to_be_had(client, language):
    for worksite in Worksite.objects.published():
        page = html(client, worksite.url_in(language))
        [link] = Document(page).all("link", type="application/json+oembed")
        assert link["rel"] == "alternate"
        said = json.loads(html(client, link["href"].removeprefix(settings.SITE_URL)))
        assert said["title"] == link["title"]
        assert f"{settings.SITE_URL}{worksite.url_in(language)}" in said["html"]
    for path in ("/nl/", "/nl/werven/", "/fr/secteurs/", "/nl/werven/bouw/versies/"):
        assert "json+oembed" not in html(client, path)
