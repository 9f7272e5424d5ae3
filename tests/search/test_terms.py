"""The glossary: its page, its permalinks, and the links to it from the first use of a term."""

import re
from html import unescape

import pytest
from django.contrib.auth.models import User
from django.utils.translation import override

from initiatives.models import Measure, Term
from initiatives.pages.glossary_links import link_terms
from initiatives.search.glossary import Glossary, first_uses

from ..document import Document
from ..saving import update

pytestmark = pytest.mark.django_db
PATHS = {"nl": "/nl/begrippen/", "fr": "/fr/glossaire/"}
LINK = re.compile(r'<a class="term" href="[^"]*">(.*?)</a>')


def linked(text, language):
    """Return what of a text leads to which term."""
    with override(language):
        return [(text[use.start : use.end], use.term.code) for use in first_uses(text, Glossary(), set())]


@pytest.mark.parametrize(
    ("text", "language", "expected"),
    [
        ("bij de oprichting van de PWO.", "nl", [("PWO", "training-employment-hub")]),
        ("lors de la création du PFE.", "fr", [("PFE", "training-employment-hub")]),
        ("De werven, een werf", "nl", [("werven", "worksite")]),
        ("zko’s en kmo's", "nl", [("zko’s", "very-small-enterprise"), ("kmo's", "sme")]),
        ("voor de MICE-sector, mice", "nl", [("MICE-sector", "mice")]),
        ("les titres-services", "fr", [("titres-services", "service-vouchers")]),
        ("PFE, le pôle formation-emploi", "fr", [("PFE", "training-employment-hub")]),
        ("axée sur les axes", "fr", [("axes", "pillar")]),
        ("Initiateur : le ministre · associé", "fr", []),
        ("le Secrétaire d’État", "fr", [("Secrétaire d’État", "state-secretary")]),
        ("d’entreprises logistiques décarbonées", "fr", [("décarbonées", "carbon-free")]),
        ("de last. Mile logistiek", "nl", []),
        ("een werkplaats, verwerven, pow", "nl", []),
    ],
)
def test_it_knows_a_term_however_it_is_inflected(text, language, expected):
    assert linked(text, language) == expected


@pytest.mark.parametrize(
    ("text", "language", "codes"),
    [
        ("le commerce de gros et de détail", "fr", {"wholesale", "retail-trade"}),
        ("de groot- en kleinhandel", "nl", {"wholesale", "retail-trade"}),
    ],
)
def test_it_reads_what_a_coordination_leaves_unsaid(text, language, codes):
    with override(language):
        assert {use.term.code for use in Glossary().uses(text)} == codes


def test_it_links_once_and_leaves_the_text_as_it_is(language):
    text = {"nl": "een werf & werven", "fr": "un chantier & des chantiers"}[language]
    page = f"<h2>{text}</h2><p lang='x'>{text}</p><p><a href='/'>{text}</a> {text}</p><p>{text}</p>"
    found = link_terms(page, Glossary())
    assert LINK.sub(r"\1", found) == page
    assert LINK.findall(found) == [text.split()[1]]
    assert f'{PATHS[language]}#worksite"' in found


def test_it_links_from_the_first_use_on_a_page_and_never_in_a_link_or_heading(client, pages, language):
    ids = Document(client.get(PATHS[language]).content.decode()).ids
    seen = set()
    for path, html in (both[language] for both in pages):
        page = Document(html)
        links = [(attributes, around) for tag, attributes, around in page.elements if tag == "a"]
        links = [pair for pair in links if pair[0].get("class") == "term"]
        targets = [attributes["href"] for attributes, _around in links]
        assert len(targets) == len(set(targets)), path
        for attributes, around in links:
            assert not {"a", "h1", "h2", "h3", "h4", "button", "label"} & set(around)
            target, _hash, code = attributes["href"].partition("#")
            assert (target, code in ids) == (PATHS[language], True)
            seen.add(code)
    assert {"training-employment-hub", "mice", "consulted-priority", "management-agreement"} <= seen
    assert len(seen) > 25


def test_it_keeps_the_text_of_a_measure_to_the_letter(client, language):
    for measure in Measure.objects.select_related("worksite"):
        page = client.get(measure.worksite.get_absolute_url()).content.decode()
        text = unescape(re.sub(r"<[^>]+>", "", page))
        assert measure.text in text


@pytest.mark.parametrize(("language", "first"), [("nl", "Associ"), ("fr", "Accord-cadre")])
def test_its_page_is_in_the_order_of_the_reader_with_everything_that_is_known(client, language, first):
    page = client.get(PATHS[language]).content.decode()
    text = " ".join(unescape(re.sub(r"<[^>]+>", " ", page)).split())
    with override(language):
        names = [term.name for term in Glossary().terms]
    places = [page.index(f'id="{term.code}"') for term in Glossary().terms] if language == "nl" else []
    assert places == sorted(places)
    assert len(names) == Term.objects.published().count() > 40
    for term in Term.objects.published():
        with override(language):
            for value in (term.definition.split("\n")[0], term.synonyms, term.abbreviation, term.permalink):
                assert not value or " ".join(value.split())[:40] in text or value in page, value
        other = "fr" if language == "nl" else "nl"
        assert f'<span lang="{other}">{getattr(term, f"name_{other}")}'.replace("'", "&#x27;") in page
    assert 'href="https://brupartners.brussels/nl/opdrachten"' in page


def test_it_sorts_without_accents_and_the_same_everywhere():
    with override("fr"):
        names = [term.name for term in Glossary().terms]
    assert names.index("axe") < names.index("emploi") < names.index("pôle de compétitivité")
    assert names.index("législature") < names.index("logistique urbaine")
    assert names[0] == "accord-cadre sectoriel"


def test_a_permalink_leads_to_the_term_in_the_reader_s_language(client):
    for language, path in PATHS.items():
        response = client.get("/id/term/mice", headers={"accept-language": language})
        assert (response.status_code, response["Location"]) == (303, f"{path}#mice")
    assert client.get("/id/term/mice", headers={"accept-language": "de"}).status_code == 200
    assert client.get("/id/term/nothing").status_code == 404
    update(Term.objects.filter(code="mice"), publication="draft")
    assert client.get("/id/term/mice").status_code == 404
    assert 'id="mice"' not in client.get(PATHS["nl"]).content.decode()


def test_an_editor_corrects_a_term(client):
    client.force_login(User.objects.create_superuser("editor", password="x"))
    term = Term.objects.get(code="mice")
    assert client.get(f"/admin/initiatives/term/{term.pk}/change/", follow=True).status_code == 200
    assert client.get("/admin/initiatives/term/?q=PFE", follow=True).status_code == 200


def test_a_change_of_a_term_leads_to_it(client, language):
    page = client.get({"nl": "/nl/wijzigingen/", "fr": "/fr/modifications/"}[language]).content.decode()
    while f'href="{PATHS[language]}#mice"' not in page:
        older = re.search(r'href="(\?page=\d+)" rel="next"', page)
        assert older
        page = client.get(
            {"nl": "/nl/wijzigingen/", "fr": "/fr/modifications/"}[language] + older[1]
        ).content.decode()
