"""Search: it finds what the tables say, in their order, on either database, and only what is public."""

import xml.etree.ElementTree as ET
from html import unescape

import pytest
import yaml
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils.http import urlencode

from initiatives.models import (
    IndexEntry,
    Measure,
    Objective,
    ObjectiveOffice,
    Office,
    OfficeHolder,
    Organisation,
    Sector,
    Steering,
    Term,
    Worksite,
)
from initiatives.search.passages import marked, passage
from initiatives.search.query import Search, terms_of
from initiatives.search.text import NUMBERS

from ..conftest import FIXTURES, LANGUAGES

pytestmark = pytest.mark.django_db
TABLES = {
    language: yaml.safe_load((FIXTURES.parent / f"tests/source/queries_{language}.yaml").read_text())
    for language in LANGUAGES
}
ROWS = [(language, row) for language, table in TABLES.items() for row in table]
OPENSEARCH = "application/opensearchdescription+xml"
PATHS = {"nl": "/nl/zoeken/", "fr": "/fr/recherche/"}


def found(query, language, **filters):
    """Return the results as the tables write them: “worksite 1.4-08”."""
    search = Search(query, language, **filters)
    return [f"{result.entry.kind} {result.entry.code}" for result in search.results(search.keys)]


def get(client, language, **query):
    return client.get(f"{PATHS[language]}?{urlencode(query)}")


def text_of(response):
    return unescape(response.content.decode())


# What is found ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", LANGUAGES)
def test_it_has_a_table_of_at_least_sixty_queries(language):
    queries = [row["query"] for row in TABLES[language]]
    assert len(queries) == len(set(queries)) >= 60


