"""After signing in: sessions that end in time, and an audit log of all that happens."""

import logging
from datetime import timedelta
from unittest import mock

import pytest
from django.contrib.auth.models import Group, User
from django.contrib.sessions.models import Session
from django.core.management import call_command
from django.test import Client
from django.utils import timezone

from accounts import audit
from accounts.models import Entry
from initiatives.models import Worksite
from initiatives.versions import restore as restore_version
from initiatives.versions.revisions import newest_versions

from ..saving import keep, keep_deleted, put, update
from ..signing_in import CODE, LOGIN, PASSWORD, is_in, log, sign_in, text

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("quick_hashes")]

# Sessions --------------------------------------------------------------------------------------------


def test_a_session_that_is_not_used_ends(client, user, settings, clock):
    assert settings.SESSION_COOKIE_AGE == 3600
    sign_in(client)
    assert is_in(client)
    before = Session.objects.get().expire_date
    Session.objects.update(expire_date=before.replace(year=2001))
    assert not is_in(client)


def test_using_the_admin_keeps_a_session_alive(client, user, clock):
    sign_in(client)
    is_in(client)
    early = Session.objects.get().get_decoded()["seen"]
    clock(120)
    is_in(client)
    assert Session.objects.get().get_decoded()["seen"] > early + 100


def test_a_session_ends_after_half_a_day_even_if_used(client, user, clock, settings):
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "nl"
    sign_in(client)
    assert is_in(client)
    clock(12 * 3600 + 60)
    page = client.get("/admin/", follow=True)
    assert "afgemeld" in text(page)
    assert not is_in(client)
    assert log("session_ended") == [("session_ended", "jan", "jan", "time")]


def test_a_session_ends_when_the_password_changes_elsewhere(client, user):
    other = Client()
    for browser in (client, other):
        sign_in(browser)
    new = "nog een veel langere zin dan dat"
    data = {"old_password": PASSWORD, "new_password1": new, "new_password2": new}
    assert client.post("/admin/password_change/", data).status_code == 302
    assert is_in(client) and not is_in(other)
    assert log("password") == [("password", "jan", "jan", "")]


def test_a_new_secret_key_ends_every_session(client, user, settings):
    """As the guide says for a backup that leaked."""
    sign_in(client)
    assert is_in(client)
    settings.SECRET_KEY = "another-key-than-before-" * 3
    assert not is_in(client)


@pytest.mark.parametrize("change", ["role", "active", "permission of the role"])
def test_a_session_ends_when_its_account_may_do_something_else(client, user, change):
    sign_in(client)
    assert is_in(client)
    if change == "role":
        user.groups.set([Group.objects.get(name="publisher")])
    elif change == "active":
        User.objects.update(is_active=False)
    else:
        group = user.groups.get()
        group.permissions.remove(group.permissions.get(codename="edit_nl"))
    assert not is_in(client)


def test_every_cookie_of_the_admin_is_locked(client, user, device, settings):
    settings.SESSION_COOKIE_SECURE = settings.CSRF_COOKIE_SECURE = settings.LANGUAGE_COOKIE_SECURE = True
    https = Client()
    https.post("/admin/language/setlang/", {"language": "fr", "next": LOGIN}, secure=True)
    https.get(LOGIN, secure=True)
    https.post(LOGIN, {"username": "jan", "password": PASSWORD}, secure=True)
    https.post(CODE, {"code": device.codes[0]}, secure=True)  # with a message
    names = {settings.SESSION_COOKIE_NAME, settings.CSRF_COOKIE_NAME, settings.LANGUAGE_COOKIE_NAME}
    names |= {settings.KNOWN_BROWSER_COOKIE_NAME}
    assert set(https.cookies) == names
    for cookie in https.cookies.values():
        assert (cookie["secure"], cookie["httponly"], cookie["samesite"]) == (True, True, "Lax"), cookie.key
        assert (cookie["path"], cookie["domain"]) == ("/", ""), cookie.key


# The audit log ---------------------------------------------------------------------------------------


