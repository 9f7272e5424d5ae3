"""What waits to be done, for the first page of the admin: counted, and linked to the lists that show it."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.db.models import Count, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.http import urlencode
from django.utils.text import capfirst
from django.utils.translation import ngettext, ngettext_lazy

from ..models import CONTENT, Record, Revision
from ..models.overlaps import public_overlaps
from ..models.permissions import AnyUser, is_publisher, languages_of
from ..models.querysets import state_rules

RECENT_DAYS = 30


@dataclass(frozen=True)
class Job:
    """Something to do, in the records that stand so in these languages."""

    sentence: Promise
    states: dict[str, str]
    draft: bool = False
    is_publisher_s: bool = False  # what an editor of the texts cannot do: validate, publish

    @property
    def query(self) -> str:
        """Return what picks these records in a list."""
        picked = {f"state_{language}": state for language, state in self.states.items()}
        return urlencode(picked | ({"publication__exact": Record.Publication.DRAFT} if self.draft else {}))

    def rule(self, model: type[Record]) -> Q:
        """Return the condition that picks these records in the database."""
        rule = Q(publication=Record.Publication.DRAFT) if self.draft else Q()
        for language, state in self.states.items():
            rule &= state_rules(model, language)[state]
        return rule


JOBS = [
    Job(
        ngettext_lazy(
            "The Dutch of %(count)d record is older than the French.",
            "The Dutch of %(count)d records is older than the French.",
            "count",
        ),
        {"nl": "outdated"},
    ),
    Job(
        ngettext_lazy(
            "The French of %(count)d record is older than the Dutch.",
            "The French of %(count)d records is older than the Dutch.",
            "count",
        ),
        {"fr": "outdated"},
    ),
    Job(
        ngettext_lazy("%(count)d draft lacks Dutch.", "%(count)d drafts lack Dutch.", "count"),
        {"nl": "missing"},
        draft=True,
    ),
    Job(
        ngettext_lazy("%(count)d draft lacks French.", "%(count)d drafts lack French.", "count"),
        {"fr": "missing"},
        draft=True,
    ),
    Job(
        ngettext_lazy(
            "%(count)d draft is complete in both languages and not public.",
            "%(count)d drafts are complete in both languages and not public.",
            "count",
        ),
        {"nl": "complete", "fr": "complete"},
        draft=True,
        is_publisher_s=True,
    ),
    Job(
        ngettext_lazy(
            "%(count)d translation into Dutch is not validated.",
            "%(count)d translations into Dutch are not validated.",
            "count",
        ),
        {"nl": "unvalidated"},
        is_publisher_s=True,
    ),
    Job(
        ngettext_lazy(
            "%(count)d translation into French is not validated.",
            "%(count)d translations into French are not validated.",
            "count",
        ),
        {"fr": "unvalidated"},
        is_publisher_s=True,
    ),
]


def todo_of(user: AnyUser) -> list[tuple[str, list[dict[str, Any]]]] | None:
    """Return what waits for this editor: `[(sentence, [{"name", "count", "path"}, …]), …]`, a query a kind.

    Of what they may do, and nothing else. None for who edits no text.
    """
    languages = set(languages_of(user))
    if not languages:
        return None
    may_publish = is_publisher(user)
    jobs = [job for job in JOBS if job.states.keys() <= languages and (may_publish or not job.is_publisher_s)]
    lists: list[list[dict[str, Any]]] = [[] for _job in jobs]
    for model in CONTENT:
        counts = {f"job{i}": Count("pk", filter=job.rule(model)) for i, job in enumerate(jobs)}
        path = reverse(f"admin:initiatives_{model._meta.model_name}_changelist")
        for job, found, count in zip(jobs, lists, model.objects.aggregate(**counts).values(), strict=True):
            if count:
                name = capfirst(model._meta.verbose_name_plural)
                found.append({"name": name, "count": count, "path": f"{path}?{job.query}"})
    totals = [sum(each["count"] for each in found) for found in lists]
    waiting = [
        (job.sentence % {"count": total}, found)
        for job, found, total in zip(jobs, lists, totals, strict=True)
        if total
    ]
    return [*waiting, *((*overlapping_terms(), *small_corrections()) if may_publish else ())]


def overlapping_terms() -> list[tuple[str, list[dict[str, Any]]]]:
    """Return the terms of one office that overlap, in the same form: each office by its form."""
    found: dict[int, dict[str, Any]] = {}
    pairs = public_overlaps()
    for office in (each.earlier.office for each in pairs):
        path = reverse("admin:initiatives_office_change", args=[office.pk])
        found.setdefault(office.pk, {"name": office.name, "count": 0, "path": path})["count"] += 1
    sentence = ngettext(
        "%(count)d overlap between holders of one office.",
        "%(count)d overlaps between holders of one office.",
        len(pairs),
    )
    return [(sentence % {"count": len(pairs)}, list(found.values()))] if pairs else []


def small_corrections() -> list[tuple[str, list[dict[str, Any]]]]:
    """Return the small corrections of late, in the same form: somebody should read them."""
    since = timezone.now() - timedelta(days=RECENT_DAYS)
    count = Revision.objects.published().filter(at__gte=since, is_small=True).count()
    sentence = ngettext(
        "%(count)d small correction of the last %(days)d days stands in no list of changes.",
        "%(count)d small corrections of the last %(days)d days stand in no list of changes.",
        count,
    )
    path = reverse("admin:initiatives_revision_changelist") + "?is_small__exact=1"
    name = capfirst(Revision._meta.verbose_name_plural)
    found = [{"name": name, "count": count, "path": path}]
    return [(sentence % {"count": count, "days": RECENT_DAYS}, found)] if count else []
