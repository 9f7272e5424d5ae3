"""The pages on which editors see and end their other sessions, and administrators those of an account."""

from django.contrib import admin, messages
from django.contrib.auth.models import User
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from . import sessions


def page(request: HttpRequest, user: User) -> HttpResponse:
    """Show the sessions of an account, or end them: of one's own, all but the one that asks."""
    is_own = user == request.user
    here = request.session.session_key if is_own else None
    if request.method == "POST":
        count = sessions.end(user, except_key=here)
        sentence = ngettext("%d session was ended.", "%d sessions were ended.", count)
        messages.success(request, sentence % count)
        return redirect(request.get_full_path())
    found = list(sessions.of(user))
    context = admin.site.each_context(request) | {
        "title": _("Where you are signed in") if is_own else _("Where “%s” is signed in") % user,
        "is_nav_sidebar_enabled": False,
        "account": user,
        "is_own": is_own,
        "sessions": [(session, session.key == here) for session in found],
        "others": sum(session.key != here for session in found),
    }
    return render(request, "accounts/sessions.html", context)


def own(request: HttpRequest) -> HttpResponse:
    """Show where one is signed in oneself."""
    assert isinstance(request.user, User)  # noqa: S101 – the site lets in nobody else
    return page(request, request.user)


def summary(user: User) -> SafeString:
    """Return what the form of an account says of its sessions, and where they can be ended."""
    context = {"sessions": [(session, False) for session in sessions.of(user)], "account": user}
    return render_to_string("accounts/_sessions.html", context)
