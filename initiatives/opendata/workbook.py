"""All tables as one workbook (Office Open XML), for those who open them in a spreadsheet.

Its cells are text, so that no code becomes a day and nothing runs as a formula.
"""

import io
from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime
from itertools import zip_longest
from typing import NamedTuple

from django.template.loader import render_to_string
from django.utils.translation import gettext, override
from xlsxwriter import Workbook

from ..language import LANGUAGES, in_both_languages
from .csv import in_one_line
from .documents import Edition, in_each_language, publisher_data
from .kept import kept
from .package import Download, downloads, for_people

WIDEST = 60  # characters; what is longer is broken into lines
LONGEST = 32_767  # characters that a cell can hold; no text here comes near

Cell = str | int | None


class Sheet(NamedTuple):
    """A sheet: its name, its rows, and whether the first of them is the head of a table."""

    name: str
    rows: tuple[tuple[Cell, ...], ...]
    has_head: bool = True


@kept
def workbook(edition: Edition) -> bytes:
    """Return all tables, one sheet each, after what must be known of them and what their columns hold."""
    files = downloads(edition)
    sheets = (about(edition), columns(files), *map(table, files))
    modified = edition.settled.generated.astimezone(UTC).replace(tzinfo=None, microsecond=0)
    return written(sheets, in_one_line(edition.titles), in_one_line(publisher_data()["name"]), modified)


def about(edition: Edition) -> Sheet:
    """Return what the data are, from where, of whom and under which licence, in both languages."""
    lines = []
    for language in LANGUAGES:
        with override(language):
            said = render_to_string("data/workbook.txt", for_people(edition) | {"language": language})
            lines.append([line or None for line in said.strip().split("\n")])
    return Sheet(in_name(lambda: gettext("Read me")), tuple(zip_longest(*lines)), has_head=False)


def columns(files: list[Download]) -> Sheet:
    """Return what each column of each table holds, in both languages."""
    rows: list[tuple[Cell, ...]] = [("sheet", "column", "nl", "fr")]
    for download in files:
        for name, text in download.table.columns.items():
            rows.append((download.name, name, *in_both_languages(text).values()))
    return Sheet(in_name(lambda: gettext("Columns")), tuple(rows))


def in_name(word: Callable[[], str]) -> str:
    """Return a word in both languages as the name of a sheet, which may hold no slash."""
    return " – ".join(dict.fromkeys(in_each_language(word).values()))


def table(download: Download) -> Sheet:
    """Return a dataset as a sheet, with the columns that it has as CSV."""
    head = tuple(download.table.columns)
    return Sheet(download.name, (head, *(tuple(row.get(name) for name in head) for row in download.rows)))


def written(sheets: tuple[Sheet, ...], title: str, author: str, at: datetime) -> bytes:
    """Return a workbook with these sheets."""
    out = io.BytesIO()
    with Workbook(out, {"in_memory": True}) as book:
        book.set_properties({"title": title, "author": author, "created": at})
        bold = book.add_format({"bold": True, "num_format": "@", "valign": "top"})
        text = book.add_format({"text_wrap": True, "num_format": "@", "valign": "top"})
        whole = book.add_format({"num_format": "0", "valign": "top"})
        for each in sheets:
            page = book.add_worksheet(each.name)
            for number, width in enumerate(widths(each.rows)):
                page.set_column(number, number, width)
            for row, cells in enumerate(each.rows):
                for column, cell in enumerate(cells):
                    if isinstance(cell, int):
                        page.write_number(row, column, cell, whole)
                    elif cell:
                        page.write_string(
                            row, column, cell[:LONGEST], text if row or not each.has_head else bold
                        )
            if each.has_head:
                page.freeze_panes(1, 0)
                page.autofilter(0, 0, len(each.rows) - 1, len(each.rows[0]) - 1)
    return out.getvalue()


def widths(rows: Iterable[Sequence[Cell]]) -> list[int]:
    """Return how wide each column has to be for its longest cell, up to where lines are broken."""
    longest = (max(len(str(cell or "")) for cell in cells) for cells in zip_longest(*rows))
    return [min(WIDEST, length + 3) for length in longest]
