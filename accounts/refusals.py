"""What the admin refuses is in the audit log: who was told 403, and where. No flood of it floods the log."""

import time
from contextlib import suppress

from django.db import OperationalError
from django.http import HttpRequest

from . import audit
from .models import Bucket
from .patience import READING, without_waiting
from .throttling import Limit, network_of

# Once a minute for each account, or each network where nobody is signed in, and each kind of page.
EACH = Limit("refusal", 1, 60)
ANONYMOUS = Limit("refusals", 60, 60)


def record(request: HttpRequest) -> None:
    """Record that a page was refused to an account, or that what was sent came without a token of ours.

    Others that are not signed in are led to the page of signing in, which is no refusal.
    """
    has_token = request.method in READING or getattr(request, "csrf_processing_done", False)
    if request.user.is_anonymous and has_token:
        return
    who = str(request.user.pk) if request.user.pk else network_of(audit.client_address(request))
    match = request.resolver_match
    key = EACH.key(who, match.view_name if match else "", str(has_token))
    # Nothing is written for what is recorded already, and the answer waits for no writer.
    with suppress(OperationalError), without_waiting():
        if not Bucket.objects.filter(key=key, full_at__gt=time.time()).exists() and take(key, request):
            detail = f"{request.method} {request.path[:200]}" + ("" if has_token else " (CSRF)")
            audit.record(audit.What.REFUSED, request.user if request.user.pk else "", detail)


def take(key: str, request: HttpRequest) -> bool:
    is_known = request.user.pk is not None
    return not EACH.take(key) and (is_known or not ANONYMOUS.take(ANONYMOUS.key()))
