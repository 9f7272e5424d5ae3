"""What the fields of several kinds have alike: their help texts, and the constraints upon them."""

import re
import unicodedata
from collections.abc import Iterable
from typing import Any

from django.core.validators import MaxValueValidator, MinValueValidator, RegexValidator
from django.db import models
from django.db.models import Q
from django.utils.formats import number_format
from django.utils.functional import lazy
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _
from django_stubs_ext import StrOrPromise

from ..language import LANGUAGES
from .provenance import Provenance

# What fields of several kinds are for.
OF_STRATEGY = _("The strategy that it belongs to. Example: Go4Brussels 2030.")
OF_OBJECTIVE = _("The objective that it belongs to. Example: 1.4.")
OF_WORKSITE = _("The worksite that it belongs to. Example: worksite 2.")
OF_OFFICE = _("The office that is meant, whatever its wording. Example: “Minister for Employment”.")
ADDRESS = _(
    "The end of the page’s address, in small letters and hyphens; fixed once public. Example: “horeca”."
)
SLIP = _(
    "Explains a slip of the source, which the text itself keeps. "
    "Example: “The source writes ‘het digitalisering’; …”."
)
WORDING = _("As the source prints it, its slips included. Example: “Minister for Employment”.")
WHERE_READ = _("The site or document where this was read. Example: “go4.brussels/nl”.")
REMARK = _(
    "Anything else that readers have to know of what the source prints here. "
    "Example: “The source prints both sentences on one line.”"
)
SHOWN_PROVENANCE = _("Where the text comes from; readers see it. Example: “text of the source”.")
SIGNED_BY = _("Who validated the text; left empty: you. Example: “Brussels Regional Public Service”.")
SIGNED_ON = _("The day of the validation; left empty: today. Example: 2021-02-01.")


# Places are unique in a list: what makes room for others stands up here until it gets its own place, so the
# column holds more than a place may be.
POSITIONS_ASIDE = 2**31
LARGEST_POSITION = POSITIONS_ASIDE - 1
LARGEST_COUNT = 32_767  # of PostgreSQL's smallint

# Nobody writes as much on a page, and what costs more time with each sign has an end (the longest text of the
# source has some 600 signs). No column is narrower for it: a longer text of an older release stays as it is.
LONGEST_TEXT, LONGEST_NOTE = 10_000, 2_000
NOTES = ("slip", "remark", "note", "nace_note", "provenance_note", "withdrawal_reason")

# The addresses that hold a code take no other, and every code that is one of these.
CODE_PATTERN = r"[a-z0-9]+(?:[.-][a-z0-9]+)*"
CODE = RegexValidator(
    rf"^{CODE_PATTERN}\Z",
    _("A code has small letters, digits, hyphens and points: “1.4-02” or “minister-work”."),
)


SLUG_LENGTH = 100
LETTERS = str.maketrans({"æ": "ae", "œ": "oe", "ø": "o", "ß": "ss"})


def slug_from(title: str) -> str:
    """Return the address that a title proposes: in small letters without accents, hyphens where words part.

    As static/js/addresses.js does while a title is typed.
    """
    text = unicodedata.normalize("NFKD", title.lower().translate(LETTERS))
    text = "".join(sign for sign in text if not unicodedata.category(sign).startswith("M"))
    slug = re.sub(r"[^a-z0-9]+", "-", text).strip("-")
    if len(slug) <= SLUG_LENGTH:
        return slug
    return (slug[: SLUG_LENGTH + 1].rpartition("-")[0] or slug)[:SLUG_LENGTH]


number_lazy = lazy(number_format, str)


def longest(field: models.Field[Any, Any]) -> int:
    """Return how many signs a text may have in this field."""
    if isinstance(field, models.CharField):
        return field.max_length or LONGEST_NOTE
    stem = field.name.removesuffix("_nl").removesuffix("_fr")
    return LONGEST_NOTE if stem in NOTES else LONGEST_TEXT


