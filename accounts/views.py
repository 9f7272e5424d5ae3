"""The pages of signing in: the two steps, and setting up the second factor."""

import time

import django_otp
from django.contrib import admin, auth, messages
from django.contrib.auth.models import User
from django.contrib.auth.views import LoginView, redirect_to_login
from django.http import HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_protect
from django.views.decorators.debug import sensitive_post_parameters

from . import audit, second_factor
from .forms import CodeForm, ConfirmForm
from .models import RecoveryCodes

PENDING = "signing in"
SECONDS_FOR_CODE = 300
FEW = 3


class SignIn(LoginView):
    """The first step; who has a second factor comes no further than the second."""

    def form_valid(self, form):
        user = form.get_user()
        if not second_factor.authenticator(user):
            enter(self.request, user)
            return HttpResponseRedirect(self.get_success_url())
        # The hash ends the attempt when the password changes meanwhile.
        self.request.session[PENDING] = [user.pk, user.get_session_auth_hash(), time.time()]
        self.request.session.cycle_key()
        page = reverse("admin:login_code")
        goal = self.get_redirect_url()
        return redirect_to_login(goal, page) if goal else redirect(page)

    def render_to_response(self, context, **options):
        """Give the page; where one has to wait, its status and headers say so as well (RFC 6585, 4)."""
        response = super().render_to_response(context, **options)
        if wait := context["form"].wait:
            response.status_code = 429
            response.headers["Retry-After"] = str(wait)
        return response


class SignInCode(SignIn):
    """The second step: the code."""

    form_class = CodeForm
    template_name = "accounts/code.html"

    def dispatch(self, request, *args, **kwargs):
        self.user = pending(request)
        if not self.user:
            if request.session.pop(PENDING, None):
                sentence = _("Too much time has passed. Give your name and password again.")
                messages.warning(request, sentence)
            return redirect_to_login(self.get_redirect_url() or reverse("admin:index"), "admin:login")
        return super().dispatch(request, *args, **kwargs)

    def get_form_kwargs(self):
        return super().get_form_kwargs() | {"user": self.user}

    def form_valid(self, form):
        enter(self.request, form.get_user(), form.device)
        return HttpResponseRedirect(self.get_success_url())


def pending(request):
    """Give the account that has given its password and not yet its code, or None."""
    pk, password, since = request.session.get(PENDING, (None, "", 0))
    if time.time() - since > SECONDS_FOR_CODE:
        return None
    user = User.objects.filter(pk=pk, is_active=True, is_staff=True).first()
    return user if user and user.get_session_auth_hash() == password else None


def enter(request, user, device=None):
    """Begin the session of an account, under a new key and with nothing of what was before."""
    request.session.flush()
    request.session.clear_expired()  # those of others, which nobody comes back to
    if device:
        user.otp_device = device
    auth.login(request, user)
    audit.record(audit.What.SIGNED_IN, user, device.name if device else "", actor=user.get_username())
    audit.Entry.objects.expire()
    if isinstance(device, RecoveryCodes):
        audit.record(audit.What.CODE_USED, user)
        tell_codes_left(request, len(device.hashes))


def tell_codes_left(request, left):
    sentence = ngettext("You have %d recovery code left.", "You have %d recovery codes left.", left) % left
    if left <= FEW:
        sentence += " " + _("Make new ones on the page “Second factor”.")
    messages.warning(request, sentence)


@never_cache
@csrf_protect
@sensitive_post_parameters()
def manage_second_factor(request):
    """Set up the second factor; once there is one, make new recovery codes or take it away."""
    if not second_factor.may_set_up(request):
        return redirect_to_login(request.get_full_path(), "admin:login")
    if not second_factor.authenticator(request.user):
        return set_up(request)
    form = CodeForm(request.POST or None, user=request.user, request=request)
    if not form.is_valid():
        codes = RecoveryCodes.objects.filter(user=request.user).first()
        return show(request, "second_factor", form=form, left=len(codes.hashes) if codes else 0)
    if "renew" in request.POST:
        return show_recovery_codes(request)
    second_factor.remove(request.user)
    messages.success(request, _("The second factor was taken away from your account."))
    return redirect("admin:second_factor")


def set_up(request):
    form = ConfirmForm(request.POST or None, user=request.user, request=request)
    if form.is_valid():
        request.session.cycle_key()
        django_otp.login(request, form.device)
        return show_recovery_codes(request)
    picture, secret = second_factor.picture(form.new), second_factor.secret(form.new)
    return show(request, "set_up", form=form, picture=picture, secret=secret)


def show_recovery_codes(request):
    """Show ten new codes, once."""
    had_others = RecoveryCodes.objects.filter(user=request.user).exists()
    codes = second_factor.make_recovery_codes(request.user)
    return show(request, "recovery_codes", codes=codes, had_others=had_others)


def show(request, name, **context):
    context |= admin.site.each_context(request)
    context |= {"title": _("Second factor"), "is_nav_sidebar_enabled": False}
    return render(request, f"accounts/{name}.html", context)
