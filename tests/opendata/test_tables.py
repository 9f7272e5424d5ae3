"""The data as tables: for spreadsheets, and all of them in one data package."""

import csv
import io
import re

import pytest
from frictionless import Package

from initiatives.models import Measure, Office
from initiatives.opendata import csv as tables

from ..saving import update
from .test_opendata import (
    CC0,
    FACTS,
    NAMES,
    SHEETS,
    read,
    sheet,
    texts,
    unpacked,
)

pytestmark = pytest.mark.django_db


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
    update(Measure.objects.filter(code="1.4-03-m2"), text_nl=formula)
    update(Office.objects.filter(code="minister-work"), name_fr=formula)
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
