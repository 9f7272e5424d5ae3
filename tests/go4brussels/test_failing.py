"""Where the database or a folder cannot be used, a command says so in one sentence that tells what to do."""

import errno
import os
import sqlite3
from urllib.parse import urlsplit

import psycopg
import pytest
from django.conf import settings
from django.db import DatabaseError, OperationalError, ProgrammingError, connection

from go4brussels import failing

from ..at_once import empty
from ..faults.processes import free_port
from ..prepared import SQLITE, execute
from .test_settings import manage


def sentence(*arguments, **environment):
    """Return what a command says that fails, its last word being a full stop and its code 1."""
    done = manage(*arguments, **environment)
    assert done.returncode == 1
    assert "Traceback" not in done.stderr
    assert "secret" not in done.stderr
    [line] = done.stderr.strip().splitlines()
    assert line.endswith(".")
    return line


@pytest.mark.parametrize("command", ["reindex", "prepare"])
def test_a_server_that_is_not_there_is_named_without_the_password(command):
    port = free_port()
    assert sentence(command, DATABASE_URL=f"postgres://portal:secret@127.0.0.1:{port}/portal") == (
        f"The database portal for user portal on 127.0.0.1:{port} cannot be reached: nothing listens there. "
        "Start the server, or correct DATABASE_URL."
    )


@pytest.mark.skipif(SQLITE, reason="It asks the server of the tests.")
def test_a_database_or_a_user_that_is_not_there_is_named():
    config = settings.DATABASES["default"]
    where = f"{config['HOST']}:{config['PORT']}"
    assert "there is no such database. Make it" in sentence(
        "reindex", DATABASE_URL=f"postgres://{config['USER']}:secret@{where}/go4brussels_nowhere"
    )
    assert "on 127.0.0.1" in sentence(
        "reindex", DATABASE_URL=f"postgres://nobody_here:secret@{where}/postgres"
    )


@pytest.mark.skipif(SQLITE, reason="A file has no rights but those of its folder, which are asked for below.")
@pytest.mark.parametrize(
    ("order", "told"),
    [
        ("REVOKE CREATE ON SCHEMA public FROM public", "refuses: permission denied for schema public"),
        ("ALTER DATABASE {} SET default_transaction_read_only = on", "takes no changes: cannot execute"),
    ],
)
def test_a_database_that_takes_no_table_is_named(tmp_path, order, told):
    name = f"go4brussels_failing_{os.getpid()}"
    execute(f"CREATE ROLE {name} LOGIN")
    with empty(tmp_path, name) as url:
        with psycopg.connect(url, autocommit=True) as owner:
            owner.execute(order.format(name))
        place = urlsplit(url)
        address = place._replace(netloc=f"{name}@{place.hostname}:{place.port}").geturl()
        said = sentence("prepare", DATABASE_URL=address)
    execute(f"DROP ROLE {name}")
    assert f"The database {name} for user {name} on " in said and told in said


@pytest.mark.parametrize("command", ["reindex", "prepare"])
@pytest.mark.parametrize(
    ("path", "told"),
    [
        (
            "/nowhere/db.sqlite3",
            "/nowhere/db.sqlite3 cannot be opened: there is no folder /nowhere. Make it.",
        ),
        ("/proc/db.sqlite3", "/proc"),
    ],
)
def test_a_folder_that_takes_no_database_is_named(command, path, told):
    assert told in sentence(command, DATABASE_URL=f"sqlite:///{path}")


def test_a_file_that_is_no_database_is_named(tmp_path):
    path = tmp_path / "db.sqlite3"
    path.write_text("This is a letter to the readers of the portal.\n" * 20)
    assert sentence("reindex", DATABASE_URL=f"sqlite:///{path}") == (
        f"{path} is no database of SQLite, or a damaged one. Correct DATABASE_URL, or restore a backup."
    )


def test_where_there_are_no_tables_it_says_what_makes_them(tmp_path):
    with empty(tmp_path, f"go4brussels_failing_{os.getpid()}") as url:
        assert sentence("reindex", DATABASE_URL=url) == failing.PREPARE


def caused(kind, cause):
    try:
        raise kind(str(cause)) from cause
    except DatabaseError as error:
        return error


def test_a_database_that_takes_no_changes_is_told():
    with sqlite3.connect(":memory:") as memory, pytest.raises(sqlite3.Error) as found:
        memory.execute("PRAGMA query_only = 1")
        memory.execute("CREATE TABLE a (b)")
    told = failing.of_file(caused(OperationalError, found.value), failing.Outage.READ_ONLY)
    assert "cannot be opened or written by user" in told
    error = caused(OperationalError, psycopg.errors.ReadOnlySqlTransaction("cannot execute INSERT"))
    assert "takes no changes: cannot execute INSERT." in failing.of_server(error, failing.Outage.READ_ONLY)


def test_a_path_that_cannot_be_written_is_named():
    told = failing.sentence_of(PermissionError(errno.EACCES, "Permission denied", "/opt/static"))
    assert told.startswith("/opt/static cannot be used by user ")
    assert failing.sentence_of(OSError(errno.EROFS, "Read-only file system", "/opt/static"))


@pytest.mark.django_db
def test_a_fault_of_the_program_keeps_its_trace():
    with pytest.raises(DatabaseError) as found, connection.cursor() as cursor:
        cursor.execute("SELEC 1")
    assert failing.sentence_of(found.value) == ""
    assert failing.sentence_of(FileNotFoundError(errno.ENOENT, "No such file", "template.html")) == ""
    assert failing.sentence_of(caused(ProgrammingError, psycopg.errors.SyntaxError("syntax"))) == ""
    assert failing.sentence_of(ValueError("No")) == ""
