"""Content that somebody made to cost time, as entry lets it pass and as an older portal could have stored it.

Each text is a run of something that some pattern or loop might look at again from each place in it.
"""

import random
from collections.abc import Iterator
from itertools import cycle

from django.conf import settings
from django.db import models
from django.utils import timezone

from initiatives.models import CONTENT, Page, Record, Revision, Term
from initiatives.search.index import reindex

LANGUAGES = ("nl", "fr")
LONG = 10_000  # signs of each text of one record of each kind
OLD = 30_000  # of one text in another record of each kind, and in versions
SHORT = 500  # of all other texts
LETTERS = "abcdefghijklmnopqrstuvwxyz"

# What is repeated, and what stands before it once.
RUNS = {
    "blanks": ("x", " "),
    "no-break spaces": ("x", "\u00a0"),
    "line breaks": ("x", "\n"),
    "blank lines": ("x", " \n"),
    "lines": ("", "a\n"),
    "items": ("", "\n• "),
    "items of one letter": ("", "\n• a"),
    "a suspended hyphen and a long word": ("a- en ", "b"),
    "suspended hyphens": ("", "groot- en kleinhandelsverkooppunten "),
    "of the and of the": ("commerce ", "de gros et de "),
    "words of the glossary": ("", "werf chantier kmo pme "),
    "digits": ("", "1"),
    "numbers": ("", "1.4-"),
    "quotes": ("", '"'),
    "marks of quotation": ("« a", " a"),
    "open quotations": ("", "« a “b "),
    "quotations": ("", "“a” « a » "),
    "brackets": ("", "[({<"),
    "one letter": ("", "a"),
    "words of one letter": ("", "a b "),
    "apostrophes": ("", "'"),
    "elisions": ("", "l'"),
    "slashes": ("", "/"),
    "addresses": ("", "https://a.b/ "),
    "half addresses": ("", "http://"),
    "hyphens": ("", "a-"),
    "points": ("", "a."),
    "signs": ("", "=;'\""),
    "accents": ("", "e\u0301"),
    "ampersands": ("", "&amp;"),
}


def texts(length: int) -> list[str]:
    """Return a text of each kind, of about this length."""
    runs = [(before + run * (length // len(run)))[: length - 1] + "!" for before, run in RUNS.values()]
    return [*runs, some_words(length, 1), some_words(length, 5)]


def some_words(length: int, letters: int) -> str:
    """Return words of so many letters, by chance and the same each time."""
    chance = random.Random(length + letters)
    count = length // (letters + 1)
    return " ".join("".join(chance.choices(LETTERS, k=letters)) for _word in range(count))


def plant() -> None:
    """Put hostile texts into every record, past what entry refuses, and index them.

    Long ones into all texts of one record of each kind, a still longer one into one text of another.
    """
    long, old, short = (cycle(texts(length)) for length in (LONG, OLD, SHORT))
    for model in CONTENT:
        names = [name for name in model.translated_fields() if not name.startswith("slug")]
        for place, record in enumerate(model._base_manager.order_by("pk")):
            given = {name: next(long if place == 0 else short) for name in names}
            if place == 1:
                given |= {name: next(old) for name in names[-1:]}
            fill(record, given)
    # A term that is in every text; with as many synonyms as fit.
    term = Term.objects.order_by("pk")[0]
    fill(term, {"name": "a", "synonyms": ", ".join(LETTERS * 4)})
    reindex()


def fill(record: Record, given: dict[str, str]) -> None:
    """Store these texts, in both languages, as long as their columns can hold."""
    values = {}
    for name, text in given.items():
        field = record._meta.get_field(f"{name}_nl")
        most = field.max_length if isinstance(field, models.CharField) else None
        values |= dict.fromkeys((f"{name}_{language}" for language in LANGUAGES), text[:most])
    models.QuerySet.update(type(record)._base_manager.filter(pk=record.pk), **values)


def plant_versions(page: Page, count: int = 3) -> None:
    """Store more versions of a page, with other texts in each: all of them long, and some too long."""
    kind = page._meta.model_name
    first = Revision.objects.filter(kind=kind, code=page.code).order_by("number")[0]
    for number in range(2, 2 + count):
        records = list(hostile_records(first, number))
        Revision.objects.create(
            kind=kind,
            code=page.code,
            number=number,
            at=timezone.now(),
            action=Revision.Action.CHANGED,
            is_public=True,
            note=texts(300)[number],
            note_language=settings.LANGUAGE_CODE,
            records=records,
        )


def hostile_records(revision: Revision, start: int) -> Iterator[dict]:
    """Yield the records of a version with hostile texts, from another kind onwards for each `start`."""
    old, long, short = (cycle(texts(length)[start:]) for length in (OLD, LONG, SHORT))
    for place, row in enumerate(revision.records):
        fields = dict(row["fields"])
        for name, value in fields.items():
            if name.endswith(("_nl", "_fr")) and isinstance(value, str) and "provenance" not in name:
                fields[name] = next(old if place == 0 else long if place < 4 else short)
        yield row | {"fields": fields}
