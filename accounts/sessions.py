"""The sessions of an account: who is signed in, since when and from where. Nobody is shown their keys."""

from collections.abc import Iterator

from django.contrib.auth import SESSION_KEY
from django.contrib.auth.models import User
from django.contrib.sessions.models import Session
from django.utils import timezone


def of(user: User) -> Iterator[Session]:
    """Yield the sessions of an account that have not ended: what they hold says whose they are."""
    for session in Session.objects.filter(expire_date__gt=timezone.now()).order_by("-expire_date").iterator():
        if session.get_decoded().get(SESSION_KEY) == str(user.pk):
            yield session


def end(user: User, except_key: str | None = None) -> int:
    """End the sessions of an account, but for one; return how many."""
    keys = [session.session_key for session in of(user) if session.session_key != except_key]
    return Session.objects.filter(session_key__in=keys).delete()[0]
