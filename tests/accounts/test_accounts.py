"""Signing in: two steps, and slowed down for those who guess."""

import json
import re
import time
from concurrent.futures import ThreadPoolExecutor
from urllib.error import HTTPError
from urllib.parse import urlencode
from urllib.request import HTTPCookieProcessor, build_opener

import pytest
from django.conf import settings as live_settings
from django.contrib.auth.models import User
from django.contrib.auth.password_validation import validate_password
from django.contrib.sessions.models import Session
from django.core.exceptions import ValidationError
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse
from django_otp.plugins.otp_totp.models import TOTPDevice

from accounts import hashing, second_factor, throttling
from accounts.models import Bucket, Entry, RecoveryCodes
from go4brussels.middleware import ADMIN_POLICY
from initiatives.models import Worksite

from ..signing_in import CODE, FACTOR, LOGIN, code_now, is_in, log, offered, sign_in, text

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("quick_hashes")]

# Name and password -----------------------------------------------------------------------------------


def test_it_lets_in_who_gives_the_right_password(client, user):
    response = sign_in(client, next="/admin/initiatives/worksite/")
    assert (response.status_code, response.headers["Location"]) == (302, "/admin/initiatives/worksite/")
    assert is_in(client)
    assert log("signed_in") == [("signed_in", "jan", "jan", "")]


def test_it_begins_each_session_under_a_new_key(client, user):
    client.cookies[live_settings.SESSION_COOKIE_NAME] = "chosen-by-somebody-else-1234567"
    keys = {"chosen-by-somebody-else-1234567"}
    for _each in range(3):
        sign_in(client)
        keys.add(client.cookies[live_settings.SESSION_COOKIE_NAME].value)
    assert len(keys) == 4
    assert Session.objects.count() == 1


@pytest.mark.parametrize("goal", ["https://evil.example/", "//evil.example", "javascript:alert(1)"])
def test_it_leads_to_no_other_site(client, user, device, goal):
    assert sign_in(client, next=goal).headers["Location"] == CODE
    response = client.post(CODE, {"code": code_now(device), "next": goal})
    assert response.headers["Location"] == "/admin/"


@pytest.mark.parametrize("change", [{"is_active": False}, {"is_staff": False}])
def test_it_says_the_same_of_a_wrong_password_and_of_an_account_that_may_not_enter(client, user, change):
    wrong = re.findall('<p class="errornote">(.*?)</p>', text(sign_in(client, "wrong")), re.DOTALL)
    User.objects.update(**change)
    refused = re.findall('<p class="errornote">(.*?)</p>', text(sign_in(client)), re.DOTALL)
    assert wrong == refused != []
    assert not is_in(client)


def test_the_page_of_signing_in_says_whom_to_ask(client, settings):
    for language, words in {"nl": "Vraag hulp", "fr": "Adressez-vous"}.items():
        client.cookies[settings.LANGUAGE_COOKIE_NAME] = language
        page = client.get(LOGIN)
        assert words in text(page)
        assert f'<html lang="{language}"' in text(page)
        assert 'name="language"' in text(page)


@pytest.mark.parametrize(
    "password", ["password1234", "wachtwoord123", "motdepasse123", "welkom123456", "AZERTYUIOPQS"]
)
def test_it_refuses_a_common_password_in_both_languages(password, language):
    with pytest.raises(ValidationError) as refused:
        validate_password(password)
    words = {"nl": "wachtwoord is te algemeen", "fr": "mot de passe est trop courant"}[language]
    assert words in " ".join(refused.value.messages)


@pytest.mark.parametrize("password", ["vier lage huizen", "VIERLAGEHUIZENOPEENRIJ", "étéhiverardoise"])
def test_it_asks_for_fifteen_signs_and_no_mixture(password):
    validate_password(password)
    with pytest.raises(ValidationError):
        validate_password("kort maar x")


# The second factor -----------------------------------------------------------------------------------


def test_it_asks_the_code_of_who_has_a_second_factor(client, user, device):
    response = sign_in(client, next="/admin/initiatives/worksite/")
    assert response.status_code == 302
    assert response.headers["Location"].startswith(CODE)
    assert not is_in(client)
    assert not log("signed_in")
    response = client.post(response.headers["Location"], {"code": code_now(device)})
    assert response.headers["Location"] == "/admin/initiatives/worksite/"
    assert is_in(client)
    assert log("signed_in") == [("signed_in", "jan", "jan", "authenticator")]


