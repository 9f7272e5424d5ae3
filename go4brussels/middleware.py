"""What every request and response passes through on its way."""

import gzip
import re
from collections.abc import Callable, Iterator
from contextlib import suppress
from copy import copy
from functools import partial
from hashlib import md5
from pathlib import Path
from typing import cast
from urllib.parse import unquote_to_bytes
from wsgiref.headers import Headers

import brotli
from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponsePermanentRedirect, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.middleware.common import CommonMiddleware
from django.middleware.locale import LocaleMiddleware
from django.urls import is_valid_path
from django.utils import translation
from django.utils.cache import get_conditional_response, patch_vary_headers
from django.utils.encoding import iri_to_uri
from django.utils.http import parse_http_date_safe, quote_etag
from whitenoise.middleware import WhiteNoiseMiddleware
from whitenoise.responders import MissingFileError, StaticFile

from initiatives import tracing
from initiatives.models.withdrawal import Gone, Moved
from initiatives.opendata.problems import is_data
from initiatives.pages.moved import path_now

from . import errors

# No script, nothing from elsewhere, not even an inline style (W3C, Content Security Policy Level 3).
# What a page may ask of this site does no harm, and audits ask for robots.txt so.
PUBLIC_POLICY = (
    "default-src 'none'; style-src 'self'; img-src 'self'; connect-src 'self'; form-action 'self'; "
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
# What readers and caches between may keep: as long as nobody sees a difference, and where nothing newer can
# be had. Who asks again is answered 304 (RFC 9111, RFC 5861).
FRESH = "public, max-age=1, stale-while-revalidate=1, stale-if-error=2592000"
# The moment since which the content stands as it does, as a date of HTTP, in the environ of a request.
CHANGED_AT = "go4brussels.changed_at"
# Data may be asked for and shown by any other site (Fetch, “CORS protocol”).
OPEN_TO_ALL = {
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Expose-Headers": "Content-Disposition, ETag, Link",
}
# Names of collected files have the hash of the content: it never changes, of whichever release it is.
HASHED = re.compile(settings.WHITENOISE_IMMUTABLE_FILE_TEST, re.ASCII)
GetResponse = Callable[[HttpRequest], HttpResponseBase]

PERMISSIONS = "camera=(), geolocation=(), microphone=(), payment=(), usb=()"


class HeadMiddleware:
    """Answer HEAD as GET, validators and lengths included, and leave out the body (RFC 9110, 9.3.2)."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        is_head = request.method == "HEAD"
        if is_head:
            request.method = "GET"
        response = self.get_response(request)
        if isinstance(response, StreamingHttpResponse):
            response.streaming_content = () if is_head else response.streaming_content
        elif isinstance(response, HttpResponse):
            if response.status_code not in (204, 304):
                response.headers.setdefault("Content-Length", str(len(response.content)))
            response.content = b"" if is_head else response.content
        return response


class CookiesMiddleware:
    """Leave the admin those cookies that are its own and can be read, and the public pages none.

    What another site of the same domain set, or an old version of this one, keeps nobody out.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        names = (
            settings.SESSION_COOKIE_NAME,
            settings.CSRF_COOKIE_NAME,
            settings.LANGUAGE_COOKIE_NAME,
            settings.KNOWN_BROWSER_COOKIE_NAME,
            settings.WAITING_COOKIE_NAME,
        )
        sent = request.COOKIES if is_admin(request) else {}
        # Parsing brings to light NUL that is written as an octal escape; PostgreSQL refuses it.
        request.COOKIES = {name: sent[name] for name in names if name in sent and sent[name].isprintable()}
        return self.get_response(request)


def is_admin(request: HttpRequest) -> bool:
    return request.path_info.startswith(settings.ADMIN_PATH)


class HeadersMiddleware:
    """Add the headers that hold for every response with content, static files and errors included."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        if settings.NOINDEX:
            response.headers["X-Robots-Tag"] = "noindex, nofollow"
        if is_data(request):
            # On 304 too: a script that sends If-None-Match itself may else not see the answer.
            for name, value in OPEN_TO_ALL.items():
                response.headers[name] = value
        admin = is_admin(request)
        if not admin and response.status_code in (200, 303, 304):
            response.headers.setdefault("Cache-Control", FRESH)
        if response.status_code == 304:
            # What the reader keeps came with its headers, perhaps other ones; these would replace them.
            return response
        if response.status_code >= 400 and (name := tracing.current()):
            # As on the page, for who has no page before them, and for the log of a server in front.
            response.headers["X-Request-Id"] = name
        if is_data(request):
            response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
        if is_framed(request, response):
            del response.headers["X-Frame-Options"]
            response.headers["Content-Security-Policy"] = FRAMED_POLICY
            response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
        response.headers.setdefault("Content-Security-Policy", ADMIN_POLICY if admin else PUBLIC_POLICY)
        response.headers.setdefault("Permissions-Policy", PERMISSIONS)
        response.headers.setdefault("Cross-Origin-Resource-Policy", "same-origin")
        return response


def is_framed(request: HttpRequest, response: HttpResponseBase) -> bool:
    """Return whether other sites may frame this response: what a view so marked shows, or that it is gone."""
    view = getattr(request.resolver_match, "func", None)
    return bool(getattr(view, "may_be_framed", False)) and response.status_code in (200, 410)


def language_of(path: str) -> str | None:
    """Return the language that a public address is in, or None where it is in both or in neither."""
    prefix = path.removeprefix("/").partition("/")[0]
    return prefix if prefix in dict(settings.LANGUAGES) else None


class LanguageMiddleware(LocaleMiddleware):
    """Set the language: by the address on public pages, by the editor's own choice in the admin.

    Cookies and Accept-Language never decide about a public page.
    """

    def process_request(self, request: HttpRequest) -> None:
        if is_admin(request):
            request.current_app = None  # type: ignore[assignment] # as Django has it where there is none
            super().process_request(request)
            return
        request.current_app = language_of(request.path_info)  # type: ignore[assignment] # likewise
        translation.activate(request.current_app or settings.LANGUAGE_CODE)
        request.LANGUAGE_CODE = translation.get_language()

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        if is_admin(request):
            return super().process_response(request, response)
        if request.current_app:
            response.headers.setdefault("Content-Language", request.current_app)
        return response


class AddressMiddleware(CommonMiddleware):
    """Lead in one step from an address in other case, or with a slash too few or too many, to the true one.

    Only where there is something at that address, and in the admin only for a slash too few, as Django does.
    """

    def should_redirect_with_slash(self, request: HttpRequest) -> bool:
        return f"{request.path_info}/".startswith(settings.ADMIN_PATH) and super().should_redirect_with_slash(
            request
        )

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        if response.status_code == 404 and request.method == "GET":
            asked = request.path_info
            lower = asked.lower()
            # Every true address is in lower case; two slashes would name another host.
            tries = [lower, lower.removesuffix("/") if lower.endswith("/") else f"{lower}/"]
            for path in tries if "//" not in asked else ():
                if path != asked and not path.startswith(settings.ADMIN_PATH) and self.exists(request, path):
                    query = request.META.get("QUERY_STRING", "")
                    return self.response_redirect_class(path + (f"?{iri_to_uri(query)}" if query else ""))
        return super().process_response(request, response)

    def exists(self, request: HttpRequest, path: str) -> bool:
        """Return whether this request finds something at `path`, withdrawn pages included."""
        if not is_valid_path(path):
            return False
        again = copy(request)
        again.path = again.path_info = path
        again.current_app = language_of(path)  # type: ignore[assignment] # as Django has it where there is none
        with translation.override(again.current_app or settings.LANGUAGE_CODE):
            status = cast(HttpResponseBase, self.get_response(again)).status_code
        return status < 400 or status == 410


class CleanInputMiddleware:
    """Answer 400 to an address with NUL or what is no UTF-8, before any view or database sees it."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if self.is_clean(request):
            return self.get_response(request)
        return errors.bad_request(request)

    @staticmethod
    def is_clean(request: HttpRequest) -> bool:
        # Django has decoded the path already, and left what is not UTF-8 in it as percent signs.
        query = request.META.get("QUERY_STRING", "").encode("latin-1", "replace")
        return is_text(request.path_info) and is_text(query)


def is_text(quoted: str | bytes) -> bool:
    """Return whether a part of an address is UTF-8 without NUL, once its percent signs are resolved."""
    try:
        return "\0" not in unquote_to_bytes(quoted).decode()
    except UnicodeDecodeError:
        return False


def accepted(header: str) -> Iterator[str]:
    """Yield the codings that Accept-Encoding takes, the best first."""
    return (name for name, asked in ACCEPTED.items() if asked.search(header))


class CompressionMiddleware:
    """Give a page its validators, and compress it with brotli, or gzip where a reader takes that alone.

    The static files are WhiteNoise's.
    Public pages hold no secret and no token, so compression gives nothing away (BREACH);
    the admin's do, and are left as they are.
    """

    MIN_BYTES = 500
    # Text by its name, by its syntax (RFC 6839: +json, +xml), or known to be (BibTeX, RIS).
    TYPES = re.compile(
        r"\A(?:text/|[\w.-]++/[\w.-]++\+(json|xml)\b|application/(json|xml|x-bibtex|x-research-info-systems)\b)"
    )

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        if not isinstance(response, HttpResponse) or is_admin(request):
            return response
        if response.status_code == 200 and is_public(response):
            if "ETag" not in response.headers and response.content:
                # Another release answers with other headers, whatever its page says.
                said = settings.RELEASE.encode() + response.content
                response.headers["ETag"] = quote_etag(md5(said, usedforsecurity=False).hexdigest())
            if changed_at := request.META.get(CHANGED_AT):
                response.headers.setdefault("Last-Modified", changed_at)
        if self.is_compressible(response):
            patch_vary_headers(response, ["Accept-Encoding"])
            if coding := next(accepted(request.headers.get("Accept-Encoding", "")), None):
                response.content = CODINGS[coding](response.content)
                response.headers["Content-Encoding"] = coding
                response.headers["Content-Length"] = str(len(response.content))
                if etag := response.headers.get("ETag"):
                    response.headers["ETag"] = of_coding(etag, coding)
        return response

    def is_compressible(self, response: HttpResponse) -> bool:
        return (
            "Content-Encoding" not in response.headers
            and self.TYPES.match(response.headers.get("Content-Type", "")) is not None
            and len(response.content) >= self.MIN_BYTES
        )


def is_public(response: HttpResponseBase) -> bool:
    """Return whether others than who asked may be given a response again."""
    return not {"no-store", "private"} & set(
        response.headers.get("Cache-Control", "").replace(",", " ").split()
    )


def of_coding(etag: str, coding: str) -> str:
    """Return the validator of a representation in this coding: each has its own (RFC 9110, 8.8.3.3)."""
    return f'{etag[:-1]}-{coding}"'


class StaticFilesMiddleware(WhiteNoiseMiddleware):  # type: ignore[misc] # it ships no types
    """Serve static files with a validator of their own in each coding, which a reader may send among others.

    WhiteNoise gives all codings the same, made of the moment at which a file was written. It knows it again
    only where it is sent alone, and takes a coding that is refused (`br;q=0`) as asked for.
    """

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        # While a release is replaced, another process may name a file that came after this one began.
        path = request.path_info
        if path not in self.files and HASHED.fullmatch(path) and self.url_is_canonical(path):
            name = Path(self.static_root or "") / path.removeprefix(self.static_prefix)
            with suppress(MissingFileError):
                self.files[path] = self.get_static_file(str(name), path)
        return cast(HttpResponseBase, super().__call__(request))

    def add_cache_headers(self, headers: Headers, path: str, url: str) -> None:
        super().add_cache_headers(headers, path, url)
        digest = md5(Path(path).read_bytes(), usedforsecurity=False).hexdigest()
        headers["ETag"] = quote_etag(digest)

    @staticmethod
    def serve(static_file: StaticFile, request: HttpRequest) -> HttpResponseBase:
        conditions = ("HTTP_IF_NONE_MATCH", "HTTP_IF_MODIFIED_SINCE")
        plain = copy(request)
        plain.META = {name: value for name, value in request.META.items() if name not in conditions}
        plain.META["HTTP_ACCEPT_ENCODING"] = ", ".join(accepted(request.headers.get("Accept-Encoding", "")))
        response: HttpResponse = WhiteNoiseMiddleware.serve(static_file, plain)
        etag, coding = response.headers.get("ETag"), response.headers.get("Content-Encoding")
        if etag and coding:
            response.headers["ETag"] = etag = of_coding(etag, coding)
        changed_at = parse_http_date_safe(response.headers.get("Last-Modified", ""))
        answer = get_conditional_response(request, etag, changed_at, response)
        if answer is not response:
            response.close()
        return cast(HttpResponseBase, answer)


class GoneMiddleware:
    """Answer 410 with the reason where a view finds a page withdrawn, and 301 where it was merged."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if isinstance(exception, Gone):
            return errors.gone(request, exception)
        if isinstance(exception, Moved):
            query = request.META.get("QUERY_STRING", "")
            path = path_now(request.path, exception) + (f"?{iri_to_uri(query)}" if query else "")
            # Asked again each time: an editor may find that the two are not one after all.
            return HttpResponsePermanentRedirect(path, headers={"Cache-Control": "public, no-cache"})
        return None
