"""The picture of who steers what: where each office, worksite and curve stands in the drawing."""

from textwrap import wrap

WIDTH = 1000
LEFT, RIGHT = 350, 590  # where the curves leave the offices and reach the worksites
LINE = 18  # the height of a line of text
# What fits on a line, in wide letters and with wider spacing as well (WCAG 2.2, 1.4.12).
OFFICE_LETTERS, WORKSITE_LETTERS = 34, 35
GAP = 12  # between a name and the end of its curves
OFFICE_STEP, WORKSITE_STEP, MARGIN = 74, 52, 12


def draw(offices, worksites):
    """Give the layout of the picture in SVG user units (1 unit = 1 px at full width), side by side.

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
    left = [
        node(office, office_y[office.pk], OFFICE_LETTERS, [curves[p] for p in pairs if p[0] == office.pk])
        for office in offices
    ]
    right = [
        node(site, worksite_y[site.pk], WORKSITE_LETTERS, [curves[p] for p in pairs if p[1] == site.pk])
        for site in worksites
    ]
    return {
        "width": WIDTH,
        "height": height + 2 * MARGIN,
        "sides": [
            {"name": "offices", "anchor": "end", "x": LEFT - GAP, "edge": LEFT, "nodes": left},
            {"name": "worksites", "anchor": "start", "x": RIGHT + GAP, "edge": RIGHT, "nodes": right},
        ],
    }


def spread(records, height):
    """Give the height of each record, such that a column of them is `height` tall."""
    step = height / max(len(records), 1)
    return {record.pk: round(MARGIN + step * (place + 0.5)) for place, record in enumerate(records)}


def node(record, y, letters, curves):
    lines = wrap(record.title, letters)
    top = y + 5 - (len(lines) - 1) * LINE / 2
    return {
        "record": record,
        "y": y,
        "lines": [{"text": text, "y": round(top + LINE * place)} for place, text in enumerate(lines)],
        "curves": curves,
    }


def curve(start, end):
    """Give the SVG path from an office's height to a worksite's."""
    middle = (LEFT + RIGHT) // 2
    return f"M{LEFT} {start}C{middle} {start} {middle} {end} {RIGHT} {end}"
