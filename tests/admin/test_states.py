"""How each language stands: in lists, beside fields, as work to do, for readers; and the order of lists."""

import re
from itertools import product

import pytest
from django.apps import apps
from django.contrib.auth.models import Permission, User
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils.html import escape
from django.utils.translation import gettext as _

from initiatives.models import CONTENT, Measure, Office, Record, Revision, Sector, Worksite
from initiatives.models.querysets import state_rules

from ..document import Document
from ..saving import keep, put, update
from .test_admin import change, filled_in

pytestmark = pytest.mark.django_db
MODELS = pytest.mark.parametrize("model", CONTENT, ids=lambda model: model._meta.model_name)


def someone(client, settings, *permissions, language="nl", **kwargs):
    """Give a signed-in member of staff with these permissions alone."""
    user = User.objects.create(username="someone", is_staff=True, **kwargs)
    user.user_permissions.set(Permission.objects.filter(codename__in=permissions))
    client.force_login(user)
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = language
    return client


@pytest.fixture
def publisher(request, client, settings):
    language = request.getfixturevalue("language") if "language" in request.fixturenames else "nl"
    return someone(client, settings, "publish", language=language)


def changelist(model, query=""):
    return reverse(f"admin:initiatives_{model._meta.model_name}_changelist") + query


def draft(record, **values):
    """Store a record as a draft with these values, past every check of the forms."""
    update(type(record).objects.filter(pk=record.pk), publication="draft", **values)
    record.refresh_from_db()
    return record


# State -----------------------------------------------------------------------------------------------


@MODELS
def test_it_says_the_same_of_a_record_as_the_database_does(model):
    rows = list(model.objects.all())[:4]
    names = model.translated_fields()[:1]
    for row, lacking in zip(rows, (("nl",), ("fr",), ("nl", "fr"), ()), strict=False):
        draft(row, **{f"{name}_{language}": "" for name in names for language in lacking})
        update(type(row).objects.filter(pk=row.pk), outdated_fr=[*names])
    for language, state in product(("nl", "fr"), Record.State):
        picked = set(model.objects.filter(state_rules(model, language)[state]))
        assert picked == {row for row in model.objects.all() if row.state(language) == state}, state


def test_it_calls_a_text_missing_before_it_calls_it_outdated():
    worksite = Worksite.objects.get(code="1.4-02")
    assert (worksite.state("nl"), worksite.state("fr")) == ("complete", "complete")
    draft(worksite, outdated_fr=["title"])
    assert (worksite.state("nl"), worksite.state("fr")) == ("complete", "outdated")
    draft(worksite, title_fr=None)
    assert (worksite.state("nl"), worksite.state("fr")) == ("complete", "missing")
    assert worksite.texts_in("fr", Record.State.MISSING) == ["title_fr"]


def test_it_misses_an_optional_text_only_where_the_other_language_has_it():
    measure = Measure.objects.filter(heading_nl="").first()
    assert measure.state("fr") == "complete"
    draft(measure, heading_nl="Kop")
    assert (measure.state("nl"), measure.state("fr")) == ("complete", "missing")
    assert measure in Measure.objects.filter(state_rules(Measure, "fr")["missing"])
    assert measure not in Measure.objects.filter(state_rules(Measure, "nl")["missing"])


# Lists -----------------------------------------------------------------------------------------------


@MODELS
def test_it_shows_both_languages_in_every_list(publisher, model):
    page = publisher.get(changelist(model))
    assert page.status_code == 200
    text = page.content.decode()
    count = len(page.context["cl"].result_list)
    for name in ("dutch", "french"):
        assert len(re.findall(rf'<td class="field-{name}"><span class="state \w+"', text)) == count
    for language, state in product(("nl", "fr"), [*Record.State, "unvalidated"]):
        found = publisher.get(changelist(model, f"?state_{language}={state}")).context["cl"].result_list
        assert set(found) == set(model.objects.filter(state_rules(model, language)[state]))


