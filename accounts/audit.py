"""The audit log: what happened, by whom, from where. Never a password, a code or what was searched."""

import ipaddress
import logging
import re
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from django.conf import settings
from django.contrib.auth.models import Permission, User
from django.db import transaction
from django.db.models import Manager
from django.forms import ModelForm
from django.http import HttpRequest

from .models import Entry

logger = logging.getLogger(__name__)
What = Entry.What
# Proxies write “192.0.2.1:567” and “[2001:db8::1]:443” as well.
WITH_PORT = re.compile(r"\A(?:\[([^\]]*+)\](?::\d+)?|([\d.]++):\d+)")
LONGEST_ADDRESS = 100
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
    said = request.headers.get("X-Forwarded-For", "").rpartition(",")[2] if settings.BEHIND_PROXY else ""
    return network_address(said) or network_address(str(request.META.get("REMOTE_ADDR", "")))


def network_address(text: str) -> str:
    """Return an address as it is usually written, without its port or interface; empty where it is none."""
    if len(text) > LONGEST_ADDRESS:
        return ""
    text = text.strip()
    if found := WITH_PORT.fullmatch(text):
        text = found[1] or found[2] or ""
    try:
        # What follows “%” names an interface of another machine, in as many letters as anybody likes.
        address = ipaddress.ip_address(text.partition("%")[0])
    except ValueError:
        return ""
    return str(getattr(address, "ipv4_mapped", None) or address)


def record(what: Entry.What, subject: object = "", detail: str = "", actor: User | str | None = None) -> None:
    """Add an entry to the log, and a line to standard output once it is certain."""
    request = current_request.get()
    if actor is None:
        actor = request.user if request and request.user.is_authenticated else ""
    entry = Entry.objects.create(
        what=what,
        actor=str(actor)[:150],
        actor_number=actor.pk if isinstance(actor, User) else None,
        subject=str(subject)[:200],
        subject_number=subject.pk if isinstance(subject, User) else None,
        detail=detail,
        address=client_address(request) if request else "",
    )
    values = {name: getattr(entry, name) for name in ("actor", "subject", "detail", "address")}
    line = " ".join([str(what), *(f"{name}={value!r}" for name, value in values.items() if value)])
    transaction.on_commit(lambda: logger.info(line))


def known_account(username: str) -> User | str:
    """Return the account that was meant; an empty text for other texts, which may be a password."""
    return User.objects.filter(username__iexact=username).first() or ""


def change_of(form: ModelForm[Any], name: str) -> str:
    """Return what the log says of a field that a form changed: for what names an account, the old and new."""
    if name not in ("username", "email", "name"):
        return name
    return f"{name}: “{form.initial.get(name, '')}” → “{form.cleaned_data.get(name, '')}”"


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
