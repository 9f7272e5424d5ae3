"""What is kept no longer than it may be: old entries of the audit log, ended sessions, full buckets."""

import logging
import time
from threading import Thread

from django.contrib.sessions.backends.db import SessionStore
from django.db import DatabaseError, connection

from . import throttling
from .models import Entry

logger = logging.getLogger(__name__)
FIRST, AGAIN = 20, 3600  # seconds: the first readers are answered before


def expire() -> None:
    """Take away what is over. Each worker may do so at once: what is gone is gone."""
    Entry.objects.expire()
    SessionStore.clear_expired()
    throttling.delete_full_buckets()


def start() -> None:
    """Do so a moment after the start of a worker, and then every hour, beside its requests."""
    Thread(target=go_on, name="expiry", daemon=True).start()


def go_on() -> None:
    wait = FIRST
    while True:
        time.sleep(wait)
        run()
        wait = AGAIN


def run() -> None:
    """Take away what is over; whatever goes wrong, it is tried again in an hour."""
    try:
        expire()
    except DatabaseError as error:
        logger.warning("What is over could not be taken away, and will be in an hour: %s", first_line(error))
    except Exception:
        logger.exception("What is over could not be taken away, and will be in an hour.")
    finally:
        connection.close()


def first_line(error: Exception) -> str:
    return str(error).strip().partition("\n")[0]
