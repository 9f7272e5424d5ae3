"""A breaker for each server: once it does not answer, few wait to find out that it still does not."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from threading import Condition

import psycopg

PAUSE = 1.0  # seconds in which nobody tries
MOMENT = 0.1  # seconds; a server that is back takes a connection much sooner


class Breaker:
    """Whether it is worth while to connect to a server. All threads of a process share one.

    After a failure nobody tries for a second, and then one thread does, while the others wait for a moment
    whether it succeeds, and else fail.
    Connections that are there go on: they are tested by whoever uses them next.
    """

    def __init__(self) -> None:
        self.lock = Condition()
        self.again_at = 0.0
        self.is_broken = self.is_tried = False

    def is_open(self) -> bool:
        """Return whether a new connection would be refused."""
        with self.lock:
            return self.refuses()

    def refuses(self) -> bool:
        """Return the same; the lock is held, but not while it is waited for who tries."""
        self.lock.wait_for(lambda: not self.is_tried, MOMENT)
        return self.is_broken and (self.is_tried or time.monotonic() < self.again_at)

    def trip(self) -> None:
        """Note that the server did not answer."""
        with self.lock:
            self.is_broken, self.again_at = True, time.monotonic() + PAUSE

    @contextmanager
    def attempt(self) -> Iterator[None]:
        """Connect inside this. Raises psycopg.OperationalError where that is not worth while."""
        with self.lock:
            if self.refuses():
                raise psycopg.OperationalError(
                    f"The database did not answer a moment ago; it is asked again after {PAUSE:g} s."
                )
            is_trial = self.is_tried = self.is_broken
        try:
            yield
        except psycopg.OperationalError:
            self.trip()
            raise
        else:
            with self.lock:
                self.is_broken = False
        finally:
            with self.lock:
                # Others that began before it broke say nothing about the one that tries.
                self.is_tried = self.is_tried and not is_trial
                self.lock.notify_all()


@lru_cache(maxsize=16)
def breaker_of(host: str, port: str, name: str) -> Breaker:
    """Return the breaker of a database on a server, the same each time."""
    return Breaker()
