"""The content as data, record by record: what each kind says, with both languages in one."""

from datetime import date

from django.utils.translation import gettext_lazy as _

from ..language import in_both_languages
from ..models import (
    CrossReference,
    Measure,
    Milestone,
    Objective,
    ObjectiveOffice,
    Office,
    OfficeHolder,
    Organisation,
    Page,
    Partnership,
    Pillar,
    Sector,
    Steering,
    Strategy,
    Term,
    Worksite,
)
from .serialize import (
    BY_THE_PORTAL,
    OFFICIAL,
    PRINTED,
    Data,
    bilingual,
    iso_date,
    page_fields,
    permalink,
    provenance_fields,
    provenance_of,
    texts,
    urls_of,
)

# Those who held several offices, by name.
TermsOfOffice = dict[str, list[OfficeHolder]]

ANNOUNCED = _(
    "The source announces this initiative and does not name it; the portal found it named nowhere else "
    "either. That it is called the eleventh is the portal’s numbering, and its title here is the portal’s."
)

# The objective -------------------------------------------------------------------------------------------

LABELS = ("initiating_label", "associated_label", "partners_label", "steering_committee_label")


def objective_data(objective: Objective) -> Data:
    """Return the objective: its texts, who carries it, its place in the strategy."""
    texts_of_it = ("title", "introduction", "vision", "focus", "alignment", "governance_heading", "priority")
    return page_fields(objective) | {
        **texts(objective, "official_title", "official_title_source"),
        **texts(objective, *texts_of_it, *LABELS, "slip", "remark"),
        "announced_worksites": objective.announced_worksites,
        "listed_worksites": objective.listed_worksites,
        "source": objective.source_url,
        "source_copied_by": iso_date(objective.source_copied_by),
        "english_page": english_page_data(objective),
        "strategy": strategy_data(objective.strategy),
        "pillar": pillar_data(objective.pillar),
        "offices": [
            role_data(row) | {"wording": bilingual(row, "wording")}
            for row in objective.objectiveoffice_set.all()
        ],
        "partnerships": [partnership_data(row) for row in objective.partnerships],
        "milestones": [milestone_data(row) for row in objective.strategy.milestone_set.all()],
        "other_objectives": [other_objective_data(row) for row in objective.strategy.objective_set.all()],
        "withheld": withheld(objective, objectiveoffice="offices", partnership="partnerships"),
    }


def english_page_data(objective: Objective) -> Data | None:
    """Return what the Region's English page of the same text says, which has another number of worksites."""
    if not objective.english_title:
        return None
    return {
        "title": objective.english_title,
        "announced_worksites": objective.english_worksites,
        "provenance": OFFICIAL,
    }


def other_objective_data(objective: Objective) -> Data:
    """Return an objective of which the portal records code and title only."""
    return {
        "code": objective.code,
        **texts(objective, "official_title", "official_title_source"),
        **provenance_fields(objective),
    }


def strategy_data(strategy: Strategy) -> Data:
    """Return the strategy with the facts about it."""
    return {
        "code": strategy.code,
        "name": strategy.name,
        "source_line": strategy.source_line,
        "source_line_provenance": PRINTED,
        **texts(strategy, "publisher", "coordinator"),
        "legislature_start": strategy.legislature_start,
        "legislature_end": strategy.legislature_end,
        "new_government_on": iso_date(strategy.new_government_on),
        **texts(strategy, "new_government_source"),
        "terms": strategy.terms_url or None,
        "document_title": strategy.document_title or None,
        "document_title_provenance": OFFICIAL,
        "document_date": iso_date(strategy.document_date),
        "document_publisher": strategy.document_publisher or None,
        "objective_count": strategy.objective_count,
        "worksites_over": strategy.worksites_over,
        **texts(strategy, "priorities", "facts_source"),
        **provenance_fields(strategy),
    }


def pillar_data(pillar: Pillar) -> Data:
    """Return the pillar of the strategy."""
    return {
        "number": pillar.number,
        **texts(pillar, "name"),
        "objective_count": pillar.objective_count,
        **provenance_fields(pillar),
    }


def milestone_data(row: Milestone) -> Data:
    """Return an event in the life of the strategy."""
    return {
        "date": iso_date(row.date),
        "precision": row.precision,
        **texts(row, "text"),
        "source": row.source,
        **provenance_fields(row),
    }


