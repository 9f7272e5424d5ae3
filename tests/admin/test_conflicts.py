"""Two editors at once, and history: nothing is lost or overwritten unseen."""

import re

import pytest
from django.urls import reverse

from initiatives.models import Objective, Revision, Sector, Worksite

from ..editing import (
    FR,
    NAMES,
    NL,
    PUBLISHER,
    form_of,
    newest,
    restore,
    save,
    sign_in,
    text,
    versions,
    without_its_office,
)
from ..saving import keep, update
from .test_admin import agreed, change, errors, filled_in

pytestmark = pytest.mark.django_db


# Two editors at once ---------------------------------------------------------------------------------


@pytest.fixture
def two(publisher, worksite):
    """Give the form that a publisher has open, while another editor is about to save."""
    return form_of(publisher, worksite), sign_in(NL)


def test_it_tells_the_second_editor_what_changed_and_keeps_what_was_typed(publisher, worksite, language):
    data, first = form_of(publisher, worksite), sign_in(NL)
    old = worksite.measure_set.first().text_nl
    save(first, worksite, **{"measure_0-text_nl": old + " En meer.", "note": "Aangevuld"})
    kept = versions(worksite)
    page = publisher.post(change(worksite), data | {"measure_set-1-text_nl": "Getypt.", "title_fr": "Tapé"})
    assert page.status_code == 200
    assert versions(worksite) == kept
    assert NAMES[NL] in text(page) and "Aangevuld" in text(page)
    assert re.search(r"<ins>.*En meer", page.content.decode())
    sentence = {"nl": "Er is niets opgeslagen", "fr": "Rien n’a été enregistré"}[language]
    assert sentence in errors(page)["__all__"][0]
    again = filled_in(page)
    assert (again["title_fr"], again["measure_set-1-text_nl"]) == ("Tapé", "Getypt.")
    assert again["version"] == kept[0].number

    assert publisher.post(change(worksite), again).status_code == 302
    worksite.refresh_from_db()
    assert worksite.title_fr == "Tapé"
    texts = [measure.text_nl for measure in worksite.measure_set.all()]
    assert texts[:2] == [old + " En meer.", "Getypt."]


def test_it_puts_the_second_text_in_the_place_of_the_first_only_when_told_twice(publisher, worksite, two):
    data, first = two
    save(first, worksite, title_nl="Titel van de eerste")
    page = publisher.post(change(worksite), data | {"title_nl": "Titel van de tweede"})
    worksite.refresh_from_db()
    assert worksite.title_nl == "Titel van de eerste"
    assert publisher.post(change(worksite), filled_in(page)).status_code == 302
    worksite.refresh_from_db()
    assert worksite.title_nl == "Titel van de tweede"


def test_it_lets_no_third_change_slip_between(publisher, worksite, two):
    data, first = two
    save(first, worksite, title_nl="Eerste")
    page = publisher.post(change(worksite), data | {"title_nl": "Tweede"})
    save(first, worksite, title_nl="Derde")
    assert publisher.post(change(worksite), filled_in(page)).status_code == 200
    worksite.refresh_from_db()
    assert worksite.title_nl == "Derde"


@pytest.mark.parametrize("version", ["", "0", "999", "x", None])
def test_it_saves_nothing_from_a_form_of_no_known_version(publisher, worksite, version):
    data = form_of(publisher, worksite) | {"title_nl": "Anders", "version": version}
    if version is None:
        del data["version"]
    assert publisher.post(change(worksite), data).status_code == 200
    worksite.refresh_from_db()
    assert worksite.title_nl != "Anders"


def test_it_holds_for_parts_on_their_own_forms(publisher, worksite, two):
    data, _first = two
    measure = worksite.measure_set.first()
    alone = form_of(publisher, measure)
    assert save(sign_in(NL), measure, text_nl="Alleen.").status_code == 302
    assert publisher.post(change(measure), alone | {"text_nl": "Ook."}).status_code == 200
    assert publisher.post(change(worksite), data | {"measure_set-0-text_nl": "Ook."}).status_code == 200
    measure.refresh_from_db()
    assert measure.text_nl == "Alleen."


