"""The password, asked again before what would make a stolen session permanent."""

import pytest
from django.contrib.auth.models import Group, User
from django.urls import reverse
from django_otp.plugins.otp_totp.models import TOTPDevice

from ..signing_in import PASSWORD, code_now, log, sign_in, text
from .test_roles_accounts import account

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("quick_hashes")]
CONFIRM = "/admin/confirm-password/"
NEW = {"username": "piet", "usable_password": "true", "password1": PASSWORD, "password2": PASSWORD}
MINUTE = 60


@pytest.fixture
def superuser(db, client, settings):
    """Return a superuser, signed in with the client."""
    settings.AUTH_PASSWORD_VALIDATORS = []
    user = account("els", is_superuser=True)
    sign_in(client, username="els")
    client.get("/admin/")
    return user


@pytest.fixture
def jan(db):
    return account("jan", "editor NL")


def doors(jan):
    """Return what would make a stolen session permanent, as `(path, what is sent)`."""
    group = Group.objects.get(name="editor NL")
    users = reverse("admin:auth_user_changelist")
    passwords = dict.fromkeys(("password1", "password2"), PASSWORD + "x")
    return [
        (reverse("admin:auth_user_add"), NEW),
        (reverse("admin:auth_user_change", args=[jan.pk]), {"username": "jan", "is_superuser": "on"}),
        (reverse("admin:auth_user_password_change", args=[jan.pk]), passwords | {"usable_password": "true"}),
        (reverse("admin:auth_user_delete", args=[jan.pk]), {"post": "yes"}),
        (users, {"action": "reset_second_factor", "_selected_action": [jan.pk]}),
        (reverse("admin:auth_group_change", args=[group.pk]), {"name": "editor NL", "permissions": []}),
        (reverse("admin:auth_group_add"), {"name": "other"}),
    ]


def test_it_is_asked_before_all_that_would_last(client, superuser, jan, clock):
    TOTPDevice.objects.create(user=jan, name="authenticator")
    clock(16 * MINUTE)
    for path, data in doors(jan):
        if "action" not in data:
            assert client.get(path).headers["Location"] == f"{CONFIRM}?next={path}"
        answer = client.post(path, data)
        assert answer.headers["Location"].startswith(CONFIRM), path
    assert list(User.objects.values_list("username", flat=True)) == ["els", "jan"]
    assert not User.objects.get(pk=jan.pk).is_superuser and jan.check_password(PASSWORD)
    assert TOTPDevice.objects.filter(user=jan).exists()
    assert Group.objects.count() == 4 and Group.objects.get(name="editor NL").permissions.exists()


def test_who_gives_it_goes_on_where_they_wanted_to_go(client, superuser, clock):
    clock(16 * MINUTE)
    page = client.get(reverse("admin:auth_user_add"), follow=True)
    assert 'type="password"' in text(page)
    answer = client.post(CONFIRM, {"password": PASSWORD, "next": "/admin/auth/user/add/"})
    assert answer.headers["Location"] == "/admin/auth/user/add/"
    assert client.post("/admin/auth/user/add/", NEW).status_code == 302
    assert User.objects.filter(username="piet").exists()


def test_a_form_that_is_open_can_be_sent_for_half_an_hour_longer(client, superuser, clock):
    clock(14 * MINUTE)
    assert client.get("/admin/auth/user/add/").status_code == 200
    clock(29 * MINUTE)
    assert client.post("/admin/auth/user/add/", NEW).status_code == 302
    assert User.objects.filter(username="piet").exists()
    clock(2 * MINUTE)
    answer = client.post("/admin/auth/user/add/", NEW | {"username": "paul"})
    assert answer.headers["Location"].startswith(CONFIRM)
    assert not User.objects.filter(username="paul").exists()


def test_a_wrong_one_is_recorded_slowed_down_and_opens_nothing(client, superuser, clock):
    clock(16 * MINUTE)
    statuses = [client.post(CONFIRM, {"password": f"wrong {number}"}).status_code for number in range(6)]
    assert statuses == [200] * 5 + [429]
    assert log("password_failed") == [("password_failed", "els", "els", "")] * 5
    assert client.post(CONFIRM, {"password": PASSWORD}).status_code == 429
    assert client.get("/admin/auth/user/add/").status_code == 302


def test_the_code_is_asked_as_well_where_there_is_one(client, superuser, clock):
    device = TOTPDevice.objects.create(user=superuser, name="authenticator")
    session = client.session
    session["otp_device_id"] = device.persistent_id
    session.save()
    clock(16 * MINUTE)
    code = code_now(device)
    assert client.post(CONFIRM, {"password": PASSWORD}).status_code == 200
    assert (
        client.post(CONFIRM, {"password": "wrong", "code": code}).status_code == 200
    )  # and the code is kept
    assert client.get("/admin/auth/user/add/").status_code == 302
    assert client.post(CONFIRM, {"password": PASSWORD, "code": code}).status_code == 302
    assert client.get("/admin/auth/user/add/").status_code == 200


@pytest.mark.parametrize("goal", ["https://evil.example/", "//evil.example", "javascript:alert(1)"])
def test_it_leads_to_no_other_site(client, superuser, goal):
    answer = client.post(CONFIRM, {"password": PASSWORD, "next": goal})
    assert answer.headers["Location"] == "/admin/"


def test_who_only_reads_is_not_asked(client, clock):
    account("piet", "administrator")
    sign_in(client, username="piet")
    client.get("/admin/")
    clock(16 * MINUTE)
    group = Group.objects.get(name="publisher")
    assert client.get(reverse("admin:auth_group_change", args=[group.pk])).status_code == 200
    assert client.get(reverse("admin:auth_user_changelist")).status_code == 200
    assert client.get("/admin/accounts/entry/").status_code == 200