def at_most(limit: int) -> StrOrPromise:
    """Return the sentence that tells how long a text may be."""
    return format_lazy(_("At most {limit} characters."), limit=number_lazy(limit, force_grouping=True))


def code_field(example: str) -> models.CharField[str, str]:
    """Return the field for the code of a record: natural key and permalink, for ever."""
    return models.CharField(
        _("code"),
        max_length=60,
        unique=True,
        validators=[CODE],
        help_text=format_lazy(
            _("Names the record for ever, in its permalink and in the data. Example: {code}."), code=example
        ),
    )


def position_field() -> models.PositiveBigIntegerField[int, int]:
    """Return the field that orders a list as the source orders it."""
    return models.PositiveBigIntegerField(
        _("position"),
        validators=[MaxValueValidator(LARGEST_POSITION)],
        help_text=_(
            "The place in its list, as the source has it: the smallest number comes first. "
            "Example: 1 for the first."
        ),
    )


def count_field(label: StrOrPromise, **options: Any) -> models.PositiveSmallIntegerField[Any, Any]:
    """Return the field for a number of a few digits: no larger in any database than in the narrowest."""
    return models.PositiveSmallIntegerField(label, validators=[MaxValueValidator(LARGEST_COUNT)], **options)


def year_field(label: StrOrPromise, help_text: StrOrPromise) -> models.PositiveSmallIntegerField[int, int]:
    """Return the field for a year of four digits (ISO 8601)."""
    limits = [MinValueValidator(1000), MaxValueValidator(9999)]
    return models.PositiveSmallIntegerField(label, validators=limits, help_text=help_text)


def provenance_field(label: StrOrPromise, default: str) -> models.CharField[str, str]:
    """Return the field that says where one text comes from, if not from where its record does."""
    return models.CharField(
        label,
        max_length=10,
        choices=Provenance,
        default=default,
        help_text=_("Where this one text comes from. Example: “official name or title”."),
    )


def unique_slugs(name: str) -> list[models.UniqueConstraint]:
    """Return the constraints that an address leads to one page, per language."""
    return [
        models.UniqueConstraint(
            fields=[f"slug_{language}"],
            condition=Q(**{f"slug_{language}__gt": ""}),
            name=f"{name}_slug_{language}_unique",
            violation_error_message=_("Another page has this address already."),
        )
        for language in LANGUAGES
    ]


def unique_constraint(name: str, *fields: str) -> models.UniqueConstraint:
    """Return the constraint that no two rows have the same in these fields together."""
    return models.UniqueConstraint(fields=fields, name=f"{name}_unique")


def filled(field: str) -> Q:
    """Return the condition that a text column holds text."""
    return Q(**{f"{field}__isnull": False}) & Q(**{f"{field}__gt": ""})


def record_constraints(
    name: str, required: Iterable[str] = (), optional: Iterable[str] = ()
) -> list[models.BaseConstraint]:
    """Return the constraints of every kind of record.

    A public row has its texts in Dutch and in French: `required` ones in both, `optional` ones in both or in
    neither. A validated text says by whom and when.
    """
    complete = Q()
    for field in required:
        complete &= filled(f"{field}_nl") & filled(f"{field}_fr")
    for field in (*optional, "provenance_note"):
        nl, fr = filled(f"{field}_nl"), filled(f"{field}_fr")
        complete &= (nl & fr) | (~nl & ~fr)
    validated = Q()
    for language in LANGUAGES:
        signed = filled(f"validated_by_{language}") & Q(**{f"validated_on_{language}__isnull": False})
        validated &= ~Q(**{f"provenance_{language}": "validated"}) | signed
    return [
        models.CheckConstraint(
            name=f"{name}_validated_by_someone",
            condition=validated,
            violation_error_message=_("Say who validated the text, and on which day."),
        ),
        models.CheckConstraint(
            name=f"{name}_public_in_both_languages",
            condition=~Q(publication="public") | complete,
            violation_error_message=_("A public record needs its texts in Dutch and in French."),
        ),
    ]
