"""Passwords are hashed one at a time on a machine, whichever page asks for it, and readers hardly notice."""

import os
import re
import threading
from contextlib import contextmanager

import pytest
from django.conf import settings as live_settings
from django.contrib.auth.hashers import check_password, identify_hasher, make_password
from django.contrib.auth.models import User
from django_otp.plugins.otp_totp.models import TOTPDevice

from accounts import hashing, second_factor
from accounts.models import Bucket

from .. import hammer
from ..server import serve
from ..signing_in import CODE, PASSWORD, is_in, log, sign_in, text

# What else runs on the machine, and stops between two measurements, counts for one of them alone.
ATTEMPTS = 3

BUSY = {"nl": "melden zich nu te veel mensen aan", "fr": "rop de personnes se connectent"}


@contextmanager
def everything_taken(monkeypatch, seconds=0.05):
    """Let another hold the turn of the machine meanwhile, and nobody wait long for it."""
    # The turn is of the machine, and other tests may have it: it is waited for as usual.
    with hashing.turn(), monkeypatch.context() as hasty:
        hasty.setattr(hashing, "PATIENCE", seconds)
        yield


@pytest.fixture
def superuser(db):
    """Return an account whose password is hashed as in production."""
    return User.objects.create_superuser("els", password=PASSWORD)


def test_what_hashes_is_django_s_own():
    encoded = make_password(PASSWORD)
    assert encoded.startswith("pbkdf2_sha256$1000000$")
    assert isinstance(identify_hasher(encoded), hashing.Hasher)
    assert check_password(PASSWORD, encoded) and not check_password("wrong", encoded)


def test_there_is_one_turn_on_the_machine(monkeypatch):
    with everything_taken(monkeypatch), pytest.raises(hashing.Busy), hashing.turn():
        pass
    with hashing.turn():
        pass


def priority():
    return os.getpriority(os.PRIO_PROCESS, threading.get_native_id())


@pytest.mark.parametrize("given_up", [0, hashing.NICENESS + 2])
def test_a_hash_gives_way_and_the_thread_that_asked_for_it_does_not(given_up):
    before = priority()
    make_password(PASSWORD)
    assert priority() == before
    priorities = []

    def give_way():
        os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), before + given_up)
        hashing.give_way()
        priorities.append(priority())

    monitored = threading.Thread(target=give_way)
    monitored.start()
    monitored.join()
    assert priorities == [min(before + given_up + hashing.NICENESS, 19)]


@pytest.mark.django_db
@pytest.mark.parametrize("username", ["els", "nobody"])
def test_signing_in_says_to_come_back_and_counts_nothing(superuser, monkeypatch, client, username, language):
    client.cookies[live_settings.LANGUAGE_COOKIE_NAME] = language
    with everything_taken(monkeypatch):
        answer = sign_in(client, username=username)
    assert (answer.status_code, answer.headers["Retry-After"]) == (429, "5")
    assert re.search(BUSY[language], text(answer))
    assert not Bucket.objects.exists() and log() == []


@pytest.mark.django_db
def test_few_wait_and_the_others_are_told_at_once(superuser, client):
    with hashing.seat(), hashing.seat():
        answer = sign_in(client, username="els")
        assert answer.headers["Retry-After"] == "5"
        assert not Bucket.objects.exists()
    assert sign_in(client, username="els").status_code == 302
    with hashing.seat(), hashing.seat():  # a browser that is known needs none
        assert sign_in(client, username="els").status_code == 302


@pytest.mark.django_db
def test_every_page_that_hashes_waits_for_its_turn(superuser, monkeypatch, client, language):
    client.force_login(superuser)
    client.get("/admin/")
    client.cookies[live_settings.LANGUAGE_COOKIE_NAME] = language
    new = "een heel andere zin, en ook lang"
    pages = {
        "/admin/password_change/": {"old_password": PASSWORD, "new_password1": new, "new_password2": new},
        "/admin/confirm-password/": {"password": PASSWORD},
        "/admin/auth/user/add/": {
            "username": "piet",
            "usable_password": "true",
            "password1": new,
            "password2": new,
        },
    }
    with everything_taken(monkeypatch):
        for path, data in pages.items():
            answer = client.post(path, data)
            assert answer.status_code in (429, 503), path
            assert answer.headers["Retry-After"] == "5"
            assert re.search(BUSY[language], text(answer)), path
    assert not User.objects.filter(username="piet").exists()
    assert User.objects.get().password == superuser.password


@pytest.mark.django_db
def test_so_do_recovery_codes(superuser, monkeypatch, client):
    TOTPDevice.objects.create(user=superuser, name="authenticator")
    code = second_factor.make_recovery_codes(superuser)[0]
    sign_in(client, username="els")
    with everything_taken(monkeypatch):
        assert client.post(CODE, {"code": code}).headers["Retry-After"] == "5"
        with pytest.raises(hashing.Busy):
            second_factor.make_recovery_codes(superuser)
    client.post(CODE, {"code": code})
    assert is_in(client)


@pytest.mark.slow
def test_readers_hardly_notice_who_guesses_and_an_owner_comes_in(prepared, tmp_path, capsys):
    with serve(prepared, tmp_path, BEHIND_PROXY="1") as server:
        server.manage(
            "createsuperuser", "--no-input", "--username=els", "--email=", DJANGO_SUPERUSER_PASSWORD=PASSWORD
        )
        netloc = server.url.removeprefix("http://")
        owner = hammer.Browser(netloc)
        answers = [owner.sign_in("els", PASSWORD)]
        owner.begin()
        for _attempt in range(ATTEMPTS):
            measured = hammer.measure(
                netloc, times=15, meanwhile=lambda: answers.append(owner.sign_in("els", PASSWORD))
            )
            with capsys.disabled():
                print(f"\n  {measured}")
            if is_hardly_noticed(measured):
                break
    assert {*answers} == {(302, 0)} and len(answers) > 1
    assert 429 in measured.statuses
    assert is_hardly_noticed(measured)


def is_hardly_noticed(measured):
    """Return whether readers wait little longer than in quiet; thrice where nothing else runs."""
    return measured.loud < max(5 * measured.quiet, 500)
