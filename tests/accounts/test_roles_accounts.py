"""Roles: what each may do with accounts, and that nobody raises their own rights; by direct requests."""

import importlib
from types import SimpleNamespace

import pytest
from django.conf import settings
from django.contrib import admin
from django.contrib.auth.models import Group, Permission, User
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.test import Client
from django.urls import reverse
from django_otp.plugins.otp_totp.models import TOTPDevice

from accounts import roles, second_factor
from accounts.models import Entry
from initiatives.models import CONTENT

from ..signing_in import PASSWORD, log, text

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("quick_hashes")]
USERS = "/admin/auth/user/"
roles_migration = importlib.import_module("accounts.migrations.0002_roles")
terms_migration = importlib.import_module("accounts.migrations.0003_terms")


def account(name, *groups, **values):
    user = User.objects.create_user(name, password=PASSWORD, **({"is_staff": True} | values))
    user.groups.set(Group.objects.filter(name__in=groups))
    return user


def browser(user):
    client = Client()
    client.force_login(user)
    return client


@pytest.fixture
def administrator(db):
    return account("an", "administrator")


@pytest.fixture
def superuser(db):
    return account("els", is_superuser=True)


@pytest.fixture
def editor(db):
    return account("jan", "editor NL")


def change(user):
    return reverse("admin:auth_user_change", args=[user.pk])


def group(name):
    return Group.objects.get(name=name).pk


def everything(user, **values):
    """Return a form that asks for every right there is."""
    rights = {"is_active": "on", "is_staff": "on", "is_superuser": "on"}
    rights["groups"] = list(Group.objects.values_list("pk", flat=True))
    rights["user_permissions"] = list(Permission.objects.values_list("pk", flat=True)[:5])
    dates = {"date_joined_0": "2001-01-01", "date_joined_1": "00:00:00"}
    return {"username": user.username, **rights, **dates, **values}


def state(user):
    """Return what the database has of an account."""
    user = User.objects.get(pk=user.pk)
    names = set(user.groups.values_list("name", flat=True))
    return user.is_active, user.is_staff, user.is_superuser, names, user.user_permissions.count()


# What the migration makes ----------------------------------------------------------------------------


def test_the_migration_makes_the_four_roles():
    assert set(Group.objects.values_list("name", flat=True)) == set(roles.ROLES)
    held = {user: account(user, user).get_all_permissions() for user in roles.ROLES}
    content = {
        action: {f"initiatives.{action}_{model._meta.model_name}" for model in CONTENT}
        for action in ("view", "add", "change", "delete")
    }
    history = {"initiatives.view_revision"}
    editors = content["view"] | content["change"] | history
    assert held["editor NL"] == editors | {"initiatives.edit_nl"}
    assert held["editor FR"] == editors | {"initiatives.edit_fr"}
    both = {"initiatives.edit_nl", "initiatives.edit_fr", "initiatives.publish"}
    assert held["publisher"] == set.union(*content.values()) | history | both
    assert held["administrator"] == {
        "auth.view_user",
        "auth.add_user",
        "auth.change_user",
        "auth.view_group",
        "accounts.view_entry",
    }


def test_the_migration_can_run_again_and_makes_what_is_lacking():
    before = {each.name: each.permissions.count() for each in Group.objects.all()}
    Permission.objects.filter(codename__in=("publish", "view_entry")).delete()
    Group.objects.filter(name="editor FR").delete()
    then = MigrationExecutor(connection).loader.project_state(("accounts", "0003_terms")).apps
    for _each in range(2):
        roles_migration.make_roles(then, SimpleNamespace(connection=connection))
        terms_migration.add_terms(then, SimpleNamespace(connection=connection))
        assert {each.name: each.permissions.count() for each in Group.objects.all()} == before


def test_people_read_the_roles_in_their_own_language(administrator, editor, language, settings):
    client = browser(administrator)
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = language
    words = {"nl": "redacteur van de Nederlandse teksten", "fr": "rédacteur des textes néerlandais"}[language]
    for path in (USERS, change(editor), reverse("admin:auth_group_changelist")):
        assert words in client.get(path).content.decode()


# What an administrator may do ------------------------------------------------------------------------


