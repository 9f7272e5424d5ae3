"""Seeing unsaved changes as readers would, in both languages: saved, drawn by the public views, undone."""

import re
from typing import Any

from django.contrib.admin.utils import quote
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import URLPattern, path, resolve, reverse
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import override

from ..language import LANGUAGES
from ..models import Objective, Page, Record
from ..versions import Change
from ..versions import change as content_change
from ..versions.revisions import parts_of
from .conflicts import is_preview
from .translation_state import NAMES
from .versioned import VersionedAdmin

# What names a place in a page, or leads to one.
PLACE = re.compile(r'\b(id="|for="|aria-labelledby="|href="#)')


class PreviewMixin(VersionedAdmin):
    """The admin of a kind of record that shows a form as a page before it is saved."""

    def get_urls(self) -> list[URLPattern]:
        name = f"initiatives_{self.opts.model_name}_preview"
        view = self.admin_site.admin_view(self.preview)
        return [
            path("add/preview/", view, name=f"{name}_add"),
            path("<path:object_id>/preview/", view, name=name),
            *super().get_urls(),
        ]

    def preview(self, request: HttpRequest, object_id: str | None = None) -> HttpResponse:
        """Save what the form says as if for good, answer with the pages, and undo all of it.

        A form with errors is shown again instead, and leads back to where it can be saved.
        """
        form = f"admin:initiatives_{self.opts.model_name}_{'change' if object_id else 'add'}"
        address = reverse(form, args=[object_id] if object_id else [])
        if request.method != "POST":
            return HttpResponseRedirect(address)
        with transaction.atomic():
            response = self.changeform_view(request, object_id, address)
            transaction.set_rollback(True)
        return response

    def preview_path(self, record: Record | None) -> str:
        """Return where a form is sent to be shown as a page."""
        name = f"admin:initiatives_{self.opts.model_name}_preview"
        return reverse(name, args=[quote(record.pk)]) if record else reverse(f"{name}_add")

    def response_add(self, request: HttpRequest, obj: Any, *args: Any, **kwargs: Any) -> HttpResponse:
        if is_preview(request):
            return pages_of(request, obj)
        return super().response_add(request, obj, *args, **kwargs)

    def response_change(self, request: HttpRequest, obj: Any) -> HttpResponse:
        return pages_of(request, obj) if is_preview(request) else super().response_change(request, obj)

    def say_what_ended(self, request: HttpRequest, ended: list[Any]) -> None:
        """Tell what ended, once something is saved for good."""
        if not is_preview(request):
            super().say_what_ended(request, ended)


def pages_of(request: HttpRequest, record: Record) -> HttpResponse:
    """Return the page that shows a record, in both languages side by side. Raises Http404 without content."""
    page = page_of(record)
    sides = [
        {"language": language, "name": NAMES[language], "html": draw(page, language)}
        for language in LANGUAGES
    ]
    return render(request, "admin/preview.html", {"record": record, "sides": sides})


def page_of(record: Record) -> Page:
    """Return the page that shows a record, it and all that is edited with it public. Raises Http404."""
    item = record.item
    has_page = isinstance(item, Page) and not getattr(item, "is_reference", False)
    page: Any = item if has_page else Objective.objects.main().first()
    if page is None:
        raise Http404
    with content_change() as this:
        for each in (record, page):
            publish(this, each)
        for part in parts_of(type(page)):
            rows = part.objects.filter(**{part.item_field or "": page})
            for row in rows.exclude(publication=Record.Publication.WITHDRAWN):
                make_public(this, row)
    found: Page = type(page).objects.get(pk=page.pk)
    return found


def publish(change: Change, record: Record) -> None:
    """Make a record public, with all that must be public for that."""
    for name in record.public_parents:
        publish(change, getattr(record, name))
    make_public(change, type(record).objects.get(pk=record.pk))


def make_public(change: Change, record: Record) -> None:
    """Make a record public; where a text is missing, it says so in its place."""
    missing = record.missing_texts()
    if record.publication == Record.Publication.PUBLIC and not missing:
        return
    record.publication = Record.Publication.PUBLIC
    for name in missing:
        with override(name[-2:]):
            text = f"x-{record.pk}" if name.startswith("slug_") else _("[this text is missing]")
        setattr(record, name, text)
    change.put(record)


def draw(page: Page, language: str) -> SafeString:
    """Return what the public page says in one language, drawn by its own view."""
    with override(language):
        reader = HttpRequest()
        reader.method = "GET"
        reader.path = reader.path_info = page.get_absolute_url()
        reader.resolver_match = match = resolve(reader.path)
        reader.current_app = reader.LANGUAGE_CODE = language
        response = match.func(reader, *match.args, **match.kwargs)
        response.context_data["base_template"] = "main_only.html"
        html = response.render().content.decode()
    # Both pages stand in one, where each name may be given once.
    return mark_safe(PLACE.sub(rf"\1{language}-", html))  # noqa: S308 – drawn by our templates
