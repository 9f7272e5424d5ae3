"""Before a page is published or withdrawn its publisher reads what comes with that, and agrees."""

import pytest
from django.urls import reverse
from django.utils.html import escape

from initiatives.models import Measure, Objective, Office, Pillar, Sector, Strategy, Worksite

from ..editing import form_of, save, sign_in, text
from ..pages.test_withdrawals import draft_twelfth
from ..saving import create, keep, update
from .test_admin import change

pytestmark = pytest.mark.django_db
REASONS = {"withdrawal_reason_nl": "Voorbij.", "withdrawal_reason_fr": "Terminé."}
READ = {"nl": "Voor dit wordt opgeslagen", "fr": "Avant l’enregistrement"}


def publish(browser, record, **more):
    return browser.post(change(record), form_of(browser, record) | {"publication": "public"} | more)


def withdraw(browser, record, publication="withdrawn", **more):
    reasons = REASONS if hasattr(record, "withdrawal_reason_nl") else {}
    data = form_of(browser, record) | {"publication": publication} | reasons
    return browser.post(change(record), data | more)


@pytest.fixture
def twelfth(publisher):
    """Return a draft worksite with a measure that is complete, and one that is not."""
    worksite = draft_twelfth()
    texts = {"text_nl": "Iets.", "text_fr": "Quelque chose."}
    create(Measure, worksite=worksite, code="1.4-12-m1", position=1, publication="draft", **texts)
    create(Measure, worksite=worksite, code="1.4-12-m2", position=2, publication="draft", text_nl="Half.")
    keep(worksite)
    return worksite


# Publishing -------------------------------------------------------------------------------------------


def test_a_page_and_its_parts_go_public_together(publisher, client, twelfth):
    first = publish(publisher, twelfth, **{"measure_set-1-text_fr": "Moitié."})
    assert first.status_code == 200
    page = text(first)
    assert READ["nl"] in page and "2 onderdelen zijn concepten" in page
    assert "de doelstelling kondigt er 11 aan" in page
    assert client.get("/nl/werven/twaalfde/").status_code == 404
    agreed = {"measure_set-1-text_fr": "Moitié.", "confirmed": first.context["adminform"].form.agreement}
    assert publish(publisher, twelfth, **agreed).status_code == 302
    shown = text(client.get("/nl/werven/twaalfde/"))
    assert "Iets." in shown and "Half." in shown


def test_a_part_that_lacks_a_language_is_named_and_nothing_is_saved(publisher, twelfth):
    answer = save(publisher, twelfth, publication="public")
    assert answer.status_code == 200
    twelfth.refresh_from_db()
    assert twelfth.publication == "draft"
    errors = [
        form.errors for formset in answer.context["inline_admin_formsets"] for form in formset.formset.forms
    ]
    assert [list(each) for each in errors if each] == [["text_fr"]]


def test_a_part_can_be_kept_back(publisher, client, twelfth):
    assert save(publisher, twelfth, publication="public", **{"measure_1-keep_back": "on"}).status_code == 302
    shown = text(client.get("/nl/werven/twaalfde/"))
    assert "Iets." in shown and "Half." not in shown


def test_a_new_part_of_a_public_page_is_public(publisher, client):
    worksite = Worksite.objects.get(code="1.4-02")
    data = form_of(publisher, worksite)
    number = int(data["measure_set-TOTAL_FORMS"])
    page = publisher.get(change(worksite))
    [formset] = [each.formset for each in page.context["inline_admin_formsets"] if each.opts.model is Measure]
    blank = {f"measure_set-{number}-{each.name}": each.initial or "" for each in formset.empty_form}
    new = {"code": "1.4-02-m9", "text_nl": "Een negende.", "text_fr": "Une neuvième."}
    data |= blank | {f"measure_set-{number}-{name}": value for name, value in new.items()}
    assert publisher.post(change(worksite), data | {"measure_set-TOTAL_FORMS": number + 1}).status_code == 302
    assert "Een negende." in text(client.get(worksite.url_in("nl")))


def test_an_untouched_blank_part_is_none(publisher):
    worksite = Worksite.objects.get(code="1.4-02")
    before = worksite.measure_set.count()
    data = form_of(publisher, worksite)
    number = int(data["measure_set-TOTAL_FORMS"])
    page = publisher.get(change(worksite))
    [formset] = [each.formset for each in page.context["inline_admin_formsets"] if each.opts.model is Measure]
    data |= {f"measure_set-{number}-{each.name}": each.initial or "" for each in formset.empty_form}
    data |= {f"measure_set-{number}-publication": "draft", "measure_set-TOTAL_FORMS": number + 1}
    assert publisher.post(change(worksite), data).status_code == 302
    assert worksite.measure_set.count() == before


