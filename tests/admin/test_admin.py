"""Editing: both languages in one form, nothing half public, and nothing from elsewhere."""

import re

import pytest
from django.contrib import admin
from django.contrib.auth.models import User
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils.html import escape
from django.utils.translation import override

from go4brussels.middleware import ADMIN_POLICY
from initiatives.models import (
    CONTENT,
    Measure,
    Objective,
    Office,
    Organisation,
    Page,
    Partnership,
    Sector,
    Steering,
    Worksite,
)

from ..saving import update

pytestmark = pytest.mark.django_db
MODELS = pytest.mark.parametrize("model", CONTENT, ids=lambda model: model._meta.model_name)
MISSING = {
    "nl": "de tekst in het Frans ontbreekt; een publieke fiche heeft beide talen nodig.",
    "fr": "le texte en français manque\u202f; une fiche publique exige les deux langues.",
}


@pytest.fixture
def editor(request, db, client, settings):
    """Give a signed-in editor, who has chosen the language of the test."""
    language = request.getfixturevalue("language") if "language" in request.fixturenames else "nl"
    client.force_login(User.objects.create(username="editor", is_staff=True, is_superuser=True))
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = language
    return client


def change(record):
    return reverse(f"admin:initiatives_{record._meta.model_name}_change", args=[record.pk])


def add(model):
    return reverse(f"admin:initiatives_{model._meta.model_name}_add")


def agreed(browser, path, data):
    """Send a form, and once more where what comes with it has to be agreed to; give the answer."""
    answer = browser.post(path, data)
    if answer.status_code == 200 and answer.context.get("checklist"):
        return browser.post(path, data | {"confirmed": answer.context["adminform"].form.agreement})
    return answer


def filled_in(page):
    """Give what a browser would send back from the form of this page, unchanged."""
    forms = [page.context["adminform"].form]
    for inline in page.context["inline_admin_formsets"]:
        forms += [inline.formset.management_form, *inline.formset.forms]
    data = {}
    for form in forms:
        for bound in form:
            value = bound.value()
            if value is not None and value is not False and not bound.field.disabled:
                data[bound.html_name] = bound.field.prepare_value(value)
    return data


def errors(page):
    """Give `{name of the field in the form: sentences}`."""
    forms = [page.context["adminform"].form]
    forms += [form for inline in page.context["inline_admin_formsets"] for form in inline.formset.forms]
    return {form.add_prefix(name): list(texts) for form in forms for name, texts in form.errors.items()}


# Every page ------------------------------------------------------------------------------------------


@MODELS
def test_it_answers_for_every_kind_in_the_editor_s_language(editor, language, model):
    name = model._meta.model_name
    record = model.objects.first()
    title = {"nl": "Publicatie en herkomst", "fr": "Publication et provenance"}[language]
    pages = [
        reverse(f"admin:initiatives_{name}_changelist"),
        reverse(f"admin:initiatives_{name}_changelist") + "?q=brussels&publication__exact=public",
        add(model),
        change(record),
        reverse(f"admin:initiatives_{name}_history", args=[record.pk]),
    ]
    if not issubclass(model, Page):  # one that was public is withdrawn instead
        pages.append(reverse(f"admin:initiatives_{name}_delete", args=[record.pk]))
    for path in pages:
        page = editor.get(path)
        text = page.content.decode()
        assert page.status_code == 200, path
        assert f'<html lang="{language}"' in text
        assert page.headers["Content-Security-Policy"] == ADMIN_POLICY
        assert not re.findall(r"""(?:src|href|action)=["'](?:https?:)?//[^"']*""", strip_links(text, record))
        assert not re.search(
            r"<script(?![^>]*\bsrc=)(?![^>]*application/json)|<style|\sstyle=|\son\w+=", text
        )
    assert title in editor.get(change(record)).content.decode()


def strip_links(text, record):
    """Take away the links that a form shows for the addresses that were filled in."""
    for name in ("source_url", "terms_url"):
        text = text.replace(f'href="{getattr(record, name, "")}"', "")
    return text


def test_it_leaves_no_kind_out_and_keeps_the_accounts(editor):
    labels = {model._meta.label for model in admin.site._registry}
    assert {model._meta.label for model in CONTENT} | {"auth.User", "auth.Group"} <= labels
    assert editor.get(reverse("admin:auth_user_add")).status_code == 200


@MODELS
def test_it_puts_dutch_and_french_side_by_side(editor, model):
    form = editor.get(add(model)).context["adminform"]
    lines = [[field.field.name for field in line] for fieldset in form for line in fieldset]
    for name in model.translated_fields():
        assert [f"{name}_nl", f"{name}_fr"] in lines
        assert name not in form.form.fields.keys() - {"note"}  # that is what changed, and why
        assert [form.form.fields[f"{name}_{code}"].widget.attrs["lang"] for code in ("nl", "fr")] == [
            "nl",
            "fr",
        ]
    assert lines.count(["publication", "provenance_nl", "provenance_fr"]) == 1


