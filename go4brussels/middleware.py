"""What every request and response passes through on its way."""

from urllib.parse import unquote_to_bytes

import brotli
from django.conf import settings
from django.middleware.locale import LocaleMiddleware
from django.utils import translation
from django.utils.cache import patch_vary_headers

from . import errors

# No script, nothing from elsewhere, not even an inline style (W3C, Content Security Policy Level 3).
PUBLIC_POLICY = (
    "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; "
    "base-uri 'none'; frame-ancestors 'none'"
)
# Django's admin brings its own scripts and styles, and draws some icons as data.
ADMIN_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
PERMISSIONS = "camera=(), geolocation=(), microphone=(), payment=(), usb=()"
ADMIN = "/admin/"


class ResponseHeaders:
    """Add the headers that hold for every response, static files and errors included."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        response = self.get_response(request)
        admin = request.path_info.startswith(ADMIN)
        response.headers.setdefault("Content-Security-Policy", ADMIN_POLICY if admin else PUBLIC_POLICY)
        response.headers.setdefault("Permissions-Policy", PERMISSIONS)
        response.headers.setdefault("Cross-Origin-Resource-Policy", "same-origin")
        if not admin and response.status_code == 200:
            # Readers' browsers ask again each time and get 304 as long as nothing changed.
            response.headers.setdefault("Cache-Control", "public, no-cache")
        return response


class Language(LocaleMiddleware):
    """Set the language: by the address on public pages, by the editor's own choice in the admin.

    Cookies and Accept-Language never decide about a public page.
    """

    def process_request(self, request):
        request.current_app = None
        if request.path_info.startswith(ADMIN):
            super().process_request(request)
            return
        prefix = request.path_info.removeprefix("/").partition("/")[0]
        if prefix in dict(settings.LANGUAGES):
            request.current_app = prefix
        translation.activate(request.current_app or settings.LANGUAGE_CODE)
        request.LANGUAGE_CODE = translation.get_language()

    def process_response(self, request, response):
        if request.path_info.startswith(ADMIN):
            return super().process_response(request, response)
        if request.current_app:
            response.headers.setdefault("Content-Language", request.current_app)
        return response


class CleanInput:
    """Answer 400 to NUL and to text that is not UTF-8, before any view or database sees it."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        if self.is_clean(request.META):
            return self.get_response(request)
        return errors.bad_request(request)

    @staticmethod
    def is_clean(meta):
        raw = (
            meta.get("PATH_INFO", "").encode("latin-1", "replace"),
            unquote_to_bytes(meta.get("QUERY_STRING", "").encode("latin-1", "replace")),
            unquote_to_bytes(meta.get("HTTP_COOKIE", "").encode("latin-1", "replace")),
        )
        try:
            return not any("\0" in part.decode() for part in raw)
        except UnicodeDecodeError:
            return False


class Compression:
    """Compress pages with brotli; WhiteNoise does the same for static files.

    Public pages hold no secret and no token, so compression gives nothing away (BREACH);
    the admin's do, and are left as they are.
    """

    MIN_BYTES = 500
    TYPES = ("text/", "application/json", "application/xml", "image/svg+xml")

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        response = self.get_response(request)
        if self.is_compressible(request, response):
            patch_vary_headers(response, ["Accept-Encoding"])
            if "br" in request.headers.get("Accept-Encoding", ""):
                response.content = brotli.compress(response.content, quality=5)
                response.headers["Content-Encoding"] = "br"
                response.headers["Content-Length"] = str(len(response.content))
                if etag := response.headers.get("ETag"):
                    response.headers["ETag"] = "W/" + etag.removeprefix("W/")
        return response

    def is_compressible(self, request, response):
        return (
            not request.path_info.startswith(ADMIN)
            and not response.streaming
            and "Content-Encoding" not in response.headers
            and response.headers.get("Content-Type", "").startswith(self.TYPES)
            and len(response.content) >= self.MIN_BYTES
        )


class GonePages:
    """Answer 410 with the reason where a view finds that a page was withdrawn."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        return self.get_response(request)

    def process_exception(self, request, exception):
        if isinstance(exception, errors.Gone):
            return errors.gone(request, exception.page)
        return None

