"""`deploy/release.sh` installs a release beside the one that serves, turns to it, and back where it must.

The releases here are a few lines each; `make rehearse` takes the script through an upgrade of real ones.
"""

import http.server
import json
import os
import pwd
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest
from django.conf import settings

pytestmark = pytest.mark.any_database

SCRIPT, BACK = (settings.BASE_DIR / "deploy" / name for name in ("release.sh", "rollback.sh"))
STYLE = "css/site.{}.css"
MANAGE = """
import json, os, sys
from pathlib import Path
name, root = sys.argv[1], Path(os.environ["ENV_FILE"]).parent
with (root / "commands").open("a") as file:
    file.write(f"{name} {Path.cwd().name.removesuffix('.partial')}\\n")
if name == "collectstatic":
    style = STYLE
    Path("var/static/css").mkdir(parents=True, exist_ok=True)
    for ending in ("", ".gz"):
        Path(f"var/static/{style}{ending}").write_text("body{}")
    Path("var/static/staticfiles.json").write_text(json.dumps({"paths": {"css/site.css": style}}))
if Path(name).exists():
    sys.exit(f"{name} fails: {Path(name).read_text()}")
"""


class Answers(http.server.BaseHTTPRequestHandler):
    """Answers /readyz as the release that was started last."""

    def do_GET(self):
        serving = self.server.root / "serving"
        tree = Path(serving.read_text().strip()) if serving.exists() else None
        is_ready = tree and not (tree / "broken").exists()
        self.send_response(200 if is_ready else 503)
        self.end_headers()
        version = tree and (tree / "go4brussels/__init__.py").read_text().split('"')[1]
        self.wfile.write(f"ok\nrelease {version}\n".encode())

    def log_message(self, *_told):
        pass


class Server:
    """A server's /opt in a folder, with a clone of a repository in which releases are made."""

    def __init__(self, folder, port):
        self.root, self.port = folder, port
        self.source = folder / "source"
        self.source.mkdir()
        self.git("init", "--quiet", "--initial-branch=main")
        self.env_file = folder / "env"
        self.env_file.write_text(f"DATABASE_URL=sqlite:///{folder}/db\nBACKUP_DIR={folder}/backups\n")

    def git(self, *arguments):
        names = ["-c", "user.name=Test", "-c", "user.email=test@example.org"]
        subprocess.run(["git", *names, *arguments], cwd=self.source, check=True, capture_output=True)

    def make(self, version, **files):
        """Make a release in the repository, with a tag; `files` fail a command, or say more."""
        self.git("rm", "-r", "--quiet", "--force", "--ignore-unmatch", ".")
        style = STYLE.format(version.replace(".", "").ljust(12, "0"))
        written = {
            "go4brussels/__init__.py": f'__version__ = "{version}"\n',
            "manage.py": MANAGE.replace("STYLE", repr(style), 1),
            "requirements/base.txt": "",
            "accounts/__init__.py": "",
            "initiatives/__init__.py": "",
            **files,
        }
        for name, text in written.items():
            (self.source / name).parent.mkdir(exist_ok=True)
            (self.source / name).write_text(text)
        self.git("add", "--all", ".")
        self.git("commit", "--quiet", "--message", version)
        self.git("tag", f"v{version}")
        self.share_environment()

    def share_environment(self):
        """Let the environment of the tests be that of these releases, which need no library."""
        script = (
            f'(cat "{self.source}/requirements/base.txt"; {sys.executable} -VV) | sha256sum | cut -c 1-12'
        )
        key = subprocess.run(
            ["bash", "-c", script], check=True, capture_output=True, text=True
        ).stdout.strip()
        place = self.root / "venvs" / key
        if not place.exists():
            place.mkdir(parents=True)
            (place / "base").touch()
            (place / "bin").symlink_to(Path(sys.prefix) / "bin")
            (place / "lib").symlink_to(Path(sys.prefix) / "lib")
            (place / "pyvenv.cfg").symlink_to(Path(sys.prefix) / "pyvenv.cfg")

    def run(self, *command, umask=0o22, **given):
        environment = {
            "PATH": os.environ["PATH"],
            "GO4BRUSSELS_ROOT": str(self.root),
            "GO4BRUSSELS_USER": pwd.getpwuid(os.geteuid()).pw_name,
            "GO4BRUSSELS_RESTART": f"readlink -f {self.root}/current >{self.root}/serving",
            "GO4BRUSSELS_READY": f"http://127.0.0.1:{self.port}/readyz",
            "GO4BRUSSELS_SECONDS": "1",
            "ENV_FILE": str(self.env_file),
            "PYTHON": sys.executable,
        }
        return subprocess.run(
            list(map(str, command)),
            env=environment | given,
            cwd="/",
            umask=umask,
            capture_output=True,
            text=True,
            check=False,
        )

    def install(self, version, **given):
        """Make a release and install it; return what the script said."""
        self.make(version)
        done = self.run(SCRIPT, f"v{version}", **given)
        assert done.returncode == 0, done.stderr
        return done.stdout

    @property
    def current(self):
        return (self.root / "current").resolve().name

    @property
    def releases(self):
        return {path.name for path in (self.root / "releases").iterdir()}

    def commands(self):
        """Return the commands of manage.py that were run since this was last asked."""
        file = self.root / "commands"
        lines = file.read_text().splitlines() if file.exists() else []
        file.unlink(missing_ok=True)
        return lines


