"""All of the data in one file: each dataset in both forms, and what they are (Frictionless Data Package).

The bytes stay the same until the content changes: no file says when it was made, each of what it was made.
"""

import io
import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.template.loader import render_to_string
from django.utils import timezone
from django_stubs_ext import StrOrPromise

from ..language import LANGUAGES, in_both_languages
from ..models import Strategy, rights
from ..models.publisher import publisher
from .csv import HOW_TO_READ, SEPARATORS, TABLES, Row, Table, in_one_line
from .documents import DATASETS, Edition, context_data, document, publisher_data, rights_data, source_data
from .kept import kept
from .serialize import Data, json_bytes, timestamp


@dataclass(frozen=True)
class Download:
    """One dataset in each form, with what readers want to know before they take it."""

    name: str
    title: StrOrPromise
    items: list[Data]
    rows: list[Row]
    csv: bytes
    semicolon: bytes
    json: bytes

    @property
    def table(self) -> Table:
        """Return how it is a table."""
        return TABLES[self.name]

    @property
    def titles(self) -> dict[str, str]:
        """Return the title in both languages."""
        return in_both_languages(self.title)

    @property
    def licence(self) -> rights.Licence | None:
        """Return the licence that is true of all its texts, or None: the source’s text has none."""
        return rights.licence_of_all(origins(self.items))


def origins(node: object) -> Iterator[str]:
    """Return where each text in a document comes from."""
    if isinstance(node, list):
        for each in node:
            yield from origins(each)
    elif isinstance(node, dict):
        for name, value in node.items():
            if name.endswith("provenance") and isinstance(value, dict):
                yield from value.values()
            else:
                yield from origins(value)


@kept
def download(edition: Edition, name: str) -> Download:
    """Return a dataset as files."""
    dataset, table = DATASETS[name], TABLES[name]
    items = dataset.items(edition)
    rows, titles = table.rows(items), in_both_languages(dataset.title)
    content = json_bytes(document(edition.settled, titles, f"/data/{name}.json", items))
    commas, semicolons = (table.csv(rows, form) for form in SEPARATORS)
    return Download(name, dataset.title, items, rows, commas, semicolons, content)


def downloads(edition: Edition) -> list[Download]:
    """Return every dataset as files."""
    return [download(edition, name) for name in DATASETS]


def datapackage(edition: Edition) -> Data:
    """Return the description of all tables (Data Package 1, tabular)."""
    objective, who = edition.objective, publisher()
    about = (edition.titles, edition.contexts, edition.notes, edition.all_rights)
    publishing = {"title": in_one_line(publisher_data()["name"]), "role": "publisher"}
    reached = {name: value for name, value in (("path", who.url), ("email", who.email)) if value}
    return {
        "profile": "tabular-data-package",
        "name": edition.name,
        "id": f"{settings.SITE_URL}/data/datapackage.json",
        "title": in_one_line(edition.titles),
        "description": in_one_line({code: full_stops(each[code] for each in about) for code in LANGUAGES}),
        "homepage": f"{settings.SITE_URL}/",
        "version": str(edition.version),
        "created": timestamp(edition.settled.generated),
        "modified": timestamp(edition.modified),
        "contributors": [publishing | reached],
        "licenses": licenses(edition, rights.source_licence()),
        "sources": [{"title": objective.translation("title", "nl"), "path": objective.source_url}],
        "keywords": ["Brussels", objective.strategy.name, objective.code],
        "context": context_data(edition),
        "source": source_data(edition),
        "rights": rights_data(edition),
        "resources": [resource(edition, download) for download in downloads(edition)],
    }


def full_stops(sentences: Iterable[str]) -> str:
    """Return what follows each other as sentences."""
    return " ".join(each if each.endswith(".") else f"{each}." for each in sentences if each)


def licenses(edition: Edition, licence: rights.Licence | None) -> list[Data]:
    """Return the licence as the standard has it; without one, where it is said whose words are whose."""
    if licence:
        return [{"name": licence.code, "path": licence.url, "title": licence.name}]
    return [{"path": f"{settings.SITE_URL}/data/#licence", "title": in_one_line(edition.all_rights)}]


def resource(edition: Edition, download: Download) -> Data:
    """Return the description of one table (Tabular Data Resource)."""
    return {
        "profile": "tabular-data-resource",
        "name": download.name,
        "title": in_one_line(download.titles),
        "path": f"{download.name}.csv",
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8",
        "bytes": len(download.csv),
        "row_count": len(download.rows),
        "licenses": licenses(edition, download.licence),
        "dialect": {"delimiter": ",", "lineTerminator": "\r\n", "quoteChar": '"', "doubleQuote": True},
        "schema": {"fields": download.table.fields(), "missingValues": [""]},
    }


def rights_for_people(strategy: Strategy) -> dict[str, Any]:
    """Return what templates print of the rights; what is called there speaks the language of the place."""
    return {
        "words": lambda: rights.by_provenance(strategy),
        "quotation": rights.quotation,
        "licences": rights.licences(),
        "terms_url": strategy.terms_url,
    }


def for_people(edition: Edition) -> dict[str, Any]:
    """Return what the texts that go with the data say."""
    return {
        "edition": edition,
        "downloads": downloads(edition),
        "site_url": settings.SITE_URL,
        "languages": LANGUAGES,
        "publisher": publisher(),
        **rights_for_people(edition.objective.strategy),
        **HOW_TO_READ,
    }


@kept
def archive(edition: Edition) -> bytes:
    """Return everything as one ZIP, which is a data package itself: `datapackage.json` stands at its root."""
    context = for_people(edition)
    files = {
        "README.txt": render_to_string("data/readme.txt", context).encode(),
        "LICENCE.txt": render_to_string("data/licence.txt", context).encode(),
        "datapackage.json": json_bytes(datapackage(edition)),
    }
    for each in downloads(edition):
        files |= {f"{each.name}.csv": each.csv, f"{each.name}.json": each.json}
    return zipped(files, timezone.localtime(edition.settled.generated).timetuple()[:6])


def zipped(files: dict[str, bytes], at: tuple[int, ...]) -> bytes:
    """Return files as a ZIP, as of that moment."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as file:
        for name, content in files.items():
            entry = zipfile.ZipInfo(name, at)  # type: ignore[arg-type] # six numbers
            entry.compress_type, entry.external_attr = zipfile.ZIP_DEFLATED, 0o644 << 16
            file.writestr(entry, content)
    return out.getvalue()
