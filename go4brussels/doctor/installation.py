"""What can be said of an installation without asking its database."""

import os
import platform
import sys
from collections.abc import Iterator
from pathlib import Path

import django
from django.conf import settings

from .. import static_files
from ..backup.folder import age
from ..environment import user_name
from . import Finding, note, ok, wrong

MOST_HOURS = 26
FEWEST_SIGNS = 10  # different ones, of a key that nobody typed


def release() -> Iterator[Finding]:
    versions = f"Python {platform.python_version()}, Django {django.get_version()}"
    yield ok(f"Release {settings.RELEASE}, on {versions}, as user {user_name()}.")


def static() -> Iterator[Finding]:
    sentence = static_files.missing()
    yield wrong(sentence) if sentence else ok("The static files are there, all that the list of them names.")


def folders() -> Iterator[Finding]:
    """Tell of the folders that are written to, whether this user may."""
    config = settings.DATABASES["default"]
    if "sqlite" in config["ENGINE"]:
        yield of_folder("The folder of the database", Path(str(config["NAME"])).parent)
    yield of_folder("The folder of backups", settings.BACKUP_DIR)


def backups() -> Iterator[Finding]:
    """Tell how old the newest backup is: one is made each night, within a few hours."""
    seconds = age(settings.BACKUP_DIR)
    if seconds is None:
        yield note(f"There is no backup in {settings.BACKUP_DIR} yet. Make one: manage.py backup.")
        return
    told = f"The newest backup is {seconds / 3600:.0f} hours old."
    is_old = seconds > MOST_HOURS * 3600
    yield wrong(f"{told} See why none was made, and make one.") if is_old else ok(told)


def of_folder(what: str, folder: Path) -> Finding:
    there = next(each for each in (folder, *folder.parents) if each.exists())
    if not os.access(there, os.W_OK | os.X_OK):
        return wrong(
            f"{what}, {folder}, cannot be written by user {user_name()}. Give this user the right to."
        )
    return ok(f"{what}, {folder}, can be {'written' if there == folder else 'made'}.")


def publisher() -> Iterator[Finding]:
    if settings.PUBLISHER_NAME_NL:
        yield ok(f"The publisher is {settings.PUBLISHER_NAME_NL} / {settings.PUBLISHER_NAME_FR}.")
    else:
        yield note("Nobody is named as publisher. Give PUBLISHER_NAME_NL and PUBLISHER_NAME_FR.")
    if settings.CONTACT_EMAIL:
        yield ok(f"Readers write to {settings.CONTACT_EMAIL}.")
    else:
        yield note("Readers are given no address. Set CONTACT_EMAIL to one that somebody reads.")


def key() -> Iterator[Finding]:
    if settings.DEBUG:
        yield note("DEBUG is 1: this is a portal for development.")
    if len(set(settings.SECRET_KEY)) < FEWEST_SIGNS:
        yield wrong("SECRET_KEY repeats a few signs. Make a random one: openssl rand -hex 32.")
    else:
        yield ok(f"SECRET_KEY has {len(settings.SECRET_KEY)} characters.")


def languages() -> Iterator[Finding]:
    catalogues = [
        Path(settings.BASE_DIR) / "locale" / each / "LC_MESSAGES" / "django.mo" for each in ("nl", "fr")
    ]
    if lost := [str(path) for path in catalogues if not path.is_file()]:
        yield wrong(f"{' and '.join(lost)} is missing: pages would be in one language. Get the release anew.")
    else:
        yield ok("The strings of both languages are compiled.")
    if (sys.stdout.encoding or "").lower().replace("-", "") != "utf8":
        yield note(f"Output is written as {sys.stdout.encoding}. Set PYTHONUTF8=1 for accents in logs.")


def address() -> Iterator[Finding]:
    if settings.HTTPS and not settings.BEHIND_PROXY:
        yield wrong(
            "SITE_URL is https, but BEHIND_PROXY is not 1: each page would redirect to itself for ever."
        )
    else:
        yield ok(f"The portal's address is {settings.SITE_URL}.")
    if not {"127.0.0.1", "*"} & set(settings.ALLOWED_HOSTS):
        yield wrong("ALLOWED_HOSTS has no 127.0.0.1, at which /readyz is asked. Add it.")
    if settings.NOINDEX:
        yield note("NOINDEX is 1: search engines are told to leave this portal alone.")
    yield ok("The portal sends no mail, and needs no server for it.")
