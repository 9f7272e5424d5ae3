"""How to cite: each page and each measure, for people and for the programs that keep their references."""

import re
from html import unescape

import pytest
import segno
from django.conf import settings
from django.urls import resolve
from django.utils import translation

from initiatives.models import Measure, Revision, Strategy, Worksite
from initiatives.pages.urls import ADDRESSES, NOT_CITED

from .. import references
from ..document import Document
from ..reading import TITLE, each, html, plain, text_of
from ..saving import keep, put, update

pytestmark = pytest.mark.django_db
CITATION = r'id="cite".*?<p class="copy">(.*?)</p>'
WORKSITE = "/id/worksite/1.4-02"
MEASURES = {"nl": "maatregelen/", "fr": "mesures/"}
TYPES = {"bib": "application/x-bibtex", "ris": "application/x-research-info-systems"}
LANGUAGE_NAMES = {"nl": "dutch", "fr": "french"}


# For people ------------------------------------------------------------------------------------------


def test_it_tells_how_to_cite_every_page_that_has_content(pages):
    cited = 0
    for _language, path, page in each(pages):
        if 'id="cite"' not in page:
            continue
        citation = text_of(CITATION, page)
        assert text_of(TITLE, page) in citation
        assert all(words in citation for words in ("Go4Brussels 2030", "1.4", "https://be.brussels/")), path
        assert settings.SITE_URL + path in citation or f"{settings.SITE_URL}/id/" in citation
        cited += 1
    assert cited == len(each(pages)) - 4  # the accessibility statement and privacy


def test_each_citation_says_of_which_legislature_it_is(pages):
    strategy = Strategy.objects.get()
    for language, path, page in each(pages):
        with translation.override(language):
            for words in re.findall(r'<p class="copy">(.*?)</p>', page, re.DOTALL):
                assert f"{strategy.context_sentence} " in plain(words), path
                assert strategy.publisher in plain(words), path


def test_it_says_whose_text_is_cited(client):
    said = {
        "/nl/werven/bouw/": "Nederlandse tekst van de bron, versie 1 van ",
        "/fr/chantiers/construction/": "Traduction française, par le portail, du texte néerlandais",
        "/nl/werven/elfde-initiatief/": "Nederlandse tekst, geschreven door het portaal",
        "/fr/a-propos/": "Texte français, rédigé par le portail",
        "/nl/werven/": "Nederlandse tekst van de bron, stand op ",
    }
    for path, words in said.items():
        assert words in text_of(CITATION, html(client, path)), path
    update(
        Worksite.objects.filter(code="1.4-08"),
        provenance_fr="validated",
        validated_by_fr="SPRB",
        validated_on_fr="2026-11-01",
    )
    assert "validée par l’administration" in text_of(CITATION, html(client, "/fr/chantiers/construction/"))


def test_it_cites_version_day_and_permalink_in_each_language(client):
    worksite = Worksite.objects.get(code="1.4-02")
    citations = {}
    for language in ("nl", "fr"):
        with translation.override(language):
            citations[language] = text_of(CITATION, html(client, worksite.url_in(language)))
            assert f"{settings.SITE_URL}{WORKSITE}. " in citations[language]
    assert citations["nl"].startswith("“Werf 2: ")
    assert citations["fr"].startswith("«\u00a0Chantier 2\u00a0: ")


def test_it_cites_the_version_that_is_shown(client):
    worksite = Worksite.objects.get(code="1.4-02")
    worksite.title_nl = "Andere titel"
    put(worksite)
    keep(worksite, at="2027-03-01T12:00:00+01:00", is_small=True)
    assert Revision.objects.filter(kind="worksite", code="1.4-02").count() == 2
    citation = text_of(CITATION, html(client, worksite.url_in("nl")))
    assert "Andere titel" in citation
    assert "2 van 1\u00a0maart\u00a02027" in citation


# One measure -----------------------------------------------------------------------------------------