def test_it_says_in_the_list_what_is_missing_and_who_validated(publisher, language):
    worksite = Worksite.objects.get(code="1.4-02")
    values = {"provenance_nl": "validated", "validated_by_nl": "An Peeters", "validated_on_nl": "2026-11-12"}
    draft(worksite, title_fr="", **values)
    text = publisher.get(changelist(Worksite, "?q=1.4-02")).content.decode()
    [(what, word)] = re.findall(r'<span class="state missing" title="([^"]+)">(\w+)</span>', text)
    assert (what, word) == {"nl": ("Titel (Frans)", "ontbreekt"), "fr": ("Titre (français)", "manquant")}[
        language
    ]
    validated = {"nl": "gevalideerd door An Peeters, 12-11-2026", "fr": "validé par An Peeters, 12/11/2026"}
    assert validated[language] in text


# Forms -----------------------------------------------------------------------------------------------


def test_it_marks_the_very_field_that_is_older_than_its_twin_and_since_when(publisher, language):
    worksite = Worksite.objects.get(code="1.4-02")
    measure = worksite.measure_set.first()
    measure.text_nl += " Nieuw."
    measure.outdated_fr = ["text"]
    put(measure)
    changed = keep(worksite)
    measure.slip_nl, measure.slip_fr = "Later.", "Plus tard."
    put(measure)
    later = keep(worksite)
    Revision.objects.filter(pk=changed.pk).update(at="2026-03-01T12:00:00Z")
    Revision.objects.filter(pk=later.pk).update(at="2026-04-02T12:00:00Z")

    sentence = {
        "nl": "Het Nederlands is gewijzigd op 1\u00a0maart\u00a02026, na deze tekst.",
        "fr": "Le néerlandais a été modifié le 1er\u00a0mars\u00a02026, après ce texte.",
    }[language]
    for page in (publisher.get(change(worksite)), publisher.get(change(measure))):
        text = page.content.decode()
        [found] = re.findall(r'id="(id_[\w-]+)_helptext"[^>]*>\s*<div><span class="state outdated">', text)
        assert found.endswith("text_fr")
        assert f'aria-describedby="{found}_helptext"' in text
        assert sentence in text


def test_it_keeps_the_marks_in_a_form_that_is_refused(publisher):
    worksite = draft(Worksite.objects.get(code="1.4-02"), outdated_fr=["title"], title_nl="")
    data = filled_in(publisher.get(change(worksite))) | {"publication": "public"}
    text = publisher.post(change(worksite), data).content.decode()
    marks = re.findall(r'id="id_(\w+)_helptext"[^>]*>\s*<div><span class="state (\w+)">', text)
    assert marks == [("title_nl", "missing"), ("title_fr", "outdated")]


def test_it_marks_nothing_in_a_form_where_all_is_well(publisher):
    for path in (change(Worksite.objects.first()), reverse("admin:initiatives_worksite_add")):
        assert 'class="state' not in publisher.get(path).content.decode()


# Work ------------------------------------------------------------------------------------------------


def work(client):
    [html] = re.findall(
        r'<section class="module work".*?</section>', client.get("/admin/").content.decode(), re.S
    )
    return html


def test_it_lists_the_work_and_leads_to_it(publisher, language):
    for worksite in Worksite.objects.all()[:2]:
        update(Worksite.objects.filter(pk=worksite.pk), outdated_fr=["title"])
    update(Measure.objects.filter(code="1.4-02-m1"), outdated_fr=["text"])
    draft(Sector.objects.first(), name_fr="")
    draft(Office.objects.first())
    html = work(publisher)
    sentences = {
        "nl": [
            "Bij 3 fiches is het Frans ouder",
            "Bij 1 concept ontbreekt het Frans",
            "1 concept is volledig",
        ],
        "fr": [
            "Le français de 3 fiches est antérieur",
            "Il manque du français dans 1",
            "1 brouillon est complet",
        ],
    }[language]
    assert [sentence for sentence in sentences if sentence not in html] == []
    links = re.findall(r'<a href="([^"]+)">[^<(]+\((\d+)\)</a>', html)
    assert len(links) > 8
    for path, count in links:
        assert publisher.get(path.replace("&amp;", "&")).context["cl"].result_count == int(count), path


def test_it_says_so_where_nothing_is_to_be_done(publisher, language):
    for model in CONTENT:
        update(model.objects, provenance_fr="official", provenance_nl="official")
    nothing = {"nl": "Niets: geen tekst ontbreekt", "fr": "Rien\u00a0: aucun texte ne manque"}[language]
    assert nothing in work(publisher)
    assert "<li>" not in work(publisher)


