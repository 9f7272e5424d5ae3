"""`make bench` still measures: each of its parts runs, with no time asserted."""

import os
import subprocess
import sys

import pytest
from django.conf import settings

from .environ import UNSET
from .nginx import need_nginx

pytestmark = [pytest.mark.slow, pytest.mark.any_database]


def test_every_line_is_measured():
    need_nginx()
    options = ["--seconds", "1", "--rounds", "1", "--requests", "100", "--at-once"]
    command = [sys.executable, "-m", "tests.bench", *options]
    environment = {name: value for name, value in os.environ.items() if name not in UNSET}
    done = subprocess.run(
        command,
        cwd=settings.BASE_DIR,
        env=environment,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert done.returncode in (0, 1), done.stderr
    lines = done.stdout.splitlines()
    for what in ("start", "stored", "home", "worksite", "search", "304", "through nginx", "memory"):
        assert [line for line in lines if line.startswith(what) and any(map(str.isdigit, line))], what
