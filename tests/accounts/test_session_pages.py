"""Where somebody is signed in: seen and ended, by its owner and by an administrator."""

import pytest
from django.contrib.auth.models import User
from django.contrib.sessions.models import Session
from django.test import Client

from ..signing_in import PASSWORD, is_in, log, sign_in, text
from .test_roles_accounts import USERS, account, browser, change

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("quick_hashes")]
OWN = "/admin/sessions/"


@pytest.fixture
def administrator(db):
    return account("an", "administrator")


def of(user):
    return f"{USERS}{user.pk}/sessions/"


def test_one_sees_one_s_own_and_ends_the_others(client, user, settings, language):
    other, stranger = Client(), Client()
    sign_in(other, address="198.51.100.7")
    account("piet", "editor FR")
    sign_in(stranger, username="piet", address="203.0.113.9")
    sign_in(client, address="192.0.2.1")
    assert is_in(client) and is_in(other)
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = language
    page = text(client.get(OWN))
    assert "198.51.100.7" in page and "192.0.2.1" in page and "203.0.113.9" not in page
    assert {"nl": "(hier)", "fr": "(ici)"}[language] in page
    assert {"nl": "sinds", "fr": "depuis"}[language] in page
    assert client.post(OWN).status_code == 302
    assert is_in(client) and is_in(stranger) and not is_in(other)
    assert log("sessions_ended") == [("sessions_ended", "jan", "jan", "1")]
    assert 'type="submit" class="default"' not in text(client.get(OWN))


def test_an_administrator_sees_and_ends_those_of_an_account(client, user, administrator):
    sign_in(client, address="198.51.100.7")
    assert is_in(client)
    an = browser(administrator)
    for path in (change(user), of(user)):
        page = text(an.get(path))
        assert "198.51.100.7" in page
        assert not any(key in page for key in Session.objects.values_list("session_key", flat=True))
    assert of(user) in text(an.get(change(user)))
    assert an.post(of(user)).status_code == 302
    assert not is_in(client) and is_in(an)
    assert log("sessions_ended") == [("sessions_ended", "an", "jan", "1")]
    assert "198.51.100.7" not in text(an.get(of(user)))


def test_who_may_not_change_an_account_ends_nothing_of_it(client, user, administrator):
    els = account("els", is_superuser=True)
    other = Client()
    sign_in(other, username="els")
    assert browser(administrator).get(of(els)).status_code == 403
    assert browser(administrator).post(of(els)).status_code == 403
    assert browser(user).post(of(administrator)).status_code == 403
    assert browser(administrator).get(f"{USERS}0/sessions/").status_code == 404
    assert is_in(other) and not log("sessions_ended")
    assert browser(els).get(of(els)).headers["Location"] == OWN


def test_ending_those_of_others_asks_for_the_password(client, user, clock):
    account("an", "administrator")
    sign_in(client, username="an")
    other = Client()
    sign_in(other)
    assert is_in(client) and is_in(other)
    clock(16 * 60)
    assert client.post(of(user)).headers["Location"].startswith("/admin/confirm-password/")
    assert is_in(other)
    client.post("/admin/confirm-password/", {"password": PASSWORD})
    assert client.post(of(user)).status_code == 302
    assert not is_in(other)


def test_without_script_or_token_nothing_ends(user):
    client, other = Client(enforce_csrf_checks=True), Client()
    client.force_login(user)
    other.force_login(user)
    assert client.post(OWN).status_code == 403
    assert is_in(other)
    assert Client().get(OWN).status_code == 302


@pytest.mark.parametrize(("length", "kept"), [(60, "fe80::1"), (300, "")])
def test_a_session_keeps_no_more_of_an_address_than_an_address(client, user, length, kept):
    sign_in(client, address="fe80::1%" + "x" * length)
    [session] = Session.objects.all()
    assert session.get_decoded()["address"] == kept
    assert User.objects.count() == 1
