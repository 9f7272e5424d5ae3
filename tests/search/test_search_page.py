"""How search shows what it found, what it says where it finds nothing, and its box on every page."""

import xml.etree.ElementTree as ET

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from initiatives.models import Measure, Worksite
from initiatives.search.passages import marked, passage
from initiatives.search.query import Search, terms_of

from ..conftest import LANGUAGES
from ..reading import each
from ..saving import create
from .test_search import PATHS, TABLES, found, get, text_of

pytestmark = pytest.mark.django_db
OPENSEARCH = "application/opensearchdescription+xml"


# How it is shown -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("query", "text", "expected", "language"),
    [
        ("handel", "de buurthandel", "de buurt<mark>handel</mark>", "nl"),
        ("sectoren", "de bouwsector", "de bouw<mark>sector</mark>", "nl"),
        ("duurzame", "duurzaam bouwen", "<mark>duurzaam</mark> bouwen", "nl"),
        ("batiment", "des bâtiments durables", "des <mark>bâtiments</mark> durables", "fr"),
        ("emploi", "d’emplois", "d’<mark>emplois</mark>", "fr"),
        ("oeuvre", "mise en œuvre", "mise en <mark>œuvre</mark>", "fr"),
        ("ministerpresident", "de Minister-President", "de <mark>Minister-President</mark>", "nl"),
        ('"groot en klein"', "groot & groot- en klein", "groot &amp; <mark>groot- en klein</mark>", "nl"),
        ("groothandel", "de groot- en kleinhandel", "de <mark>groot- en kleinhandel</mark>", "nl"),
        ("groothandel", "groot‑ of kleinhandel", "<mark>groot‑ of kleinhandel</mark>", "nl"),
        ("handel", "de groot- en kleinhandel", "de groot- en klein<mark>handel</mark>", "nl"),
        ("groot", "de groot- en kleinhandel", "de <mark>groot</mark>- en kleinhandel", "nl"),
        ("minister", "de Minister-President", "de <mark>Minister</mark>-President", "nl"),
        ("eten", "wetenschappelijk", "wetenschappelijk", "nl"),
        ("zorg", "gezondheidszorg", "gezondheids<mark>zorg</mark>", "nl"),
        ("bouw", "bouwsector", "<mark>bouw</mark>sector", "nl"),
        ("bouw", "<b>Bouw</b> & co", "&lt;b&gt;<mark>Bouw</mark>&lt;/b&gt; &amp; co", "nl"),
        ("transport", "transport transport", "<mark>transport</mark> <mark>transport</mark>", "fr"),
    ],
)
def test_it_marks_what_it_found_and_escapes_the_rest(query, text, expected, language):
    assert marked(text, terms_of(query, language)) == expected


def test_it_shows_the_other_language_only_where_nothing_else_has_the_words_and_says_so(client):
    french = '<p lang="fr-BE">Ministre de l’<mark>Emploi</mark></p>'
    assert french in text_of(get(client, "nl", q="emploi", kind="office"))
    results = get(client, "nl", q="minister").context["results"]
    assert {"office"} <= {result.entry.kind for result in results}
    assert [result.passage for result in results if "Ministre" in result.passage] == []


def test_it_shows_the_passage_with_most_of_the_words():
    texts = ["handel " * 5, "x " * 400 + "de buurthandel en de ambachten " + "y " * 400]
    shown = passage(texts, terms_of("handel ambachten", "nl"))
    assert "<mark>ambachten</mark>" in shown
    assert shown.startswith("… x")
    assert shown.endswith("y …")
    assert len(shown) < 300


@pytest.mark.parametrize("language", LANGUAGES)
def test_it_marks_every_result_where_a_reader_sees_it(language):
    """Only a number, a code or the name of a kind finds what stands in no text."""
    told_apart = {"werf", "werven", "chantier", "chantiers", "maatregel", "mesure", "sector", "sectoren"}
    told_apart |= {"secteur", "secteurs", "partners", "partenaires"}
    unmarked, looked_at = [], 0
    for row in TABLES[language]:
        search = Search(row["query"], language)
        if any(term.is_whole or term.text in told_apart for term in search.terms):
            continue
        for result in search.results(search.keys):
            looked_at += 1
            if "<mark>" not in f"{result.title}{result.passage}":
                unmarked.append((row["query"], result.entry.code))
    assert unmarked == []
    assert looked_at > 100


