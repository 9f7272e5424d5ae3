"""Two administrators for what would make a puppet, and a password of one's own after one that was given."""

import getpass
import re

import pytest
from django.contrib.auth.models import User
from django.core.management import CommandError, call_command
from django.test import Client
from django_otp.plugins.otp_totp.models import TOTPDevice

from accounts import restrictions
from accounts.models import Restriction

from ..signing_in import FACTOR, LOGIN, PASSWORD, is_in, log, sign_in, text
from .test_roles_accounts import USERS, account, browser, change, group

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("quick_hashes")]
OTHER = "een andere lange zin hier"
CHANGE = "/admin/password_change/"
NEW = {"password1": OTHER, "password2": OTHER, "usable_password": "true"}


@pytest.fixture
def an(db):
    return account("an", "administrator")


@pytest.fixture
def bo(db):
    return account("bo", "administrator")


@pytest.fixture
def jan(db):
    return account("jan", "publisher")


@pytest.fixture
def two(settings):
    settings.TWO_ADMINISTRATORS = True


def give(client, user, **values):
    """Send the form of an account, with its roles as they are where none are given."""
    data = {"username": user.username, "is_active": "on"}
    data["groups"] = list(user.groups.values_list("pk", flat=True))
    return client.post(change(user), data | values)


def confirm(client, *users):
    data = {"action": "confirm", "_selected_action": [user.pk for user in users]}
    return client.post(USERS, data, follow=True)


def waiting():
    rows = Restriction.objects.filter(kind="confirmation")
    return set(rows.values_list("user__username", "by"))


def create(client, name="puppet"):
    return client.post(f"{USERS}add/", NEW | {"username": name})


def set_password(client, user):
    return client.post(f"{USERS}{user.pk}/password/", NEW)


def take_factor(client, user):
    TOTPDevice.objects.create(user=user, name="authenticator")
    return client.post(USERS, {"action": "reset_second_factor", "_selected_action": [user.pk]})


def give_role(client, user):
    return give(client, user, groups=[group("publisher"), group("administrator")])


def activate(client, user):
    User.objects.filter(pk=user.pk).update(is_active=False)
    return give(client, user)


# Two administrators -------------------------------------------------------------------------------------


@pytest.mark.usefixtures("two")
@pytest.mark.parametrize("act", [set_password, take_factor, give_role, activate])
def test_what_an_administrator_gives_waits_for_another(an, bo, jan, act):
    there = browser(jan)
    assert is_in(there)
    assert act(browser(an), jan).status_code == 302
    assert waiting() == {("jan", "an")}
    assert log("waits") == [("waits", "an", "jan", "")]
    assert not is_in(there)
    password = OTHER if act is set_password else PASSWORD
    page = sign_in(Client(), password)
    assert page.status_code == 200 and "wacht tot een andere" in text(page)
    assert "wacht tot" not in text(sign_in(Client(), "wrong"))
    confirm(browser(an), jan)
    assert waiting() == {("jan", "an")}
    confirm(browser(bo), jan)
    assert not waiting()
    assert log("confirmed") == [("confirmed", "bo", "jan", "")]
    client = Client()
    assert sign_in(client, password).status_code == 302


@pytest.mark.usefixtures("two")
def test_a_new_account_waits_and_neither_it_nor_its_maker_lets_it_in(an, bo):
    create(browser(an))
    puppet = User.objects.get(username="puppet")
    give(browser(an), puppet, groups=[group("administrator")])
    assert waiting() == {("puppet", "an")}
    # A session that was there before, or came to be meanwhile, is none.
    for act in (is_in, lambda client: confirm(client, puppet).status_code == 999):
        assert not act(browser(puppet))
    confirm(browser(an), puppet)
    assert waiting() == {("puppet", "an")}
    page = browser(bo).get(USERS)
    assert "wacht op een andere" in text(page)
    assert "wacht op een andere" in text(browser(bo).get(change(puppet)))
    # The form says where that is done, with the name of the action as the list has it.
    action = re.search(r"met de actie “(.+?)”", text(browser(bo).get(change(puppet))))[1]
    assert action in text(page)
    confirm(browser(bo), puppet)
    assert not waiting()


