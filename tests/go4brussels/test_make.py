"""What `make` says where the machine is not as it should be, and that it mends what it can."""

import os
import shutil
import socket
import subprocess
import sys

import pytest
from django.conf import settings

pytestmark = pytest.mark.any_database


def make(folder, *arguments, **environment):
    return subprocess.run(
        ["make", "--no-print-directory", *arguments],
        cwd=folder,
        env={"PATH": os.environ["PATH"], "HOME": str(folder)} | environment,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )


@pytest.fixture
def project(tmp_path):
    """Return a project that needs no package."""
    shutil.copy(settings.BASE_DIR / "Makefile", tmp_path)
    (tmp_path / "requirements").mkdir()
    (tmp_path / "requirements" / "base.txt").touch()
    return tmp_path


def works(project):
    python = project / ".venv" / "bin" / "python"
    return subprocess.run([python, "-c", "import pip"], check=False, capture_output=True).returncode == 0


def test_a_python_that_changed_makes_the_environment_anew(project):
    made = (".venv/base", f"PYTHON={sys.executable}")
    assert make(project, *made).returncode == 0 and works(project)
    assert "up to date" in make(project, *made).stdout
    # As where python3 is another release now: the packages stand in the folder of the one before.
    [packages] = (project / ".venv" / "lib").glob("python3*")
    packages.rename(packages.with_name("python3.1"))
    done = make(project, *made)
    assert "making .venv anew" in done.stdout and done.returncode == 0 and works(project)
    (project / ".venv" / "bin" / "python").unlink()
    (project / ".venv" / "bin" / "python").symlink_to("/nowhere/python3")
    assert make(project, *made).returncode == 0 and works(project)


def test_a_python_without_what_it_takes_is_told_of(project):
    (project / "lacks").mkdir()
    (project / "lacks" / "ensurepip.py").write_text("raise ImportError")
    done = make(project, ".venv/base", f"PYTHON={sys.executable}", PYTHONPATH=str(project / "lacks"))
    assert done.returncode == 2
    assert "it lacks ensurepip. On Debian, install python3-venv." in done.stderr
    assert not (project / ".venv").exists()


def test_a_port_that_is_taken_is_told_of(project):
    (project / "var").mkdir()
    (project / "var" / "secret-key").touch()
    # The environment of the tests, older than which its list of packages has to be.
    (project / ".venv").symlink_to(sys.prefix)
    os.utime(project / "requirements" / "base.txt", (0, 0))
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        done = make(project, "run", f"PORT={port}")
    assert done.returncode == 2
    assert done.stderr.splitlines()[0] == (
        f"Port {port} is taken. Stop what listens there, or give another: make run PORT=8137"
    )
