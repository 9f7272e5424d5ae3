"""What link previews show of each page: title, description, picture."""

import re
from html import unescape
from io import BytesIO

import pytest
from django.conf import settings
from django.utils import translation
from PIL import Image

from initiatives.models import Office, Strategy, Worksite
from initiatives.pages import permalinks
from initiatives.pages.share_image import Plate, draw_plate, font, wrap

from ..reading import HEAD, each, text_of
from ..saving import update

pytestmark = pytest.mark.django_db
# What the addresses of content begin with, in both languages.
KINDS = (
    *("doelstelling", "werven", "sectoren", "ministers", "partners", "wie-stuurt-wat"),
    *("objectif", "chantiers", "secteurs", "ministres", "partenaires", "qui-pilote-quoi"),
)


def properties(page):
    found = re.findall(r'<meta property="(og:[^"]+)" content="([^"]*)">', page)
    return {name: unescape(value) for name, value in found}


def test_it_tells_link_previews_what_each_page_is(pages):
    for language, path, page in each(pages):
        said = properties(page)
        head, is_cut, rest = text_of(HEAD, page).partition("…")
        assert said["og:title"].startswith(head) and said["og:title"].endswith(rest)
        assert is_cut or said["og:title"] == head
        assert said["og:description"] == unescape(re.search(r'name="description" content="(.*?)"', page)[1])
        assert said["og:url"] == settings.SITE_URL + path
        locales = {"nl_BE", "fr_BE"}
        assert said["og:locale"] == f"{language}_BE"
        assert {said["og:locale"], said["og:locale:alternate"]} == locales
        assert said["og:image"].endswith(f".{language}.png")
        assert said["og:image:alt"]


def test_it_describes_each_page_in_its_own_words(pages):
    for language in ("nl", "fr"):
        said = [properties(languages[language][1]) for languages in pages]
        for name in ("og:description", "og:title", "og:url"):
            assert len({each[name] for each in said}) == len(said), name


def test_each_description_of_content_says_of_which_legislature_it_is(pages, client):
    own = ("/over/", "/a-propos/", "/privacy/", "/vie-privee/")
    for _language, path, page in each(pages):
        said = properties(page)["og:description"]
        assert len(said) <= 220, (path, len(said))
        if any(f"/{kind}/" in path for kind in KINDS) or path in ("/nl/", "/fr/"):
            assert "2019–2024" in said, path
        assert "2019–2024" not in said or not path.endswith(own)
    update(Strategy.objects, legislature_start=2024, legislature_end=2029)
    page = client.get("/nl/werven/").content.decode()
    assert "2024–2029" in properties(page)["og:description"]


def test_the_picture_names_the_legislature(language):
    worksite, office = Worksite.objects.get(code="1.4-08"), Office.objects.first()
    years = {"nl": "legislatuur 2019–2024", "fr": "législature 2019–2024"}[language]
    objective = {"nl": "Doelstelling 1.4", "fr": "Objectif 1.4"}[language]
    for item in (worksite, office):
        assert permalinks.plate_of(item, language).foot == f"Go4Brussels 2030 · {objective} · {years}"
    assert permalinks.plate_of(worksite.objective, language).foot == f"Go4Brussels 2030 · {years}"


def test_it_keeps_a_long_foot_within_the_plate():
    content = draw_plate(Plate("Titel", "Titre", "Een heel lange voet " * 9, number="8", label="Werf"))
    edge = Image.open(BytesIO(content)).convert("RGB").crop((1112, 500, 1150, 555))
    assert len(edge.getcolors()) == 1  # bare enamel, within the white line


def test_it_draws_a_picture_of_each_kind_in_each_language(client):
    pictures = set()
    for model in permalinks.KINDS.values():
        item = max(model.objects.published(), key=lambda item: len(item.heading))
        for language in ("nl", "fr"):
            response = client.get(f"/picture/{item._meta.model_name}/{item.code}.{language}.png")
            assert response.headers["Content-Type"] == "image/png"
            image = Image.open(BytesIO(response.content))
            assert (image.format, image.size) == ("PNG", (1200, 630))
            assert len(response.content) < 100_000, item
            pictures.add(response.content)
    assert len(pictures) == 2 * len(permalinks.KINDS)


def test_it_sends_a_picture_once_and_then_304(client):
    path = "/picture/worksite/1.4-02.nl.png"
    first = client.get(path)
    assert "max-age" in first.headers["Cache-Control"]
    assert client.get(path, headers={"if-none-match": first.headers["ETag"]}).status_code == 304
    update(Worksite.objects.filter(code="1.4-02"), title_nl="Andere titel")
    assert client.get(path, headers={"if-none-match": first.headers["ETag"]}).status_code == 200


def test_it_draws_each_picture_once(client):
    paths = [f"/picture/worksite/{worksite.code}.nl.png" for worksite in Worksite.objects.all()]
    draw_plate.cache_clear()
    for path in (*paths, *paths):
        client.get(path)
    assert draw_plate.cache_info().misses == len(paths)


def test_there_is_room_to_keep_the_pictures_of_several_objectives():
    items = sum(model.objects.published().count() for model in permalinks.KINDS.values())
    assert draw_plate.cache_parameters()["maxsize"] >= 4 * 2 * items


@pytest.mark.parametrize(
    "path", ["worksite/1.4-02.en.png", "worksite/1.4-99.nl.png", "measure/1.4-02-m1.nl.png"]
)
def test_it_draws_nothing_else(client, path):
    assert client.get(f"/picture/{path}").status_code == 404


def test_it_has_every_letter_that_titles_use():
    used = set("éèêëçœŒÉ–’&«»·…\u00a0\u202f")
    for item in (item for model in permalinks.KINDS.values() for item in model.objects.published()):
        for language in ("nl", "fr"):
            with translation.override(language):
                used |= set(item.heading)
    for weight in ("Regular", "SemiBold"):
        letters = font(weight, 40)
        nothing = bytes(letters.getmask("\U000f0000"))
        assert [letter for letter in sorted(used) if bytes(letters.getmask(letter)) == nothing] == []


def test_it_keeps_long_titles_within_the_plate():
    width = 700
    lines = wrap("Werkgelegenheid en opleiding in de non-profitsector " * 5, font("Regular", 44), width)
    assert all(font("Regular", 44).getlength(line) <= 2 * width for line in lines)
    image = Image.open(BytesIO(draw_plate(Plate("Een lange titel " * 18, "Un titre long " * 20, "Voet"))))
    below = image.convert("RGB").crop((40, 606, 1160, 630))  # beneath the plate: bare paper
    assert len(below.getcolors()) == 1