def role_data(row: ObjectiveOffice) -> Data:
    """Return the role of an office; `role_name` says it in words, for state secretaries too."""
    return {
        "objective": row.objective.code,
        "office": row.office.code,
        "role": row.role,
        "role_name": in_both_languages(row.role_name),
        "role_name_provenance": BY_THE_PORTAL,
        "position": row.position,
        **provenance_fields(row),
    }


def partnership_data(row: Partnership) -> Data:
    """Return the role of a partner in the objective."""
    return {
        "objective": row.objective.code,
        "organisation": row.organisation.code,
        "role": row.role,
        "position": row.position,
        **texts(row, "wording", "capacity"),
        **provenance_fields(row),
    }


# Worksites -----------------------------------------------------------------------------------------------


def worksite_data(worksite: Worksite) -> Data:
    """Return the worksite with its measures, references, steering and sectors."""
    announced = worksite.is_announced_only
    return page_fields(worksite) | {
        "objective": worksite.objective.code,
        "number": worksite.number,
        "status": "announced" if announced else "documented",
        "note": in_both_languages(ANNOUNCED) if announced else None,
        "note_provenance": BY_THE_PORTAL,
        **texts(worksite, "title", "slip", "remark"),
        "source_gives": {
            "measures": bool(worksite.measure_set.all()) or worksite.withholds_measure,
            "steering": bool(worksite.steering_set.all()) or worksite.withholds_steering,
            "dates": worksite.gives_dates,
            "budget": worksite.gives_budget,
            "indicators": worksite.gives_indicators,
            "provenance": BY_THE_PORTAL,
        },
        "measures": [measure_data(row) for row in worksite.measure_set.all()],
        "cross_references": [cross_reference_data(row) for row in worksite.crossreference_set.all()],
        **texts(worksite, "steering_label"),
        "steering": [steering_data(row) for row in worksite.steering_set.all()],
        "sectors": [
            {"sector": row.sector.code, "position": row.position, **provenance_fields(row)}
            for row in worksite.worksitesector_set.all()
        ],
        "withheld": withheld(
            worksite,
            measure="measures",
            crossreference="cross_references",
            steering="steering",
            worksitesector="sectors",
        ),
    }


def withheld(record: Page, **lists: str) -> list[str]:
    """Return which lists of an item are shorter than they were, because something of them was withdrawn.

    `lists` says under which names its relations stand; an empty list that is not among them is no silence of
    the portal.
    """
    return [name for relation, name in lists.items() if getattr(record, f"withholds_{relation}")]


def measure_data(row: Measure) -> Data:
    """Return one measure as a part of its worksite."""
    return {
        "id": permalink(row),
        "code": row.code,
        "anchor": row.anchor,
        "position": row.position,
        **texts(row, "heading", "text", "slip", "remark"),
        **provenance_fields(row),
    }


def standalone_measure_data(row: Measure) -> Data:
    """Return one measure with the names of what it belongs to, for those who read nothing else."""
    worksite = row.worksite
    return measure_data(row) | {
        "url": urls_of(row),
        "worksite": worksite.code,
        "worksite_number": worksite.number,
        **end_fields("worksite", worksite, "title"),
        "sectors": [link_data("sector", each.sector) for each in worksite.worksitesector_set.all()],
        "steering": [link_data("office", each.office) for each in worksite.steering_set.all()],
    }


def end_fields(kind: str, record: Page, name: str) -> Data:
    """Return the name of a record at the end of a link, where it comes from, and its permalink."""
    return {
        f"{kind}_{name}": bilingual(record, name),
        f"{kind}_{name}_provenance": provenance_of(record, name),
        f"{kind}_id": permalink(record),
    }


def link_data(kind: str, record: Page) -> Data:
    """Return the code and the name of a linked page, and its permalink."""
    return {
        kind: record.code,
        "name": bilingual(record, "name"),
        "name_provenance": provenance_of(record, "name"),
        "id": permalink(record),
    }


def cross_reference_data(row: CrossReference) -> Data:
    """Return the reference to another objective, of which the portal records code and title only."""
    return {
        "code": row.code,
        "position": row.position,
        "relation": row.relation,
        "objective": row.objective.code,
        "objective_title": bilingual(row.objective, "official_title"),
        "objective_title_provenance": provenance_of(row.objective, "official_title"),
        **texts(row, "wording", "worksite_title"),
        **provenance_fields(row),
    }


