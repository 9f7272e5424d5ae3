"""The pages of signing in: the two steps, and changing the password."""

import time
from typing import Any

import django_otp
from django.contrib import auth, messages
from django.contrib.auth.forms import AuthenticationForm
from django.contrib.auth.models import User
from django.contrib.auth.views import LoginView, PasswordChangeView, redirect_to_login
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django_otp.models import Device

from . import audit, browsers, second_factor, sessions
from .forms import CodeForm, ThrottlingFormMixin
from .models import RecoveryCodes
from .password_forms import OwnPasswordForm

PENDING = "signing in"
SECONDS_FOR_CODE = 300
FEW = 3


class SignIn(LoginView):
    """The first step; who has a second factor comes no further than the second."""

    def form_valid(self, form: AuthenticationForm) -> HttpResponse:
        user = form.get_user()
        if not second_factor.authenticator(user):
            return enter(self.request, user, self.get_success_url())
        audit.record(audit.What.CODE_ASKED, user, actor="")
        # The hash ends the attempt when the password changes meanwhile.
        self.request.session[PENDING] = [user.pk, user.get_session_auth_hash(), time.time()]
        self.request.session.cycle_key()
        page = reverse("admin:login_code")
        goal = self.get_redirect_url()
        return redirect_to_login(goal, page) if goal else redirect(page)

    def render_to_response(self, context: dict[str, Any], **options: Any) -> HttpResponse:
        """Return the page; where one has to wait, its status and headers say so as well (RFC 6585, 4)."""
        return told_to_wait(super().render_to_response(context, **options), context["form"])


class SignInCode(SignIn):
    """The second step: the code."""

    form_class = CodeForm  # type: ignore[assignment] # all that LoginView asks of it is get_user()
    template_name = "accounts/code.html"
    user: User

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        user = pending(request)
        if not user:
            if request.session.pop(PENDING, None):
                sentence = _("Too much time has passed. Give your name and password again.")
                messages.warning(request, sentence)
            return redirect_to_login(self.get_redirect_url() or reverse("admin:index"), "admin:login")
        self.user = user
        return super().dispatch(request, *args, **kwargs)

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"user": self.user}

    def form_valid(self, form: Any) -> HttpResponse:
        return enter(self.request, form.get_user(), self.get_success_url(), form.device)


class OwnPassword(PasswordChangeView):
    """One's own password: the old one is asked, and slowed down where it is guessed."""

    form_class = OwnPasswordForm

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"request": self.request}

    def form_valid(self, form: Any) -> HttpResponse:
        """Return the way on; the browser stays known, though by the new password."""
        response: HttpResponse = super().form_valid(form)
        browsers.remember(self.request, response, form.user)
        return response

    def render_to_response(self, context: dict[str, Any], **options: Any) -> HttpResponse:
        return told_to_wait(super().render_to_response(context, **options), context["form"])


def told_to_wait(response: HttpResponse, form: ThrottlingFormMixin) -> HttpResponse:
    """Return the response, which says to programs as well that one has to wait, where one has to."""
    if form.seconds_to_wait:
        response.status_code = 429
        response.headers["Retry-After"] = str(form.seconds_to_wait)
    if form.place:
        browsers.wait(response, form.place)
    return response


def pending(request: HttpRequest) -> User | None:
    """Return the account that has given its password and not yet its code, or None."""
    pk, password, since = request.session.get(PENDING, (None, "", 0))
    if time.time() - since > SECONDS_FOR_CODE:
        return None
    user = User.objects.filter(pk=pk, is_active=True, is_staff=True).first()
    return user if user and user.get_session_auth_hash() == password else None


def enter(request: HttpRequest, user: User, goal: str, device: Device | None = None) -> HttpResponse:
    """Begin the session of an account, under a new key and with nothing of what was before."""
    request.session.flush()
    auth.login(request, user)
    sessions.begin(request)
    if device:
        django_otp.login(request, device)
    audit.record(audit.What.SIGNED_IN, user, device.name if device else "", actor=user)
    if isinstance(device, RecoveryCodes):
        audit.record(audit.What.CODE_USED, user)
        tell_codes_left(request, len(device.hashes))
    response = HttpResponseRedirect(goal)
    browsers.remember(request, response, user)
    return response


def tell_codes_left(request: HttpRequest, left: int) -> None:
    sentence = ngettext("You have %d recovery code left.", "You have %d recovery codes left.", left) % left
    if left <= FEW:
        sentence += " " + _("Make new ones on the page “Second factor”.")
    messages.warning(request, sentence)
