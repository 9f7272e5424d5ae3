"""What others point at: permalinks, anchors, structured data."""

import json
import re
from html import unescape
from pathlib import Path

import pytest
import yaml
from django.conf import settings

from initiatives.models import Measure, Objective, Office, Sector, Worksite
from initiatives.pages import permalinks

from .. import schema_org
from ..reading import each, html, plain, text_of
from ..saving import update

pytestmark = pytest.mark.django_db
ANCHORS = Path(__file__).parents[1] / "source" / "anchors.yaml"
WORKSITE = "/id/worksite/1.4-02"


def public_items():
    return [item for model in permalinks.KINDS.values() for item in model.objects.published()]


# Permalinks ------------------------------------------------------------------------------------------

ASKED = {
    "nl": "nl",
    "fr": "fr",
    "nl-BE": "nl",
    "nl-NL, en;q=0.8": "nl",
    "FR-ca": "fr",
    "fr-BE,fr;q=0.9,nl;q=0.8,en;q=0.7": "fr",
    "en, de;q=0.9, nl;q=0.1": "nl",
    "nl;q=0.5, fr;q=0.501": "fr",
    "nl;q=0, *": "fr",
    "fr;q=0.2, *;q=0.8": "nl",
    "nl;q=0.3, nl-BE;q=0.9, fr;q=0.5": "nl",
    "": None,
    "*": None,
    "en": None,
    "nl, fr": None,
    "nl;q=0, fr;q=0": None,
    "nonsense;;q=": None,
    "nld": None,
}


@pytest.mark.parametrize("header", ASKED)
def test_it_leads_to_the_language_that_the_reader_prefers(client, header):
    response = client.get(WORKSITE, headers={"accept-language": header})
    worksite = Worksite.objects.get(code="1.4-02")
    if ASKED[header]:
        assert response.status_code == 303
        # What leads elsewhere can be kept too, and given where the portal cannot answer.
        assert response.headers["Cache-Control"].startswith("public, max-age=")
        assert response.headers["Location"] == worksite.url_in(ASKED[header])
    else:
        assert response.status_code == 200
    assert "Accept-Language" in response.headers["Vary"]
    assert not response.cookies


def test_it_lets_the_reader_choose_where_both_languages_are_equal(client):
    page = html(client, WORKSITE)
    worksite = Worksite.objects.get(code="1.4-02")
    for language in ("nl", "fr"):
        door = rf'<a class="door" href="{worksite.url_in(language)}" lang="{language}-BE".*?</a>'
        assert getattr(worksite, f"title_{language}") in text_of(door, page)
    assert "noindex" not in page, "it is x-default of both pages"
    assert f'<link rel="canonical" href="{settings.SITE_URL}{WORKSITE}">' in page


def test_it_has_a_permalink_for_every_item(client):
    items = public_items()
    assert {item._meta.model_name for item in items} == set(permalinks.KINDS)
    for item in items:
        for language in ("nl", "fr"):
            response = client.get(item.permalink, headers={"accept-language": language})
            assert response.status_code == 303, item.permalink
            address, _hash, anchor = response.headers["Location"].partition("#")
            page = html(client, address)
            assert anchor == "" or f'id="{anchor}"' in page


def test_it_leads_from_an_objective_known_by_title_to_the_place_that_has_it(client):
    response = client.get("/id/objective/1.2", headers={"accept-language": "fr"})
    assert response.headers["Location"] == "/fr/objectif/1.4/#objectives"
    objective = Objective.objects.get(code="1.2")
    doors = unescape(html(client, "/id/objective/1.2"))
    assert objective.official_title_nl in doors
    assert objective.official_title_fr in doors


def test_it_leads_programs_to_the_data(client):
    headers = {"accept": "application/json", "accept-language": "fr"}
    response = client.get(WORKSITE, headers=headers)
    assert response.status_code == 303
    assert json.loads(client.get(response.headers["Location"]).content)
    assert "Accept" in re.split(", *", response.headers["Vary"])
    browser = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"
    page = client.get(WORKSITE, headers={"accept": browser, "accept-language": "fr"}).headers["Location"]
    assert not page.endswith(".json")


@pytest.mark.parametrize(
    "path",
    ["worksite/1.4-99", "worksite/", "measure/1.4-02-m9", "measure/1.4-02-m1/1", "page/1.4", "office/%00"],
)
def test_it_does_not_know_other_permalinks(client, path):
    assert client.get(f"/id/{path}").status_code in (400, 404)


def test_a_measure_has_a_permalink_of_its_own(client):
    path = "/id/measure/1.4-08-m2"
    for language, page in (("nl", "/nl/werven/bouw/#m2"), ("fr", "/fr/chantiers/construction/#m2")):
        answer = client.get(path, headers={"accept-language": language})
        assert (answer.status_code, answer.headers["Location"]) == (303, page)
        # One who is asked to choose comes to the measure as well.
        assert f'href="{page}"' in client.get(path).content.decode()
        assert f"http://testserver{path}" in client.get(page).content.decode()
    update(Measure.objects.filter(code="1.4-08-m2"), publication="draft")
    assert client.get(path).status_code == 404