@pytest.fixture
def server(tmp_path):
    httpd = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Answers)
    httpd.root = tmp_path
    thread = threading.Thread(target=httpd.serve_forever, args=(0.05,))
    thread.start()
    yield Server(tmp_path, httpd.server_port)
    httpd.shutdown()
    thread.join()
    httpd.server_close()


def test_the_first_release_is_prepared_and_served(server):
    said = server.install("1.0.0", umask=0o77)
    names = [line.split()[0] for line in server.commands()]
    assert names == ["collectstatic", "check", "prepare"]
    assert server.current == "v1.0.0" and "Release v1.0.0 serves." in said
    tree = server.root / "releases" / "v1.0.0"
    # Whatever the umask of the caller: the service reads it, and writes nothing.
    found = [path for path in (tree, *tree.rglob("*")) if not path.is_symlink()]
    assert {path.stat().st_mode & 0o077 for path in found} == {0o044, 0o055}
    assert list(tree.glob("accounts/__pycache__/*.pyc"))


def test_the_next_is_backed_up_for_and_prepared_before_it_is_turned_to(server):
    server.install("1.0.0")
    server.commands()
    server.install("1.1.0")
    steps = ["collectstatic v1.1.0", "check v1.1.0", "backup v1.1.0", "prepare v1.1.0"]
    assert server.commands() == steps
    assert (server.current, server.releases) == ("v1.1.0", {"v1.0.0", "v1.1.0"})
    # Once more: nothing is written anew, and the way back stays.
    assert server.run(SCRIPT, "v1.1.0").returncode == 0
    assert server.commands() == steps[1:]
    assert (server.root / "before").resolve().name == "v1.0.0"


def test_a_release_that_does_not_answer_is_turned_back_from(server):
    server.install("1.0.0")
    server.make("1.1.0", broken="")
    done = server.run(SCRIPT, "v1.1.0")
    assert done.returncode == 1
    assert "v1.1.0 did not start; v1.0.0 serves again, and nothing is lost" in done.stderr
    assert server.current == "v1.0.0" and Path((server.root / "serving").read_text().strip()).name == "v1.0.0"


def test_another_release_that_answers_in_its_place_is_not_taken_for_it(server):
    server.install("1.0.0")
    server.make("1.1.0")
    done = server.run(SCRIPT, "v1.1.0", GO4BRUSSELS_RESTART="true")  # the one before goes on
    assert done.returncode == 1 and "v1.1.0 did not start" in done.stderr
    assert server.current == "v1.0.0"


