"""What the portal is held against: the least that a WSGI application can be, and Django without the store."""

import json
import os
from collections.abc import Iterable
from pathlib import Path
from wsgiref.types import StartResponse, WSGIEnvironment

from django.core.wsgi import get_wsgi_application

# A file with the headers and the body that the portal sent, written by the bench.
ANSWER = os.environ.get("BENCH_ANSWER", "")


def bare() -> "Bare":
    """Return an application that gives the same bytes to every request."""
    return Bare(Path(ANSWER))


class Bare:
    def __init__(self, answer: Path) -> None:
        self.headers = [(name, value) for name, value in json.loads(answer.read_text())]
        self.body = answer.with_suffix(".body").read_bytes()

    def __call__(self, _environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        start_response("200 OK", self.headers[:])
        return (self.body,)


# Every request goes through Django, as one does that the store has no page for.
django = get_wsgi_application() if not ANSWER else None
