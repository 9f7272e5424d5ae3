"""Saving: every change is a version, and nothing half done becomes public."""

from datetime import date

import pytest
from django.urls import reverse
from django.utils import timezone

from initiatives.models import Measure, Objective, Organisation, Revision, Sector

from ..document import Document
from ..editing import FR, NAMES, PUBLISHER, form_of, newest, save, sign_in, text, versions
from ..saving import create, remove, update
from .test_admin import change, errors

pytestmark = pytest.mark.django_db


# Every save is a version -----------------------------------------------------------------------------


def test_it_keeps_a_version_with_editor_note_and_parts(publisher, worksite):
    before = len(versions(worksite))
    answer = save(publisher, worksite, **{"measure_0-text_nl": "Nieuw.", "note": "Nieuwe tekst"})
    assert answer.status_code == 302
    kept = newest(worksite)
    assert len(versions(worksite)) == before + 1
    assert (kept.editor, kept.note, kept.note_language) == (publisher.user, "Nieuwe tekst", "nl")
    assert (kept.action, kept.is_small) == (Revision.Action.CHANGED, False)
    assert "Nieuw." in [row["fields"].get("text_nl") for row in kept.records]


def test_it_keeps_no_version_where_nothing_changed(publisher, worksite):
    before = versions(worksite)
    assert save(publisher, worksite, note="Niets").status_code == 302
    assert versions(worksite) == before


def test_it_keeps_the_version_of_the_item_when_a_part_is_saved_alone(publisher, worksite):
    measure = worksite.measure_set.first()
    assert save(publisher, measure, text_fr=f"{measure.text_fr} Bien.", is_small="on").status_code == 302
    assert newest(worksite).editor == publisher.user
    assert newest(worksite).is_small
    assert f"{measure.text_fr} Bien." in str(newest(worksite).records)


def test_it_refuses_a_note_that_is_too_long_and_saves_nothing(publisher, worksite):
    answer = save(publisher, worksite, title_nl="Anders", note="n" * 301)
    assert list(errors(answer)) == ["note"]
    worksite.refresh_from_db()
    assert worksite.title_nl != "Anders"


@pytest.mark.parametrize("way", ["inline", "alone", "selected"])
def test_it_keeps_a_version_when_a_part_is_deleted(publisher, worksite, way):
    measure = worksite.measure_set.last()
    place = worksite.measure_set.count() - 1
    if way == "inline":
        save(publisher, worksite, **{f"measure_{place}-DELETE": "on"})
    elif way == "alone":
        publisher.post(reverse("admin:initiatives_measure_delete", args=[measure.pk]), {"post": "yes"})
    else:
        data = {"action": "delete_selected", "_selected_action": measure.pk, "post": "yes"}
        publisher.post(reverse("admin:initiatives_measure_changelist"), data)
    assert not Measure.objects.filter(pk=measure.pk).exists()
    assert newest(worksite).editor == publisher.user
    assert measure.code not in str(newest(worksite).records)
    assert measure.code in str(versions(worksite)[1].records)


def test_it_tells_readers_why_a_part_is_gone(publisher, client, worksite):
    address = reverse("admin:initiatives_measure_delete", args=[worksite.measure_set.last().pk])
    [field] = Document(publisher.get(address).content.decode()).all("input", name="note")
    assert field["maxlength"] == "300"
    assert publisher.post(address, {"post": "yes", "note": "Samengevoegd met een andere."}).status_code == 302
    assert newest(worksite).note == "Samengevoegd met een andere."
    assert "Samengevoegd met een andere." in text(client.get("/nl/wijzigingen/"))


def test_it_keeps_why_an_item_was_deleted(publisher, draft):
    address = reverse("admin:initiatives_worksite_delete", args=[draft.pk])
    publisher.post(address, {"post": "yes", "note": f"{'x' * 299}\0éé"})
    kept = Revision.objects.filter(code="1.4-12").order_by("-number")[0]
    assert (kept.action, kept.note) == (Revision.Action.DELETED, f"{'x' * 299}é")


def test_it_keeps_a_deleted_item_so_that_it_can_come_back(publisher, draft):
    address = reverse("admin:initiatives_worksite_delete", args=[draft.pk])
    assert publisher.post(address, {"post": "yes"}).status_code == 302
    kept = Revision.objects.filter(code="1.4-12").order_by("number")
    assert [each.action for each in kept] == ["changed", "deleted"]
    assert [each.editor for each in kept] == [publisher.user, publisher.user]
    assert not any(each.is_public for each in kept)


# The other language ----------------------------------------------------------------------------------


def test_it_marks_the_twin_outdated_until_it_is_changed_too(publisher, worksite):
    save(publisher, worksite, title_nl="Andere titel", **{"measure_1-text_fr": "Autre texte."})
    worksite.refresh_from_db()
    measure = worksite.measure_set.all()[1]
    assert (worksite.outdated_nl, worksite.outdated_fr) == ([], ["title"])
    assert (measure.outdated_nl, measure.outdated_fr) == (["text"], [])
    assert not worksite.measure_set.all()[0].outdated_fr

    save(publisher, worksite, title_fr="Autre titre", **{"measure_1-text_nl": "Andere tekst."})
    worksite.refresh_from_db()
    measure.refresh_from_db()
    assert (worksite.outdated_nl, worksite.outdated_fr) == ([], [])
    assert (measure.outdated_nl, measure.outdated_fr) == ([], [])


