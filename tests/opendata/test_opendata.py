"""The data: what is public, both languages, both forms, and what each document says of itself."""

import csv
import io
import json
import zipfile
from datetime import timedelta

import pytest
from django.utils import timezone

from initiatives.models import Objective, OfficeHolder, Revision, Term, Worksite
from initiatives.opendata import csv as tables

from ..pages.test_publication import HIDDEN, MARK, apart, mark
from ..saving import update

pytestmark = pytest.mark.django_db
NAMES = ("objective", "worksites", "measures", "sectors", "offices", "organisations", "steering", "terms")
FACTS = ("objective", "worksites", "sectors", "offices", "organisations")  # as tables, one row a fact
DOCUMENTS = [f"/data/{name}.json" for name in NAMES]
SHEETS = [f"/data/{name}.csv" for name in NAMES]
CC0 = "https://creativecommons.org/publicdomain/zero/1.0/"
SEMICOLONS = [f"/data/semicolon/{name}.csv" for name in NAMES]
ZIP = "/data/go4brussels-2030-1.4.zip"
XLSX = "/data/go4brussels-2030-1.4.xlsx"
EVERYTHING = [*DOCUMENTS, *SHEETS, *SEMICOLONS, XLSX, ZIP, "/data/datapackage.json", "/data/catalogue.jsonld"]
ITEMS = {
    "/nl/doelstelling/1.4.json": "/fr/objectif/1.4.json",
    "/nl/werven/bouw.json": "/fr/chantiers/construction.json",
    "/nl/werven/elfde-initiatief.json": "/fr/chantiers/onzieme-initiative.json",
    "/nl/sectoren/horeca.json": "/fr/secteurs/horeca.json",
    "/nl/ministers/minister-president.json": "/fr/ministres/ministre-president.json",
    "/nl/partners/brupartners.json": "/fr/partenaires/brupartners.json",
}
BOTH_ADDRESSES = [path for pair in ITEMS.items() for path in pair]


def read(client, path):
    response = client.get(path)
    assert response.status_code == 200, path
    return json.loads(response.content)


def sheet(client, name):
    """Return the rows of a table as a spreadsheet sees them."""
    return list(csv.DictReader(io.StringIO(client.get(f"/data/{name}.csv").content.decode("utf-8-sig"))))


def unpacked(client):
    """Return the files of the ZIP by name."""
    archive = zipfile.ZipFile(io.BytesIO(client.get(ZIP).content))
    return {name: archive.read(name) for name in archive.namelist()}


def texts(node):
    """Return every text in both languages of a document, with its place."""
    if isinstance(node, dict):
        if node.keys() == {"nl", "fr"}:
            yield node
        else:
            for value in node.values():
                yield from texts(value)
    elif isinstance(node, list):
        for value in node:
            yield from texts(value)


# What each says of itself ------------------------------------------------------------------------------


@pytest.mark.parametrize("path", [*DOCUMENTS, *BOTH_ADDRESSES])
def test_it_says_when_it_was_made_from_what_and_under_which_licence(client, path):
    said = read(client, path)
    last = Revision.objects.order_by("at").last()
    assert said["url"] == f"http://testserver{path}"
    assert abs(timezone.now() - timezone.datetime.fromisoformat(said["generated"])) < timedelta(minutes=1)
    assert said["version"] == 1, "what was loaded at once is one edition"
    assert said["modified"] == timezone.localtime(last.at).isoformat(timespec="seconds")
    assert said["count"] == len(said["items"]) > 0
    assert said["rights"]["source"]["licence"] is said["rights"]["official"]["licence"] is None
    assert said["rights"]["source"]["holder"]["fr"] == "Région de Bruxelles-Capitale"
    assert said["rights"]["source"]["terms"] == "https://be.brussels/nl/gebruiksvoorwaarden"
    assert said["rights"]["portal"]["licence"]["url"] == CC0
    assert said["source"]["url"] == Objective.objects.get(code="1.4").source_url
    assert said["source"]["copied_by"] == "2026-11-23"
    assert all(item["provenance"].keys() == {"nl", "fr"} for item in said["items"])