def test_an_administrator_makes_an_account_and_gives_it_a_role(administrator):
    client = browser(administrator)
    data = {"username": "piet", "usable_password": "true", "password1": PASSWORD, "password2": PASSWORD}
    assert client.post(f"{USERS}add/", data).status_code == 302
    piet = User.objects.get(username="piet")
    assert state(piet) == (True, True, False, set(), 0)
    data = {"username": "piet", "is_active": "on", "groups": [group("publisher")]}
    assert client.post(change(piet), data).status_code == 302
    assert state(piet) == (True, True, False, {"publisher"}, 0)
    data |= {"groups": [], "first_name": "Piet"}
    data.pop("is_active")
    assert client.post(change(piet), data).status_code == 302
    assert state(piet) == (False, True, False, set(), 0)
    assert log() == [
        ("created", "an", "piet", ""),
        ("activated", "an", "piet", ""),
        ("right_given", "an", "piet", "staff"),
        ("role_given", "an", "piet", "publisher"),
        ("changed", "an", "piet", "first_name"),
        ("deactivated", "an", "piet", ""),
        ("role_taken", "an", "piet", "publisher"),
    ]


def test_an_administrator_gives_nothing_beyond_the_roles(administrator, editor):
    beyond = Group.objects.create(name="beyond")
    client = browser(administrator)
    before = state(editor)
    answer = client.post(change(editor), everything(editor))
    assert answer.status_code == 200  # the group is no choice
    assert state(editor) == before
    answer = client.post(change(editor), everything(editor, groups=[group(name) for name in roles.ROLES]))
    assert answer.status_code == 302
    assert state(editor) == (True, True, False, set(roles.ROLES), 0)
    assert beyond.user_set.count() == 0


def test_an_administrator_makes_no_account_with_more(administrator):
    data = {"username": "piet", "usable_password": "true", "password1": PASSWORD, "password2": PASSWORD}
    rights = everything(administrator, username="piet")
    browser(administrator).post(f"{USERS}add/", data | rights)
    assert state(User.objects.get(username="piet")) == (True, True, False, set(), 0)


@pytest.mark.parametrize("name", ["administrator", "superuser"])
def test_nobody_changes_their_own_rights(request, name):
    user = request.getfixturevalue(name)
    before = state(user)
    answer = browser(user).post(change(user), everything(user, first_name="Renamed"))
    assert answer.status_code == 302
    assert state(user) == before
    assert User.objects.get(pk=user.pk).first_name == "Renamed"
    data = everything(user)
    data.pop("is_active")
    browser(user).post(change(user), data | {"groups": []})
    assert state(user) == before


@pytest.mark.parametrize("more", ["superuser", "permission", "group"])
def test_an_administrator_does_not_touch_who_has_more(administrator, more):
    user = account("els", is_superuser=more == "superuser")
    if more == "permission":
        user.user_permissions.add(Permission.objects.first())
    if more == "group":
        user.groups.add(Group.objects.create(name="beyond"))
    TOTPDevice.objects.create(user=user, name="authenticator")
    before, password = state(user), user.password
    client = browser(administrator)
    data = {"username": "els", "groups": [], "email": "mine@evil.example"}
    assert client.post(change(user), data).status_code == 403
    data = {"password1": PASSWORD + "x", "password2": PASSWORD + "x", "usable_password": "true"}
    assert client.post(f"{USERS}{user.pk}/password/", data).status_code == 403
    data = {"action": "reset_second_factor", "_selected_action": [user.pk]}
    assert client.post(USERS, data).status_code == 403
    assert (state(user), User.objects.get(pk=user.pk).password) == (before, password)
    assert TOTPDevice.objects.filter(user=user).exists()


def test_an_administrator_deletes_no_account_and_changes_no_group(administrator, editor):
    client = browser(administrator)
    delete = reverse("admin:auth_user_delete", args=[editor.pk])
    assert client.post(delete, {"post": "yes"}).status_code == 403
    client.post(USERS, {"action": "delete_selected", "_selected_action": [editor.pk], "post": "yes"})
    assert User.objects.filter(pk=editor.pk).exists()
    own = Group.objects.get(name="administrator")
    before = own.permissions.count()
    path = reverse("admin:auth_group_change", args=[own.pk])
    assert client.get(path).status_code == 200
    permissions = list(Permission.objects.values_list("pk", flat=True))
    assert client.post(path, {"name": own.name, "permissions": permissions}).status_code == 403
    assert client.post(reverse("admin:auth_group_add"), {"name": "x"}).status_code == 403
    assert own.permissions.count() == before


