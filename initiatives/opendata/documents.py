"""What data there are: the datasets, the edition that they make, and what each document says of itself."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import partial
from typing import Any

from django.conf import settings
from django.db.models import Count, Max, Min, Prefetch, Subquery
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import lazy
from django.utils.translation import gettext, gettext_noop, ngettext
from django.utils.translation import gettext_lazy as _
from django_stubs_ext import StrOrPromise

from ..language import LANGUAGES, in_both_languages, joined
from ..models import (
    ContentVersion,
    Measure,
    Milestone,
    Objective,
    Office,
    Organisation,
    Page,
    Revision,
    Sector,
    Steering,
    Term,
    Worksite,
    WorksiteSector,
    rights,
)
from ..models.governance import OfficeQuerySet
from ..models.objectives import ObjectiveQuerySet
from ..models.partners import OrganisationQuerySet
from ..models.provenance import Provenance
from ..models.publisher import publisher
from ..models.querysets import RecordQuerySet
from ..models.withdrawal import gone_or_404
from ..models.worksites import SectorQuerySet, WorksiteQuerySet
from . import records
from .serialize import Data, bilingual, iso_date, timestamp

ONLY_ANNOUNCED = gettext_noop(
    "What the source only announces is here under %(codes)s and marked as announced; numbering and title "
    "are the portal’s."
)
ENGLISH = gettext_noop("The Region’s English page of the same text announces %(total)s.")


# Which documents there are -------------------------------------------------------------------------------


@dataclass(frozen=True)
class Dataset:
    """A kind of record as a document: its name in addresses, its rows, and how each is written."""

    name: str
    title: StrOrPromise
    rows: Callable[[], RecordQuerySet[Any]]
    # Returns the function that writes a row of an edition, once for all rows.
    writer: Callable[["Edition"], Callable[[Any], Data]]

    def items(self, edition: "Edition") -> list[Data]:
        """Return the published rows as the document has them."""
        rows = self.rows().published()
        if issubclass(rows.model, Page):
            rows = rows.with_version()
        write = self.writer(edition)
        return [write(row) for row in rows]


def objectives() -> ObjectiveQuerySet:
    """Return the objectives in full, each with the others of its strategy."""
    others = Objective.objects.published().filter(is_reference=True)
    rows = Objective.objects.main().with_governance().with_listed_worksites()
    rows = rows.prefetch_related(Prefetch("strategy__milestone_set", Milestone.objects.published()))
    return rows.prefetch_related(Prefetch("strategy__objective_set", others))


def worksites() -> WorksiteQuerySet:
    """Return the worksites with all that stands on their pages."""
    return Worksite.objects.with_content().select_related("objective")


def measures() -> RecordQuerySet[Measure]:
    """Return the measures, each with the sectors and the offices of its worksite."""
    sectors = WorksiteSector.objects.published().select_related("sector")
    offices = Steering.objects.published().select_related("office")
    rows = Measure.objects.select_related("worksite")
    rows = rows.prefetch_related(Prefetch("worksite__worksitesector_set", sectors))
    return rows.prefetch_related(Prefetch("worksite__steering_set", offices))


def sectors() -> SectorQuerySet:
    """Return the sectors with their worksites."""
    return Sector.objects.with_worksites().select_related("objective")


def offices() -> OfficeQuerySet:
    """Return the offices with their holders, roles and worksites."""
    return Office.objects.with_roles()


def always(write: Callable[[Any], Data]) -> Callable[["Edition"], Callable[[Any], Data]]:
    """Return the writer of a dataset whose rows are written alike in every edition."""
    return lambda _edition: write


def office_writer(edition: "Edition") -> Callable[[Office], Data]:
    """Return the function that writes an office: what all of them need is read once."""
    return partial(records.office_data, strategy=edition.objective.strategy, held=records.terms_of_office())


def organisations() -> OrganisationQuerySet:
    """Return the partners with their roles."""
    return Organisation.objects.with_partnerships()


def steering() -> RecordQuerySet[Steering]:
    """Return which office steers which worksite."""
    return Steering.objects.select_related("worksite", "office")


def terms() -> RecordQuerySet[Term]:
    """Return the terms of the glossary."""
    return Term.objects.all()


DATASETS = {
    each.name: each
    for each in (
        Dataset("objective", _("Objective"), objectives, always(records.objective_data)),
        Dataset("worksites", _("Worksites"), worksites, always(records.worksite_data)),
        Dataset("measures", _("Measures"), measures, always(records.standalone_measure_data)),
        Dataset("sectors", _("Priority sectors"), sectors, always(records.sector_data)),
        Dataset("offices", _("Ministers and state secretaries"), offices, office_writer),
        Dataset("organisations", _("Partners"), organisations, always(records.organisation_data)),
        Dataset("steering", _("Who steers what"), steering, always(records.standalone_steering_data)),
        Dataset("terms", _("Terms"), terms, always(records.term_data)),
    )
}


def document_path(path: str) -> str:
    """Return the path of the document that says what the page at `path` says."""
    return f"{path.removesuffix('/')}.json"


def in_each_language(function: Callable[[], str]) -> dict[str, str]:
    """Return what a function returns with each language in force, as `{"nl": …, "fr": …}`."""
    return in_both_languages(lazy(function, str)())


# The whole -----------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Edition:
    """The content as it stands: what every document made from it says of itself.

    Editions are equal if they have the same version, of the same moment, and the content has the same number.
    """

    content: int
    objective: Objective = field(compare=False)
    version: int
    modified: datetime | None
    issued: datetime | None = field(compare=False)  # when the first version came out
    generated: datetime = field(compare=False)
    announced: list[str] = field(compare=False)  # codes of worksites that the source announces, not named

    @property
    def settled(self) -> "Edition":
        """Return it as the files of the whole have it: as if made when it last changed, and no more since."""
        return replace(self, generated=self.modified or self.generated)

    @property
    def name(self) -> str:
        """Return the name of the whole in addresses and files: “go4brussels-2030-1.4”."""
        return f"{self.objective.strategy.code}-{self.objective.code}"

    @property
    def title(self) -> str:
        """Return what the whole is about, in the language in force."""
        objective = self.objective
        return joined(":", f"{objective.strategy.name}, {objective.code}", objective.title)

    @property
    def titles(self) -> dict[str, str]:
        """Return the same in both languages."""
        return in_each_language(lambda: self.title)

    @property
    def context(self) -> str:
        """Return the legislature and that it is over, in the language in force: it goes where the data go."""
        return self.objective.strategy.context_sentence

    @property
    def contexts(self) -> dict[str, str]:
        """Return the same in both languages."""
        return in_each_language(lambda: self.context)

    @property
    def rights(self) -> str:
        """Return whose words are whose, in the language in force."""
        return rights.sentence(self.objective.strategy)

    @property
    def all_rights(self) -> dict[str, str]:
        """Return the same in both languages."""
        return in_each_language(lambda: self.rights)

    @property
    def note(self) -> str:
        """Return what must be known of the number of worksites, in the language in force, or ""."""
        if not self.announced:
            return ""
        objective, announced = self.objective, len(self.announced)
        numbers = {
            "total": objective.announced_worksites,
            "documented": objective.listed_worksites,
            "announced": announced,
            "codes": ", ".join(self.announced),
        }
        counted = ngettext(
            "%(documented)s worksites and %(announced)s announced initiative: the source announces "
            "%(total)s policy initiatives and lists %(documented)s.",
            "%(documented)s worksites and %(announced)s announced initiatives: the source announces "
            "%(total)s policy initiatives and lists %(documented)s.",
            announced,
        )
        sentences = [counted % numbers, gettext(ONLY_ANNOUNCED) % numbers]
        if objective.english_worksites:
            sentences.append(gettext(ENGLISH) % {"total": objective.english_worksites})
        return " ".join(sentences)

    @property
    def notes(self) -> dict[str, str]:
        """Return the same in both languages."""
        return in_each_language(lambda: self.note)


def current_edition() -> Edition:
    """Return the edition of this moment. Raises Gone or Http404 where no objective is public.

    Its version counts the occasions on which readers could see a change: what was loaded at once is one.
    """
    objectives = Objective.objects.published().main().with_last_change().with_listed_worksites()
    # First of all: what is read after it may be newer, and is then never taken for what a later number has.
    number = Subquery(ContentVersion.objects.values("number")[:1])
    objective = objectives.select_related("strategy").annotate(content_number=number).first()
    if objective is None:
        raise gone_or_404(Objective.objects.main())
    newest = Revision.objects.noticed().aggregate(Count("at", distinct=True), Max("at"), Min("at"))
    announced = Worksite.objects.published().filter(is_announced_only=True)
    return Edition(
        content=objective.content_number or 0,  # type: ignore[attr-defined] # annotated above
        objective=objective,
        version=newest["at__count"],
        modified=newest["at__max"],
        issued=newest["at__min"],
        generated=timezone.now(),
        announced=list(announced.values_list("code", flat=True)),
    )


def publisher_data() -> Data:
    """Return who publishes the portal and its data: never the Region because its words stand in them."""
    who = publisher()
    return {
        "name": in_each_language(lambda: who.name),
        "url": who.url or None,
        "email": who.email or None,
        "is_public_body": who.is_official,
    }


def context_data(edition: Edition) -> Data:
    """Return what must be known wherever the data are read: the legislature, and that it is over."""
    strategy = edition.objective.strategy
    return {
        "sentence": edition.contexts,
        "legislature_start": strategy.legislature_start,
        "legislature_end": strategy.legislature_end,
        "new_government_on": iso_date(strategy.new_government_on),
        "new_government_source": bilingual(strategy, "new_government_source"),
    }


def rights_data(edition: Edition) -> Data:
    """Return who holds the rights and under which licence a text is, by where it comes from."""
    strategy = edition.objective.strategy
    found: Data = {"sentence": edition.all_rights, "quotation": in_each_language(rights.quotation)}
    for word in Provenance:
        licence = rights.licence_for(word)
        is_own = word in (Provenance.PORTAL, Provenance.VALIDATED)
        found[str(word)] = {
            "holder": publisher_data()["name"] if is_own else bilingual(strategy, "publisher"),
            "licence": licence._asdict() if licence else None,
            "terms": None if is_own else strategy.terms_url or None,
            "explanation": in_each_language(partial(rights.explained, word, strategy)),
        }
    return found


def source_data(edition: Edition) -> Data:
    """Return the page that the content was taken from, and by when."""
    objective = edition.objective
    return {
        "title": objective.translation("title", "nl"),
        "publisher": bilingual(objective.strategy, "publisher"),
        "url": objective.source_url,
        "language": "nl",
        "copied_by": iso_date(objective.source_copied_by),
    }


def document(edition: Edition, title: dict[str, str], path: str, items: list[Data]) -> Data:
    """Return a document: what it is, when and from what it was made, whose words it holds, and its items."""
    about = {language: reverse("initiatives:about", current_app=language) for language in LANGUAGES}
    return {
        "title": title,
        "url": settings.SITE_URL + path,
        "generated": timestamp(edition.generated),
        "version": edition.version,
        "modified": timestamp(edition.modified),
        "count": len(items),
        "publisher": publisher_data(),
        "context": context_data(edition),
        "source": source_data(edition),
        "rights": rights_data(edition),
        "provenance_explained": {
            language: f"{settings.SITE_URL}{path}#provenance" for language, path in about.items()
        },
        "announced_only": edition.announced,
        "note": edition.notes if edition.announced else None,
        "items": items,
    }
