"""What holds for every public page, in both languages."""

import re
from collections import Counter
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from urllib.parse import urldefrag, urljoin

import pytest
from django.conf import settings
from django.http import HttpResponse
from django.test import Client

from initiatives.models import Measure, Office, Sector, Worksite
from initiatives.pages import sitemap

from ..conftest import LANGUAGES
from ..document import Document
from ..go4brussels.test_messages import catalogue
from ..saving import keep, put, update

pytestmark = pytest.mark.django_db


@dataclass
class Page:
    path: str
    language: str
    twin: str
    response: HttpResponse

    @cached_property
    def document(self):
        return Document(self.response.content.decode(errors="replace"))


def fetch(path, language="", twin=""):
    return Page(path, language, twin, Client().get(path))


@pytest.fixture(scope="module")
def pages(django_db_setup, django_db_blocker):
    """Return every public page, read once: pages write nothing, so no test can change them for another."""
    with django_db_blocker.unblock():
        return [
            fetch(paths[language], language, paths[twin])
            for paths in sitemap.public_paths()
            for language, twin in (LANGUAGES, LANGUAGES[::-1])
        ]


def test_every_page_answers(pages):
    assert len(pages) > 60
    assert {page.path: page.response.status_code for page in pages if page.response.status_code != 200} == {}


def test_the_list_of_pages_holds_every_record_with_an_address(pages):
    paths = {page.path for page in pages}
    for model in (Worksite, Sector, Office):
        assert {record.url_in(language) for record in model.objects.all() for language in LANGUAGES} <= paths


def test_every_page_says_its_language(pages):
    for page in pages:
        assert [html["lang"] for html in page.document.all("html")] == [f"{page.language}-BE"], page.path
        assert page.response.headers["Content-Language"] == page.language, page.path


def test_no_page_shows_the_code_of_its_links(pages):
    assert [page.path for page in pages if "&lt;a " in page.response.content.decode()] == []


def test_every_page_has_one_heading_of_the_first_level_and_skips_none(pages):
    for page in pages:
        levels = [
            int(tag[1]) for tag, _attributes, _around in page.document.elements if re.fullmatch("h[1-6]", tag)
        ]
        assert levels[0] == 1, page.path
        assert levels.count(1) == 1, page.path
        assert all(below <= above + 1 for above, below in pairwise(levels)), (
            page.path,
            levels,
        )


def test_every_page_has_a_title_and_a_description_of_its_own(pages):
    for find in (r"<title>(.*?)</title>", r'<meta name="description" content="(.*?)">'):
        found = Counter((page.language, re.search(find, page.document.page, re.DOTALL)[1]) for page in pages)
        assert [text for (_language, text), times in found.items() if times > 1 or len(text) < 10] == []


def test_every_page_names_itself_and_its_twin(pages):
    choosers = {path: page.chooser for page in sitemap.public_pages() for path in page.paths.values()}
    for page in pages:
        [canonical] = page.document.all("link", rel="canonical")
        assert canonical["href"] == settings.SITE_URL + page.path
        alternates = {
            each["hreflang"]: each["href"]
            for each in page.document.all("link", rel="alternate")
            if "hreflang" in each
        }
        [twin] = set(LANGUAGES) - {page.language}
        assert alternates == {
            f"{page.language}-BE": settings.SITE_URL + page.path,
            f"{twin}-BE": settings.SITE_URL + page.twin,
            "x-default": settings.SITE_URL + choosers[page.path],
        }, page.path
        visible = [
            each for each in page.document.all("a", href=page.twin) if each.get("lang", "").startswith(twin)
        ]
        assert visible, page.path


def test_every_page_shows_the_way_to_it(pages):
    for page in pages:
        crumbs = page.document.all("nav", class_="crumbs")
        assert len(crumbs) == (page.path != f"/{page.language}/"), page.path
        if crumbs:
            steps = [
                each for tag, each, around in page.document.elements if tag == "li" and "ol" in around[-2:]
            ]
            assert any(each.get("aria-current") == "page" for each in steps), page.path


def test_no_page_carries_script_or_style_or_loads_from_elsewhere(pages):
    for page in [*pages, fetch("/")]:
        for tag, attributes, _around in page.document.elements:
            assert tag not in ("style", "iframe", "object", "embed"), (page.path, tag)
            # What is written about the page for machines is data, and runs nowhere.
            assert tag != "script" or attributes == {"type": "application/ld+json"}, page.path
            assert "style" not in attributes, (page.path, tag)
            assert not [name for name in attributes if name.startswith("on")], (page.path, tag)
            loaded = attributes.get("src") or (
                tag == "link" and attributes["rel"] in ("stylesheet", "icon") and attributes["href"]
            )
            assert not loaded or (loaded.startswith("/") and not loaded.startswith("//")), (page.path, loaded)
        assert page.response.headers["Content-Security-Policy"].startswith("default-src 'none'"), page.path
        assert not page.response.cookies


