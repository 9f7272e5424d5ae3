"""Search: it finds what the tables say, in their order, on either database, and only what is public."""

from html import unescape

import pytest
import yaml
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
from initiatives.search.passages import passage
from initiatives.search.query import Search, terms_of
from initiatives.search.text import NUMBERS

from ..conftest import FIXTURES, LANGUAGES
from ..saving import create, put, update

pytestmark = pytest.mark.django_db
TABLES = {
    language: yaml.safe_load((FIXTURES.parent / f"tests/source/queries_{language}.yaml").read_text())
    for language in LANGUAGES
}
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


@pytest.mark.parametrize("language", LANGUAGES)
def test_it_finds_what_the_table_expects_in_that_order(language):
    wrong = []
    for row in TABLES[language]:
        query, results = row["query"], found(row["query"], language)
        if results != row["results"] or results[:1] != ([row["first"]] if results else []):
            wrong.append((query, results))
        if "correction" in row:
            corrected = Search(query, language).corrected
            if (corrected and corrected.query) != row["correction"]:
                wrong.append((query, corrected))
    assert wrong == []


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
    create(
        Measure,
        worksite=Worksite.objects.get(code="1.4-11"),
        code="1.4-11-m1",
        position=1,
        text_nl="Een zeldzaamwoord",
        text_fr="Un motrare",
    )
    create(
        Measure,
        worksite=Worksite.objects.get(code="1.4-11"),
        code="1.4-11-m2",
        position=2,
        heading_nl="Zeldzaamwoord",
        heading_fr="x",
        text_nl="Tekst",
        text_fr="Texte",
    )
    sector = Sector.objects.get(code="trade")
    sector.name_nl = "Zeldzaamwoorden"
    put(sector)
    assert found("zeldzaamwoord", "nl") == ["sector trade", "measure 1.4-11-m2", "measure 1.4-11-m1"]


# Only what is public ---------------------------------------------------------------------------------


@pytest.mark.parametrize("publication", ["draft", "withdrawn"])
def test_it_finds_nothing_that_is_not_public_even_where_the_index_lags_behind(publication):
    """An update behind the back of the index: the pages' own rule decides when someone searches."""
    assert "worksite 1.4-08" in found("bouw", "nl")
    update(Worksite.objects.filter(code="1.4-08"), publication=publication)
    results = [*found("bouw", "nl"), *found("cluster", "nl")]
    assert not [code for code in results if code.startswith(("worksite 1.4-08", "measure 1.4-08"))]
    update(Objective.objects, publication=publication)
    assert {code.split()[0] for code in found("minister", "nl")} == {"office", "term"}


def test_it_draws_no_correction_from_what_is_not_public():
    update(Sector.objects.filter(code="tourism"), publication="draft")
    update(Worksite.objects.filter(code="1.4-03"), publication="draft")
    update(Term.objects.filter(code="mice"), publication="draft")
    corrected = Search("toerismme", "nl").corrected
    assert corrected is None or corrected.query != "toerisme"


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
