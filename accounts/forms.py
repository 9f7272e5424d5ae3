"""Signing in: name and password, and then the code of the second factor."""

from datetime import timedelta
from typing import Any

from django import forms
from django.contrib.admin.forms import AdminAuthenticationForm
from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from django_otp.models import Device

from . import audit, restrictions, second_factor
from .throttling import Attempt

LONG = 120  # seconds; what takes longer is told as a time of the day


def one_moment(seconds: int) -> ValidationError:
    """Return the error that says how long no code is taken, a right one neither; it was not looked at."""
    if seconds > LONG:
        return too_many_attempts(seconds)
    sentence = ngettext(
        "After a wrong code the portal takes no other for a moment. Wait %(seconds)d second and try again.",
        "After a wrong code the portal takes no other for a moment. Wait %(seconds)d seconds and try again.",
        seconds,
    )
    return ValidationError(sentence, code="slowed", params={"seconds": seconds})


def too_many_attempts(seconds: int) -> ValidationError:
    """Return the error that says when one may try again."""
    if seconds <= LONG:
        sentence = ngettext(
            "Too many attempts have failed. You can try again in %(seconds)d second.",
            "Too many attempts have failed. You can try again in %(seconds)d seconds.",
            seconds,
        )
        return ValidationError(sentence, code="slowed", params={"seconds": seconds})
    moment = timezone.localtime(timezone.now() + timedelta(seconds=seconds))
    return ValidationError(
        _("Too many attempts have failed. You can try again on %(date)s at %(time)s."),
        code="slowed",
        params={"date": date_format(moment, "DATE_FORMAT"), "time": date_format(moment, "TIME_FORMAT")},
    )


class ThrottlingFormMixin:
    """What both steps share: an attempt is taken before anything is compared, so that none slips past."""

    seconds_to_wait = 0

    def begin_attempt(self, username: str, request: HttpRequest) -> Attempt:
        """Return the attempt that this form is. Raises ValidationError with the time to wait."""
        attempt = Attempt(username, audit.client_address(request))
        self.seconds_to_wait = attempt.begin()
        if self.seconds_to_wait:
            raise too_many_attempts(self.seconds_to_wait)
        return attempt


class SignInForm(ThrottlingFormMixin, AdminAuthenticationForm):
    """The first step: name and password."""

    request: HttpRequest

    def clean(self) -> dict[str, Any]:
        username, password = self.cleaned_data.get("username"), self.cleaned_data.get("password")
        if not (username and password):
            return self.cleaned_data
        attempt = self.begin_attempt(username, self.request)
        try:
            super().clean()
            restrictions.refuse_who_waits(self.get_user())
        except ValidationError:
            audit.record(audit.What.SIGN_IN_FAILED, audit.known_account(username))
            raise
        # Only the whole of signing in forgives the failures before it.
        if second_factor.authenticator(self.get_user()):
            attempt.give_back()
        else:
            attempt.succeed()
        return self.cleaned_data


class AccountForm(ThrottlingFormMixin, forms.Form):
    """What asks the account of `user` for what it knows or has."""

    def __init__(self, *args: Any, user: User, request: HttpRequest, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user
        self.request = request

    def get_user(self) -> User:
        return self.user


class ConfirmPasswordForm(AccountForm):
    """The password of who is signed in, asked again before what would make a stolen session last."""

    password = forms.CharField(
        label=_("Your password"),
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )

    def clean_password(self) -> str:
        password: str = self.cleaned_data["password"]
        attempt = self.begin_attempt(self.user.get_username(), self.request)
        if not self.user.check_password(password):
            audit.record(audit.What.PASSWORD_FAILED, self.user)
            raise ValidationError(_("This is not your password. Give the one with which you signed in."))
        if second_factor.authenticator(self.user):
            attempt.give_back()  # as in the first step of signing in
        else:
            attempt.succeed()
        return password


class CodeForm(AccountForm):
    """A code of the second factor, for the account of `user`; afterwards `device` says which took it."""

    code = forms.CharField(
        label=_("Code"),
        max_length=40,
        widget=forms.TextInput(
            attrs={"autocomplete": "one-time-code", "autocapitalize": "none", "spellcheck": "false"}
        ),
    )

    device: Device | None = None

    def clean_code(self) -> str:
        code: str = self.cleaned_data["code"]
        attempt = self.begin_attempt(self.user.get_username(), self.request)
        self.seconds_to_wait = second_factor.seconds_to_wait(self.device_for(code))
        if self.seconds_to_wait:
            attempt.give_back()
            raise one_moment(self.seconds_to_wait)
        self.device = self.verify(code)
        if not self.device:
            audit.record(audit.What.CODE_FAILED, self.user)
            raise ValidationError(
                _("This code is not right, or was used before. Wait for the next one and try again.")
            )
        attempt.succeed()
        return code

    def device_for(self, code: str) -> Device | None:
        """Return the device that a code of this form belongs to."""
        return second_factor.device_for(self.user, code)[0]

    def verify(self, code: str) -> Device | None:
        return second_factor.verify(self.user, code)


class ConfirmForm(CodeForm):
    """The first code of an authenticator that an account is setting up."""

    def __init__(self, *args: Any, user: User, request: HttpRequest, **kwargs: Any) -> None:
        super().__init__(*args, user=user, request=request, **kwargs)
        self.new_device = second_factor.new_authenticator(user)

    def device_for(self, _code: str) -> Device | None:
        return self.new_device

    def verify(self, code: str) -> Device | None:
        return second_factor.confirm(self.user, self.new_device, "".join(code.split()))
