"""The data: what is public, both languages, both forms, and what each document says of itself."""

import csv
import io
import json
import re
import tomllib
import zipfile
from datetime import timedelta

import pytest
from django.conf import settings
from django.utils import timezone
from frictionless import Package
from jsonschema import Draft202012Validator

import go4brussels
from initiatives.models import Measure, Objective, Office, OfficeHolder, Revision, Term, Worksite
from initiatives.opendata import csv as tables
from initiatives.opendata.views import openapi_description

from ..pages.test_publication import HIDDEN, MARK, TEXTS, mark

pytestmark = pytest.mark.django_db
NAMES = ("objective", "worksites", "measures", "sectors", "offices", "organisations", "steering", "terms")
FACTS = ("objective", "worksites", "sectors", "offices", "organisations")  # as tables, one row a fact
DOCUMENTS = [f"/data/{name}.json" for name in NAMES]
SHEETS = [f"/data/{name}.csv" for name in NAMES]
CC0 = "https://creativecommons.org/publicdomain/zero/1.0/"
ZIP = "/data/go4brussels-2030-1.4.zip"
EVERYTHING = [*DOCUMENTS, *SHEETS, ZIP, "/data/datapackage.json", "/data/catalogue.jsonld"]
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
    return {name.partition("/")[2]: archive.read(name) for name in archive.namelist()}


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
    OfficeHolder.objects.filter(office__code="minister-mobility").update(
        start="2026-02-14", end=None, end_at_latest=None
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


def with_the_mark(client):
    """Return the files of the whole that say something of the marked record."""
    return [name for name, content in unpacked(client).items() if MARK in content.decode()]


@pytest.mark.parametrize("publication", HIDDEN)
@pytest.mark.parametrize("model", TEXTS)
def test_it_hides_what_the_pages_hide(client, model, publication):
    record = mark(model)
    assert len(with_the_mark(client)) >= 2
    model.objects.filter(pk=record.pk).update(publication=publication)
    assert with_the_mark(client) == []


def test_it_tells_why_an_item_was_withdrawn(client):
    Worksite.objects.filter(code="1.4-08").update(
        publication="withdrawn", withdrawal_reason_nl="Reden.", withdrawal_reason_fr="Motif."
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
    Objective.objects.filter(code="1.4").update(publication="draft")
    assert client.get(path).status_code == 404
    assert client.get(path, headers={"if-none-match": "*"}).status_code == 404


# Tables ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", SHEETS)
def test_a_table_is_what_spreadsheets_expect(client, path):
    response = client.get(path)
    text = response.content.decode("utf-8-sig")
    rows = list(csv.reader(io.StringIO(text, newline=""), strict=True))
    assert response["Content-Type"].startswith("text/csv; charset=utf-8")
    assert response.content.startswith(b"\xef\xbb\xbf")
    assert re.sub(r"\r\n", "", text).count("\r") == 0
    assert {len(row) for row in rows} == {len(rows[0])}
    assert len(rows) == len(set(map(tuple, rows))), "each fact stands once"
    name = re.fullmatch(r'attachment; filename="(.+)"', response["Content-Disposition"]).group(1)
    assert re.fullmatch(r"go4brussels-2030-1\.4_[a-z]+_v\d+_\d{4}-\d\d-\d\d\.csv", name)


def test_a_table_has_one_row_for_each_line_of_steering(client):
    [first, *rest] = sheet(client, "steering")
    assert len(rest) == 21
    assert first["worksite_number"] == "2"
    assert first["wording_nl"] == "Minister bevoegd voor het digitalisering"
    assert first["provenance_nl"] == "source"
    assert first["office_permalink"] == "http://testserver/id/office/minister-digital"


@pytest.mark.parametrize("name", FACTS)
def test_a_table_says_all_that_the_document_says(client, name):
    rows = sheet(client, name)
    kept = {(row["text_nl"], row["text_fr"]) for row in rows}
    for item in read(client, f"/data/{name}.json")["items"]:
        del item["url"], item["provenance"]
        said = {
            (text["nl"], text["fr"])
            for text in texts(item)
            if text["nl"] not in ("source", "portal", "official")
        }
        assert said <= kept


def test_a_measure_has_its_own_permalink(client):
    row = next(row for row in sheet(client, "worksites") if row["code"] == "1.4-03-m2")
    assert row["permalink"] == "http://testserver/id/measure/1.4-03-m2"
    assert row["part"] == "measures.text"
    assert row["position"] == "2"


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r"])
def test_no_spreadsheet_runs_a_cell(client, start):
    formula = f'{start}HYPERLINK("x")'
    Measure.objects.filter(code="1.4-03-m2").update(text_nl=formula)
    Office.objects.filter(code="minister-work").update(name_fr=formula)
    raw = client.get("/data/worksites.csv").content.decode("utf-8-sig")
    cells = {cell for row in csv.reader(io.StringIO(raw, newline="")) for cell in row}
    assert f"'{formula}" in cells
    assert formula not in cells
    assert any(row["office_name_fr"].startswith("'") for row in sheet(client, "steering"))


def test_nothing_else_in_a_cell_is_changed():
    for cell in ("a=b", " =1", "’t", "'s morgens", "1-2", 3, None, ""):
        assert tables.safe(cell) == cell


# The whole ---------------------------------------------------------------------------------------------


def test_the_zip_holds_everything_and_says_what_it_is(client):
    files = unpacked(client)
    assert files.keys() == {
        "README.txt",
        "LICENCE.txt",
        "datapackage.json",
        *(f"{name}.{form}" for name in NAMES for form in ("csv", "json")),
    }
    readme = files["README.txt"].decode()
    assert "Steun aan sectoren met jobpotentieel" in readme
    assert "Soutien aux secteurs porteurs d’emplois" in readme
    assert "&" not in readme
    licence = files["LICENCE.txt"].decode()
    assert CC0 in licence
    assert "geen licentie" in licence
    assert "aucune licence" in licence
    assert "&" not in licence
    for sentence in ("nieuwe regering", "nouveau gouvernement"):
        assert sentence in readme
    for name in NAMES:
        assert files[f"{name}.csv"] == client.get(f"/data/{name}.csv").content


def test_the_zip_is_a_data_package_that_its_validator_accepts(client, tmp_path):
    for name, content in unpacked(client).items():
        (tmp_path / name).write_bytes(content)
    package = Package(str(tmp_path / "datapackage.json"))
    report = package.validate()
    assert report.valid, report.flatten(["rowNumber", "fieldNumber", "type", "note"])
    for resource in package.resources:
        assert len(resource.read_rows()) == resource.custom["row_count"]
        assert resource.header == [*tables.TABLES[resource.name].columns]


def test_the_validator_would_refuse_a_table_that_is_not_as_described(client, tmp_path):
    for name, content in unpacked(client).items():
        (tmp_path / name).write_bytes(
            content.replace(b"position", b"place", 1) if name == "steering.csv" else content
        )
    assert not Package(str(tmp_path / "datapackage.json")).validate().valid


# What is promised --------------------------------------------------------------------------------------


def promise(path):
    """Return the validator of what is promised for the document at this path."""
    api = json.loads(json.dumps(openapi_description()))
    for template, operations in api["paths"].items():
        pattern = re.sub(r"\\{\w+\\}", "[^/]+", re.escape(template))
        if re.fullmatch(pattern, path):
            response = operations["get"]["responses"]["200"]
            response = api["components"]["responses"].get(
                response.get("$ref", "").rpartition("/")[2], response
            )
            [schema] = [content["schema"] for content in response["content"].values()]
            return Draft202012Validator(schema | {"components": api["components"]})
    raise AssertionError(f"{path} is not in openapi.yaml")


@pytest.mark.parametrize(
    "path", [*DOCUMENTS, *BOTH_ADDRESSES, "/data/datapackage.json", "/data/catalogue.jsonld"]
)
def test_a_document_is_what_openapi_promises(client, path):
    assert [error.message for error in promise(path).iter_errors(read(client, path))] == []


def test_openapi_would_refuse_a_field_it_does_not_know(client):
    said = read(client, "/data/worksites.json")
    said["items"][0]["progress"] = 40
    assert not promise("/data/worksites.json").is_valid(said)


def test_openapi_names_this_server_and_this_release(client):
    said = read(client, "/data/openapi.json")
    assert said["servers"] == [{"url": "http://testserver"}]
    assert said["info"]["version"] == go4brussels.__version__
    for path in EVERYTHING:
        assert re.sub(r"\w+\.csv", "{dataset}.csv", path) in said["paths"]


def test_the_release_is_that_of_the_project():
    project = tomllib.loads((settings.BASE_DIR / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert project["version"] == go4brussels.__version__


# The catalogue -----------------------------------------------------------------------------------------

# The properties that DCAT-AP 3.0 makes mandatory, and those it recommends and harvesters ask for.
MANDATORY = {
    "dcat:Catalog": {
        "dct:title",
        "dct:description",
        "dct:publisher",
        "dcat:dataset",
        "dct:language",
        "dct:license",  # of the description itself
        "dct:modified",
        "dct:spatial",
        "dcat:themeTaxonomy",
        "foaf:homepage",
    },
    "dcat:Dataset": {
        "dct:title",
        "dct:description",
        "dct:publisher",
        "dct:identifier",
        "dct:language",
        "dct:modified",
        "dct:spatial",
        "dcat:contactPoint",
        "dcat:distribution",
        "dcat:keyword",
        "dcat:theme",
        "dct:rights",
        "dct:temporal",
    },
    "dcat:Distribution": {"dcat:accessURL", "dct:rights", "dct:format", "dcat:mediaType", "dct:title"},
    "foaf:Agent": {"foaf:name"},
    "vcard:Organization": {"vcard:fn"},
}


def nodes(node):
    if isinstance(node, dict):
        yield node
        for value in node.values():
            yield from nodes(value)
    elif isinstance(node, list):
        for value in node:
            yield from nodes(value)


def test_the_catalogue_has_what_dcat_ap_makes_mandatory(client):
    record = read(client, "/data/catalogue.jsonld")
    context = record.pop("@context")
    found = [node for node in nodes(record) if node.get("@type") in MANDATORY]
    assert {node["@type"] for node in found} == MANDATORY.keys()
    for node in found:
        assert MANDATORY[node["@type"]] <= node.keys(), node
    for node in nodes(record):
        names = [key for key in node if not key.startswith("@")] + [node.get("@type", "dct:")]
        assert {name.partition(":")[0] for name in names} <= context.keys()
        texts = node.get("dct:title", [])
        assert not texts or {text["@language"] for text in texts} == {"nl", "fr"}


def test_what_the_catalogue_offers_can_be_downloaded(client):
    record = read(client, "/data/catalogue.jsonld")
    found = [node for node in nodes(record) if node.get("@type") == "dcat:Distribution"]
    assert len(found) == 2 * len(NAMES) + 1
    for node in found:
        response = client.get(node["dcat:downloadURL"]["@id"].removeprefix("http://testserver"))
        assert response.status_code == 200
        assert node["dcat:mediaType"]["@id"].endswith(response["Content-Type"].partition(";")[0])
        assert int(node.get("dcat:byteSize", {}).get("@value", len(response.content))) == len(
            response.content
        )


# What it costs, and its page ---------------------------------------------------------------------------


@pytest.mark.parametrize("path", [*DOCUMENTS, *SHEETS, *BOTH_ADDRESSES])
def test_a_document_costs_few_queries_however_long_it_is(client, path, django_assert_max_num_queries):
    with django_assert_max_num_queries(8):
        client.get(path)


@pytest.mark.parametrize(
    "path",
    [ZIP, "/data/datapackage.json", "/data/catalogue.jsonld", "/nl/open-data/", "/fr/donnees-ouvertes/"],
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
