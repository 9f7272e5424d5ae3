"""The content as data: what each document says, with both languages in one document.

Texts are `{"nl": …, "fr": …}`, as the Belgian interoperability guide for REST has multilingual strings. Where
a text comes from stands beside it: in `<name>_provenance` where there is one, and in `provenance` otherwise.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.db.models import Count, Max, Prefetch
from django.http import Http404
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise, lazy
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override

from .languages import LANGUAGES
from .models import Milestone, Objective, Office, Organisation, Page, Revision, Sector, Steering, Worksite
from .typography import joined

LICENCE = "https://creativecommons.org/publicdomain/zero/1.0/"
BY_THE_PORTAL = dict.fromkeys(LANGUAGES, "portal")
ANNOUNCED = _(
    "The source announces this initiative and never names it; nothing public that the portal found does. "
    "Its title here is the portal’s."
)
COUNT = _(
    "The source announces {total} policy initiatives and lists {documented}. What it only announces is here "
    "with its number: {codes}. Its status is “announced”, and its title is the portal’s."
)


def both(record, name):
    """Give a text of the record as `{"nl": …, "fr": …}`, or None where there is none."""
    texts = {language: getattr(record, f"{name}_{language}") for language in LANGUAGES}
    return texts if any(texts.values()) else None


def spoken(text):
    """Give a string of the interface as `{"nl": …, "fr": …}`."""
    found = {}
    for language in LANGUAGES:
        with override(language):
            found[language] = str(text)
    return found


def provenance(record, name="provenance"):
    return {language: str(getattr(record, f"{name}_{language}")) for language in LANGUAGES}


def added(record, name):
    """Give a text that is always the portal's own, such as what it says of a slip of the source."""
    return {name: both(record, name), f"{name}_provenance": BY_THE_PORTAL}


def permalink(record):
    """Give the address that names a record for ever, whatever the language."""
    return f"{settings.SITE_URL}/id/{record._meta.model_name}/{record.code}"


def addresses(record):
    return {language: settings.SITE_URL + record.url_in(language) for language in LANGUAGES}


def as_document(path):
    """Give the path of the document that says what the page at `path` says."""
    return f"{path.removesuffix('/')}.json"


def moment(at):
    return timezone.localtime(at).isoformat(timespec="seconds") if at else None


def page(record):
    """Give what every item begins with."""
    return {
        "id": permalink(record),
        "code": record.code,
        "url": addresses(record),
        "version": record.version,
        "modified": moment(record.changed_at),
        "provenance": provenance(record),
    }


# What each kind of item says -----------------------------------------------------------------------------


def of_objective(objective):
    """Give the objective: its texts, who carries it, its place in the strategy."""
    texts = ("title", "introduction", "vision", "focus", "alignment", "governance_heading", "priority")
    return page(objective) | {
        "official_title": both(objective, "official_title"),
        "official_title_provenance": provenance(objective, "official_title_provenance"),
        **{name: both(objective, name) for name in texts},
        **added(objective, "slip"),
        "announced_worksites": objective.announced_worksites,
        "source": objective.source_url,
        "strategy": of_strategy(objective.strategy),
        "pillar": {
            "number": objective.pillar.number,
            "name": both(objective.pillar, "name"),
            "provenance": provenance(objective.pillar),
        },
        "offices": [
            of_role(row) | {"wording": both(row, "wording")} for row in objective.objectiveoffice_set.all()
        ],
        "partnerships": [of_partnership(row) for row in objective.partnerships],
        "milestones": [
            {
                "date": row.date.isoformat(),
                "precision": row.precision,
                "text": both(row, "text"),
                "source": row.source,
                "provenance": provenance(row),
            }
            for row in objective.strategy.milestone_set.all()
        ],
    }


def of_strategy(strategy):
    return {
        "code": strategy.code,
        "name": strategy.name,
        "publisher": both(strategy, "publisher"),
        "coordinator": both(strategy, "coordinator"),
        "legislature_start": strategy.legislature_start,
        "legislature_end": strategy.legislature_end,
        "objective_count": strategy.objective_count,
        "worksites_over": strategy.worksites_over,
        "priorities": both(strategy, "priorities"),
        "facts_source": both(strategy, "facts_source"),
        "provenance": provenance(strategy),
    }


