"""What data there are: the datasets, the edition that they make, and what each document says of itself."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial

from django.conf import settings
from django.db.models import Count, Max, Prefetch
from django.http import Http404
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise, lazy
from django.utils.translation import gettext, gettext_noop, ngettext
from django.utils.translation import gettext_lazy as _

from ..language import LANGUAGES, in_both_languages, joined
from ..models import (
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
from ..models.provenance import Provenance
from ..models.publisher import publisher
from . import records as documents
from .serialize import both, day, moment

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
    title: Promise
    rows: Callable
    writer: Callable  # gives the function that writes a row of an edition, once for all rows

    def items(self, edition):
        """Give the published rows as the document has them."""
        rows = self.rows().published()
        if issubclass(rows.model, Page):
            rows = rows.with_version()
        write = self.writer(edition)
        return [write(row) for row in rows]


def objectives():
    """Give the objectives in full, each with the others of its strategy."""
    others = Objective.objects.published().filter(is_reference=True)
    return (
        Objective.objects.main()
        .with_governance()
        .with_listed_worksites()
        .prefetch_related(
            Prefetch("strategy__milestone_set", Milestone.objects.published()),
            Prefetch("strategy__objective_set", others),
        )
    )


def worksites():
    return Worksite.objects.with_content().select_related("objective")


def measures():
    return Measure.objects.select_related("worksite").prefetch_related(
        Prefetch("worksite__worksitesector_set", WorksiteSector.objects.published().select_related("sector")),
        Prefetch("worksite__steering_set", Steering.objects.published().select_related("office")),
    )


def sectors():
    return Sector.objects.with_worksites().select_related("objective")


def offices():
    return Office.objects.with_roles()


def office_writer(edition):
    """Give the function that writes an office: what all of them need is read once."""
    return partial(documents.of_office, strategy=edition.objective.strategy, held=documents.held_by())


def organisations():
    return Organisation.objects.with_partnerships()


def steering():
    return Steering.objects.select_related("worksite", "office")


def terms():
    return Term.objects.all()


DATASETS = {
    each.name: each
    for each in (
        Dataset("objective", _("Objective"), objectives, lambda _edition: documents.of_objective),
        Dataset("worksites", _("Worksites"), worksites, lambda _edition: documents.of_worksite),
        Dataset("measures", _("Measures"), measures, lambda _edition: documents.of_commitment),
        Dataset("sectors", _("Priority sectors"), sectors, lambda _edition: documents.of_sector),
        Dataset("offices", _("Ministers and state secretaries"), offices, office_writer),
        Dataset("organisations", _("Partners"), organisations, lambda _edition: documents.of_organisation),
        Dataset("steering", _("Who steers what"), steering, lambda _edition: documents.of_line),
        Dataset("terms", _("Terms"), terms, lambda _edition: documents.of_term),
    )
}


def as_document(path):
    """Give the path of the document that says what the page at `path` says."""
    return f"{path.removesuffix('/')}.json"


def in_both(give):
    """Give what a function gives in each language in force, as `{"nl": …, "fr": …}`."""
    return in_both_languages(lazy(give, str)())


# The whole -----------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Edition:
    """The content as it stands: what every document made from it says of itself.

    Editions are equal if they have the same version, of the same moment.
    """

    objective: Objective = field(compare=False)
    version: int
    modified: datetime | None
    generated: datetime = field(compare=False)
    announced: list = field(compare=False)  # codes of worksites that the source announces, not named

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
        return in_both(lambda: self.title)

    @property
    def context(self):
        """Give the legislature and that it is over, in the language in force: it goes where the data go."""
        return self.objective.strategy.context_sentence

    @property
    def contexts(self):
        """Give the same in both languages."""
        return in_both(lambda: self.context)

    @property
    def rights(self):
        """Give whose words are whose, in the language in force."""
        return rights.sentence(self.objective.strategy)

    @property
    def all_rights(self):
        """Give the same in both languages."""
        return in_both(lambda: self.rights)

    @property
    def note(self):
        """Give what must be known of the number of worksites, in the language in force, or ""."""
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
        said = [counted % numbers, gettext(ONLY_ANNOUNCED) % numbers]
        if objective.english_worksites:
            said.append(gettext(ENGLISH) % {"total": objective.english_worksites})
        return " ".join(said)

    @property
    def notes(self):
        """Give the same in both languages."""
        return in_both(lambda: self.note)


def current_edition():
    """Return the edition of this moment. Raises Http404 where no objective is public.

    Its version counts the occasions on which readers could see a change: what was loaded at once is one.
    """
    objectives = Objective.objects.published().main().with_last_change().with_listed_worksites()
    objective = objectives.select_related("strategy").first()
    if objective is None:
        raise Http404
    newest = Revision.objects.noticed().aggregate(Count("at", distinct=True), Max("at"))
    announced = Worksite.objects.published().filter(is_announced_only=True)
    return Edition(
        objective=objective,
        version=newest["at__count"],
        modified=newest["at__max"],
        generated=timezone.now(),
        announced=list(announced.values_list("code", flat=True)),
    )


def published_by():
    """Give who publishes the portal and its data: never the Region because its words stand in them."""
    who = publisher()
    return {
        "name": in_both(lambda: who.name),
        "url": who.url or None,
        "email": who.email or None,
        "is_public_body": who.is_official,
    }


def context_of(edition):
    """Give what must be known wherever the data are read: the legislature, and that it is over."""
    strategy = edition.objective.strategy
    return {
        "sentence": edition.contexts,
        "legislature_start": strategy.legislature_start,
        "legislature_end": strategy.legislature_end,
        "new_government_on": day(strategy.new_government_on),
        "new_government_source": both(strategy, "new_government_source"),
    }


def rights_of(edition):
    """Give who holds the rights and under which licence a text is, by where it comes from."""
    strategy = edition.objective.strategy
    said = {"sentence": edition.all_rights, "quotation": in_both(rights.quotation)}
    for word in Provenance:
        licence = rights.licence_for(word)
        is_own = word in (Provenance.PORTAL, Provenance.VALIDATED)
        said[str(word)] = {
            "holder": published_by()["name"] if is_own else both(strategy, "publisher"),
            "licence": licence._asdict() if licence else None,
            "terms": None if is_own else strategy.terms_url or None,
            "explanation": in_both(lambda word=word: rights.explained(word, strategy)),
        }
    return said


def source_of(edition):
    """Give the page that the content was taken from, and by when."""
    objective = edition.objective
    return {
        "title": objective.title_nl,
        "publisher": both(objective.strategy, "publisher"),
        "url": objective.source_url,
        "language": "nl",
        "copied_by": day(objective.source_copied_by),
    }


def document(edition, title, path, items):
    """Give a document: what it is, when and from what it was made, whose words it holds, and its items."""
    about = {language: reverse("initiatives:about", current_app=language) for language in LANGUAGES}
    return {
        "title": title,
        "url": settings.SITE_URL + path,
        "generated": moment(edition.generated),
        "version": edition.version,
        "modified": moment(edition.modified),
        "count": len(items),
        "publisher": published_by(),
        "context": context_of(edition),
        "source": source_of(edition),
        "rights": rights_of(edition),
        "provenance_explained": {
            language: f"{settings.SITE_URL}{path}#provenance" for language, path in about.items()
        },
        "announced_only": edition.announced,
        "note": edition.notes if edition.announced else None,
        "items": items,
    }
