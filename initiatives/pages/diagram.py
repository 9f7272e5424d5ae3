"""Who steers what: the lists of it, and where each office, worksite and curve stands in the picture."""

from collections.abc import Sequence
from textwrap import wrap
from typing import Any

from ..models import Office, Worksite

WIDTH = 1000
LEFT, RIGHT = 350, 590  # where the curves leave the offices and reach the worksites
LINE = 18  # the height of a line of text
# What fits on a line, in wide letters and with wider spacing as well (WCAG 2.2, 1.4.12).
OFFICE_LETTERS, WORKSITE_LETTERS = 34, 35
GAP = 12  # between a name and the end of its curves
OFFICE_STEP, WORKSITE_STEP, MARGIN = 74, 52, 12


def rows(offices: Sequence[Office], worksites: Sequence[Worksite]) -> list[tuple[Worksite, list[int | None]]]:
    """Return (worksite, for each of `offices` its place among those that steer the worksite, or None)."""
    return [(worksite, [places(worksite).get(office.pk) for office in offices]) for worksite in worksites]


def columns(offices: Sequence[Office], worksites: Sequence[Worksite]) -> list[tuple[Office, list[Worksite]]]:
    """Return (office, the worksites that it steers) for each office."""
    return [
        (office, [worksite for worksite in worksites if office.pk in places(worksite)]) for office in offices
    ]


def places(worksite: Worksite) -> dict[int, int]:
    """Return the place of each office among those that steer this worksite, in the source's order."""
    return {row.office_id: place for place, row in enumerate(worksite.steering_set.all(), 1)}


def draw(offices: Sequence[Office], worksites: Sequence[Worksite]) -> dict[str, Any]:
    """Return the layout of the picture in SVG user units (1 unit = 1 px at full width), side by side.

    Each side has its "nodes": the record, its height "y", the "lines" of its name and its "curves",
    SVG paths. Worksites come with their steering prefetched.
    """
    height = max(len(offices) * OFFICE_STEP, len(worksites) * WORKSITE_STEP)
    office_y = spread(offices, height)
    worksite_y = spread(worksites, height)
    pairs = [
        (row.office_id, worksite.pk)
        for worksite in worksites
        for row in worksite.steering_set.all()
        if row.office_id in office_y
    ]
    curves = {pair: curve(office_y[pair[0]], worksite_y[pair[1]]) for pair in pairs}
    by_office = {office.pk: [curves[pair] for pair in pairs if pair[0] == office.pk] for office in offices}
    by_worksite = {site.pk: [curves[pair] for pair in pairs if pair[1] == site.pk] for site in worksites}
    # A space on the side that moves no line keeps the lines apart for who hears or copies them.
    left = [node(each, office_y[each.pk], OFFICE_LETTERS, by_office[each.pk], " {}") for each in offices]
    right = [
        node(each, worksite_y[each.pk], WORKSITE_LETTERS, by_worksite[each.pk], "{} ") for each in worksites
    ]
    return {
        "width": WIDTH,
        "height": height + 2 * MARGIN,
        "sides": [
            {"name": "offices", "anchor": "end", "x": LEFT - GAP, "edge": LEFT, "nodes": left},
            {"name": "worksites", "anchor": "start", "x": RIGHT + GAP, "edge": RIGHT, "nodes": right},
        ],
    }


def spread(records: Sequence[Office | Worksite], height: int) -> dict[int, int]:
    """Return the height of each record, such that a column of them is `height` tall."""
    step = height / max(len(records), 1)
    return {record.pk: round(MARGIN + step * (place + 0.5)) for place, record in enumerate(records)}


def node(record: Office | Worksite, y: int, letters: int, curves: list[str], form: str) -> dict[str, Any]:
    """Return what the picture shows of a record, each line of its name in this `form`."""
    lines = [form.format(text) for text in wrap(record.title, letters)]
    top = y + 5 - (len(lines) - 1) * LINE / 2
    return {
        "record": record,
        "y": y,
        "lines": [{"text": text, "y": round(top + LINE * place)} for place, text in enumerate(lines)],
        "curves": curves,
    }


def curve(start: int, end: int) -> str:
    """Return the SVG path from an office's height to a worksite's."""
    middle = (LEFT + RIGHT) // 2
    return f"M{LEFT} {start}C{middle} {start} {middle} {end} {RIGHT} {end}"