@pytest.mark.parametrize(
    ("name", "count"),
    [
        ("objective", 1),
        ("worksites", 11),
        ("measures", 11),
        ("sectors", 8),
        ("offices", 7),
        ("organisations", 2),
        ("steering", 22),
    ],
)
def test_it_has_every_record_in_both_languages(client, name, count):
    said = read(client, f"/data/{name}.json")
    assert len(said["items"]) == count
    assert all(text["nl"] and text["fr"] for text in texts(said))


def test_it_has_every_term(client):
    count = Term.objects.published().count()
    items, rows = read(client, "/data/terms.json")["items"], sheet(client, "terms")
    assert len(items) == len(rows) == count
    first = rows[0]
    assert first["permalink"] == items[0]["id"] == f"http://testserver/id/term/{first['code']}"
    assert first["definition_fr"] == items[0]["definition"]["fr"]
    assert items[0]["url"]["nl"] == f"http://testserver/nl/begrippen/#{first['code']}"


def test_it_has_the_eleventh_worksite_and_says_what_it_is(client):
    said = read(client, "/data/worksites.json")
    assert [item["status"] for item in said["items"]] == ["documented"] * 10 + ["announced"]
    eleventh = said["items"][-1]
    assert eleventh["provenance"] == {"nl": "portal", "fr": "portal"}
    assert "zonder het bij naam te noemen" in eleventh["note"]["nl"]
    assert "sans la nommer" in eleventh["note"]["fr"]
    assert said["announced_only"] == ["1.4-11"]
    assert "1.4-11" in said["note"]["nl"]
    rows = [row for row in sheet(client, "worksites") if row["record"] == "worksite/1.4-11"]
    assert {"status": "announced"}.items() <= {row["part"]: row["value"] for row in rows}.items()


@pytest.mark.parametrize("dutch", ITEMS)
def test_it_gives_an_item_as_its_dataset_does_at_both_addresses(client, dutch):
    [item] = read(client, dutch)["items"]
    assert read(client, ITEMS[dutch])["items"] == [item]
    everywhere = [each for path in DOCUMENTS for each in read(client, path)["items"]]
    assert item in everywhere
    assert item["url"] == {
        "nl": f"http://testserver{dutch.removesuffix('.json')}/",
        "fr": f"http://testserver{ITEMS[dutch].removesuffix('.json')}/",
    }


@pytest.mark.parametrize("path", BOTH_ADDRESSES)
def test_each_page_leads_to_its_document(client, path):
    page = client.get(f"{path.removesuffix('.json')}/").content.decode()
    assert f'<link rel="alternate" type="application/json" href="http://testserver{path}">' in page


def test_a_page_of_versions_leads_to_no_document(client):
    assert "application/json" not in client.get("/nl/werven/bouw/versies/").content.decode()


def test_it_says_who_added_what_the_source_does_not_have(client):
    [first, *_rest] = read(client, "/data/sectors.json")["items"]
    assert first["provenance"]["nl"] == "source"
    assert first["name_provenance"] == first["nace"]["provenance"] == {"nl": "portal", "fr": "portal"}
    assert first["nace"]["name_provenance"] == {"nl": "official", "fr": "official"}
    [objective] = read(client, "/data/objective.json")["items"]
    assert objective["strategy"]["source_line_provenance"]["nl"] == "source"
    assert objective["official_title_source_provenance"]["nl"] == "portal"
    assert objective["associated_label"]["nl"] == "Geassocieerde Minister(s)"
    others = {each["code"]: each for each in objective["other_objectives"]}
    assert others["2.2"]["official_title_provenance"] == {"nl": "portal", "fr": "official"}
    rows = {row["part"]: row for row in sheet(client, "sectors") if row["record"] == "sector/horeca"}
    assert rows["scope"]["provenance_nl"] == "source"
    assert rows["name"]["provenance_nl"] == rows["nace.rev2"]["provenance_nl"] == "portal"


@pytest.mark.parametrize("path", [*DOCUMENTS, *BOTH_ADDRESSES])
def test_it_says_of_which_legislature_it_is_and_who_publishes_it(client, path, settings):
    settings.PUBLISHER_NAME_NL, settings.PUBLISHER_NAME_FR = "De Dienst", "Le Service"
    settings.PUBLISHER_URL, settings.CONTACT_EMAIL = "https://dienst.example", "a@dienst.example"
    said = read(client, path)
    assert said["publisher"] == {
        "name": {"nl": "De Dienst", "fr": "Le Service"},
        "url": "https://dienst.example",
        "email": "a@dienst.example",
        "is_public_body": False,
    }
    context = said["context"]
    assert (context["legislature_start"], context["legislature_end"]) == (2019, 2024)
    assert context["new_government_on"] == "2026-02-14"
    assert context["new_government_source"]["nl"] == "bx1.be, 14 februari 2026"
    assert "nieuwe regering" in context["sentence"]["nl"]
    assert "nouveau gouvernement" in context["sentence"]["fr"]


