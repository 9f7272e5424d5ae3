"""What the search index says of each item, in the language in force."""

import re
from collections.abc import Callable, Container, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from django.db.models import Prefetch
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from ..language import OTHER_LANGUAGE, current_language, joined, long_date, long_month
from ..models import (
    CrossReference,
    IndexEntry,
    Measure,
    Milestone,
    Objective,
    ObjectiveOffice,
    Office,
    Organisation,
    Partnership,
    Record,
    Sector,
    Steering,
    Strategy,
    Term,
    Worksite,
)
from ..models.querysets import RecordQuerySet
from .glossary import Glossary
from .text import NUMBERS, searchable

Kind = IndexEntry.Kind
NUMBER = re.compile(r"\b\d+(?:[.,]\d+)*\b")


@dataclass(frozen=True)
class EntryText:
    """What is said of a record in one language, for its entry in the index.

    Readers see `title` of the titles, and `passages` if the texts are to be read otherwise than one by one.
    `other_headings` are headings in the other language. `context` helps to find the record, beside a word of
    its own. What the texts in `naming` call by one name is found by the other names that the glossary has.
    """

    title: str
    titles: Sequence[str] = ()
    headings: Iterable[str] = ()
    other_headings: Iterable[str] = ()
    texts: Iterable[str] = ()
    passages: Sequence[str] = ()
    context: Sequence[str] = ()
    naming: Iterable[str] = ()


def index_entry(
    record: Any, text: EntryText, glossary: Glossary, place: int, worksite: Worksite | None = None
) -> IndexEntry:
    """Return the entry of a record in the language in force, at this place among those of its kind.

    `worksite` is the worksite itself, or the one that the measure is part of.
    """
    language, kind = current_language(), Kind(record._meta.model_name)
    titles = text.titles or [text.title]
    headings, texts = each_once(text.headings, {text.title}), each_once(text.texts)
    other_headings = each_once(text.other_headings, {text.title, *headings})
    synonyms = list(glossary.others(filter(None, text.naming)))
    other_names = [name for _used, names in synonyms for name in names]
    called = [joined(":", used, ", ".join(names)) for used, names in synonyms]
    label = str(kind.label)
    return IndexEntry(
        language=language,
        kind=kind.value,
        object_id=record.pk,
        worksite=worksite,
        sectors=" ".join(sector.code for sector in worksite.sectors) if worksite else "",
        offices=" ".join(row.office.code for row in worksite.steering_set.all()) if worksite else "",
        place=list(Kind).index(kind) * 10**11 + place,
        words=searchable([*titles, *headings, *other_headings, label, *texts, *other_names], language),
        context_words=searchable(text.context, language),
        title_words=searchable(titles, language),
        heading_words=searchable([*headings, *other_headings, label], language),
        code=record.code,
        path=record.get_absolute_url(),
        title=text.title,
        passages={
            language: [*headings, *(text.passages or texts), *called],
            OTHER_LANGUAGE[language]: other_headings,
        },
    )


def each_once(texts: Iterable[str], but: Container[str] = ()) -> list[str]:
    """Return the texts that say something, each once, without those in `but`."""
    return [each for each in dict.fromkeys(texts) if each and each not in but]


RoleRow = ObjectiveOffice | Partnership


def objective_entries(objective: Objective, glossary: Glossary) -> Iterator[IndexEntry]:
    """Return the entry of the objective, with what its page says of the strategy."""
    title = objective.title or objective.official_title
    rows: list[RoleRow] = [*objective.objectiveoffice_set.all(), *objective.partnership_set.all()]
    texts = [objective.introduction, objective.vision, objective.focus, objective.alignment]
    governance = [joined(":", bare_role(row), row.wording) for row in rows]
    text = EntryText(
        title,
        titles=[title, f"{Kind.OBJECTIVE.label} {objective.code}"],
        headings=[
            objective.official_title,
            objective.governance_heading,
            objective.priority,
            objective.strategy.name,
        ],
        texts=[
            *texts,
            *notes_of(objective),
            *governance,
            *strategy_texts(objective.strategy),
            objective.pillar.name,
        ],
        naming=[title, objective.official_title, objective.priority, *texts, *governance],
    )
    yield index_entry(objective, text, glossary, 0)