def test_it_shows_an_editor_the_work_in_that_language_alone(client, settings):
    update(Measure.objects.filter(code="1.4-02-m1"), outdated_fr=["text"], outdated_nl=["heading"])
    html = work(someone(client, settings, "edit_fr"))
    assert "state_fr=outdated" in html
    assert "state_nl" not in html and "unvalidated" not in html


def test_it_counts_the_work_with_as_many_queries_however_much_there_is(publisher):
    publisher.get("/admin/")  # Django asks some things only once.
    with CaptureQueriesContext(connection) as before:
        publisher.get("/admin/")
    for model in CONTENT:
        update(model.objects, publication="draft", outdated_nl=["x"], outdated_fr=["x"])
    with CaptureQueriesContext(connection) as after:
        publisher.get("/admin/")
    # One of them asks whether the account waits for somebody, or has a password that somebody else chose.
    assert len(after) == len(before) <= len(CONTENT) + 9


# Readers ---------------------------------------------------------------------------------------------

OLDER = {
    "nl": "Deze tekst is ouder dan de laatste wijziging van de Franse tekst.",
    "fr": "Ce texte est antérieur à la dernière modification du texte néerlandais.",
}


def test_it_tells_readers_that_a_text_is_older_only_in_its_own_language(client):
    worksite = Worksite.objects.get(code="1.4-02")
    pages = {code: worksite.url_in(code) for code in OLDER}
    for language, field in product(OLDER, ("worksite", "measure_set", "steering_set")):
        rows = [worksite] if field == "worksite" else list(getattr(worksite, field).all()[:1])
        for row in rows:
            update(type(row).objects.filter(pk=row.pk), **{f"outdated_{language}": ["text"]})
            for code, path in pages.items():
                count = client.get(path).content.decode().count(OLDER[code])
                assert count == (code == language), (field, language, code)
            update(type(row).objects.filter(pk=row.pk), **{f"outdated_{language}": []})


@pytest.mark.parametrize("name", ["objective", "sector", "office", "organisation"])
def test_it_tells_readers_so_on_every_kind_of_page(client, name):
    model = apps.get_model("initiatives", name)
    page = model.objects.published().exclude(**{"is_reference": True} if name == "objective" else {}).first()
    update(model.objects.filter(pk=page.pk), outdated_fr=["text"])
    assert client.get(page.url_in("fr")).content.decode().count(OLDER["fr"]) == 1
    assert OLDER["nl"] not in client.get(page.url_in("nl")).content.decode()


# Help ------------------------------------------------------------------------------------------------


@MODELS
def test_it_explains_every_field_with_an_example(language, model):
    example = {"nl": "Voorbeeld: ", "fr": "Exemple\u00a0: "}[language]
    for field in model._meta.fields:
        if field.editable and not field.primary_key:
            assert example in str(field.help_text), field.name


# Order -----------------------------------------------------------------------------------------------


def places(client, model):
    page = client.get(changelist(model))
    formset = page.context["cl"].formset
    data = {"_save": "1"}
    for form in [formset.management_form, *formset.forms]:
        data |= {bound.html_name: bound.value() for bound in form}
        data |= {bound.html_initial_name: bound.initial for bound in form if bound.field.show_hidden_initial}
    return data


@pytest.mark.parametrize("name", ["sector", "office", "organisation"])
def test_it_lets_a_publisher_change_the_order_in_the_list(publisher, name):
    model = apps.get_model("initiatives", name)
    before = list(model.objects.order_by("position").values_list("code", flat=True))
    last = len(before) - 1
    data = places(publisher, model)
    first, other = data["form-0-position"], data[f"form-{last}-position"]
    data |= {"form-0-position": other, f"form-{last}-position": first}
    assert publisher.post(changelist(model), data).status_code == 302
    after = list(model.objects.order_by("position").values_list("code", flat=True))
    assert after == [before[-1], *before[1:-1], before[0]]
    assert list(model.objects.order_by("position").values_list("position", flat=True)) == list(
        range(1, len(before) + 1)
    )
    for code in (before[0], before[-1]):
        item = model.objects.get(code=code)
        assert Revision.objects.of(item).first().fields["position"] == item.position


