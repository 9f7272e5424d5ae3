"""The content as tables: CSV for spreadsheets, and all of it in one package (Frictionless Data Package)."""

import csv
import io
import zipfile
from collections.abc import Callable
from dataclasses import dataclass, replace

from django.conf import settings
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from .languages import LANGUAGES
from .opendata import DATASETS, LICENCE, document, moment, spoken

# A spreadsheet would run a cell that begins with one of these as a formula (OWASP, “CSV Injection”).
FORMULA = ("=", "+", "-", "@", "\t", "\r")

FACT_COLUMNS = {
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
STEERING_COLUMNS = {
    "worksite_number": _("Number of the worksite."),
    "worksite": _("Code of the worksite."),
    "worksite_title_nl": _("Title of the worksite in Dutch."),
    "worksite_title_fr": _("Title of the worksite in French."),
    "position": _("Place of the office among those that steer the worksite, as the source orders them."),
    "office": _("Code of the office."),
    "office_name_nl": _("Name of the office in Dutch."),
    "office_name_fr": _("Name of the office in French."),
    "wording_nl": _("The office in the wording of the source."),
    "wording_fr": _("The same wording in French."),
    "slip_nl": _("What the portal says, in Dutch, of a slip of the source."),
    "slip_fr": _("What the portal says, in French, of a slip of the source."),
    "provenance_nl": _("Where the Dutch wording comes from: “source”, “official”, “portal” or “validated”."),
    "provenance_fr": _("Where the French wording comes from, in the same words."),
    "worksite_permalink": _("Address that leads to the worksite for ever."),
    "office_permalink": _("Address that leads to the office for ever."),
}
WHOLE_NUMBERS = {"position", "worksite_number"}


def safe(cell):
    """Give the cell with an apostrophe before it, if a spreadsheet would run it as a formula."""
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(FORMULA) else cell


# Facts -------------------------------------------------------------------------------------------------

# The keys by which a part names another record, the one it is about first.
REFERENCES = ("office", "organisation", "sector", "worksite", "objective")
# The keys that have a column of their own, or say how a fact is kept and not what it says.
NO_FACTS = {"id", "code", "anchor", "provenance", "url", "version", "modified"}


@dataclass(frozen=True)
class Context:
    """What the facts of a record, or of a part of it, have in common.

    Records are named by kind and code: “1.4” alone, a spreadsheet would read as a number or a day.
    """

    record: str
    permalink: str
    provenance: dict
    position: int | None = None
    code: str | None = None
    refers_to: str | None = None

    def fact(self, part, text=None, value=None, provenance=None):
        """Give the row of one fact."""
        text, provenance = text or {}, provenance or self.provenance
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

    def of_part(self, part, position):
        """Give the context of a part of this record, at this position where it is one of a list."""
        named = [f"{key}/{part[key]}" for key in REFERENCES if key in part]
        others = [name for name in named if name != self.record]
        return replace(
            self,
            permalink=part.get("id", self.permalink),
            provenance=part.get("provenance", self.provenance),
            position=position,
            code=part.get("code"),
            refers_to=others[0] if others else None,
        )


def facts(item):
    """Give every fact of an item as a row: what the JSON document says, and nothing else."""
    name = item["id"].removeprefix(f"{settings.SITE_URL}/id/")
    context = Context(name, item["id"], item["provenance"])
    return list(walk(item, "", context, NO_FACTS))


def walk(node, name, context, known):
    """Give the facts of a record, or of a part of it, whose keys in `known` are told otherwise."""
    for key, value in node.items():
        part = f"{name}.{key}" if name else key
        provenance = node.get(f"{key}_provenance")
        if value is None or key in known or key.endswith("_provenance"):
            continue
        if isinstance(value, list):
            for position, each in enumerate(value, start=1):
                yield from of_part(each, part, context.of_part(each, position))
        elif not isinstance(value, dict):
            yield context.fact(part, value=value, provenance=provenance)
        elif value.keys() == set(LANGUAGES):
            yield context.fact(part, text=value, provenance=provenance)
        else:
            yield from of_part(value, part, context.of_part(value, None))


def of_part(node, name, context):
    rows = list(walk(node, name, context, NO_FACTS | {"position", *REFERENCES}))
    # Where a part links two records and says no more, the link itself is the fact.
    return rows or [context.fact(name)]


def line(item):
    """Give a line of who steers what as a row."""
    names = ("worksite_title", "office_name", "wording", "slip", "provenance")
    texts = {name: item[name] or {} for name in names}
    return [
        {
            **{key: item[key] for key in ("worksite_number", "worksite", "position", "office")},
            **{f"{name}_{language}": texts[name].get(language) for name in names for language in LANGUAGES},
            "worksite_permalink": item["worksite_id"],
            "office_permalink": item["office_id"],
        }
    ]


@dataclass(frozen=True)
class Table:
    """How a dataset is a table: its columns, each with what it holds, and the rows that an item gives."""

    columns: dict
    rows_of: Callable

    def rows(self, items):
        return [row for item in items for row in self.rows_of(item)]

    def csv(self, rows):
        """Give the rows as CSV (RFC 4180), with the mark by which spreadsheets know UTF-8."""
        out = io.StringIO()
        writer = csv.DictWriter(out, self.columns, lineterminator="\r\n")
        writer.writeheader()
        writer.writerows({key: safe(cell) for key, cell in row.items()} for row in rows)
        return out.getvalue().encode("utf-8-sig")

    def fields(self):
        """Give the columns as a Table Schema describes them."""
        return [
            {
                "name": name,
                "type": "integer" if name in WHOLE_NUMBERS else "string",
                "description": in_one_line(spoken(text)),
            }
            for name, text in self.columns.items()
        ]


FACTS = Table(FACT_COLUMNS, facts)
LINES = Table(STEERING_COLUMNS, line)
# What readers need to know before they open a table.
HOW_TO_READ = {
    "table_form": _(
        "UTF-8, marked as such at the start of the file; commas between the cells. A cell that a spreadsheet "
        "would run as a formula, because it begins with = + - @, a tab or a carriage return, has an "
        "apostrophe (') before it. Nothing else is changed."
    ),
    "facts": FACT_COLUMNS,
    "facts_in": [f"{name}.csv" for name in DATASETS if name != "steering"],
    "lines": STEERING_COLUMNS,
}
TABLES = {name: LINES if name == "steering" else FACTS for name in DATASETS}


def in_one_line(texts):
    """Give both languages where a standard has room for one text."""
    return " / ".join(dict.fromkeys(texts.values()))


# The whole -----------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Download:
    """One dataset in both forms, with what readers want to know before they take it."""

    name: str
    title: Promise
    items: list
    row_count: int
    csv: bytes
    json: bytes

    @property
    def titles(self):
        """Give the title in both languages."""
        return spoken(self.title)


def downloads(edition, as_json):
    """Give every dataset as files; `as_json` writes a document."""
    found = []
    for name, dataset in DATASETS.items():
        items, table = dataset.items(), TABLES[name]
        rows = table.rows(items)
        content = as_json(document(edition, spoken(dataset.title), f"/data/{name}.json", items))
        found.append(Download(name, dataset.title, items, len(rows), table.csv(rows), content))
    return found


def datapackage(edition, found):
    """Give the description of all tables (Data Package 1, tabular)."""
    objective = edition.objective
    about = in_one_line(edition.titles)
    return {
        "profile": "tabular-data-package",
        "name": edition.name,
        "id": f"{settings.SITE_URL}/data/datapackage.json",
        "title": about,
        "description": in_one_line(spoken(edition.note)) if edition.note else about,
        "homepage": f"{settings.SITE_URL}/",
        "version": str(edition.version),
        "created": moment(edition.generated),
        "modified": moment(edition.modified),
        "licenses": [{"name": "CC0-1.0", "path": LICENCE, "title": "Creative Commons CC0 1.0"}],
        "sources": [{"title": objective.title_nl, "path": objective.source_url}],
        "keywords": ["Brussels", objective.strategy.name, objective.code],
        "resources": [resource(download) for download in found],
    }


def resource(download):
    return {
        "profile": "tabular-data-resource",
        "name": download.name,
        "title": in_one_line(download.titles),
        "path": f"{download.name}.csv",
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8",
        "bytes": len(download.csv),
        "row_count": download.row_count,
        "dialect": {"delimiter": ",", "lineTerminator": "\r\n", "quoteChar": '"', "doubleQuote": True},
        "schema": {"fields": TABLES[download.name].fields(), "missingValues": [""]},
    }


def package(edition, found, as_json):
    """Give everything as one ZIP: each dataset in both forms, what they are, and the licence."""
    context = {
        "edition": edition,
        "downloads": found,
        "site_url": settings.SITE_URL,
        "languages": LANGUAGES,
        "licence": LICENCE,
        **HOW_TO_READ,
    }
    files = {
        "README.txt": render_to_string("data/readme.txt", context).encode(),
        "LICENCE.txt": render_to_string("data/licence.txt", context).encode(),
        "datapackage.json": as_json(datapackage(edition, found)),
    }
    for download in found:
        files |= {f"{download.name}.csv": download.csv, f"{download.name}.json": download.json}
    out = io.BytesIO()
    stamp = timezone.localtime(edition.generated).timetuple()[:6]
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            entry = zipfile.ZipInfo(f"{edition.name}/{name}", stamp)
            entry.compress_type, entry.external_attr = zipfile.ZIP_DEFLATED, 0o644 << 16
            archive.writestr(entry, content)
    return out.getvalue()