@pytest.mark.parametrize(
    ("language", "row"), ROWS, ids=lambda value: value if value in LANGUAGES else value["query"]
)
def test_it_finds_what_the_table_expects_in_that_order(language, row):
    results = found(row["query"], language)
    assert results == row["results"]
    assert results[:1] == ([row["first"]] if results else [])
    if "correction" in row:
        corrected = Search(row["query"], language).corrected
        assert (corrected and corrected.query) == row["correction"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_it_finds_each_office_by_every_wording_in_either_language_and_by_its_holders(language):
    names = [(row.office, row.name) for row in OfficeHolder.objects.published()]
    for model in (Steering, ObjectiveOffice):
        for row in model.objects.published():
            names += [(row.office, row.wording_nl), (row.office, row.wording_fr)]
    missed = [name for office, name in names if f"office {office.code}" not in found(name, language)]
    assert missed == []
    assert len(names) > 50


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("model", [Objective, Worksite, Sector, Office, Organisation])
def test_it_finds_everything_by_its_own_title_first(model, language):
    records = model.objects.published()
    for record in records.main() if model is Objective else records:
        name = "title" if model in (Objective, Worksite) else "name"
        results = found(getattr(record, f"{name}_{language}"), language)
        same_kind = [result for result in results if result.startswith(model._meta.model_name)]
        assert same_kind[0] == f"{model._meta.model_name} {record.code}"


@pytest.mark.parametrize("language", LANGUAGES)
def test_it_finds_each_measure_by_its_text_and_leads_to_its_anchor(language, client):
    for measure in Measure.objects.published():
        search = Search(getattr(measure, f"text_{language}")[:200].rpartition(" ")[0], language)
        [entry] = [each.entry for each in search.results(search.keys) if each.entry.object_id == measure.pk]
        path, _hash, anchor = entry.path.partition("#")
        assert f'id="{anchor}"' in client.get(path).content.decode()


@pytest.mark.parametrize(
    ("one", "other", "language"),
    [
        ("synergiën", "SYNERGIEN", "nl"),
        ("zko's", "zko’s", "nl"),
        ("minister-president", "minister‑president", "nl"),
        ("minister-president", "ministerpresident", "nl"),
        ("sectoren", "sector", "nl"),
        ("werf 8", "8 werf", "nl"),
        ("l'économie", "economie", "fr"),
        ("d’emplois", "emploi", "fr"),
        ("mise en œuvre", "mise en oeuvre", "fr"),
        ("e\u0301conomie", "économie", "fr"),
        ("ministres", "ministre", "fr"),
        ("créatif", "créatives", "fr"),
    ],
)
def test_it_finds_the_same_however_a_word_is_written(one, other, language):
    assert found(one, language) == found(other, language) != []


def test_it_takes_numbers_and_codes_whole():
    assert found("8", "nl") == found("werf 8", "nl") == found("1.4-08", "nl") == ["worksite 1.4-08"]
    assert found("1.4", "nl") == ["objective 1.4"]
    assert found("4", "nl") == ["worksite 1.4-04"]
    assert found("0", "nl") == []


def test_it_takes_a_phrase_in_quotes_word_for_word():
    both = ["worksite 1.4-05", "term urban-industry"]
    assert found('"stedelijke industrie"', "nl") == found("“Stedelijke Industrie”", "nl") == both
    assert found('"industrie stedelijke"', "nl") == []
    assert found('"stedelijk industrie"', "nl") == []
    # A phrase does not run from the title into the text, and a lone quotation mark is none.
    assert found('"Bouw Minister-President"', "nl") == []
    assert found('"stedelijke industrie', "nl") == found("stedelijke industrie", "nl")


def test_it_finds_a_measure_with_the_help_of_its_worksite_but_not_by_that_alone():
    assert found("bouw cluster", "nl") == ["measure 1.4-08-m3"]
    assert "measure 1.4-08-m3" not in found("bouw", "nl")


@pytest.mark.parametrize("language", LANGUAGES)
def test_it_finds_each_measure_first_by_the_title_it_shows_and_by_its_numbers(language):
    numbers = {"nl": "maatregel {} van werf {}", "fr": "mesure {} du chantier {}"}[language]
    for measure in Measure.objects.published().select_related("worksite"):
        [title] = IndexEntry.objects.filter(
            language=language, kind="measure", object_id=measure.pk
        ).values_list("title", flat=True)
        for query in (title, numbers.format(measure.position, measure.worksite.number)):
            assert found(query, language)[0] == f"measure {measure.code}", query


@pytest.mark.parametrize("language", LANGUAGES)
def test_it_finds_the_number_of_a_measure_only_beside_another_word(language):
    for number in range(1, 12):
        assert found(str(number), language) == [f"worksite 1.4-{number:02}"]


def test_it_finds_each_worksite_by_its_number_in_words_without_showing_that():
    for language, label in (("nl", "werf"), ("fr", "chantier")):
        for number, word in enumerate(NUMBERS[language], start=1):
            search = Search(f"{label} {word}", language)
            first = next(search.results(search.keys)).entry
            assert first.code == f"1.4-{number:02}"
            assert word not in first.passages[language]


def test_it_finds_what_the_page_of_the_objective_says_in_its_facts(client, language):
    """Each of these is on the page as it is asked for here, and the passage that is shown has it."""
    objective = Objective.objects.main().get()
    page = text_of(client.get(objective.get_absolute_url())).replace("\u00a0", " ")
    facts = {
        "nl": ["2019", "februari 2021", "24 mei 2023", "Gewestelijke Overheidsdienst Brussel", "pijler"],
        "fr": ["2019", "février 2021", "24 mai 2023", "Service public régional de Bruxelles", "1.3"],
    }[language]
    for fact in facts:
        assert fact in page
        search = Search(fact, language)
        [result] = [each for each in search.results(search.keys) if each.entry.kind == "objective"]
        assert result.entry.code == "1.4"
        assert result.passage.count("<mark>") == len(search.terms)


def test_it_puts_the_title_before_the_wordings_and_these_before_the_text():
    Worksite.objects.get(code="1.4-11").measure_set.create(
        code="1.4-11-m1", position=1, text_nl="Een zeldzaamwoord", text_fr="Un motrare"
    )
    Worksite.objects.get(code="1.4-11").measure_set.create(
        code="1.4-11-m2",
        position=2,
        heading_nl="Zeldzaamwoord",
        heading_fr="x",
        text_nl="Tekst",
        text_fr="Texte",
    )
    sector = Sector.objects.get(code="trade")
    sector.name_nl = "Zeldzaamwoorden"
    sector.save()
    assert found("zeldzaamwoord", "nl") == ["sector trade", "measure 1.4-11-m2", "measure 1.4-11-m1"]


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


@pytest.mark.parametrize(("language", "row"), [each for each in ROWS if each[1]["results"]])
def test_it_marks_every_result_where_a_reader_sees_it(language, row):
    """Only a number, a code or the name of a kind finds what stands in no text."""
    search = Search(row["query"], language)
    told_apart = {"werf", "werven", "chantier", "chantiers", "maatregel", "mesure", "sector", "sectoren"}
    told_apart |= {"secteur", "secteurs", "partners", "partenaires"}
    for result in search.results(search.keys):
        if not any(term.is_whole or term.text in told_apart for term in search.terms):
            assert "<mark>" in f"{result.title}{result.passage}", result.entry.code


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
        worksite.measure_set.create(
            code=f"1.4-11-m{number}", position=number, text_nl=f"Zeldzaamwoord {number}", text_fr="x"
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


# Only what is public ---------------------------------------------------------------------------------


@pytest.mark.parametrize("publication", ["draft", "withdrawn"])
def test_it_finds_nothing_that_is_not_public_even_where_the_index_lags_behind(publication):
    """An update behind the back of the index: the pages' own rule decides when someone searches."""
    assert "worksite 1.4-08" in found("bouw", "nl")
    Worksite.objects.filter(code="1.4-08").update(publication=publication)
    results = [*found("bouw", "nl"), *found("cluster", "nl")]
    assert not [code for code in results if code.startswith(("worksite 1.4-08", "measure 1.4-08"))]
    Objective.objects.update(publication=publication)
    assert {code.split()[0] for code in found("minister", "nl")} == {"office", "term"}


def test_it_draws_no_correction_from_what_is_not_public():
    Sector.objects.filter(code="tourism").update(publication="draft")
    Worksite.objects.filter(code="1.4-03").update(publication="draft")
    Term.objects.filter(code="mice").update(publication="draft")
    corrected = Search("toerismme", "nl").corrected
    assert corrected is None or corrected.query != "toerisme"


# On every page ---------------------------------------------------------------------------------------


def test_it_has_its_box_on_every_page_without_script(client, site):
    for paths in site:
        for language, path in paths.items():
            page = client.get(path).content.decode()
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


# The words of the glossary ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("language", "query", "expected"),
    [
        ("nl", "POW", "Bouw"),
        ("nl", "detailhandel", "Groot- en kleinhandel"),
        ("nl", "retail", "Groot- en kleinhandel"),
        ("nl", "winkelier", "Groot- en kleinhandel"),
        ("nl", "café", "Horeca"),
        ("nl", "werkgelegenheid", "Tewerkstelling"),
        ("nl", "Minister van Werk", "Minister voor Werk"),
        ("fr", "vente au détail", "Commerce de gros et de détail"),
        ("fr", "magasin", "Commerce de gros et de détail"),
        ("fr", "PFE", "Construction"),
        ("fr", "ministre de lemploi", "Ministre de l’Emploi"),
    ],
)
def test_it_finds_by_other_words_for_the_same_among_the_first_three(language, query, expected):
    search = Search(query, language)
    assert any(expected in result.entry.title for result in search.results(search.keys[:3]))


@pytest.mark.parametrize(
    ("language", "query", "result"),
    [
        ("nl", "lidwoord", "worksite 1.4-02"),
        ("nl", "enkelvoud", "worksite 1.4-04"),
        ("nl", "citymarketingbeleid", "measure 1.4-03-m3"),
        ("fr", "singulier", "worksite 1.4-05"),
        ("fr", "ponctuation", "measure 1.4-03-m1"),
    ],
)
def test_it_finds_slips_and_remarks_with_their_record(language, query, result):
    assert result in found(query, language)


def test_it_says_the_language_of_what_a_passage_quotes():
    shown = passage(["La source écrit « PWO » ; l’abréviation"], terms_of("source pwo", "fr"), "fr")
    assert '« <span lang="nl"><mark>PWO</mark></span> »' in shown.replace("\xa0", " ")
    assert "lang=" not in passage(["De bron schrijft “PWO”"], terms_of("pwo", "nl"), "nl")
