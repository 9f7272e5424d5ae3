"""Refusals of those who ask for data: problem documents (RFC 9457), in both languages as the data are."""

import json
import logging
import re
from collections.abc import Iterable
from http import HTTPStatus
from typing import Any, NamedTuple

from django.http import HttpRequest, HttpResponse
from django.utils.functional import Promise
from django.utils.translation import gettext, override
from django.utils.translation import gettext_lazy as _

from .. import tracing
from ..language import LANGUAGES
from ..models.withdrawal import Gone

logger = logging.getLogger(__name__)

DATA_PATHS = re.compile(r"/oembed|/data/.*|/[a-z]{2}/.*\.json", re.DOTALL)
DATA_METHODS = ("GET", "HEAD", "OPTIONS")


class Problem(NamedTuple):
    """What a problem document says of a status: a title and a sentence more, to be translated."""

    title: str | Promise
    detail: str | Promise


PROBLEMS = {
    400: Problem(
        _("This address cannot be read"),
        _("The address, or what was sent with it, holds something that cannot be read as text."),
    ),
    403: Problem(_("This request was refused"), _("You may not do this here.")),
    404: Problem(
        _("This document does not exist"),
        _("There is nothing at this address. Which documents there are stands in /data/openapi.json."),
    ),
    405: Problem(
        _("This can only be read"),
        _("Ask for documents with GET or HEAD: nothing here can be changed."),
    ),
    410: Problem(
        _("This document was withdrawn"),
        _("What stood here is no longer shown."),
    ),
    500: Problem(_("Something went wrong here"), _("The fault is on our side. Try again later.")),
    501: Problem(
        _("There is no such form"),
        _("oEmbed answers in JSON: ask for “format=json”, or for no format."),
    ),
    503: Problem(_("The portal cannot answer at the moment"), _("Try again in a few seconds.")),
}


def is_data(request: HttpRequest) -> bool:
    """Return whether data are asked for, so that errors are data as well."""
    return bool(DATA_PATHS.fullmatch(request.path_info))


def problem(status: int, gone: Gone | None = None, details: Iterable[str | Promise] = ()) -> HttpResponse:
    """Return the problem document in both languages; never fails, whatever else does.

    `gone` is what was withdrawn (410). `details` are sentences that say more than the status does, not yet
    translated.
    """
    content: dict[str, Any] = {"type": "about:blank", "title": HTTPStatus(status).phrase, "status": status}
    if name := tracing.current():
        content["instance"] = f"urn:uuid:{name}"
    try:
        translations = {language: problem_text(status, language, gone, details) for language in LANGUAGES}
        for name in ("title", "detail"):
            content[name] = " / ".join(text[name] for text in translations.values())
        content |= translations
    except Exception:
        logger.exception("The document for error %s could not be written; a bare one was served.", status)
    return HttpResponse(
        json.dumps(content, ensure_ascii=False),
        status=status,
        content_type="application/problem+json",
        headers={"Content-Language": ", ".join(LANGUAGES), "Cache-Control": "no-store"},
    )


def problem_text(
    status: int, language: str, gone: Gone | None = None, details: Iterable[str | Promise] = ()
) -> dict[str, str]:
    """Return title and detail of a problem in this language: of a withdrawn page, why it went."""
    with override(language):
        title, detail = map(str, PROBLEMS[status])
        detail = " ".join(map(str, details)) or detail
        if gone:
            detail = gone_text(gone)
    return {"title": title, "detail": detail.strip()}


def gone_text(gone: Gone) -> str:
    """Return what stood at an address, what it belonged to and why it went, as far as that is known."""
    found = [gettext("What stood here: “%(title)s”.") % {"title": gone.title}]
    if gone.whole:
        found.append(gettext("It belonged to “%(whole)s”, which is no longer shown.") % {"whole": gone.whole})
    if gone.reason:
        found.append(gettext("Why it went: %(reason)s") % {"reason": gone.reason})
    return " ".join(found)


def method_not_allowed() -> HttpResponse:
    """Return 405 with the methods that data answer to (RFC 9110, 15.5.6)."""
    response = problem(405)
    response.headers["Allow"] = ", ".join(DATA_METHODS)
    return response
