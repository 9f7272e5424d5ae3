"""The manners of the admin: what it says is so, what it asks can be done, and nothing needs a script."""

import re

import pytest

from initiatives.models import Measure, Objective, Office, Worksite

from ..editing import FR, NL, PUBLISHER, form_of, save, sign_in, text
from ..saving import update
from .test_admin import add, change, filled_in

pytestmark = pytest.mark.django_db
WAS_PUBLIC = {"nl": "Deze pagina was publiek", "fr": "Cette page a été publique"}


def test_it_says_of_no_draft_that_it_was_public(publisher, draft, language):
    page = save(publisher, draft, publication="public")
    assert page.status_code == 200
    assert not page.context["was_public"]
    assert f"admin/initiatives/worksite/{draft.pk}/delete/" in page.content.decode()
    assert publisher.get(change(Worksite.objects.get(code="1.4-02"))).context["was_public"]


def test_it_adds_a_part_without_a_script_and_loses_nothing(publisher, worksite, language):
    form = publisher.get(change(worksite)).content.decode()
    [_button] = re.findall(r'<noscript>.*?<button name="_one_more" value="measure_set"', form)
    count = worksite.measure_set.count()
    typed = {"title_nl": "Getypt", "_one_more": "measure_set", "note": "Erbij"}
    page = publisher.post(change(worksite), form_of(publisher, worksite) | typed)
    assert page.status_code == 200
    again = filled_in(page)
    assert (again["title_nl"], again["note"]) == ("Getypt", "Erbij")
    assert int(again["measure_set-TOTAL_FORMS"]) == count + 1
    assert again[f"measure_set-{count}-publication"] == "public", "as its page"
    worksite.refresh_from_db()
    assert worksite.title_nl != "Getypt"
    again |= {f"measure_set-{count}-code": "1.4-02-m99", f"measure_set-{count}-text_nl": "Nieuw."}
    assert publisher.post(change(worksite), again).status_code == 200, "a public one needs both languages"
    again[f"measure_set-{count}-text_fr"] = "Nouveau."
    assert publisher.post(change(worksite), again).status_code == 302
    assert Measure.objects.get(code="1.4-02-m99").publication == "public"
    # An empty one that was asked for in vain is in nobody's way.
    page = publisher.post(change(worksite), form_of(publisher, worksite) | {"_one_more": "measure_set"})
    assert publisher.post(change(worksite), filled_in(page)).status_code == 302
    assert worksite.measure_set.count() == count + 1


def test_it_adds_a_part_to_what_is_new_as_well(publisher):
    data = filled_in(publisher.get(add(Worksite))) | {"code": "1.4-12", "number": 12, "title_nl": "Nieuw"}
    data |= {"objective": Objective.objects.get(code="1.4").pk, "_one_more": "measure_set"}
    page = publisher.post(add(Worksite), data)
    assert int(filled_in(page)["measure_set-TOTAL_FORMS"]) == 1
    assert not Worksite.objects.filter(code="1.4-12").exists()


def test_it_offers_no_part_to_who_may_add_none(worksite):
    assert "_one_more" not in sign_in(NL).get(change(worksite)).content.decode()


def test_it_asks_of_an_editor_what_an_editor_can_do(language):
    """To validate, and to publish what is complete, is a publisher's work."""
    update(Office.objects.filter(pk=Office.objects.first().pk), publication="draft")
    update(Measure.objects.filter(code="1.4-02-m1"), outdated_fr=["text"])
    sentences = {
        "nl": ("Bij 1 fiche is het Frans ouder", "niet gevalideerd", "1 concept is volledig"),
        "fr": (
            "Le français de 1 fiche est antérieur",
            "n’est pas validée|ne sont pas validées",
            "1 brouillon est complet",
        ),
    }[language]
    publisher = text(sign_in(PUBLISHER, language).get("/admin/"))
    assert [bool(re.search(each, publisher)) for each in sentences] == [True] * 3
    for role in (NL, FR):
        editor = text(sign_in(role, language).get("/admin/"))
        assert [bool(re.search(each, editor)) for each in sentences] == [role == FR, False, False]
