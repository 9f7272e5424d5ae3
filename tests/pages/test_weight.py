"""Pages stay light: bytes at first view, queries whatever the number of worksites, the style sheet."""

from dataclasses import replace

import pytest
from django.db import connection
from django.http import HttpResponse
from django.test.utils import CaptureQueriesContext
from django.urls import path
from zeal.errors import NPlusOneError

from initiatives.management.commands import bench
from initiatives.models import Measure, Worksite

from ..saving import put

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def measured(django_db_setup, django_db_blocker, static_files):
    """Return what each page costs, with the content as it is."""
    client = bench.reader()
    with django_db_blocker.unblock():
        return [bench.measure(client, path) for path in bench.addresses()]


def test_it_keeps_every_page_within_the_limits(site, measured):
    assert len(measured) == 1 + 2 * len(site)
    assert not [sentence for page in measured for sentence in page.complaints()]
    assert min(page.first_view - page.brotli for page in measured) > 3000  # style sheet and icon are counted


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


def test_it_asks_the_same_queries_for_twice_as_many_worksites(measured):
    client = bench.reader()
    before = {page.path: page.queries for page in measured}
    for worksite in Worksite.objects.all():
        double(worksite)
    after = {}
    for address in before:
        # Once before, as `measure` does: what a process keeps is no query of the page.
        bench.get(client, address, accept_encoding="identity")
        with CaptureQueriesContext(connection) as queries:
            bench.get(client, address, accept_encoding="identity")
        after[address] = len(queries)
    assert after == before


def test_it_would_notice_a_query_for_each_row_of_a_list(client, settings):
    settings.ROOT_URLCONF = __name__
    with pytest.raises(NPlusOneError, match=r"Measure\.worksite"):
        client.get("/measures/")
    assert client.get("/measures/?joined").status_code == 200


def measures(request):
    rows = Measure.objects.select_related("worksite") if "joined" in request.GET else Measure.objects.all()
    return HttpResponse("".join(row.worksite.code for row in rows))


urlpatterns = [path("measures/", measures)]


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
    put(worksite)
    for row in rows:
        row.pk = None
        row._state.adding = True
        row.worksite = worksite
        row.position += 100
        if hasattr(row, "code"):
            row.code += "-2"
        put(row)
