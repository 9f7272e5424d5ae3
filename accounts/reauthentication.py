"""Asking for the password again, before what would make a stolen session permanent (OWASP ASVS 5, 7.5).

Who signed in or gave the password a short while ago is not asked. A form that was opened in that time can be
sent for a while longer, so that nothing typed is lost.
"""

import time
from typing import Any

from django.contrib import admin
from django.contrib.auth.models import User
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_protect
from django.views.decorators.debug import sensitive_post_parameters

from . import second_factor
from .forms import CodeForm, ConfirmPasswordForm
from .patience import READING
from .sessions import STARTED_AT
from .views import told_to_wait

PROVEN_AT, OPENED_AT = "proven", "opened"  # in the session
FRESH = 15 * 60
TO_BE_SENT = 30 * 60


class ProofForm(ConfirmPasswordForm, CodeForm):
    """The password, and the code where the account has a second factor."""

    field_order = ("password", "code")

    def __init__(self, *args: Any, user: User, request: HttpRequest, **kwargs: Any) -> None:
        super().__init__(*args, user=user, request=request, **kwargs)
        if not second_factor.authenticator(user):
            del self.fields["code"]

    def clean_code(self) -> str:
        """Look at the code only with the right password: it serves once."""
        return super().clean_code() if "password" in self.cleaned_data else ""


def ask(request: HttpRequest) -> HttpResponse | None:
    """Return the way to the page that asks for the password, or None where it was given a moment ago."""
    now, session = time.time(), request.session
    is_reading = request.method in READING
    if is_proven(request, FRESH):
        if is_reading:
            session[OPENED_AT] = now
        return None
    if not is_reading and now - session.get(OPENED_AT, 0) <= TO_BE_SENT:
        return None
    # What was sent to a page without a form of its own, a button, can be pressed there again.
    page = request.get_full_path() if is_reading or request.resolver_match is None else back_to(request)
    return redirect_to_login(page, reverse("admin:confirm_password"))


def is_proven(request: HttpRequest, seconds: int) -> bool:
    """Return whether the password was given so short a while ago, here or at signing in."""
    proven_at: float = request.session.get(PROVEN_AT, request.session.get(STARTED_AT, 0))
    return time.time() - proven_at <= seconds


def back_to(request: HttpRequest) -> str:
    """Return the page that a form was sent from, where that is one of ours; else where it was sent to."""
    page = request.headers.get("Referer", "")
    is_ours = url_has_allowed_host_and_scheme(page, {request.get_host()}, request.is_secure())
    return page if is_ours else request.get_full_path()


@never_cache
@csrf_protect
@sensitive_post_parameters()
def confirm_password(request: HttpRequest) -> HttpResponse:
    """Ask for the password, and the code where there is one; then go where one wanted to go."""
    user = request.user
    # Who has yet to set up a second factor gives the password as well, and comes no further than that.
    if not (user.is_authenticated and second_factor.may_set_up(request)):
        return redirect_to_login(request.get_full_path(), "admin:login")
    form = ProofForm(request.POST or None, user=user, request=request)
    goal = request.POST.get("next", request.GET.get("next", ""))
    if not url_has_allowed_host_and_scheme(goal, {request.get_host()}, request.is_secure()):
        goal = reverse("admin:index")
    if form.is_valid():
        request.session[PROVEN_AT] = time.time()
        request.session.cycle_key()
        return HttpResponseRedirect(goal)
    context = admin.site.each_context(request) | {
        "title": _("Your password, once more"),
        "is_nav_sidebar_enabled": False,
        "form": form,
        "next": goal,
    }
    response = render(request, "accounts/confirm_password.html", context)
    return told_to_wait(response, form)