def test_a_permalink_with_a_slash_leads_to_the_one_without(client):
    answer = client.get(f"{WORKSITE}/")
    assert (answer.status_code, answer.headers["Location"]) == (301, WORKSITE)


def test_it_hides_drafts(client):
    update(Worksite.objects.filter(code="1.4-02"), publication="draft")
    assert client.get(WORKSITE).status_code == 404
    assert client.get("/picture/worksite/1.4-02.nl.png").status_code == 404


def test_it_says_what_a_withdrawn_item_was(client):
    worksite = Worksite.objects.get(code="1.4-02")
    reasons = {f"withdrawal_reason_{language}": f"Reden-{language}" for language in ("nl", "fr")}
    update(Worksite.objects.filter(pk=worksite.pk), publication="withdrawn", **reasons)
    response = client.get(WORKSITE)
    assert response.status_code == 410
    for language in ("nl", "fr"):
        assert getattr(worksite, f"title_{language}") in response.content.decode()
        assert f"Reden-{language}" in response.content.decode()


def test_it_leads_from_the_permalink_of_a_version_to_that_version(client, language):
    answer = client.get("/id/worksite/1.4-08/1", headers={"accept-language": language})
    assert answer.status_code == 303
    assert answer["Location"].endswith({"nl": "/versies/1/", "fr": "/versions/1/"}[language])
    assert client.get(answer["Location"]).status_code == 200
    assert client.get("/id/worksite/1.4-08/2").status_code == 404


# Anchors ---------------------------------------------------------------------------------------------


def anchors(page):
    """Return the names of the sections and measures that have a visible link; a measure's is a permalink."""
    measure = r'<li id="([^"]+)" value="\d+">.*?<a class="anchor" href="/id/measure/'
    sections = re.findall(r'<a class="anchor" href="#([^"]+)">', page)
    return sections + re.findall(measure, page, re.DOTALL)


def test_the_link_of_a_section_says_where_it_leads_as_the_language_writes_it(client):
    worksite = Worksite.objects.get(code="1.4-08")
    for language, words in {
        "nl": 'Link<span class="hidden">: Maatregelen<',
        "fr": 'Lien<span class="hidden">\u00a0: Mesures<',
    }.items():
        assert words in html(client, worksite.url_in(language))


def test_it_keeps_every_anchor_that_was_published(pages):
    published = yaml.safe_load(ANCHORS.read_text(encoding="utf-8"))
    gone, new = {}, {}
    for languages in pages:
        path, page = languages["nl"]
        known = set(published.pop(path, []))
        for _path, page in languages.values():
            gone[path] = gone.get(path, set()) | (known - set(re.findall(r'\bid="([^"]+)"', page)))
            new[path] = new.get(path, set()) | (set(anchors(page)) - known)
    assert published == {}
    assert {path: names for path, names in gone.items() if names} == {}, "They were public and must stay."
    assert {path: names for path, names in new.items() if names} == {}, (
        "Add them to tests/source/anchors.yaml."
    )


def test_it_links_every_section_and_measure_visibly(pages):
    for _language, path, page in each(pages):
        names = anchors(page)
        assert len(names) == len(set(names)), path
        sections = re.findall(r'<h[23] id="([^"]+)"', page)
        in_list = "/maatregelen/" in path or "/mesures/" in path  # there each shows its permalink
        measures = [] if in_list else re.findall(r'<li id="((?:w\d+-)?m\d+)"', page)
        assert set(sections + measures) == set(names), path
        labels = [plain(label) for label in re.findall(r'<a class="anchor"[^>]*>(.*?)</a>', page, re.DOTALL)]
        assert all(re.search(r": .|\d", label) for label in labels), (path, labels)
        assert len(labels) == len(set(labels)) or "/dossier/" in path


# Structured data -------------------------------------------------------------------------------------

BLOCK = r'<script type="application/ld\+json">(.*?)</script>'


def structured(page):
    [block] = re.findall(BLOCK, page, re.DOTALL)
    assert not set("<>&") & set(block)
    return {node["@type"]: node for node in json.loads(block)["@graph"]}


def test_it_says_nothing_that_schema_org_does_not_know(client, pages):
    others = [html(client, path) for path in ("/nl/zoeken/?q=handel", "/fr/modifications/")]
    kinds = set()
    for page in [*(page for _language, _path, page in each(pages)), *others]:
        for kind, node in structured(page).items():
            kinds.add(kind)
            assert list(schema_org.complaints(node)) == []
    assert {"WebPage", "BreadcrumbList", "GovernmentOrganization", "Organization", "Dataset"} <= kinds


def test_the_vocabulary_refuses_what_it_does_not_know():
    person = {"@type": "Person", "name": "A"}
    assert list(schema_org.complaints({"@type": "Minister"})) == ["There is no type Minister."]
    assert list(schema_org.complaints(person | {"colour": "b"})) == ["There is no property colour."]
    assert list(schema_org.complaints(person | {"isbn": "1"})) == ["Person has no property isbn."]
    assert list(schema_org.complaints({"@type": "Organization", "member": "A"}))
    assert list(schema_org.complaints({"@type": "WebPage", "license": person})) == [
        "license takes no Person."
    ]


