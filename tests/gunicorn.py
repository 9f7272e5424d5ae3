"""gunicorn as it is shipped, but for one thing: pages are held once they are asked for, and not made before.

A server that tests ask for some pages would be making all the others for half a minute, beside the tests.
"""

from typing import Any

from go4brussels import gunicorn as shipped
from go4brussels.gunicorn import *  # noqa: F403 – the very settings
from go4brussels.gunicorn import worker_tmp_dir  # noqa: F401 – named once, for mypy


def post_worker_init(worker: Any) -> None:
    """Start what runs beside the requests, with the list of pages in the place of their filling."""
    from go4brussels.store import Store  # noqa: PLC0415 – it reads the settings

    Store.fill = Store.read_list
    shipped.post_worker_init(worker)
