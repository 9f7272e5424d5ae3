"""What every request and response passes through on its way."""

import gzip
import re
from collections.abc import Callable
from functools import partial
from urllib.parse import unquote_to_bytes

import brotli
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.middleware.locale import LocaleMiddleware
from django.utils import translation
from django.utils.cache import patch_vary_headers

from initiatives.models.withdrawal import Gone
from initiatives.opendata.problems import is_data

from . import errors

# No script, nothing from elsewhere, not even an inline style (W3C, Content Security Policy Level 3).
PUBLIC_POLICY = (
    "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; "
    "base-uri 'none'; frame-ancestors 'none'"
)
# The card of a worksite alone may stand in the pages of others.
FRAMED_POLICY = PUBLIC_POLICY.replace("frame-ancestors 'none'", "frame-ancestors *")
# Django's admin brings its own scripts and styles, and draws some icons as data.
ADMIN_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
# The codings that pages can have, the best first.
CODINGS: dict[str, Callable[[bytes], bytes]] = {
    "br": partial(brotli.compress, quality=5),
    "gzip": partial(gzip.compress, mtime=0),
}
# Each as one of those that are understood, and not with the weight zero (RFC 9110, 12.5.3).
ACCEPTED = {
    name: re.compile(rf"(^|,)\s*{name}\s*(,|$|;\s*q=(?!0(\.0*)?\s*(,|$)))", re.IGNORECASE) for name in CODINGS
}
# Data may be asked for and shown by any other site (Fetch, “CORS protocol”).
OPEN_TO_ALL = {
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Expose-Headers": "Content-Disposition, ETag, Link",
    "Cross-Origin-Resource-Policy": "cross-origin",
}
GetResponse = Callable[[HttpRequest], HttpResponseBase]

PERMISSIONS = "camera=(), geolocation=(), microphone=(), payment=(), usb=()"


class HeadersMiddleware:
    """Add the headers that hold for every response with content, static files and errors included."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        if request.method == "HEAD" and isinstance(response, HttpResponse):
            response.content = b""  # The headers stay those of GET; gunicorn complains of a body.
        if is_data(request):
            # On 304 too: a script that sends If-None-Match itself may else not see the answer.
            for name, value in OPEN_TO_ALL.items():
                response.headers[name] = value
        if response.status_code == 304:
            # What the reader keeps came with its headers, perhaps other ones; these would replace them.
            return response
        admin = request.path_info.startswith(settings.ADMIN_PATH)
        if is_framed(request, response):
            del response.headers["X-Frame-Options"]
            response.headers["Content-Security-Policy"] = FRAMED_POLICY
            response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
        response.headers.setdefault("Content-Security-Policy", ADMIN_POLICY if admin else PUBLIC_POLICY)
        response.headers.setdefault("Permissions-Policy", PERMISSIONS)
        response.headers.setdefault("Cross-Origin-Resource-Policy", "same-origin")
        if not admin and response.status_code == 200:
            # Readers' browsers ask again each time and get 304 as long as nothing changed.
            response.headers.setdefault("Cache-Control", "public, no-cache")
        return response


def is_framed(request: HttpRequest, response: HttpResponseBase) -> bool:
    """Return whether other sites may frame this response: what a view so marked shows, or that it is gone."""
    view = getattr(request.resolver_match, "func", None)
    return bool(getattr(view, "may_be_framed", False)) and response.status_code in (200, 410)


class LanguageMiddleware(LocaleMiddleware):
    """Set the language: by the address on public pages, by the editor's own choice in the admin.

    Cookies and Accept-Language never decide about a public page.
    """

    def process_request(self, request: HttpRequest) -> None:
        request.current_app = None  # type: ignore[assignment] # as Django has it where there is none
        if request.path_info.startswith(settings.ADMIN_PATH):
            super().process_request(request)
            return
        prefix = request.path_info.removeprefix("/").partition("/")[0]
        if prefix in dict(settings.LANGUAGES):
            request.current_app = prefix
        translation.activate(request.current_app or settings.LANGUAGE_CODE)
        request.LANGUAGE_CODE = translation.get_language()

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        if request.path_info.startswith(settings.ADMIN_PATH):
            return super().process_response(request, response)
        if request.current_app:
            response.headers.setdefault("Content-Language", request.current_app)
        return response


class CleanInputMiddleware:
    """Answer 400 to NUL and to text that is not UTF-8, before any view or database sees it."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if self.is_clean(request):
            return self.get_response(request)
        return errors.bad_request(request)

    @staticmethod
    def is_clean(request: HttpRequest) -> bool:
        raw = (
            # Django has decoded the path already, and left what is not UTF-8 in it as percent signs.
            unquote_to_bytes(request.path_info),
            unquote_to_bytes(request.META.get("QUERY_STRING", "").encode("latin-1", "replace")),
            unquote_to_bytes(request.META.get("HTTP_COOKIE", "").encode("latin-1", "replace")),
        )
        try:
            text = [part.decode() for part in raw]
        except UnicodeDecodeError:
            return False
        # A cookie can hide NUL as an octal escape as well, which only its parsing brings to light.
        return not any("\0" in part for part in (*text, *request.COOKIES, *request.COOKIES.values()))


class CompressionMiddleware:
    """Compress pages with brotli, or gzip where a reader takes that alone; static files are WhiteNoise's.

    Public pages hold no secret and no token, so compression gives nothing away (BREACH);
    the admin's do, and are left as they are.
    """

    MIN_BYTES = 500
    TYPES = ("text/", "application/json", "application/ld+json", "application/xml", "image/svg+xml")

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        if isinstance(response, HttpResponse) and self.is_compressible(request, response):
            patch_vary_headers(response, ["Accept-Encoding"])
            if coding := self.accepted(request.headers.get("Accept-Encoding", "")):
                response.content = CODINGS[coding](response.content)
                response.headers["Content-Encoding"] = coding
                response.headers["Content-Length"] = str(len(response.content))
                if etag := response.headers.get("ETag"):
                    response.headers["ETag"] = "W/" + etag.removeprefix("W/")
        return response

    @staticmethod
    def accepted(header: str) -> str | None:
        """Return the best coding that the header takes, or None."""
        return next((name for name, asked in ACCEPTED.items() if asked.search(header)), None)

    def is_compressible(self, request: HttpRequest, response: HttpResponse) -> bool:
        return (
            not request.path_info.startswith(settings.ADMIN_PATH)
            and "Content-Encoding" not in response.headers
            and response.headers.get("Content-Type", "").startswith(self.TYPES)
            and len(response.content) >= self.MIN_BYTES
        )


class GoneMiddleware:
    """Answer 410 with the reason where a view finds that a page was withdrawn."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if isinstance(exception, Gone):
            return errors.gone(request, exception.page)
        return None