def test_it_settles_positions_that_moved_meanwhile(publisher, worksite):
    other = sign_in(PUBLISHER)
    data = form_of(publisher, worksite)
    codes = [measure.code for measure in worksite.measure_set.all()]
    save(other, worksite, **{"measure_0-position": 2, "measure_1-position": 1})
    page = publisher.post(change(worksite), data | {"measure_set-2-text_nl": "Getypt."})
    assert page.status_code == 200
    assert publisher.post(change(worksite), filled_in(page)).status_code == 302
    after = list(worksite.measure_set.all())
    assert [measure.code for measure in after] == [codes[1], codes[0], *codes[2:]]
    assert after[2].text_nl == "Getypt."


def test_it_shows_a_part_that_was_added_meanwhile(publisher, worksite):
    data = form_of(publisher, worksite)
    number = worksite.measure_set.count()
    new = form_of(publisher, worksite) | {
        "measure_set-TOTAL_FORMS": number + 1,
        f"measure_set-{number}-code": "1.4-02-m9",
        f"measure_set-{number}-text_nl": "Erbij gekomen.",
        f"measure_set-{number}-text_fr": "Ajouté.",
        f"measure_set-{number}-publication": "public",
        f"measure_set-{number}-provenance_nl": "portal",
        f"measure_set-{number}-provenance_fr": "portal",
    }
    assert sign_in(PUBLISHER).post(change(worksite), new).status_code == 302
    mine = data | {
        "measure_set-TOTAL_FORMS": number + 1,
        **{name: value for name, value in new.items() if name.startswith(f"measure_set-{number}-")},
        f"measure_set-{number}-code": "1.4-02-m10",
        f"measure_set-{number}-text_nl": "Ook nieuw.",
    }
    page = publisher.post(change(worksite), mine)
    again = filled_in(page)
    assert again[f"measure_set-{number}-text_nl"] == "Erbij gekomen."
    assert again[f"measure_set-{number + 1}-text_nl"] == "Ook nieuw."
    assert publisher.post(change(worksite), again).status_code == 302
    added = worksite.measure_set.order_by("position").values_list("code", flat=True)[number:]
    assert list(added) == ["1.4-02-m9", "1.4-02-m10"]


@pytest.mark.parametrize("touched", [True, False])
def test_it_brings_back_a_part_deleted_meanwhile_only_where_something_was_typed_in_it(
    publisher, worksite, touched, language
):
    data = form_of(publisher, worksite)
    measure = worksite.measure_set.first()
    count = worksite.measure_set.count()
    assert save(sign_in(PUBLISHER), worksite, **{"measure_0-DELETE": "on"}).status_code == 302
    if touched:
        data["measure_set-0-text_nl"] = "Getypt in wat weg is."
    page = publisher.post(change(worksite), data | {"title_nl": "Getypt"})
    assert page.status_code == 200
    said = {"nl": "Iemand heeft deze fiche intussen verwijderd", "fr": "Quelqu’un a supprimé cette fiche"}
    said = said[language]
    assert any(said in sentence for each in errors(page).values() for sentence in each) is touched
    assert publisher.post(change(worksite), filled_in(page)).status_code == 302
    assert worksite.measure_set.count() == (count if touched else count - 1)
    back = worksite.measure_set.filter(code=measure.code)
    assert [each.text_nl for each in back] == (["Getypt in wat weg is."] if touched else [])


@pytest.fixture
def emptied(publisher, worksite):
    """Give the form that an editor has open while a publisher deletes the last measure of the worksite."""
    editor, place = sign_in(NL), worksite.measure_set.count() - 1
    data = form_of(editor, worksite)
    assert save(publisher, worksite, **{f"measure_{place}-DELETE": "on"}).status_code == 302
    return editor, data, place


@pytest.mark.parametrize("kind", ["measure", "steering"])
def test_it_tells_editors_nothing_of_parts_that_they_left_alone(publisher, worksite, kind):
    editor = sign_in(NL)
    data = form_of(editor, worksite)
    data |= {"title_nl": "Getypt", "steering_set-0-wording_nl": "Ook getypt"}
    count = data[f"{kind}_set-TOTAL_FORMS"] - 1
    taken = form_of(publisher, worksite) | {f"{kind}_set-{count}-DELETE": "on"}
    assert agreed(publisher, change(worksite), taken).status_code == 302
    page = editor.post(change(worksite), data)
    assert list(errors(page)) == ["__all__"]
    again = filled_in(page)
    assert (again["title_nl"], again[f"{kind}_set-TOTAL_FORMS"]) == ("Getypt", count)
    assert editor.post(change(worksite), again).status_code == 302
    worksite.refresh_from_db()
    assert worksite.title_nl == "Getypt"
    assert worksite.steering_set.first().wording_nl == "Ook getypt"