def notes_of(*records: Any) -> list[str]:
    """Return what the portal says of the source's text of these records: slips, and other remarks."""
    return [note for row in records for note in (getattr(row, "slip", ""), row.remark) if note]


def bare_role(row: RoleRow) -> str:
    """Return the role of an office or organisation by itself, not with what the office is as on pages."""
    return capfirst(row.get_role_display())


def strategy_texts(strategy: Strategy) -> Iterator[str]:
    """Return what the page of the objective says of the strategy: timeline, other objectives, facts."""
    for milestone in strategy.milestone_set.all():
        to_the_month = milestone.precision == Milestone.Precision.MONTH
        day = long_month(milestone.date) if to_the_month else long_date(milestone.date)
        yield joined(":", day, milestone.text)
    yield from (titled(other) for other in strategy.objective_set.all() if other.is_reference)
    yield joined(":", _("Coordination"), strategy.coordinator)
    yield joined(":", _("Publisher"), strategy.publisher)
    yield joined(":", _("Legislature"), f"{strategy.legislature_start}–{strategy.legislature_end}")
    yield strategy.priorities


def worksite_entries(worksite: Worksite, glossary: Glossary) -> Iterator[IndexEntry]:
    """Return the entries of a worksite and of its measures."""
    numbered = f"{Kind.WORKSITE.label} {worksite.number}"
    in_words = NUMBERS[current_language()][worksite.number - 1 : worksite.number]
    objective = f"{Kind.OBJECTIVE.label} {worksite.objective.code}"
    place = worksite.number * 10**5
    references = [text for row in worksite.crossreference_set.all() for text in reference_texts(row)]
    steering, measures = worksite.steering_set.all(), worksite.measure_set.all()
    wordings = [row.wording for row in steering]
    notes = notes_of(worksite, *steering)
    label = worksite.steering_label or _("Steering offices")
    steered = joined(":", label, joined(";", *wordings)) if wordings else ""
    text = EntryText(
        worksite.title,
        titles=[worksite.title, numbered, worksite.code, *in_words],
        texts=references + wordings + notes,
        passages=list(filter(None, [*references, steered, *notes])),
        context=[*(sector.name for sector in worksite.sectors), objective],
        naming=[worksite.title, *references, *wordings, *(measure.text for measure in measures)],
    )
    yield index_entry(worksite, text, glossary, place, worksite)
    for rank, measure in enumerate(measures, start=1):
        text = EntryText(
            measure_title(measure, worksite),
            titles=[measure.code],
            headings=[measure.heading],
            texts=[measure.text, *notes_of(measure)],
            context=[worksite.title, numbered, f"{Kind.MEASURE.label} {measure.position}", objective],
            naming=[measure.heading, measure.text],
        )
        yield index_entry(measure, text, glossary, place + rank, worksite)


def measure_title(measure: Measure, worksite: Worksite) -> str:
    """Return the title that results show: the heading, or the place of the measure where it has none."""
    if measure.heading:
        return _("%(heading)s (worksite %(number)s)") % {
            "heading": measure.heading,
            "number": worksite.number,
        }
    names = {"number": measure.position, "worksite": worksite.number, "title": worksite.title}
    return _("Measure %(number)s of worksite %(worksite)s: %(title)s") % names


def reference_texts(reference: CrossReference) -> tuple[str, str]:
    """Return what a cross-reference says: the line of the source, and the objective by its title."""
    return reference.wording, titled(reference.objective)


def titled(objective: Objective) -> str:
    """Return an objective by its code and its official title."""
    return joined(":", f"{Kind.OBJECTIVE.label} {objective.code}", objective.official_title)