@pytest.mark.usefixtures("two")
def test_what_two_gave_each_of_them_confirms_of_the_other(an, bo, jan):
    give_role(browser(an), jan)
    set_password(browser(bo), jan)
    assert waiting() == {("jan", "an"), ("jan", "bo")}
    confirm(browser(bo), jan)
    assert waiting() == {("jan", "bo")}
    assert restrictions.waits(User.objects.get(pk=jan.pk))
    confirm(browser(an), jan)
    assert not waiting()


@pytest.mark.usefixtures("two")
def test_who_may_not_change_an_account_does_not_confirm_it(an, jan):
    els = account("els", is_superuser=True)
    give(browser(els), jan, is_superuser="on", is_staff="on")
    assert waiting() == {("jan", "els")}
    assert confirm(browser(an), jan).status_code == 403
    confirm(browser(account("piet", "publisher")), jan)
    assert waiting() == {("jan", "els")}


@pytest.mark.usefixtures("two")
def test_what_takes_away_or_says_less_waits_for_nobody(an, jan):
    client = browser(an)
    give(client, jan, first_name="Jan", email="jan@portal.example")
    give(client, jan, groups=[])
    data = {"username": "jan", "groups": []}
    assert client.post(change(jan), data).status_code == 302  # deactivated
    give(browser(an), an, first_name="An")
    assert not waiting()


@pytest.mark.usefixtures("two")
def test_a_command_confirms_where_there_is_no_other(an, jan, capsys):
    give_role(browser(an), jan)
    call_command("confirm_account", "jan")
    assert not waiting()
    assert log("confirmed") == [("confirmed", "", "jan", "")]
    for name in ("jan", "nobody"):
        with pytest.raises(CommandError):
            call_command("confirm_account", name)


def test_by_default_one_administrator_is_enough(an, jan):
    give_role(browser(an), jan)
    set_password(browser(an), jan)
    assert not waiting() and not log("waits")


# A password of one's own ----------------------------------------------------------------------------------


@pytest.mark.parametrize("how", ["add", "set", "command"])
def test_a_password_that_somebody_else_chose_is_changed_first(an, jan, how, monkeypatch, settings):
    if how == "add":
        create(browser(an), "piet")
    elif how == "set":
        set_password(browser(an), jan)
    else:
        monkeypatch.setattr(getpass, "getpass", lambda **_prompt: OTHER)
        call_command("changepassword", "jan")
    name = "piet" if how == "add" else "jan"
    client = Client()
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "fr"
    sign_in(client, OTHER, username=name)
    for path in ("/admin/", "/admin/initiatives/worksite/", USERS, FACTOR, "/admin/jsi18n/", LOGIN):
        answer = client.get(path, follow=True)
        assert answer.redirect_chain[-1][0].startswith(CHANGE), path
        assert client.post(path, {"title_nl": "x"}).status_code in (200, 302, 403)
    assert "Quelqu’un d’autre a choisi votre mot de passe" in text(client.get(CHANGE))
    same = {"old_password": OTHER, "new_password1": OTHER, "new_password2": OTHER}
    assert client.post(CHANGE, same).status_code == 200
    assert not is_in(client)
    own = {"new_password1": PASSWORD + " 2", "new_password2": PASSWORD + " 2"}
    assert client.post(CHANGE, own | {"old_password": "wrong"}).status_code == 200
    assert not is_in(client)
    assert client.post(CHANGE, same | own).status_code == 302
    assert is_in(client)
    assert "Quelqu’un d’autre" not in text(client.get(CHANGE))


def test_where_a_second_factor_is_required_it_comes_first_and_then_the_password(an, jan, settings):
    settings.SECOND_FACTOR = "required"
    restrictions.restrict(jan, restrictions.PASSWORD, an)
    client = Client()
    sign_in(client)
    assert client.get("/admin/", follow=True).redirect_chain[-1][0] == FACTOR
    assert client.get(CHANGE).headers["Location"].startswith(LOGIN)


def test_one_s_own_password_and_the_first_account_need_no_other(an, monkeypatch):
    monkeypatch.setenv("DJANGO_SUPERUSER_PASSWORD", PASSWORD)
    call_command("createsuperuser", username="els", email="", interactive=False, verbosity=0)
    client = Client()
    sign_in(client, username="els")
    data = {"old_password": PASSWORD, "new_password1": OTHER, "new_password2": OTHER}
    assert client.post(CHANGE, data).status_code == 302
    assert is_in(client)
    assert not Restriction.objects.exists()
