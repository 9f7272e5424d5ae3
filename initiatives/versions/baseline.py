"""What the last load brought, and what the database and the files say now: the three states of a merge."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Max

from ..content.canonical import MARKS, canonical
from ..content.files import MODELS, FixtureRecord
from ..content.load import is_empty
from ..content.serialize import plain_values_of
from ..models import CONTENT, LoadedRecord, Revision
from ..models.naming import KINDS, model_of, natural_key_text, record_key
from .places import merge_places
from .revisions import Action, newest_versions
from .threeway import Choose, Content, Key, Merged, Merger, Row


def here() -> Content:
    """Return the content of the database."""
    return {
        (model, natural_key_text(record.natural_key())): plain_values_of(record)
        for model in CONTENT
        for record in model.objects.select_related()
    }


def of_files(fixture_records: list[FixtureRecord], there: Content) -> Content:
    """Return the content of the files as the portal would write it; as it stands in `there` where it does.

    Of a record that is twice in the files, the first; one without a whole key is for the Loader to name.
    """
    found: Content = {}
    for each in fixture_records:
        key: Key = (each.model, each.key)
        if each.key and key not in found:
            row = there.get(key, {})
            # Compared as text, since to Python true is 1. An earlier release may have stored odd signs.
            same = {name: value for name, value in each.values.items() if repr(row.get(name)) == repr(value)}
            found[key] = canonical(each.model, each.values) | same
    return found


def loaded() -> Content | None:
    """Return what the last load brought: as it was kept, or as the history knows it; None where nobody does.

    An empty database holds nothing of an editor’s that could be kept: of it, nothing was brought.
    """
    if is_empty():
        return {}
    rows = list(LoadedRecord.objects.all())
    last = Revision.objects.filter(action=Action.LOADED).aggregate(last=Max("at"))["last"]
    # An earlier release keeps none: what it loaded is newer than what is kept.
    if rows and (last is None or last <= max(row.at for row in rows)):
        return {(KINDS[row.kind], row.key): row.fields for row in rows if row.kind in KINDS}
    return from_history(last) if last else None


def from_history(at: datetime) -> Content:
    """Return the content as it was at a moment, by the versions that there are of it.

    At a load of an earlier release, that is what the files said: it made the content exactly so.
    """
    found: Content = {}
    for version in newest_versions(until=at).values():
        for record in version.records if version.action != Action.DELETED else ():
            if model := model_of(record):
                label, *key = record_key(record)
                fields = known_fields(model, record["fields"])
                found[MODELS[label], natural_key_text(key)] = canonical(model, fields)
    return found


def known_fields(model: Any, fields: Row) -> Row:
    """Return those fields of a version that there still are."""
    names = {each.name for each in model._meta.concrete_fields}
    return {name: value for name, value in fields.items() if name in names}


@dataclass(frozen=True)
class States:
    """The three states that a load merges."""

    base: Content | None
    here: Content
    files: Content

    @classmethod
    def read(cls, fixture_records: list[FixtureRecord]) -> "States":
        """Return what the last load brought, what the database holds and what these records say."""
        there = here()
        return cls(loaded(), there, of_files(fixture_records, there))

    def merged(self, choose: Choose, publish: Collection[str]) -> Merged:
        """Return what the content becomes."""
        merger = Merger(self.base, self.here, self.files, choose, publish)
        merged = merger.merge()
        merge_places(merger)
        return merged

    def keep(self, at: datetime) -> None:
        """Keep what this load brought, for the next. To be called within its change, once all is saved."""
        after = here()
        rows = {key: without_marks(row) | self.marks(key, after) for key, row in self.files.items()}
        LoadedRecord.objects.all().delete()
        LoadedRecord.objects.bulk_create(
            LoadedRecord(kind=str(model._meta.model_name), key=key, at=at, fields=row)
            for (model, key), row in rows.items()
        )

    def marks(self, key: Key, after: Content) -> Row:
        """Return which texts the load marked as outdated: as the file says, or else what followed from it."""
        found: Row = {}
        for name in MARKS:
            old, stood, now = (
                content.get(key, {}).get(name, []) for content in (self.base or {}, self.here, after)
            )
            marks = self.files[key].get(name, [each for each in now if each in old or each not in stood])
            found |= {name: marks} if marks else {}
        return found


def without_marks(row: Row) -> Row:
    return {name: value for name, value in row.items() if name not in MARKS}