@pytest.mark.parametrize("text", ["beheersovereenkomst", "contrat de gestion"])
def test_it_finds_texts_in_both_languages(editor, text):
    found = editor.get(reverse("admin:initiatives_measure_changelist"), {"q": text}).context["cl"].result_list
    both = [measure.text_nl + measure.text_fr for measure in found]
    assert both and all("beheersovereenkomst" in each.lower() for each in both)


@MODELS
def test_it_lists_records_with_as_many_queries_however_many_they_are(editor, model, monkeypatch):
    path = reverse(f"admin:initiatives_{model._meta.model_name}_changelist")
    with monkeypatch.context() as one_a_page, CaptureQueriesContext(connection) as first:
        one_a_page.setattr(admin.site._registry[model], "list_per_page", 1)
        assert len(editor.get(path).context["cl"].result_list) == 1
    with CaptureQueriesContext(connection) as every:
        assert editor.get(path).status_code == 200
    assert len(every) <= len(first)


# Language --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("who", "path"), [("client", "/admin/login/?next=/admin/"), ("editor", "/admin/")])
def test_it_lets_the_editor_choose_the_language(request, settings, language, who, path):
    visitor = request.getfixturevalue(who)
    form = visitor.get(path).content.decode()
    assert f'action="{reverse("set_language")}"' in form
    assert f'name="language" value="{language}"' in form
    answer = visitor.post(reverse("set_language"), {"language": language, "next": path})
    assert (answer.status_code, answer.url) == (302, path)
    assert answer.cookies[settings.LANGUAGE_COOKIE_NAME]["httponly"]
    text = visitor.get(path).content.decode()
    assert f'<html lang="{language}"' in text
    assert re.search(rf'value="{language}" lang="{language}" aria-current="true"', text)
    assert {"nl": "bewerken", "fr": "édition"}[language] in text


def test_it_shows_the_choice_of_language_to_no_reader(client, settings):
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "fr"
    assert '<html lang="nl-BE"' in client.get("/nl/").content.decode()


# Publication -----------------------------------------------------------------------------------------


@MODELS
def test_it_starts_every_new_record_as_a_draft(editor, model):
    page = editor.get(add(model))
    forms = [page.context["adminform"].form]
    forms += [inline.formset.empty_form for inline in page.context["inline_admin_formsets"]]
    assert {form["publication"].value() for form in forms} == {"draft"}


def test_it_refuses_to_publish_half_a_translation_and_says_so_at_the_field(editor, language):
    worksite = Worksite.objects.get(code="1.4-02")
    data = filled_in(editor.get(change(worksite))) | {"title_fr": ""}
    page = editor.post(change(worksite), data)
    [sentence] = errors(page)["title_fr"]
    assert sentence.endswith(MISSING[language])
    assert list(errors(page)) == ["title_fr"]
    assert escape(sentence) in page.content.decode()
    worksite.refresh_from_db()
    assert worksite.title_fr

    update(Worksite.objects.filter(pk=worksite.pk), publication="draft")
    data = filled_in(editor.get(change(worksite))) | {"title_fr": ""}
    assert editor.post(change(worksite), data).status_code == 302
    worksite.refresh_from_db()
    assert (worksite.title_fr, worksite.publication) == ("", "draft")


def test_it_refuses_half_a_translation_of_a_part_at_its_field(editor, language):
    worksite = Worksite.objects.get(code="1.4-02")
    data = filled_in(editor.get(change(worksite))) | {"measure_set-1-text_fr": " "}
    page = editor.post(change(worksite), data)
    assert list(errors(page)) == ["measure_set-1-text_fr"]
    assert errors(page)["measure_set-1-text_fr"][0].endswith(MISSING[language])
    data |= {"measure_set-1-publication": "draft"}
    assert editor.post(change(worksite), data).status_code == 302
    assert [measure.publication for measure in worksite.measure_set.all()[:3]] == [
        "public",
        "draft",
        "public",
    ]


def test_it_saves_a_new_worksite_in_one_language_as_a_draft(editor):
    data = filled_in(editor.get(add(Worksite)))
    data |= {"objective": Objective.objects.get(code="1.4").pk, "number": 12, "code": "1.4-12"}
    data |= {"title_nl": "Nieuwe werf", "slug_nl": "nieuwe-werf"}
    assert editor.post(add(Worksite), data).status_code == 302
    assert Worksite.objects.get(code="1.4-12").publication == "draft"


def test_it_asks_for_the_reason_of_a_withdrawal(editor):
    office = Office.objects.first()
    data = filled_in(editor.get(change(office))) | {"publication": "withdrawn"}
    assert set(errors(editor.post(change(office), data))) == {"withdrawal_reason_nl", "withdrawal_reason_fr"}


def test_it_keeps_codes_and_public_addresses_as_they_are(editor):
    sector = Sector.objects.first()
    data = filled_in(editor.get(change(sector))) | {"code": "other", "slug_nl": "ander"}
    assert editor.post(change(sector), data).status_code == 302
    stored = Sector.objects.get(pk=sector.pk)
    assert (stored.code, stored.slug_nl) == (sector.code, sector.slug_nl)


