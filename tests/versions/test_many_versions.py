"""Thousands of versions: what asks for the newest reads these alone, by an index."""

from datetime import timedelta

import pytest
from django.db import connection
from django.db.models import Max

from initiatives.models import Revision, Worksite
from initiatives.versions.revisions import newest_versions

from ..saving import save

pytestmark = [pytest.mark.django_db, pytest.mark.slow]
VERSIONS = 5000


@pytest.fixture
def many():
    """Keep thousands of versions, and let the database know how many they are."""
    known = list(Revision.objects.filter(kind__in=("worksite", "office", "sector", "term")))
    rows = [
        Revision(
            kind=each.kind,
            code=each.code,
            number=each.number + round_,
            at=each.at + timedelta(minutes=round_),
            action=Revision.Action.CHANGED,
            is_small=round_ % 3 == 0,
            is_public=True,
            records=each.records,
        )
        for round_ in range(1, VERSIONS // len(known) + 2)
        for each in known
    ]
    Revision.objects.bulk_create(rows, batch_size=500)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    return len(rows)


@pytest.fixture
def contents_read(monkeypatch):
    """Return the list of the versions whose content was read."""
    read, field = [], Revision._meta.get_field("records")
    from_db = type(field).from_db_value
    monkeypatch.setattr(
        type(field),
        "from_db_value",
        lambda self, value, *rest: read.append(self.name) or from_db(self, value, *rest),
    )
    return read


def versions_read(read):
    return read.count("records")


def test_it_reads_the_newest_version_of_each_item_and_no_other(many, contents_read):
    assert many >= VERSIONS
    items = Revision.objects.values("kind", "code").distinct().order_by().count()
    assert len(newest_versions()) == items
    assert versions_read(contents_read) == items


def test_saving_an_item_reads_its_newest_version(many, contents_read):
    worksite = Worksite.objects.get(code="1.4-02")
    worksite.title_nl += "."
    save(worksite)
    assert versions_read(contents_read) <= 4


def test_a_list_of_versions_reads_no_content(many, contents_read, client):
    worksite = Worksite.objects.get(code="1.4-02")
    assert client.get(f"{worksite.url_in('nl')}versies/").status_code == 200
    assert client.get(worksite.url_in("fr")).status_code == 200
    assert client.get("/nl/").status_code == 200
    assert client.get("/sitemap.xml").status_code == 200
    assert versions_read(contents_read) == 0


def test_what_pages_ask_is_found_by_an_index(many):
    published = Revision.objects.published()
    asked = {
        "changes of all": (published.changes()[:100], "revision_changes"),
        "the last change": (
            published.filter(is_small=False).order_by("-at").values("at")[:1],
            "revision_changes",
        ),
        "the list of editors": (Revision.objects.all()[:50], "revision_newest"),
        "one kind of item": (Revision.objects.filter(kind="sector")[:50], "revision_newest"),
    }
    if connection.vendor == "sqlite":
        noticed = Revision.objects.noticed().order_by().values("kind").annotate(last=Max("at"))
        asked["what readers could notice"] = (noticed, "COVERING INDEX revision_noticed")
    for what, (rows, index) in asked.items():
        assert index in rows.explain(), what
