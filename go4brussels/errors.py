"""Error pages: in the language of the address, in both where the address has none. No database needed.

Where data are asked for, the same in both languages as a problem document (RFC 9457).
"""

import json
import logging
import re
from http import HTTPStatus

from django.conf import settings
from django.http import HttpResponse, HttpResponseNotAllowed
from django.template.loader import render_to_string
from django.templatetags.static import static
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override

from initiatives.models.publisher import publisher

logger = logging.getLogger(__name__)

HEADINGS = {
    400: _("This address cannot be read"),
    403: _("This request was refused"),
    404: _("This page does not exist"),
    410: _("This page was withdrawn"),
    500: _("Something went wrong here"),
}

# What a problem document says: a title and a sentence more.
PROBLEMS = {
    400: (
        HEADINGS[400],
        _("The address, or what was sent with it, holds something that cannot be read as text."),
    ),
    403: (HEADINGS[403], _("You may not do this here.")),
    404: (
        _("This document does not exist"),
        _("There is nothing at this address. Which documents there are stands in /data/openapi.json."),
    ),
    405: (_("This can only be read"), _("Ask for documents with GET or HEAD: nothing here can be changed.")),
    410: (_("This document was withdrawn"), _("What stood here: “%(title)s”. Why it went: %(reason)s")),
    500: (HEADINGS[500], _("The fault is on our side. Try again later.")),
    501: (_("There is no such form"), _("oEmbed answers in JSON: ask for “format=json”, or for no format.")),
}
DATA = re.compile(r"/oembed|/data/.*|/[a-z]{2}/.*\.json", re.DOTALL)
DATA_METHODS = ("GET", "HEAD", "OPTIONS")

# The last resort, where even templates or catalogues fail: no part of it can be missing.
BARE = """<!doctype html>
<html lang="nl-BE">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<title>{status} – Go4Brussels 2030</title>
<h1>{status} – Go4Brussels 2030</h1>
<p>Deze pagina kan nu niet worden getoond. Probeer het later opnieuw of
<a href="/nl/">ga naar het begin</a>.</p>
<p lang="fr-BE">Cette page ne peut pas être affichée pour le moment. Réessayez plus tard ou
<a href="/fr/">retournez à l’accueil</a>.</p>
</html>
"""


def respond(request, status, page=None):
    """Give the error page in the language of the address; never fails, whatever else does."""
    if is_data(request):
        return problem(status, page)
    languages = [code for code, _name in settings.LANGUAGES]
    current = getattr(request, "current_app", None)
    spoken = [current] if current in languages else languages
    context = {
        "status": status,
        "heading": HEADINGS[status],
        "page": page,
        "publisher": publisher(),
        "languages": spoken,
        "other_languages": [code for code in languages if code not in spoken],
        "stylesheet": static_address("css/portal.css"),
        "icon": static_address("icon.svg"),
    }
    try:
        content = render_to_string(f"errors/{status}.html", context)
    except Exception:
        logger.exception("The page for error %s could not be drawn; a bare one was served.", status)
        spoken, content = languages, BARE.format(status=status)
    # An error is of the moment: no cache may go on telling it once it is mended.
    headers = {"Content-Language": ", ".join(spoken), "Cache-Control": "no-store"}
    return HttpResponse(content, status=status, headers=headers)


def is_data(request):
    """Tell whether data are asked for, so that errors are data as well."""
    return bool(DATA.fullmatch(request.path_info))


def problem(status, page=None, details=()):
    """Give the problem document, in both languages as the data are; never fails, whatever else does.

    `details` are sentences that say more than the status does, not yet translated.
    """
    languages = [code for code, _name in settings.LANGUAGES]
    content = {"type": "about:blank", "title": HTTPStatus(status).phrase, "status": status}
    try:
        spoken = {language: in_words(status, language, page, details) for language in languages}
        for name in ("title", "detail"):
            content[name] = " / ".join(words[name] for words in spoken.values())
        content |= spoken
    except Exception:
        logger.exception("The document for error %s could not be written; a bare one was served.", status)
    return HttpResponse(
        json.dumps(content, ensure_ascii=False),
        status=status,
        content_type="application/problem+json",
        headers={"Content-Language": ", ".join(languages), "Cache-Control": "no-store"},
    )


def in_words(status, language, page=None, details=()):
    """Give title and detail of a problem in this language: of a withdrawn page, why it went."""
    with override(language):
        title, detail = map(str, PROBLEMS[status])
        detail = " ".join(map(str, details)) or detail
        if page:
            detail %= {"title": page.title, "reason": page.withdrawal_reason}
    return {"title": title, "detail": detail.strip()}


def not_allowed(request):
    """Give 405: public pages and data are only ever read."""
    if not is_data(request):
        return HttpResponseNotAllowed(["GET", "HEAD"])
    response = problem(405)
    response.headers["Allow"] = ", ".join(DATA_METHODS)
    return response


def static_address(name):
    """Give the address of a static file, without its hash where the manifest does not know it."""
    try:
        return static(name)
    except ValueError:
        return settings.STATIC_URL + name


def bad_request(request, exception=None):
    return respond(request, 400)


def forbidden(request, exception=None):
    return respond(request, 403)


def csrf_failure(request, reason=""):
    """Give 403 where a form was sent without its token, 405 on public pages: they take no forms at all."""
    if request.path_info.startswith("/admin/"):
        return respond(request, 403)
    return not_allowed(request)


def not_found(request, exception=None):
    return respond(request, 404)


def gone(request, page):
    """Give the 410 page, which says what was there and why it went."""
    return respond(request, 410, page)


def server_error(request):
    return respond(request, 500)
