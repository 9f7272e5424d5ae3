"""What a browser keeps for signing in, signed: that its owner signed in before, and that it is waiting.

Who signed in with a browser is not slowed down there by what others try elsewhere (OWASP, “Device cookies”).
Neither cookie lets anybody in: a stolen one is worth a few attempts of its own.
"""

import secrets
import time
from typing import Any

from django.conf import settings
from django.contrib.auth.models import User
from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.utils.crypto import constant_time_compare, salted_hmac

DAYS = 90
ACCOUNTS = 5  # that one browser remembers
MINUTES_WAITING = 10


def read(request: HttpRequest, name: str, seconds: int) -> Any:
    """Return what stands in a cookie of ours that is not older; an empty dictionary for any other."""
    try:
        value = signing.loads(request.COOKIES.get(name, ""), salt=name, max_age=seconds)
    except signing.BadSignature:
        return {}
    return value


def write(response: HttpResponse, name: str, value: Any, seconds: int) -> None:
    response.set_cookie(
        name,
        signing.dumps(value, salt=name),
        max_age=seconds,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )


# Known -----------------------------------------------------------------------------------------------


def fingerprint(user: User, number: str) -> str:
    """Return what ends with the password: a browser is known by the one that it signed in with."""
    return salted_hmac("accounts.browsers", number + user.password).hexdigest()[:32]


def remember(request: HttpRequest, response: HttpResponse, user: User) -> None:
    """Let the browser keep that this account signed in with it, all steps included."""
    name, seconds = settings.KNOWN_BROWSER_COOKIE_NAME, DAYS * 24 * 3600
    number = secrets.token_urlsafe(12)
    known = read(request, name, seconds)
    known.pop(str(user.pk), None)
    known[str(user.pk)] = [number, fingerprint(user, number), int(time.time())]
    write(response, name, dict(list(known.items())[-ACCOUNTS:]), seconds)
    if settings.WAITING_COOKIE_NAME in request.COOKIES:
        response.delete_cookie(settings.WAITING_COOKIE_NAME, samesite="Lax")


def known(request: HttpRequest, username: str) -> str:
    """Return the number of this browser for an account that signed in with it, or nothing."""
    seconds = DAYS * 24 * 3600
    kept = read(request, settings.KNOWN_BROWSER_COOKIE_NAME, seconds)
    user = User.objects.filter(username=username).first() if kept else None
    number, mark, since = kept.get(str(user.pk), ("", "", 0)) if user else ("", "", 0)
    if not user or time.time() - since > seconds:
        return ""
    return str(number) if constant_time_compare(mark, fingerprint(user, number)) else ""


# Waiting ---------------------------------------------------------------------------------------------


def waiting_since(request: HttpRequest, place: str) -> float:
    """Return since when this browser waits to try an account from a network, 0 where it does not."""
    kept = read(request, settings.WAITING_COOKIE_NAME, MINUTES_WAITING * 60)
    return float(kept.get(place, 0)) if kept else 0


def wait(response: HttpResponse, place: str) -> None:
    """Let the browser keep that it waits from now on: the database keeps nothing of attempts refused."""
    write(response, settings.WAITING_COOKIE_NAME, {place: time.time()}, MINUTES_WAITING * 60)