@pytest.mark.parametrize("language", LANGUAGES)
def test_it_says_the_query_in_the_title_counts_by_kind_and_stays_out_of_search_engines(client, language):
    response = get(client, language, q="industrie")
    page = text_of(response)
    assert response.status_code == 200
    assert page.count("industrie") > 5
    assert "industrie" in page.partition("<title>")[2].partition("</title>")[0]
    assert '<meta name="robots" content="noindex">' in page
    assert f'<link rel="canonical" href="http://testserver{PATHS[language]}">' in page
    counts = {
        link.query: link.count
        for _name, _heading, links in response.context["search"].filters
        for link in links
    }
    assert counts["?q=industrie"] in (5, None)
    assert counts["?q=industrie&kind=worksite"] == 4
    assert counts["?q=industrie&kind=measure"] == 1
    other = "fr" if language == "nl" else "nl"
    assert f'href="{PATHS[other]}?q=industrie"' in page


def test_it_filters_by_kind_sector_and_office_in_the_address(client):
    def codes(**query):
        results = get(client, "nl", **query).context["results"]
        return [f"{result.entry.kind} {result.entry.code}" for result in results]

    assert codes(q="bouw", kind="sector") == ["sector construction"]
    assert codes(q="bouw", sector="construction") == [
        "worksite 1.4-08",
        "sector construction",
        "measure 1.4-08-m2",
    ]
    assert codes(q="bouw", office="minister-climate") == ["worksite 1.4-08", "measure 1.4-08-m2"]
    assert codes(q="bouw", office="minister-climate", kind="measure") == ["measure 1.4-08-m2"]
    response = get(client, "nl", q="bouw", kind="organisation")
    assert response.context["results"] == []
    assert 'href="?q=bouw"' in text_of(response)


def test_it_offers_only_filters_that_leave_results(client):
    search = get(client, "nl", q="duurzaam").context["search"]
    for _name, _heading, links in search.filters:
        for link in links:
            assert client.get(PATHS["nl"] + link.query).context["results"], link


def test_it_ignores_filters_that_do_not_exist_and_says_so(client, language):
    response = get(client, language, q="horeca", kind="x", sector="y", office="z", page="w")
    assert len(response.context["results"]) == 4
    assert len(response.context["form"].sentences) == 1


def test_it_shows_twenty_results_a_page(client):
    worksite = Worksite.objects.get(code="1.4-11")
    for number in range(1, 26):
        create(
            Measure,
            worksite=worksite,
            code=f"1.4-11-m{number}",
            position=number,
            text_nl=f"Zeldzaamwoord {number}",
            text_fr="x",
        )
    first, second = (get(client, "nl", q="zeldzaamwoord", page=page) for page in (1, 2))
    assert [result.entry.code for result in first.context["results"]] == [
        f"1.4-11-m{n}" for n in range(1, 21)
    ]
    assert [result.entry.code for result in second.context["results"]] == [
        f"1.4-11-m{n}" for n in range(21, 26)
    ]
    assert 'href="?q=zeldzaamwoord&page=2"' in text_of(first)
    assert 'href="?q=zeldzaamwoord&page=1"' in text_of(second)
    assert "2" in text_of(second).partition("<title>")[2].partition("</title>")[0]
    assert get(client, "nl", q="zeldzaamwoord", page=99).context["results"] == second.context["results"]


@pytest.mark.parametrize(
    "query", ["", "bouw", "toerismme", "numérique x", "de het een", "a" * 200, "x y z " * 30]
)
@pytest.mark.parametrize(
    "filters", [{}, {"kind": "worksite", "sector": "tourism", "office": "minister-work"}]
)
def test_it_takes_at_most_eight_queries_beside_those_for_the_filters(client, language, query, filters):
    with CaptureQueriesContext(connection) as captured:
        assert get(client, language, q=query, **filters).status_code == 200
    looked_up = len({"sector", "office"} & filters.keys())
    assert len(captured) <= 8 + looked_up


