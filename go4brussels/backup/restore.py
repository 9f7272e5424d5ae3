"""Putting a backup back: what would be lost is told first, and then it is all there, or nothing changed."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from django.contrib.contenttypes.models import ContentType
from django.contrib.sessions.models import Session
from django.core.management import call_command
from django.db import connection, transaction
from psycopg.errors import DeadlockDetected

from accounts import audit
from initiatives.search.index import reindex
from initiatives.versions import locked

from ..alone import alone
from ..schema import Schema, schema_of
from ..soundness import OTHERS
from . import postgresql, sqlite
from .archive import Archive, Kind, read
from .contents import Edition, Held, Lost, lost
from .errors import BackupError

TIMES = 5  # that it is tried where readers were in the way


@dataclass(frozen=True)
class Plan:
    """A backup, and the database whose place it is to take."""

    archive: Archive
    then: Held
    now: Held
    copy: Path | None  # the database of the backup, where it is a file

    @property
    def lost(self) -> Lost:
        return lost(self.now, self.then)


@contextmanager
def planned(path: Path) -> Iterator[Plan]:
    """Yield what putting this backup back would do. Raises BackupError where it can't be put back here."""
    archive = read(path)
    here = Kind.SQLITE if connection.vendor == "sqlite" else Kind.POSTGRESQL
    if archive.kind is not here:
        raise BackupError(
            f"{path} is a backup of {archive.kind}, and this portal's database is {here} (DATABASE_URL). "
            "To change from one to the other, take the content alone: dump_content there, load_content here."
        )
    if here is Kind.SQLITE:
        with sqlite.unpacked(archive) as copy:
            now = sqlite.held_now()
            if sqlite.place().exists():
                refuse_others()
            yield Plan(archive, a_portal(archive, sqlite.held(copy)), now, copy)
    else:
        refuse_others()
        yield Plan(archive, a_portal(archive, postgresql.held_in(archive)), postgresql.held_now(), None)


def refuse_others() -> None:
    """Raise BackupError where the database holds what is nobody's to take away here."""
    if schema_of(connection) is Schema.FOREIGN:
        raise BackupError(f"{OTHERS} A backup would take the place of all that is in it.")


def a_portal(archive: Archive, held: Held) -> Held:
    """Return what a backup holds. Raises BackupError where that is no portal."""
    if not held.is_portal:
        raise BackupError(f"{archive.path} is no backup of the portal: it holds another database.")
    return held


def put_back(plan: Plan, tell_waiting: Callable[[], None]) -> int:
    """Put a backup in the place of the database; return the number that its content then has.

    Not while another process makes the database ready, or restores as well: `tell_waiting` where one does.
    Raises BackupError, or what the database raises; then nothing has changed.
    """
    with alone(connection, tell_waiting):
        return put_back_file(plan, plan.copy) if plan.copy else put_back_patiently(plan)


def put_back_patiently(plan: Plan) -> int:
    """Put it back, again where readers who had one table waited for another."""
    for _more in range(TIMES - 1):
        try:
            return put_back_tables(plan)
        except DeadlockDetected:
            continue
    return put_back_tables(plan)


def put_back_file(plan: Plan, copy: Path) -> int:
    with sqlite.standing_on(copy):
        bring_in_step(plan)
    with sqlite.taken():
        before = sqlite.edition_now()
        with sqlite.standing_on(copy):
            number = raise_past(before)
        sqlite.put(copy)
    return number


def put_back_tables(plan: Plan) -> int:
    try:
        with transaction.atomic():
            before = postgresql.take()
            postgresql.load(plan.archive)
            bring_in_step(plan)
            return raise_past(before)
    finally:
        connection.close()  # with what the dump set for itself


def bring_in_step(plan: Plan) -> None:
    """Bring what a backup holds to where this code can serve it, and end every session."""
    ContentType.objects.clear_cache()
    call_command("migrate", interactive=False, verbosity=0)
    with locked():
        reindex()
        Session.objects.all().delete()
        audit.record(audit.What.RESTORED, plan.archive.path.name, "; ".join(plan.lost.lines()))


def raise_past(before: Edition) -> int:
    """Give the content a number, and a moment, that the database before never had; return the number.

    Whatever a worker, a proxy or a browser kept of one of its editions is then seen to be another's.
    """
    with locked() as content:
        content.number = max(content.number, before.number)
        content.at = max(content.at, before.at or content.at) + timedelta(seconds=1)
        content.save(update_fields=["number", "at"])
        content.rise()
        return content.number
