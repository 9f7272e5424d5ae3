"""Setting a password: each is recorded where it is saved, in the same transaction."""

from typing import Any

from django.contrib.admin.forms import AdminPasswordChangeForm as OldAndNewPasswordForm
from django.contrib.auth.forms import AdminPasswordChangeForm, SetPasswordMixin
from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from . import audit, restrictions
from .forms import ThrottlingFormMixin, forgive


class RecordedPasswordMixin(SetPasswordMixin):  # type: ignore[type-arg] # it takes none at run time
    """A form that sets a password, whoever sends it."""

    @transaction.atomic
    def set_password_and_save(self, user: User, *args: Any, **kwargs: Any) -> User:
        super().set_password_and_save(user, *args, **kwargs)
        audit.record(audit.What.PASSWORD, user)
        return user


class OwnPasswordForm(ThrottlingFormMixin, RecordedPasswordMixin, OldAndNewPasswordForm):
    """One's own new password, for which the old one is asked, as at signing in."""

    def __init__(self, *args: Any, request: HttpRequest, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.request = request

    def clean_old_password(self) -> str:
        with self.attempt(self.user.get_username(), self.request) as attempt:
            try:
                password = super().clean_old_password()
            except ValidationError:
                audit.record(audit.What.PASSWORD_FAILED, self.user)
                raise
            forgive(attempt, self.user)
        return str(password)

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        if data.get("new_password1") and data.get("new_password1") == data.get("old_password"):
            self.add_error("new_password1", _("This is the old password. Choose another one."))
        return data

    @transaction.atomic
    def save(self, commit: bool = True) -> User:
        user: User = super().save(commit)
        user.restrictions.filter(kind=restrictions.PASSWORD).delete()
        return user


class GivenPasswordForm(RecordedPasswordMixin, AdminPasswordChangeForm):  # type: ignore[type-arg] # likewise
    """A password that somebody else chooses for an account, which is to choose another then."""

    @transaction.atomic
    def save(self, commit: bool = True) -> User:
        user: User = super().save(commit)
        if user.has_usable_password():
            restrictions.let_change_password(user)
            restrictions.let_wait(user)
        return user
