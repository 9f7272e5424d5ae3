"""The portal as gunicorn serves it while its PostgreSQL servers stop, hang and start again under readers."""

import os
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from http.client import HTTPConnection
from threading import Event
from urllib.parse import urlsplit

import pytest

from go4brussels.postgresql.breaker import PAUSE

from ..cluster import Standby, cluster, own_folder  # noqa: F401 – fixtures
from ..server import Server, free_port

pytestmark = [pytest.mark.slow, pytest.mark.any_database]
SEARCH, FRENCH_SEARCH = "/nl/zoeken/?q=bouw", "/fr/recherche/?q=emploi"  # which no store holds
LONGEST = 5.0
SERVERS = ("primary", "standby")


class Portal(Server):
    """The portal on a primary and its standby."""

    def ask(self, path, method="GET", **headers):
        """Return the status of an answer, how long it took, and the answer."""
        begun = time.monotonic()
        connection = HTTPConnection(urlsplit(self.url).netloc, timeout=20)
        connection.request(method, path, headers=headers)
        answer = connection.getresponse()
        body = answer.read().decode()
        connection.close()
        return answer.status, time.monotonic() - begun, body

    def status(self, path):
        return self.ask(path)[0]

    def heals(self, path=SEARCH):
        """Return how long it takes until a page is there again, and stays there."""
        begun = time.monotonic()
        right = 0
        while right < 8:  # each thread of each worker, about
            right = right + 1 if self.status(path) == 200 else 0
            assert time.monotonic() - begun < 20
        return time.monotonic() - begun

    def is_well(self):
        """Wait until both servers answer, and for so long that no worker holds one for away any more."""
        self.heals()
        begun = since = time.monotonic()
        while time.monotonic() - since < PAUSE + 0.3:
            if "does not answer" in self.ask("/readyz")[2]:
                since = time.monotonic()
                assert since - begun < 20

    @contextmanager
    def readers(self, *paths):
        """Let two readers ask for pages all the while; yield what they were answered."""
        answers, is_over = [], Event()

        def read(path):
            while not is_over.is_set():
                answers.append(self.ask(path)[:2])

        with ThreadPoolExecutor() as pool:
            for path in paths * 2:
                pool.submit(read, path)
            yield answers
            is_over.set()


@pytest.fixture(scope="session")
def servers(cluster, own_folder):  # noqa: F811 – the fixtures
    """Return a primary with the content, and its standby."""
    cluster.execute("CREATE DATABASE portal")
    standby = Standby(own_folder / "standby", cluster)
    yield dict(zip(SERVERS, (cluster, standby), strict=True))
    standby.close()


@pytest.fixture(scope="session")
def served(servers, prepared, tmp_path_factory):
    """Return the portal, on two workers, that reads from the standby."""
    url = f"http://127.0.0.1:{free_port()}"
    environment = os.environ | {
        "DJANGO_SETTINGS_MODULE": "tests.served",
        "TESTED_STATIC_ROOT": str(prepared.static),
        "DEBUG": "0",
        "SITE_URL": url,
        "DATABASE_URL": servers["primary"].url("portal"),
        "DATABASE_REPLICA_URL": servers["standby"].url("portal"),
    }
    portal = Portal(url, environment)
    portal.manage("migrate", "--no-input", "--verbosity", "0")
    portal.manage("load_content")
    log = tmp_path_factory.mktemp("faults") / "log"
    process = portal.start(log)
    yield portal, log
    process.terminate()
    process.wait(timeout=30)


@pytest.fixture
def portal(served, servers):
    """Return the portal with both its servers well, and leave it so."""
    portal, log = served
    portal.is_well()
    before = len(log.read_text())
    yield portal
    for server in servers.values():
        if server.processes():
            server.go_on()
        else:
            server.start()
    # Whatever happened, nothing but sentences was logged.
    assert "Traceback" not in log.read_text()[before:]


@pytest.fixture(params=SERVERS)
def one(request, servers):
    """Return each server in turn."""
    return servers[request.param]


def test_it_says_which_database_answers(portal, servers):
    status, _took, said = portal.ask("/readyz")
    assert (status, said.splitlines()[:3]) == (
        200,
        ["ok", "the primary database answers", "the standby answers"],
    )
    servers["primary"].stop()
    status, _took, said = portal.ask("/readyz")
    assert (status, said.splitlines()[1:3]) == (
        200,
        ["the primary database does not answer", "the standby answers"],
    )
    assert portal.status("/healthz") == 200


def test_a_server_that_starts_again_is_seen_by_no_reader_as_an_error(portal, one):
    with portal.readers(SEARCH, FRENCH_SEARCH) as answers:
        for _time in range(3):
            time.sleep(0.3)
            one.restart()
    statuses = Counter(status for status, _took in answers)
    assert statuses[500] == 0
    # The other one goes on.
    assert statuses.keys() == {200}
    assert len(answers) >= 4


def test_both_starting_again_are_no_fault_of_the_program(portal, servers):
    with portal.readers(SEARCH, "/nl/werven/") as answers:
        for _time in range(2):
            time.sleep(0.3)
            for server in servers.values():
                server.stop()
            for server in servers.values():
                server.start()
    assert {status for status, _took in answers} <= {200, 503}
    assert portal.heals() < 2.5


def test_reading_goes_on_without_the_primary_and_writing_is_refused(portal, servers):
    servers["primary"].stop()
    assert [portal.status(path) for path in (SEARCH, FRENCH_SEARCH, "/nl/", "/data/worksites.json") * 2] == [
        200
    ] * 8
    status, took, page = portal.ask("/admin/", Cookie="session=abcdefghijklmnopqrstuvwxyz123456")
    assert (status, took < 2) == (503, True)
    assert "Het portaal kan zijn databank momenteel niet bereiken." in page
    servers["primary"].start()
    assert portal.heals("/admin/login/?next=/admin/") < 2


def test_reading_goes_on_without_the_standby(portal, servers):
    servers["standby"].stop()
    with portal.readers(SEARCH) as answers:
        time.sleep(1.5)
    assert {status for status, _took in answers} == {200}


def test_a_server_that_hangs_holds_up_no_reader_for_long(portal, one):
    one.hang()
    with portal.readers(SEARCH, FRENCH_SEARCH) as answers:
        time.sleep(4)
    one.go_on()
    assert {status for status, _took in answers} == {200}
    assert max(took for _status, took in answers) < LONGEST
    assert len(answers) >= 4


def test_both_hanging_are_given_up_soon(portal, servers):
    for server in servers.values():
        server.hang()
    with portal.readers(SEARCH, FRENCH_SEARCH) as answers:
        time.sleep(4)
    _status, took, page = portal.ask(SEARCH)
    for server in servers.values():
        server.go_on()
    begun = time.monotonic()
    assert {status for status, _took in answers} == {503}
    assert max(took, *(each for _status, each in answers)) < LONGEST
    assert "Zoeken is momenteel niet mogelijk" in page
    portal.heals()
    assert time.monotonic() - begun < 3


def test_an_edit_is_read_from_the_standby_a_moment_later(portal, servers):
    portal.manage(
        "shell",
        "--no-imports",
        "-c",
        "from initiatives.versions import change\n"
        "from initiatives.models import Sector\n"
        "sector = Sector.objects.get(code='construction')\n"
        "sector.name_nl = 'Bouw en verbouwing'\n"
        "with change(note='Anders') as this: this.save(sector)",
    )
    begun = time.monotonic()
    while "Bouw en verbouwing" not in portal.ask("/nl/sectoren/")[2]:
        assert time.monotonic() - begun < LONGEST