@pytest.mark.any_database
def test_every_link_leads_somewhere(pages):
    known = {page.path: page for page in pages}
    dead = set()
    for page in [*pages, fetch("/")]:
        links = [
            each["href"] for tag, each, _around in page.document.elements if "href" in each and tag != "use"
        ]
        for link in links:
            if link.startswith(("http", "mailto:")) and not link.startswith(settings.SITE_URL):
                continue
            path, anchor = urldefrag(urljoin(page.path, link.removeprefix(settings.SITE_URL)))
            if path not in known:
                known[path] = fetch(path) if not path.startswith(settings.STATIC_URL) else None
            if known[path] is None:
                assert Client().get(path).status_code == 200
            elif known[path].response.status_code not in (200, 303) or (
                anchor and anchor not in known[path].document.ids
            ):
                dead.add((page.path, link))
    assert dead == set()


def test_no_page_gives_two_elements_one_name(pages):
    for page in pages:
        ids = Counter(each["id"] for _tag, each, _around in page.document.elements if "id" in each)
        assert [name for name, times in ids.items() if times > 1] == [], page.path


# Alike in both languages ------------------------------------------------------------------------------


def structure(page):
    """Return the elements of a page in order.

    Without marks of provenance, links to terms, words that a note quotes from the other language, and the
    inside of drawings.
    """
    skipped = {"br", "tspan"}
    rows = []
    for tag, attributes, around in page.document.elements:
        is_quotation = tag == "span" and "lang" in attributes
        if tag in skipped or is_quotation or attributes.get("class") in ("mark", "term") or "svg" in around:
            continue
        rows.append(f"{'/'.join(around[-2:])}/{tag}#{attributes.get('id', '')}.{attributes.get('class', '')}")
    return rows


def test_every_page_is_built_alike_in_both_languages(pages):
    dutch, french = pages[::2], pages[1::2]
    for one, other in zip(dutch, french, strict=True):
        rows = structure(one), structure(other)
        # The glossary has its terms in the order of each language.
        ordered = map(sorted, rows) if one.path == "/nl/begrippen/" else rows
        assert len({tuple(each) for each in ordered}) == 1, one.path


def test_no_page_speaks_english(pages):
    for page in pages:
        known = catalogue(page.language)
        english = {msgid for msgid, text in known.items() if text != msgid}
        shown = {text for text, language in page.document.texts if language.startswith(page.language)}
        assert shown & english == set(), page.path


def test_french_pages_are_set_as_french(pages):
    worksite = Worksite.objects.get(number=8)
    worksite.title_fr = "La construction"
    put(worksite)
    keep(worksite, note="Nouveau titre", note_language="fr")
    faults = re.compile(r"\w'\w| [;!?»:]|\w[;!?:](?=\s|$)|«[^\u00a0]|[^\u00a0]»| ’")
    others = [f"/fr/recherche/?q={word}" for word in ("construction", "1.2", "numérrique")]
    changed = "/fr/chantiers/construction/"
    others += [changed, f"{changed}versions/", f"{changed}versions/1/", f"{changed}versions/1-2/"]
    others += ["/fr/modifications/"]
    for page in [*pages, *map(fetch, others)]:
        for text, language in page.document.texts:
            if language.startswith("fr"):
                assert not faults.search(text), (page.path, text)


def test_pages_show_no_placeholder_and_no_empty_word(pages):
    for page in pages:
        for text, _language in page.document.texts:
            assert not re.search(r"%\(|\{\{|\{%|(?<![\w-])None(?![\w-])", text), (page.path, text)


# Where the texts come from ----------------------------------------------------------------------------


def marks(client, path):
    return len(Document(client.get(path).content.decode()).all("a", class_="mark"))


def test_it_marks_the_french_that_is_no_longer_the_translation_its_page_names(client):
    measure = Measure.objects.filter(provenance_nl="source", provenance_fr="portal").first()
    page = measure.worksite
    before = marks(client, page.url_in("fr"))
    dutch = marks(client, page.url_in("nl"))
    update(
        Measure.objects.filter(pk=measure.pk),
        provenance_fr="validated",
        validated_by_fr="Service public",
        validated_on_fr="2026-01-01",
    )
    assert marks(client, page.url_in("fr")) == before + 1
    assert marks(client, page.url_in("nl")) == dutch


def test_it_marks_the_dutch_that_the_portal_wrote(client):
    portal = Sector.objects.filter(provenance_nl="portal").first() or Sector.objects.first()
    update(Sector.objects.filter(pk=portal.pk), provenance_nl="source")
    before = marks(client, portal.url_in("nl"))
    update(Sector.objects.filter(pk=portal.pk), provenance_nl="portal")
    assert marks(client, portal.url_in("nl")) == before + 1


# Addresses --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("path", "target"),
    [("/nl", "/nl/"), ("/fr/chantiers", "/fr/chantiers/"), ("/nl/werven?a=b", "/nl/werven/?a=b")],
)
def test_it_adds_the_slash_that_was_forgotten(client, path, target):
    response = client.get(path)
    assert response.status_code == 301
    assert response.headers["Location"] == target


def test_a_dutch_address_is_no_french_one(client, site):
    worksite = Worksite.objects.first()
    assert client.get(f"/fr/chantiers/{worksite.slug_nl}/").status_code == 404
    assert client.get("/nl/chantiers/").status_code == 404


def test_the_chooser_has_two_equal_doors(client):
    document = Document(client.get("/").content.decode())
    doors = document.all("a", class_="door")
    assert [(door["href"], door["lang"]) for door in doors] == [("/nl/", "nl-BE"), ("/fr/", "fr-BE")]
