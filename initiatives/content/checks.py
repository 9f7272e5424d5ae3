"""What a file may say: values of the right type, and what the records together must keep to."""

from collections.abc import Iterator
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext as _

from ..language import LANGUAGES, shortened
from ..models import LARGEST_POSITION, Objective, Worksite
from .files import FILES

# Django would take a list for its text, and 1.5 for 1. A field is of the first class that it fits.
TYPES: tuple[tuple[type[models.Field[Any, Any]], Any, str], ...] = (
    (models.BooleanField, bool, "give true or false"),
    (models.IntegerField, int, "give a whole number"),
    (models.JSONField, list, "give a list"),
    (models.DateField, (str, date), "give a day, as in 2020-01-16"),
    (models.Field, str, "give a text; put it between quotes where it looks like something else"),
)


def typed(field: models.Field[Any, Any], value: Any) -> Any:
    """Return the value as the field holds it. Raises ValidationError where it is of another type."""
    kind, advice = next((kind, advice) for each, kind, advice in TYPES if isinstance(field, each))
    if value is not None and (not isinstance(value, kind) or (kind is int and isinstance(value, bool))):
        raise ValidationError(f"{shortened(repr(value))} is of the wrong type: {advice}.")
    if kind is int and value is not None and not 0 <= value <= LARGEST_POSITION:
        raise ValidationError(
            f"{shortened(str(value))} is out of reach: give a number from 0 to {LARGEST_POSITION}."
        )
    return field.to_python(value)


def known_marks(field: models.Field[Any, Any], value: Any) -> Any:
    """Return the value. Raises ValidationError where it says that a text is outdated that there is not."""
    stem, _underscore, language = field.name.rpartition("_")
    if stem == "outdated" and language in LANGUAGES:
        names = field.model.translated_fields()  # type: ignore[attr-defined]  # a Record
        if unknown := [each for each in value or () if each not in names]:
            raise ValidationError(f"there is no text {shortened(repr(unknown[0]))} that could be outdated.")
    return value


def sentences(error: ValidationError) -> Iterator[tuple[str, str | None]]:
    """Yield (sentence, field or None) for everything that a ValidationError says."""
    for name, errors in error.error_dict.items():
        for each in errors:
            unique = (each.params or {}).get("unique_check", ())
            field = unique[-1] if name == "__all__" and unique else name
            yield " ".join(each.messages), None if field == "__all__" else field


def contradictions() -> list[str]:
    """Return a sentence for each objective whose worksites, drafts aside, are not as many as it announces.

    Files may not bring that about unasked; editors may, while the source has changed and the portal not yet.
    """
    sentences = []
    for objective in Objective.objects.main():
        numbers = Worksite.objects.filter(objective=objective).numbers()
        if numbers != list(range(1, (objective.announced_worksites or 0) + 1)):
            sentence = _(
                "%(objectives)s, record %(code)s, field announced_worksites: the objective announces "
                "%(announced)s worksites, but %(worksites)s has %(count)s, with the numbers %(numbers)s."
            )
            sentences.append(
                sentence
                % {
                    "objectives": FILES[Objective],
                    "code": objective.code,
                    "announced": objective.announced_worksites,
                    "worksites": FILES[Worksite],
                    "count": len(numbers),
                    "numbers": ", ".join(map(str, numbers)) or "–",
                }
            )
    return sentences
