"""A response as the store keeps it: in each coding, and as the news that nothing changed."""

from functools import lru_cache
from typing import NamedTuple
from wsgiref.types import StartResponse, WSGIEnvironment

from django.conf import settings
from django.utils.http import parse_etags, parse_http_date_safe

from .asking import Answer
from .middleware import CODINGS, accepted, of_coding

Headers = list[tuple[str, str]]

NOT_MODIFIED = "304 Not Modified"
LONGEST = 200  # signs of a header whose meaning is remembered
# What a 304 has of the 200 (RFC 9110, 15.4.5): not what belongs to the content, which is not sent.
KEPT = {
    "access-control-allow-origin",
    "access-control-expose-headers",
    "cache-control",
    "cross-origin-opener-policy",
    "etag",
    "last-modified",
    "referrer-policy",
    "strict-transport-security",
    "vary",
    "x-content-type-options",
}


@lru_cache(maxsize=256)
def remembered(header: str) -> str:
    return next(accepted(header), "")


def coding_for(header: str) -> str:
    """Return the best coding that Accept-Encoding takes; "" where it takes none."""
    return remembered(header) if len(header) <= LONGEST else next(accepted(header), "")


class Form(NamedTuple):
    """A response in one coding."""

    headers: Headers
    body: bytes
    etag: str  # "" where it has none, as what leads elsewhere
    not_modified: Headers


class Stored(NamedTuple):
    """A response of one version, in all codings, the plain one under ""."""

    version: object
    status: str
    forms: dict[str, Form]
    changed_at: int | None  # seconds, as in Last-Modified
    size: int  # bytes

    def answer(self, environ: WSGIEnvironment, start_response: StartResponse) -> tuple[bytes, ...]:
        """Answer GET or HEAD, in the coding that is asked for, with 304 where the reader has it already."""
        forms = self.forms
        form = forms.get(coding_for(environ.get("HTTP_ACCEPT_ENCODING", ""))) or forms[""]
        if self.is_known(form, environ):
            start_response(NOT_MODIFIED, form.not_modified[:])
            return ()
        start_response(self.status, form.headers[:])
        return () if environ["REQUEST_METHOD"] == "HEAD" else (form.body,)

    def is_known(self, form: Form, environ: WSGIEnvironment) -> bool:
        """Return whether the reader has this response: the validator counts, and without one the date."""
        if not form.etag:
            return False
        if named := environ.get("HTTP_IF_NONE_MATCH"):
            etags = parse_etags(named)
            return "*" in etags or form.etag.removeprefix("W/") in (each.removeprefix("W/") for each in etags)
        if self.changed_at is None or not (since := environ.get("HTTP_IF_MODIFIED_SINCE")):
            return False
        asked = parse_http_date_safe(since)
        return asked is not None and self.changed_at <= asked


def stored(version: object, answer: Answer) -> Stored:
    """Return what was answered to a reader without coding as the store keeps it."""
    codings = CODINGS if "Accept-Encoding" in answer.headers.get("Vary", "") else {}
    forms = {"": form(answer.headers, answer.body)}
    forms |= {coding: form(answer.headers, code(answer.body), coding) for coding, code in codings.items()}
    changed_at = parse_http_date_safe(answer.headers.get("Last-Modified", ""))
    return Stored(version, answer.line, forms, changed_at, sum(map(size, forms.values())))


def form(headers: dict[str, str], body: bytes, coding: str = "") -> Form:
    """Return the response in one coding, as the middleware would have sent it."""
    own = {"Content-Length": str(len(body))}
    etag = headers.get("ETag", "")
    if coding:
        own["Content-Encoding"] = coding
        etag = of_coding(etag, coding) if etag else ""
    own |= {"ETag": etag} if etag else {}
    whole = list((headers | own).items())
    kept = KEPT | {"x-robots-tag"} if settings.NOINDEX else KEPT
    return Form(whole, body, etag, [each for each in whole if each[0].lower() in kept])


def size(of: Form) -> int:
    """Return how many bytes a form takes, about: its body, and the headers with what Python adds to each."""
    return len(of.body) + sum(len(name) + len(value) + 150 for name, value in of.headers)