def test_it_takes_no_code_twice_and_no_wrong_one(client, user, device, clock):
    code = code_now(device)
    sign_in(client)
    client.post(CODE, {"code": code})
    other = Client()
    sign_in(other)
    assert other.post(CODE, {"code": code}).status_code == 200
    clock(2)
    wrong = f"{(int(code) + 1) % 1_000_000:06d}"
    assert other.post(CODE, {"code": wrong}).status_code in (200, 429)
    assert not is_in(other)
    assert log("code_failed")[0] == ("code_failed", "", "jan", "")


def test_a_recovery_code_lets_in_once_and_is_kept_as_a_hash(client, user, device):
    first, second = device.codes[3], device.codes[7]
    kept = json.dumps(RecoveryCodes.objects.get(user=user).hashes)
    for code in device.codes:
        assert code not in kept and code.replace("-", "") not in kept
    assert kept.count("pbkdf2_sha256$") == 10
    for attempt, (code, enters) in enumerate([(first, True), (first, False), (second.upper(), True)]):
        RecoveryCodes.objects.update(throttling_failure_count=0)
        browser = Client()
        sign_in(browser)
        browser.post(CODE, {"code": f" {code} "})
        assert is_in(browser) == enters, attempt
    assert len(log("code_used")) == 2
    assert len(RecoveryCodes.objects.get(user=user).hashes) == 8


def test_it_says_how_many_recovery_codes_are_left(client, user, device, settings):
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "nl"
    sign_in(client)
    page = client.post(CODE, {"code": device.codes[0]}, follow=True)
    assert "9 herstelcodes" in text(page)


def test_wrong_codes_are_slowed_down_by_the_device_with_a_clear_sentence(client, user, device, settings):
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "nl"
    TOTPDevice.objects.update(throttling_failure_count=7, throttling_failure_timestamp="2999-01-01T00:00Z")
    sign_in(client)
    page = client.post(CODE, {"code": code_now(device)})
    assert page.status_code == 429
    assert "2999" in text(page)
    assert not is_in(client)


def test_the_step_of_the_code_is_for_who_gave_the_password_a_moment_ago(client, user, device, clock):
    assert client.get(CODE).headers["Location"].startswith(LOGIN)
    sign_in(client)
    assert client.get(CODE).status_code == 200
    clock(301)
    assert client.post(CODE, {"code": code_now(device)}).headers["Location"].startswith(LOGIN)
    clock(0)
    sign_in(client)
    user.set_password("een andere lange zin hier")
    user.save()
    assert client.post(CODE, {"code": code_now(device)}).headers["Location"].startswith(LOGIN)
    assert not is_in(client)


def set_up(client):
    """Set up a second factor as its owner would, and give the page that follows."""
    page = client.get(FACTOR)
    secret = re.search('<code class="secret">(.*?)</code>', text(page))[1]
    device, sent = offered(page)
    assert secret == second_factor.secret(device)
    return client.post(FACTOR, sent | {"code": code_now(device)})


def test_it_speaks_of_earlier_codes_only_where_there_were_some(client, user, settings, clock):
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "nl"
    sign_in(client)
    assert "voordien" not in text(set_up(client))
    clock(60)  # a code serves once
    device = TOTPDevice.objects.get(user=user)
    assert "voordien" in text(client.post(FACTOR, {"code": code_now(device), "renew": "1"}))


def test_it_is_set_up_with_a_picture_and_ten_codes_that_are_shown_once(client, user):
    sign_in(client)
    page = client.get(FACTOR)
    assert page.headers["Content-Security-Policy"] == ADMIN_POLICY
    assert "no-store" in page.headers["Cache-Control"]
    svg = re.search('<svg[^>]*class="qr".*?</svg>', text(page), re.DOTALL)[0]
    assert not re.search(r"style|script|href|on\w+=", svg)
    done = set_up(client)
    codes = re.findall("<li><code>(.*?)</code></li>", text(done))
    assert len(set(codes)) == 10
    assert "no-store" in done.headers["Cache-Control"]
    again = text(client.get(FACTOR))
    assert not any(code in again for code in codes)
    assert is_in(client)
    assert [entry[0] for entry in log("factor_set", "codes_made")] == ["factor_set", "codes_made"]
    other = Client()
    sign_in(other)
    assert not is_in(other)
    other.post(CODE, {"code": codes[0]})
    assert is_in(other)


