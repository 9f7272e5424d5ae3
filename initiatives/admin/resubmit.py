"""What was written and could not be saved, because the session had ended meanwhile: it comes back on a page.

Nothing is stored for it: the page holds what was sent, as fields of the form that sends it again.
"""

from functools import cache

from django.conf import settings
from django.contrib import admin
from django.shortcuts import render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from go4brussels import errors
from initiatives.language import LANGUAGES
from initiatives.models import CONTENT

# Not of accounts: passwords are never sent back.
WRITING = ("initiatives_", ("_add", "_change", "_revision_restore"))
TOKEN = "csrfmiddlewaretoken"  # noqa: S105 – the name of Django's field


def is_writing(request):
    """Say whether the request sends what somebody wrote in a form of the content."""
    name = getattr(request.resolver_match, "url_name", None) or ""
    begin, ends = WRITING
    if request.method != "POST" or not name.startswith(begin):
        return False
    # A list sends an order, or an action, which is nothing written.
    return name.endswith(ends) or (name.endswith("_changelist") and "_save" in request.POST)


@cache
def text_fields():
    """Give the names of all fields that hold a text in each language."""
    return {name for model in CONTENT for name in model.translated_fields()}


def texts(request):
    """Give the texts that were sent, the sentence about the change last, as `[(language, text)]`."""
    sent = [
        (name[-2:], values)
        for name, values in request.POST.lists()
        if name[-2:] in LANGUAGES and name[:-3].rpartition("-")[2] in text_fields()
    ]
    sent.append((get_language(), request.POST.getlist("note")))
    return [(language, value) for language, values in sent for value in values if value.strip()]


@never_cache
def show(request):
    """Give what was written, to send it again after signing in; 403, since nothing was saved."""
    sent = [(name, values) for name, values in request.POST.lists() if name != TOKEN]
    context = admin.site.each_context(request) | {
        "title": _("Not saved yet"),
        "is_nav_sidebar_enabled": False,
        "fields": [(name, value) for name, values in sent for value in values],
        "texts": texts(request),
    }
    return render(request, "admin/resubmit.html", context, status=403)


def csrf_failure(request, reason=""):
    """Give back what was written where its token had been renewed: who signs in anew gets another.

    Only where the browser says that the form was ours: nobody else's words are put before an editor.
    """
    if is_writing(request) and request.headers.get("Origin") in settings.CSRF_TRUSTED_ORIGINS:
        return show(request)
    return errors.csrf_failure(request, reason)
