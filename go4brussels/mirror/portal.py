"""Ask the portal as a reader would: through every middleware, without a server and without the page store."""

from typing import NamedTuple
from urllib.parse import unquote, urlsplit
from wsgiref.types import WSGIEnvironment
from wsgiref.util import setup_testing_defaults

from django.conf import settings
from django.core.handlers.wsgi import WSGIHandler


class Answer(NamedTuple):
    """What the portal answered."""

    status: int
    headers: dict[str, str]
    body: bytes


class Portal:
    """The portal at its public address."""

    def __init__(self) -> None:
        self.handler = WSGIHandler()

    def ask(self, address: str, **headers: str) -> Answer:
        """Return the answer to GET with these headers (`HTTP_ACCEPT="…"`), not compressed."""
        status, found = 0, dict[str, str]()

        def start_response(line: str, pairs: list[tuple[str, str]], *_error: object) -> None:
            nonlocal status
            status = int(line.partition(" ")[0])
            found.update(pairs)

        response = self.handler(environ(address, headers), start_response)  # type: ignore[arg-type] # no write()
        try:
            return Answer(status, found, b"".join(response))
        finally:
            response.close()


def environ(address: str, headers: dict[str, str]) -> WSGIEnvironment:
    """Return what a server would say of a request for `address` at SITE_URL."""
    site, asked = urlsplit(settings.SITE_URL), urlsplit(address)
    result: WSGIEnvironment = {
        "PATH_INFO": unquote(asked.path).encode().decode("latin-1"),
        "QUERY_STRING": asked.query,
        "HTTP_HOST": site.netloc,
        # Believed with BEHIND_PROXY alone, and then needed.
        "HTTP_X_FORWARDED_PROTO": site.scheme,
        "wsgi.url_scheme": site.scheme,
        **headers,
    }
    setup_testing_defaults(result)
    return result