def test_it_records_what_happens_at_the_door_and_never_a_secret(client, user, device, caplog):
    caplog.handler.setLevel(logging.INFO)
    logging.getLogger("accounts.audit").addHandler(caplog.handler)
    sign_in(client, "a-secret-typed-wrong")
    sign_in(client, "typed", username="my-password-by-mistake")
    sign_in(client)
    client.post(CODE, {"code": "123456"})
    client.post(CODE, {"code": device.codes[0]})
    client.post("/admin/logout/")
    logging.getLogger("accounts.audit").removeHandler(caplog.handler)
    assert [entry[0] for entry in log()][1:] == [
        "sign_in_failed",
        "sign_in_failed",
        "code_asked",
        "code_failed",
        "signed_in",
        "code_used",
        "signed_out",
    ]
    assert not Entry.objects.exclude(what__in=("codes_made", "loaded")).filter(address="").exists()
    everything = str(list(Entry.objects.values())) + caplog.text
    for secret in ("a-secret", "my-password", "123456", device.codes[0], PASSWORD, "typed"):
        assert secret not in everything


def test_it_writes_one_line_for_each_entry(user, caplog, django_capture_on_commit_callbacks):
    logger = logging.getLogger("accounts.audit")
    logger.addHandler(caplog.handler)
    with django_capture_on_commit_callbacks(execute=True):
        audit.record(audit.What.ROLE_GIVEN, user, "publisher\nforged", actor="els")
    logger.removeHandler(caplog.handler)
    assert caplog.messages == ["role_given actor='els' subject='jan' detail='publisher\\nforged'"]


def test_nothing_can_be_changed_or_taken_away(user):
    audit.record(audit.What.SIGNED_IN, user)
    entry, count = Entry.objects.first(), Entry.objects.count()
    for forbidden in (entry.save, entry.delete, Entry.objects.all().delete, Entry.objects.update):
        with pytest.raises(TypeError):
            forbidden()
    assert Entry.objects.count() == count


def test_it_keeps_an_entry_for_a_year_and_no_longer(client, user, settings):
    assert settings.AUDIT_DAYS == 365
    start, day = timezone.now(), timedelta(days=1)
    for days in (366, 364):
        with mock.patch.object(timezone, "now", lambda days=days: start - days * day):
            audit.record(audit.What.SIGNED_OUT, user, f"{days} days ago", actor="jan")
    call_command("expire")
    assert [entry[3] for entry in log("signed_out")] == ["364 days ago"]


def test_the_names_in_it_outlast_the_account(user):
    audit.record(audit.What.SIGNED_IN, user, actor="jan")
    user.delete()
    assert log() == [("signed_in", "jan", "jan", "")]


def test_it_records_what_becomes_public_and_what_no_longer_is(user):
    worksite = Worksite.objects.get(code="1.4-02")
    worksite.publication = "withdrawn"
    worksite.withdrawal_reason_nl = worksite.withdrawal_reason_fr = "x"
    put(worksite)
    keep(worksite, editor=user)
    worksite.publication = "public"
    put(worksite)
    keep(worksite, editor=user)
    worksite.note = ""
    measure = worksite.measure_set.order_by("position").first()
    update(type(measure).objects.filter(pk=measure.pk), publication="draft")
    keep(worksite, editor=user)
    assert log() == [
        ("withdrawn", "jan", "worksite 1.4-02", "worksite 1.4-02"),
        ("published", "jan", "worksite 1.4-02", "worksite 1.4-02"),
        ("withdrawn", "jan", "worksite 1.4-02", f"measure {measure.code}"),
    ]


def test_a_deleted_record_is_no_longer_public_and_a_restored_one_is_again(user):
    last = newest_versions()["sector", "trade"]
    keep_deleted(last, editor=user)
    restore_version(last, editor=user)
    assert log() == [
        ("withdrawn", "jan", "sector trade", "sector trade"),
        ("published", "jan", "sector trade", "sector trade"),
    ]


def test_a_change_of_words_is_no_publication(user):
    worksite = Worksite.objects.get(code="1.4-02")
    worksite.title_nl += " x"
    put(worksite)
    keep(worksite, editor=user)
    assert log() == []


def test_loading_the_content_is_one_entry():
    [(_what, _actor, _subject, detail)] = log("loaded")
    assert "worksite 1.4-02" in detail
    assert "sector trade" in detail


def test_the_first_account_is_recorded(capsys, monkeypatch):
    monkeypatch.setenv("DJANGO_SUPERUSER_PASSWORD", PASSWORD)
    call_command("createsuperuser", username="els", email="", interactive=False, verbosity=0)
    assert log() == [
        ("created", "", "els", ""),
        ("activated", "", "els", ""),
        ("right_given", "", "els", "staff"),
        ("right_given", "", "els", "superuser"),
    ]
    assert User.objects.get(username="els").is_superuser
