"""What can be said of the database, the standby and what is in them."""

from collections.abc import Iterator
from datetime import timedelta

from django.db import Error, connection, connections
from django.db.models.functions import Now
from django.utils import timezone

from initiatives.content.load import is_empty
from initiatives.models import ContentVersion

from ..environment import user_name
from ..failing import place, sentence_of
from ..routers import REPLICA
from ..schema import Schema, schema_of
from . import Finding, note, ok, wrong

MOST_SECONDS = 5  # that two clocks may differ
# What keeps questions out of a server's log, and with them what readers search for.
PRIVATE = {
    "log_min_duration_statement": "-1",
    "log_min_error_statement": "panic",
    "log_statement": "none",
}


def database() -> Iterator[Finding]:
    """Tell where the database is, how its tables stand and whether there is content in it."""
    try:
        schema = schema_of(connection)
        version = ".".join(map(str, connection.get_database_version()))
        yield ok(f"The database is {connection.display_name} {version}: {place()}.")
        if not schema.can_serve:
            yield wrong(f"The tables of the database are {schema.value}. Run manage.py prepare.")
            return
        told = f"The tables of the database are {schema.value}."
        yield note(told) if schema is Schema.NEWER else ok(told)
        yield (
            wrong("There is no content. Run manage.py prepare.")
            if is_empty()
            else ok("The content is there.")
        )
        yield from clock()
    except Error as error:
        yield wrong(sentence_of(error) or f"The database {place()} fails: {error}")


def clock() -> Iterator[Finding]:
    """Tell whether the clock goes with the database's, and whether it went back since the content changed."""
    there = ContentVersion.objects.annotate(now=Now()).values_list("now", "at").first()
    apart = abs((timezone.now() - there[0]).total_seconds()) if there else 0
    if there and there[1] > timezone.now() + timedelta(seconds=MOST_SECONDS):
        days = f"{timezone.now():%d/%m/%Y}, but the content changed on {there[1]:%d/%m/%Y}"
        yield wrong(f"This machine's clock says {days}. Set it right.")
    elif apart > MOST_SECONDS:
        yield wrong(
            f"The clocks of this machine and of the database differ by {apart:.0f} s. Set them right."
        )
    else:
        yield ok("The clock goes with that of the database.")


def logs() -> Iterator[Finding]:
    """Tell where a server would write what readers search for into its log."""
    if connection.vendor != "postgresql":
        return
    try:
        with connection.cursor() as cursor:
            for name, value in PRIVATE.items():
                cursor.execute(f"SHOW {name}")
                if (found := cursor.fetchone()[0]) != value:
                    user = connection.settings_dict["USER"] or user_name()
                    yield note(
                        f"{name} is {found}: the server's log can hold what readers search for. "
                        f"As its superuser: ALTER ROLE {user} SET {name} = {value};"
                    )
    except Error:  # told already
        return


def standby() -> Iterator[Finding]:
    if REPLICA not in connections.settings:
        return
    try:
        with connections[REPLICA].cursor() as cursor:
            cursor.execute("SELECT extract(epoch FROM now() - pg_last_xact_replay_timestamp())")
            seconds = cursor.fetchone()[0]
    except Error:
        yield wrong("The standby does not answer. Look at it, or take DATABASE_REPLICA_URL away.")
        return
    if seconds is None:
        yield wrong("What DATABASE_REPLICA_URL names follows no server. Name a standby, or leave it out.")
    else:
        yield ok(f"The standby answers; what it took over last is {seconds:.0f} s old.")
