"""Who guesses is slowed down and leaves nothing behind; whose account it is comes in, and soon."""

import time

import pytest
from django.conf import settings as live_settings
from django.test import Client

from accounts import throttling
from accounts.models import Bucket

from ..signing_in import CODE, FACTOR, LOGIN, PASSWORD, code_now, is_in, log, sign_in

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("quick_hashes")]
KNOWN, WAITING = live_settings.KNOWN_BROWSER_COOKIE_NAME, live_settings.WAITING_COOKIE_NAME
NEIGHBOUR = "198.51.100.7"
PROMISE = 60  # seconds; docs/accounts.md


def press(username="jan", count=30):
    """Guess from many addresses until those of the account are used up."""
    for number in range(count):
        sign_in(Client(), "wrong", username, address=f"203.0.113.{number}")


def sign_in_until(browser, clock, address, seconds=600, each=5):
    """Return how long an owner who tries again when told to has to wait until they are in."""
    waited = 0
    while waited <= seconds:
        answer = sign_in(browser, address=address)
        if answer.status_code == 302:
            return waited
        pause = int(answer.headers["Retry-After"])
        clock(pause)
        waited += pause
    return waited


# What is refused leaves nothing ----------------------------------------------------------------------


def test_a_refused_attempt_leaves_no_row(client, user):
    for number in range(30):
        sign_in(client, "wrong", f"name{number}", address=NEIGHBOUR)
    rows = set(Bucket.objects.values_list("key", flat=True))
    for number in range(30, 60):
        assert sign_in(client, "wrong", f"name{number}", address=NEIGHBOUR).status_code == 429
    assert set(Bucket.objects.values_list("key", flat=True)) == rows


def test_nor_does_one_of_an_account_under_pressure(user):
    press()
    rows, entries = Bucket.objects.count(), len(log())
    for number in range(40):
        assert sign_in(Client(), "wrong", address=f"198.18.0.{number}").status_code == 429
    assert (Bucket.objects.count(), len(log())) == (rows, entries)


def test_nor_does_a_right_one(client, user, device):
    sign_in(client)
    client.post(CODE, {"code": code_now(device)}, REMOTE_ADDR="192.0.2.1")
    assert is_in(client)
    assert not Bucket.objects.exists()


def test_who_never_comes_back_tries_nothing_under_pressure(user, clock):
    press()
    for number in range(3):
        clock(10)
        other = sign_in(Client(), address=f"198.18.0.{number}")
        assert other.status_code == 429 and WAITING in other.cookies


# IPv6 ------------------------------------------------------------------------------------------------


def test_networks_of_one_ipv6_site_are_counted_together_too(user, monkeypatch):
    now = [time.time()]
    monkeypatch.setattr(time, "time", lambda: now[0])
    statuses = [
        sign_in(Client(), "wrong", f"name{number}", f"2001:db8:1:{number:x}::1").status_code
        for number in range(throttling.SITE.attempts + 2)
    ]
    assert statuses == [200] * throttling.SITE.attempts + [429] * 2
    assert sign_in(Client(), "wrong", "other", "2001:db8:2::1").status_code == 200
    now[0] += throttling.SITE.seconds
    assert sign_in(Client(), "wrong", "other", "2001:db8:1:fff::1").status_code == 200


def test_an_ipv4_address_written_as_ipv6_is_the_same(client, user):
    for number in range(5):
        sign_in(client, "wrong", address="::ffff:192.0.2.1" if number % 2 else "192.0.2.1")
    for address in ("::ffff:192.0.2.1", "192.0.2.1", "::ffff:c000:201"):
        assert sign_in(client, address=address).status_code == 429


# A browser that is known -----------------------------------------------------------------------------


def test_an_owner_beside_a_noisy_neighbour_comes_in(client, user, device, clock):
    sign_in(client, address=NEIGHBOUR)
    client.post(CODE, {"code": device.codes[0]}, REMOTE_ADDR=NEIGHBOUR)
    client.post("/admin/logout/")
    press()
    for number in range(40):
        sign_in(Client(), "wrong", address=NEIGHBOUR)
        sign_in(Client(), "wrong", f"name{number}", address=NEIGHBOUR)
    assert sign_in(Client(), address=NEIGHBOUR).status_code == 429
    assert sign_in(client, address=NEIGHBOUR).status_code == 302
    client.post(CODE, {"code": device.codes[1]}, REMOTE_ADDR=NEIGHBOUR)
    assert is_in(client)


def test_a_password_alone_does_not_make_a_browser_known_where_a_code_is_asked(client, user, device):
    sign_in(client)
    assert KNOWN not in client.cookies
    client.post(CODE, {"code": device.codes[0]}, REMOTE_ADDR="192.0.2.1")
    cookie = client.cookies[KNOWN]
    assert (cookie["httponly"], cookie["samesite"], cookie["max-age"]) == (True, "Lax", 90 * 24 * 3600)


@pytest.mark.parametrize("how", ["forged", "another account's", "another password's", "old", "no JSON"])
def test_a_cookie_that_is_not_of_this_account_gives_nothing(client, user, clock, how, django_user_model):
    if how == "another account's":
        django_user_model.objects.create_user(
            "els", password="een lange zin die niemand raadt", is_staff=True
        )
        sign_in(client, username="els")
    else:
        sign_in(client)
    value = client.cookies[KNOWN].value
    if how == "another password's":
        user.set_password("een andere lange zin hier")
        user.save()
    if how == "old":
        clock(90 * 24 * 3600 + 1)
    thief = Client()
    thief.cookies[KNOWN] = {"forged": value[:-1] + "x", "no JSON": "x:y:z"}.get(how, value)
    for _each in range(throttling.PAIR.attempts):
        sign_in(thief, "wrong", address=NEIGHBOUR)
    assert sign_in(thief, "wrong", address=NEIGHBOUR).status_code == 429