# Parts in their order --------------------------------------------------------------------------------


def test_it_shows_parts_in_their_order(editor):
    worksite = Worksite.objects.get(code="1.4-02")
    update(worksite.measure_set.filter(position=1), position=9)
    inlines = editor.get(change(worksite)).context["inline_admin_formsets"]
    kinds = [inline.formset.model._meta.model_name for inline in inlines]
    assert kinds == ["measure", "crossreference", "steering", "worksitesector"]
    for inline in inlines:
        positions = [form.instance.position for form in inline.formset.initial_forms]
        assert positions == sorted(positions)
    assert [form.instance.position for form in inlines[0].formset.initial_forms][-1] == 9


def test_it_lets_parts_change_places(editor):
    worksite = Worksite.objects.get(code="1.4-02")
    before = [measure.code for measure in worksite.measure_set.all()]
    data = filled_in(editor.get(change(worksite)))
    data |= {"measure_set-0-position": 2, "measure_set-1-position": 1}
    assert editor.post(change(worksite), data).status_code == 302
    after = [measure.code for measure in worksite.measure_set.all()]
    assert after == [before[1], before[0], *before[2:]]


def test_it_puts_a_new_part_last_and_a_deleted_one_gives_its_place(editor):
    worksite = Worksite.objects.get(code="1.4-02")
    before = list(worksite.measure_set.all())
    data = filled_in(editor.get(change(worksite)))
    number = len(before)
    data |= {
        "measure_set-TOTAL_FORMS": number + 1,
        "measure_set-0-DELETE": "on",
        "measure_set-1-position": 1,
        f"measure_set-{number}-code": "1.4-02-m9",
        f"measure_set-{number}-text_nl": "Nog een maatregel",
        f"measure_set-{number}-publication": "draft",
        f"measure_set-{number}-provenance_nl": "portal",
        f"measure_set-{number}-provenance_fr": "portal",
    }
    assert agreed(editor, change(worksite), data).status_code == 302
    after = list(Measure.objects.filter(worksite=worksite))
    assert [measure.code for measure in after] == [*(row.code for row in before[1:]), "1.4-02-m9"]
    assert after[0].position == 1
    assert after[-1].position == before[-1].position + 1


def test_it_refuses_two_parts_in_one_place(editor, language):
    worksite = Worksite.objects.get(code="1.4-02")
    data = filled_in(editor.get(change(worksite))) | {"measure_set-1-position": 1}
    page = editor.post(change(worksite), data)
    [sentence] = errors(page)["measure_set-1-position"]
    assert {"nl": "geef elke fiche een eigen plaats", "fr": "donnez à chacune la sienne"}[
        language
    ] in sentence
    assert escape(sentence) in page.content.decode()


def test_it_counts_places_per_role(editor):
    objective = Objective.objects.get(code="1.4")
    rows = list(objective.partnership_set.all())
    assert len({row.position for row in rows}) < len(rows)
    assert editor.post(change(objective), filled_in(editor.get(change(objective)))).status_code == 302
    assert list(Partnership.objects.values_list("pk", "position")) == [(row.pk, row.position) for row in rows]


@pytest.mark.parametrize("model", [Objective, Sector, Office, Organisation, Worksite])
def test_it_stores_what_it_showed(editor, model):
    for record in model.objects.all():
        before = model.objects.filter(pk=record.pk).values().get()
        answer = editor.post(change(record), filled_in(editor.get(change(record))))
        assert answer.status_code == 302, errors(answer)
        assert model.objects.filter(pk=record.pk).values().get() == before


# View on site ----------------------------------------------------------------------------------------


def links_to_site(page):
    text = page.content.decode()
    return re.findall(r'<a href="([^"]+)" class="viewsitelink" hreflang="(\w\w)-BE">', text)


@pytest.mark.parametrize("model", [Sector, Office, Organisation, Worksite, Measure])
def test_it_links_to_the_page_in_both_languages(editor, client, model):
    record = model.objects.first()
    links = links_to_site(editor.get(change(record)))
    assert [language for _path, language in links] == ["nl", "fr"]
    for path, language in links:
        with override(language):
            assert path == record.get_absolute_url()
        assert client.get(path).status_code == 200


def test_it_links_to_no_page_that_readers_cannot_see(editor, language):
    worksite = Worksite.objects.get(code="1.4-02")
    measure = worksite.measure_set.first()
    update(Worksite.objects.filter(pk=worksite.pk), publication="draft")
    for record in (worksite, measure, Objective.objects.filter(is_reference=True).first()):
        page = editor.get(change(record))
        assert not links_to_site(page)
        assert 'class="unseen"' in page.content.decode()
    assert {"nl": "concept", "fr": "brouillon"}[language] in editor.get(change(worksite)).content.decode()
    assert 'class="unseen"' not in editor.get(change(Steering.objects.first())).content.decode()