def measures_on(page):
    """Return (number, anchor, markup) of each measure on the page of its worksite."""
    [found] = re.findall(r'<ol class="measures">(.*?)</ol>', page, re.DOTALL) or [""]
    return re.findall(r'<li id="(m\d+)" value="(\d+)">(.*?)</li>', found, re.DOTALL)


def test_the_link_of_a_measure_is_its_permalink(pages, client):
    linked = 0
    for _language, path, page in each(pages):
        for code, _rest in re.findall(r'<a class="anchor" href="/id/measure/([^"]+)">(.*?)</a>', page):
            assert Measure.objects.filter(code=code).exists(), path
            linked += 1
    assert (
        linked >= 4 * Measure.objects.count()
    )  # in both languages, on the worksite's page and in the dossier
    asked = {"accept-language": "fr"}
    assert client.get("/id/measure/1.4-08-m2", headers=asked)["Location"].endswith("/construction/#m2")


def test_it_gives_a_ready_citation_of_each_measure(client, language):
    for measure in Measure.objects.published().select_related("worksite"):
        with translation.override(language):
            page = html(client, measure.worksite.url_in(language))
        [markup] = [each for anchor, _number, each in measures_on(page) if anchor == measure.anchor]
        citation = text_of(r'<p class="copy">(.*?)</p>', markup)
        with translation.override(language):
            quoted = " ".join(measure.text.split())
            opening = {"nl": f"“{quoted}” ", "fr": f"«\u00a0{quoted}\u00a0» "}[language]
            assert citation.startswith(opening)
            assert f"{settings.SITE_URL}/id/measure/{measure.code}. " in citation
            assert measure.worksite.heading in citation
        assert {"nl": "versie 1 van", "fr": "version 1 du"}[language] in citation
        assert {"nl": "Bron: ", "fr": "Source\u00a0: "}[language] in citation


def test_it_is_quiet_until_it_is_asked(client):
    page = Document(html(client, "/nl/werven/bouw/"))
    shut = [attributes for tag, attributes, _around in page.elements if tag == "details"]
    assert len(shut) == 5  # three measures, the page, the card
    assert all("open" not in attributes for attributes in shut)
    copies = [around for tag, its, around in page.elements if its.get("class") == "copy"]
    assert copies and all("details" in around for around in copies)


# Files -----------------------------------------------------------------------------------------------


def file(client, path):
    response = client.get(path)
    assert response.status_code == 200, path
    form = path.rpartition(".")[2]
    assert response.headers["Content-Type"] == f"{TYPES[form]}; charset=utf-8"
    text = response.content.decode()
    if form == "bib":
        key, facts = references.bibtex(text)
    else:
        facts = references.ris(text)
        key = facts["ID"]
    assert response.headers["Content-Disposition"] == f'attachment; filename="{key}.{form}"'
    return key, facts


def test_it_has_a_file_for_each_page_in_both_forms(pages, client):
    keys = set()
    strategy = Strategy.objects.get()
    for language, path, page in each(pages):
        with translation.override(language):
            context, publisher = strategy.context_sentence, strategy.publisher
        title = f"{text_of(TITLE, page)} – Go4Brussels 2030"
        key, bib = file(client, f"{path}citation.bib")
        _key, ris = file(client, f"{path}citation.ris")
        assert (bib["title"], ris["TI"]) == (title, title)
        assert (bib["url"], bib["note"]) == (ris["UR"], ris["N1"])
        assert (bib["language"], ris["LA"]) == (LANGUAGE_NAMES[language], language)
        assert context in bib["note"] and publisher in bib["note"] and "https://be.brussels/" in bib["note"]
        assert bib["year"] == ris["PY"] == ris["DA"][:4]
        assert bib["publisher"] == ris["PB"] != ""
        if 'id="cite"' in page:
            assert f"{bib['url']}. " in text_of(CITATION, page)
            assert {f"{path}citation.bib", f"{path}citation.ris"} <= {
                link["href"] for link in Document(page).all("a")
            }
        keys.add(key)
    assert len(keys) == len(each(pages))