def test_it_takes_a_first_translation_as_catching_up(publisher):
    measure = Measure.objects.get(code="1.4-02-m1")
    update(Measure.objects.filter(pk=measure.pk), publication="draft", text_fr="")
    assert save(publisher, measure, text_fr="Enfin traduit.").status_code == 302
    measure.refresh_from_db()
    assert measure.outdated_nl == []
    assert save(publisher, measure, text_nl="Daarna herzien.").status_code == 302
    measure.refresh_from_db()
    assert measure.outdated_fr == ["text"]


def test_it_marks_nothing_outdated_when_both_change_or_the_change_is_small(publisher, worksite):
    old = worksite.measure_set.first().text_nl
    save(publisher, worksite, title_nl="Andere titel", title_fr="Autre titre")
    worksite.refresh_from_db()
    assert (worksite.outdated_nl, worksite.outdated_fr) == ([], [])
    save(publisher, worksite, title_nl="Andere titels", is_small="on", **{"measure_0-text_nl": f"{old}!"})
    worksite.refresh_from_db()
    assert worksite.outdated_fr == worksite.measure_set.first().outdated_fr == []


def test_it_leaves_an_outdated_text_outdated_after_a_small_correction(publisher, worksite):
    save(publisher, worksite, title_nl="Andere titel")
    save(publisher, worksite, title_fr=worksite.title_fr + " ici", is_small="on")
    worksite.refresh_from_db()
    assert worksite.outdated_fr == ["title"]


def test_it_takes_the_editor_s_word_that_a_text_is_still_right(publisher, worksite):
    measure = worksite.measure_set.first()
    hidden = publisher.get(change(worksite)).context["adminform"].form["still_right_fr"]
    assert hidden.is_hidden
    save(publisher, worksite, title_nl="Andere titel", **{"measure_0-text_nl": "Andere tekst."})
    form = publisher.get(change(worksite)).context["adminform"].form
    assert not form["still_right_fr"].is_hidden and form["still_right_nl"].is_hidden
    save(publisher, worksite, still_right_fr="on", **{"measure_0-still_right_fr": "on"})
    worksite.refresh_from_db()
    measure.refresh_from_db()
    assert worksite.outdated_fr == measure.outdated_fr == []
    assert newest(worksite).is_small


def test_it_sees_no_change_in_how_a_browser_ends_lines(publisher):
    objective = Objective.objects.get(code="1.4")
    update(Objective.objects.filter(pk=objective.pk), vision_nl="Een.\n\nTwee.")
    save(publisher, objective, vision_nl="Een.\r\n\r\nTwee.")
    objective.refresh_from_db()
    assert (objective.vision_nl, objective.outdated_fr) == ("Een.\n\nTwee.", [])


# Validated -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("is_small", [False, True])
@pytest.mark.parametrize("role", [FR, PUBLISHER])
def test_it_lets_nobody_stand_for_a_text_that_was_changed_since(role, is_small):
    sector = Sector.objects.first()
    long_ago = {"validated_by_fr": "De administratie", "validated_on_fr": "2026-01-16"}
    update(Sector.objects.filter(pk=sector.pk), provenance_fr="validated", **long_ago)
    sector.refresh_from_db()
    small = {"is_small": "on"} if is_small else {}
    assert save(sign_in(role), sector, name_fr=f"{sector.name_fr}.", **small).status_code == 302
    sector.refresh_from_db()
    signed = (sector.provenance_fr, sector.validated_by_fr, sector.validated_on_fr)
    again = ("validated", NAMES[PUBLISHER], timezone.localdate())
    if role == PUBLISHER and is_small:
        again = ("validated", "De administratie", date(2026, 1, 16))
    assert signed == (again if role == PUBLISHER else ("portal", "", None))


def test_it_makes_no_draft_of_a_page_that_was_public(publisher, language):
    sector = Sector.objects.first()
    answer = save(publisher, sector, publication="draft")
    assert list(errors(answer)) == ["publication"]
    word = {"nl": "publiek", "fr": "publique"}[language]
    assert word in errors(answer)["publication"][0]
    sector.refresh_from_db()
    assert sector.publication == "public"


def test_it_signs_a_validated_text_and_takes_the_signature_away_again(publisher):
    sector = Sector.objects.first()
    assert save(publisher, sector, provenance_fr="validated").status_code == 302
    sector.refresh_from_db()
    assert (sector.validated_by_fr, sector.validated_on_fr) == (NAMES[PUBLISHER], timezone.localdate())
    assert sector.validated_by_nl == ""
    assert save(publisher, sector, provenance_fr="portal").status_code == 302
    sector.refresh_from_db()
    assert (sector.validated_by_fr, sector.validated_on_fr) == ("", None)


