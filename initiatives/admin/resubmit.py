"""What was sent and could not be saved, because the session had ended meanwhile: it comes back on a page.

Nothing is stored for it: the page holds what was sent, as fields of the form that sends it again.
"""

from collections.abc import Callable
from functools import cache
from typing import Any

from django.conf import settings
from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import Resolver404, resolve
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from ..language import LANGUAGES, OTHER_LANGUAGE
from ..models import CONTENT

# The addresses that take texts; not those of accounts: passwords are never sent back.
PREFIX, SUFFIXES = "initiatives_", ("_add", "_change", "_revision_restore")
TOKEN = "csrfmiddlewaretoken"  # noqa: S105 – the name of Django's field


class ResubmitMiddleware:
    """Return what was sent, instead of losing it, to who is no longer signed in."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self.get_response(request)

    def process_view(
        self,
        request: HttpRequest,
        _view: Callable[..., HttpResponseBase],
        _args: tuple[Any, ...],
        _kwargs: dict[str, Any],
    ) -> HttpResponse | None:
        if sends_texts(request) and not admin.site.has_permission(request):
            return resubmit(request)
        return None


def sends_texts(request: HttpRequest) -> bool:
    """Return whether the request sends what somebody wrote in a form of the content."""
    name = url_name(request) or ""
    if request.method != "POST" or not name.startswith(PREFIX):
        return False
    # A list sends an order, or an action, which is nothing written.
    return name.endswith(SUFFIXES) or (name.endswith("_changelist") and "_save" in request.POST)


def url_name(request: HttpRequest) -> str | None:
    """Return the name of the address; what fails on the way to its view, fails before that is looked up."""
    try:
        return (request.resolver_match or resolve(request.path_info)).url_name
    except Resolver404:
        return None


def is_from_here(request: HttpRequest) -> bool:
    """Return whether texts were sent by a form of our own, as the browser says (Fetch, “Origin header”).

    Nobody else's words are put before an editor.
    """
    return sends_texts(request) and request.headers.get("Origin") in settings.CSRF_TRUSTED_ORIGINS


@never_cache
def resubmit(request: HttpRequest) -> HttpResponse:
    """Return what was sent, to send it again after signing in; 403, since nothing was saved."""
    context = admin.site.each_context(request) | what_was_sent(request)
    context |= {"title": _("Not saved yet"), "is_nav_sidebar_enabled": False}
    return render(request, "admin/resubmit.html", context, status=403)


def what_was_sent(request: HttpRequest) -> dict[str, Any]:
    """Return the fields that were sent, to send them again, and the texts among them, to be read."""
    sent = [(name, values) for name, values in request.POST.lists() if name != TOKEN]
    return {
        "fields": [(name, value) for name, values in sent for value in values],
        "texts": sent_texts(request),
    }


def sent_texts(request: HttpRequest) -> list[tuple[str | None, str]]:
    """Return the texts that were sent, the sentence about the change last, as `[(language, text)]`."""
    sent: list[tuple[str | None, list[str]]] = [
        (name[-2:], values)
        for name, values in request.POST.lists()
        if name[-2:] in LANGUAGES and name[:-3].rpartition("-")[2] in text_fields()
    ]
    here = request.POST.get("note_language", get_language() or LANGUAGES[0])
    for language, name in ((here, "note"), (OTHER_LANGUAGE.get(here), "note_twin")):
        sent.append((language, request.POST.getlist(name)))
    return [(language, value) for language, values in sent for value in values if value.strip()]


@cache
def text_fields() -> set[str]:
    """Return the names of all fields that hold a text in each language."""
    return {name for model in CONTENT for name in model.translated_fields()}
