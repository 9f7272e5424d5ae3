"""Where every page could only be an error, nothing is served or ready, and a sentence says why."""

import os
import shutil
import subprocess
import sys
import time
from pathlib import Path
from urllib.error import HTTPError
from urllib.request import urlopen

import pytest
from django.conf import settings
from django.db import connection

from go4brussels.soundness import OTHERS

from ..at_once import empty
from ..faults.processes import free_port
from .test_prepare import tell, url  # noqa: F401 – a fixture


def served(port, database, static):
    """Start gunicorn, as it is shipped, with one worker."""
    command = ["-m", "gunicorn", "--config", "go4brussels/gunicorn.py", "--workers", "1"]
    given = {
        "DJANGO_SETTINGS_MODULE": "tests.served",
        "TESTED_STATIC_ROOT": str(static),
        "DATABASE_URL": database,
    }
    return subprocess.Popen(
        [sys.executable, *command, "--bind", f"127.0.0.1:{port}", "go4brussels.wsgi"],
        cwd=settings.BASE_DIR,
        env=os.environ | given,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


def refusal(database, static):
    """Return how the portal refuses to start: its code, and the sentence."""
    process = served(free_port(), database, static)
    out, _errors = process.communicate(timeout=60)
    assert "Traceback" not in out
    lines = [
        line.removeprefix("The portal cannot start: ") for line in out.splitlines() if "cannot start" in line
    ]
    return process.returncode, lines


def test_it_does_not_start_without_tables_or_with_others(tmp_path, prepared):
    with empty(tmp_path, f"go4brussels_sound_{os.getpid()}") as address:
        told = ["The tables of the database are not there yet. Run manage.py prepare."]
        assert refusal(address, prepared.static) == (3, told)
        tell(address, "CREATE TABLE shop_order (id integer)")
        assert refusal(address, prepared.static) == (3, [OTHERS])


def test_it_does_not_start_with_tables_that_are_behind(url, prepared):  # noqa: F811 – the fixture
    tell(url, "DELETE FROM django_migrations WHERE app = 'accounts' AND name LIKE '0009%'")
    told = ["The tables of the database are behind this release. Run manage.py prepare."]
    assert refusal(url, prepared.static) == (3, told)


def test_it_does_not_start_without_static_files(url, tmp_path):  # noqa: F811 – the fixture
    static = tmp_path / "static"
    static.mkdir()
    told = f"The static files are not in {static}: staticfiles.json, the list of them, is missing. "
    assert refusal(url, static) == (3, [told + "Collect them: manage.py collectstatic --no-input."])


def test_it_starts_while_the_database_is_away(prepared):
    port = free_port()
    process = served(port, f"postgres://portal:secret@127.0.0.1:{free_port()}/portal", prepared.static)
    try:
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline and process.poll() is None:
            try:
                urlopen(f"http://127.0.0.1:{port}/nl/")
            except HTTPError as error:
                assert error.code == 503
                break
            except OSError:
                time.sleep(0.1)
        assert process.poll() is None
    finally:
        process.terminate()
        process.communicate(timeout=30)


READY = f"release {settings.RELEASE}"


def test_it_says_that_it_is_ready_with_a_question_or_two(client, db, django_assert_max_num_queries):
    with django_assert_max_num_queries(2):
        answer = client.get("/readyz")
    assert answer.status_code == 200
    assert READY in answer.text.splitlines()


@pytest.mark.parametrize(
    ("statement", "status", "line"),
    [
        ("DELETE FROM django_migrations WHERE name LIKE '0009%'", 503, "its tables are behind this release"),
        ("UPDATE django_migrations SET app = 'shop'", 503, "its tables are those of something else"),
        (
            "INSERT INTO django_migrations (app, name, applied) VALUES ('accounts', 'x', '2030-01-01')",
            200,
            "its tables are newer than this release",
        ),
    ],
)
def test_it_is_not_ready_where_pages_would_fail(client, db, statement, status, line):
    with connection.cursor() as cursor:
        cursor.execute(statement)
    answer = client.get("/readyz")
    assert answer.status_code == status
    assert line in answer.text.splitlines()


def test_it_is_not_ready_without_static_files(client, db, settings, tmp_path):
    whole = Path(settings.STATIC_ROOT)
    assert "the static files are there" in client.get("/readyz").text
    shutil.copytree(whole, tmp_path / "static", ignore=shutil.ignore_patterns("staticfiles.json"))
    settings.STATIC_ROOT = tmp_path / "static"
    answer = client.get("/readyz")
    assert answer.status_code == 503
    assert "the static files are missing" in answer.text.splitlines()
