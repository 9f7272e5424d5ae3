"""The search index is kept right by every way in which the content changes."""

from io import StringIO

import pytest
from django.contrib.auth.models import User
from django.core.management import call_command

from initiatives import versions
from initiatives.models import (
    IndexEntry,
    Measure,
    Objective,
    Office,
    OfficeHolder,
    Partnership,
    Revision,
    Sector,
    Steering,
    Term,
    Worksite,
)
from initiatives.search import index as indexing

from ..admin.test_admin import agreed, change, filled_in
from ..conftest import FIXTURES
from ..saving import delete, save
from .test_search import found

pytestmark = [pytest.mark.django_db, pytest.mark.slow]


def save_worksite():
    worksite = Worksite.objects.get(code="1.4-08")
    worksite.title_nl = "Gebouwen"
    save(worksite)


def withdraw_worksite():
    worksite = Worksite.objects.get(code="1.4-08")
    worksite.publication = "withdrawn"
    save(worksite)


def make_the_objective_a_draft():
    objective = Objective.objects.get(code="1.4")
    objective.publication = "draft"
    save(objective, takes_down=True)


def rename_office():
    office = Office.objects.get(code="minister-work")
    office.name_nl, office.publication = "Minister van Arbeid", "draft"
    save(office)


def move_steering():
    """From one worksite and office to others: all four change."""
    row = Steering.objects.get(worksite__code="1.4-02", office__code="minister-digital")
    row.worksite = Worksite.objects.get(code="1.4-11")
    row.office = Office.objects.get(code="minister-mobility")
    save(row)


def rename_sector():
    sector = Sector.objects.get(code="construction")
    sector.name_fr = "Bâtiment"
    save(sector)


def rename_reference():
    objective = Objective.objects.get(code="1.2")
    objective.official_title_nl = "Iets anders"
    save(objective)


def delete_rows():
    delete(*OfficeHolder.objects.filter(name="Pascal Smet"))
    delete(*Measure.objects.filter(worksite__code="1.4-03"))
    delete(*Partnership.objects.all())


def delete_worksite_with_its_parts():
    delete(Worksite.objects.get(code="1.4-03"))


def create_rows():
    worksite = Worksite.objects.get(code="1.4-11")
    save(Measure(worksite=worksite, code="1.4-11-m1", position=1, text_nl="Nieuw", text_fr="Nouveau"))
    office = Office.objects.get(code="minister-mobility")
    wordings = {"wording_nl": "Minister X", "wording_fr": "Ministre X"}
    save(Steering(worksite=worksite, office=office, position=1, **wordings))


def restore_version():
    save_worksite()
    versions.restore(Revision.objects.get(kind="worksite", code="1.4-08", number=1))


def load_again():
    delete_worksite_with_its_parts()
    delete_rows()
    versions.load(FIXTURES)


CHANGES = [
    save_worksite,
    withdraw_worksite,
    make_the_objective_a_draft,
    rename_office,
    move_steering,
    rename_sector,
    rename_reference,
    delete_rows,
    delete_worksite_with_its_parts,
    create_rows,
    restore_version,
    load_again,
]


def reindexed():
    """Return what the command says."""
    output = StringIO()
    call_command("reindex", stdout=output)
    return output.getvalue()


@pytest.mark.parametrize("make_change", CHANGES, ids=lambda change: change.__name__)
def test_it_leaves_nothing_to_reindex_after(make_change):
    entries = set(IndexEntry.objects.values_list("language", "code", "title", "words"))
    make_change()
    assert reindexed() == "Nothing differed.\n"
    if make_change not in (restore_version, load_again):
        assert set(IndexEntry.objects.values_list("language", "code", "title", "words")) != entries


def test_it_leaves_nothing_to_reindex_after_an_editor_s_save_with_all_parts(client):
    client.force_login(User.objects.create(username="editor", is_staff=True, is_superuser=True))
    worksite = Worksite.objects.get(code="1.4-08")
    form = filled_in(client.get(change(worksite)))
    form["title_nl"] = "Gebouwen"
    form["measure_set-0-text_nl"] = "Een zeldzaamwoord"
    form["measure_set-1-DELETE"] = "on"
    form["steering_set-0-wording_nl"] = "Minister van Kabouters"
    assert agreed(client, change(worksite), form).status_code == 302
    assert reindexed() == "Nothing differed.\n"
    assert found("zeldzaamwoord", "nl") == ["measure 1.4-08-m1"]
    assert found("kabouter", "nl") == ["office minister-president", "worksite 1.4-08"]
    assert found("circulair", "nl") == ["term circular-construction"]
    client.post(change(worksite).replace("change", "delete"), {"post": "yes"})
    assert reindexed() == "Nothing differed.\n"


def test_it_says_what_differed_and_mends_it():
    IndexEntry.objects.filter(language="nl", kind="sector", code="horeca").delete()
    IndexEntry.objects.filter(language="fr", kind="office", code="minister-work").update(words="")
    stray = IndexEntry.objects.get(language="fr", kind="measure", code="1.4-08-m1")
    stray.pk, stray.object_id, stray.worksite_id = None, 999_999, 999_999
    stray.save()
    assert reindexed().splitlines() == [
        "- measure 1.4-08-m1 (fr)",
        "+ sector horeca (nl)",
        "~ office minister-work (fr)",
        "3 entries differed.",
    ]
    assert reindexed() == "Nothing differed.\n"
    assert found("horeca", "nl") == ["worksite 1.4-07", "sector horeca", "term horeca", "sector tourism"]


def test_it_indexes_nothing_that_is_not_public():
    withdraw_worksite()
    assert not IndexEntry.objects.exclude(kind="term").filter(words__contains="circulair").exists()
    assert not IndexEntry.objects.filter(kind="worksite", code="1.4-08").exists()


def test_it_follows_the_terms_that_texts_use():
    assert "worksite 1.4-08" in found("POW", "nl")
    term = Term.objects.get(code="training-employment-hub")
    term.abbreviation_nl, term.synonyms_nl = "XYW", "PWO"
    save(term)
    assert "worksite 1.4-08" in found("XYW", "nl")
    term.publication = "draft"
    save(term)
    assert found("XYW", "nl") == []
    delete(term)
    assert indexing.reindex() == []
