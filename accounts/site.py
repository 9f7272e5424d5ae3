"""The admin site of the portal: Django's own, with a sign-in of two steps."""

from functools import wraps

from django.contrib import admin
from django.shortcuts import redirect
from django.urls import path, reverse
from django.utils.translation import gettext as _


class EditingSite(admin.AdminSite):
    """Lets in who works here and has shown the second factor, where there is one or one is required."""

    def has_permission(self, request):
        from . import second_factor  # noqa: PLC0415 – models exist only once all apps are loaded

        return super().has_permission(request) and second_factor.suffices(request)

    def admin_view(self, view, cacheable=False):
        """Give the view for those who may come in; what others wrote in a form is not lost."""
        protected = super().admin_view(view, cacheable)

        @wraps(protected)
        def inner(request, *args, **kwargs):
            from initiatives.admin import resubmit as kept  # noqa: PLC0415

            if kept.is_writing(request) and not self.has_permission(request):
                return kept.show(request)
            return protected(request, *args, **kwargs)

        return inner

    def get_urls(self):
        from . import views  # noqa: PLC0415

        return [
            path("login/code/", self.login_code, name="login_code"),
            path("second-factor/", views.manage_second_factor, name="second_factor"),
            # Who has yet to set up a second factor may leave as well.
            path("logout/", self.logout, name="logout"),
            *super().get_urls(),
        ]

    def login(self, request, extra_context=None):
        """Give the first step of signing in; who is in goes on, if need be to set up the second factor."""
        from . import second_factor, views  # noqa: PLC0415
        from .forms import SignInForm  # noqa: PLC0415

        if request.method == "GET" and self.has_permission(request):
            return redirect("admin:index")
        if request.method == "GET" and second_factor.may_set_up(request):
            return redirect("admin:second_factor")
        return self.step(request, views.SignIn, "admin/login.html", authentication_form=SignInForm)

    def login_code(self, request):
        """Give the second step of signing in."""
        from . import views  # noqa: PLC0415

        return self.step(request, views.SignInCode, "accounts/code.html")

    def step(self, request, view, template, **options):
        context = {
            **self.each_context(request),
            "title": _("Log in"),
            "subtitle": None,
            "app_path": request.get_full_path(),
            "username": request.user.get_username(),
        }
        request.current_app = self.name
        goal = reverse("admin:index")
        return view.as_view(extra_context=context, template_name=template, next_page=goal, **options)(request)

    def logout(self, request, extra_context=None):
        from . import audit  # noqa: PLC0415

        if request.method == "POST" and request.user.is_authenticated:
            audit.record(audit.What.SIGNED_OUT, request.user)
        return super().logout(request, extra_context)

    def password_change(self, request, extra_context=None):
        from . import audit  # noqa: PLC0415

        response = super().password_change(request, extra_context)
        if request.method == "POST" and response.status_code == 302:
            audit.record(audit.What.PASSWORD, request.user)
        return response