def test_an_administrator_sets_a_password_and_takes_a_second_factor_away(administrator, editor):
    TOTPDevice.objects.create(user=editor, name="authenticator")
    second_factor.make_recovery_codes(editor)
    client = browser(administrator)
    new = {"password1": PASSWORD + "x", "password2": PASSWORD + "x", "usable_password": "true"}
    assert client.post(f"{USERS}{editor.pk}/password/", new).status_code == 302
    assert User.objects.get(pk=editor.pk).check_password(PASSWORD + "x")
    client.post(USERS, {"action": "reset_second_factor", "_selected_action": [editor.pk]})
    assert not second_factor.authenticator(editor)
    assert log()[1:] == [("password", "an", "jan", ""), ("factor_removed", "an", "jan", "")]


@pytest.mark.parametrize("name", ["administrator", "superuser"])
def test_one_s_own_second_factor_and_password_ask_for_what_one_knows(request, name):
    user = request.getfixturevalue(name)
    device = TOTPDevice.objects.create(user=user, name="authenticator")
    client = browser(user)
    session = client.session
    session["otp_device_id"] = device.persistent_id
    session.save()
    client.post(USERS, {"action": "reset_second_factor", "_selected_action": [user.pk]})
    assert second_factor.authenticator(user)
    new = {"password1": PASSWORD + "x", "password2": PASSWORD + "x", "usable_password": "true"}
    answer = client.post(f"{USERS}{user.pk}/password/", new)
    assert answer.headers["Location"] == "/admin/password_change/"
    assert User.objects.get(pk=user.pk).check_password(PASSWORD)


def test_an_administrator_reads_the_audit_log_and_changes_nothing_in_it(administrator, superuser, editor):
    entry = Entry.objects.first()
    paths = [reverse(f"admin:accounts_entry_{name}", args=[entry.pk]) for name in ("change", "delete")]
    for user in (administrator, superuser):
        client = browser(user)
        assert client.get("/admin/accounts/entry/?what__exact=loaded&q=worksite").status_code == 200
        assert client.get(paths[0]).status_code == 200
        for path in (*paths, reverse("admin:accounts_entry_add")):
            assert client.post(path, {"what": "signed_in", "post": "yes"}).status_code == 403
        client.post(
            "/admin/accounts/entry/",
            {"action": "delete_selected", "_selected_action": [entry.pk], "post": "yes"},
        )
    assert Entry.objects.filter(pk=entry.pk, what="loaded").exists()
    for name in ("editor NL", "editor FR", "publisher"):
        assert browser(account(name, name)).get("/admin/accounts/entry/").status_code == 403


def test_an_entry_of_the_audit_log_is_in_the_reader_s_words(administrator):
    client = browser(administrator)
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "nl"
    entry = Entry.objects.filter(what="role_given").first() or Entry.objects.create(
        what="role_given", actor="els", subject="jan", detail="administrator"
    )
    page = client.get(reverse("admin:accounts_entry_change", args=[entry.pk])).content.decode()
    assert "rol gegeven" in page and "role_given" not in page
    assert "accountbeheerder" in page and entry.actor in page


def test_nobody_is_told_of_work_that_is_not_theirs(administrator, editor):
    assert 'id="work"' in browser(editor).get("/admin/").content.decode()
    assert 'id="work"' not in browser(administrator).get("/admin/").content.decode()


def test_a_password_is_refused_in_the_reader_s_language(editor):
    client = browser(editor)
    data = {"old_password": PASSWORD, "new_password1": "kort", "new_password2": "kort"}
    short = {"nl": "te kort. Het moet minstens 15 tekens", "fr": "trop court. Il doit compter au moins 15"}
    for language, sentence in short.items():
        client.cookies[settings.LANGUAGE_COOKIE_NAME] = language
        assert sentence in text(client.post("/admin/password_change/", data))


