"""Setting a password: each is recorded where it is saved, in the same transaction."""

from typing import Any

from django.contrib.admin.forms import AdminPasswordChangeForm as OldAndNewPasswordForm
from django.contrib.auth.forms import AdminPasswordChangeForm, SetPasswordMixin
from django.contrib.auth.models import User
from django.db import transaction

from . import audit


class RecordedPasswordMixin(SetPasswordMixin):  # type: ignore[type-arg] # it takes none at run time
    """A form that sets a password, whoever sends it."""

    @transaction.atomic
    def set_password_and_save(self, user: User, *args: Any, **kwargs: Any) -> User:
        super().set_password_and_save(user, *args, **kwargs)
        audit.record(audit.What.PASSWORD, user)
        return user


class OwnPasswordForm(RecordedPasswordMixin, OldAndNewPasswordForm):
    """One's own new password, for which the old one is asked."""


class GivenPasswordForm(RecordedPasswordMixin, AdminPasswordChangeForm):  # type: ignore[type-arg] # likewise
    """A password that somebody else chooses for an account."""
