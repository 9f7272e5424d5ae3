"""`prepare`: the database made ready by one process at a time, and left as it is where it is newer."""

import os
import sqlite3
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from threading import Event
from urllib.parse import urlsplit

import psycopg
import pytest
from django.db import connection, connections

from go4brussels.alone import alone
from go4brussels.management.commands.prepare import NEWER
from go4brussels.schema import Schema, known, schema_of
from go4brussels.soundness import OTHERS
from initiatives.models import IndexEntry

from ..at_once import empty, faults, prepare
from ..prepared import copied, start


def tell(url, *statements):
    """Execute statements in the database at an address."""
    parts = urlsplit(url)
    server = sqlite3.connect(parts.path) if parts.scheme == "sqlite" else psycopg.connect(url)
    with closing(server):
        for statement in statements:
            found = server.execute(statement)
        rows = found.fetchall() if found.description else []
        server.commit()
    return rows


def refused(url):
    """Return what `prepare` says where it fails."""
    with pytest.raises(pytest.fail.Exception) as failed:
        prepare(url)
    return str(failed.value).partition("\n")[2].strip()


@pytest.fixture
def url(prepared, tmp_path):
    """Return the address of a database with the content in it."""
    with copied(prepared, tmp_path, f"go4brussels_prepare_{os.getpid()}") as address:
        yield address


@pytest.mark.slow
def test_two_that_start_at_once_make_an_empty_database_ready(tmp_path):
    for number in range(3):  # ten times: python -m tests.at_once 10
        assert faults(tmp_path, f"go4brussels_prepare_{os.getpid()}_{number}") == []


def test_a_database_of_something_else_is_left_alone(tmp_path):
    with empty(tmp_path, f"go4brussels_other_{os.getpid()}") as address:
        tell(address, "CREATE TABLE shop_order (id integer)")
        assert refused(address) == f"CommandError: {OTHERS}"
        tell(
            address,
            "CREATE TABLE django_migrations (app text, name text)",
            "INSERT INTO django_migrations VALUES ('shop', '0001_initial')",
        )
        assert refused(address) == f"CommandError: {OTHERS}"


def test_a_newer_database_stays_as_it_is_and_is_served(url):
    tell(
        url,
        "INSERT INTO django_migrations (app, name, applied) VALUES "
        "('initiatives', '9999_of_tomorrow', '2030-01-01')",
        f"DELETE FROM {IndexEntry._meta.db_table}",
    )
    assert prepare(url) == [f"{NEWER}\n"]


def test_an_older_database_is_brought_up_to_date(url):
    env = os.environ | {"DATABASE_URL": url}
    start("migrate", "accounts", "0008", "--verbosity", "0", env=env).finish()
    assert prepare(url) == ["The tables are those of this release now.\n"]
    assert prepare(url) == [""]


@pytest.mark.django_db
def test_who_comes_second_waits_and_says_so():
    is_mine, is_over, told = Event(), Event(), Event()

    def second():
        try:
            assert is_mine.wait(10)
            with alone(connection, told.set):
                return is_over.is_set()
        finally:
            connections.close_all()

    with ThreadPoolExecutor(1) as pool:
        waits = pool.submit(second)
        with alone(connection, lambda: pytest.fail("Nobody else has it.")):
            is_mine.set()
            assert told.wait(10)
            is_over.set()
        assert waits.result(10) is True


@pytest.mark.django_db
def test_the_tables_of_the_tests_are_those_of_this_release():
    assert schema_of(connection) is Schema.CURRENT


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("statement", "found"),
    [
        ("DELETE FROM django_migrations WHERE app = 'accounts' AND name LIKE '0009%'", Schema.BEHIND),
        ("DELETE FROM django_migrations", Schema.FOREIGN),
        ("UPDATE django_migrations SET app = 'shop'", Schema.FOREIGN),
        (
            "INSERT INTO django_migrations (app, name, applied) VALUES ('accounts', 'x', '2030-01-01')",
            Schema.NEWER,
        ),
        (
            "INSERT INTO django_migrations (app, name, applied) VALUES ('gone', 'x', '2030-01-01')",
            Schema.CURRENT,
        ),
    ],
)
def test_it_tells_how_the_tables_stand(statement, found):
    with connection.cursor() as cursor:
        cursor.execute(statement)
    assert schema_of(connection) is found
    assert found.can_serve is (found in (Schema.CURRENT, Schema.NEWER))
    assert ("initiatives", "0001_initial") in known()
