"""Put a backup in the place of the database."""

import sqlite3
from pathlib import Path
from typing import Any

import psycopg
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import DatabaseError, connection

from go4brussels.backup.contents import Held, counted, local
from go4brussels.backup.errors import BackupError
from go4brussels.backup.folder import backups
from go4brussels.backup.restore import Plan, planned, put_back

AS_BEFORE = "Nothing was changed."
FAULTS = (BackupError, DatabaseError, psycopg.Error, sqlite3.Error, OSError)
ALSO = "Passwords, second factors, rights and the audit log will be those of the backup; every session ends."


class Command(BaseCommand):
    help = "Put a backup in the place of the database, after saying what would be lost; a portal may run on."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "file", type=Path, metavar="FILE", help="a backup; a bare name is one in BACKUP_DIR"
        )
        parser.add_argument("--yes", action="store_true", help="do so without asking")
        parser.add_argument("--even-so", action="store_true", help="also a backup of a newer release")

    def handle(self, *_args: Any, file: Path, yes: bool, even_so: bool, **_options: Any) -> None:
        try:
            with planned(found(file)) as plan:
                self.tell(plan)
                refuse_newer(plan, even_so)
                if not yes:
                    agree()
                number = put_back(plan, self.tell_waiting)
        except FAULTS as error:
            raise CommandError(f"{reason(error)} {AS_BEFORE}") from error
        missing = plan.then.missing()
        self.stdout.write(
            f"Restored {plan.archive.path.name}. The content now has number {number}; every session ended."
        )
        if missing:
            self.stdout.write(f"It was of an older release: {missing} migrations were applied.")

    def tell_waiting(self) -> None:
        self.stdout.write("Waiting for another process that makes this database ready ...")
        self.stdout.flush()

    def tell(self, plan: Plan) -> None:
        """Say what the file is, what there is now, and what of it would be lost."""
        archive = plan.archive
        release = f"release {archive.release}" if archive.release else "a release that it does not name"
        self.stdout.write(f"{archive.path}:")
        self.stdout.write(
            f"  made {local(archive.made_at)} by {release} from {archive.kind}; {said_of(plan.then)}"
        )
        config = connection.settings_dict
        self.stdout.write(f"The database now, {config['NAME']}{at_host(config)}:")
        self.stdout.write(f"  {said_of(plan.now) if plan.now.is_portal else 'empty'}")
        for line in plan.lost.lines():
            self.stdout.write(f"  {line}")
        if plan.now.is_portal:
            self.stdout.write(
                f"{ALSO if plan.lost.lines() else 'No version and no account would be lost. ' + ALSO}"
            )


def found(file: Path) -> Path:
    """Return the file that is meant. Raises BackupError, with the newest there are, where there is none."""
    if file.is_file():
        return file.absolute()
    if file.name == str(file) and (settings.BACKUP_DIR / file).is_file():
        return Path(settings.BACKUP_DIR / file)
    newest = ", ".join(each.path.name for each in backups(settings.BACKUP_DIR)[:3])
    raise BackupError(f"{file} is no file. In {settings.BACKUP_DIR} are {newest or 'no backups'}.")


def refuse_newer(plan: Plan, even_so: bool) -> None:
    """Raise BackupError where a newer release made the backup, and nobody asked for it even so."""
    unknown = plan.then.unknown()
    if unknown and not even_so:
        raise BackupError(
            f"A newer release than this one ({settings.RELEASE}) made this backup: {', '.join(unknown)} is "
            "unknown here. Restore it with that release, or give --even-so."
        )


def agree() -> None:
    """Ask. Raises BackupError without a yes, or where nobody can answer."""
    try:
        answer = input("Put this backup in the place of the database? [y/N] ")
    except EOFError as error:
        raise BackupError("Nobody answered. Give --yes to restore without asking.") from error
    if answer.strip().lower() not in ("y", "yes"):
        raise BackupError("Nobody agreed.")


def said_of(held: Held) -> str:
    newest = f", the newest of {local(held.last.at)}" if held.last else ""
    return f"{counted(held.versions, 'version')}{newest}; {counted(held.accounts, 'account')}"


def at_host(config: dict[str, Any]) -> str:
    return f" at {config['HOST']}" if config.get("HOST") else ""


def reason(error: Exception) -> str:
    """Return a sentence on why nothing was restored."""
    if isinstance(error, BackupError):
        return str(error)
    if isinstance(error, OSError):
        return f"{error.filename}: {error.strerror}."
    cause = error.__cause__ if isinstance(error, DatabaseError) and error.__cause__ else error
    words = str(cause).strip().partition("\n")[0].rstrip(".")
    if isinstance(cause, psycopg.errors.LockNotAvailable) or "locked" in words:
        return (
            f"Somebody else holds the database, and did not let go within half a minute ({words}). Try again."
        )
    if isinstance(cause, psycopg.errors.InsufficientPrivilege):
        user = connection.settings_dict["USER"]
        return f"{words}. Give it to the portal: ALTER SCHEMA public OWNER TO {user}."
    return f"The database: {words}."