def test_every_address_is_cited_but_those_of_no_page(pages):
    rooms = {resolve(path).url_name for _language, path, _page in each(pages)}
    assert rooms == {name for name, *_rest in ADDRESSES} - NOT_CITED


@pytest.mark.parametrize(
    "path",
    [
        "/nl/werven/bouw/kaart/citation.bib",
        "/nl/zoeken/citation.ris",
        "/nl/werven/geen-werf/citation.bib",
        "/nl/werven/citation.txt",
        "/nl/maatregelen/1.4-08-m9.bib",
        "/nl/maatregelen/1.4-08-m2.txt",
    ],
)
def test_it_has_no_file_of_what_there_is_not(client, path):
    assert client.get(path).status_code == 404


def test_the_file_of_a_withdrawn_page_says_that_it_is_gone(client):
    update(Worksite.objects.filter(code="1.4-08"), publication="withdrawn", withdrawal_reason_nl="Vervallen.")
    assert client.get("/nl/werven/bouw/citation.bib").status_code == 410
    assert client.get("/nl/maatregelen/1.4-08-m2.bib").status_code == 410


def test_it_has_a_file_for_each_measure_in_both_forms(client, language):
    for measure in Measure.objects.published().select_related("worksite"):
        path = f"/{language}/{MEASURES[language]}{measure.code}"
        _key, bib = file(client, f"{path}.bib")
        _key, ris = file(client, f"{path}.ris")
        with translation.override(language):
            assert bib["abstract"] == ris["AB"] == " ".join(measure.text.split())
            assert measure.worksite.heading in bib["title"] and str(measure.position) in bib["title"]
            page = html(client, measure.worksite.url_in(language))
        assert bib["url"] == ris["UR"] == f"{settings.SITE_URL}/id/measure/{measure.code}"
        assert f'href="{path}.bib"' in page and f'href="{path}.ris"' in page
        assert bib["version"] == ris["ET"] == "1"


def test_nothing_in_a_text_breaks_a_file(client):
    odd = "100% {a} \\b ~c^ $d #e & f_g \u202f; \u00a0: }{ @misc{x,\nER  - \nhttps://a.example/b_c%20{d}, eé"
    update(Worksite.objects.filter(code="1.4-08"), title_nl="Titel \\ {x} & 5%", title_fr="x")
    update(Measure.objects.filter(code="1.4-08-m2"), text_nl=odd)
    _key, bib = file(client, "/nl/maatregelen/1.4-08-m2.bib")
    _key, ris = file(client, "/nl/maatregelen/1.4-08-m2.ris")
    assert bib["abstract"].replace("\u00a0", " ").replace("\u202f", " ").split() == odd.split()
    assert ris["AB"].split() == odd.split()
    _key, bib = file(client, "/nl/werven/bouw/citation.bib")
    assert bib["title"] == "Werf 8: Titel \\ {x} & 5% – Go4Brussels 2030"


def test_the_reader_refuses_what_is_no_bibtex():
    for text in (
        "@misc{a,\n  title = {x\n}\n",
        "@misc{a,\n  note = {5% }\n}\n",
        "@misc{a,\n  month = x\n}\n",
    ):
        with pytest.raises((AssertionError, IndexError)):
            references.bibtex(text)


# On paper --------------------------------------------------------------------------------------------


def test_it_prints_the_permalink_as_a_qr_code(client):
    for path, address in {
        "/nl/werven/bouw/": f"{settings.SITE_URL}/id/worksite/1.4-08",
        "/fr/secteurs/": f"{settings.SITE_URL}/fr/secteurs/",
    }.items():
        page = html(client, path)
        [drawn] = re.findall(r'<div class="printed" aria-hidden="true"><svg [^>]*>(.*?)</svg></div>', page)
        code = segno.make(address, micro=False, error="m", boost_error=False)
        assert drawn in code.svg_inline(omitsize=True, border=0, svgclass="qr", lineclass=None)
        assert "style=" not in drawn
        assert unescape(page).count("<svg") == 1
