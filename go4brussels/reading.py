"""Reading public pages goes on: from whichever server answers, and once more where a connection broke."""

from django.db import connections
from django.http import HttpRequest
from django.http.response import HttpResponseBase

from .errors import Interrupted
from .middleware import GetResponse, is_admin
from .postgresql import values_apart, waiting
from .routers import reading, standing

# A connection that broke, a standby that is still away, and the primary.
ATTEMPTS = 3


class ReadingMiddleware:
    """Ask for a public page again where the connection to the database broke under it.

    A server that starts again closes all connections; the next one holds. What only reads can be asked twice.
    No request, of an editor neither, waits in vain for longer than five seconds in all.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        # What is searched stands in the address; it should stand in no log of the database.
        with waiting(), values_apart(bool(request.META.get("QUERY_STRING"))):
            if is_admin(request) or request.method not in ("GET", "HEAD"):
                return self.get_response(request)
            return self.read(request)

    def read(self, request: HttpRequest) -> HttpResponseBase:
        for _attempt in range(ATTEMPTS):
            with reading():
                response = self.get_response(request)
            if not isinstance(response, Interrupted) or not may_hold():
                break
            close_what_broke()
        return response


def may_hold() -> bool:
    """Return whether a new connection is worth while: there is a server that did not just fail to answer."""
    return any(connections[alias].vendor == "postgresql" for alias in standing())


def close_what_broke() -> None:
    """Close the connections on which something failed; the next question makes new ones."""
    for connection in connections.all(initialized_only=True):
        if connection.errors_occurred and not connection.in_atomic_block:
            connection.close()
