"""Whether pages could be made at all: what is wrong in a way that does not pass by itself, in a sentence."""

from django.db import Error, connection

from . import static_files
from .outages import outage_of
from .schema import Schema, schema_of

PREPARE = "Run manage.py prepare."
OTHERS = "The database holds tables of something else. Give the portal a database of its own in DATABASE_URL."


def unsound() -> str:
    """Return why every page would be an error, an empty text where nothing is known to be.

    A database that is away is no reason: it comes back, and until then what asks it says so.
    """
    return static_files.missing() or of_schema()


def of_schema() -> str:
    try:
        schema = schema_of(connection)
    except Error as error:
        if outage_of(error):
            return ""
        raise
    finally:
        connection.close()
    if schema is Schema.FOREIGN:
        return OTHERS
    return "" if schema.can_serve else f"The tables of the database are {schema.value}. {PREPARE}"
