"""The content as tables: CSV for spreadsheets. What the columns hold is said in both languages."""

import csv
import io
from collections.abc import Callable, Container, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from django.conf import settings
from django.utils.translation import gettext_lazy as _
from django_stubs_ext import StrOrPromise

from ..language import LANGUAGES, in_both_languages
from .cells import safe
from .documents import DATASETS
from .serialize import Data

# What a table has in each column, by name; of a column, what it holds.
Row = dict[str, Any]
Columns = dict[str, StrOrPromise]

# What separates the cells: for programs as RFC 4180 has it, and for spreadsheets as those of Belgium open it.
SEPARATORS = {"csv": ",", "semicolon": ";"}

FACT_COLUMNS: Columns = {
    "record": _("Kind and code of the record that the fact is about, as in its permalink."),
    "part": _("Which fact: its name in the JSON document, such as “measures.text”."),
    "position": _("Place of the part in its list, in the order of the document; empty outside of lists."),
    "code": _("Code of the part, where it has one, such as that of a measure."),
    "refers_to": _("Kind and code of the other record, where the fact links two."),
    "text_nl": _("The text in Dutch."),
    "text_fr": _("The same text in French."),
    "value": _("What the fact says, where both languages have it alike: a number, a date, a name, a word."),
    "provenance_nl": _("Where the Dutch comes from: “source”, “official”, “portal” or “validated”."),
    "provenance_fr": _("Where the French comes from, in the same words."),
    "permalink": _("Address that leads to the fact for ever."),
}
# What several tables have.
WORKSITE_NUMBER = _(
    "Number of the worksite, as in the source; that of an announced initiative is the portal’s."
)
WORKSITE = {
    "worksite_number": WORKSITE_NUMBER,
    "worksite": _("Kind and code of the worksite, as in its permalink."),
    "worksite_title_nl": _("Title of the worksite in Dutch."),
    "worksite_title_fr": _("Title of the worksite in French."),
    "worksite_title_provenance_nl": _("Where the Dutch title comes from."),
    "worksite_title_provenance_fr": _("Where the French title comes from."),
}
REMARKS = {
    "slip_nl": _("What the portal says, in Dutch, of a slip of the source."),
    "slip_fr": _("What the portal says, in French, of a slip of the source."),
    "remark_nl": _("Another remark of the portal on the source, in Dutch."),
    "remark_fr": _("The same remark in French."),
}
ORIGIN = {
    "provenance_nl": _("Where the Dutch comes from: “source”, “official”, “portal” or “validated”."),
    "provenance_fr": _("Where the French comes from, in the same words."),
    "provenance_note_nl": _("Note of the portal, in Dutch, on where a text comes from."),
    "provenance_note_fr": _("The same note in French."),
}
STEERING_COLUMNS: Columns = {
    **WORKSITE,
    "position": _("Place of the office among those that steer the worksite, as the source orders them."),
    "office": _("Code of the office."),
    "office_name_nl": _("Name of the office in Dutch."),
    "office_name_fr": _("Name of the office in French."),
    "office_name_provenance_nl": _("Where the Dutch name comes from."),
    "office_name_provenance_fr": _("Where the French name comes from."),
    "wording_nl": _("The office in the wording of the source."),
    "wording_fr": _("The same wording in French."),
    **REMARKS,
    **ORIGIN,
    "worksite_permalink": _("Address that leads to the worksite for ever."),
    "office_permalink": _("Address that leads to the office for ever."),
}
MEASURE_COLUMNS: Columns = {
    "code": _("Code of the measure."),
    **WORKSITE,
    "position": _("Place of the measure in its worksite, as the source orders them."),
    "heading_nl": _("Heading of the measure in Dutch, where the source prints one."),
    "heading_fr": _("The same heading in French."),
    "text_nl": _("The measure in Dutch."),
    "text_fr": _("The measure in French."),
    "sectors": _("Codes of the priority sectors that the portal links to the worksite; semicolons between."),
    "sector_names_nl": _("Their names in Dutch."),
    "sector_names_fr": _("Their names in French."),
    "offices": _("Codes of the offices that steer the worksite; semicolons between."),
    "office_names_nl": _("Their names in Dutch; offices.csv says where each comes from."),
    "office_names_fr": _("Their names in French; offices.csv says where each comes from."),
    **REMARKS,
    **ORIGIN,
    "permalink": _("Address that leads to the measure for ever."),
    "worksite_permalink": _("Address that leads to the worksite for ever."),
}
TERM_COLUMNS: Columns = {
    "code": _("Code of the term."),
    "name_nl": _("The term in Dutch."),
    "name_fr": _("The term in French."),
    "abbreviation_nl": _("Its abbreviation in Dutch, where there is one."),
    "abbreviation_fr": _("Its abbreviation in French, where there is one."),
    "synonyms_nl": _("Other words for it in Dutch; commas between."),
    "synonyms_fr": _("Other words for it in French; commas between."),
    "definition_nl": _("What it means, in Dutch."),
    "definition_fr": _("What it means, in French."),
    "source_nl": _("Where that was read, in Dutch."),
    "source_fr": _("Where that was read, in French."),
    **ORIGIN,
    "permalink": _("Address that leads to the term for ever."),
}
WHOLE_NUMBERS = {"position", "worksite_number"}