def sector_entries(sector: Sector, glossary: Glossary) -> Iterator[IndexEntry]:
    """Return the entry of a sector."""
    texts = [sector.scope, sector.nace_note, *notes_of(sector)]
    classified: list[str] = []
    shown: list[str] = []
    if sector.nace_rev2:
        # The numbers of the revisions are left out: who asks for “2” does not ask for these.
        classified = [f"NACE {sector.nace_rev2}", sector.nace_name]
        names = {"two": sector.nace_rev2, "newer": sector.nace_rev2_1}
        shown = [_("NACE Rev. 2: %(two)s · NACE Rev. 2.1: %(newer)s") % names, sector.nace_name]
    text = EntryText(
        sector.name,
        texts=[*texts, *classified],
        passages=each_once([*texts, *shown]),
        naming=[sector.name, sector.scope, sector.nace_name],
    )
    yield index_entry(sector, text, glossary, sector.position)


def office_entries(office: Office, glossary: Glossary) -> Iterator[IndexEntry]:
    """Return the entry of an office: it is found by each wording in either language, and by its holders.

    And by the names of those that were merged with it.
    """
    rows: list[ObjectiveOffice | Steering] = [*office.objectiveoffice_set.all(), *office.steering_set.all()]
    wordings, holders = [row.wording for row in rows], [row.name for row in office.officeholder_set.all()]
    other = OTHER_LANGUAGE[current_language()]
    other_wordings = [row.translation("wording", other) for row in rows]
    roles = [bare_role(row) for row in office.objectiveoffice_set.all()]
    notes = [*notes_of(*office.steering_set.all()), *(row.provenance_note for row in rows)]
    merged = office.merged.all()
    text = EntryText(
        office.name,
        headings=[*wordings, *(each.name for each in merged), *holders],
        other_headings=[
            *other_wordings,
            *(each.translation("name", other) for each in (office, *merged)),
        ],
        texts=[*roles, *notes],
        naming=[office.name, *wordings],
    )
    yield index_entry(office, text, glossary, office.position)


def organisation_entries(organisation: Organisation, glossary: Glossary) -> Iterator[IndexEntry]:
    """Return the entry of a partner, which is found by the wordings of its roles too."""
    rows = organisation.partnership_set.all()
    text = EntryText(
        organisation.name,
        headings=[row.wording for row in rows],
        texts=[organisation.description, *(bare_role(row) for row in rows)],
        naming=[organisation.name, *(row.wording for row in rows)],
    )
    yield index_entry(organisation, text, glossary, organisation.position)


def term_entries(term: Term, glossary: Glossary) -> Iterator[IndexEntry]:
    """Return the entry of a term: what has the word in its own title comes before its explanation.

    Numbers in the explanation are left out: who asks for “8” asks for the worksite.
    """
    text = EntryText(
        term.heading,
        titles=[term.heading, term.abbreviation or ""],
        headings=term.all_names[1:],
        texts=[NUMBER.sub("", term.definition)],
        passages=[term.definition],
    )
    found = index_entry(term, text, glossary, glossary.place(term))
    found.heading_words, found.title_words = found.title_words + found.heading_words, ""
    yield found


class Source(NamedTuple):
    """Where entries come from: rows of a kind of item with all that is said of them, and what writes them."""

    rows: RecordQuerySet[Any]
    entries_of: Callable[[Any, Glossary], Iterator[IndexEntry]]


def sources() -> dict[type[Record], Source]:
    """Return where the entries of each kind of item come from; its rows are still to be published ones."""
    milestones = Prefetch("strategy__milestone_set", Milestone.objects.published())
    others = Prefetch("strategy__objective_set", Objective.objects.published())
    objectives = Objective.objects.main().with_governance()
    objectives = objectives.prefetch_related(milestones).prefetch_related(others)
    return {
        Objective: Source(objectives, objective_entries),
        Worksite: Source(Worksite.objects.with_content().select_related("objective"), worksite_entries),
        Sector: Source(Sector.objects.all(), sector_entries),
        Office: Source(Office.objects.with_roles().prefetch_related("merged"), office_entries),
        Organisation: Source(Organisation.objects.with_partnerships(), organisation_entries),
        Term: Source(Term.objects.all(), term_entries),
    }