def test_it_never_says_saved_while_text_typed_in_a_deleted_part_would_go(worksite, emptied):
    editor, data, place = emptied
    written = {f"measure_set-{place}-text_nl": "Getypt in wat weg is."}
    written |= {"title_nl": "Getypt", "note": "Aangevuld"}
    page, before = editor.post(change(worksite), data | written), versions(worksite)
    for _time in range(3):
        assert page.status_code == 200 and versions(worksite) == before
        [sentence] = errors(page)[f"measure_set-{place}-__all__"]
        assert "publicatieverantwoordelijke" in sentence
        again = filled_in(page)
        assert again[f"measure_set-{place}-text_nl"] == "Getypt in wat weg is."
        assert again["note"] == "Aangevuld"
        page = editor.post(change(worksite), again)
    # Once emptied it stands in the way of the rest no longer.
    emptied = {name: "" for name in again if re.fullmatch(rf"measure_set-{place}-\w+_nl", name)}
    assert editor.post(change(worksite), again | emptied).status_code == 302
    assert newest(worksite).note == "Aangevuld"
    assert worksite.measure_set.count() == place


def test_it_saves_the_rest_once_the_deleted_part_was_taken_out(worksite, emptied):
    editor, data, place = emptied
    page = editor.post(change(worksite), data | {f"measure_set-{place}-text_nl": "Weg.", "note": "Rest"})
    again = filled_in(page) | {"measure_set-TOTAL_FORMS": place, "measure_set-0-text_nl": "Rest."}
    assert editor.post(change(worksite), again).status_code == 302
    assert worksite.measure_set.first().text_nl == "Rest."


@pytest.mark.parametrize("way", ["inline", "alone"])
def test_it_gives_back_what_was_written_in_a_part_that_is_gone(publisher, worksite, way, language):
    editor, measure = sign_in(FR, language), worksite.measure_set.get(position=1)
    data = form_of(editor, measure) | {"text_fr": "Une <phrase>.\r\nEt une autre.", "note": "Complété"}
    if way == "inline":
        save(publisher, worksite, **{"measure_0-DELETE": "on"})
    else:
        publisher.post(reverse("admin:initiatives_measure_delete", args=[measure.pk]), {"post": "yes"})
    page = editor.post(change(measure), data)
    assert page.status_code == 410
    assert "Une &lt;phrase&gt;.\r\nEt une autre." in page.content.decode() and "Complété" in text(page)
    assert {"nl": "publicatieverantwoordelijke", "fr": "responsable de publication"}[language] in text(page)
    assert NAMES[PUBLISHER] in text(page)
    assert (
        reverse("admin:initiatives_revision_change", args=[versions(worksite)[1].pk]) in page.content.decode()
    )


def test_it_gives_back_what_was_written_in_an_item_that_is_gone(publisher, draft):
    editor = sign_in(NL)
    data = form_of(editor, draft) | {"title_nl": "Met zorg geschreven"}
    publisher.post(reverse("admin:initiatives_worksite_delete", args=[draft.pk]), {"post": "yes"})
    page = editor.post(change(draft), data)
    assert page.status_code == 410
    assert "Met zorg geschreven" in text(page) and f"{NAMES[PUBLISHER]}: verwijderd" in text(page)


@pytest.mark.parametrize("item", ["", "x", "worksite 9.9-99", "worksite \0", None])
def test_it_gives_back_what_was_written_in_what_it_knows_nothing_of(publisher, item):
    address = reverse("admin:initiatives_measure_change", args=[99999])
    page = publisher.post(address, {"text_nl": "Geschreven."} | ({} if item is None else {"item": item}))
    assert page.status_code == 410 and "Geschreven." in text(page)
    assert publisher.get(address).status_code == 302


# History ---------------------------------------------------------------------------------------------