# Facts -------------------------------------------------------------------------------------------------

# The keys by which a part names another record, the one it is about first.
REFERENCES = ("office", "organisation", "sector", "worksite", "objective")
# Lists whose parts are records of their own, by the kind of these.
RECORDS = {"other_objectives": "objective"}
# The keys that have a column of their own, or say how a fact is stored and not what it says.
NO_FACTS = {"id", "code", "anchor", "provenance", "url", "version", "modified"}


@dataclass(frozen=True)
class Context:
    """What the facts of a record, or of a part of it, have in common.

    Records are named by kind and code: “1.4” alone, a spreadsheet would read as a number or a day.
    """

    record: str
    permalink: str
    provenance: dict[str, str]
    position: int | None = None
    code: str | None = None
    refers_to: str | None = None

    def fact(
        self,
        part: str,
        text: Mapping[str, str] | None = None,
        value: object = None,
        provenance: Mapping[str, str] | None = None,
    ) -> Row:
        """Return the row of one fact."""
        text, provenance = text or {}, provenance or self.provenance
        value = str(value).lower() if isinstance(value, bool) else value
        return {
            "record": self.record,
            "part": part,
            "position": self.position,
            "code": self.code,
            "refers_to": self.refers_to,
            "value": value,
            "permalink": self.permalink,
            **{f"text_{language}": text.get(language) for language in LANGUAGES},
            **{f"provenance_{language}": provenance[language] for language in LANGUAGES},
        }

    def for_part(self, part: Data, position: int | None, kind: str | None = None) -> "Context":
        """Return the context of a part of this record, at this position where it is one of a list.

        `kind` is that of the record that the part is, where it is one of its own.
        """
        named = [f"{kind}/{part['code']}"] if kind else []
        named += [f"{key}/{part[key]}" for key in REFERENCES if key in part]
        others = [name for name in named if name != self.record]
        return replace(
            self,
            permalink=part.get("id", self.permalink),
            provenance=part.get("provenance", self.provenance),
            position=position,
            code=None if kind else part.get("code"),
            refers_to=others[0] if others else None,
        )


def fact_rows(item: Data) -> list[Row]:
    """Return every fact of an item as a row: what the JSON document says, and nothing else."""
    name = item["id"].removeprefix(f"{settings.SITE_URL}/id/")
    context = Context(name, item["id"], item["provenance"])
    return list(facts_in(item, "", context, NO_FACTS))


def facts_in(node: Data, name: str, context: Context, excluded: Container[str]) -> Iterator[Row]:
    """Return the facts of a record, or of a part, but not of the keys that are told otherwise."""
    for key, value in node.items():
        part = f"{name}.{key}" if name else key
        provenance = node.get(f"{key}_provenance")
        if value is None or key in excluded or key.endswith("_provenance"):
            continue
        if isinstance(value, list):
            for position, each in enumerate(value, start=1):
                if isinstance(each, dict):
                    yield from part_facts(each, part, context.for_part(each, position, RECORDS.get(key)))
                else:
                    yield context.fact(part, value=each, provenance=provenance)
        elif key in REFERENCES:
            yield replace(context, refers_to=f"{key}/{value}").fact(part, provenance=provenance)
        elif not isinstance(value, dict):
            yield context.fact(part, value=value, provenance=provenance)
        elif value.keys() == set(LANGUAGES):
            yield context.fact(part, text=value, provenance=provenance)
        else:
            yield from part_facts(value, part, context.for_part(value, context.position))


def part_facts(node: Data, name: str, context: Context) -> list[Row]:
    """Return the facts of a part, or the one that there is a link."""
    rows = list(facts_in(node, name, context, NO_FACTS | {"position", *REFERENCES}))
    # Where a part links two records and says no more, the link itself is the fact.
    return rows or [context.fact(name)]


def text_cells(item: Data, *names: str) -> Row:
    """Return texts of an item as cells, one per language."""
    found = {name: item[name] or {} for name in names}
    return {f"{name}_{language}": found[name].get(language) for name in names for language in LANGUAGES}


def worksite_cell(item: Data) -> Row:
    """Return the worksite by kind and code, as facts name their records: “1.4-02” would become a day."""
    return {"worksite": f"worksite/{item['worksite']}"}