def test_a_stolen_one_gives_a_few_attempts_of_its_own(client, user):
    sign_in(client)
    press()
    thief = Client()
    thief.cookies[KNOWN] = client.cookies[KNOWN].value
    statuses = [sign_in(thief, "wrong", address=NEIGHBOUR).status_code for _each in range(8)]
    assert statuses == [200] * throttling.KNOWN_BROWSER.attempts + [429] * 3
    assert not is_in(thief)


def test_a_browser_knows_several_accounts(client, user, django_user_model):
    django_user_model.objects.create_user("els", password=PASSWORD, is_staff=True)
    for name in ("jan", "els"):
        sign_in(client, username=name)
        client.post("/admin/logout/")
    for name in ("jan", "els"):
        press(name)
        assert sign_in(client, username=name).status_code == 302


def test_public_pages_neither_get_nor_give_these_cookies(client, user):
    sign_in(client)
    for path in ("/nl/", "/fr/", "/data/worksites.json"):
        answer = client.get(path)
        assert not answer.cookies and "Cookie" not in answer.headers.get("Vary", ""), path
    client.cookies.clear()
    client.cookies[KNOWN] = client.cookies[WAITING] = "\\000"
    assert client.get(LOGIN).status_code == 200


# The wait that docs/accounts.md promises --------------------------------------------------------------


def test_nobody_waits_longer_than_promised_for_what_others_try(client, user, clock, capsys):
    sign_in(client)
    known = client.cookies[KNOWN].value
    waits = {}
    press()
    waits["many addresses, a browser of its own that is not known"] = sign_in_until(
        Client(), clock, "192.0.2.1"
    )
    press()
    browser = Client()
    browser.cookies[KNOWN] = known
    waits["many addresses, a known browser"] = sign_in_until(browser, clock, NEIGHBOUR)
    press()
    for number in range(60):
        sign_in(Client(), "wrong", f"name{number}", NEIGHBOUR)
    browser = Client()
    browser.cookies[KNOWN] = known
    waits["many addresses and the same network, a known browser"] = sign_in_until(browser, clock, NEIGHBOUR)
    for number in range(60):
        sign_in(Client(), "wrong", address=NEIGHBOUR)
        sign_in(Client(), "wrong", f"name{number}", NEIGHBOUR)
    waits["the same network until now, not known"] = sign_in_until(Client(), clock, NEIGHBOUR)
    with capsys.disabled():
        print()
        for case, seconds in waits.items():
            print(f"  waits {seconds:2d} s: {case}")
    assert max(waits.values()) <= PROMISE
    assert waits["many addresses, a known browser"] == 0
    assert waits["many addresses and the same network, a known browser"] == 0


def test_the_second_factor_waits_twice_as_long_each_time(client, user, device, clock, capsys):
    waits = []
    for number in range(14):
        device.refresh_from_db()
        device.throttling_failure_timestamp = None
        device.throttling_failure_count = number
        device.throttle_increment()
        _is_allowed, reason = device.verify_is_allowed()
        waits.append(round((reason["locked_until"] - device.throttling_failure_timestamp).total_seconds()))
    with capsys.disabled():
        print(f"\n  after each wrong code, in seconds: {waits}")
    assert waits == [2**number for number in range(14)]
    assert next(number for number, wait in enumerate(waits, 1) if wait > 3600) == 13


# Where the password is asked elsewhere ---------------------------------------------------------------


def test_the_old_password_at_a_change_is_slowed_down_and_recorded_as_at_signing_in(client, user, settings):
    client.force_login(user)
    new = "een heel andere zin, en ook lang"
    change = {"new_password1": new, "new_password2": new}
    statuses = [
        client.post("/admin/password_change/", change | {"old_password": f"wrong {number}"}).status_code
        for number in range(6)
    ]
    assert statuses == [200] * 5 + [429]
    answer = client.post("/admin/password_change/", change | {"old_password": PASSWORD})
    assert answer.status_code == 429 and int(answer.headers["Retry-After"]) <= 60
    assert log("password_failed") == [("password_failed", "jan", "jan", "")] * 5
    user.refresh_from_db()
    assert user.check_password(PASSWORD)


def test_who_changes_the_password_stays_known_to_the_browser(client, user):
    sign_in(client)
    before, new = client.cookies[KNOWN].value, "een heel andere zin, en ook lang"
    data = {"old_password": PASSWORD, "new_password1": new, "new_password2": new}
    assert client.post("/admin/password_change/", data).status_code == 302
    assert client.cookies[KNOWN].value != before
    client.post("/admin/logout/")
    press()
    assert sign_in(client, new).status_code == 302


@pytest.mark.parametrize(("path", "field"), [(FACTOR, "code"), ("/admin/confirm-password/", "password")])
def test_no_page_of_the_admin_lets_guess_without_end(client, user, device, path, field):
    sign_in(client)
    client.post(CODE, {"code": device.codes[0]}, REMOTE_ADDR="192.0.2.1")
    statuses = {client.post(path, {field: f"wrong {number}"}).status_code for number in range(7)}
    assert statuses == {200, 429}
    kind = {"code": "code_failed", "password": "password_failed"}[field]
    assert 1 <= len(log(kind)) <= 5
