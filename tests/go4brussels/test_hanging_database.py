"""What becomes of connections to a PostgreSQL server that stops, hangs or starts again: a real one."""

import time
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import dj_database_url
import pytest
from django.db import OperationalError, connections, transaction

from go4brussels.postgresql import Patience, waiting
from go4brussels.postgresql.breaker import PAUSE, breaker_of

from ..cluster import cluster, own_folder  # noqa: F401 – fixtures

pytestmark = pytest.mark.any_database

ALIAS = "cluster"
AT_ONCE = 0.6  # seconds: on a busy machine too, and shorter than everything that waits


def ask(sql="SELECT 1"):
    with connections[ALIAS].cursor() as cursor:
        cursor.execute(sql)
        return cursor.fetchone()


def new_request():
    """Do what Django does at the start of each."""
    connections[ALIAS].close_if_unusable_or_obsolete()


def refused():
    """Ask, and return how long it took to be refused, and why."""
    begun = time.monotonic()
    with pytest.raises(OperationalError) as error:
        ask()
    return time.monotonic() - begun, str(error.value)


def in_thread(work):
    def closing():
        try:
            return work()
        finally:
            connections[ALIAS].close()

    with ThreadPoolExecutor(1) as pool:
        return pool.submit(closing).result()


@pytest.fixture
def database(cluster, monkeypatch, django_db_blocker):  # noqa: F811 – the fixture
    """Serve readers from the cluster, with a short patience, for one test."""
    monkeypatch.setattr(Patience, "seconds", 0.8)
    config = dj_database_url.parse(cluster.url("postgres"), "go4brussels.postgresql", 60, True)
    connections.settings[ALIAS] = connections.configure_settings({"default": {}, ALIAS: config})[ALIAS]
    breaker_of.cache_clear()
    with django_db_blocker.unblock():
        yield cluster
        if cluster.processes():
            cluster.go_on()
        else:
            cluster.start()
        connections[ALIAS].close()
    del connections[ALIAS], connections.settings[ALIAS]


def test_it_gives_up_on_a_server_that_hangs(database):
    assert ask() == (1,)
    database.hang()
    took, why = refused()
    assert 0.7 < took < 1.9
    assert why == "The database did not answer within 0.8 s; the connection was given up."
    # And the next request at once: the breaker is open.
    new_request()
    took, why = refused()
    assert took < AT_ONCE
    assert "asked again after 1 s" in why


def test_one_request_waits_in_vain_for_so_long_and_no_longer(database, monkeypatch):
    monkeypatch.setattr("go4brussels.postgresql.LONGEST", 2.1)
    assert ask() == (1,)
    database.hang()
    with waiting():
        assert 0.7 < refused()[0] < 1.9
        breaker_of.cache_clear()  # as if it were another server
        new_request()
        took, why = refused()
        assert took < AT_ONCE
        assert why == "Enough was waited for databases that do not answer."
    with waiting():
        assert 1.9 < refused()[0] < 3.5


def test_a_transaction_on_a_server_that_hangs_ends_as_soon(database):
    begun = time.monotonic()
    with pytest.raises(OperationalError), transaction.atomic(ALIAS), transaction.atomic(ALIAS):
        ask()
        database.hang()
        ask()
    assert time.monotonic() - begun < 1.9
    database.go_on()
    time.sleep(PAUSE)
    assert ask() == (1,)


def test_it_tests_a_connection_that_was_kept_for_no_longer_than_that(database):
    assert ask() == (1,)
    database.hang()
    new_request()
    took, _why = refused()
    assert 1.4 < took < 2.5


def test_it_tells_a_long_question_from_a_server_that_hangs(database):
    with pytest.raises(OperationalError, match="statement timeout"):
        ask("SELECT pg_sleep(5)")
    assert ask() == (1,)
    assert in_thread(ask) == (1,)  # the breaker is closed


def test_a_command_has_all_the_time(database, monkeypatch):
    monkeypatch.setattr(Patience, "seconds", None)
    assert ask("SELECT 1 FROM pg_sleep(1.2)") == (1,)
    assert ask("SHOW statement_timeout") == ("0",)


def test_it_goes_on_after_a_restart_as_if_nothing_had_been(database):
    assert ask() == (1,)
    database.restart()
    new_request()
    assert ask() == (1,)


def test_a_connection_that_breaks_is_no_reason_not_to_make_another(database):
    assert ask() == (1,)
    database.restart()
    with pytest.raises(OperationalError):
        ask()
    new_request()
    assert ask() == (1,)


def test_after_a_failure_one_thread_tries_and_the_others_fail_soon(database):
    database.hang()
    took, _why = refused()
    assert 1.9 < took < 3.5  # connecting, of which psycopg waits for two seconds at least
    assert in_thread(refused)[0] < AT_ONCE
    time.sleep(PAUSE)
    begun = time.monotonic()
    with ThreadPoolExecutor(4) as pool:
        times = sorted(took for took, _why in pool.map(lambda _each: refused(), range(4)))
    assert times[2] < AT_ONCE
    assert 1.9 < times[3] < 3.5
    assert time.monotonic() - begun < 4


def test_who_asks_while_another_finds_out_that_it_is_back_gets_an_answer(database):
    database.stop()
    refused()
    database.start()
    time.sleep(PAUSE)
    together = Barrier(8)

    def ask_with_the_others():
        together.wait()
        try:
            return ask()
        finally:
            connections[ALIAS].close()

    with ThreadPoolExecutor(8) as pool:
        assert [each.result() for each in [pool.submit(ask_with_the_others) for _ in range(8)]] == [(1,)] * 8


def test_it_heals_within_two_seconds(database):
    database.stop()
    assert refused()[0] < AT_ONCE
    database.start()
    begun = time.monotonic()
    while True:
        try:
            assert in_thread(ask) == (1,)
            break
        except OperationalError:
            time.sleep(0.05)
    assert time.monotonic() - begun < 2


def test_another_server_has_a_breaker_of_its_own(database):
    database.stop()
    refused()
    assert breaker_of("127.0.0.1", str(database.port), "postgres").is_open()
    assert not breaker_of("127.0.0.1", str(database.port + 1), "postgres").is_open()