def steering_rows(item: Data) -> list[Row]:
    """Return a line of who steers what as a row."""
    return [
        {
            **{key: item[key] for key in ("worksite_number", "position", "office")},
            **worksite_cell(item),
            **text_cells(item, "worksite_title", "worksite_title_provenance"),
            **text_cells(item, "office_name", "office_name_provenance"),
            **text_cells(item, "wording", "slip", "remark", "provenance", "provenance_note"),
            "worksite_permalink": item["worksite_id"],
            "office_permalink": item["office_id"],
        }
    ]


def measure_rows(item: Data) -> list[Row]:
    """Return a measure as a row, what it is linked to in one cell each."""
    return [
        {
            **{key: item[key] for key in ("code", "worksite_number", "position")},
            **worksite_cell(item),
            **text_cells(item, "worksite_title", "worksite_title_provenance", "heading", "text"),
            **linked_cells("sector", item["sectors"]),
            **linked_cells("office", item["steering"]),
            **text_cells(item, "slip", "remark", "provenance", "provenance_note"),
            "permalink": item["id"],
            "worksite_permalink": item["worksite_id"],
        }
    ]


def linked_cells(kind: str, links: list[Data]) -> Row:
    """Return the codes and the names of linked records, each in one cell."""
    names = {
        f"{kind}_names_{language}": "; ".join(link["name"][language] for link in links)
        for language in LANGUAGES
    }
    return {f"{kind}s": "; ".join(link[kind] for link in links)} | names


def term_rows(item: Data) -> list[Row]:
    """Return a term as a row."""
    texts = ("name", "abbreviation", "synonyms", "definition", "source", "provenance", "provenance_note")
    return [{"code": item["code"], **text_cells(item, *texts), "permalink": item["id"]}]


@dataclass(frozen=True)
class Table:
    """How a dataset is a table: its columns, each with what it holds, and the rows that an item gives."""

    columns: Columns
    rows_of: Callable[[Data], list[Row]]

    def rows(self, items: Iterable[Data]) -> list[Row]:
        """Return the rows that items give."""
        return [row for item in items for row in self.rows_of(item)]

    def csv(self, rows: Iterable[Row], form: str = "csv") -> bytes:
        """Return the rows as CSV (RFC 4180), with the mark by which spreadsheets know UTF-8."""
        out = io.StringIO()
        writer = csv.DictWriter(out, self.columns, delimiter=SEPARATORS[form], lineterminator="\r\n")
        writer.writeheader()
        writer.writerows({key: safe(cell) for key, cell in row.items()} for row in rows)
        return out.getvalue().encode("utf-8-sig")

    def fields(self) -> list[Data]:
        """Return the columns as a Table Schema describes them."""
        return [
            {
                "name": name,
                "type": "integer" if name in WHOLE_NUMBERS else "string",
                "description": in_one_line(in_both_languages(text)),
            }
            for name, text in self.columns.items()
        ]


FACTS = Table(FACT_COLUMNS, fact_rows)
OWN_TABLES = {
    "measures": Table(MEASURE_COLUMNS, measure_rows),
    "steering": Table(STEERING_COLUMNS, steering_rows),
    "terms": Table(TERM_COLUMNS, term_rows),
}
TABLES = {name: OWN_TABLES.get(name, FACTS) for name in DATASETS}


@dataclass(frozen=True)
class Explained:
    """The columns that some tables have, for readers: where on the page they stand, and what a row is."""

    anchor: str
    files: list[str]
    row: StrOrPromise
    columns: Columns


# What readers need to know before they open a table.
HOW_TO_READ: dict[str, Any] = {
    "table_form": _(
        "UTF-8, marked as such at the start of the file. Between the cells stand commas, and semicolons in "
        "the files that a spreadsheet in Belgium opens at once. Where a spreadsheet would run a text as a "
        "formula, or take it for a number or a date, an apostrophe (') stands before it. Nothing else is "
        "changed. Worksites are named by kind and code (worksite/1.4-02), because a spreadsheet takes the "
        "code alone for a date. The workbook needs no apostrophes: its cells are text."
    ),
    "explained": [
        Explained("columns-measures", ["measures.csv"], _("One row for each measure."), MEASURE_COLUMNS),
        Explained(
            "lines",
            ["steering.csv"],
            _("One row for each office that the source names at a worksite."),
            STEERING_COLUMNS,
        ),
        Explained("columns-terms", ["terms.csv"], _("One row for each term."), TERM_COLUMNS),
        Explained(
            "facts",
            [f"{name}.csv" for name, table in TABLES.items() if table is FACTS],
            _("One row for each fact."),
            FACT_COLUMNS,
        ),
    ],
}


def in_one_line(texts: Mapping[str, str]) -> str:
    """Return both languages where a standard has room for one text."""
    return " / ".join(dict.fromkeys(texts.values()))