def test_it_tells_the_history_of_an_item_and_of_its_parts(publisher, worksite, language):
    measure = worksite.measure_set.first()
    texts = {"nl": measure.text_nl + " Volledig.", "fr": measure.text_fr + " Complet."}
    save(sign_in(FR, "fr"), worksite, **{"measure_0-text_fr": texts["fr"], "note": "Complété"})
    save(publisher, worksite, **{"measure_0-text_nl": texts["nl"], "measure_1-publication": "draft"})
    for record in (worksite, measure):
        address = reverse(f"admin:initiatives_{record._meta.model_name}_history", args=[record.pk])
        page = publisher.get(address)
        source = page.content.decode()
        assert re.search(r"<ins>[^\n]*Volledig", source) and re.search(r"<ins>[^\n]*Complet", source)
        assert NAMES[FR] in text(page) and "Complété" in text(page)
        assert {"nl": "concept", "fr": "brouillon"}[language] in source
    content = source.partition("content-main")[2]
    assert content.index("Volledig") < content.index("Complet")


def test_it_brings_a_version_back_as_a_new_one_with_its_parts(publisher, worksite):
    first = newest(worksite)
    save(publisher, worksite, title_nl="Andere titel", **{"measure_0-DELETE": "on"})
    assert restore(publisher, first, note="Terug").status_code == 302
    again = newest(worksite)
    assert again.records == first.records
    assert (again.number, again.action) == (first.number + 2, Revision.Action.RESTORED)
    assert (again.editor, again.note) == (publisher.user, "Terug")


def test_it_brings_nothing_back_over_what_was_changed_meanwhile(publisher, worksite):
    first = newest(worksite)
    save(publisher, worksite, title_nl="Andere titel")
    address = reverse("admin:initiatives_revision_restore", args=[first.pk])
    page = publisher.post(address, {"version": first.number})
    assert page.status_code == 200 and page.context["problems"]
    worksite.refresh_from_db()
    assert worksite.title_nl == "Andere titel"


def test_it_brings_a_deleted_item_back(publisher, draft):
    update(Objective.objects.filter(code="1.4"), announced_worksites=12)
    keep(Objective.objects.get(code="1.4"))
    publisher.post(reverse("admin:initiatives_worksite_delete", args=[draft.pk]), {"post": "yes"})
    gone = Revision.objects.filter(code="1.4-12").order_by("-number")[0]
    assert publisher.get(reverse("admin:initiatives_revision_change", args=[gone.pk])).context["may_restore"]
    assert restore(publisher, gone).status_code == 302
    assert Worksite.objects.get(code="1.4-12").title_nl == "Nieuwe werf"


def test_it_says_why_a_version_cannot_come_back_and_changes_nothing(publisher, draft, language):
    page = restore(publisher, without_its_office(publisher, draft))
    [sentence] = page.context["problems"]
    assert "new-office" in sentence and {"nl": "sleutel", "fr": "clé"}[language] in sentence
    assert not Worksite.objects.filter(code="1.4-12").exists()


def test_it_lists_and_searches_versions_and_shows_one_in_both_languages(publisher, worksite, language):
    save(publisher, worksite, title_nl="Andere titel", note="Zoekbaar")
    listing = reverse("admin:initiatives_revision_changelist")
    found = publisher.get(listing, {"q": "zoekbaar", "kind": "worksite"}).context["cl"].result_list
    assert list(found) == [newest(worksite)]
    assert publisher.get(listing, {"kind": "sector"}).context["cl"].result_count == Sector.objects.count()
    page = publisher.get(reverse("admin:initiatives_revision_change", args=[newest(worksite).pk]))
    source = page.content.decode()
    assert "<ins>" in source and "Andere titel" in text(page)
    assert worksite.measure_set.first().text_fr[:30] in text(page)


def test_it_lets_a_publisher_correct_a_note_and_nothing_else(publisher, worksite):
    revision = newest(worksite)
    address = reverse("admin:initiatives_revision_change", args=[revision.pk])
    data = {"note": "Beter", "is_small": "on", "number": 77, "records": "[]", "code": "x"}
    assert publisher.post(address, data).status_code == 302
    after = Revision.objects.get(pk=revision.pk)
    assert after.note == "Beter"
    assert (after.number, after.is_small, after.records) == (
        revision.number,
        revision.is_small,
        revision.records,
    )
    assert sign_in(NL).post(address, {"note": "Slechter"}).status_code == 403
    assert publisher.get(reverse("admin:initiatives_revision_add")).status_code == 403
    assert publisher.get(reverse("admin:initiatives_revision_delete", args=[revision.pk])).status_code == 403
