"""Signing in: name and password, and then the code of the second factor."""

from datetime import timedelta

from django import forms
from django.contrib.admin.forms import AdminAuthenticationForm
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from . import audit, second_factor
from .throttling import Attempt


def too_many(seconds):
    """Give the sentence that says when one may try again."""
    if seconds <= 120:
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


class Slowed:
    """What both steps share: an attempt is taken before anything is compared, so that none slips past."""

    wait = 0

    def begin(self, username):
        """Give the attempt that this form is. Raises ValidationError with the time to wait."""
        attempt = Attempt(username, audit.address_of(self.request))
        self.wait = attempt.begin()
        if self.wait:
            raise too_many(self.wait)
        return attempt


class SignInForm(Slowed, AdminAuthenticationForm):
    """The first step: name and password."""

    def clean(self):
        username, password = self.cleaned_data.get("username"), self.cleaned_data.get("password")
        if not (username and password):
            return self.cleaned_data
        attempt = self.begin(username)
        try:
            super().clean()
        except ValidationError:
            audit.record(audit.What.SIGN_IN_FAILED, audit.known(username))
            raise
        # Only the whole of signing in forgives the failures before it.
        attempt.give_back() if second_factor.authenticator(self.user_cache) else attempt.succeed()
        return self.cleaned_data


class CodeForm(Slowed, forms.Form):
    """A code of the second factor, for the account of `user`; afterwards `device` says which took it."""

    code = forms.CharField(
        label=_("Code"),
        max_length=40,
        widget=forms.TextInput(
            attrs={"autocomplete": "one-time-code", "autocapitalize": "none", "spellcheck": "false"}
        ),
    )

    def __init__(self, *args, user, request, **kwargs):
        super().__init__(*args, **kwargs)
        self.user = user
        self.request = request
        self.device = None

    def get_user(self):
        return self.user

    def clean_code(self):
        code = self.cleaned_data["code"]
        attempt = self.begin(self.user.get_username())
        device, _code = second_factor.device_for(self.user, code)
        self.wait = second_factor.seconds_to_wait(device)
        if self.wait:
            attempt.give_back()
            raise too_many(self.wait)
        self.device = self.verify(code)
        if not self.device:
            audit.record(audit.What.CODE_FAILED, self.user)
            raise ValidationError(
                _("This code is not right, or was used before. Wait for the next one and try again.")
            )
        attempt.succeed()
        return code

    def verify(self, code):
        return second_factor.verify(self.user, code)


class ConfirmForm(CodeForm):
    """The first code of an authenticator that an account is setting up."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.new = second_factor.new_authenticator(self.user)

    def verify(self, code):
        return second_factor.confirm(self.user, self.new, "".join(code.split()))
