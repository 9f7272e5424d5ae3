"""What crawlers, researchers and orchestrators ask for, at addresses that they know."""

from datetime import UTC, datetime, timedelta

from django.conf import settings
from django.db import DatabaseError, connection
from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

TEXT = "text/plain; charset=utf-8"
MOMENTARY = {"Content-Type": TEXT, "Cache-Control": "no-store"}


@require_safe
def robots(request: HttpRequest) -> HttpResponse:
    """Return what crawlers may visit (RFC 9309)."""
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
    """Return 200 where the database answers, 503 where it does not."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError:
        return HttpResponse("the database does not answer\n", headers=MOMENTARY, status=503)
    return HttpResponse("ok\n", headers=MOMENTARY)
