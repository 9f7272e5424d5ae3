"""Whose edit a value is that stands in the content: by the versions of its item."""

from typing import Any

from django.utils import timezone

from ..content.files import MODELS
from ..content.serialize import as_json
from ..models import Revision
from ..models.naming import natural_key_text, record_key
from ..models.permissions import name_of
from .revisions import Action
from .threeway import WHOLE, Difference, Key, Row, item_of, said


class Whose:
    """Answers whose edit a value is, and reads the versions of each item once."""

    def __init__(self) -> None:
        self.versions: dict[Key, list[Revision]] = {}

    def of(self, difference: Difference) -> str:
        """Return who made the value here what it is, and on which day; "" where the history does not know."""
        return self.of_value(difference.key, difference.field, difference.here, difference.item)

    def of_row(self, name: tuple[str, tuple[Any, ...]], row: Row, field: str) -> str:
        """Return the same of a value of a record as it is stored."""
        label, parts = name
        key: Key = (MODELS[label], natural_key_text(parts))
        plain = as_json(row)
        return self.of_value(key, field, plain.get(field), item_of(key, plain))

    def of_value(self, key: Key, field: str, value: Any, item: Key) -> str:
        """Return the same of a value of a record, a part of this item."""
        wanted = said(value) if field == WHOLE else value
        author = None
        for version in self.of_item(item):
            record = record_in(version, key)
            if (said(record) if field == WHOLE else (record or {}).get(field)) != wanted:
                break
            author = version
        return signed(author) if author else ""

    def of_item(self, item: Key) -> list[Revision]:
        """Return the versions of an item, the newest first."""
        if item not in self.versions:
            model, code = item
            rows = Revision.objects.filter(kind=model._meta.model_name, code=code)
            self.versions[item] = list(rows.select_related("editor").order_by("-number"))
        return self.versions[item]


def record_in(version: Revision, key: Key) -> Row | None:
    """Return a record as it was in a version of its item; None where it was not there."""
    if version.action == Action.DELETED:
        return None
    model, text = key
    for record in version.records:
        label, *parts = record_key(record)
        if label == model._meta.label_lower and natural_key_text(parts) == text:
            fields: Row = record["fields"]
            return fields
    return None


def signed(version: Revision) -> str:
    """Return who made a version, and on which day."""
    day = timezone.localtime(version.at).date().isoformat()
    if version.editor:
        return f"{name_of(version.editor)}, {day}"
    return f"{'loaded' if version.action == Action.LOADED else 'editor unknown'}, {day}"
