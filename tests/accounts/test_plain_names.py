"""Names and addresses of accounts and roles hold no sign that nobody sees, whichever way they come in."""

import pytest
from django.contrib.auth.models import Group, User
from django.core.management import CommandError, call_command
from django.urls import reverse

from ..signing_in import PASSWORD
from .test_roles_accounts import account, browser, change, group

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("quick_hashes")]
SIGNS = "\x01\x1b\u202e\ufeff"
# Between quotes an address may hold control characters, says RFC 5322, and so says Django.
ADDRESS = '"an\x01na"@portal.example'
PLAIN = '"anna"@portal.example'


@pytest.fixture
def superuser(db):
    return account("els", is_superuser=True)


@pytest.mark.parametrize("name", ["an\x01na", "an\u202ena", "anna\n", "\ufeffanna", "an\u2028na", "an na"])
def test_the_command_refuses_a_user_name_that_a_form_refuses(name, monkeypatch):
    monkeypatch.setenv("DJANGO_SUPERUSER_PASSWORD", PASSWORD)
    with pytest.raises(CommandError, match="gebruikersnaam"):
        call_command("createsuperuser", username=name, email="", interactive=False, verbosity=0)
    assert not User.objects.exists()


def test_the_command_takes_signs_out_of_an_address(monkeypatch):
    monkeypatch.setenv("DJANGO_SUPERUSER_PASSWORD", PASSWORD)
    call_command("createsuperuser", username="anna", email=ADDRESS, interactive=False, verbosity=0)
    assert User.objects.get().email == PLAIN


def test_the_form_takes_signs_out_of_names_and_addresses(superuser):
    user, client = account("anna", "editor NL"), browser(superuser)
    data = {"username": "anna", "email": ADDRESS, "first_name": f"An{SIGNS}na\v", "last_name": "De\u2028Wit"}
    data |= {"is_active": "on", "is_staff": "on", "groups": [group("editor NL")]}
    data |= {"date_joined_0": "2001-01-01", "date_joined_1": "00:00:00"}
    assert client.post(change(user), data).status_code == 302
    user.refresh_from_db()
    assert (user.email, user.first_name, user.last_name) == (PLAIN, "Anna", "De Wit")


def test_the_form_takes_signs_out_of_the_name_of_a_role(superuser):
    client = browser(superuser)
    assert client.post(reverse("admin:auth_group_add"), {"name": f"Le{SIGNS}zers\vFR"}).status_code == 302
    assert Group.objects.get(name="Lezers FR")
    page = client.post(reverse("admin:auth_group_add"), {"name": f"Le{SIGNS}zers\vFR"})  # it is there
    assert page.status_code == 200
    assert 'value="Lezers FR"' in page.content.decode()
