"""The measures as one list: all of them, by sector and by office, each with what belongs to it."""

import json
import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from initiatives.models import Measure, Worksite

from ..document import Document
from ..editing import text
from ..saving import put, update
from ..tree import tree

pytestmark = pytest.mark.django_db
ADDRESSES = {"nl": "/nl/maatregelen/", "fr": "/fr/mesures/"}


def codes(page):
    """Return the codes of the measures that a page shows, in its order."""
    return re.findall(r'href="/id/measure/([\w.-]+)"', page.content.decode())


def expected(**lookup):
    return list(Measure.objects.published().filter(**lookup).distinct().values_list("code", flat=True))


def links(page):
    """Return `{address: words}` of the filters."""
    html = re.search(r'<nav class="filters".*?</nav>', page.content.decode(), re.S)[0]
    found = re.findall(r'<a href="(\?[^"]*)"[^>]*>(.*?)</a>', html)
    return {address.replace("&amp;", "&"): re.sub("<[^>]+>", "", words) for address, words in found}


def test_it_shows_every_measure_with_its_worksite_who_steers_and_the_sectors(client, language):
    page = client.get(ADDRESSES[language])
    said = tree(page.content.decode()).text
    assert codes(page) == expected()
    for measure in Measure.objects.all():
        for each in (measure.text, measure.heading, measure.worksite.title):
            assert plain(each) in said
    for worksite in Worksite.objects.filter(measure__isnull=False).distinct():
        names = [row.wording for row in worksite.steering_set.all()]
        names += [sector.name for sector in worksite.sectors]
        assert [name for name in names if plain(name) not in said] == []


def plain(words):
    return " ".join(words.split())


def test_it_prints_the_notes_on_slips_and_other_remarks(client, language):
    said = text(client.get(ADDRESSES[language]))
    label = {"nl": "Verschrijving", "fr": "Coquille"}[language]
    assert said.count(label) >= Measure.objects.exclude(slip_nl="").count() > 0


def test_it_names_the_worksites_without_a_measure_in_the_source(client, language):
    html = client.get(ADDRESSES[language]).content.decode()
    silent = html[html.index('id="without"') :]
    without = Worksite.objects.published().filter(measure__isnull=True)
    numbers = re.findall(r'<span class="number">(\d+)</span>', silent)
    assert [int(number) for number in numbers] == [worksite.number for worksite in without]
    counted = {"nl": "11 maatregelen, bij 4 van de 10 werven", "fr": "11 mesures, pour 4 des 10 chantiers"}
    assert counted[language] in tree(html).text


@pytest.mark.parametrize(
    ("query", "lookup"),
    [
        ("?sector=construction", {"worksite__worksitesector__sector__code": "construction"}),
        ("?office=minister-president", {"worksite__steering__office__code": "minister-president"}),
        (
            "?sector=tourism&office=minister-president",
            {
                "worksite__worksitesector__sector__code": "tourism",
                "worksite__steering__office__code": "minister-president",
            },
        ),
    ],
)
def test_it_filters_by_sector_and_by_office(client, language, query, lookup):
    page = client.get(ADDRESSES[language] + query)
    assert codes(page) == expected(**lookup)
    assert 0 < len(codes(page)) < Measure.objects.count()
    document = Document(page.content.decode())
    [robots] = document.all("meta", name="robots")
    assert robots["content"] == "noindex"
    [canonical] = document.all("link", rel="canonical")
    assert canonical["href"].endswith(ADDRESSES[language])
    twin = ADDRESSES["fr" if language == "nl" else "nl"] + query
    assert twin.replace("&", "&amp;") in page.content.decode()


def test_the_whole_list_may_be_indexed(client, language):
    assert "noindex" not in client.get(ADDRESSES[language]).content.decode()


def test_each_filter_leads_to_as_many_measures_as_it_says(client, language):
    for query in ("", "?sector=construction", "?sector=tourism&office=minister-work"):
        for address, words in links(client.get(ADDRESSES[language] + query)).items():
            count = int(re.search(r"\((\d+)\)$", words)[1])
            assert len(codes(client.get(ADDRESSES[language] + address))) == count, (query, address)


def test_a_filter_keeps_the_other_one(client):
    found = links(client.get("/nl/maatregelen/?sector=construction"))
    assert "?sector=construction&office=minister-president" in found
    assert "?sector=tourism" in found and "?" in found


