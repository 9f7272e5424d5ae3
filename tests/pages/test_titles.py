"""Titles and descriptions: short enough to be shown whole, and of each page its own."""

import re
from collections import Counter
from html import unescape

import pytest

from initiatives.models import Measure, Worksite
from initiatives.pages.page_title import cut, shortened
from initiatives.pages.sitemap import public_paths

from ..reading import html
from ..saving import keep, update
from .test_permalinks import public_items

pytestmark = pytest.mark.django_db
LONG = "Een werf met een titel die zo lang is dat geen zoekmachine en geen tabblad haar ooit geheel zou tonen"
WORD = "digitalisering en duurzame economie in de hoofdstad"
SEARCHES = ("werf", "werf+10", WORD.replace(" ", "+"), "x" * 150)
ERRORS = ["/nl/nergens/", "/fr/nulle-part/"]


def said(page):
    """Return title, description and whole title of a page, as they are said to others."""
    [title] = re.findall("<title>(.*?)</title>", page, re.DOTALL)
    description = re.findall(r'<meta name="description" content="(.*?)">', page, re.DOTALL)
    whole = re.findall(r'<meta property="og:title" content="(.*?)">', page)
    return tuple(unescape("".join(each)) for each in (title, description, whole))


@pytest.fixture
def addresses():
    """Return every page, the choices between two, and pages reached by filters, search, versions."""
    keep(update_title("Bouwen"))
    keep(update_title("Bouw en renovatie"))
    found = ["/"]
    for paths in public_paths():
        found += paths.values()
    for item in public_items():
        found += [item.permalink, *([f"{item.permalink}/1"] if item._meta.model_name != "term" else [])]
    found += [f"/id/measure/{measure.code}" for measure in Measure.objects.published()]
    for worksite in Worksite.objects.published():
        found += [f"{worksite.url_in('nl')}kaart/", f"{worksite.url_in('fr')}carte/"]
    for language, room, word in (("nl", "zoeken", "maatregelen"), ("fr", "recherche", "mesures")):
        found += [f"/{language}/{room}/?q={query}" for query in SEARCHES]
        found += [f"/{language}/{room}/?q=de&page=2", f"/{language}/{word}/?sector=construction"]
        found += [
            f"/{language}/{word}/?sector=trade&office=minister-work",
            f"/{language}/{word}/?sector=trade",
        ]
    for item in public_items():
        if item._meta.model_name not in ("term",) and not getattr(item, "is_reference", False):
            for language, word in (("nl", "versies/"), ("fr", "versions/")):
                found += [item.url_in(language) + word, f"{item.url_in(language)}{word}1/"]
    return [*found, "/nl/werven/bouw/versies/1-2/", "/nl/werven/bouw/versies/2-3/"]


def update_title(title):
    update(Worksite.objects.filter(code="1.4-08"), title_nl=title)
    return Worksite.objects.get(code="1.4-08")


def test_each_page_has_a_title_and_a_description_of_its_own_and_none_is_cut_by_others(client, addresses):
    pages = {path: said(html(client, path)) for path in addresses}
    assert not [(path, title) for path, (title, _description, _whole) in pages.items() if len(title) > 70]
    descriptions = {path: description for path, (_title, description, _whole) in pages.items()}
    assert not [(path, each) for path, each in descriptions.items() if not 50 <= len(each) <= 160]
    # A name can be the same in both languages.
    titles = Counter((path[:4], title) for path, (title, _description, _whole) in pages.items())
    times = titles + Counter(descriptions.values())
    assert [(text, count) for text, count in times.items() if count > 1] == []


def test_a_long_title_is_cut_at_a_word_in_the_title_and_stands_whole_where_there_is_room(client):
    update_title(LONG)
    page = html(client, "/nl/werven/bouw/")
    title, description, whole = said(page)
    assert title == "Werf 8: Een werf met een titel die zo lang is dat… – Go4Brussels 2030"
    assert whole == f"Werf 8: {LONG}"
    assert f">{LONG}<" in re.search("<h1>.*?</h1>", page, re.DOTALL)[0]
    assert description.endswith("wat ze niet zegt. Legislatuur 2019–2024.")
    assert "…" in description
    for path, end in {
        "versies/": "…” – Go",
        "versies/1/": "…” – Go",
        "kaart/": "… – doelstelling 1.4",
    }.items():
        title = said(html(client, f"/nl/werven/bouw/{path}"))[0]
        assert len(title) <= 70
        assert end in title, title


def test_a_page_of_results_keeps_its_number_whatever_was_searched(client):
    title = said(html(client, "/nl/zoeken/?q=de&page=2"))[0]
    assert re.fullmatch(r"Zoeken naar “de”, pagina 2 van \d – Go4Brussels 2030", title)
    title = said(html(client, f"/fr/recherche/?q={'école ' * 30}"))[0]
    assert "…\u00a0» – Go4Brussels 2030" in title


def test_filtered_measures_say_of_what_they_are(client):
    title, description, whole = said(html(client, "/nl/maatregelen/?sector=construction"))
    assert title == "Maatregelen: Bouw – Go4Brussels 2030"
    assert whole == "Maatregelen", "links lead to the whole list"
    assert "Bouw" in description


@pytest.mark.parametrize("path", ERRORS)
def test_error_pages_have_short_titles_too(client, path):
    assert len(said(client.get(path).content.decode())[0]) <= 70


@pytest.mark.parametrize(
    ("text", "limit", "part", "short"),
    [
        ("Werf 1: Bouw", 12, "Bouw", "Werf 1: Bouw"),
        ("Werf 1: Bouwen en wonen", 20, "Bouwen en wonen", "Werf 1: Bouwen en…"),
        ("Bouwen, wonen", 12, "", "Bouwen…"),
        ("Versies van “Bouwen en wonen”", 27, "Bouwen en wonen", "Versies van “Bouwen en…”"),
        ("aaaaaaaaaaaaaaaa", 10, "", "aaaaaaaaa…"),
    ],
)
def test_it_cuts_at_a_word(text, limit, part, short):
    assert shortened(text, limit, part) == short
    assert len(cut(text, limit)) <= max(limit, len(text))