def test_an_administrator_has_no_part_in_the_content(administrator):
    client = browser(administrator)
    for model in CONTENT:
        path = reverse(f"admin:initiatives_{model._meta.model_name}_changelist")
        assert client.get(path).status_code == 403, path
        record = model.objects.first()
        path = reverse(f"admin:initiatives_{model._meta.model_name}_change", args=[record.pk])
        assert client.post(path, {"publication": "draft"}).status_code == 403, path


# What the others may do ------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["editor NL", "editor FR", "publisher"])
def test_who_edits_content_has_no_part_in_accounts(name, superuser):
    user = account("jan", name)
    client = browser(user)
    before = state(user)
    for path in (
        USERS,
        f"{USERS}add/",
        change(user),
        change(superuser),
        reverse("admin:auth_group_changelist"),
    ):
        assert client.get(path).status_code == 403, path
        assert client.post(path, everything(user)).status_code == 403, path
    new = {"password1": PASSWORD + "x", "password2": PASSWORD + "x", "usable_password": "true"}
    assert client.post(f"{USERS}{superuser.pk}/password/", new).status_code == 403
    assert state(user) == before
    assert User.objects.count() == 2


def test_who_is_no_staff_does_not_come_in():
    user = account("jan", "publisher", is_staff=False)
    assert browser(user).get("/admin/").status_code == 302
    assert browser(user).get("/admin/second-factor/").status_code == 302


# What a superuser may do -----------------------------------------------------------------------------


def test_a_superuser_gives_single_rights_and_the_log_says_which(superuser, editor):
    permission = Permission.objects.get(codename="publish")
    data = everything(editor, groups=[group("editor FR")], user_permissions=[permission.pk])
    assert browser(superuser).post(change(editor), data).status_code == 302
    assert state(editor) == (True, True, True, {"editor FR"}, 1)
    assert [entry for entry in log() if entry[0].endswith(("given", "taken"))] == [
        ("right_given", "els", "jan", "initiatives.publish"),
        ("right_given", "els", "jan", "superuser"),
        ("role_given", "els", "jan", "editor FR"),
        ("role_taken", "els", "jan", "editor NL"),
    ]


def test_what_a_superuser_changes_of_a_group_is_recorded_and_the_roles_keep_their_names(superuser, editor):
    client = browser(superuser)
    own = Group.objects.get(name="editor NL")
    path = reverse("admin:auth_group_change", args=[own.pk])
    rest = own.permissions.exclude(codename="edit_nl")
    added = Permission.objects.get(codename="publish")
    data = {"name": "renamed", "permissions": [*rest.values_list("pk", flat=True), added.pk]}
    assert client.post(path, data).status_code == 302
    assert log() == [
        ("right_given", "els", "editor NL", "initiatives.publish"),
        ("right_taken", "els", "editor NL", "initiatives.edit_nl"),
    ]
    assert client.post(reverse("admin:auth_group_delete", args=[own.pk]), {"post": "yes"}).status_code == 403
    other = Group.objects.create(name="other")
    editor.groups.add(other)
    client.post(reverse("admin:auth_group_delete", args=[other.pk]), {"post": "yes"})
    assert log()[2:] == [("role_taken", "els", "jan", "other"), ("deleted", "els", "other", "")]


@pytest.mark.parametrize("how", ["one", "many"])
def test_deleting_an_account_is_recorded(superuser, editor, how):
    client = browser(superuser)
    if how == "one":
        client.post(reverse("admin:auth_user_delete", args=[editor.pk]), {"post": "yes"})
    else:
        client.post(USERS, {"action": "delete_selected", "_selected_action": [editor.pk], "post": "yes"})
    assert not User.objects.filter(pk=editor.pk).exists()
    assert log() == [("deleted", "els", "jan", "")]


def test_nobody_sees_the_secret_of_another_s_second_factor(superuser, editor):
    device = TOTPDevice.objects.create(user=editor, name="authenticator")
    assert TOTPDevice not in admin.site._registry
    client = browser(superuser)
    for path in (USERS, change(editor)):
        page = client.get(path).content.decode()
        assert device.key not in page and second_factor.secret(device) not in page
