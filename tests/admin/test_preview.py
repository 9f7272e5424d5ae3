"""The preview: unsaved changes drawn as readers would see them, in both languages, and nothing stored."""

import re

import pytest
from django.contrib.admin.models import LogEntry
from django.urls import reverse
from django.utils.translation import override

from accounts.models import Entry
from go4brussels.middleware import ADMIN_POLICY
from initiatives.content.compare import snapshot
from initiatives.models import CONTENT, IndexEntry, Measure, Objective, Revision, Worksite

from ..saving import update
from .test_admin import add, change, errors, filled_in
from .test_states import draft, publisher, someone  # noqa: F401 – a fixture

pytestmark = pytest.mark.django_db
MODELS = pytest.mark.parametrize("model", CONTENT, ids=lambda model: model._meta.model_name)


def preview(record):
    return reverse(f"admin:initiatives_{record._meta.model_name}_preview", args=[record.pk])


def sides(page):
    """Give what each language shows."""
    found = re.findall(r'<section lang="(\w\w)-BE".*?>(.*?)</section>\n(?=<section lang|</main>)', page, re.S)
    assert [language for language, _html in found] == ["nl", "fr"]
    return dict(found)


def everything():
    """Give all that a preview could leave behind."""
    tables = [model.objects.all() for model in (*CONTENT, IndexEntry, Revision, LogEntry)]
    tables.append(Entry.objects.exclude(what=Entry.What.REFUSED))  # that it was refused is recorded
    with override("nl"):  # else each text would come in the language of the last request as well
        return [list(rows.order_by("pk").values()) for rows in tables]


@pytest.fixture
def unchanged():
    """Hold that everything is the same after the test as before it."""
    before, content = everything(), snapshot()
    yield
    assert snapshot() == content
    assert everything() == before


def test_it_shows_unsaved_changes_in_both_languages_and_stores_nothing(publisher, unchanged):  # noqa: F811
    worksite = Worksite.objects.get(code="1.4-02")
    page = publisher.get(change(worksite))
    assert f'formaction="{preview(worksite)}" formtarget="_blank"' in page.content.decode()
    data = filled_in(page) | {
        "title_nl": "Nieuwe titel",
        "title_fr": "Nouveau titre",
        "measure_set-0-text_nl": "Nieuwe <b>maatregel</b>.",
        "measure_set-1-DELETE": "on",
        "note": "Wat er veranderde",
    }
    gone = worksite.measure_set.all()[1].text_nl
    answer = publisher.post(preview(worksite), data)
    assert answer.headers["Content-Security-Policy"] == ADMIN_POLICY
    shown = sides(answer.content.decode())
    assert "Nieuwe titel</h1>" in shown["nl"] and "Nouveau titre</h1>" in shown["fr"]
    assert "Nieuwe &lt;b&gt;maatregel&lt;/b&gt;." in shown["nl"]
    assert "Wat er veranderde" in shown["nl"]
    assert gone not in shown["nl"]
    assert "Sturende instanties" in shown["nl"] and "Instances pilotes" in shown["fr"]


@MODELS
def test_it_previews_every_kind_on_the_page_that_shows_it(publisher, unchanged, model):  # noqa: F811
    record = model.objects.last()
    answer = publisher.post(preview(record), filled_in(publisher.get(change(record))))
    text = answer.content.decode()
    assert answer.status_code == 200
    shown = sides(text)
    assert all(html.count("<h1") == 1 for html in shown.values())
    names = re.findall(r'\bid="([^"]+)"', text)
    assert len(names) == len(set(names))
    assert not re.search(r"<script|<style|\sstyle=|\son\w+=|<iframe", text)
    # What stands on the side of a language leads to a name on that side.
    assert set(re.findall(r'href="#([^"]+)"', text)) <= set(names)


def test_it_shows_a_part_on_the_page_of_its_item(publisher, unchanged):  # noqa: F811
    measure = Measure.objects.get(code="1.4-03-m1")
    data = filled_in(publisher.get(change(measure))) | {"text_fr": "Texte tout neuf."}
    shown = sides(publisher.post(preview(measure), data).content.decode())
    assert "Texte tout neuf." in shown["fr"]
    assert f"{measure.worksite.title_fr}</h1>" in shown["fr"]


def test_it_shows_a_new_record_and_says_what_is_missing_in_its_place(publisher, unchanged):  # noqa: F811
    page = publisher.get(add(Worksite))
    path = reverse("admin:initiatives_worksite_preview_add")
    assert f'formaction="{path}"' in page.content.decode()
    data = filled_in(page) | {
        "objective": Objective.objects.get(code="1.4").pk,
        "number": 12,
        "code": "1.4-12",
        "title_nl": "Nieuwe werf",
    }
    shown = sides(publisher.post(path, data).content.decode())
    assert "Nieuwe werf</h1>" in shown["nl"]
    assert "[ce texte manque]</h1>" in shown["fr"]


def test_it_shows_a_draft_as_if_it_were_public_with_its_drafts(publisher, client):  # noqa: F811
    worksite = draft(Worksite.objects.get(code="1.4-02"), title_fr="")
    measure = draft(worksite.measure_set.first(), text_fr="")
    withdrawn = worksite.measure_set.last()
    update(Measure.objects.filter(pk=withdrawn.pk), publication="withdrawn")
    answer = publisher.post(preview(worksite), filled_in(publisher.get(change(worksite))))
    shown = sides(answer.content.decode())
    assert "[ce texte manque]</h1>" in shown["fr"] and "<p>[ce texte manque]</p>" in shown["fr"]
    assert measure.text_nl in shown["nl"]
    assert withdrawn.text_nl not in shown["nl"]
    for record in (worksite, measure):
        record.refresh_from_db()
        assert record.publication == "draft"
    assert client.get(worksite.url_in("nl")).status_code == 404


def test_it_shows_the_errors_of_a_form_and_leads_back_to_where_it_is_saved(publisher, unchanged):  # noqa: F811
    worksite = Worksite.objects.get(code="1.4-02")
    data = filled_in(publisher.get(change(worksite))) | {"title_fr": "", "title_nl": "Getypt"}
    page = publisher.post(preview(worksite), data)
    assert list(errors(page)) == ["title_fr"]
    text = page.content.decode()
    assert 'value="Getypt"' in text
    assert f'<form action="{change(worksite)}"' in text


def test_it_previews_only_what_an_editor_may_change(client, settings, unchanged):
    editor = someone(client, settings, "edit_fr")
    worksite = Worksite.objects.get(code="1.4-02")
    data = filled_in(editor.get(change(worksite))) | {"title_nl": "Mag niet", "title_fr": "Permis"}
    shown = sides(editor.post(preview(worksite), data).content.decode())
    assert "Permis</h1>" in shown["fr"]
    assert "Mag niet" not in shown["nl"]
    assert editor.post(reverse("admin:initiatives_worksite_preview_add"), {}).status_code == 403


def test_it_previews_for_nobody_else(client, settings, unchanged):
    worksite = Worksite.objects.first()
    answer = client.post(preview(worksite), {})
    assert (answer.status_code, answer.url.partition("?")[0]) == (302, "/admin/login/")
    assert someone(client, settings).post(preview(worksite), {}).status_code == 403


def test_it_leads_to_the_form_where_nothing_was_posted(publisher):  # noqa: F811
    worksite = Worksite.objects.first()
    answer = publisher.get(preview(worksite))
    assert (answer.status_code, answer.url) == (302, change(worksite))
    gone = reverse("admin:initiatives_worksite_preview", args=[0])
    assert publisher.post(gone, {}).status_code == 302
