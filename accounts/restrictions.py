"""What keeps an account from the admin for a while: another administrator's word, or a password of its own.

With TWO_ADMINISTRATORS nobody makes an account, or takes one over, to do with it what they may not do: what
one administrator gives, another confirms.
"""

from django.conf import settings
from django.contrib.auth.models import AnonymousUser, User
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from . import audit, sessions
from .models import Restriction

CONFIRMATION, PASSWORD = Restriction.Kind.CONFIRMATION, Restriction.Kind.PASSWORD
CONFIRM = gettext_lazy("Confirm what another administrator gave")  # the action of the list of accounts
# Where a user object, which lives as long as its request, remembers what kinds() answered.
ANSWER = "_restrictions"


def kinds(user: User | AnonymousUser) -> set[str]:
    """Return what keeps an account from the admin; the database is asked once a request."""
    if not isinstance(user, User):
        return set()
    if not hasattr(user, ANSWER):
        setattr(user, ANSWER, set(user.restrictions.values_list("kind", flat=True)))
    found: set[str] = getattr(user, ANSWER)
    return found


def waits(user: User | AnonymousUser) -> bool:
    """Return whether an account waits until another administrator has confirmed what one has given it."""
    return CONFIRMATION in kinds(user)


def refuse_who_waits(user: User) -> None:
    """Tell who gave the right password that the account waits. Raises ValidationError."""
    if waits(user):
        raise ValidationError(
            _("This account waits until another administrator of the portal confirms it."), code="waits"
        )


def must_change_password(user: User | AnonymousUser) -> bool:
    return PASSWORD in kinds(user)


def explained(user: User) -> str:
    """Return what keeps an account from the admin, by whom and since when, and how it is let in."""
    said = "; ".join(map(str, user.restrictions.all()))
    if not waits(user):
        return said
    way = _("Another administrator confirms it in the list of users, with the action “%s”.")
    return f"{said}. {way % CONFIRM}"


def restrict(user: User, kind: Restriction.Kind, actor: User | None) -> bool:
    """Keep an account from the admin; return whether this was new."""
    by = {"by": actor.get_username()} if actor else {}
    number = actor.pk if actor else 0
    _row, is_new = Restriction.objects.get_or_create(user=user, kind=kind, by_number=number, defaults=by)
    return is_new


@transaction.atomic
def let_wait(user: User) -> None:
    """Let an account wait for another administrator, where two are asked for, and end its sessions.

    For what an administrator gave it in the admin: who may use the commands can do anything.
    """
    request = audit.current_request.get()
    actor = request.user if request else None
    if not (settings.TWO_ADMINISTRATORS and isinstance(actor, User)):
        return
    if restrict(user, CONFIRMATION, actor):
        audit.record(audit.What.WAITS, user)
    sessions.end(user)


@transaction.atomic
def let_change_password(user: User) -> None:
    """Let an account change at its next sign-in the password that somebody else knows."""
    request = audit.current_request.get()
    restrict(user, PASSWORD, request.user if request and isinstance(request.user, User) else None)


@transaction.atomic
def confirm(user: User, actor: User | None) -> bool:
    """Confirm what others than `actor` gave an account; return whether it still waits.

    None is a command: it confirms all. Nobody confirms what is theirs, be it the account or the gift.
    """
    rows = user.restrictions.filter(kind=CONFIRMATION)
    if actor:
        rows = rows.none() if actor.pk == user.pk else rows.exclude(by_number=actor.pk)
    if rows.delete()[0]:
        audit.record(audit.What.CONFIRMED, user)
    return user.restrictions.filter(kind=CONFIRMATION).exists()
