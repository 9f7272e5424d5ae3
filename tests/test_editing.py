"""Saving: every change is a version, nothing is lost or overwritten unseen, and each role has its limits."""

import re

import pytest
from django.conf import settings
from django.contrib.auth.models import Permission, User
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from initiatives import history
from initiatives.models import Measure, Milestone, Objective, Organisation, Revision, Sector, Worksite

from .test_admin import add, change, errors, filled_in

pytestmark = pytest.mark.django_db
NL, FR, PUBLISHER = "edit_nl", "edit_fr", "publish"
NAMES = {NL: "Noor Peeters", FR: "Fatou Diallo", PUBLISHER: "Pia Servais"}


def sign_in(role, language="nl"):
    """Give the browser of someone in this role."""
    first, last = NAMES[role].split()
    user, is_new = User.objects.get_or_create(
        username=first.lower(), first_name=first, last_name=last, is_staff=True
    )
    if is_new:
        user.user_permissions.add(Permission.objects.get(codename=role))
    browser = Client()
    browser.force_login(user)
    browser.cookies[settings.LANGUAGE_COOKIE_NAME] = language
    browser.user = user
    return browser


@pytest.fixture
def publisher(request):
    language = request.getfixturevalue("language") if "language" in request.fixturenames else "nl"
    return sign_in(PUBLISHER, language)


@pytest.fixture
def worksite():
    """Give a worksite with several measures, a cross-reference or none, steering and sectors."""
    return Worksite.objects.get(code="1.4-02")


def form_of(browser, record):
    return filled_in(browser.get(change(record)))


def save(browser, record, **changes):
    """Change some fields of a record in its form, and give the answer."""
    data = form_of(browser, record)
    for name, value in changes.items():
        data[name.replace("measure_", "measure_set-")] = value
    return browser.post(change(record), data)


def versions(item):
    return list(Revision.objects.of(item))


def newest(item):
    return versions(item)[0]


def text(page):
    return " ".join(re.sub(r"<[^>]+>", " ", page.content.decode()).split())


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
    assert save(publisher, measure, text_fr="Nouveau texte.", is_small="on").status_code == 302
    assert newest(worksite).editor == publisher.user
    assert newest(worksite).is_small
    assert "Nouveau texte." in str(newest(worksite).records)


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


@pytest.fixture
def draft(publisher):
    """Give a new worksite that never was public, made in the admin."""
    data = filled_in(publisher.get(add(Worksite)))
    data |= {"objective": Objective.objects.get(code="1.4").pk, "number": 12, "code": "1.4-12"}
    data |= {"title_nl": "Nieuwe werf", "slug_nl": "nieuwe-werf", "note": "Begonnen"}
    assert publisher.post(add(Worksite), data).status_code == 302
    return Worksite.objects.get(code="1.4-12")


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
    Measure.objects.filter(pk=measure.pk).update(publication="draft", text_fr="")
    assert save(publisher, measure, text_fr="Enfin traduit.").status_code == 302
    measure.refresh_from_db()
    assert measure.outdated_nl == []
    assert save(publisher, measure, text_nl="Daarna herzien.").status_code == 302
    measure.refresh_from_db()
    assert measure.outdated_fr == ["text"]


def test_it_marks_nothing_outdated_when_both_change_or_the_change_is_small(publisher, worksite):
    save(publisher, worksite, title_nl="Andere titel", title_fr="Autre titre")
    worksite.refresh_from_db()
    assert (worksite.outdated_nl, worksite.outdated_fr) == ([], [])
    save(publisher, worksite, title_nl="Andere titels", is_small="on", **{"measure_0-text_nl": "Klein."})
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
    Objective.objects.filter(pk=objective.pk).update(vision_nl="Een.\n\nTwee.")
    save(publisher, objective, vision_nl="Een.\r\n\r\nTwee.")
    objective.refresh_from_db()
    assert (objective.vision_nl, objective.outdated_fr) == ("Een.\n\nTwee.", [])