def test_it_counts_ten_worksites_and_one_announced_initiative(client):
    note = read(client, "/data/worksites.json")["note"]
    assert note["nl"].startswith("10 werven en 1 aangekondigd initiatief")
    assert note["fr"].startswith("10 chantiers et 1 initiative annoncée")
    assert note["nl"].endswith("De Engelse pagina van het Gewest met dezelfde tekst kondigt er 10 aan.")
    [objective] = read(client, "/data/objective.json")["items"]
    assert (objective["announced_worksites"], objective["listed_worksites"]) == (11, 10)
    assert objective["english_page"]["announced_worksites"] == 10


def test_no_term_of_office_reads_as_still_and_no_two_offices_as_two_people(client):
    offices = {item["code"]: item for item in read(client, "/data/offices.json")["items"]}
    holders = [holder for office in offices.values() for holder in office["holders"]]
    assert all(holder["to_at_latest"] for holder in holders)
    assert all(holder["government"]["legislature_end"] == 2024 for holder in holders)
    assert offices["minister-work"]["holders"][0]["also_held"] == ["minister-digital"]
    assert offices["minister-digital"]["holders"][0]["also_held"] == ["minister-work"]
    assert sum(bool(holder["also_held"]) for holder in holders) == 2
    smet, persoons = offices["state-secretary-urbanism"]["holders"]
    assert smet["to"] == "2023-06-18"
    assert "aankondiging" in smet["note"]["nl"]
    assert (persoons["to"], persoons["to_at_latest"]) == (None, "2026-02-14")
    [role] = offices["state-secretary-economic-transition"]["roles"]
    assert role["role_name"] == {"nl": "geassocieerde staatssecretaris", "fr": "secrétaire d’État associé"}


def test_someone_of_a_later_government_is_not_said_to_be_of_this_one(client):
    update(
        OfficeHolder.objects.filter(office__code="minister-mobility"),
        start="2026-02-14",
        end=None,
        end_at_latest=None,
    )
    offices = {item["code"]: item for item in read(client, "/data/offices.json")["items"]}
    assert offices["minister-mobility"]["holders"][0]["government"] is None


def test_it_says_what_the_source_gives_and_what_not(client):
    gives = {item["number"]: item["source_gives"] for item in read(client, "/data/worksites.json")["items"]}
    del gives[1]["provenance"], gives[2]["provenance"]
    silent = dict.fromkeys(("measures", "steering", "dates", "budget", "indicators"), False)
    assert gives[1] == silent
    assert gives[2] == silent | {"measures": True, "steering": True}
    rows = {row["part"]: row["value"] for row in sheet(client, "worksites") if row["record"].endswith("02")}
    assert (rows["source_gives.measures"], rows["source_gives.budget"]) == ("true", "false")


def test_a_measure_can_be_read_alone(client):
    item = next(each for each in read(client, "/data/measures.json")["items"] if each["code"] == "1.4-03-m2")
    assert item["worksite"] == "1.4-03"
    assert [each["sector"] for each in item["sectors"]] == ["tourism", "arts-recreation"]
    assert item["url"]["fr"].endswith("#m2")
    row = next(each for each in sheet(client, "measures") if each["code"] == "1.4-03-m2")
    assert row["sectors"] == "tourism; arts-recreation"
    assert row["permalink"] == "http://testserver/id/measure/1.4-03-m2"
    assert (row["provenance_nl"], row["provenance_fr"]) == ("source", "portal")
    assert row["text_fr"] == item["text"]["fr"]


