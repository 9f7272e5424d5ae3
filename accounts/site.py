"""The admin site of the portal: Django's own, with a sign-in of two steps."""

from collections.abc import Callable
from functools import wraps
from typing import Any, cast

from django.contrib import admin
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.contrib.admin.utils import unquote
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, URLResolver, path, reverse
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_protect

from . import (
    audit,
    factor_pages,
    reauthentication,
    restrictions,
    second_factor,
    session_pages,
    views,
)
from .forms import SignInForm


def is_canonical(name: str, key: Any) -> bool:
    """Return whether `name` is a key as this portal writes it, and one that the database can hold."""
    try:
        return str(key.clean(name, None)) == name
    except ValidationError:
        return False


class EditingSite(admin.AdminSite):
    """Lets in who works here and has shown the second factor, where there is one or one is required."""

    def has_permission(self, request: HttpRequest) -> bool:
        return self.may_enter(request) and not restrictions.must_change_password(request.user)

    def may_enter(self, request: HttpRequest) -> bool:
        """Return whether the account may come in, if only to change its password."""
        is_let_in = super().has_permission(request) and not restrictions.waits(request.user)
        return is_let_in and second_factor.suffices(request)

    def admin_view(self, view: Callable[..., Any], cacheable: bool = False) -> Any:
        """Return the view for who may enter, and for records that are named as the admin itself names them.

        A check that compares what stands in an address, and Django, which reads a number in it, then mean
        the same record: “ 5”, “05”, “+5” and “٥” are none.
        """
        owner = getattr(view, "__self__", None)
        if not isinstance(owner, admin.ModelAdmin):
            return super().admin_view(view, cacheable)
        key = owner.opts.pk

        @wraps(view)
        def named(request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
            names = [unquote(kwargs[name]) for name in ("object_id", "id") if kwargs.get(name) is not None]
            names += request.POST.getlist(ACTION_CHECKBOX_NAME)
            if not all(is_canonical(name, key) for name in names):
                raise Http404
            return view(request, *args, **kwargs)

        return super().admin_view(named, cacheable)

    def get_urls(self) -> list[URLResolver | URLPattern]:
        return [
            path("login/code/", self.login_code, name="login_code"),
            path(
                "confirm-password/",
                reauthentication.confirm_password,
                name="confirm_password",
            ),
            path("sessions/", self.admin_view(session_pages.own), name="sessions"),
            path("second-factor/", self.second_factor, name="second_factor"),
            path("password_change/", self.own_password, name="password_change"),
            # Who has yet to set up a second factor may leave as well.
            path("logout/", self.logout, name="logout"),
            *super().get_urls(),
        ]

    def autocomplete_view(self, request: HttpRequest) -> HttpResponse:
        """Answer 404: no form here asks for it, and it lists accounts and records alike."""
        raise Http404

    def login(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """Return the first step of signing in; who is in goes on, if need be to set up the second factor."""
        if request.method == "GET" and self.has_permission(request):
            return redirect("admin:index")
        if request.method == "GET" and self.may_enter(request):
            return redirect("admin:password_change")
        if request.method == "GET" and second_factor.may_set_up(request):
            return redirect("admin:second_factor")
        view = views.SignIn.as_view(
            template_name="admin/login.html",
            authentication_form=SignInForm,
            next_page=reverse("admin:index"),
            extra_context=self.step_context(request),
        )
        return cast(HttpResponse, view(request))  # a page or a redirection, and never a stream

    def login_code(self, request: HttpRequest) -> HttpResponse:
        """Return the second step of signing in."""
        view = views.SignInCode.as_view(
            next_page=reverse("admin:index"), extra_context=self.step_context(request)
        )
        return cast(HttpResponse, view(request))

    def step_context(self, request: HttpRequest) -> dict[str, Any]:
        """Return what the pages of both steps are given."""
        request.current_app = self.name
        return {
            **self.each_context(request),
            "title": _("Log in"),
            "subtitle": None,
            "app_path": request.get_full_path(),
            "username": request.user.get_username(),
        }

    def second_factor(self, request: HttpRequest) -> HttpResponse:
        """Return the page of the second factor, after that of a password that has to be changed first."""
        if self.may_enter(request) and not self.has_permission(request):
            return redirect("admin:password_change")
        return factor_pages.manage_second_factor(request)

    @method_decorator((never_cache, csrf_protect))
    def own_password(self, request: HttpRequest) -> HttpResponse:
        """Return the page of one's own password: open to who has to change it as well."""
        if not self.may_enter(request):
            return redirect_to_login(request.get_full_path(), reverse("admin:login"))
        response: HttpResponse = self.password_change(request)
        return response

    def logout(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> TemplateResponse:
        if request.method == "POST" and request.user.is_authenticated:
            audit.record(audit.What.SIGNED_OUT, request.user)
        return super().logout(request, extra_context)

    def password_change(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> Any:
        """Return the page on which one changes one's own password: Django's, with a form that records it."""
        request.current_app = self.name
        view = views.OwnPassword.as_view(
            success_url=reverse("admin:password_change_done"),
            extra_context={
                **self.each_context(request),
                "must_change": restrictions.must_change_password(request.user),
                **(extra_context or {}),
            },
        )
        return view(request)