# Validated -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("role", [FR, PUBLISHER])
def test_it_lets_nobody_stand_for_a_text_that_was_changed_since(role):
    sector = Sector.objects.first()
    long_ago = {"validated_by_fr": "De administratie", "validated_on_fr": "2026-01-16"}
    Sector.objects.filter(pk=sector.pk).update(provenance_fr="validated", **long_ago)
    sector.refresh_from_db()
    assert save(sign_in(role), sector, name_fr="Autre nom").status_code == 302
    sector.refresh_from_db()
    signed = (sector.provenance_fr, sector.validated_by_fr, sector.validated_on_fr)
    again = {FR: ("portal", "", None), PUBLISHER: ("validated", NAMES[PUBLISHER], timezone.localdate())}
    assert signed == again[role]


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
    Organisation.objects.filter(pk=organisation.pk).update(publication="draft")
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
    sector.worksitesector_set.all().delete()
    Sector.objects.filter(pk=sector.pk).update(publication=state.split()[0])
    page = publisher.get(change(sector))
    assert {"nl": "Trek ze in", "fr": "Retirez-la"}[language] in text(page)
    assert "deletelink" not in page.content.decode()
    address = reverse("admin:initiatives_sector_delete", args=[sector.pk])
    assert publisher.post(address, {"post": "yes"}).status_code == 403
    data = {"action": "delete_selected", "_selected_action": sector.pk, "post": "yes"}
    page = publisher.post(reverse("admin:initiatives_sector_changelist"), data)
    assert {"nl": "was publiek", "fr": "était publi"}[language] in text(page)
    assert Sector.objects.filter(pk=sector.pk).exists()


def test_it_freezes_the_address_of_a_page_that_ever_was_public(publisher, draft):
    assert save(publisher, draft, slug_nl="andere-werf").status_code == 302
    draft.refresh_from_db()
    assert draft.slug_nl == "andere-werf"
    sector = Sector.objects.first()
    Sector.objects.filter(pk=sector.pk).update(publication="draft")
    form = publisher.get(change(sector)).context["adminform"].form
    assert form.fields["slug_nl"].disabled
    assert "publiek" in str(form.fields["slug_nl"].help_text)
    save(publisher, sector, slug_nl="ander-adres")
    assert Sector.objects.get(pk=sector.pk).slug_nl == sector.slug_nl


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


def restore(browser, revision, **data):
    address = reverse("admin:initiatives_revision_restore", args=[revision.pk])
    page = browser.get(address)
    if page.status_code != 200:
        return browser.post(address, {"version": 999} | data)
    return browser.post(address, {"version": page.context["newest"].number} | data)


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
    Objective.objects.filter(code="1.4").update(announced_worksites=12)
    history.keep(Objective.objects.get(code="1.4"))
    publisher.post(reverse("admin:initiatives_worksite_delete", args=[draft.pk]), {"post": "yes"})
    gone = Revision.objects.filter(code="1.4-12").order_by("-number")[0]
    assert publisher.get(reverse("admin:initiatives_revision_change", args=[gone.pk])).context["may_restore"]
    assert restore(publisher, gone).status_code == 302
    assert Worksite.objects.get(code="1.4-12").title_nl == "Nieuwe werf"


def test_it_says_why_a_version_cannot_come_back_and_changes_nothing(publisher, draft, language):
    publisher.post(reverse("admin:initiatives_worksite_delete", args=[draft.pk]), {"post": "yes"})
    gone = Revision.objects.filter(code="1.4-12").order_by("-number")[0]
    page = restore(publisher, gone)
    [sentence] = page.context["problems"]
    assert {"nl": "kondigt 11 werven aan", "fr": "annonce 11 chantiers"}[language] in sentence
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


# What each role may not do ---------------------------------------------------------------------------

OTHER = {NL: "fr", FR: "nl"}
OWN = {NL: "nl", FR: "fr"}
EDITORS = pytest.mark.parametrize("role", [NL, FR])


@EDITORS
def test_an_editor_changes_the_texts_of_one_language(role, worksite):
    field = f"title_{OWN[role]}"
    changes = {field: "Mijn titel", f"measure_0-text_{OWN[role]}": "Mijn tekst.", "note": "Gedaan"}
    assert save(sign_in(role), worksite, **changes).status_code == 302
    worksite.refresh_from_db()
    assert getattr(worksite, field) == "Mijn titel"
    assert getattr(worksite, f"outdated_{OTHER[role]}") == ["title"]
    assert newest(worksite).note == "Gedaan"


