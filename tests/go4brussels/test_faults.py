"""That `make faults` itself works: its servers start and stop, it counts, and it leaves nothing behind."""

import os
import shutil
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest
from django.conf import settings

from ..faults.ground import SQLITE, Ground
from ..faults.load import Answer, Load, Reader, is_as, is_away, is_good
from ..faults.postgres import Postgres
from ..faults.processes import Broken, free_port
from ..faults.restarts import worker_killed
from ..needs import need
from ..prepared import SQLITE as IS_SQLITE

pytestmark = [pytest.mark.slow, pytest.mark.any_database]


@pytest.fixture
def ground(prepared, tmp_path, monkeypatch):
    """Return a place whose content and static files are those that the tests prepared."""
    ground = Ground(seconds=1)
    if IS_SQLITE:
        ground.__dict__["sqlite"] = prepared.url.removeprefix("sqlite:///")
    shutil.copytree(prepared.static, ground.folder / "static")
    ground.__dict__["static"] = ground.folder / "static"
    yield ground
    ground.close()
    assert not ground.folder.exists()


def test_a_worker_that_is_killed_takes_no_more_than_it_held(ground):
    seen = worker_killed(ground)
    assert seen.holds and seen.verdict == "yes", str(seen)
    assert "3 workers killed" in str(seen)


def test_it_counts_what_is_wrong(ground):
    folder = ground.new_folder("counted")
    with ground.portal(ground.database(SQLITE, folder), folder) as portal:
        assert portal.is_full() in (True, False)  # /readyz says it in the words that are looked for
        with Reader(portal.port) as reader:
            before = {path: reader.get(path) for path in ("/nl/", "/fr/")}
        with Load(portal.port, list(before), is_as(before), readers=2) as same:
            time.sleep(0.5)
        other = before | {"/fr/": before["/nl/"]}
        with Load(portal.port, ["/nl/", "/fr/", "/nl/nergens/"], is_good, readers=1) as lost:
            time.sleep(0.5)
        with Load(portal.port, ["/fr/"], is_as(other), readers=1) as changed:
            time.sleep(0.3)
    assert same.counts.total and not same.counts.failed, same.counts
    assert lost.counts.wrong.keys() == {"404"} and lost.counts.where == {"404": "/nl/nergens/"}
    assert changed.counts.failed == changed.counts.total > 0
    with Load(portal.port, ["/nl/"], is_good, readers=1) as away:
        time.sleep(0.2)
    assert away.counts.wrong.keys() == {"ConnectionRefusedError"}
    assert is_away(Answer("/", 503)) and not is_away(Answer("/", 503, headers={"Retry-After": "2"}))


def test_a_cluster_stops_hangs_and_comes_back(tmp_path_factory):
    try:
        folder = Ground(seconds=1)
        cluster = Postgres(folder.folder / "postgresql")
    except Broken as error:
        folder.close()
        need(None, str(error))
    try:
        cluster.execute("SELECT 1")
        cluster.hang()
        waiting = threading.Thread(target=cluster.execute, args=("SELECT 1",))
        waiting.start()
        waiting.join(0.5)
        assert waiting.is_alive()
        cluster.go_on()
        waiting.join(10)
        assert not waiting.is_alive()
        cluster.restart("immediate")
        cluster.execute("SELECT 1")
    finally:
        cluster.close()
        assert not cluster.processes()
        folder.close()


def test_an_unknown_fault_is_named():
    command = [sys.executable, "-m", "tests.faults", "--only", "worker-killed,flood"]
    done = subprocess.run(command, cwd=settings.BASE_DIR, capture_output=True, text=True, check=False)
    assert done.returncode == 1 and "There is no fault flood; there are postgres-stopped" in done.stderr


def test_a_server_that_is_away_finds_its_port_free():
    lowest = int(Path("/proc/sys/net/ipv4/ip_local_port_range").read_text().split()[0])
    assert os.name == "posix" and free_port() < lowest
