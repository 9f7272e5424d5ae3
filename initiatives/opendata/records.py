"""The content as data, record by record: what each kind says, with both languages in one."""

from datetime import date

from django.utils.translation import gettext_lazy as _

from ..language import in_both_languages
from ..models import OfficeHolder
from .serialize import (
    BY_THE_PORTAL,
    OFFICIAL,
    PRINTED,
    addresses,
    both,
    day,
    page,
    permalink,
    provenance,
    sourced,
    texts,
)

ANNOUNCED = _(
    "The source announces this initiative and does not name it; the portal found it named nowhere else "
    "either. That it is called the eleventh is the portal’s numbering, and its title here is the portal’s."
)

# The objective -------------------------------------------------------------------------------------------

LABELS = ("initiating_label", "associated_label", "partners_label", "steering_committee_label")


def of_objective(objective):
    """Give the objective: its texts, who carries it, its place in the strategy."""
    texts_of_it = ("title", "introduction", "vision", "focus", "alignment", "governance_heading", "priority")
    return page(objective) | {
        **texts(objective, "official_title", "official_title_source"),
        **texts(objective, *texts_of_it, *LABELS, "slip", "remark"),
        "announced_worksites": objective.announced_worksites,
        "listed_worksites": objective.listed_worksites,
        "source": objective.source_url,
        "source_copied_by": day(objective.source_copied_by),
        "english_page": of_english_page(objective),
        "strategy": of_strategy(objective.strategy),
        "pillar": of_pillar(objective.pillar),
        "offices": [
            of_role(row) | {"wording": both(row, "wording")} for row in objective.objectiveoffice_set.all()
        ],
        "partnerships": [of_partnership(row) for row in objective.partnerships],
        "milestones": [of_milestone(row) for row in objective.strategy.milestone_set.all()],
        "other_objectives": [of_title(row) for row in objective.strategy.objective_set.all()],
    }


def of_english_page(objective):
    """Give what the Region's English page of the same text says, which has another number of worksites."""
    if not objective.english_title:
        return None
    return {
        "title": objective.english_title,
        "announced_worksites": objective.english_worksites,
        "provenance": OFFICIAL,
    }


def of_title(objective):
    """Give an objective of which the portal records code and title only."""
    return {
        "code": objective.code,
        **texts(objective, "official_title", "official_title_source"),
        **sourced(objective),
    }


def of_strategy(strategy):
    return {
        "code": strategy.code,
        "name": strategy.name,
        "source_line": strategy.source_line,
        "source_line_provenance": PRINTED,
        **texts(strategy, "publisher", "coordinator"),
        "legislature_start": strategy.legislature_start,
        "legislature_end": strategy.legislature_end,
        "new_government_on": day(strategy.new_government_on),
        **texts(strategy, "new_government_source"),
        "terms": strategy.terms_url or None,
        "document_title": strategy.document_title or None,
        "document_title_provenance": OFFICIAL,
        "document_date": day(strategy.document_date),
        "document_publisher": strategy.document_publisher or None,
        "objective_count": strategy.objective_count,
        "worksites_over": strategy.worksites_over,
        **texts(strategy, "priorities", "facts_source"),
        **sourced(strategy),
    }


def of_pillar(pillar):
    return {
        "number": pillar.number,
        **texts(pillar, "name"),
        "objective_count": pillar.objective_count,
        **sourced(pillar),
    }


def of_milestone(row):
    return {
        "date": day(row.date),
        "precision": row.precision,
        **texts(row, "text"),
        "source": row.source,
        **sourced(row),
    }


def of_role(row):
    """Give the role of an office; `role_name` says it in words, for state secretaries too."""
    return {
        "objective": row.objective.code,
        "office": row.office.code,
        "role": row.role,
        "role_name": in_both_languages(row.role_name),
        "role_name_provenance": BY_THE_PORTAL,
        "position": row.position,
        **sourced(row),
    }


def of_partnership(row):
    return {
        "objective": row.objective.code,
        "organisation": row.organisation.code,
        "role": row.role,
        "position": row.position,
        **texts(row, "wording", "capacity"),
        **sourced(row),
    }


# Worksites -----------------------------------------------------------------------------------------------


def of_worksite(worksite):
    """Give the worksite with its measures, references, steering and sectors."""
    announced = worksite.is_announced_only
    return page(worksite) | {
        "objective": worksite.objective.code,
        "number": worksite.number,
        "status": "announced" if announced else "documented",
        "note": in_both_languages(ANNOUNCED) if announced else None,
        "note_provenance": BY_THE_PORTAL,
        **texts(worksite, "title", "slip", "remark"),
        "source_gives": {
            "measures": bool(worksite.measure_set.all()),
            "steering": bool(worksite.steering_set.all()),
            "dates": worksite.gives_dates,
            "budget": worksite.gives_budget,
            "indicators": worksite.gives_indicators,
            "provenance": BY_THE_PORTAL,
        },
        "measures": [of_measure(row) for row in worksite.measure_set.all()],
        "cross_references": [of_reference(row) for row in worksite.crossreference_set.all()],
        **texts(worksite, "steering_label"),
        "steering": [of_steering(row) for row in worksite.steering_set.all()],
        "sectors": [
            {"sector": row.sector.code, "position": row.position, **sourced(row)}
            for row in worksite.worksitesector_set.all()
        ],
    }


