"""The audit log: what happened, by whom, from where. Never a password, a code or what was searched."""

import ipaddress
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from django.conf import settings
from django.contrib.auth.models import Permission, User
from django.db import transaction
from django.db.models import Manager
from django.http import HttpRequest

from .models import Entry

logger = logging.getLogger(__name__)
What = Entry.What
current_request: ContextVar[HttpRequest | None] = ContextVar("current_request", default=None)

# What an account or a role can hold, as (kind, name): a role, a right, or that the account is active.
Grant = tuple[str, str]


@contextmanager
def during(request: HttpRequest) -> Iterator[None]:
    """Let what is recorded meanwhile say who asked for it, and from where."""
    token = current_request.set(request)
    try:
        yield
    finally:
        current_request.reset(token)


def client_address(request: HttpRequest) -> str:
    """Return the network address that the request comes from; behind a proxy, what the proxy says last."""
    if settings.BEHIND_PROXY:
        last = request.headers.get("X-Forwarded-For", "").rpartition(",")[2].strip()
        try:
            return str(ipaddress.ip_address(last))
        except ValueError:
            pass  # The proxy says nothing that is an address.
    return str(request.META.get("REMOTE_ADDR", ""))


def record(what: Entry.What, subject: object = "", detail: str = "", actor: str | None = None) -> None:
    """Add an entry to the log, and a line to standard output once it is certain."""
    request = current_request.get()
    if actor is None:
        actor = request.user.get_username() if request else ""
    entry = Entry.objects.create(
        what=what,
        actor=actor,
        subject=str(subject)[:200],
        detail=detail,
        address=client_address(request) if request else "",
    )
    values = {name: getattr(entry, name) for name in ("actor", "subject", "detail", "address")}
    line = " ".join([str(what), *(f"{name}={value!r}" for name, value in values.items() if value)])
    transaction.on_commit(lambda: logger.info(line))


def known_username(username: str) -> str:
    """Return the name of the account that was meant; nothing for other texts, which may be a password."""
    return User.objects.filter(username__iexact=username).values_list("username", flat=True).first() or ""


# Rights ----------------------------------------------------------------------------------------------


def grants(user: User) -> set[Grant]:
    """Return what an account holds."""
    held = {("role", name) for name in user.groups.values_list("name", flat=True)}
    held |= {("right", name) for name in permission_names(user.user_permissions)}
    flags = {"superuser": user.is_superuser, "staff": user.is_staff}
    held |= {("right", name) for name, is_held in flags.items() if is_held}
    return held | ({("active", "")} if user.is_active else set())


def permission_names(permissions: Manager[Permission]) -> set[str]:
    names = permissions.order_by().values_list("content_type__app_label", "codename")
    return {f"{app}.{codename}" for app, codename in names}


def record_grants(subject: object, before: set[Grant], after: set[Grant]) -> None:
    """Record what was given to `subject` and what was taken away."""
    given = {"role": What.ROLE_GIVEN, "right": What.RIGHT_GIVEN, "active": What.ACTIVATED}
    taken = {"role": What.ROLE_TAKEN, "right": What.RIGHT_TAKEN, "active": What.DEACTIVATED}
    for what, difference in ((given, after - before), (taken, before - after)):
        for kind, name in sorted(difference):
            record(what[kind], subject, name)
