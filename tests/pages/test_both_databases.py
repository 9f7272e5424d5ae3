"""SQLite and PostgreSQL give the same bytes: what a browser makes of a public page needs one of them only."""

import os
import subprocess
import sys
from filecmp import cmpfiles

import pytest
from django.conf import settings

from ..prepared import SQLITE, postgres

pytestmark = pytest.mark.slow
OWN = "go4brussels_both_databases"


def recorded(folder, url):
    """Record every public response, with the content of the fixtures in a database of its own."""
    return subprocess.Popen(
        [sys.executable, "-m", "tests.record", str(folder)],
        cwd=settings.BASE_DIR,
        env=os.environ | {"DATABASE_URL": url},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
    )


@pytest.mark.skipif(SQLITE, reason="It holds PostgreSQL against SQLite, and runs where there are both.")
def test_every_public_response_is_the_same_on_both(tmp_path):
    one, other = tmp_path / "sqlite", tmp_path / "postgresql"
    places = {one: f"sqlite:///{tmp_path / 'db.sqlite3'}", other: postgres(OWN).geturl()}
    for process in [recorded(folder, url) for folder, url in places.items()]:
        _out, errors = process.communicate()
        assert process.returncode == 0, errors.decode()
    names = {path.name for folder in places for path in folder.iterdir()}
    same, different, missing = cmpfiles(one, other, names, shallow=False)
    assert (different, missing) == ([], [])
    assert len(same) > 800