@pytest.mark.parametrize("query", ["?sector=nothing", "?sector=&office=Minister", "?sector=1.4"])
def test_an_unknown_filter_is_explained_and_filters_nothing(client, language, query):
    page = client.get(ADDRESSES[language] + query)
    sentence = {"nl": "Deze filter bestaat niet", "fr": "Ce filtre n’existe pas"}[language]
    assert text(page).count(sentence) == 1
    assert codes(page) == expected()


def test_it_says_so_where_no_measure_fits(client, language):
    page = client.get(f"{ADDRESSES[language]}?sector=trade")
    sentence = {"nl": "Hier geeft de bron geen maatregel", "fr": "Ici, la source ne donne aucune mesure"}
    assert sentence[language] in text(page)
    assert codes(page) == []
    assert {"nl": "Groot- en kleinhandel", "fr": "Commerce de gros et de détail"}[language] in text(page)


def test_it_leads_to_the_same_list_as_data(client, language):
    [link] = Document(client.get(ADDRESSES[language]).content.decode()).all("a", href="/data/measures.csv")
    assert link["type"] == "text/csv"


def test_it_shows_no_measure_that_readers_may_not_see(client):
    update(Measure.objects.filter(code="1.4-08-m1"), publication="draft")
    update(Worksite.objects.filter(code="1.4-04"), publication="draft")
    assert codes(client.get("/nl/maatregelen/")) == expected()
    assert "1.4-08-m1" not in expected()


def test_it_is_a_collection_for_machines_and_stands_in_navigation_home_and_sitemap(client, language):
    html = client.get(ADDRESSES[language]).content.decode()
    [data] = re.findall(r'<script type="application/ld\+json">(.*?)</script>', html, re.S)
    assert json.loads(data)["@graph"][0]["@type"] == "CollectionPage"
    home = client.get(f"/{language}/").content.decode()
    assert home.count(f'href="{ADDRESSES[language]}"') == 2
    assert ADDRESSES[language] in client.get("/sitemap.xml").content.decode()


def test_it_asks_as_many_queries_however_many_measures_there_are(client):
    def queries(path):
        with CaptureQueriesContext(connection) as found:
            client.get(path)
        return len(found)

    paths = ("/nl/maatregelen/", "/fr/mesures/?sector=construction&office=minister-president")
    before = [queries(path) for path in paths]
    for measure in Measure.objects.all():
        measure.pk, measure.position, measure.code = None, measure.position + 50, f"{measure.code}0"
        put(measure)
    assert [queries(path) for path in paths] == before
    assert max(before) <= 8


# What the source gives of a worksite -----------------------------------------------------------------


def given(client, worksite, language):
    """Return `{what: yes or no}` as the page of a worksite has it."""
    html = client.get(worksite.url_in(language)).content.decode()
    facts = re.search(r'<dl class="given">.*?</dl>', html, re.S)[0]
    facts = re.sub(r"</?a\b[^>]*>", "", facts)  # a term may be linked to the glossary
    return dict(re.findall(r"<dt>(.*?)</dt><dd>(.*?)</dd>", facts))


def test_a_worksite_says_what_the_source_gives_and_what_it_does_not(client, language):
    names = {
        "nl": ("Maatregelen", "Sturende instanties", "Datums", "Budget", "Indicatoren", "ja", "nee"),
        "fr": ("Mesures", "Instances pilotes", "Dates", "Budget", "Indicateurs", "oui", "non"),
    }[language]
    *names, yes, no = names
    for worksite in Worksite.objects.published():
        measures, offices = worksite.measure_set.count(), worksite.steering_set.count()
        values = [f"{yes} ({count})" if count else no for count in (measures, offices)] + [no, no, no]
        assert given(client, worksite, language) == dict(zip(names, values, strict=True)), worksite


def test_of_the_announced_initiative_the_source_gives_nothing(client, language):
    worksite = Worksite.objects.get(is_announced_only=True)
    assert set(given(client, worksite, language).values()) == {{"nl": "nee", "fr": "non"}[language]}
    sentence = {"nl": "geeft de bron alleen het aantal", "fr": "la source ne donne rien d’autre que"}
    assert sentence[language] in text(client.get(worksite.url_in(language)))


def test_a_worksite_follows_what_an_editor_says_that_the_source_gives(client):
    worksite = Worksite.objects.get(code="1.4-02")
    update(Worksite.objects.filter(pk=worksite.pk), gives_dates=True, gives_indicators=True)
    assert list(given(client, worksite, "nl").values()) == ["ja (3)", "ja (2)", "ja", "nee", "ja"]