def test_a_publisher_who_holds_the_rights_grants_his_licence_everywhere(client, settings):
    settings.SOURCE_LICENCE = "CC-BY-4.0"
    by = "https://creativecommons.org/licenses/by/4.0/"
    files = unpacked(client)
    assert read(client, "/data/worksites.json")["rights"]["source"]["licence"]["url"] == by
    assert json.loads(files["datapackage.json"])["licenses"][0]["path"] == by
    assert by in files["LICENCE.txt"].decode()
    record = read(client, "/data/catalogue.jsonld")
    assert {node["dct:license"]["@id"] for node in record["dcat:dataset"]} == {by, CC0}


def test_no_dataset_with_words_of_the_source_claims_to_be_free(client):
    record = read(client, "/data/catalogue.jsonld")
    licences = {each["dct:identifier"]: each.get("dct:license") for each in record["dcat:dataset"]}
    assert licences.pop("terms")["@id"] == CC0
    assert set(licences.values()) == {None}
    for each in record["dcat:dataset"]:
        assert each["dct:temporal"]["dcat:endDate"]["@value"] == "2024"
    resources = json.loads(unpacked(client)["datapackage.json"])["resources"]
    named = {each["name"] for each in resources if each["licenses"][0].get("name") == "CC0-1.0"}
    assert named == {"terms"}


# What is public ----------------------------------------------------------------------------------------


def marked_files(client):
    """Return `{mark: {files of the whole that have it}}`."""
    found = {}
    for name, content in unpacked(client).items():
        for each in MARK.findall(content.decode()):
            found.setdefault(each, set()).add(name)
    return found


@pytest.mark.parametrize("publication", HIDDEN)
def test_it_hides_what_the_pages_hide(client, publication):
    records = apart()
    marks = {mark(record, word) for word, record in records.items()}
    found = marked_files(client)
    assert found.keys() == marks
    assert {each: files for each, files in found.items() if len(files) < 2} == {}
    for record in records.values():
        update(type(record).objects.filter(pk=record.pk), publication=publication)
    assert marked_files(client) == {}


def test_it_tells_why_an_item_was_withdrawn(client):
    update(
        Worksite.objects.filter(code="1.4-08"),
        publication="withdrawn",
        withdrawal_reason_nl="Reden.",
        withdrawal_reason_fr="Motif.",
    )
    response = client.get("/fr/chantiers/construction.json")
    problem = json.loads(response.content)
    assert response.status_code == problem["status"] == 410
    assert "Bouw" in problem["nl"]["detail"]
    assert "Reden." in problem["nl"]["detail"]
    assert "Construction" in problem["fr"]["detail"]
    assert "Motif." in problem["fr"]["detail"]


@pytest.mark.parametrize("path", [*EVERYTHING, "/nl/werven/bouw.json"])
def test_it_has_nothing_without_the_objective(client, path):
    update(Objective.objects.filter(code="1.4"), publication="draft")
    assert client.get(path).status_code == 404
    assert client.get(path, headers={"if-none-match": "*"}).status_code == 404


# What it costs, and its page ---------------------------------------------------------------------------


@pytest.mark.parametrize("path", [*DOCUMENTS, *SHEETS, *SEMICOLONS, *BOTH_ADDRESSES])
def test_a_document_costs_few_queries_however_long_it_is(client, path, django_assert_max_num_queries):
    with django_assert_max_num_queries(8):
        client.get(path)


@pytest.mark.parametrize(
    "path",
    [
        ZIP,
        XLSX,
        "/data/datapackage.json",
        "/data/catalogue.jsonld",
        "/nl/open-data/",
        "/fr/donnees-ouvertes/",
    ],
)
def test_the_whole_costs_few_queries(client, path, django_assert_max_num_queries):
    with django_assert_max_num_queries(30):
        client.get(path)


@pytest.mark.parametrize("path", ["/nl/open-data/", "/fr/donnees-ouvertes/"])
def test_the_page_offers_every_download_and_explains_every_column(client, path):
    page = client.get(path).content.decode()
    for target in (
        *DOCUMENTS,
        *SHEETS,
        *SEMICOLONS,
        XLSX,
        ZIP,
        "/data/datapackage.json",
        "/data/openapi.json",
        "/data/catalogue.jsonld",
    ):
        assert f'href="{target}"' in page
    for column in {column for table in tables.TABLES.values() for column in table.columns}:
        assert f"<code>{column}</code>" in page
    assert f"{len(sheet(client, 'worksites'))} {'rijen' if '/nl/' in path else 'lignes'}" in page
    assert "1.4-11" in page
