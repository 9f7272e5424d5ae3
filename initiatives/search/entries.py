"""What the search index says of each item, in the language in force."""

import re

from django.db.models import Prefetch
from django.utils import translation
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from ..language import OTHER_LANGUAGE, joined, long_date, long_month
from ..models import Milestone, Objective, Office, Organisation, Sector, Term, Worksite
from ..models.search_entry import IndexEntry
from .text import NUMBERS, searchable

Kind = IndexEntry.Kind
NUMBER = re.compile(r"\b\d+(?:[.,]\d+)*\b")


def entry(  # noqa: PLR0913 – each of them is a part of the entry
    record,
    title,
    *,
    titles=(),
    headings=(),
    twins=(),
    texts=(),
    passages=(),
    context=(),
    worksite=None,
    place=0,
    glossary=None,
    using=(),
):
    """Give the entry of a record in the language in force.

    Readers see `title` of the titles, and `passages` if the texts are to be read otherwise than one by one.
    `twins` are headings in the other language.
    `context` helps to find the record, beside a word of its own.
    What the texts it is `using` call by one name is found by the other names that the `glossary` has for it.
    """
    language = translation.get_language()
    kind = Kind(record._meta.model_name)
    titles = titles or [title]
    headings, texts = each_once(headings, {title}), each_once(texts)
    twins = each_once(twins, {title, *headings})
    others = list(glossary.others(filter(None, using))) if using else []
    called = [joined(":", first, ", ".join(names)) for first, names in others]
    names = [name for _first, names in others for name in names]
    return IndexEntry(
        language=language,
        kind=kind.value,
        object_id=record.pk,
        worksite=worksite,
        sectors=" ".join(sector.code for sector in worksite.sectors) if worksite else "",
        offices=" ".join(row.office.code for row in worksite.steering_set.all()) if worksite else "",
        place=list(Kind).index(kind) * 10**11 + place,
        words=searchable([*titles, *headings, *twins, str(kind.label), *texts, *names], language),
        context_words=searchable(context, language),
        title_words=searchable(titles, language),
        heading_words=searchable([*headings, *twins, str(kind.label)], language),
        code=record.code,
        path=record.get_absolute_url(),
        title=title,
        passages={language: [*headings, *(passages or texts), *called], OTHER_LANGUAGE[language]: twins},
    )


def each_once(texts, but=()):
    """Give the texts that say something, each once, without those in `but`."""
    return [each for each in dict.fromkeys(texts) if each and each not in but]


def objective_entries(objective, glossary):
    title = objective.title or objective.official_title
    rows = [*objective.objectiveoffice_set.all(), *objective.partnership_set.all()]
    texts = [objective.introduction, objective.vision, objective.focus, objective.alignment]
    governance = [joined(":", role_of(row), row.wording) for row in rows]
    yield entry(
        objective,
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
        glossary=glossary,
        using=[title, objective.official_title, objective.priority, *texts, *governance],
    )


def notes_of(*records):
    """Give what the portal says of the source's text of these records: slips, and other remarks."""
    return [note for row in records for note in (getattr(row, "slip", ""), row.remark) if note]


def role_of(row):
    """Give the role of an office or organisation as a text by itself."""
    return capfirst(row.get_role_display())


def strategy_texts(strategy):
    """Give what the page of the objective says of the strategy: its timeline, other objectives and facts."""
    for milestone in strategy.milestone_set.all():
        to_the_month = milestone.precision == Milestone.Precision.MONTH
        day = long_month(milestone.date) if to_the_month else long_date(milestone.date)
        yield joined(":", day, milestone.text)
    yield from (titled(other) for other in strategy.objective_set.all() if other.is_reference)
    yield joined(":", _("Coordination"), strategy.coordinator)
    yield joined(":", _("Publisher"), strategy.publisher)
    yield joined(":", _("Legislature"), f"{strategy.legislature_start}–{strategy.legislature_end}")
    yield strategy.priorities


