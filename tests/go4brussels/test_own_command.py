"""The command `go4brussels` of a machine with systemd: as the portal's own user, or with a sentence."""

import os
import pwd
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest
from django.conf import settings

from ..faults.processes import other_user

pytestmark = pytest.mark.any_database
MANAGE = """
import os, pwd, sys
print(pwd.getpwuid(os.getuid()).pw_name, os.environ["ENV_FILE"], *sys.argv[1:], sep="|")
"""
OTHER = other_user()
# That of the tests can stand in a home folder, which nobody else may enter.
PYTHON = next(path for path in ("/usr/bin/python3", sys.executable) if Path(path).exists())
needs_root = pytest.mark.skipif(not OTHER, reason="Only root can run a command as somebody else.")


@pytest.fixture
def machine():
    """Return the root of a machine with one release, which everybody may enter: pytest's own is closed."""
    root = Path(tempfile.mkdtemp(prefix="go4brussels-machine-"))
    root.chmod(0o755)
    release = root / "opt" / "go4brussels" / "releases" / "1"
    (release / ".venv" / "bin").mkdir(parents=True)
    (release / "manage.py").write_text(MANAGE)
    (release / ".venv" / "bin" / "python").symlink_to(PYTHON)
    (release.parents[1] / "current").symlink_to("releases/1")
    yield root
    shutil.rmtree(root)


def go4brussels(machine, *arguments, user):
    done = subprocess.run(
        [settings.BASE_DIR / "deploy" / "go4brussels", *arguments],
        env={"PATH": os.environ["PATH"], "GO4BRUSSELS_ROOT": str(machine), "GO4BRUSSELS_USER": user},
        capture_output=True,
        text=True,
        check=False,
    )
    return done.returncode, done.stdout, done.stderr


def test_it_runs_as_who_asks_where_that_is_the_user(machine):
    me = pwd.getpwuid(os.getuid()).pw_name
    assert go4brussels(machine, "doctor", "two words", user=me) == (
        0,
        f"{me}|{machine}/etc/go4brussels.env|doctor|two words\n",
        "",
    )


@needs_root
def test_root_runs_it_as_the_user(machine):
    code, said, errors = go4brussels(machine, "doctor", "--flag", "a b", user=OTHER)
    assert (code, errors) == (0, "")
    assert said == f"{OTHER}|{machine}/etc/go4brussels.env|doctor|--flag|a b\n"


@needs_root
def test_a_python_that_the_user_cannot_run_is_told(machine):
    home = machine / "home"
    home.mkdir(mode=0o700)
    (home / "python3").symlink_to(PYTHON)
    python = machine / "opt" / "go4brussels" / "releases" / "1" / ".venv" / "bin" / "python"
    python.unlink()
    python.symlink_to(home / "python3")
    code, said, errors = go4brussels(machine, "doctor", user=OTHER)
    assert (code, said) == (1, "")
    assert errors == (
        f"go4brussels: {python} leads to {python.resolve()}, which user {OTHER} cannot run. "
        "Make the environment with a Python of the system: make PYTHON=/usr/bin/python3 .venv/base\n"
    )


def test_where_nothing_is_installed_it_says_so(machine):
    (machine / "opt" / "go4brussels" / "current").unlink()
    assert go4brussels(machine, "doctor", user="root") == (
        1,
        "",
        f"go4brussels: {machine}/opt/go4brussels/current leads to no release. Install one first.\n",
    )


@needs_root
def test_without_its_user_it_says_so(machine):
    code, _said, errors = go4brussels(machine, "doctor", user="nobody-of-that-name")
    assert (code, errors) == (
        1,
        "go4brussels: this machine has no user nobody-of-that-name. Make it first.\n",
    )


@needs_root
def test_who_is_neither_root_nor_the_user_is_told(machine):
    done = subprocess.run(
        ["runuser", "-u", OTHER, "--", "sh", "-s", "doctor"],
        input=(settings.BASE_DIR / "deploy" / "go4brussels").read_text(),
        cwd="/",
        env={"PATH": os.environ["PATH"], "GO4BRUSSELS_ROOT": str(machine), "GO4BRUSSELS_USER": "root"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (
        1,
        "go4brussels: only root and root can do this. Try: sudo go4brussels …\n",
    )