def test_a_service_that_does_not_restart_is_told(server):
    server.install("1.0.0")
    server.make("1.1.0")
    done = server.run(SCRIPT, "v1.1.0", GO4BRUSSELS_RESTART="echo no >&2; false")
    assert done.returncode == 1 and "neither v1.1.0 nor v1.0.0 answers" in done.stderr
    assert server.current == "v1.0.0"


@pytest.mark.parametrize(
    ("command", "words"),
    [
        ("collectstatic", "collecting the static files"),
        ("check", "checking the settings"),
        ("backup", "backing the database up"),
        ("prepare", "preparing the database"),
    ],
)
def test_a_step_that_fails_leaves_what_serves_and_can_be_taken_again(server, command, words):
    server.install("1.0.0")
    server.make("1.1.0", **{command: "the disk is full"})
    served = (server.root / "serving").stat().st_mtime_ns
    done = server.run(SCRIPT, "v1.1.0")
    assert done.returncode == 1 and f"{command} fails: the disk is full" in done.stderr
    last = f"release.sh: stopped while {words}. Release v1.0.0 serves as before. Mend"
    assert done.stderr.splitlines()[-1].startswith(last)
    assert server.current == "v1.0.0" and (server.root / "serving").stat().st_mtime_ns == served
    assert ("v1.1.0" in server.releases) == (command != "collectstatic")
    for tree in (server.root / "releases").glob("v1.1.0*"):
        (tree / command).unlink()
    server.git("rm", "--quiet", command)
    server.git("commit", "--quiet", "--message", "Mend")
    if command == "collectstatic":
        server.git("tag", "--force", "v1.1.0")
    assert server.run(SCRIPT, "v1.1.0").returncode == 0 and server.current == "v1.1.0"


def test_the_last_three_stay(server):
    for version in ("1.0.0", "1.1.0", "1.2.0", "1.3.0"):
        said = server.install(version)
        time.sleep(0.02)
    assert server.releases == {"v1.1.0", "v1.2.0", "v1.3.0"} and "Taking v1.0.0 away" in said
    assert len(list((server.root / "venvs").iterdir())) == 1


def test_static_files_of_the_release_before_answer_for_a_month(server):
    server.install("1.0.0")
    old = server.root / "current" / "var" / "static"
    long_ago = time.time() - 40 * 24 * 3600
    gone, kept = (old / STYLE.format(letter * 12) for letter in "ab")
    for file in (gone, kept):
        file.write_text("")
    os.utime(gone, (long_ago, long_ago))
    named = [old / STYLE.format("100000000000"), old / f"{STYLE.format('100000000000')}.gz"]
    for file in named:  # named to this day, though it was made long ago
        os.utime(file, (long_ago, long_ago))
    server.install("1.1.0")
    new = server.root / "current" / "var" / "static"
    there = {path.name for path in (new / "css").iterdir()}
    assert {kept.name, *(path.name for path in named), "site.110000000000.css"} <= there
    assert gone.name not in there
    assert json.loads((new / "staticfiles.json").read_text())["paths"] == {
        "css/site.css": "css/site.110000000000.css"
    }


def test_it_turns_back_without_the_database(server):
    server.install("1.0.0")
    server.install("1.1.0")
    server.commands()
    done = server.run(BACK)
    assert done.returncode == 0 and server.current == "v1.0.0", done.stderr
    assert "nothing is lost" in done.stdout and "manage.py restore FILE" in done.stdout
    assert server.commands() == []
    # Pages of the newer release go on naming its files; those of this one keep their names.
    static = server.root / "current" / "var" / "static"
    assert {path.name for path in static.glob("css/*.css")} == {
        "site.100000000000.css",
        "site.110000000000.css",
    }
    assert "100000000000" in (static / "staticfiles.json").read_text()
    done = server.run(BACK)
    assert done.returncode == 1 and "v1.0.0 serves already; there are: v1.0.0 v1.1.0." in done.stderr
    assert server.run(BACK, "v1.1.0").returncode == 0 and server.current == "v1.1.0"
    done = server.run(BACK, "v9")
    assert done.returncode == 1 and "there is no release v9; there are: v1.0.0 v1.1.0." in done.stderr


