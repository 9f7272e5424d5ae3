"""SQLite with several writers: each has its turn, however fast another one is."""

import threading
import time

import pytest
from django.db import OperationalError

from go4brussels.sqlite.base import DatabaseWrapper

from ..threads import together

SETTINGS = {
    "TIME_ZONE": None,
    "CONN_MAX_AGE": 0,
    "CONN_HEALTH_CHECKS": False,
    "ATOMIC_REQUESTS": False,
    "AUTOCOMMIT": True,
}


@pytest.fixture
def connect(tmp_path, django_db_blocker):
    """Return what makes a connection to one file, that waits so many seconds."""

    def new(patience):
        options = {"transaction_mode": "IMMEDIATE", "timeout": patience, "check_same_thread": False}
        wrapper = DatabaseWrapper(SETTINGS | {"NAME": tmp_path / "db.sqlite3", "OPTIONS": options})
        wrapper.connect()
        return wrapper

    with django_db_blocker.unblock():
        first = new(1)
        with first.cursor() as cursor:
            cursor.execute("PRAGMA journal_mode=WAL")
            cursor.execute("CREATE TABLE counted (number integer)")
            cursor.execute("INSERT INTO counted VALUES (0)")
        yield new
        first.close()


def add_one(connection, seconds=0.0):
    """Add one in a transaction that takes so long."""
    with connection.cursor() as cursor:
        cursor.execute("BEGIN IMMEDIATE")
        cursor.execute("UPDATE counted SET number = number + 1")
        time.sleep(seconds)
        cursor.execute("COMMIT")


def test_who_waits_comes_before_who_writes_without_a_pause(connect):
    is_over = threading.Event()

    def write_all_the_time():
        connection, times = connect(5), 0
        while not is_over.is_set():
            add_one(connection, 0.05)
            times += 1
        connection.close()
        return times

    def write_now_and_then():
        connection = connect(0.5)
        try:
            for _each in range(8):
                add_one(connection)
                time.sleep(0.02)
        finally:
            is_over.set()
            connection.close()
        return 8

    counts = together(write_all_the_time, write_all_the_time, write_now_and_then)
    reader = connect(1)
    with reader.cursor() as cursor:
        assert cursor.execute("SELECT number FROM counted").fetchone() == (sum(counts),)
    reader.close()


def test_who_does_not_wait_is_told_at_once(connect):
    writer, hasty = connect(1), connect(0)
    with writer.cursor() as writing, hasty.cursor() as trying:
        writing.execute("BEGIN IMMEDIATE")
        start = time.monotonic()
        with pytest.raises(OperationalError, match="locked"):
            trying.execute("BEGIN IMMEDIATE")
        assert time.monotonic() - start < 0.5
        writing.execute("ROLLBACK")
    writer.close()
    hasty.close()
