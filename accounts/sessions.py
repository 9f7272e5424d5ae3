"""The sessions of an account: who is signed in, since when and from where. Nobody is shown their keys."""

import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from django.contrib.auth import SESSION_KEY
from django.contrib.auth.models import User
from django.contrib.sessions.models import Session
from django.db import transaction
from django.http import HttpRequest
from django.utils import timezone

from . import audit

# What a session remembers.
STARTED_AT, LAST_USED_AT, RIGHTS, ADDRESS = "began", "seen", "rights", "address"


@dataclass(frozen=True)
class SignedIn:
    """A session, as people are shown it."""

    key: str
    since: datetime | None
    used: datetime | None
    address: str


def begin(request: HttpRequest) -> None:
    """Note in a new session when and from where it began."""
    request.session[STARTED_AT] = time.time()
    request.session[ADDRESS] = audit.client_address(request)


def of(user: User) -> Iterator[SignedIn]:
    """Yield the sessions of an account that have not ended, the last used first."""
    for session in Session.objects.filter(expire_date__gt=timezone.now()).order_by("-expire_date").iterator():
        data = session.get_decoded()
        if data.get(SESSION_KEY) == str(user.pk):
            since, used = moment(data.get(STARTED_AT)), moment(data.get(LAST_USED_AT))
            yield SignedIn(session.session_key, since, used, data.get(ADDRESS, ""))


def moment(seconds: float | None) -> datetime | None:
    return datetime.fromtimestamp(seconds, timezone.get_current_timezone()) if seconds else None


@transaction.atomic
def end(user: User, except_key: str | None = None) -> int:
    """End the sessions of an account, but for one; return how many."""
    keys = [session.key for session in of(user) if session.key != except_key]
    count, _of_each = Session.objects.filter(session_key__in=keys).delete()
    if count:
        audit.record(audit.What.SESSIONS_ENDED, user, str(count))
    return count