def test_it_gives_machines_the_crumbs_that_readers_see(pages):
    for _language, path, page in each(pages):
        shown = re.findall(r'<nav class="crumbs".*?</nav>', page, re.DOTALL)
        crumbs = structured(page).get("BreadcrumbList", {"itemListElement": []})["itemListElement"]
        seen = [plain(item) for nav in shown for item in re.findall(r"<li.*?</li>", nav, re.DOTALL)]
        assert [crumb["name"] for crumb in crumbs] == seen, path
        assert [crumb["item"]["@id"] for crumb in crumbs][-1:] == [settings.SITE_URL + path][: len(shown)]


def test_it_says_who_held_an_office_from_when_to_when(client):
    office = Office.objects.filter(officeholder__isnull=False).first()
    node = structured(html(client, office.url_in("nl")))["GovernmentOrganization"]
    assert node["@id"] == f"{settings.SITE_URL}/id/office/{office.code}"
    for role, holder in zip(node["member"], office.officeholder_set.all(), strict=True):
        assert (role["member"]["@type"], role["member"]["name"]) == ("Person", holder.name)
        assert role["startDate"] == holder.start.isoformat()
        assert role["endDate"] == (holder.end or holder.end_at_latest).isoformat(), "no term reads as “still”"
        assert "2019–2024" in role["description"]
        assert ("uiterlijk" in role["description"]) == bool(holder.end_at_latest)


def test_it_says_which_language_was_translated_from_which(client):
    worksite = Worksite.objects.get(code="1.4-02")
    dutch, french = (structured(html(client, worksite.url_in(each)))["WebPage"] for each in ("nl", "fr"))
    assert (dutch["inLanguage"], french["inLanguage"]) == ("nl-BE", "fr-BE")
    assert french["translationOfWork"] == {"@id": dutch["@id"]}
    assert dutch["workTranslation"] == {"@id": french["@id"]}
    assert dutch["identifier"] == french["identifier"] == settings.SITE_URL + WORKSITE
    assert dutch["version"] == 1 and dutch["isBasedOn"].startswith("https://be.brussels/")


CC0 = "https://creativecommons.org/publicdomain/zero/1.0/"


def test_a_page_claims_a_licence_only_where_it_is_true(client, settings):
    worksite = structured(html(client, "/fr/chantiers/construction/"))["WebPage"]
    assert "license" not in worksite
    assert worksite["copyrightHolder"]["name"] == "Région de Bruxelles-Capitale"
    assert worksite["usageInfo"].endswith("/fr/donnees-ouvertes/#licence")
    assert "aucune licence" in worksite["copyrightNotice"]
    assert worksite["temporalCoverage"] == "2019/2024"
    assert structured(html(client, "/nl/privacy/"))["WebPage"]["license"] == CC0
    settings.SOURCE_LICENCE = "CC-BY-4.0"
    worksite = structured(html(client, "/fr/chantiers/construction/"))["WebPage"]
    assert worksite["license"] == "https://creativecommons.org/licenses/by/4.0/"
    assert "copyrightHolder" not in worksite


def test_the_data_say_of_which_years_they_are_and_who_publishes_them(client, settings):
    settings.PUBLISHER_NAME_NL, settings.PUBLISHER_NAME_FR = "De Dienst", "Le Service"
    node = structured(html(client, "/nl/open-data/"))["Dataset"]
    assert node["temporalCoverage"] == "2019/2024"
    assert node["publisher"] == {"@type": "Organization", "name": "De Dienst"}
    assert "nieuwe regering" in node["description"]
    assert "license" not in node
    licences = {each["name"]: each.get("license") for each in node["distribution"]}
    assert licences["worksites.csv"] is licences["go4brussels-2030-1.4.zip"] is None
    assert licences["terms.csv"] == CC0


def test_no_text_breaks_out_of_its_place(client):
    """Titles and queries are text wherever they stand: in attributes, in JSON, in the code to copy."""
    evil = '</script><script>alert("1")</script>&"\u2028'
    update(Sector.objects.filter(code="construction"), name_nl=evil)
    update(Worksite.objects.filter(code="1.4-02"), title_nl=evil)
    worksite = Worksite.objects.get(code="1.4-02")
    paths = [Sector.objects.get(code="construction").url_in("nl"), worksite.url_in("nl")]
    for path in [
        *paths,
        f"{worksite.url_in('nl')}kaart/",
        WORKSITE,
        "/nl/zoeken/?q=</script><script>alert(1)",
    ]:
        page = html(client, path)
        assert "<script>" not in page and "alert(&quot;" not in re.sub(
            "alert\\(&quot;(1&quot;\\)|…)", "", page
        )
    assert structured(html(client, paths[0]))["WebPage"]["name"] == " ".join(evil.split())
