"""The script that compose runs in the database's image: every day, by itself, and it tells when it fails."""

import gzip
import os
import re
import shutil
import signal
import subprocess
import time

import pytest
import yaml
from django.conf import settings

DEPLOY = settings.BASE_DIR / "deploy"
SCRIPT = DEPLOY / "postgresql-backup.sh"
PG_DUMP = """#!/bin/sh
for each; do case $each in --file=*) file=${each#--file=} ;; esac; done
printf -- '-- PostgreSQL database dump\\n\\n-- PostgreSQL database dump complete\\n' >"$file"
"""
UNITS = ("backup", "mirror")


@pytest.fixture
def script(tmp_path):
    """Return how to run the script, with a pg_dump that needs no server."""
    program = tmp_path / "bin" / "pg_dump"
    program.parent.mkdir()
    program.write_text(PG_DUMP)
    program.chmod(0o755)
    # With the release that it names, where another user may read them, wherever the project stands.
    for name in ("deploy", "go4brussels"):
        (tmp_path / name).mkdir()
    copied = shutil.copy(SCRIPT, tmp_path / "deploy")
    shutil.copy(settings.BASE_DIR / "go4brussels" / "__init__.py", tmp_path / "go4brussels")

    def run(*arguments, start=subprocess.run, **given):
        path = f"{program.parent}:{os.environ['PATH']}"
        told = {"env": {"PATH": path}, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}
        return start(["/bin/sh", copied, *map(str, arguments)], **told, **given)

    return run


def test_it_is_healthy_while_the_newest_is_of_today(script, tmp_path):
    folder = tmp_path / "backups"
    none = script("healthy", folder)
    assert none.returncode == 1 and "older than 25 hours, or there is none" in none.stderr
    made = script("once", folder, 3)
    assert made.returncode == 0, made.stderr
    assert script("healthy", folder).returncode == 0
    day_ago = time.time() - 26 * 3600
    os.utime(made.stdout.strip(), (day_ago, day_ago))
    assert script("healthy", folder).returncode == 1


def test_it_makes_one_at_its_start_and_stops_when_it_is_told(script, tmp_path):
    folder = tmp_path / "backups"
    running = script("daily", folder, 3, start=subprocess.Popen)
    line = running.stdout.readline()
    assert re.fullmatch(rf"Wrote {folder}/go4brussels-\d+T\d+Z\.sql\.gz: +\d+ bytes\.\n", line), line
    running.send_signal(signal.SIGTERM)
    assert running.wait(5) == 0
    [made] = folder.iterdir()
    assert gzip.decompress(made.read_bytes()).endswith(b"dump complete\n")


@pytest.mark.skipif(os.geteuid() != 0, reason="Only root becomes another user.")
def test_it_runs_as_the_user_of_the_portal_who_has_no_name_there(script, tmp_path):
    folder = tmp_path / "backups"
    folder.mkdir()
    for each in (folder, *folder.parents[:4]):
        each.chmod(0o755)
    os.chown(folder, 10001, 10001)
    done = script("once", folder, 3, user=10001, group=10001)
    assert done.returncode == 0, done.stderr


def test_compose_keeps_them_where_the_portal_reads_them():
    services = yaml.safe_load((DEPLOY / "compose.yaml").read_text(encoding="utf-8"))["services"]
    portal, backup = services["portal"], services["backup"]
    where = backup["command"][1]
    dockerfile = (settings.BASE_DIR / "Dockerfile").read_text(encoding="utf-8")
    assert f"BACKUP_DIR={where}" in dockerfile
    assert portal["volumes"] == [f"{backup['volumes'][0]}:ro"]
    assert backup["image"] == services["database"]["image"]
    assert f"USER {backup['user']}" in dockerfile
    assert backup["healthcheck"]["test"][1:] == ["sh", backup["entrypoint"][1], "healthy", where]


@pytest.mark.parametrize("name", UNITS)
def test_a_unit_that_fails_is_told_of(name):
    unit = (DEPLOY / f"go4brussels-{name}.service").read_text(encoding="utf-8")
    assert "OnFailure=go4brussels-failed@%n.service\n" in unit
    assert "%i" in (DEPLOY / "go4brussels-failed@.service").read_text(encoding="utf-8")
