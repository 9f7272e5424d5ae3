"""The data as tables: for spreadsheets, and all of them in one data package."""

import csv
import io
import json
import random
import re
import zipfile
from datetime import timedelta
from xml.etree import ElementTree

import pytest
from django.utils import timezone
from frictionless import Package

from initiatives.models import Measure, Office, Term
from initiatives.opendata import cells
from initiatives.opendata import csv as tables
from initiatives.opendata.kept import shelf

from ..saving import update
from .test_opendata import (
    CC0,
    FACTS,
    NAMES,
    SEMICOLONS,
    SHEETS,
    XLSX,
    ZIP,
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


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠"])
@pytest.mark.parametrize("form", ["", "semicolon/"])
def test_no_spreadsheet_runs_a_cell(client, start, form):
    formula = f'{start}HYPERLINK("x")'
    update(Measure.objects.filter(code="1.4-03-m2"), text_nl=formula)
    update(Office.objects.filter(code="minister-work"), name_fr=formula)
    separator = ";" if form else ","
    raw = client.get(f"/data/{form}worksites.csv").content.decode("utf-8-sig")
    cells = {cell for row in csv.reader(io.StringIO(raw, newline=""), delimiter=separator) for cell in row}
    assert f"'{formula}" in cells
    assert formula not in cells
    assert any(row["office_name_fr"].startswith("'") for row in sheet(client, "steering"))


@pytest.mark.parametrize("path", [*SHEETS, *SEMICOLONS])
def test_no_cell_begins_a_formula_whatever_the_separator(client, path):
    hidden = 'Voor wie; "aan"\n=1+1;=cmd,@x,;"=2'
    update(Measure.objects.all(), text_nl=hidden)
    update(Term.objects.all(), definition_nl=hidden)
    text = client.get(path).content.decode("utf-8-sig")
    for separator in ",;\t":
        for row in csv.reader(io.StringIO(text, newline=""), delimiter=separator):
            assert not [cell for cell in row if cell.startswith(tuple("=+-@＝＋－＠"))], (separator, row)


# Of what texts are made that shall become formulas, whoever reads them: signs, what stands before them, and
# what ends a cell or a line.
PARTS = (
    *(
        "=",
        "+",
        "-",
        "@",
        "＝",
        "＋",
        "－",
        "＠",
        "﹦",
        "﹢",
        "﹣",
        "﹫",
        "cmd|' /C calc'!A0",
        "HYPERLINK(1)",
        "1",
        "jan",
    ),
    *(" ", "\u00a0", "\u200b", "\ufeff", "\u00ad", "\u202e", "\x01", "\x7f", "'", '"', "''", '""', "a"),
    *(",", ";", "|", "\t", "\r", "\n", "\r\n", "\v", "\f", "\x1c", "\x85", "\u2028"),
)
FORMULA = re.compile("[=+\\-@＝＋－＠﹦﹢﹣﹫]")
# What some program or other takes off before it reads a cell.
BEFORE_A_CELL = "".join(map(chr, [*range(33), *range(0x7F, 0xA1), 0xAD])) + "\u200b\u202e\ufeff\u2028"


def cells_however_read(text):
    """Yield each cell, read with each separator by Python's reader and by one that knows of no quotes."""
    for separator in ",;|\t":
        for row in csv.reader(io.StringIO(text, newline=""), delimiter=separator):
            yield from row
        for line in text.splitlines():
            for cell in line.split(separator):
                yield cell.strip('"')


def test_nothing_that_is_put_together_begins_a_formula_in_any_reader():
    chance = random.Random(13)
    texts = ["".join(chance.choices(PARTS, k=chance.randint(1, 6))) for _text in range(4000)]
    assert sum(FORMULA.match(text) is not None for text in texts) > 500
    rows = [dict.fromkeys(tables.TERM_COLUMNS, "") | {"code": "x", "name_nl": text} for text in texts]
    for form in tables.SEPARATORS:
        written = tables.TABLES["terms"].csv(rows, form).decode("utf-8-sig")
        found = [cell for cell in cells_however_read(written) if FORMULA.match(cell.lstrip(BEFORE_A_CELL))]
        assert found == []
        back = csv.DictReader(io.StringIO(written, newline=""), delimiter=tables.SEPARATORS[form])
        assert [without_apostrophes(row["name_nl"]) for row in back] == texts


def without_apostrophes(cell):
    """Return a cell as it was, as docs/data.md says: those within the text are taken off first."""
    for place in (cells.WITHIN, cells.AT_THE_START):
        cell = re.sub(place.replace("(?=", "'(?=", 1), "", cell, flags=re.IGNORECASE)
    return cell


@pytest.mark.parametrize("path", [*SHEETS, *SEMICOLONS])
def test_no_code_becomes_a_number_or_a_date(client, path):
    # What LibreOffice and Excel take for a number or a date, set to Belgium, France or the United States.
    changed = re.compile(
        r"[0-9]{1,4}([-./: ][0-9]{1,4}){1,2}(-[0-9]+)?|[0-9]+[.,][0-9]+|0[0-9]+|[0-9]+e[0-9]+|[0-9]{16,}",
        re.I,
    )
    day = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")  # which is read as that day
    text = client.get(path).content.decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(text, newline=""), delimiter=";" if "semicolon" in path else ","))
    assert rows
    for row in rows:
        for name, cell in row.items():
            if not day.fullmatch(cell):
                assert not changed.fullmatch(cell), (name, row)


