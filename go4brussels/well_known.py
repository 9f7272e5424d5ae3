"""What crawlers, researchers and orchestrators ask for, at addresses that they know."""

from datetime import UTC, datetime, timedelta

from django.conf import settings
from django.db import Error, connections
from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from .routers import PRIMARY, REPLICA
from .schema import Schema, schema_of
from .static_files import is_collected
from .store import ENVIRON_KEY, Held

TEXT = "text/plain; charset=utf-8"
MOMENTARY = {"Content-Type": TEXT, "Cache-Control": "no-store"}


@require_safe
def robots(request: HttpRequest) -> HttpResponse:
    """Return what crawlers may visit (RFC 9309)."""
    if settings.NOINDEX:
        # Everything: of what it may not fetch, a crawler sees no X-Robots-Tag, and may list the bare address
        # (https://developers.google.com/search/docs/crawling-indexing/block-indexing).
        return HttpResponse("User-agent: *\nDisallow:\n", content_type=TEXT)
    lines = [
        "User-agent: *",
        f"Disallow: {settings.ADMIN_PATH}",
        "",
        f"Sitemap: {settings.SITE_URL}/sitemap.xml",
        "",
    ]
    return HttpResponse("\n".join(lines), content_type=TEXT)


@require_safe
def security(request: HttpRequest) -> HttpResponse:
    """Return where to report a vulnerability (RFC 9116). Raises Http404 without an address for it."""
    if not settings.SECURITY_EMAIL:
        raise Http404
    expires = (datetime.now(UTC) + timedelta(days=180)).replace(hour=0, minute=0, second=0, microsecond=0)
    lines = [
        f"Contact: mailto:{settings.SECURITY_EMAIL}",
        f"Expires: {expires.isoformat().replace('+00:00', 'Z')}",
        "Preferred-Languages: nl, fr, en",
        f"Canonical: {settings.SITE_URL}/.well-known/security.txt",
        "",
    ]
    return HttpResponse("\n".join(lines), content_type=TEXT)


@require_safe
def healthz(request: HttpRequest) -> HttpResponse:
    """Return 200: the process answers."""
    return HttpResponse("ok\n", headers=MOMENTARY)


@require_safe
def readyz(request: HttpRequest) -> HttpResponse:
    """Return 200 where pages can be answered, from memory or from a database; 503 where not; and why.

    Nor is it ready where pages would fail: with the tables of an older release, or without style sheets.
    """
    is_ready, lines = reasons(request.META.get(ENVIRON_KEY))
    text = "\n".join(["ok" if is_ready else "not ready", *lines, ""])
    return HttpResponse(text, headers=MOMENTARY, status=200 if is_ready else 503)


def reasons(held: Held | None) -> tuple[bool, list[str]]:
    """Return whether this worker can answer pages, and a line for each reason: no name of a machine in it.

    `held` is what the store of this worker says of itself, where one stands in front.
    """
    names = {PRIMARY: "database"}
    if REPLICA in connections.settings:
        names = {PRIMARY: "primary database", REPLICA: "standby"}
    schema = schema_there()
    found = {alias: answers(alias) if alias == REPLICA else schema is not None for alias in names}
    lines = [f"the {name} {'answers' if found[each] else 'does not answer'}" for each, name in names.items()]
    if held:
        share = "every page" if held.is_full else "not every page"
        lines.append(f"{share} is held in memory: {held.pages} responses")
    lines.append(f"release {settings.RELEASE}")
    if schema:
        lines.append(f"its tables are {schema.value}")
    is_whole = is_collected()
    lines.append(f"the static files are {'there' if is_whole else 'missing'}")
    is_answering = (held is not None and held.is_full) or any(found.values())
    return is_answering and is_whole and (schema is None or schema.can_serve), lines


def schema_there() -> Schema | None:
    """Return how the tables of the database stand to this release; None where it does not answer."""
    try:
        return schema_of(connections[PRIMARY])
    except Error:
        return None


def answers(alias: str) -> bool:
    try:
        with connections[alias].cursor() as cursor:
            cursor.execute("SELECT 1")
    except Error:
        return False
    return True