def test_it_refuses_two_records_in_one_place_at_the_field(publisher, language):
    before = list(Sector.objects.values_list("pk", "position"))
    answer = publisher.post(changelist(Sector), places(publisher, Sector) | {"form-1-position": 1})
    sentence = _("Another record has this position; give each its own.")
    assert answer.context["cl"].formset.errors[1] == {"position": [sentence]}
    assert escape(sentence) in answer.content.decode()
    assert list(Sector.objects.values_list("pk", "position")) == before


def test_it_refuses_a_place_that_a_record_outside_the_list_has(publisher):
    taken = Sector.objects.get(code="construction").position
    path = changelist(Sector, "?q=horeca")
    data = {
        "_save": "1",
        "form-TOTAL_FORMS": 1,
        "form-INITIAL_FORMS": 1,
        "form-0-id": Sector.objects.get(code="horeca").pk,
        "form-0-position": taken,
        "initial-form-0-position": Sector.objects.get(code="horeca").position,
    }
    assert list(publisher.post(path, data).context["cl"].formset.errors[0]) == ["position"]


def order(model):
    return list(model.objects.order_by("position").values_list("code", flat=True))


def test_it_saves_no_order_over_one_that_came_meanwhile(publisher, language):
    opened, before = places(publisher, Sector), order(Sector)
    assert f'name="initial-form-2-position" value="{opened["form-2-position"]}"' in (
        publisher.get(changelist(Sector)).content.decode()
    )
    swapped = opened | {"form-0-position": 2, "form-1-position": 1}
    assert publisher.post(changelist(Sector), swapped).status_code == 302
    meanwhile = order(Sector)
    assert meanwhile == [before[1], before[0], *before[2:]]

    last = len(before)
    moved = opened | {"form-2-position": last, f"form-{last - 1}-position": 3}
    answer = publisher.post(changelist(Sector), moved)
    assert answer.status_code == 200 and order(Sector) == meanwhile
    assert [list(errors) for errors in answer.context["cl"].formset.errors[:3]] == [["position"]] * 2 + [[]]
    sentence = {
        "nl": "iemand anders heeft deze plaats intussen gewijzigd; ze is nu 2",
        "fr": "c’est maintenant 2",
    }
    assert sentence[language] in answer.content.decode()
    # The newer places stand there, and what was typed elsewhere; saved again, both hold.
    again = filled_again(answer)
    assert [again[f"form-{row}-position"] for row in (0, 1, 2, last - 1)] == ["2", "1", str(last), "3"]
    assert publisher.post(changelist(Sector), again).status_code == 302
    after = [*meanwhile[:2], meanwhile[-1], *meanwhile[3:-1], meanwhile[2]]
    assert order(Sector) == after


def filled_again(answer):
    fields = Document(answer.content.decode()).all("input")
    sent = [each for each in fields if each.get("name", "").startswith(("form-", "initial-"))]
    return {each["name"]: each.get("value", "") for each in sent} | {"_save": "1"}


def test_it_saves_no_order_from_a_list_that_does_not_say_what_it_showed(publisher):
    before = order(Sector)
    opened = {name: value for name, value in places(publisher, Sector).items() if "initial-" not in name}
    answer = publisher.post(changelist(Sector), opened | {"form-0-position": 2, "form-1-position": 1})
    assert answer.status_code == 200 and order(Sector) == before


def test_it_keeps_the_order_from_editors_by_direct_requests_too(client, settings):
    editor = someone(client, settings, "edit_nl", "edit_fr")
    assert editor.get(changelist(Sector)).context["cl"].formset is None
    [first, second] = Sector.objects.order_by("position")[:2]
    data = {"_save": "1", "form-TOTAL_FORMS": 2, "form-INITIAL_FORMS": 2}
    data |= {"form-0-id": first.pk, "form-0-position": 2, "form-1-id": second.pk, "form-1-position": 1}
    editor.post(changelist(Sector), data)
    assert [sector.pk for sector in Sector.objects.order_by("position")[:2]] == [first.pk, second.pk]
