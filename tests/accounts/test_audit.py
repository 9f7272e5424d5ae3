"""What the audit log tells beyond who signed in: numbers, old names, refusals; and when it forgets."""

import logging
import time
from datetime import timedelta

import pytest
from django.contrib.auth.models import Group, User
from django.contrib.sessions.models import Session
from django.db import OperationalError, connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts import audit, expiry
from accounts.models import Bucket, Entry

from ..signing_in import CODE, LOGIN, log, sign_in
from .test_roles_accounts import USERS, account, browser, change, group

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("quick_hashes")]


@pytest.fixture
def superuser(db):
    return account("els", is_superuser=True)


def test_a_rename_says_old_and_new_and_numbers_stay(superuser, user):
    client = browser(superuser)
    data = {"username": "johan", "email": "johan@portal.example", "first_name": "Johan", "is_active": "on"}
    data |= {"is_staff": "on", "groups": [group("editor NL")]}
    data |= {"date_joined_0": "2001-01-01", "date_joined_1": "00:00:00"}
    assert client.post(change(user), data).status_code == 302
    [(_what, actor, subject, detail)] = log("changed")
    assert (actor, subject) == ("els", "johan")
    assert "username: “jan” → “johan”" in detail
    assert "email: “” → “johan@portal.example”" in detail
    assert "first_name" in detail and "Johan”" not in detail
    numbers = Entry.objects.filter(what="changed").values_list("actor_number", "subject_number")
    assert list(numbers) == [(superuser.pk, user.pk)]
    User.objects.get(pk=user.pk).delete()
    assert list(numbers) == [(superuser.pk, user.pk)]


def test_a_group_that_is_renamed_too(superuser):
    other = Group.objects.create(name="other")
    data = {"name": "others", "permissions": []}
    path = reverse("admin:auth_group_change", args=[other.pk])
    assert browser(superuser).post(path, data).status_code == 302
    assert log("changed") == [("changed", "els", "others", "name: “other” → “others”")]


def test_a_right_password_that_was_left_at_the_code_is_recorded(client, user, device):
    sign_in(client)
    assert log("code_asked") == [("code_asked", "", "jan", "")]
    assert Entry.objects.get(what="code_asked").subject_number == user.pk
    assert client.get(CODE).status_code == 200 and not log("signed_in")


def test_what_is_refused_is_recorded_once_a_minute_for_each_kind_of_page(user, clock):
    client = browser(user)
    for _each in range(5):
        assert client.get(f"{USERS}add/").status_code == 403
        assert client.get(reverse("admin:auth_group_changelist")).status_code == 403
    refused = [
        ("refused", "jan", "jan", "GET /admin/auth/user/add/"),
        ("refused", "jan", "jan", "GET /admin/auth/group/"),
    ]
    assert log("refused") == refused
    clock(61)
    client.get(f"{USERS}add/")
    assert log("refused") == [*refused, refused[0]]


def test_what_comes_without_our_token_is_recorded_and_no_flood_of_it_floods_the_log(user):
    client = Client(enforce_csrf_checks=True)
    for _each in range(3):
        assert client.post(LOGIN, {}, REMOTE_ADDR="192.0.2.1").status_code == 403
    assert log("refused") == [("refused", "", "", "POST /admin/login/ (CSRF)")]
    assert Entry.objects.get(what="refused").address == "192.0.2.1"
    for number in range(100):
        client.post(LOGIN, {}, REMOTE_ADDR=f"192.0.2.{number}")
    assert len(log("refused")) == 60


def test_a_page_without_an_account_is_no_refusal(client):
    assert client.get(USERS).status_code == 302
    assert client.post("/admin/initiatives/worksite/add/", {"note": "x"}).status_code == 403  # comes back
    assert not log("refused")


def test_nothing_is_too_long_for_an_entry(user, rf, settings):
    settings.BEHIND_PROXY = False
    request = rf.get("/", REMOTE_ADDR="fe80::1%" + "x" * 300)
    request.user = user
    with audit.during(request):
        audit.record(audit.What.CHANGED, "é" * 1000, "é" * 100_000, actor="é" * 1000)
    entry = Entry.objects.get(what="changed")
    assert (len(entry.actor), len(entry.subject), len(entry.detail)) == (150, 200, 100_000)
    # No address, and nothing of what somebody wrote in its place.
    assert entry.address == ""


def test_an_entry_is_one_line_whatever_stands_in_it(user, caplog, django_capture_on_commit_callbacks):
    logger = logging.getLogger("accounts.audit")
    logger.addHandler(caplog.handler)
    signs = "a\nb\rc\x1b[31md\u2028e\u202ef\x85g'h"
    with django_capture_on_commit_callbacks(execute=True):
        audit.record(audit.What.CHANGED, signs, signs, actor=signs)
    logger.removeHandler(caplog.handler)
    [line] = caplog.messages
    assert line.isprintable() and len(line.splitlines()) == 1


# Forgetting ---------------------------------------------------------------------------------------------


def old_things(user, settings):
    """Leave an entry, a session and a bucket that are over, and one of each that is not."""
    for days in (settings.AUDIT_DAYS + 1, settings.AUDIT_DAYS - 1):
        entry = Entry.objects.create(what="signed_out", detail=f"{days} days ago")
        with connection.cursor() as cursor:
            moment = timezone.now() - timedelta(days=days)
            table = Entry._meta.db_table
            cursor.execute(f"update {table} set at = %s where id = %s", [moment, entry.pk])
    for hours in (-1, 1):
        Session.objects.create(
            session_key=f"key{hours}", session_data="", expire_date=timezone.now() + timedelta(hours=hours)
        )
        Bucket.objects.create(key=f"key{hours}", full_at=time.time() + 2 * hours * 3600)


def test_it_forgets_what_is_over_and_nothing_else(user, settings):
    old_things(user, settings)
    expiry.expire()
    assert [entry[3] for entry in log("signed_out")] == [f"{settings.AUDIT_DAYS - 1} days ago"]
    assert list(Session.objects.values_list("session_key", flat=True)) == ["key1"]
    assert list(Bucket.objects.values_list("key", flat=True)) == ["key1"]


def test_signing_in_forgets_nothing(client, user, settings):
    old_things(user, settings)
    sign_in(client)
    assert len(log("signed_out")) == 2
    assert Session.objects.filter(session_key="key-1").exists()


def test_a_database_that_is_down_is_asked_again_later(monkeypatch, caplog):
    def fail():
        raise OperationalError("server closed the connection")

    monkeypatch.setattr(expiry, "expire", fail)
    monkeypatch.setattr(connection, "close", lambda: None)  # the one of this test
    with caplog.at_level("WARNING", logger="accounts.expiry"):
        expiry.run()
    assert "will be in an hour" in caplog.text


def test_every_worker_forgets_a_moment_after_its_start_and_then_every_hour(monkeypatch):
    class Over(Exception):
        pass

    slept, runs = [], []

    def sleep(seconds):
        slept.append(seconds)
        if len(slept) == 3:
            raise Over

    monkeypatch.setattr(expiry.time, "sleep", sleep)
    monkeypatch.setattr(expiry, "run", lambda: runs.append(1))
    with pytest.raises(Over):
        expiry.go_on()
    assert slept == [expiry.FIRST, expiry.AGAIN, expiry.AGAIN] == [20, 3600, 3600]
    assert len(runs) == 2
