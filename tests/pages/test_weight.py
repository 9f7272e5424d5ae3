"""Pages stay light: bytes at first view, queries whatever the number of worksites, the style sheet."""

from dataclasses import replace

import pytest

from initiatives.management.commands import bench
from initiatives.models import Worksite

pytestmark = pytest.mark.django_db


def test_it_keeps_every_page_within_the_limits(site):
    client = bench.reader()
    pages = [bench.measure(client, path) for path in bench.addresses()]
    assert len(pages) == 1 + 2 * len(site)
    assert not [sentence for page in pages for sentence in page.complaints()]
    assert min(page.first_view - page.brotli for page in pages) > 3000  # style sheet and icon are counted


def test_it_keeps_the_style_sheet_within_the_limit():
    assert list(bench.stylesheet_complaints()) == []


def test_it_says_which_page_exceeds_which_limit(site, monkeypatch):
    page = bench.measure(bench.reader(), "/nl/")
    assert list(page.complaints()) == []
    heavy = replace(page, queries=bench.QUERIES + 1, first_view=bench.FIRST_VIEW + 1, status=404)
    assert [sentence.split()[1] for sentence in heavy.complaints()] == ["answers", "asks", "weighs"]
    [dossier] = [pages["nl"] for pages in site if pages["nl"].endswith("/dossier/")]
    assert list(replace(page, path=dossier, first_view=bench.FIRST_VIEW + 1).complaints()) == []
    monkeypatch.setattr(bench, "STYLESHEET", 100)
    assert [sentence.split()[0] for sentence in bench.stylesheet_complaints()] == ["portal.css"]


def test_it_asks_the_same_queries_for_twice_as_many_worksites(site):
    client = bench.reader()
    paths = bench.addresses()
    before = {path: bench.measure(client, path).queries for path in paths}
    for worksite in Worksite.objects.all():
        double(worksite)
    assert {path: bench.measure(client, path).queries for path in paths} == before


def double(worksite):
    """Make another worksite with the same measures, steering, references and sectors."""
    rows = [
        row
        for name in ("measure_set", "steering_set", "crossreference_set", "worksitesector_set")
        for row in getattr(worksite, name).all()
    ]
    worksite.pk = None
    worksite._state.adding = True
    worksite.number += 100
    for field in ("code", "slug_nl", "slug_fr"):
        setattr(worksite, field, f"{getattr(worksite, field)}-2")
    worksite.save()
    for row in rows:
        row.pk = None
        row._state.adding = True
        row.worksite = worksite
        row.position += 100
        if hasattr(row, "code"):
            row.code += "-2"
        row.save()
