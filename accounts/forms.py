"""Signing in: name and password, and then the code of the second factor."""

import math
import time
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
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

from . import audit, hashing, restrictions, second_factor
from .throttling import Attempt

LONG = 120  # seconds; what takes longer is told as a time of the day
WRONG_CODES = "wrong codes"  # in the session, while a second factor is set up


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


def too_busy() -> ValidationError:
    """Return the error that says that others take up what the portal does at once; nothing was compared."""
    sentence = ngettext(
        "Too many people are signing in just now. Nothing was checked: try again in %(seconds)d second.",
        "Too many people are signing in just now. Nothing was checked: try again in %(seconds)d seconds.",
        hashing.Busy.SECONDS,
    )
    return ValidationError(sentence, code="busy", params={"seconds": hashing.Busy.SECONDS})


class ThrottlingFormMixin:
    """What asks for a password or a code: an attempt is taken before anything is compared."""

    seconds_to_wait = 0
    # Where the browser has to come back to after a while; see browsers.wait()
    place = ""

    @contextmanager
    def attempt(self, username: str, request: HttpRequest, by_stranger: bool = False) -> Iterator[Attempt]:
        """Make the one attempt that this form is. Raises ValidationError with the time to wait."""
        attempt = Attempt(username, request)
        try:
            with hashing.seat() if by_stranger and not attempt.own else nullcontext():
                self.seconds_to_wait = attempt.begin()
                if self.seconds_to_wait:
                    self.place = attempt.place if attempt.has_to_come_back else ""
                    raise too_many_attempts(self.seconds_to_wait)
                yield attempt
        except hashing.Busy:
            attempt.give_back()
            self.seconds_to_wait = hashing.Busy.SECONDS
            raise too_busy() from None


class SignInForm(ThrottlingFormMixin, AdminAuthenticationForm):
    """The first step: name and password."""

    request: HttpRequest

    def clean(self) -> dict[str, Any]:
        username, password = self.cleaned_data.get("username"), self.cleaned_data.get("password")
        if not (username and password):
            return self.cleaned_data
        with self.attempt(username, self.request, by_stranger=True) as attempt:
            try:
                super().clean()
                restrictions.refuse_who_waits(self.get_user())
            except ValidationError:
                audit.record(audit.What.SIGN_IN_FAILED, audit.known_account(username))
                raise
            forgive(attempt, self.get_user())
        return self.cleaned_data


def forgive(attempt: Attempt, user: User) -> None:
    """Take back an attempt that was right; only the whole of signing in forgives the failures before it."""
    if second_factor.authenticator(user):
        attempt.give_back()
    else:
        attempt.succeed()


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
        with self.attempt(self.user.get_username(), self.request) as attempt:
            if not self.user.check_password(password):
                audit.record(audit.What.PASSWORD_FAILED, self.user)
                raise ValidationError(_("This is not your password. Give the one with which you signed in."))
            forgive(attempt, self.user)
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
        with self.attempt(self.user.get_username(), self.request) as attempt:
            self.seconds_to_wait = self.wait_for(code)
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

    def wait_for(self, code: str) -> int:
        """Return how long a code like this is not looked at after wrong ones."""
        return second_factor.seconds_to_wait(second_factor.device_for(self.user, code)[0])

    def verify(self, code: str) -> Device | None:
        return second_factor.verify(self.user, code)


class SetUpForm(CodeForm):
    """The first code of an authenticator that an account is setting up."""

    def __init__(self, *args: Any, new_device: Device, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.new_device = new_device

    def wait_for(self, _code: str) -> int:
        count, last = self.request.session.get(WRONG_CODES, (0, 0.0))
        wait = last + min(2 ** (count - 1), LONG) - time.time() if count else 0
        return max(0, math.ceil(wait))

    def verify(self, code: str) -> Device | None:
        count, _last = self.request.session.pop(WRONG_CODES, (0, 0.0))
        if second_factor.confirm(self.new_device, "".join(code.split())):
            return self.new_device
        self.request.session[WRONG_CODES] = count + 1, time.time()
        return None
