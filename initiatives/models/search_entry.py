"""What search looks in: a row for each thing that can be found, in each language."""

from collections.abc import Iterable, Sequence
from typing import ClassVar, Self

from django.db import connection, models
from django.db.models import Q
from django.db.models.expressions import RawSQL
from django.utils.translation import gettext_lazy as _

from .governance import Office
from .measures import Measure
from .objectives import Objective
from .partners import Organisation
from .reusable import ReusableQuerySet
from .terms import Term
from .worksites import Sector, Worksite

# The kinds that can be found, in the order in which equal results come.
FINDABLE = (Objective, Worksite, Measure, Sector, Office, Organisation, Term)


class IndexEntryQuerySet(ReusableQuerySet["IndexEntry"]):
    def containing(self, groups: Sequence[Sequence[str]]) -> Self:
        """Return the entries that have a pattern of each group, and of one group in words of their own.

        For the other groups, words of their context count as well.
        """
        own = [pattern for group in groups for pattern in group]
        # What one group asks, its own words have to answer alone.
        groups = groups if len(groups) > 1 else ()
        if connection.vendor == "sqlite":
            asked = " AND ".join([f"({{words}} : {fts_any(own)})", *map(fts_any, groups)])
            return self.filter(pk__in=RawSQL(FTS_QUERY, [asked]))  # noqa: S611 – a parameter
        found = self.filter(has_any("words", own))
        for group in groups:
            found = found.filter(has_any("words", group) | has_any("context_words", group))
        return found


def public_among(records: Iterable[tuple[str, int]]) -> set[tuple[str, int]]:
    """Return those of `records`, pairs (kind, key), that each kind's own `published()` has, as a set."""
    keys: dict[str, list[int]] = {}
    for kind, key in records:
        keys.setdefault(kind, []).append(key)
    public = [
        model.objects.published().kinds_and_keys().filter(pk__in=keys[name])
        for model in FINDABLE
        if (name := model._meta.model_name) in keys
    ]
    return set(public[0].union(*public[1:], all=True)) if public else set()


# PostgreSQL finds its index of trigrams by itself; SQLite has to be asked for it (migration 0002).
FTS_QUERY = "SELECT rowid FROM indexentry_trigrams WHERE indexentry_trigrams MATCH %s"


def fts_any(patterns: Iterable[str]) -> str:
    """Return the query, in FTS5's language, for any of these texts."""
    quoted = (pattern.replace('"', '""') for pattern in patterns)
    return "(" + " OR ".join(f'"{pattern}"' for pattern in quoted) + ")"


def has_any(column: str, patterns: Iterable[str]) -> Q:
    """Return the condition that the column has one of the patterns in it."""
    condition = Q()
    for pattern in patterns:
        condition |= Q(**{f"{column}__contains": pattern})
    return condition


class IndexEntry(models.Model):
    """A thing that search can find, in one language; search/index.py writes it, and nobody else."""

    class Kind(models.TextChoices):
        OBJECTIVE = "objective", _("Objective")
        WORKSITE = "worksite", _("Worksite")
        MEASURE = "measure", _("Measure")
        SECTOR = "sector", _("Sector")
        OFFICE = "office", _("Office")
        ORGANISATION = "organisation", _("Partner")
        TERM = "term", _("Term")

    language = models.CharField(max_length=2)
    kind = models.CharField(max_length=12, choices=Kind)
    object_id = models.PositiveBigIntegerField()
    # The worksite itself, or the one that the measure is part of. Entries follow what they describe by
    # search/index.py; a constraint would forbid the order in which Django deletes and fixtures load.
    worksite = models.ForeignKey(
        Worksite, models.DO_NOTHING, null=True, db_constraint=False, related_name="+"
    )
    # The codes of the sectors and offices that it is linked to, to offer filters by.
    sectors = models.TextField()
    offices = models.TextField()
    # Numbers, since databases sort texts each in their own way.
    place = models.PositiveBigIntegerField()

    # As searchable() of search/text.py gives them; `words` has all of the title, the headings and the text.
    title_words = models.TextField()
    heading_words = models.TextField()
    words = models.TextField()
    context_words = models.TextField()

    # As readers see them.
    code = models.CharField(max_length=60)
    path = models.CharField(max_length=300)
    title = models.TextField()
    passages = models.JSONField()

    objects: ClassVar = IndexEntryQuerySet.as_manager()

    class Meta:
        verbose_name = _("entry of the search index")
        verbose_name_plural = _("search index")
        ordering = ["language", "place"]
        constraints = [
            models.UniqueConstraint(fields=["language", "kind", "object_id"], name="indexentry_unique")
        ]
        indexes = [
            models.Index(fields=["language", "place"], name="indexentry_place"),
            models.Index(fields=["kind", "object_id"], name="indexentry_object"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.code} ({self.language})"

    @property
    def kind_name(self) -> str:
        """Return what it is in a word; Django's own way looks through all kinds for each row."""
        return str(self.Kind(self.kind).label)