def test_a_branch_is_named_by_its_commit(server):
    server.make("1.0.0")
    assert server.run(SCRIPT, "main").returncode == 0
    commit = subprocess.run(
        ["git", "rev-parse", "HEAD"], cwd=server.source, check=True, capture_output=True, text=True
    ).stdout
    assert server.current == commit[:12]


def test_a_tag_that_moved_is_refused(server):
    server.install("1.0.0")
    server.make("1.1.0")
    server.git("tag", "--force", "v1.0.0", "v1.1.0")
    done = server.run(SCRIPT, "v1.0.0")
    assert done.returncode == 1 and "a tag must not move" in done.stderr


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ({"GO4BRUSSELS_USER": "nobody-at-all"}, "there is no user nobody-at-all"),
        ({"GO4BRUSSELS_ROOT": "/nowhere"}, "there is no folder /nowhere"),
        ({"ENV_FILE": "/nowhere/env"}, "there is no file of settings /nowhere/env"),
        ({"PYTHON": "python-of-nobody"}, "there is no Python python-of-nobody"),
    ],
)
def test_what_is_missing_is_told_in_a_sentence(server, given, sentence):
    server.make("1.0.0")
    done = server.run(SCRIPT, "v1.0.0", **given)
    is_told = sentence in done.stderr or "run it as root" in done.stderr
    assert done.returncode == 1 and is_told and done.stderr.count("\n") == 1, done.stderr


@pytest.mark.parametrize("name", ["DATABASE_URL", "BACKUP_DIR"])
@pytest.mark.parametrize("line", ["", "#{}=/somewhere", '{}=""', "{}="])
def test_what_is_to_outlive_a_release_stands_outside_of_it(server, name, line):
    server.make("1.0.0")
    kept = [each for each in server.env_file.read_text().splitlines() if not each.startswith(name)]
    server.env_file.write_text("\n".join([*kept, line.format(name), ""]))
    done = server.run(SCRIPT, "v1.0.0")
    assert done.returncode == 1 and f"names no {name}: it would stand in the folder of" in done.stderr


def test_an_unknown_release_is_told_in_a_sentence(server):
    server.make("1.0.0")
    done = server.run(SCRIPT, "v9")
    assert done.stderr == f"release.sh: there is no tag, branch or commit v9 in {server.source}.\n"
    assert server.run(SCRIPT).returncode == 2


def test_a_python_in_a_home_is_refused(server, tmp_path):
    if os.geteuid():
        pytest.skip("Only root installs for another user.")
    tmp_path.chmod(0o755)
    for folder in list(tmp_path.parents)[:-2]:
        folder.chmod(folder.stat().st_mode | 0o011)
    home = tmp_path / "home"
    home.mkdir(mode=0o700)
    (home / "python3").symlink_to(sys.executable)
    python = home / "python"
    python.write_text(f'#!/bin/sh\nexec {sys.executable} "$@"\n')
    python.chmod(0o755)
    server.make("1.0.0")
    done = server.run(SCRIPT, "v1.0.0", PYTHON=str(python), GO4BRUSSELS_USER="nobody")
    assert done.returncode == 1 and f"nobody cannot run {python}, or it is older" in done.stderr, done.stderr


def test_two_at_once_are_refused(server):
    server.make("1.0.0")
    holding = ["flock", server.root / ".lock", "sh", "-c", "echo; sleep 30"]
    with subprocess.Popen(holding, stdout=subprocess.PIPE, start_new_session=True) as process:
        process.stdout.readline()
        done = server.run(SCRIPT, "v1.0.0")
        os.killpg(process.pid, 15)
    assert done.returncode == 1 and "another run of release.sh is at work" in done.stderr


@pytest.mark.parametrize("script", [SCRIPT, BACK])
def test_bash_understands_it(script):
    assert os.access(script, os.X_OK)
    subprocess.run(["bash", "-n", script], check=True)
