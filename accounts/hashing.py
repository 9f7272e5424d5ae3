"""Hashing passwords, one at a time on this machine, so that those who guess them slow no reader down.

A hash keeps a core busy for a third of a second or more. Sixteen at once made a public page wait for as many;
now one is made, and few threads of a process wait for their turn: the others go on serving pages.
"""

import os
import sys
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from contextvars import ContextVar

from django.contrib.auth.hashers import PBKDF2PasswordHasher

from .locks import is_locked

PATIENCE = 8.0  # seconds that a hash waits for its turn
# How often it asks: who is known comes before who is not.
STEP, STRANGERS_STEP = 0.02, 0.25
is_strangers: ContextVar[bool] = ContextVar("is_strangers", default=False)
NICENESS = 5  # a third of what a page has of the same core
# Of the four threads of a process (see go4brussels/gunicorn.py) two can wait with who is signing in.
SEATS = threading.BoundedSemaphore(2)


class Busy(Exception):
    """Too many are signing in: nothing was compared, and nothing counted."""

    SECONDS = 5  # after which it is worth trying again


@contextmanager
def seat() -> Iterator[None]:
    """Hold one of the few seats of this process for who is not known. Raises Busy, at once."""
    if not SEATS.acquire(blocking=False):
        raise Busy
    token = is_strangers.set(True)
    try:
        yield
    finally:
        is_strangers.reset(token)
        SEATS.release()


@contextmanager
def turn() -> Iterator[None]:
    """Hold the one turn of this machine. Raises Busy where it does not come.

    All processes that serve the portal read this file, so its lock is theirs; it ends with who holds it.
    """
    with open(__file__, "rb") as file:
        deadline = time.monotonic() + PATIENCE
        while not is_locked(file.fileno()):
            if time.monotonic() > deadline:
                raise Busy
            time.sleep(STRANGERS_STEP if is_strangers.get() else STEP)
        yield


class Hasher(PBKDF2PasswordHasher):
    """Django's own; whatever compares or sets a password waits for its turn."""

    def encode(self, password: str, salt: str, iterations: int | None = None) -> str:
        with turn(), ThreadPoolExecutor(1, initializer=give_way) as thread:
            return thread.submit(super().encode, password, salt, iterations).result()


def give_way() -> None:
    """Let readers have the cores first. A thread can give up its priority and not get it back.

    It gives up some of what it has: where that is little (`nice`, `Nice=` of a unit), it may not rise.
    """
    if sys.platform == "linux":  # where each thread has its own
        this = threading.get_native_id()
        os.setpriority(os.PRIO_PROCESS, this, os.getpriority(os.PRIO_PROCESS, this) + NICENESS)