def test_a_wrong_first_code_sets_nothing_up(client, user):
    sign_in(client)
    device, sent = offered(client.get(FACTOR))
    code = f"{(int(code_now(device)) + 1) % 1_000_000:06d}"
    page = client.post(FACTOR, sent | {"code": code})
    assert 'class="errorlist"' in text(page)
    assert not TOTPDevice.objects.filter(confirmed=True).exists()
    assert not RecoveryCodes.objects.exists()


def test_where_it_is_required_one_comes_no_further_than_setting_it_up(client, user, settings):
    settings.SECOND_FACTOR = "required"
    response = sign_in(client)
    for path in ("/admin/", "/admin/initiatives/worksite/", "/admin/password_change/", "/admin/jsi18n/"):
        answer = client.get(path, follow=True)
        assert answer.redirect_chain[-1][0] == FACTOR, path
    worksite = Worksite.objects.first()
    change = reverse("admin:initiatives_worksite_change", args=[worksite.pk])
    assert client.post(change, {"title_nl": "x"}).status_code == 403
    assert Worksite.objects.get(pk=worksite.pk).title_nl == worksite.title_nl
    assert response.status_code == 302
    set_up(client)
    assert is_in(client)
    assert client.post("/admin/logout/").status_code == 200
    assert not is_in(client)


def test_who_has_yet_to_set_it_up_may_leave(client, user, settings):
    settings.SECOND_FACTOR = "required"
    sign_in(client)
    client.post("/admin/logout/")
    assert client.get(FACTOR).headers["Location"].startswith(LOGIN)


def test_a_session_without_the_second_factor_that_another_set_up_is_no_longer_enough(client, user):
    other = Client()
    sign_in(client)
    sign_in(other)
    set_up(other)
    assert not is_in(client)
    assert client.get(FACTOR).headers["Location"].startswith(LOGIN)
    assert is_in(other)


def test_its_owner_makes_new_codes_and_takes_it_away_with_a_code(client, user, device, clock):
    sign_in(client)
    client.post(CODE, {"code": device.codes[0]})
    assert client.post(FACTOR, {"code": "000000", "remove": "1"}).status_code == 200
    assert TOTPDevice.objects.exists()
    page = client.post(FACTOR, {"code": device.codes[1], "renew": "1"})
    codes = re.findall("<li><code>(.*?)</code></li>", text(page))
    assert len(codes) == 10 and not set(codes) & set(device.codes)
    client.post(FACTOR, {"code": codes[5], "remove": "1"})
    assert not TOTPDevice.objects.exists() and not RecoveryCodes.objects.exists()
    assert log("factor_removed") == [("factor_removed", "jan", "jan", "")]
    assert is_in(client)


def test_a_command_takes_it_away_where_nobody_else_can(user, device, capsys):
    call_command("reset_second_factor", "jan")
    assert not TOTPDevice.objects.exists()
    for name in ("jan", "nobody"):
        with pytest.raises(CommandError):
            call_command("reset_second_factor", name)


# Slowed down -----------------------------------------------------------------------------------------


def test_who_guesses_is_told_when_to_try_again(client, user, settings):
    for language, words in {"nl": r"over \d+ seconden", "fr": r"dans \d+ secondes"}.items():
        settings.SECRET_KEY = language * 30
        client.cookies[settings.LANGUAGE_COOKIE_NAME] = language
        answers = [sign_in(client, f"wrong {number}") for number in range(6)]
        assert [answer.status_code for answer in answers] == [200] * 5 + [429]
        assert re.search(words, text(answers[-1]))
        assert 1 <= int(answers[-1].headers["Retry-After"]) <= 60


def test_even_the_right_password_waits(client, user, clock):
    for number in range(5):
        sign_in(client, f"wrong {number}")
    assert sign_in(client).status_code == 429
    assert not is_in(client)
    clock(61)
    assert sign_in(client).status_code == 302
    assert is_in(client)