def test_records_are_named_by_kind_and_code(client):
    assert {row["worksite"] for row in sheet(client, "measures")} >= {"worksite/1.4-02", "worksite/1.4-08"}
    assert all(row["worksite"].startswith("worksite/1.4-") for row in sheet(client, "steering"))
    facts = [row for row in sheet(client, "sectors") if row["part"] == "objective"]
    assert {(row["value"], row["refers_to"]) for row in facts} == {("", "objective/1.4")}
    others = [row for row in sheet(client, "objective") if row["part"].startswith("other_objectives.")]
    assert {row["refers_to"] for row in others} >= {"objective/1.1", "objective/2.2"}
    assert {row["code"] for row in others} == {""}


@pytest.mark.parametrize(
    "cell",
    [
        *(
            "1.4",
            "1.4-02",
            "1-2",
            "3/4",
            "2019-2024",
            "10:30",
            "007",
            "1e5",
            "2.0",
            "12,5 %",
            "€ 5",
            "02 123 45 67",
        ),
        *("12 mei 2024", "mars-2025", "sept-1", "1 août", "3 déc. 2020", "1234567890123456", "5 p"),
        *("=x", "a;=x", "a;'=x", 'a,"=x', "a\n- b", "'=x", "''1-2", "＝x", "\t=x", "€ 5,-"),
        *(
            " =1",
            "\u00a0=1",
            "\u200b=1",
            "\ufeff+1",
            "' =1",
            "a; =x",
            "a\u2028=x",
            "a|\u00a0@x",
            "﹢x",
            "\v=x",
        ),
    ],
)
def test_a_marked_cell_is_no_longer_what_it_looked_like_and_can_be_had_back(cell):
    marked = tables.safe(cell)
    assert marked != cell
    assert without_apostrophes(marked) == cell


def test_nothing_else_in_a_cell_is_changed():
    for cell in (
        "a=b",
        "a =1",
        "’t",
        "'s morgens",
        "1.4-08-m2",
        3,
        None,
        "",
        "2030",
        "2019-07-18",
        "a; b",
        "juni",
    ):
        assert tables.safe(cell) == cell
    for cell in (
        "Marché 2030",
        "Rev. 2",
        "worksite/1.4-02",
        "2019–2024",
        "Mars",
        "1er mars 2020",
        "10 werven",
    ):
        assert tables.safe(cell) == cell


@pytest.mark.parametrize("name", NAMES)
def test_a_table_with_semicolons_has_the_same_cells(client, name):
    commas, semicolons = (client.get(f"/data/{form}{name}.csv") for form in ("", "semicolon/"))
    assert semicolons["Content-Type"] == commas["Content-Type"]
    assert semicolons.content.startswith(b"\xef\xbb\xbf")
    assert f"_{name}_semicolon_v1_" in semicolons["Content-Disposition"]
    rows = [
        list(
            csv.reader(io.StringIO(each.content.decode("utf-8-sig"), newline=""), delimiter=sign, strict=True)
        )
        for each, sign in ((commas, ","), (semicolons, ";"))
    ]
    assert rows[0] == rows[1]
    assert semicolons.content.count(b"\r\n") == len(rows[1])


# The workbook ------------------------------------------------------------------------------------------

