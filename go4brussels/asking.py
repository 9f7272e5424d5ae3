"""Ask an application as a reader would, through every middleware, without a server."""

from collections.abc import Mapping
from typing import Any, NamedTuple
from urllib.parse import unquote, urlsplit
from wsgiref.types import WSGIApplication, WSGIEnvironment
from wsgiref.util import setup_testing_defaults

from django.conf import settings


class Answer(NamedTuple):
    """What was answered: “200 OK”, the headers, the body as it was sent."""

    line: str
    headers: dict[str, str]
    body: bytes

    @property
    def status(self) -> int:
        return int(self.line.partition(" ")[0])


def ask(application: WSGIApplication, address: str, given: Mapping[str, Any] | None = None) -> Answer:
    """Return the answer to GET, not compressed; `given` are headers and other values of the environ."""
    line, headers = "", dict[str, str]()

    def start_response(status: str, pairs: list[tuple[str, str]], _error: Any = None) -> Any:
        nonlocal line
        line = status
        headers.update(pairs)

    chunks = application(environ(address) | dict(given or {}), start_response)
    try:
        body = b"".join(chunks)
    finally:
        getattr(chunks, "close", bool)()
    return Answer(line, headers, body)


def environ(address: str) -> WSGIEnvironment:
    """Return what a server would say of a request for `address` at SITE_URL, without cookie and coding."""
    site, asked = urlsplit(settings.SITE_URL), urlsplit(address)
    result: WSGIEnvironment = {
        "PATH_INFO": unquote(asked.path).encode().decode("latin-1"),
        "QUERY_STRING": asked.query,
        "HTTP_HOST": site.netloc,
        # Believed with BEHIND_PROXY alone, and then needed.
        "HTTP_X_FORWARDED_PROTO": site.scheme,
        "wsgi.url_scheme": site.scheme,
    }
    setup_testing_defaults(result)
    return result
