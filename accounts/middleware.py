"""How long a session in the admin lasts, and that a page which only reads never waits to note its use."""

import time
from collections.abc import Callable
from contextlib import nullcontext

from django.conf import settings
from django.contrib import admin, auth, messages
from django.contrib.auth.models import AnonymousUser, User
from django.contrib.sessions.exceptions import SessionInterrupted
from django.contrib.sessions.middleware import SessionMiddleware
from django.db import OperationalError
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils.cache import patch_vary_headers
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _

from . import audit, hashing, refusals, restrictions
from .patience import READING, without_waiting
from .sessions import LAST_USED_AT, RIGHTS, STARTED_AT

STEP = 60  # seconds between two notes that somebody is there: a page need not write


class PatientSessionMiddleware(SessionMiddleware):
    """Sessions in the database. What a page that only reads changes in its own can wait for the next page.

    That is when it was last used, once a minute, and which messages were shown: they are shown again.
    """

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:  # type: ignore[override]  # of streams too
        if request.method not in READING or not request.session.modified:
            return super().process_response(request, response)  # type: ignore[arg-type]
        try:
            with without_waiting():
                return super().process_response(request, response)  # type: ignore[arg-type]
        except (OperationalError, SessionInterrupted):
            # The store tells of a lock as of a session that is gone meanwhile, which is another thing.
            if not request.session.exists(request.session.session_key or ""):
                raise
            patch_vary_headers(response, ("Cookie",))
            return response


class SessionLimitsMiddleware:
    """End a session after its longest time and when the rights of its account change.

    One that is not used ends by SESSION_COOKIE_AGE, counted from the last use that is noted here; one of an
    account that is deactivated or changes its password ends by Django's own doing. No other than the admin's
    pages read a session.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if not request.path_info.startswith(settings.ADMIN_PATH):
            return self.get_response(request)
        with audit.during(request):
            # Where it cannot be read who is there, nobody is told to sign in again: that raises.
            if request.user.is_authenticated:
                try:
                    with without_waiting() if request.method in READING else nullcontext():
                        end_or_go_on(request, request.user)
                except OperationalError:
                    # The session has to end, and that could not be noted yet: this page knows nobody.
                    request.user = AnonymousUser()
            response = self.get_response(request)
            if response.status_code == 403:
                refusals.record(request)
            return response

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """Return 503 where a page of the admin has to hash a password and its turn does not come."""
        if not isinstance(exception, hashing.Busy):
            return None
        page = {"title": _("One moment"), "seconds": exception.SECONDS, "is_nav_sidebar_enabled": False}
        response = render(request, "accounts/busy.html", admin.site.each_context(request) | page, status=503)
        response.headers["Retry-After"] = str(exception.SECONDS)
        return response


def end_or_go_on(request: HttpRequest, user: User) -> None:
    now, session, rights = time.time(), request.session, fingerprint(user)
    started_at = session.setdefault(STARTED_AT, now)
    if now - started_at > settings.SESSION_HOURS * 3600:
        end(request, _("You were signed out: you had been signed in for a long time."), "time")
    elif restrictions.waits(user):
        end(request, _("You were signed out: your account waits for another administrator."), "waits")
    elif session.setdefault(RIGHTS, rights) != rights:
        end(request, _("You were signed out: what you may do here has changed."), "rights")
    elif now - session.get(LAST_USED_AT, 0) > STEP:
        session[LAST_USED_AT] = now


def end(request: HttpRequest, sentence: str, why: str) -> None:
    audit.record(audit.What.SESSION_ENDED, request.user, why)
    auth.logout(request)
    messages.warning(request, sentence)


def fingerprint(user: User) -> str:
    """Return a short text that changes with what an account may do."""
    held = ["superuser"] if user.is_superuser else sorted(user.get_all_permissions())
    return salted_hmac("accounts.rights", " ".join([str(user.is_staff), *held])).hexdigest()[:16]
