"""What the tests of signing in share: an account, its second factor, a clock, the audit log."""

import html
import re
import time
from base64 import b32decode
from binascii import hexlify

import pytest
from django.contrib.auth.models import Group, User
from django_otp.oath import TOTP
from django_otp.plugins.otp_totp.models import TOTPDevice

from accounts import second_factor
from accounts.models import Entry

PASSWORD = "een lange zin die niemand raadt"
LOGIN = "/admin/login/"
CODE = "/admin/login/code/"
FACTOR = "/admin/second-factor/"


@pytest.fixture
def quick_hashes(settings):
    """Hash passwords quickly: nothing here depends on how long it takes."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture
def user(db, quick_hashes):
    """Return the account of an editor."""
    user = User.objects.create_user("jan", password=PASSWORD, is_staff=True)
    user.groups.add(Group.objects.get(name="editor NL"))
    return user


@pytest.fixture
def clock(monkeypatch):
    """Return a clock that a test can set on: `clock(60)` is a minute later."""
    real, later = time.time, [0]
    monkeypatch.setattr(time, "time", lambda: real() + later[0])

    def forward(seconds):
        later[0] += seconds

    return forward


def sign_in(client, password=PASSWORD, username="jan", address="192.0.2.1", **data):
    return client.post(LOGIN, {"username": username, "password": password, **data}, REMOTE_ADDR=address)


def is_in(client):
    return client.get("/admin/").status_code == 200


def text(response):
    return response.content.decode()


def code_now(device):
    """Return the code that the authenticator shows, as its owner would read it."""
    totp = TOTP(device.bin_key, device.step, device.t0, device.digits)
    totp.time = time.time()
    return f"{totp.token():06d}"


def offered(page):
    """Return the authenticator that a page offers to set up, and what its form sends along."""
    secret = re.search('<code class="secret">(.*?)</code>', text(page))[1]
    key = hexlify(b32decode(secret.replace(" ", ""))).decode()
    seed = re.search('name="seed" value="(.*?)"', text(page))[1]
    return TOTPDevice(key=key), {"seed": html.unescape(seed)}


@pytest.fixture
def device(user):
    """Return the editor a second factor; its recovery codes stand in `device.codes`."""
    device = TOTPDevice.objects.create(user=user, name="authenticator")
    device.codes = second_factor.make_recovery_codes(user)
    return device


def log(*names):
    """Return what the audit log has of these kinds, oldest first, as (what, actor, subject, detail)."""
    entries = Entry.objects.order_by("pk").values_list("what", "actor", "subject", "detail")
    if not names:
        # The content of the tests, and what they try.
        entries = entries.exclude(what__in=("loaded", "refused"))
    return [entry for entry in entries if not names or entry[0] in names]