def test_a_flood_from_one_address_does_not_stop_the_owner_at_another(client, user):
    for number in range(40):
        sign_in(client, f"wrong {number}", address="198.51.100.7")
    owner = Client()
    assert sign_in(owner, address="192.0.2.1").status_code == 302
    assert is_in(owner)


def test_one_address_cannot_go_from_account_to_account(client, user, clock):
    answers = [sign_in(client, username=f"name{number}", address="198.51.100.7") for number in range(31)]
    assert [answer.status_code for answer in answers] == [200] * 30 + [429]
    assert sign_in(client, address="198.51.100.7").status_code == 429
    clock(21)
    assert sign_in(client, address="198.51.100.7").status_code == 302


def test_addresses_of_one_ipv6_network_count_as_one(client, user):
    answers = [sign_in(client, "wrong", address=f"2001:db8:1:2::{number:x}") for number in range(6)]
    assert answers[-1].status_code == 429
    assert sign_in(client, "wrong", address="2001:db8:1:3::1").status_code == 200


def test_a_flood_from_everywhere_makes_the_owner_wait_half_a_minute_at_most(client, user, clock):
    for number in range(25):
        sign_in(client, "wrong", address=f"198.51.100.{number}")
    owner = Client()
    first = sign_in(owner)
    assert first.status_code == 429
    assert int(first.headers["Retry-After"]) <= 30
    clock(31)
    for number in range(25):
        sign_in(client, "wrong", address=f"203.0.113.{number}")
    assert sign_in(owner).status_code == 302


def test_guessing_codes_is_slowed_down_even_where_the_password_is_known(client, user, device, clock):
    statuses = []
    for number in range(10):
        TOTPDevice.objects.update(throttling_failure_count=0)
        sign_in(client)
        answer = client.post(CODE, {"code": f"{number:06d}"}, REMOTE_ADDR="192.0.2.1")
        statuses.append(answer.status_code)
    assert 429 in statuses
    assert statuses[0] == 200


def test_the_proxy_says_which_address_it_is(client, user, settings):
    def forwarded(chain):
        data = {"username": "jan", "password": "wrong"}
        return client.post(LOGIN, data, REMOTE_ADDR="10.0.0.1", headers={"x-forwarded-for": chain})

    for number in range(3):
        forwarded(f"203.0.113.{number}")
    failures = Entry.objects.filter(what="sign_in_failed")
    assert set(failures.values_list("address", flat=True)) == {"10.0.0.1"}
    settings.BEHIND_PROXY = True
    forwarded("203.0.113.9, 198.51.100.7")
    assert Entry.objects.first().address == "198.51.100.7"
    forwarded("203.0.113.9, nonsense")
    assert Entry.objects.first().address == "10.0.0.1"


def test_what_slows_down_holds_no_name_and_is_thrown_away(client, user, clock):
    sign_in(client, "wrong")
    keys = list(Bucket.objects.values_list("key", flat=True))
    assert len(keys) == 3
    assert all(re.fullmatch("[0-9a-f]{64}", key) for key in keys)
    clock(3 * 3600)
    sign_in(client, "wrong", username="other", address="203.0.113.1")
    assert not Bucket.objects.filter(key__in=keys).exists()


def test_two_processes_never_take_the_same_attempt(server):
    def guess(_number):
        browser = build_opener(HTTPCookieProcessor())
        page = browser.open(server.url + LOGIN).read().decode()
        token = re.search('name="csrfmiddlewaretoken" value="(.*?)"', page)[1]
        form = {"username": "nobody-at-all", "password": "wrong", "csrfmiddlewaretoken": token}
        while True:
            try:
                return browser.open(server.url + LOGIN, urlencode(form).encode()).status
            except HTTPError as refusal:
                if refusal.headers["Retry-After"] != str(hashing.Busy.SECONDS):
                    return refusal.code
                time.sleep(0.1)

    start = time.monotonic()
    with ThreadPoolExecutor(8) as pool:
        statuses = list(pool.map(guess, range(20)))
    more = (time.monotonic() - start) // throttling.PAIR.seconds  # on a slow machine
    assert set(statuses) == {200, 429}
    assert 5 <= statuses.count(200) <= 5 + more