@EDITORS
@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("title_{other}", "Anders"),
        ("slug_{own}", "anders"),
        ("number", 99),
        ("code", "1.4-99"),
        ("is_announced_only", "on"),
        ("publication", "withdrawn"),
        ("publication", "draft"),
        ("provenance_{own}", "validated"),
        ("validated_by_{own}", "Ikzelf"),
        ("validated_on_{own}", "2026-01-16"),
        ("outdated_{own}", '["title"]'),
        ("still_right_{other}", "on"),
        ("measure_0-text_{other}", "Anders"),
        ("measure_0-position", 9),
        ("measure_0-publication", "draft"),
        ("measure_0-provenance_{own}", "validated"),
        ("measure_0-DELETE", "on"),
        ("steering_set-0-office", 1),
        ("steering_set-0-DELETE", "on"),
    ],
)
def test_an_editor_changes_nothing_else_by_a_request_of_their_own(role, worksite, field, value):
    other = OTHER[role]
    Worksite.objects.filter(pk=worksite.pk).update(**{f"outdated_{other}": ["title"]})
    history.keep(Worksite.objects.get(pk=worksite.pk))
    before = newest(worksite)
    name = field.format(own=OWN[role], other=other)
    save(sign_in(role), worksite, **{name: value})
    assert newest(worksite) == before
    assert history.as_kept([Worksite.objects.get(pk=worksite.pk)]) == before.records[:1]


@EDITORS
def test_an_editor_adds_nothing(role, worksite):
    browser = sign_in(role)
    for model in (Worksite, Measure, Sector, Milestone):
        assert browser.get(add(model)).status_code == 403
        assert browser.post(add(model), {"code": "x"}).status_code == 403
    number = worksite.measure_set.count()
    data = form_of(browser, worksite) | {
        "measure_set-TOTAL_FORMS": number + 1,
        f"measure_set-{number}-code": "1.4-02-m9",
        f"measure_set-{number}-text_nl": "Erbij.",
        f"measure_set-{number}-publication": "draft",
        f"measure_set-{number}-position": 9,
    }
    browser.post(change(worksite), data)
    assert worksite.measure_set.count() == number


@EDITORS
def test_an_editor_deletes_nothing_and_brings_nothing_back(role, publisher, draft):
    browser = sign_in(role)
    measure = Measure.objects.first()
    for record in (draft, measure):
        name = record._meta.model_name
        address = reverse(f"admin:initiatives_{name}_delete", args=[record.pk])
        assert browser.post(address, {"post": "yes"}).status_code == 403
        data = {"action": "delete_selected", "_selected_action": record.pk, "post": "yes"}
        browser.post(reverse(f"admin:initiatives_{name}_changelist"), data)
        assert type(record).objects.filter(pk=record.pk).exists()
    first = newest(measure.worksite)
    save(publisher, measure, text_nl="Anders.")
    assert restore(browser, first).status_code == 403
    assert newest(measure.worksite) != first
    page = browser.get(reverse("admin:initiatives_worksite_history", args=[measure.worksite_id]))
    assert "/restore/" not in page.content.decode()


def test_an_account_without_a_role_sees_and_changes_nothing(worksite):
    browser = Client()
    browser.force_login(User.objects.create_user("nobody", is_staff=True))
    for address in (
        change(worksite),
        add(Worksite),
        reverse("admin:initiatives_worksite_changelist"),
        reverse("admin:initiatives_worksite_history", args=[worksite.pk]),
        reverse("admin:initiatives_revision_changelist"),
    ):
        assert browser.get(address).status_code == 403
    assert browser.post(change(worksite), {"title_nl": "Anders"}).status_code == 403


@pytest.mark.parametrize("role", [NL, FR, PUBLISHER])
def test_no_role_for_the_content_reaches_the_accounts(role):
    browser = sign_in(role)
    for name in ("user_changelist", "user_add", "group_changelist"):
        assert browser.get(reverse(f"admin:auth_{name}")).status_code == 403
    address = reverse("admin:auth_user_change", args=[browser.user.pk])
    assert browser.post(address, {"is_superuser": "on"}).status_code == 403
    assert not User.objects.get(pk=browser.user.pk).is_superuser


def test_the_partnerships_of_an_organisation_are_edited_with_the_objective(publisher):
    organisation = Organisation.objects.filter(partnership__isnull=False).first()
    partnership = organisation.partnership_set.first()
    answer = save(publisher, organisation, **{"partnership_set-0-wording_nl": "Anders"})
    assert answer.status_code == 302
    partnership.refresh_from_db()
    assert partnership.wording_nl != "Anders"


# Labels ----------------------------------------------------------------------------------------------


def test_it_names_the_languages_and_not_their_codes(publisher, worksite, language):
    names = {"nl": ("(Nederlands)", "(Frans)"), "fr": ("(néerlandais)", "(français)")}[language]
    for address in (change(worksite), reverse("admin:initiatives_worksite_changelist")):
        page = publisher.get(address).content.decode()
        assert all(name in page for name in names)
        assert "[nl]" not in page and "[fr]" not in page
