"""One object has one name: how an address is written changes neither what is checked nor what is recorded."""

import getpass
import re

import pytest
from django.contrib import admin
from django.contrib.auth.models import User
from django.core.management import CommandError, call_command
from django.db import IntegrityError
from django.test import Client
from django.urls import reverse
from django_otp.plugins.otp_totp.models import TOTPDevice

from accounts import audit
from accounts.models import Entry

from ..signing_in import PASSWORD, log
from .test_roles_accounts import USERS, account, browser

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("quick_hashes")]
OTHER = "een andere lange zin hier"
NEW = {"password1": OTHER, "password2": OTHER, "usable_password": "true"}
# Each is the same number to Django, or was.
WRITINGS = ("%20{}", "0{}", "+{}", "{}%20", "%E2%80%87{}", "_20{}", "-0{}", "{}%0A")


def written(pk):
    """Return other ways to write a key, digits of other scripts among them."""
    arabic = "".join(f"%D9{'%' + format(0xA0 + int(digit), 'X')}" for digit in str(pk))
    return [*(form.format(pk) for form in WRITINGS), arabic, f"{pk}" + "0" * 30]


@pytest.fixture
def superuser(db):
    return account("els", is_superuser=True)


@pytest.fixture
def jan(db):
    return account("jan", "editor NL")


@pytest.mark.parametrize("place", range(len(WRITINGS) + 2))
@pytest.mark.parametrize("role", ["administrator", "superuser"])
def test_no_writing_of_a_key_changes_a_password(role, jan, place):
    user = account("els", is_superuser=True) if role == "superuser" else account("an", "administrator")
    client = browser(user)
    for target in (user, jan):
        answer = client.post(f"{USERS}{written(target.pk)[place]}/password/", NEW)
        assert answer.status_code == 404
        assert User.objects.get(pk=target.pk).check_password(PASSWORD)
    assert not log("password")


def test_every_record_of_the_admin_has_one_address(superuser):
    client = browser(superuser)
    audit.record(audit.What.SIGNED_IN, superuser)
    tried = 0
    for model, model_admin in admin.site._registry.items():
        record = model._default_manager.order_by("-pk").first()
        for pattern in model_admin.urls:
            route = str(pattern.pattern)
            if not pattern.name or not re.match(r"<(path:)?(object_id|id)>", route):
                continue
            place = reverse(f"admin:{pattern.name}", args=["KEY"])
            assert client.get(place.replace("KEY", str(record.pk))).status_code in (200, 302, 403), place
            for name in written(record.pk):
                for method in (client.get, client.post):
                    assert method(place.replace("KEY", name)).status_code == 404, place
            tried += 1
    assert tried > 60


@pytest.mark.parametrize("name", ["0{}", " {}", "+{}", "x", "9" * 30, "9" * 5000])
def test_actions_take_no_other_writing(superuser, jan, name):
    TOTPDevice.objects.create(user=jan, name="authenticator")
    client = browser(superuser)
    for action in ("reset_second_factor", "delete_selected"):
        data = {"action": action, "_selected_action": [name.format(jan.pk)], "post": "yes"}
        assert client.post(USERS, data).status_code == 404
    assert TOTPDevice.objects.filter(user=jan).exists()


# Recorded where it is saved -----------------------------------------------------------------------------


@pytest.fixture
def broken_log(monkeypatch):
    """Let the audit log take no entry, as with a full disk."""

    def fail(**_values):
        raise IntegrityError

    monkeypatch.setattr(Entry.objects, "create", fail)


@pytest.mark.usefixtures("broken_log")
def test_no_password_changes_unrecorded(jan):
    own = {"old_password": PASSWORD, "new_password1": OTHER, "new_password2": OTHER}
    user = account("els", is_superuser=True)
    client = Client(raise_request_exception=False)
    client.force_login(user)
    assert client.post("/admin/password_change/", own).status_code == 500
    assert client.post(f"{USERS}{jan.pk}/password/", NEW).status_code == 500
    for each in (user, jan):
        assert User.objects.get(pk=each.pk).check_password(PASSWORD)


@pytest.mark.usefixtures("broken_log")
def test_no_command_changes_a_password_unrecorded(jan, monkeypatch):
    monkeypatch.setattr(getpass, "getpass", lambda **_prompt: OTHER)
    monkeypatch.setenv("DJANGO_SUPERUSER_PASSWORD", PASSWORD)
    with pytest.raises(IntegrityError):
        call_command("changepassword", "jan")
    assert User.objects.get(pk=jan.pk).check_password(PASSWORD)
    with pytest.raises(IntegrityError):
        call_command("createsuperuser", username="els", email="", interactive=False, verbosity=0)
    assert not User.objects.filter(username="els").exists()


@pytest.mark.usefixtures("broken_log")
def test_no_account_is_deleted_unrecorded(superuser, jan):
    client = Client(raise_request_exception=False)
    client.force_login(superuser)
    data = {"action": "delete_selected", "_selected_action": [jan.pk], "post": "yes"}
    assert client.post(USERS, data).status_code == 500
    assert User.objects.filter(pk=jan.pk).exists()


def test_the_command_that_sets_a_password_records_it(jan, monkeypatch, capsys):
    monkeypatch.setattr(getpass, "getpass", lambda **_prompt: OTHER)
    call_command("changepassword", "jan")
    assert User.objects.get(pk=jan.pk).check_password(OTHER)
    assert log("password") == [("password", "", "jan", "")]
    with pytest.raises(CommandError):
        call_command("changepassword", "nobody")
    monkeypatch.setattr(getpass, "getpass", lambda **_prompt: "kort")
    with pytest.raises(CommandError):
        call_command("changepassword", "jan")
    assert len(log("password")) == 1


def test_disabling_a_password_is_recorded_too(superuser, jan):
    data = {"usable_password": "false", "unset-password": "1"}
    assert browser(superuser).post(f"{USERS}{jan.pk}/password/", data).status_code == 302
    assert not User.objects.get(pk=jan.pk).has_usable_password()
    assert log("password") == [("password", "els", "jan", "")]
