"""The pages of the second factor: setting it up, making new recovery codes, taking it away."""

from typing import Any

import django_otp
from django.contrib import admin, messages
from django.contrib.auth.models import User
from django.contrib.auth.views import redirect_to_login
from django.core.signing import BadSignature, TimestampSigner
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_protect
from django.views.decorators.debug import sensitive_post_parameters
from django_otp.util import random_hex

from . import reauthentication, second_factor
from .forms import CodeForm, SetUpForm
from .models import RecoveryCodes
from .views import told_to_wait

SECONDS_SINCE_PASSWORD = 300
SECONDS_FOR_SEED = 600


@never_cache
@csrf_protect
@sensitive_post_parameters()
def manage_second_factor(request: HttpRequest) -> HttpResponse:
    """Set up the second factor; once there is one, make new recovery codes or take it away."""
    user = request.user
    if not (user.is_authenticated and second_factor.may_set_up(request)):
        return redirect_to_login(request.get_full_path(), "admin:login")
    if not second_factor.authenticator(user):
        return set_up(request, user)
    form = CodeForm(request.POST or None, user=user, request=request)
    if not form.is_valid():
        codes = RecoveryCodes.objects.filter(user=user).first()
        context = {"form": form, "left": len(codes.hashes) if codes else 0}
        response = render_page(request, "accounts/second_factor.html", context)
        return told_to_wait(response, form)
    if "renew" in request.POST:
        return show_recovery_codes(request, user)
    second_factor.remove(user)
    messages.success(request, _("The second factor was taken away from your account."))
    return redirect("admin:second_factor")


def set_up(request: HttpRequest, user: User) -> HttpResponse:
    """Show a seed to who gave the password a moment ago, and take the code that comes of it."""
    signer = seed_signer(request, user)
    if request.method == "POST":
        try:
            seed = request.POST.get("seed", "")
            key = signer.unsign(seed, max_age=SECONDS_FOR_SEED)
        except BadSignature:
            sentence = _("This picture was too old. Delete it in your authenticator and scan the new one.")
            messages.warning(request, sentence)
            return redirect("admin:second_factor")
    elif reauthentication.is_proven(request, SECONDS_SINCE_PASSWORD):
        key = random_hex(20)
        seed = signer.sign(key)
    else:
        return redirect_to_login(request.get_full_path(), reverse("admin:confirm_password"))
    device = second_factor.new_authenticator(user, key)
    form = SetUpForm(request.POST or None, user=user, request=request, new_device=device)
    if form.is_valid():
        request.session.cycle_key()
        django_otp.login(request, form.device)
        return show_recovery_codes(request, user)
    context = {
        "form": form,
        "seed": seed,
        "picture": second_factor.qr_code(device),
        "secret": second_factor.secret(device),
    }
    return told_to_wait(render_page(request, "accounts/set_up.html", context), form)


def seed_signer(request: HttpRequest, user: User) -> TimestampSigner:
    """Return what signs a seed for this session and this password alone.

    The seed travels with the form, and is in no table before it is confirmed. Each page has another, so that
    who saw one knows nothing of the one that the owner confirms.
    """
    salt = ("accounts.seed", request.session.session_key or "", user.get_session_auth_hash())
    return TimestampSigner(salt=" ".join(salt))


def show_recovery_codes(request: HttpRequest, user: User) -> HttpResponse:
    """Show ten new codes, once."""
    had_others = RecoveryCodes.objects.filter(user=user).exists()
    context = {"codes": second_factor.make_recovery_codes(user), "had_others": had_others}
    return render_page(request, "accounts/recovery_codes.html", context)


def render_page(request: HttpRequest, template: str, context: dict[str, Any]) -> HttpResponse:
    page = {"title": _("Second factor"), "is_nav_sidebar_enabled": False}
    return render(request, template, context | admin.site.each_context(request) | page)
