"""gunicorn as it is shipped, for what is not the whole portal: nothing runs beside the requests."""

from typing import Any

from go4brussels.gunicorn import *  # noqa: F403 – the very settings
from go4brussels.gunicorn import worker_tmp_dir  # noqa: F401 – named once, for mypy


def post_worker_init(_worker: Any) -> None:
    """Start no thread of the portal."""
