"""What an operator brings along: a certificate, the repository, answers to what is asked."""

import json
import re
import shutil
import sys
from pathlib import Path

import yaml

from .machines import Failed, call

HOST = "go4brussels.example"
# Of the database, with all that a shell or an address would trip over.
DATABASE_PASSWORD = "p&ss w)rd$1'"
PLACEHOLDERS = {
    "<address of the repository>": "/srv/repository.git",
    "<password>": DATABASE_PASSWORD,
    "<secret key>": "0123456789abcdef" * 4,
    "<address of app-1>": "10.77.0.21",
    "<address of app-2>": "10.77.0.22",
    "<encoded password>": "p%26ss%20w%29rd%241%27",
}
ANSWERS = {
    r"(?:Enter password for new role|Enter it again): ?": DATABASE_PASSWORD,
    r"Password(?: \(again\))?: ?": DATABASE_PASSWORD,
    r"(?:Username|Gebruikersnaam|Nom d’utilisateur)": "ann",
    r"(?:Email address|E-mail)": "ann@portal.example",
    r"\[y/N\]": "y",
}


def filled_in(commands: str) -> str:
    """Return commands with what an operator puts in the place of “<…>”. Raises Failed for one unknown."""
    for placeholder, value in PLACEHOLDERS.items():
        commands = commands.replace(placeholder, value)
    if left := re.search(r"<[a-z][\w -]+>", commands):
        raise Failed(f"Nobody knows what to put in the place of {left[0]}.")
    return commands


def certificate(folder: Path) -> None:
    """Write a certificate of the portal’s name."""
    kind = ["-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-noenc", "-days", "3"]
    named = ["-subj", f"/CN={HOST}", "-addext", f"subjectAltName=DNS:{HOST}"]
    call("openssl", "req", *kind, *named, "-keyout", folder / "key.pem", "-out", folder / "fullchain.pem")


def stand_ins(root: Path, folder: Path) -> None:
    """Write what settles a new machine, and what stands for Docker where no image can be fetched."""
    for each in ("settle.sh", "docker"):
        shutil.copy(Path(__file__).with_name(each), folder)
    services = yaml.safe_load((root / "deploy" / "compose.yaml").read_text(encoding="utf-8"))
    (folder / "compose.json").write_text(json.dumps(services))


def wheels(root: Path, folder: Path) -> None:
    """Keep what the lock file names beside the machines, which reach no index."""
    lock = root / "requirements" / "base.txt"
    options = ["--quiet", "--disable-pip-version-check", "--require-hashes"]
    call(sys.executable, "-m", "pip", "download", *options, "--dest", folder, "--requirement", lock)


def repository(root: Path, bare: Path, folder: Path) -> None:
    """Make the repository that the guide clones: this one as v1.0.0, and a release after it, v1.1.0."""
    call("git", "clone", "--quiet", "--no-hardlinks", root, folder / "next")
    git = ["git", "-C", folder / "next", "-c", "user.name=Guide", "-c", "user.email=guide@portal.example"]
    call(*git, "tag", "v1.0.0")
    named = folder / "next" / "go4brussels" / "__init__.py"
    named.write_text(re.sub(r'__version__ = ".*"', '__version__ = "1.1.0"', named.read_text()))
    call(*git, "commit", "--quiet", "--all", "--message", "Release 1.1.0")
    call(*git, "tag", "v1.1.0")
    call("git", "clone", "--quiet", "--bare", folder / "next", bare)
    shutil.rmtree(folder / "next")
