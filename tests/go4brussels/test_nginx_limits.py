"""What nginx refuses: too much at once, too slowly, and what only this machine may see."""

import socket
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from ..faults.load import unchecked
from ..nginx import NAME, nginx
from ..upstream import App, small_mirror

pytestmark = pytest.mark.any_database


@pytest.fixture(scope="module")
def mirror(tmp_path_factory):
    return small_mirror(tmp_path_factory.mktemp("mirror"))


def half_a_request(front):
    plain = socket.create_connection(("127.0.0.1", front.port), timeout=10)
    connection = unchecked().wrap_socket(plain, server_hostname=NAME)
    connection.sendall(b"GET /nl/half/ HTTP/1.1\r\nHost: ")
    return connection


def test_who_sends_half_a_request_is_cut_off_and_holds_nobody_up(mirror, tmp_path):
    app = App()
    with nginx(
        tmp_path / "nginx",
        app.address,
        mirror,
        changes={"client_header_timeout 10s": "client_header_timeout 3s"},
    ) as front:
        held = [half_a_request(front) for _ in range(100)]
        start = time.monotonic()
        assert front.ask("/nl/quick/")[0].status == 200
        assert time.monotonic() - start < 2
        for connection in held:
            assert connection.recv(4096) == b""
            connection.close()
        assert time.monotonic() - start < 8
    app.stop()


def test_a_portal_that_hangs_is_waited_for_no_longer_than_it_has_to_be(mirror, tmp_path):
    app = App()
    app.delay = 5
    with nginx(
        tmp_path / "nginx", app.address, mirror, changes={"read_timeout 8s": "read_timeout 1s"}
    ) as front:
        start = time.monotonic()
        assert front.ask("/nl/")[1] == b"the page in the mirror"
        assert 0.9 < time.monotonic() - start < 4
    app.stop()


# What nginx takes for this machine, and counts no requests of.
OWN = '    127.0.0.1 "";\n'
LIMITED = {
    OWN: "",
    "rate=100r/s": "rate=1r/s",
    "zone=go4brussels_pages burst=1000": "zone=go4brussels_pages burst=9",
    "rate=10r/s": "rate=1r/s",
    "zone=go4brussels_search burst=100": "zone=go4brussels_search burst=4",
    "rate=30r/m": "rate=1r/m",
    "zone=go4brussels_sign_in burst=20": "zone=go4brussels_sign_in burst=2",
    "go4brussels_at_once 50": "go4brussels_at_once 3",
    "allow 127.0.0.1;": "",
}


@pytest.fixture
def strict(mirror, tmp_path):
    """Return nginx with low limits, to which this machine is like any other."""
    app = App()
    with nginx(tmp_path / "nginx", app.address, mirror, changes=LIMITED) as running:
        running.app = app
        yield running
    app.stop()


def test_who_asks_too_much_is_told_to_wait(strict):
    found = [strict.ask("/nl/") for _ in range(14)]
    statuses = [response.status for response, _body in found]
    assert 8 <= statuses.count(200) <= 12 and statuses[-1] == 429
    response, body = found[-1]
    assert response.headers["Retry-After"] == "10" and response.headers["Cache-Control"] == "no-store"
    assert "Wacht tien seconden" in body.decode() and "Attendez dix secondes" in body.decode()


def test_searches_and_passwords_have_limits_of_their_own(strict):
    statuses = [strict.ask("/nl/zoeken/?q=a")[0].status for _ in range(8)]
    assert statuses[:5] == [200] * 5 and statuses[-1] == 429
    statuses = [strict.ask("/admin/login/", "POST", b"a=1")[0].status for _ in range(5)]
    assert statuses == [200, 200, 200, 429, 429]
    assert strict.ask("/admin/login/")[0].status == 200


def test_one_address_does_not_take_all_connections(strict):
    strict.app.delay = 0.5
    with ThreadPoolExecutor(5) as pool:
        statuses = sorted(pool.map(lambda _: strict.ask("/fr/recherche/")[0].status, range(5)))
    assert statuses == [200, 200, 200, 429, 429]


def test_who_is_elsewhere_does_not_see_how_the_portal_is(strict, mirror, tmp_path):
    for path in ("/healthz", "/readyz"):
        assert strict.ask(path)[0].status == 404
    with nginx(tmp_path / "here", strict.app.address, mirror) as front:
        assert [front.ask(path)[0].status for path in ("/healthz", "/readyz")] == [200, 200]
