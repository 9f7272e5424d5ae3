"""Error pages: in the language of the address, in both where the address has none. No database needed.

Where data are asked for, the same in both languages as a problem document (RFC 9457).
"""

import logging
import sys
from typing import Any

from django.conf import settings
from django.contrib.sessions.exceptions import SessionInterrupted
from django.core.exceptions import RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.middleware.csrf import get_token
from django.template.loader import render_to_string
from django.templatetags.static import static
from django.utils.translation import gettext_lazy as _

from initiatives import tracing
from initiatives.admin import resubmit
from initiatives.models.publisher import publisher
from initiatives.models.withdrawal import Gone
from initiatives.opendata.problems import PROBLEMS, is_data, method_not_allowed, problem

from .outages import RETRY_AFTER, Outage, outage_of

logger = logging.getLogger(__name__)

HEADINGS = {
    400: PROBLEMS[400].title,
    403: PROBLEMS[403].title,
    404: _("This page does not exist"),
    410: _("This page was withdrawn"),
    413: _("Too much was sent"),
    500: PROBLEMS[500].title,
    503: PROBLEMS[503].title,
}

TOO_MUCH = (RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent)

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
<p>Kenmerk – <span lang="fr-BE">Référence</span>: <code>{reference}</code></p>
</html>
"""


def respond(request: HttpRequest, status: int, gone: Gone | None = None, **told: Any) -> HttpResponse:
    """Return the error page in the language of the address; never fails, whatever else does.

    `told` is what the template of this status knows besides.
    """
    if is_data(request):
        return problem(status, gone)
    languages = [code for code, _name in settings.LANGUAGES]
    current = getattr(request, "current_app", None)
    shown = [current] if current in languages else languages
    context = {
        "status": status,
        "heading": HEADINGS[status],
        "gone": gone,
        "publisher": publisher(),
        "languages": shown,
        "other_languages": [code for code in languages if code not in shown],
        "stylesheet": static_address("css/portal.css"),
        "icon": static_address("icon.svg"),
        "reference": tracing.current(),
        **told,
    }
    try:
        content: str = render_to_string(f"errors/{status}.html", context)
    except Exception:
        logger.exception("The page for error %s could not be drawn; a bare one was served.", status)
        shown, content = languages, BARE.format(status=status, reference=tracing.current() or "–")
    # An error is of the moment: no cache may go on telling it once it is mended.
    headers = {"Content-Language": ", ".join(shown), "Cache-Control": "no-store"}
    return HttpResponse(content, status=status, headers=headers)


def not_allowed(request: HttpRequest) -> HttpResponse:
    """Return 405: public pages and data are only ever read."""
    if not is_data(request):
        return HttpResponseNotAllowed(["GET", "HEAD"])
    return method_not_allowed()


def static_address(name: str) -> str:
    """Return the address of a static file, without its hash where the manifest does not know it."""
    try:
        return static(name)
    except ValueError:
        return settings.STATIC_URL + name


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    if isinstance(exception, SessionInterrupted) and (outage := outage_of(exception)):
        return unavailable(request, outage)
    # Of an address it is the address that is wrong; of a form, that it is none of ours.
    if request.method == "POST" and isinstance(exception, TOO_MUCH):
        return too_large(request)
    return respond(request, 400)


def too_large(request: HttpRequest) -> HttpResponse:
    """Return the 413 page: what was sent is longer than a form can be, or is a file."""
    return respond(request, 413)


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return respond(request, 403)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Return what was sent in a form of the content whose token had been renewed: signing in renews it.

    Otherwise 403 in the admin, and 405 on public pages: they take no forms at all.
    """
    if resubmit.is_from_here(request):
        return resubmit.resubmit(request)
    if request.path_info.startswith(settings.ADMIN_PATH):
        return respond(request, 403)
    return not_allowed(request)


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return respond(request, 404)


def gone(request: HttpRequest, what: Gone) -> HttpResponse:
    """Return the 410 page, which says what was there and why it went."""
    return respond(request, 410, what)


def server_error(request: HttpRequest) -> HttpResponse:
    """Return the 500 page, or the 503 page where it was the database that could not be used."""
    outage = outage_of(sys.exception())
    return unavailable(request, outage) if outage else respond(request, 500)


class Interrupted(HttpResponse):
    """The 503 page where the connection to the database broke: the next one may hold."""


def unavailable(request: HttpRequest, outage: Outage) -> HttpResponse:
    """Return the 503 page: what is the matter with the database; texts that were sent come back on it."""
    told: dict[str, Any] = {
        "outage": outage,
        "is_sent": request.method == "POST",
        "is_search": resubmit.url_name(request) == "search",
    }
    if resubmit.is_from_here(request):
        told |= resubmit.what_was_sent(request)
        told |= {"address": request.get_full_path(), "csrf_token": get_token(request)}
    if is_data(request):
        response = problem(503, details=[outage.sentence, PROBLEMS[503].detail])
    else:
        response = respond(request, 503, **told)
    response.headers["Retry-After"] = str(RETRY_AFTER)
    if outage is Outage.AWAY:
        return Interrupted(response.content, status=503, headers=response.headers)
    return response