def of_role(row):
    return {
        "objective": row.objective.code,
        "office": row.office.code,
        "role": row.role,
        "position": row.position,
        "provenance": provenance(row),
    }


def of_partnership(row):
    return {
        "objective": row.objective.code,
        "organisation": row.organisation.code,
        "role": row.role,
        "position": row.position,
        "wording": both(row, "wording"),
        "capacity": both(row, "capacity"),
        "provenance": provenance(row),
    }


def of_worksite(worksite):
    """Give the worksite with its measures, references, steering and sectors."""
    announced = worksite.is_announced_only
    return page(worksite) | {
        "objective": worksite.objective.code,
        "number": worksite.number,
        "status": "announced" if announced else "documented",
        "note": spoken(ANNOUNCED) if announced else None,
        "note_provenance": BY_THE_PORTAL,
        "title": both(worksite, "title"),
        **added(worksite, "slip"),
        "measures": [of_measure(row) for row in worksite.measure_set.all()],
        "cross_references": [of_reference(row) for row in worksite.crossreference_set.all()],
        "steering_label": both(worksite, "steering_label"),
        "steering": [of_steering(row) for row in worksite.steering_set.all()],
        "sectors": [
            {"sector": row.sector.code, "position": row.position, "provenance": provenance(row)}
            for row in worksite.worksitesector_set.all()
        ],
    }


def of_measure(row):
    return {
        "id": permalink(row),
        "code": row.code,
        "anchor": row.anchor,
        "position": row.position,
        "heading": both(row, "heading"),
        "text": both(row, "text"),
        **added(row, "slip"),
        "provenance": provenance(row),
    }


def of_reference(row):
    """Give the reference to another objective, of which the portal records code and title only."""
    return {
        "code": row.code,
        "position": row.position,
        "relation": row.relation,
        "objective": row.objective.code,
        "objective_title": both(row.objective, "official_title"),
        "objective_title_provenance": provenance(row.objective, "official_title_provenance"),
        "wording": both(row, "wording"),
        "worksite_title": both(row, "worksite_title"),
        "provenance": provenance(row),
    }


def of_steering(row):
    """Give one line of who steers what, in the wording of the source."""
    return {
        "worksite": row.worksite.code,
        "office": row.office.code,
        "position": row.position,
        "wording": both(row, "wording"),
        **added(row, "slip"),
        "provenance": provenance(row),
    }


def of_line(row):
    """Give one line of who steers what with the names of both ends, for those who read nothing else."""
    return of_steering(row) | {
        "worksite_number": row.worksite.number,
        "worksite_title": both(row.worksite, "title"),
        "worksite_id": permalink(row.worksite),
        "office_name": both(row.office, "name"),
        "office_id": permalink(row.office),
    }


def of_sector(sector):
    """Give the priority sector with its place in NACE and its worksites."""
    classified = {"rev2": sector.nace_rev2, "rev2_1": sector.nace_rev2_1, "provenance": BY_THE_PORTAL}
    return page(sector) | {
        "objective": sector.objective.code,
        "position": sector.position,
        **added(sector, "name"),
        "scope": both(sector, "scope"),
        "nace": classified if sector.nace_rev2 else None,
        **added(sector, "nace_note"),
        "worksites": [
            {"worksite": row.worksite.code, "provenance": provenance(row)}
            for row in sector.worksitesector_set.all()
        ],
    }


def of_office(office):
    """Give the office with every printed wording, its holders, its role and the worksites it steers."""
    return page(office) | {
        "position": office.position,
        "kind": office.kind,
        "name": both(office, "name"),
        "wordings": [
            {"wording": both(row, "wording"), "provenance": provenance(row)} for row in office.wordings
        ],
        "holders": [
            {
                "name": row.name,
                "from": row.start.isoformat(),
                "to": row.end.isoformat() if row.end else None,
                "source": both(row, "source"),
                "provenance": provenance(row),
            }
            for row in office.officeholder_set.all()
        ],
        "roles": [of_role(row) for row in office.objectiveoffice_set.all()],
        "steering": [of_steering(row) for row in office.steering_set.all()],
    }


