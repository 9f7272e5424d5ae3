"""A database of its own, for tests in which several threads change the content at once, each for good.

What happens in it is not undone; it goes with the test. Only threads that these functions start see it.
"""

import os
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from threading import BrokenBarrierError
from typing import Any

import dj_database_url
import pytest
from django.db import connections

from .prepared import copied


@pytest.fixture
def own_database(prepared, tmp_path, django_db_setup, django_db_blocker):
    """Let new threads work on a copy of the prepared database."""
    before = connections.settings["default"]
    with copied(prepared, tmp_path, f"go4brussels_threads_{os.getpid()}") as url, django_db_blocker.unblock():
        connections.settings["default"] = before | {"NAME": dj_database_url.parse(url)["NAME"]}
        yield connections.settings["default"]
        connections.settings["default"] = before


@pytest.fixture
def database_for_good(own_database):
    """Let this thread, too, work on that copy: what commits, or closes its connection, as requests do."""
    before = connections["default"]
    connections["default"] = connections.create_connection("default")
    yield
    connections["default"].close()
    connections["default"] = before


def closing(work: Callable[..., Any]) -> Callable[..., Any]:
    """Return what does the same and closes its connections to the database."""

    def closed(*arguments: Any) -> Any:
        try:
            return work(*arguments)
        finally:
            connections.close_all()

    return closed


def together(*works: Callable[[], Any]) -> list[Any]:
    """Do all of it at once, each in a thread of its own; return what each returns."""
    with ThreadPoolExecutor(len(works)) as pool:
        futures: list[Future[Any]] = [pool.submit(closing(work)) for work in works]
    # What failed by itself, before what only waited for it.
    failed = sorted(
        (isinstance(future.exception(), BrokenBarrierError), place)
        for place, future in enumerate(futures)
        if future.exception()
    )
    return [futures[place].result() for place in [place for _waited, place in failed] or range(len(works))]


def alone(work: Callable[[], Any]) -> Any:
    """Do it in a thread of its own and return what it returns."""
    [result] = together(work)
    return result