def test_it_keeps_the_name_of_another_validator(publisher, worksite):
    changes = {
        "measure_0-provenance_nl": "validated",
        "measure_0-validated_by_nl": "De administratie",
        "measure_0-validated_on_nl": "2026-01-16",
    }
    assert save(publisher, worksite, **changes).status_code == 302
    measure = worksite.measure_set.first()
    assert (measure.validated_by_nl, str(measure.validated_on_nl)) == ("De administratie", "2026-01-16")


# Withdrawing and deleting ----------------------------------------------------------------------------


def test_it_answers_410_with_the_reason_of_a_withdrawal(publisher, client, language):
    sector = Sector.objects.first()
    reasons = {"nl": "Samengevoegd.", "fr": "Fusionné."}
    half = save(publisher, sector, publication="withdrawn", withdrawal_reason_nl=reasons["nl"])
    assert list(errors(half)) == ["withdrawal_reason_fr"]
    answer = save(
        publisher,
        sector,
        publication="withdrawn",
        **{f"withdrawal_reason_{code}": reason for code, reason in reasons.items()},
    )
    assert answer.status_code == 302
    page = client.get(sector.url_in(language))
    assert page.status_code == 410
    assert reasons[language] in text(page)
    assert newest(sector).action == Revision.Action.WITHDRAWN


def test_it_refuses_to_delete_what_others_refer_to_and_names_it(publisher, language):
    organisation = Organisation.objects.filter(partnership__isnull=False).first()
    update(Organisation.objects.filter(pk=organisation.pk), publication="draft")
    Revision.objects.filter(kind="organisation", code=organisation.code).update(is_public=False)
    address = reverse("admin:initiatives_organisation_delete", args=[organisation.pk])
    for page in (publisher.get(address), publisher.post(address, {"post": "yes"})):
        assert page.status_code == 200
        assert {"nl": "kan niet worden verwijderd", "fr": "ne peut pas être supprimé"}[language] in text(page)
        wording = getattr(organisation.partnership_set.first(), f"wording_{language}")
        assert wording in page.context["protected"][0]
    assert Organisation.objects.filter(pk=organisation.pk).exists()


@pytest.mark.parametrize("state", ["public", "withdrawn", "draft again"])
def test_it_deletes_no_page_that_ever_was_public(publisher, state, language):
    sector = Sector.objects.first()
    remove(*sector.worksitesector_set.all())
    update(Sector.objects.filter(pk=sector.pk), publication=state.split()[0])
    page = publisher.get(change(sector))
    assert {"nl": "Trek ze in", "fr": "Retirez-la"}[language] in text(page)
    assert "deletelink" not in page.content.decode()
    address = reverse("admin:initiatives_sector_delete", args=[sector.pk])
    assert publisher.post(address, {"post": "yes"}).status_code == 403
    data = {"action": "delete_selected", "_selected_action": sector.pk, "post": "yes"}
    page = publisher.post(reverse("admin:initiatives_sector_changelist"), data)
    assert {"nl": "was publiek", "fr": "a été publique"}[language] in text(page)
    assert Sector.objects.filter(pk=sector.pk).exists()


def test_it_freezes_the_address_of_a_page_that_ever_was_public(publisher, draft):
    assert save(publisher, draft, slug_nl="andere-werf").status_code == 302
    draft.refresh_from_db()
    assert draft.slug_nl == "andere-werf"
    sector = Sector.objects.first()
    update(Sector.objects.filter(pk=sector.pk), publication="draft")
    form = publisher.get(change(sector)).context["adminform"].form
    assert form.fields["slug_nl"].disabled
    assert "publiek" in str(form.fields["slug_nl"].help_text)
    save(publisher, sector, slug_nl="ander-adres")
    assert Sector.objects.get(pk=sector.pk).slug_nl == sector.slug_nl


# What cannot be ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("publication", "withdrawn"),
        ("slug_nl", "Nieuwe_Werf-"),
        ("measure_set-0-position", "2147483648"),
        ("validated_on_nl", "2999-01-01"),
    ],
)
def test_it_refuses_what_cannot_be_at_its_field(publisher, draft, field, value):
    create(Measure, worksite=draft, code="1.4-12-m1", position=1, text_nl="Een.", publication="draft")
    reasons = {"withdrawal_reason_nl": "Vervallen.", "withdrawal_reason_fr": "Caduc."}
    page = publisher.post(change(draft), form_of(publisher, draft) | reasons | {field: value})
    assert page.status_code == 200
    assert list(errors(page)) == [field]
    draft.refresh_from_db()
    assert (draft.publication, draft.slug_nl) == ("draft", "nieuwe-werf")


# Labels ----------------------------------------------------------------------------------------------


def test_it_names_the_languages_and_not_their_codes(publisher, worksite, language):
    names = {"nl": ("(Nederlands)", "(Frans)"), "fr": ("(néerlandais)", "(français)")}[language]
    for address in (change(worksite), reverse("admin:initiatives_worksite_changelist")):
        page = publisher.get(address).content.decode()
        assert all(name in page for name in names)
        assert "[nl]" not in page and "[fr]" not in page
