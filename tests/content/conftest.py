"""A copy of the files of the content, and edits that break it; a database without any."""

import re
import shutil

import pytest
import yaml
from django.db import DEFAULT_DB_ALIAS

from initiatives.models import (
    CONTENT,
    IndexEntry,
)

from ..conftest import FIXTURES

GONE = object()  # in an edit: the field is not there


@pytest.fixture
def folder(tmp_path):
    """Return a copy of the fixtures, to break."""
    return shutil.copytree(FIXTURES, tmp_path / "fixtures")


@pytest.fixture
def empty(db):
    """Take all content out of the database, and the index of it, past all that would follow each deletion."""
    for model in (IndexEntry, *reversed(CONTENT)):
        model._base_manager.all()._raw_delete(DEFAULT_DB_ALIAS)


def rewrite(folder, kind, edit):
    """Let `edit` change the rows of the file of this kind."""
    [path] = folder.glob(f"*_{kind}.yaml")
    rows = yaml.safe_load(path.read_text(encoding="utf-8"))
    rows = edit(rows) or rows
    path.write_text(yaml.safe_dump(rows, allow_unicode=True, sort_keys=False), encoding="utf-8")


def change(kind, place=0, /, **fields):
    """Return an edit that changes fields of the record at this place in its file."""

    def edit(rows):
        rows[place]["fields"] |= fields
        for name in [name for name, value in fields.items() if value is GONE]:
            del rows[place]["fields"][name]

    return lambda folder: rewrite(folder, kind, edit)


def write(name, raw):
    """Return an edit that puts these bytes in the file of this name."""
    return lambda folder: (folder / name).write_bytes(raw)


def swap(pattern, replacement, name):
    """Return an edit that replaces text in the file of this name, once."""

    def edit(folder):
        path = folder / name
        text, count = re.subn(pattern, replacement, path.read_text(encoding="utf-8"), count=1)
        assert count == 1
        path.write_text(text, encoding="utf-8")

    return edit


def on_rows(kind, edit):
    return lambda folder: rewrite(folder, kind, edit)
