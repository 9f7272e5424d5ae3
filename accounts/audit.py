"""The audit log: what happened, by whom, from where. Never a password, a code or what was searched."""

import ipaddress
import logging
from contextlib import contextmanager
from contextvars import ContextVar

from django.conf import settings
from django.contrib.auth.models import User
from django.db import transaction

from .models import Entry

logger = logging.getLogger(__name__)
What = Entry.What
current = ContextVar("request in hand", default=None)


@contextmanager
def during(request):
    """Let what is recorded meanwhile say who asked for it, and from where."""
    token = current.set(request)
    try:
        yield
    finally:
        current.reset(token)


def address_of(request):
    """Give the network address that the request comes from; behind a proxy, what the proxy says last."""
    if settings.BEHIND_PROXY:
        last = request.headers.get("X-Forwarded-For", "").rpartition(",")[2].strip()
        try:
            return str(ipaddress.ip_address(last))
        except ValueError:
            pass  # The proxy says nothing that is an address.
    return request.META.get("REMOTE_ADDR", "")


def record(what, subject="", detail="", actor=None):
    """Add an entry to the log, and a line to standard output once it is certain."""
    request = current.get()
    if actor is None:
        actor = request.user.get_username() if request else ""
    entry = Entry.objects.create(
        what=what,
        actor=actor,
        subject=str(subject)[:200],
        detail=detail,
        address=address_of(request) if request else "",
    )
    said = {name: getattr(entry, name) for name in ("actor", "subject", "detail", "address")}
    line = " ".join([str(what), *(f"{name}={value!r}" for name, value in said.items() if value)])
    transaction.on_commit(lambda: logger.info(line))


def known(username):
    """Give the name of the account that was meant; nothing for other texts, which may be a password."""
    return User.objects.filter(username__iexact=username).values_list("username", flat=True).first() or ""


# Rights ----------------------------------------------------------------------------------------------


def rights(user):
    """Give what an account holds, as `{(kind, name)}`."""
    held = {("role", name) for name in user.groups.values_list("name", flat=True)}
    held |= {("right", name) for name in permissions(user.user_permissions)}
    flags = {"superuser": user.is_superuser, "staff": user.is_staff}
    held |= {("right", name) for name, is_held in flags.items() if is_held}
    return held | ({("active", "")} if user.is_active else set())


def permissions(chosen):
    names = chosen.order_by().values_list("content_type__app_label", "codename")
    return {f"{app}.{codename}" for app, codename in names}


def record_rights(subject, before, after):
    """Record what was given to `subject` and what was taken away."""
    given = {"role": What.ROLE_GIVEN, "right": What.RIGHT_GIVEN, "active": What.ACTIVATED}
    taken = {"role": What.ROLE_TAKEN, "right": What.RIGHT_TAKEN, "active": What.DEACTIVATED}
    for what, difference in ((given, after - before), (taken, before - after)):
        for kind, name in sorted(difference):
            record(what[kind], subject, name)
