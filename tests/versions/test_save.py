"""The one way in: what a change does, in which order, and that nothing is written around it."""

from datetime import date

import pytest
from django.core import serializers
from django.core.exceptions import ValidationError
from django.core.management import CommandError, call_command
from django.db import IntegrityError, transaction
from django.utils.html import escape

from accounts.models import Entry
from initiatives.admin.permissions import editor_of  # noqa: F401 – the admin is loaded, and goes this way
from initiatives.content.files import ContentError
from initiatives.models import (
    CONTENT,
    ContentVersion,
    Measure,
    Objective,
    Office,
    Page,
    Pillar,
    Revision,
    Strategy,
    Term,
    Worksite,
)
from initiatives.models.querysets import OutsideChangeError
from initiatives.versions import change

from ..editing import NL, PUBLISHER, sign_in
from ..saving import delete, save
from ..search.test_search import found

pytestmark = pytest.mark.django_db


def number():
    return ContentVersion.objects.values_list("number", flat=True).first() or 0


def worksite():
    return Worksite.objects.get(code="1.4-02")


# Around it -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("model", CONTENT, ids=lambda model: model.__name__)
def test_nothing_is_written_around_it(model):
    record = model.objects.first()
    ways = [
        record.save,
        record.delete,
        model.objects.all().delete,
        lambda: model.objects.update(publication="draft"),
        lambda: model.objects.create(publication="draft"),
        lambda: model.objects.bulk_create([record]),
        lambda: model.objects.bulk_update([record], ["publication"]),
    ]
    for way in ways:
        with (
            pytest.raises(OutsideChangeError, match=r"from initiatives\.versions import change"),
            transaction.atomic(),
        ):
            way()
    assert model.objects.get(pk=record.pk).publication == record.publication


def test_django_s_own_loading_is_refused(tmp_path):
    rows = serializers.serialize("json", Worksite.objects.all())
    (tmp_path / "worksites.json").write_text(rows.replace("werf", "muur"))
    with pytest.raises(CommandError, match="load_content"):
        call_command("loaddata", tmp_path / "worksites.json", verbosity=0)
    assert not Worksite.objects.filter(slug_nl__contains="muur").exists()


def test_it_writes_nothing_of_a_change_that_fails(django_assert_num_queries):
    before = (Revision.objects.count(), number(), Entry.objects.count())
    with pytest.raises(IntegrityError), transaction.atomic(), change() as this:
        first, second = worksite().measure_set.all()[:2]
        first.text_nl = "Anders"
        this.save(first)
        second.position = first.position
        this.save(second)
    assert (Revision.objects.count(), number(), Entry.objects.count()) == before
    assert worksite().measure_set.first().text_nl != "Anders"


# What it does ----------------------------------------------------------------------------------------


def test_it_keeps_one_version_of_each_item_that_differs_brings_search_in_step_and_raises_the_number():
    before, counted = number(), Revision.objects.count()
    with change(note="Aangevuld") as this:
        for measure in worksite().measure_set.all():
            measure.text_nl += " Zeldzaamwoord."
            this.save(measure)
        other = Worksite.objects.get(code="1.4-03")
        this.save(other)  # as it was
    assert [(each.code, each.note) for each in this.versions] == [("1.4-02", "Aangevuld")]
    assert Revision.objects.count() == counted + 1
    assert "measure 1.4-02-m1" in found("zeldzaamwoord", "nl")
    assert number() == before + 1


def test_it_raises_no_number_for_what_readers_do_not_see():
    with change() as this:
        draft = Worksite(objective=worksite().objective, number=12, code="1.4-12", publication="draft")
        this.save(draft)
    before = number()
    assert [each.code for each in this.versions] == ["1.4-12"]
    with change() as this:
        draft.title_nl = "Nog niet"
        this.save(draft)
    assert this.versions
    assert number() == before


def test_it_raises_the_number_when_something_is_withdrawn_and_when_it_comes_back():
    before, page = number(), worksite()
    page.publication, page.withdrawal_reason_nl, page.withdrawal_reason_fr = "withdrawn", "Weg.", "Parti."
    save(page)
    assert number() == before + 1
    assert Revision.objects.of(page).first().action == Revision.Action.WITHDRAWN
    page.publication = Page.Publication.PUBLIC
    save(page)
    assert number() == before + 2


