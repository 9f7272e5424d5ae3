"""A record as the files, the versions and the history have it: its fields in reading order, keys in words."""

import json
from collections.abc import Iterable
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models

from ..language import LANGUAGES
from ..models import Record
from ..models.version import SerializedRecord

# Written even where it is the default: readers of the files want to see it.
ALWAYS_WRITTEN = {f"provenance_{language}" for language in LANGUAGES}


def writable_fields(model: type[Record]) -> list[models.Field[Any, Any]]:
    """Return the fields that files have, in reading order: translations, and not the alias of them."""
    aliases = set(model.translated_fields())
    return [each for each in in_reading_order(model) if not each.primary_key and each.name not in aliases]


def in_reading_order(model: type[Record]) -> list[models.Field[Any, Any]]:
    """Return the fields in the model's order, translations in place, what all kinds share last."""
    notes = {f"provenance_note_{language}" for language in LANGUAGES}
    shared = {each.name for each in Record._meta.fields} | notes
    return sorted(model._meta.concrete_fields, key=lambda each: each.name in shared)


def ordered(model: type[Record] | None, values: dict[str, Any]) -> list[tuple[str, Any]]:
    """Return values of a record in the order of its file, then those that its kind no longer has.

    PostgreSQL keeps the names of a JSON object in an order of its own.
    """
    places = {each.name: place for place, each in enumerate(in_reading_order(model) if model else ())}
    return sorted(values.items(), key=lambda each: (places.get(each[0], len(places)), each[0]))


def serialize(record: Record) -> SerializedRecord:
    """Return a record as the files have it, its values as Python holds them."""
    return {"model": record._meta.label_lower, "fields": values_of(record)}


def values_of(record: Record) -> dict[str, Any]:
    """Return what a file says of the record, by field; what stands at its default is left out."""
    return written(record, writable_fields(type(record)))


def written(record: Record, fields: Iterable[models.Field[Any, Any]]) -> dict[str, Any]:
    """Return what a file says of some fields of the record; what stands at its default is left out."""
    values = {}
    for each in fields:
        value = getattr(record, each.name)
        if each.is_relation:
            if value is not None:
                values[each.name] = value.natural_key()
        elif each.name in ALWAYS_WRITTEN or value not in (None, "", each.get_default()):
            plain = isinstance(value, int | list) or hasattr(value, "isoformat")
            values[each.name] = value if plain else str(value)
    return values


def plain_values_of(record: Record) -> dict[str, Any]:
    """Return the same as JSON and YAML have it: days as text, keys of other records as lists."""
    return as_json(values_of(record))


def as_json(values: dict[str, Any]) -> dict[str, Any]:
    """Return values as JSON and YAML have them."""
    plain: dict[str, Any] = json.loads(json.dumps(values, cls=DjangoJSONEncoder))
    return plain