@pytest.mark.parametrize(
    ("kind", "query"),
    [
        ("objective", "1.4"),
        ("worksite", "werf"),
        ("measure", "maatregel"),
        ("sector", "bouw"),
        ("office", "minister"),
        ("organisation", "brupartners"),
        ("term", "werf"),
        ("", "de"),
    ],
)
def test_it_takes_the_same_queries_whatever_it_finds(client, kind, query):
    """A result that asked for its own worksite would make “werf” 17 queries."""
    with CaptureQueriesContext(connection) as captured:
        response = get(client, "nl", q=query, kind=kind)
    found = {result.entry.kind for result in response.context["results"]}
    assert found == {kind} if kind else len(found) > 2
    assert len(captured) <= 6


# What is not found, and what cannot be ---------------------------------------------------------------


def test_it_offers_a_correction_and_the_other_language(client):
    page = text_of(get(client, "nl", q="toerismme"))
    assert '<a href="?q=toerisme"><strong>toerisme</strong></a>' in page
    page = text_of(get(client, "nl", q="bâtiments"))
    assert '<a href="/fr/recherche/?q=b%C3%A2timents" hreflang="fr-BE">' in page
    page = text_of(get(client, "fr", q="dienstencheques"))
    assert '<a href="/nl/zoeken/?q=dienstencheques" hreflang="nl-BE">' in page


def test_it_corrects_only_the_wrong_word_with_the_accents_of_the_portal():
    assert Search("economie numerque", "fr").corrected.query == "economie numérique"
    assert Search("Tourisme et patrimone", "fr").corrected.query == "Tourisme et patrimoine"
    assert Search("xyzzy", "fr").corrected is None


@pytest.mark.parametrize(
    ("query", "language"),
    [
        ("vrouwen", "nl"),
        ("onderwijs", "nl"),
        ("diie", "nl"),
        ("femmes", "fr"),
        ("enseignement", "fr"),
        ("duns", "fr"),
    ],
)
def test_it_offers_no_word_that_is_merely_alike_nor_one_that_says_nothing(query, language):
    assert found(query, language) == []
    assert Search(query, language).corrected is None


def test_it_offers_words_apart_that_are_not_found_together(client):
    page = text_of(get(client, "nl", q="horeca logistiek"))
    assert '<a href="?q=horeca">horeca</a>, <a href="?q=logistiek">logistiek</a>' in page


@pytest.mark.parametrize("query", ["", "   ", "?!…", "-", '""', "’", "a" * 201, "« »", "%", "_", "\\", "🙂"])
def test_it_explains_what_it_cannot_search_for(client, language, query):
    response = get(client, language, q=query)
    assert response.status_code == 200
    assert not response.context["results"]
    assert bool(response.context["form"].sentences) == bool(query.strip())
    assert 'id="how"' in text_of(response)


@pytest.mark.parametrize("raw", ["%00", "bouw%00", "%ff", "%c3%28", "%ed%a0%80"])
def test_it_refuses_what_is_no_text(client, language, raw):
    assert client.get(f"{PATHS[language]}?q={raw}").status_code == 400


@pytest.mark.parametrize(
    "query",
    [
        '"',
        "a'b",
        "' OR 1=1 --",
        "NEAR(x y)",
        "words : x",
        "x* AND (y",
        "{x}",
        "%%",
        "<script>x</script>",
        "١٢",
        "ﬁn",
    ],
)
def test_it_takes_the_signs_of_query_languages_for_what_they_are(client, language, query):
    response = get(client, language, q=query)
    assert response.status_code == 200
    assert "<script>" not in response.content.decode()


# On every page ---------------------------------------------------------------------------------------


def test_it_has_its_box_on_every_page_without_script(pages):
    for language, path, page in each(pages):
        assert page.count(f'<form class="search" role="search" action="{PATHS[language]}">') == 1, path
        assert '<label class="hidden" for="q">' in page
        assert f'<link rel="search" type="{OPENSEARCH}" href="/{language}/opensearch.xml"' in page
        assert "<script src" not in page


def test_it_describes_itself_to_browsers(client, language):
    response = client.get(f"/{language}/opensearch.xml")
    assert response["Content-Type"].startswith(OPENSEARCH)
    root = ET.fromstring(response.content)
    space = "{http://a9.com/-/spec/opensearch/1.1/}"
    assert root.tag == f"{space}OpenSearchDescription"
    assert 0 < len(root.findtext(f"{space}ShortName")) <= 16
    assert 0 < len(root.findtext(f"{space}Description")) <= 1024
    assert root.find(f"{space}Url").get("template") == f"http://testserver{PATHS[language]}?q={{searchTerms}}"