def test_the_status_of_a_part_is_folded_away(publisher):
    page = publisher.get(change(Worksite.objects.get(code="1.4-02"))).content.decode()
    [inline, *_others] = page.split('id="measure_set-0"')[1:]
    folded = inline.split("<details")
    assert "measure_set-0-publication" not in folded[0]
    assert any("measure_set-0-publication" in each for each in folded[1:])


def test_publishing_tells_where_it_will_be_seen(publisher, client):
    office = Office.objects.get(code="minister-work")
    update(Office.objects.filter(pk=office.pk), publication="draft")
    page = text(publish(publisher, office))
    steered = Worksite.objects.filter(steering__office=office).first()
    assert "zullen het voortaan tonen" in page and steered.title_nl in page


# Withdrawing ------------------------------------------------------------------------------------------


def test_withdrawing_tells_what_uses_it(publisher, client, language):
    office = Office.objects.get(code="minister-work")
    steered = Worksite.objects.filter(steering__office=office).first()
    first = withdraw(publisher, office)
    assert first.status_code == 200
    assert READ[language] in text(first)
    assert getattr(steered, f"title_{language}") in text(first)
    assert client.get(office.url_in(language)).status_code == 200
    agreement = first.context["adminform"].form.agreement
    assert withdraw(publisher, office, confirmed="something else").status_code == 200
    assert withdraw(publisher, office, confirmed=agreement).status_code == 302
    assert client.get(office.url_in(language)).status_code == 410


@pytest.mark.parametrize(
    ("model", "publication"), [(Pillar, "draft"), (Strategy, "withdrawn"), (Objective, "withdrawn")]
)
def test_what_stands_above_all_is_hidden_on_purpose_alone(publisher, client, model, publication):
    objective = Objective.objects.main().get()
    record = {Pillar: objective.pillar, Strategy: objective.strategy, Objective: objective}[model]
    first = withdraw(publisher, record, publication)
    page = text(first)
    assert first.status_code == 200
    for each in (*Worksite.objects.all(), *Sector.objects.all(), *Office.objects.all()):
        assert escape(each.title) in page
    assert client.get("/nl/werven/bouw/").status_code == 200
    agreement = first.context["adminform"].form.agreement
    assert withdraw(publisher, record, publication, confirmed=agreement).status_code == 302
    assert client.get("/nl/werven/bouw/").status_code == 410
    assert client.get("/nl/privacy/").status_code == 200


def test_a_page_that_nothing_uses_is_withdrawn_without_a_word(publisher):
    worksite = Worksite.objects.published().filter(worksitesector=None, crossreference=None).first()
    sector = Sector.objects.published().filter(worksitesector=None).first()
    assert {withdraw(publisher, record).status_code for record in (worksite, sector) if record} == {302}


# Deleting ---------------------------------------------------------------------------------------------


def test_no_public_measure_is_deleted_in_passing(publisher, client, language):
    worksite = Worksite.objects.get(code="1.4-02")
    data = form_of(publisher, worksite) | {"measure_set-0-DELETE": "on"}
    first = publisher.post(change(worksite), data)
    assert first.status_code == 200
    words = {"nl": "Deze maatregel is publiek", "fr": "Cette mesure est publique"}
    assert words[language] in text(first)
    assert Measure.objects.filter(code="1.4-02-m1").exists()
    agreement = first.context["adminform"].form.agreement
    assert publisher.post(change(worksite), data | {"confirmed": agreement}).status_code == 302
    response = client.get("/id/measure/1.4-02-m1")
    assert response.status_code == 410


@pytest.mark.parametrize("way", ["alone", "selected"])
def test_a_measure_that_was_deleted_has_an_address_still(publisher, client, way):
    measure = Measure.objects.get(code="1.4-02-m1")
    if way == "alone":
        publisher.post(reverse("admin:initiatives_measure_delete", args=[measure.pk]), {"post": "yes"})
    else:
        data = {"action": "delete_selected", "_selected_action": [measure.pk], "post": "yes"}
        publisher.post(reverse("admin:initiatives_measure_changelist"), data)
    assert not Measure.objects.filter(pk=measure.pk).exists()
    response = client.get("/id/measure/1.4-02-m1")
    assert response.status_code == 410
    assert escape(measure.text_nl) in response.content.decode()


def test_an_editor_of_one_language_is_asked_nothing():
    browser = sign_in("edit_nl")
    worksite = Worksite.objects.get(code="1.4-02")
    assert save(browser, worksite, title_nl="Anders").status_code == 302


def test_a_part_that_readers_do_not_see_says_so_at_its_head(publisher, language):
    worksite = Worksite.objects.get(code="1.4-02")
    before = publisher.get(change(worksite)).content.decode()
    update(Measure.objects.filter(code="1.4-02-m1"), publication="withdrawn")
    page = publisher.get(change(worksite)).content.decode()
    mark = '<span class="state missing">' + {"nl": "Ingetrokken", "fr": "Retiré"}[language]
    assert mark not in before and page.count(mark) == 1