def of_organisation(organisation):
    """Give the partner with its roles in the objective."""
    return page(organisation) | {
        "position": organisation.position,
        "kind": organisation.kind,
        "name": both(organisation, "name"),
        "description": both(organisation, "description"),
        "source": organisation.source or None,
        "partnerships": [of_partnership(row) for row in organisation.partnership_set.all()],
    }


# Which documents there are -------------------------------------------------------------------------------


@dataclass(frozen=True)
class Dataset:
    """A kind of record as a document: its name in addresses, its rows, and how each is written."""

    name: str
    title: Promise
    rows: Callable
    write: Callable

    def items(self):
        """Give the published rows as the document has them."""
        rows = self.rows().published()
        if issubclass(rows.model, Page):
            rows = rows.with_version()
        return [self.write(row) for row in rows]


def objectives():
    milestones = Prefetch("strategy__milestone_set", Milestone.objects.published())
    return Objective.objects.main().with_governance().prefetch_related(milestones)


def worksites():
    return Worksite.objects.with_content().select_related("objective")


def sectors():
    return Sector.objects.with_worksites().select_related("objective")


def offices():
    return Office.objects.with_roles()


def organisations():
    return Organisation.objects.with_partnerships()


def steering():
    return Steering.objects.select_related("worksite", "office")


DATASETS = {
    each.name: each
    for each in (
        Dataset("objective", _("Objective"), objectives, of_objective),
        Dataset("worksites", _("Worksites"), worksites, of_worksite),
        Dataset("sectors", _("Priority sectors"), sectors, of_sector),
        Dataset("offices", _("Ministers and state secretaries"), offices, of_office),
        Dataset("organisations", _("Partners"), organisations, of_organisation),
        Dataset("steering", _("Who steers what"), steering, of_line),
    )
}


@dataclass(frozen=True)
class Edition:
    """The content as it stands: what every document made from it says of itself."""

    objective: Objective
    version: int
    modified: datetime | None
    generated: datetime
    announced: list  # the codes of the worksites that the source announces without naming them

    @property
    def name(self):
        """Give the name of the whole in addresses and files: “go4brussels-2030-1.4”."""
        return f"{self.objective.strategy.code}-{self.objective.code}"

    @property
    def title(self):
        """Give what the whole is about, in the language in force."""
        objective = self.objective
        return joined(":", f"{objective.strategy.name}, {objective.code}", objective.title)

    @property
    def titles(self):
        """Give the same in both languages."""
        return spoken(lazy(lambda: self.title, str)())

    @property
    def note(self):
        """Give what must be known of the number of worksites, in the reader's language, or None."""
        if not self.announced:
            return None
        return format_lazy(
            COUNT,
            total=self.objective.announced_worksites,
            documented=self.objective.listed_worksites,
            codes=", ".join(self.announced),
        )


def edition():
    """Give the edition of this moment. Raises Http404 where no objective is public."""
    objectives = Objective.objects.published().main().with_last_change().with_listed_worksites()
    objective = objectives.select_related("strategy").first()
    if objective is None:
        raise Http404
    newest = Revision.objects.noticed().aggregate(Count("pk"), Max("at"))
    announced = Worksite.objects.published().filter(is_announced_only=True)
    return Edition(
        objective=objective,
        version=newest["pk__count"],
        modified=newest["at__max"],
        generated=timezone.now(),
        announced=list(announced.values_list("code", flat=True)),
    )


def document(edition, title, path, items):
    """Give a document: what it is, when and from what it was made, under which licence, and its items."""
    about = {language: reverse("initiatives:about", current_app=language) for language in LANGUAGES}
    return {
        "title": title,
        "url": settings.SITE_URL + path,
        "generated": moment(edition.generated),
        "version": edition.version,
        "modified": moment(edition.modified),
        "count": len(items),
        "licence": LICENCE,
        "source": {
            "title": edition.objective.title_nl,
            "publisher": both(edition.objective.strategy, "publisher"),
            "url": edition.objective.source_url,
            "language": "nl",
        },
        "provenance_explained": {
            language: f"{settings.SITE_URL}{path}#provenance" for language, path in about.items()
        },
        "announced_only": edition.announced,
        "note": spoken(edition.note) if edition.note else None,
        "items": items,
    }
