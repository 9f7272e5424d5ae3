"""How the tables of the database stand to this release: as it needs them, behind it, newer, or others'."""

from enum import Enum
from functools import lru_cache

from django.apps import apps
from django.db import OperationalError, ProgrammingError
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.migrations.loader import MigrationLoader

from .outages import outage_of

APPLIED = "SELECT app, name FROM django_migrations"
Migrations = frozenset[tuple[str, str]]


class Schema(Enum):
    """What the tables are to this release, in words that go on from “its tables are”."""

    CURRENT = "current"
    EMPTY = "not there yet"
    BEHIND = "behind this release"
    NEWER = "newer than this release"
    FOREIGN = "those of something else"

    @property
    def can_serve(self) -> bool:
        """Return whether pages can be made: a release bears what the next one makes of the tables."""
        return self in (Schema.CURRENT, Schema.NEWER)


@lru_cache(maxsize=1)
def known() -> Migrations:
    """Return the migrations of this release; they stand in files, which do not change while it runs."""
    return frozenset(MigrationLoader(None).disk_migrations)


def applied(connection: BaseDatabaseWrapper) -> Migrations | None:
    """Return the migrations that the database has seen, in one question; None where it knows of none.

    Raises what the database raises where it is away.
    """
    try:
        with connection.cursor() as cursor:
            cursor.execute(APPLIED)
            return frozenset((str(app), str(name)) for app, name in cursor.fetchall())
    except (OperationalError, ProgrammingError) as error:
        if outage_of(error) or not lacks_table(error):
            raise
        return None


def lacks_table(error: BaseException) -> bool:
    """Return whether the database says that it has no such table."""
    cause = error.__cause__
    return getattr(cause, "sqlstate", None) == "42P01" or "no such table" in str(cause)


def schema_of(connection: BaseDatabaseWrapper) -> Schema:
    """Return how the tables stand. Raises what the database raises where it is away."""
    found = applied(connection)
    if not found:
        return Schema.FOREIGN if has_other_tables(connection) else Schema.EMPTY
    ours = {config.label for config in apps.get_app_configs()}
    if not any(app == "initiatives" for app, _name in found) and any(app not in ours for app, _name in found):
        return Schema.FOREIGN
    if known() - found:
        return Schema.BEHIND
    # What apps that were once here have left, is no part of a later release.
    return Schema.NEWER if any(app in ours for app, _name in found - known()) else Schema.CURRENT


def has_other_tables(connection: BaseDatabaseWrapper) -> bool:
    """Return whether there are tables, but for the one in which migrations are noted."""
    return bool(set(connection.introspection.table_names()) - {"django_migrations"})