def of_measure(row):
    return {
        "id": permalink(row),
        "code": row.code,
        "anchor": row.anchor,
        "position": row.position,
        **texts(row, "heading", "text", "slip", "remark"),
        **sourced(row),
    }


def of_commitment(row):
    """Give one measure with the names of what it belongs to, for those who read nothing else."""
    worksite = row.worksite
    return of_measure(row) | {
        "url": addresses(row),
        "worksite": worksite.code,
        "worksite_number": worksite.number,
        **of_end("worksite", worksite, "title"),
        "sectors": [of_link("sector", each.sector) for each in worksite.worksitesector_set.all()],
        "steering": [of_link("office", each.office) for each in worksite.steering_set.all()],
    }


def of_end(kind, record, name):
    """Give the name of a record at the end of a link, where it comes from, and its permalink."""
    return {
        f"{kind}_{name}": both(record, name),
        f"{kind}_{name}_provenance": provenance(record, name),
        f"{kind}_id": permalink(record),
    }


def of_link(kind, record):
    return {
        kind: record.code,
        "name": both(record, "name"),
        "name_provenance": provenance(record, "name"),
        "id": permalink(record),
    }


def of_reference(row):
    """Give the reference to another objective, of which the portal records code and title only."""
    return {
        "code": row.code,
        "position": row.position,
        "relation": row.relation,
        "objective": row.objective.code,
        "objective_title": both(row.objective, "official_title"),
        "objective_title_provenance": provenance(row.objective, "official_title"),
        **texts(row, "wording", "worksite_title"),
        **sourced(row),
    }


def of_steering(row):
    """Give one line of who steers what, in the wording of the source."""
    return {
        "worksite": row.worksite.code,
        "office": row.office.code,
        "position": row.position,
        **texts(row, "wording", "slip", "remark"),
        **sourced(row),
    }


def of_line(row):
    """Give one line of who steers what with the names of both ends, for those who read nothing else."""
    return of_steering(row) | {
        "worksite_number": row.worksite.number,
        **of_end("worksite", row.worksite, "title"),
        **of_end("office", row.office, "name"),
    }


# Sectors, offices, partners, terms -----------------------------------------------------------------------


def of_sector(sector):
    """Give the priority sector with its place in NACE and its worksites."""
    classified = {
        "rev2": sector.nace_rev2,
        "rev2_1": sector.nace_rev2_1,
        "name": both(sector, "nace_name"),
        "name_provenance": provenance(sector, "nace_name"),
        "provenance": BY_THE_PORTAL,
    }
    return page(sector) | {
        "objective": sector.objective.code,
        "position": sector.position,
        **texts(sector, "name", "scope"),
        "nace": classified if sector.nace_rev2 else None,
        **texts(sector, "nace_note", "remark"),
        "worksites": [
            {"worksite": row.worksite.code, **sourced(row)} for row in sector.worksitesector_set.all()
        ],
    }


def held_by():
    """Give the terms of office of each person who held more than one office, by name: one query."""
    held = {}
    for row in OfficeHolder.objects.published().of_several_offices():
        held.setdefault(row.name, []).append(row)
    return held


def of_office(office, strategy, held):
    """Give the office with every printed wording, its holders, its role and the worksites it steers."""
    return page(office) | {
        "position": office.position,
        "kind": office.kind,
        **texts(office, "name"),
        "wordings": [
            {"wording": both(row, "wording"), "provenance": provenance(row)} for row in office.wordings
        ],
        "holders": [
            of_holder(row, strategy, held.get(row.name, [])) for row in office.officeholder_set.all()
        ],
        "roles": [of_role(row) for row in office.objectiveoffice_set.all()],
        "steering": [of_steering(row) for row in office.steering_set.all()],
    }


def of_holder(row, strategy, held):
    """Give who held an office, and from when to when: an end that was not read is no “still”."""
    others = [each.office.code for each in held if each.office_id != row.office_id and at_once(row, each)]
    return {
        "name": row.name,
        "from": day(row.start),
        "to": day(row.end),
        "to_at_latest": day(row.end or row.end_at_latest),
        "government": government(row, strategy),
        "also_held": list(dict.fromkeys(others)),
        **texts(row, "note", "source"),
        **sourced(row),
    }


def government(row, strategy):
    """Give the legislature of the government that somebody was in, where it is that of the strategy."""
    after = strategy.new_government_on
    if row.start.year < strategy.legislature_start or (after and row.start >= after):
        return None
    return {"legislature_start": strategy.legislature_start, "legislature_end": strategy.legislature_end}


def at_once(one, other):
    """Say whether two terms of office overlap, each as long as it can have been."""
    ends = [row.end or row.end_at_latest or date.max for row in (one, other)]
    return one.start <= ends[1] and other.start <= ends[0]


def of_organisation(organisation):
    """Give the partner with its roles in the objective."""
    return page(organisation) | {
        "position": organisation.position,
        "kind": organisation.kind,
        **texts(organisation, "name", "description"),
        "source": organisation.source or None,
        "partnerships": [of_partnership(row) for row in organisation.partnership_set.all()],
    }


def of_term(term):
    """Give a term of the glossary; its synonyms stand in one text, commas between."""
    return {
        "id": permalink(term),
        "code": term.code,
        "url": addresses(term),
        **texts(term, "name", "abbreviation", "synonyms", "definition", "source"),
        **sourced(term),
    }
