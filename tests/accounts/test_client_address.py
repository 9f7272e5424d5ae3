"""The address that attempts are counted by, whatever a header says: an address, as it is usually written."""

import pytest

from accounts.audit import client_address
from accounts.models import Entry

from ..timing import quickest

pytestmark = pytest.mark.django_db

SAID = {
    "192.0.2.1": "192.0.2.1",
    " 192.0.2.1 ": "192.0.2.1",
    "192.0.2.1:567": "192.0.2.1",
    "203.0.113.9, 192.0.2.1": "192.0.2.1",
    "203.0.113.9,192.0.2.1:80": "192.0.2.1",
    "2001:DB8:0:0::1": "2001:db8::1",
    "[2001:db8::1]": "2001:db8::1",
    "[2001:db8::1]:443": "2001:db8::1",
    "::ffff:192.0.2.1": "192.0.2.1",
    "fe80::1%eth0": "fe80::1",
    "fe80::1%" + "x" * 60: "fe80::1",
}
NO_ADDRESS = [
    "",
    ",",
    "unknown",
    "_hidden",
    "192.0.2.1,",
    "192.0.2.256",
    "1.2.3.4:x",
    "[::1",
    "::1]",
    "[]",
    "%",
    "%%",
]
NO_ADDRESS += [
    "fe80::1%" + "x" * 65_000,
    "1" * 65_000,
    "," * 10_000,
    "1.2.3.4," * 8000 + "x",
    "[" * 65_000,
    "\xff",
]
NO_ADDRESS += [
    ":" * 90,
    "1.2.3.4:" + "9" * 65_000,
    "[" + "a" * 90 + "]:1",
    "192.0.2.1'--",
    "0x7f.1",
    "1.2.3",
    "\x85",
]


@pytest.fixture(autouse=True)
def behind_a_proxy(settings):
    settings.BEHIND_PROXY = True


@pytest.mark.parametrize(("said", "address"), SAID.items(), ids=range(len(SAID)))
def test_it_reads_what_proxies_write(rf, said, address):
    assert client_address(rf.get("/", headers={"x-forwarded-for": said}, REMOTE_ADDR="127.0.0.1")) == address


@pytest.mark.parametrize("said", NO_ADDRESS, ids=range(len(NO_ADDRESS)))
def test_what_is_no_address_leaves_that_of_the_proxy(rf, said):
    request = rf.get("/", headers={"x-forwarded-for": said}, REMOTE_ADDR="127.0.0.1")
    taken, address = quickest(lambda: client_address(request), 0.01)
    assert address == "127.0.0.1"
    assert taken < 0.01


@pytest.mark.parametrize("own", ["", "fe80::1%" + "e" * 60, "/run/portal.sock", "not an address" * 10])
def test_what_stands_in_place_of_the_proxy_s_address_does_no_harm(rf, own):
    assert client_address(rf.get("/", REMOTE_ADDR=own)) in ("", "fe80::1")


def test_without_a_proxy_no_header_counts(rf, settings):
    settings.BEHIND_PROXY = False
    request = rf.get("/", headers={"x-forwarded-for": "192.0.2.9"}, REMOTE_ADDR="192.0.2.1")
    assert client_address(request) == "192.0.2.1"


@pytest.mark.parametrize("said", [*SAID, *NO_ADDRESS], ids=range(len(SAID) + len(NO_ADDRESS)))
def test_no_header_makes_a_sign_in_fail(client, quick_hashes, said):
    response = client.post(
        "/admin/login/", {"username": "els", "password": "wrong"}, headers={"x-forwarded-for": said}
    )
    assert response.status_code == 200
    entry = Entry.objects.get(what=Entry.What.SIGN_IN_FAILED)
    assert entry.address == SAID.get(said, "127.0.0.1")