def test_the_last_version_of_what_is_deleted_keeps_what_it_was():
    with change() as this:
        this.save(Worksite(objective=worksite().objective, number=12, code="1.4-12", publication="draft"))
    with change(note="Vergissing") as this:
        this.delete(Worksite.objects.get(code="1.4-12"))
    [version] = this.versions
    assert (version.action, version.number, version.note) == ("deleted", 2, "Vergissing")
    assert version.records[0]["fields"]["number"] == 12


def test_a_part_that_moves_to_another_item_makes_a_version_of_both():
    measure = Measure.objects.get(code="1.4-02-m1")
    measure.worksite, measure.position = Worksite.objects.get(code="1.4-11"), 1
    with change() as this:
        this.save(measure)
    assert sorted(each.code for each in this.versions) == ["1.4-02", "1.4-11"]


# States ----------------------------------------------------------------------------------------------


def test_a_text_that_changed_alone_leaves_its_twin_outdated_whoever_saves_it():
    page = worksite()
    page.title_nl += " en meer"
    save(page)
    assert worksite().outdated_fr == ["title"]
    page = worksite()
    page.title_fr += " et plus"
    save(page)
    assert worksite().outdated_fr == []


def test_a_small_change_leaves_the_other_language_right():
    page = worksite()
    page.title_nl += "."
    save(page, is_small=True)
    assert worksite().outdated_fr == []


def validated():
    page = worksite()
    page.provenance_fr, page.validated_by_fr, page.validated_on_fr = "validated", "Iemand", date(2026, 1, 5)
    save(page)
    return worksite()


def test_nobody_stands_for_a_validated_text_that_somebody_changed():
    page = validated()
    page.title_fr += " et plus"
    save(page, editor=sign_in(NL).user)
    page = worksite()
    assert (page.provenance_fr, page.validated_by_fr, page.validated_on_fr) == ("portal", "", None)


def test_a_publisher_who_changes_a_validated_text_stands_for_it():
    page = validated()
    page.title_fr += " et plus"
    save(page, editor=sign_in(PUBLISHER).user)
    assert worksite().validated_by_fr == "Pia Servais"


def test_a_change_by_nobody_carries_no_signature_over():
    page = validated()
    page.title_fr += " et plus"
    with pytest.raises(ValidationError, match="changed after it was validated"):
        save(page)
    assert worksite().title_fr + " et plus" == page.title_fr
    page.validated_on_fr = date(2026, 2, 5)
    save(page)
    assert worksite().title_fr == page.title_fr


def test_a_printed_text_that_changed_is_the_portals():
    page = worksite()
    page.title_nl += " x"
    with change() as this:
        assert this.save(page) == ["title_nl"]
    assert worksite().provenance_nl == "portal"
    other = Worksite.objects.get(code="1.4-03")
    other.title_nl += " x"
    with change() as this:
        assert this.save(other, as_printed=["nl"]) == []
    assert Worksite.objects.get(code="1.4-03").provenance_nl == "source"


# What it refuses -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("model", "publication"),
    [(Strategy, "draft"), (Pillar, "draft"), (Objective, "withdrawn")],
    ids=lambda value: getattr(value, "__name__", value),
)
def test_no_page_goes_with_what_stands_above_it_by_accident(client, model, publication):

    objective = Objective.objects.main().get()
    above = {Strategy: objective.strategy, Pillar: objective.pillar, Objective: objective}[model]
    above.publication = publication
    with pytest.raises(ContentError) as refused:
        save(above)
    [sentence] = refused.value.sentences
    assert Worksite.objects.first().title_nl in sentence
    assert client.get("/nl/werven/").status_code == 200
    save(above, takes_down=True)
    assert client.get("/nl/werven/").status_code == 410


def test_what_takes_no_other_page_with_it_needs_no_asking():
    office = Office.objects.first()
    office.publication = "withdrawn"
    office.withdrawal_reason_nl, office.withdrawal_reason_fr = "Voorbij.", "Terminé."
    save(office)
    assert Office.objects.withdrawn().exists()


def test_the_address_of_a_deleted_measure_or_term_says_what_was_there(client):
    measure, term = Measure.objects.get(code="1.4-02-m1"), Term.objects.first()
    delete(measure, term)
    for path, words in (
        (f"/id/measure/{measure.code}", measure.text_nl),
        (f"/id/term/{term.code}", term.name_nl),
    ):
        response = client.get(path)
        assert response.status_code == 410
        assert escape(words) in response.content.decode()