def worksite_entries(worksite, glossary):
    """Give the entries of a worksite and of its measures."""
    numbered = f"{Kind.WORKSITE.label} {worksite.number}"
    in_words = NUMBERS[translation.get_language()][worksite.number - 1 : worksite.number]
    objective = f"{Kind.OBJECTIVE.label} {worksite.objective.code}"
    place = worksite.number * 10**5
    references = [text for row in worksite.crossreference_set.all() for text in reference_texts(row)]
    steering, measures = worksite.steering_set.all(), worksite.measure_set.all()
    wordings = [row.wording for row in steering]
    notes = notes_of(worksite, *steering)
    label = worksite.steering_label or _("Steering offices")
    steered = joined(":", label, joined(";", *wordings)) if wordings else ""
    yield entry(
        worksite,
        worksite.title,
        titles=[worksite.title, numbered, worksite.code, *in_words],
        texts=references + wordings + notes,
        passages=list(filter(None, [*references, steered, *notes])),
        context=[*(sector.name for sector in worksite.sectors), objective],
        worksite=worksite,
        place=place,
        glossary=glossary,
        using=[worksite.title, *references, *wordings, *(measure.text for measure in measures)],
    )
    for measure in measures:
        yield entry(
            measure,
            measure_title(measure, worksite),
            titles=[measure.code],
            headings=[measure.heading],
            texts=[measure.text, *notes_of(measure)],
            context=[worksite.title, numbered, f"{Kind.MEASURE.label} {measure.position}", objective],
            worksite=worksite,
            place=place + measure.position,
            glossary=glossary,
            using=[measure.heading, measure.text],
        )


def measure_title(measure, worksite):
    """Give the title that results show: the heading, or the place of the measure where it has none."""
    if measure.heading:
        return _("%(heading)s (worksite %(number)s)") % {
            "heading": measure.heading,
            "number": worksite.number,
        }
    names = {"number": measure.position, "worksite": worksite.number, "title": worksite.title}
    return _("Measure %(number)s of worksite %(worksite)s: %(title)s") % names


def reference_texts(reference):
    return reference.wording, titled(reference.objective)


def titled(objective):
    return joined(":", f"{Kind.OBJECTIVE.label} {objective.code}", objective.official_title)


def sector_entries(sector, glossary):
    texts = [sector.scope, sector.nace_note, *notes_of(sector)]
    classified, shown = (), ()
    if sector.nace_rev2:
        # The numbers of the revisions are left out: who asks for “2” does not ask for these.
        classified = (f"NACE {sector.nace_rev2}", sector.nace_name)
        names = {"two": sector.nace_rev2, "newer": sector.nace_rev2_1}
        shown = (_("NACE Rev. 2: %(two)s · NACE Rev. 2.1: %(newer)s") % names, sector.nace_name)
    yield entry(
        sector,
        sector.name,
        texts=[*texts, *classified],
        passages=each_once([*texts, *shown]),
        place=sector.position,
        glossary=glossary,
        using=[sector.name, sector.scope, sector.nace_name],
    )


def office_entries(office, glossary):
    """Give the entry of an office: it is found by each wording in either language, and by its holders."""
    rows = [*office.objectiveoffice_set.all(), *office.steering_set.all()]
    wordings, holders = [row.wording for row in rows], [row.name for row in office.officeholder_set.all()]
    twin = OTHER_LANGUAGE[translation.get_language()]
    twins = [*(getattr(row, f"wording_{twin}") for row in rows), getattr(office, f"name_{twin}")]
    roles = [role_of(row) for row in office.objectiveoffice_set.all()]
    yield entry(
        office,
        office.name,
        headings=[*wordings, *holders],
        twins=twins,
        texts=[*roles, *notes_of(*office.steering_set.all())],
        place=office.position,
        glossary=glossary,
        using=[office.name, *wordings],
    )


def organisation_entries(organisation, glossary):
    rows = organisation.partnership_set.all()
    yield entry(
        organisation,
        organisation.name,
        headings=[row.wording for row in rows],
        texts=[organisation.description, *(role_of(row) for row in rows)],
        place=organisation.position,
        glossary=glossary,
        using=[organisation.name, *(row.wording for row in rows)],
    )


def term_entries(term, glossary):
    """Give the entry of a term: what has the word in its own title comes before its explanation.

    Numbers in the explanation are left out: who asks for “8” asks for the worksite.
    """
    found = entry(
        term,
        term.heading,
        titles=[term.heading, term.abbreviation or ""],
        headings=term.all_names[1:],
        texts=[NUMBER.sub("", term.definition)],
        passages=[term.definition],
        place=glossary.place(term),
    )
    found.heading_words, found.title_words = found.title_words + found.heading_words, ""
    yield found


def sources():
    """Give `{kind of item: (its published rows with all that is said of them, what makes its entries)}`."""
    milestones = Prefetch("strategy__milestone_set", Milestone.objects.published())
    others = Prefetch("strategy__objective_set", Objective.objects.published())
    objectives = Objective.objects.main().with_governance().prefetch_related(milestones, others)
    return {
        Objective: (objectives, objective_entries),
        Worksite: (Worksite.objects.with_content().select_related("objective"), worksite_entries),
        Sector: (Sector.objects.all(), sector_entries),
        Office: (Office.objects.with_roles(), office_entries),
        Organisation: (Organisation.objects.with_partnerships(), organisation_entries),
        Term: (Term.objects.all(), term_entries),
    }