SPREADSHEET = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"


def workbook(client):
    """Return the sheets of the workbook by name, as (rows of (type, text), the sheet itself)."""
    file = zipfile.ZipFile(io.BytesIO(client.get(XLSX).content))
    strings = ElementTree.fromstring(file.read("xl/sharedStrings.xml"))
    texts = ["".join(node.itertext()) for node in strings.iter(f"{SPREADSHEET}si")]
    names = ElementTree.fromstring(file.read("xl/workbook.xml")).iter(f"{SPREADSHEET}sheet")
    found = {}
    for number, name in enumerate(names, 1):
        page = ElementTree.fromstring(file.read(f"xl/worksheets/sheet{number}.xml"))
        rows = []
        for row in page.iter(f"{SPREADSHEET}row"):
            said = [(cell.get("t"), cell.findtext(f"{SPREADSHEET}v")) for cell in row]
            rows.append(
                [(kind, texts[int(value)] if kind == "s" else value) for kind, value in said if value]
            )
        found[name.get("name")] = rows, page
    return found


def test_the_workbook_has_each_table_on_a_sheet_and_says_what_it_is(client):
    response = client.get(XLSX)
    assert response["Content-Type"] == "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    assert re.search(r'filename="go4brussels-2030-1\.4_v1_[-0-9]+\.xlsx"', response["Content-Disposition"])
    sheets = workbook(client)
    assert list(sheets) == ["Lees mij – Lisez-moi", "Kolommen – Colonnes", *NAMES]
    said = [text for row in sheets["Lees mij – Lisez-moi"][0] for _kind, text in row]
    for sentence in ("Steun aan sectoren", "Soutien aux secteurs", "geen licentie", "aucune licence", CC0):
        assert any(sentence in text for text in said)
    for name in NAMES:
        rows, page = sheets[name]
        assert [text for _kind, text in rows[0]] == [*tables.TABLES[name].columns]
        assert len(rows) == len(sheet(client, name)) + 1
        assert page.find(f".//{SPREADSHEET}pane").get("state") == "frozen"
    described = {(row[0][1], row[1][1]) for row in sheets["Kolommen – Colonnes"][0][1:]}
    assert described == {(name, each) for name, table in tables.TABLES.items() for each in table.columns}


def test_the_workbook_holds_text_and_no_formula(client):
    update(Measure.objects.filter(code="1.4-03-m2"), text_nl='=HYPERLINK("x")', text_fr="1-2")
    cells_of = [cell for rows, _page in workbook(client).values() for row in rows for cell in row]
    assert {kind for kind, _text in cells_of} == {"s", None}
    assert ("s", '=HYPERLINK("x")') in cells_of
    assert ("s", "1-2") in cells_of
    assert ("s", "worksite/1.4-02") in cells_of
    assert all(re.fullmatch("[0-9]+", text) for kind, text in cells_of if kind is None)
    assert not [
        page for _rows, page in workbook(client).values() if page.find(f".//{SPREADSHEET}f") is not None
    ]


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


def test_the_zip_is_a_data_package_as_it_stands(client, tmp_path):
    response = client.get(ZIP)
    (tmp_path / "data.zip").write_bytes(response.content)
    report = Package(str(tmp_path / "data.zip")).validate()
    assert report.valid, report.flatten(["rowNumber", "fieldNumber", "type", "note"])
    assert report.stats["tasks"] == len(NAMES)
    described = json.loads(unpacked(client)["datapackage.json"])
    assert {each["path"] for each in described["resources"]} == {f"{name}.csv" for name in NAMES}


@pytest.mark.parametrize("path", [ZIP, XLSX])
def test_the_same_content_is_the_same_bytes(client, path, monkeypatch):
    first = client.get(path)
    shelf.cache_clear()
    later = timezone.now() + timedelta(days=3)
    monkeypatch.setattr("django.utils.timezone.now", lambda: later)
    again = client.get(path)
    assert again.content == first.content
    assert again["ETag"] == first["ETag"]


def test_the_validator_would_refuse_a_table_that_is_not_as_described(client, tmp_path):
    for name, content in unpacked(client).items():
        (tmp_path / name).write_bytes(
            content.replace(b"position", b"place", 1) if name == "steering.csv" else content
        )
    assert not Package(str(tmp_path / "datapackage.json")).validate().valid
