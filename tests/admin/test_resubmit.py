"""Writing past the end of a session: what was written comes back, and is saved after signing in again."""

import pytest
from django.conf import settings
from django.contrib.auth.models import Group, User
from django.contrib.sessions.models import Session
from django.test import Client
from django.urls import reverse
from django.utils.html import escape

from initiatives.models import Revision, Sector

from ..document import Document
from ..saving import keep, put
from ..signing_in import PASSWORD, text
from .test_admin import change, filled_in

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("quick_hashes")]
ORIGIN = settings.SITE_URL
SAVED = "Een <zin> van een halfuur werk.\nEn nog een & meer."
WRITTEN = SAVED.replace("\n", "\r\n")  # as browsers send it
SENTENCES = {
    "nl": ("Uw sessie was afgelopen", "U bent aangemeld als Noor"),
    "fr": ("Votre session était terminée", "Votre session est ouverte au nom de Noor"),
}


@pytest.fixture
def browser(language):
    """Give a browser that checks tokens as the portal does, in the language of the test."""
    user = User.objects.create_user("noor", password=PASSWORD, is_staff=True, first_name="Noor")
    user.groups.add(Group.objects.get(name="publisher"))
    browser = Client(enforce_csrf_checks=True, headers={"origin": ORIGIN})
    browser.cookies[settings.LANGUAGE_COOKIE_NAME] = language
    enter(browser)
    return browser


def enter(browser):
    data = {"username": "noor", "password": PASSWORD, "csrfmiddlewaretoken": token(browser, "/admin/login/")}
    assert browser.post("/admin/login/", data).status_code == 302


def token(browser, address):
    return str(browser.get(address).context["csrf_token"])


def write(browser, worksite):
    """Give the form of a worksite as a browser sends it, with a text that is new."""
    page = browser.get(change(worksite))
    data = filled_in(page) | {"csrfmiddlewaretoken": str(page.context["csrf_token"]), "_continue": "1"}
    return data | {"measure_set-0-text_nl": WRITTEN, "note": "Nieuw"}


def press(browser, page):
    """Press the button of the page, and give the answer."""
    fields = Document(text(page)).all("input", type="hidden")
    return browser.post(page.request["PATH_INFO"], {each["name"]: each["value"] for each in fields})


def stored(worksite):
    return worksite.measure_set.get(position=1).text_nl


@pytest.mark.parametrize("language", SENTENCES)
def test_what_was_written_past_the_end_of_the_session_is_saved_after_all(browser, worksite, language):
    written = write(browser, worksite)
    Session.objects.all().delete()
    page = browser.post(change(worksite), written)
    assert page.status_code == 403 and "no-store" in page["Cache-Control"]
    assert SENTENCES[language][0] in text(page) and escape(WRITTEN) in text(page)
    shown = [words for words, _language in Document(text(page)).texts]
    assert worksite.title_fr in shown and "source" not in shown  # its texts, and no other fields
    # Going on without having signed in leads back to the same page.
    assert SENTENCES[language][0] in text(press(browser, page))
    enter(browser)
    asked = press(browser, page)
    assert asked.status_code == 403 and SENTENCES[language][1] in text(asked)
    assert stored(worksite) != SAVED
    assert press(browser, asked).status_code == 302
    assert stored(worksite) == SAVED


def test_a_form_opened_before_signing_in_again_elsewhere_is_not_lost_either(browser, worksite):
    written = write(browser, worksite)
    Session.objects.all().delete()
    enter(browser)  # in another tab: all tokens of before are void
    assert press(browser, browser.post(change(worksite), written)).status_code == 302
    assert stored(worksite) == SAVED


def test_what_somebody_else_changed_meanwhile_is_shown_and_not_overwritten(browser, worksite):
    written = write(browser, worksite)
    measure = worksite.measure_set.get(position=1)
    measure.text_nl = "Van een ander."
    put(measure)
    keep(worksite)
    Session.objects.all().delete()
    enter(browser)
    answer = press(browser, browser.post(change(worksite), written))
    assert answer.status_code == 200 and 'id="meanwhile"' in text(answer)
    assert stored(worksite) == "Van een ander."


def test_the_order_of_a_list_and_the_reason_of_a_return_are_not_lost_either(browser, worksite):
    places = reverse("admin:initiatives_sector_changelist")
    order = Document(text(browser.get(places))).all("input")
    order = {each["name"]: each.get("value", "") for each in order if "form-" in each.get("name", "")}
    order |= {"form-0-position": 2, "form-1-position": 1, "_save": "1"}
    first = Revision.objects.of(worksite).first()
    worksite.title_nl = "Anders"
    put(worksite)
    keep(worksite)
    back = reverse("admin:initiatives_revision_restore", args=[first.pk])
    reason = {"version": first.number + 1, "note": "Toch <beter>."}
    Session.objects.all().delete()
    kept = [browser.post(places, order), browser.post(back, reason)]
    assert [page.status_code for page in kept] == [403, 403]
    assert "Toch &lt;beter&gt;." in text(kept[1])
    enter(browser)
    asked = [press(browser, page) for page in kept]
    assert [press(browser, page).status_code for page in asked] == [302, 302]
    assert Sector.objects.order_by("position").first().pk == int(order["form-1-id"])
    assert Revision.objects.of(worksite).first().note == "Toch <beter>."


def test_an_action_in_a_list_is_nothing_written(browser):
    data = {"action": "delete_selected", "_selected_action": "1", "index": "0"}
    assert browser.post(reverse("admin:initiatives_sector_changelist"), data).status_code == 403
    Session.objects.all().delete()
    answer = browser.post(reverse("admin:initiatives_sector_changelist"), data)
    assert "delete_selected" not in text(answer)


@pytest.mark.parametrize("origin", ["https://elsewhere.example", "null", ""])
def test_it_puts_no_words_of_others_before_an_editor(browser, worksite, origin):
    data = {"measure_set-0-text_nl": WRITTEN}
    headers = {"origin": origin} if origin else {"origin": None}
    answer = browser.post(change(worksite), data, headers=headers)
    assert answer.status_code == 403
    assert escape(WRITTEN) not in text(answer)


def test_it_sends_no_password_back(browser):
    User.objects.update(is_superuser=True)
    data = {"username": "nieuw", "password1": PASSWORD, "password2": PASSWORD}
    data["csrfmiddlewaretoken"] = token(browser, "/admin/auth/user/add/")
    Session.objects.all().delete()
    answer = browser.post("/admin/auth/user/add/", data)
    assert answer.status_code == 302 and PASSWORD not in text(answer)
