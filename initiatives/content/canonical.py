"""What a file says, in the form in which the portal itself would write it: two files can be compared so."""

from typing import Any

from django.core.exceptions import ValidationError
from django.db import models

from ..language import LANGUAGES
from ..models import Record
from .checks import typed
from .serialize import as_json, writable_fields, written

MARKS = tuple(f"outdated_{language}" for language in LANGUAGES)


def canonical(model: type[Record], values: dict[str, Any]) -> dict[str, Any]:
    """Return the values of a record of a file as the portal writes them.

    What is wrong with them is left as it is, for the Loader to name. A mark is as well: silence says nothing.
    """
    record = model()
    fields = {each.name: each for each in writable_fields(model)}
    known, as_is = [], {}
    for name, value in values.items():
        field = fields.get(name)
        if field is not None and not field.is_relation and is_set(record, field, value):
            known.append(field)
        elif field is None or not field.is_relation:
            as_is[name] = value
        elif value is not None:
            as_is[name] = list(value) if isinstance(value, list | tuple) else [value]
    unsaid = [each for name, each in fields.items() if name not in values and not each.is_relation]
    record.normalize_texts()
    said = as_json(written(record, [*known, *unsaid]))
    return said | as_is | {name: values[name] for name in MARKS if isinstance(values.get(name), list)}


def is_set(record: Record, field: models.Field[Any, Any], value: Any) -> bool:
    """Set a value of a file as the record holds it; return False where it is none for this field."""
    is_text = isinstance(field, models.CharField | models.TextField)
    if "\0" in str(value) or (value is None and not (field.null or is_text)):
        return False
    try:
        setattr(record, field.name, typed(field, value))
    except ValidationError:
        return False
    return True
