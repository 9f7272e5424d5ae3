"""Setting up a second factor: for who knows the password, with a seed that nobody else has seen."""

import pytest
from django.contrib.auth.models import User
from django.contrib.sessions.models import Session
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.test import Client
from django_otp.plugins.otp_totp.models import TOTPDevice

from accounts import second_factor

from ..signing_in import FACTOR, LOGIN, PASSWORD, code_now, is_in, log, offered, sign_in, text

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("quick_hashes")]
CONFIRM = "/admin/confirm-password/"
MINUTE = 60


def is_set_up(user):
    return second_factor.authenticator(user) is not None


def test_a_session_that_was_left_open_shows_no_seed(client, user, clock):
    sign_in(client)
    assert client.get(FACTOR).status_code == 200
    clock(6 * MINUTE)
    page = client.get(FACTOR)
    assert page.headers["Location"] == f"{CONFIRM}?next={FACTOR}"
    for seed in ("", "made:up:by-somebody"):
        page = client.post(FACTOR, {"seed": seed, "code": "123456"}, follow=True)
        assert page.redirect_chain[-1][0].startswith(CONFIRM) and 'class="secret"' not in text(page)
    client.post(CONFIRM, {"password": "wrong", "next": FACTOR})
    assert client.get(FACTOR).status_code == 302
    answer = client.post(CONFIRM, {"password": PASSWORD, "next": FACTOR})
    assert answer.headers["Location"] == FACTOR
    assert 'class="secret"' in text(client.get(FACTOR))


def test_where_it_is_required_one_gives_the_password_again_and_comes_no_further(
    client, user, clock, settings
):
    settings.SECOND_FACTOR = "required"
    sign_in(client)
    assert client.get("/admin/", follow=True).redirect_chain[-1][0] == FACTOR
    clock(6 * MINUTE)
    page = client.get("/admin/", follow=True)
    assert page.redirect_chain[-1][0].startswith(CONFIRM) and page.status_code == 200
    assert client.post(CONFIRM, {"password": PASSWORD, "next": "/admin/"}).status_code == 302
    assert client.get("/admin/", follow=True).redirect_chain[-1][0] == FACTOR
    assert not is_in(client)


def test_a_page_that_is_read_writes_nothing_and_shows_another_seed_each_time(client, user):
    sign_in(client)
    client.get("/admin/")
    session = Session.objects.get().session_data
    keys = {offered(client.get(FACTOR))[0].key for _each in range(3)}
    assert len(keys) == 3
    assert not TOTPDevice.objects.exists()
    assert Session.objects.get().session_data == session


def test_who_saw_the_page_once_knows_nothing_of_what_is_confirmed_later(client, user, clock):
    sign_in(client)
    seen, _sent = offered(client.get(FACTOR))
    device, sent = offered(client.get(FACTOR))
    client.post(FACTOR, sent | {"code": code_now(device)})
    kept = TOTPDevice.objects.get(user=user)
    assert kept.confirmed and kept.key == device.key != seen.key


def test_a_wrong_code_keeps_the_picture_that_was_scanned(client, user, clock):
    sign_in(client)
    device, sent = offered(client.get(FACTOR))
    wrong = f"{(int(code_now(device)) + 1) % 1_000_000:06d}"
    again, sent_again = offered(client.post(FACTOR, sent | {"code": wrong}))
    assert (again.key, sent_again) == (device.key, sent)
    assert not TOTPDevice.objects.exists()
    assert log("code_failed") == [("code_failed", "jan", "jan", "")]
    clock(2)
    client.post(FACTOR, sent_again | {"code": code_now(device)})
    assert is_set_up(user)


def test_wrong_codes_wait_longer_each_time(client, user, clock):
    sign_in(client)
    device, sent = offered(client.get(FACTOR))
    waits = []
    for _each in range(4):
        client.post(FACTOR, sent | {"code": "000000" if code_now(device) != "000000" else "000001"})
        waits.append(int(client.post(FACTOR, sent | {"code": code_now(device)}).headers["Retry-After"]))
        clock(waits[-1])
    assert waits == [1, 2, 4, 8]


@pytest.mark.parametrize(
    "how",
    ["another session", "another account", "too late", "another password", "the session's end", "changed"],
)
def test_a_seed_serves_the_session_that_made_it_for_a_few_minutes(client, user, clock, how):
    sign_in(client)
    device, sent = offered(client.get(FACTOR))
    browser = client
    if how == "another session":
        browser = Client()
        sign_in(browser)
    if how == "another account":
        User.objects.create_user("els", password=PASSWORD, is_staff=True)
        sign_in(client, username="els")
    if how == "too late":
        clock(10 * MINUTE + 1)
    if how == "another password":
        new = "nog een veel langere zin dan dat"
        data = {"old_password": PASSWORD, "new_password1": new, "new_password2": new}
        assert client.post("/admin/password_change/", data).status_code == 302
    if how == "the session's end":
        client.post("/admin/logout/")
        sign_in(client)
    if how == "changed":
        sent = {"seed": "0" * 40 + sent["seed"][40:]}
    answer = browser.post(FACTOR, sent | {"code": code_now(device)})
    assert answer.headers["Location"] == FACTOR
    assert not TOTPDevice.objects.exists()


def test_it_says_that_the_picture_is_too_old(client, user, clock, language, settings):
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = language
    sign_in(client)
    device, sent = offered(client.get(FACTOR))
    clock(10 * MINUTE + 1)
    page = client.post(FACTOR, sent | {"code": code_now(device)}, follow=True)
    words = {"nl": "Deze afbeelding was te oud", "fr": "Cette image était trop ancienne"}
    assert words[language] in text(page)


def test_two_windows_set_up_one(client, user, clock):
    sign_in(client)
    first, second = (offered(client.get(FACTOR)) for _each in range(2))
    before = client.session.session_key
    assert client.post(FACTOR, first[1] | {"code": code_now(first[0])}).status_code == 200
    assert client.session.session_key != before
    client.post(FACTOR, second[1] | {"code": code_now(second[0])})
    assert TOTPDevice.objects.get(user=user).key == first[0].key
    assert second_factor.confirm(second_factor.new_authenticator(user, second[0].key), "123456") is False
    assert TOTPDevice.objects.count() == 1


def test_the_code_that_set_it_up_does_not_sign_in(client, user):
    sign_in(client)
    device, sent = offered(client.get(FACTOR))
    code = code_now(device)
    client.post(FACTOR, sent | {"code": code})
    other = Client()
    sign_in(other)
    other.post("/admin/login/code/", {"code": code})
    assert not is_in(other)


def test_it_is_for_who_works_here(client, user):
    for path in (FACTOR, CONFIRM):
        assert client.get(path).headers["Location"].startswith(LOGIN)
    User.objects.update(is_staff=False)
    client.force_login(User.objects.get())
    for path in (FACTOR, CONFIRM):
        assert client.get(path).headers["Location"].startswith(LOGIN)


def test_the_migration_forgets_seeds_that_were_shown_and_never_confirmed(user, device):
    shown = TOTPDevice.objects.create(user=user, name="authenticator", confirmed=False)
    loader = MigrationExecutor(connection).loader
    name = ("accounts", "0009_seeds_that_were_shown")
    migration = loader.graph.nodes[name]
    migration.operations[0].code(loader.project_state(name).apps, None)
    assert list(TOTPDevice.objects.all()) == [device] != [shown]