def steering_data(row: Steering) -> Data:
    """Return one line of who steers what, in the wording of the source."""
    return {
        "worksite": row.worksite.code,
        "office": row.office.code,
        "position": row.position,
        **texts(row, "wording", "slip", "remark"),
        **provenance_fields(row),
    }


def standalone_steering_data(row: Steering) -> Data:
    """Return one line of who steers what with the names of both ends, for those who read nothing else."""
    return steering_data(row) | {
        "worksite_number": row.worksite.number,
        **end_fields("worksite", row.worksite, "title"),
        **end_fields("office", row.office, "name"),
    }


# Sectors, offices, partners, terms -----------------------------------------------------------------------


def sector_data(sector: Sector) -> Data:
    """Return the priority sector with its place in NACE and its worksites."""
    classified = {
        "rev2": sector.nace_rev2,
        "rev2_1": sector.nace_rev2_1,
        "name": bilingual(sector, "nace_name"),
        "name_provenance": provenance_of(sector, "nace_name"),
        "provenance": BY_THE_PORTAL,
    }
    return page_fields(sector) | {
        "objective": sector.objective.code,
        "position": sector.position,
        **texts(sector, "name", "scope"),
        "nace": classified if sector.nace_rev2 else None,
        **texts(sector, "nace_note", "remark"),
        "worksites": [
            {"worksite": row.worksite.code, **provenance_fields(row)}
            for row in sector.worksitesector_set.all()
        ],
        "withheld": withheld(sector, worksitesector="worksites"),
    }


def terms_of_office() -> TermsOfOffice:
    """Return the terms of office of each person who held more than one office, by name: one query."""
    held: TermsOfOffice = {}
    for row in OfficeHolder.objects.published().of_several_offices():
        held.setdefault(row.name, []).append(row)
    return held


def office_data(office: Office, strategy: Strategy, held: TermsOfOffice) -> Data:
    """Return the office with every printed wording, its holders, its role and the worksites it steers."""
    return page_fields(office) | {
        "position": office.position,
        "kind": office.kind,
        **texts(office, "name"),
        "wordings": [
            {"wording": bilingual(row, "wording"), "provenance": provenance_of(row)}
            for row in office.wordings
        ],
        "holders": [
            holder_data(row, strategy, held.get(row.name, [])) for row in office.officeholder_set.all()
        ],
        "roles": [role_data(row) for row in office.objectiveoffice_set.all()],
        "steering": [steering_data(row) for row in office.steering_set.all()],
        "withheld": withheld(office, officeholder="holders", objectiveoffice="roles", steering="steering"),
    }


def holder_data(row: OfficeHolder, strategy: Strategy, held: list[OfficeHolder]) -> Data:
    """Return who held an office, and from when to when: an end that was not read is no “still”."""
    others = [each.office.code for each in held if each.office_id != row.office_id and overlap(row, each)]
    return {
        "name": row.name,
        "from": iso_date(row.start),
        "to": iso_date(row.end),
        "to_at_latest": iso_date(row.last_day),
        "government": government(row, strategy),
        "also_held": list(dict.fromkeys(others)),
        **texts(row, "note", "source"),
        **provenance_fields(row),
    }


def government(row: OfficeHolder, strategy: Strategy) -> dict[str, int] | None:
    """Return the legislature of the government that somebody was in, where it is that of the strategy."""
    if not row.is_of(strategy):
        return None
    return {"legislature_start": strategy.legislature_start, "legislature_end": strategy.legislature_end}


def overlap(one: OfficeHolder, other: OfficeHolder) -> bool:
    """Return whether two terms of office overlap, each as long as it can have been."""
    ends = [row.last_day or date.max for row in (one, other)]
    return one.start <= ends[1] and other.start <= ends[0]


def organisation_data(organisation: Organisation) -> Data:
    """Return the partner with its roles in the objective."""
    return page_fields(organisation) | {
        "position": organisation.position,
        "kind": organisation.kind,
        **texts(organisation, "name", "description"),
        "source": organisation.source or None,
        "partnerships": [partnership_data(row) for row in organisation.partnership_set.all()],
        "withheld": withheld(organisation, partnership="partnerships"),
    }


def term_data(term: Term) -> Data:
    """Return a term of the glossary; its synonyms stand in one text, commas between."""
    return {
        "id": permalink(term),
        "code": term.code,
        "url": urls_of(term),
        **texts(term, "name", "abbreviation", "synonyms", "definition", "source"),
        **provenance_fields(term),
    }
