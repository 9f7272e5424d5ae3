"""Reading public pages goes on: once more where a connection broke in the middle of one."""

from typing import Any

from django.db import connections
from django.http import HttpRequest
from django.http.response import HttpResponseBase

from .errors import Interrupted
from .middleware import GetResponse, is_admin


class ReadingMiddleware:
    """Ask for a public page a second time where the connection to the database broke under the first.

    A server that starts again closes all connections; the next one holds. What only reads can be asked twice.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        is_reading = request.method in ("GET", "HEAD") and not is_admin(request)
        if isinstance(response, Interrupted) and is_reading and may_hold(connections["default"]):
            close_what_broke()
            response = self.get_response(request)
        return response


def may_hold(connection: Any) -> bool:
    """Return whether a new connection is worth while: to a server, and none that just did not answer."""
    return connection.vendor == "postgresql" and not connection.breaker.is_open()


def close_what_broke() -> None:
    """Close the connections on which something failed; the next question makes new ones."""
    for connection in connections.all(initialized_only=True):
        if connection.errors_occurred and not connection.in_atomic_block:
            connection.close()
