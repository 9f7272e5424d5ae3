"""A right code just after a wrong one: the portal says to wait, and not that it is wrong."""

import re

import pytest
from django_otp.plugins.otp_totp.models import TOTPDevice

from ..signing_in import CODE, FACTOR, code_now, is_in, offered, sign_in, text

WAIT = {"nl": r"Wacht \d+ seconden? en probeer opnieuw", "fr": r"Attendez \d+ secondes?, puis réessayez"}
WRONG = {"nl": "niet juist", "fr": "n’est pas correct|n’est pas bon|erroné, ou"}


@pytest.fixture
def new_device(client, user, settings, language):
    client.force_login(user)
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = language
    device, sent = offered(client.get(FACTOR))
    device.sent = sent
    return device


def test_it_says_to_wait_while_setting_up(client, new_device, language):
    assert not re.search(WAIT[language], text(client.post(FACTOR, new_device.sent | {"code": "000000"})))
    page = client.post(FACTOR, new_device.sent | {"code": code_now(new_device)})
    assert page.status_code == 429 and int(page.headers["Retry-After"]) >= 1
    assert re.search(WAIT[language], text(page)) and not re.search(WRONG[language], text(page))
    assert not TOTPDevice.objects.filter(confirmed=True).exists()


def test_it_says_to_wait_while_signing_in(client, device, settings, language):
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = language
    sign_in(client)
    client.post(CODE, {"code": "000000"})
    page = client.post(CODE, {"code": code_now(device)})
    assert page.status_code == 429 and not is_in(client)
    assert re.search(WAIT[language], text(page)) and not re.search(WRONG[language], text(page))


def test_it_takes_the_right_code_after_the_wait(client, new_device, clock):
    client.post(FACTOR, new_device.sent | {"code": "000000"})
    clock(1)
    assert client.post(FACTOR, new_device.sent | {"code": code_now(new_device)}).status_code == 200
    assert TOTPDevice.objects.filter(confirmed=True).exists()
