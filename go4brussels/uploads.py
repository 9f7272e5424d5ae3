"""No form of the portal takes a file, and none is as long as what is refused here: nothing is written."""

from collections.abc import Callable
from contextlib import suppress
from typing import Any, NoReturn

from django.core.exceptions import TooManyFilesSent
from django.core.files.uploadhandler import FileUploadHandler
from django.http import HttpRequest, UnreadablePostError
from django.http.response import HttpResponseBase

from . import errors, limits
from .middleware import is_admin

PIECE = 64 * limits.KIB


class NoUploads(FileUploadHandler):
    """Refuse a file where it begins. Django's own handlers write it down before they know who sends it."""

    def new_file(self, *_args: Any, **_kwargs: Any) -> NoReturn:
        raise TooManyFilesSent("No form takes files.")

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        """Keep nothing."""

    def file_complete(self, file_size: int) -> None:
        """Give no file."""


class BodyMiddleware:
    """Refuse in the admin what is longer than any form, or does not say how long it is (RFC 9110, 15.5.14).

    No other page reads what is sent to it at all.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if not is_admin(request) or length_of(request) <= limits.MAX_BODY:
            return self.get_response(request)
        if length_of(request) <= limits.MAX_FORGOTTEN:
            with suppress(UnreadablePostError):
                while request.read(PIECE):
                    pass
        return errors.too_large(request)


def length_of(request: HttpRequest) -> float:
    """Return how many bytes follow the headers, as these say; infinitely many where they do not."""
    if request.headers.get("Transfer-Encoding"):
        return float("inf")
    digits = request.META.get("CONTENT_LENGTH") or "0"
    return int(digits) if digits.isdecimal() and len(digits) < 16 else float("inf")
