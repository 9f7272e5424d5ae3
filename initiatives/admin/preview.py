"""Seeing unsaved changes as readers would, in both languages: saved, drawn by the public views, undone."""

import re
from copy import copy

from django.contrib.admin.utils import quote
from django.db import transaction
from django.http import Http404, HttpResponseRedirect, QueryDict
from django.shortcuts import render
from django.urls import path, resolve, reverse
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import override

from ..language import LANGUAGES
from ..models import Objective, Page, Record
from ..versions import save as history
from .translation_state import NAMES

MAIN = re.compile(r"<main\b[^>]*>(.*)</main>", re.DOTALL)
NAMED = re.compile(r'\b(id="|for="|aria-labelledby="|href="#)')


class Previewed:
    """The admin of a kind of record that shows a form as a page before it is saved."""

    def get_urls(self):
        name = f"initiatives_{self.opts.model_name}_preview"
        view = self.admin_site.admin_view(self.preview)
        return [
            path("add/preview/", view, name=f"{name}_add"),
            path("<path:object_id>/preview/", view, name=name),
            *super().get_urls(),
        ]

    def preview(self, request, object_id=None):
        """Save what the form says as if for good, answer with the pages, and undo all of it.

        A form with errors is shown again instead, and leads back to where it can be saved.
        """
        form = f"admin:initiatives_{self.opts.model_name}_{'change' if object_id else 'add'}"
        address = reverse(form, args=[object_id] if object_id else [])
        if request.method != "POST":
            return HttpResponseRedirect(address)
        request.is_preview = True
        with transaction.atomic():
            response = self.changeform_view(request, object_id, address)
            transaction.set_rollback(True)
        return response

    def response_add(self, request, obj, *args, **kwargs):
        return self.drawn(request, obj) or super().response_add(request, obj, *args, **kwargs)

    def response_change(self, request, obj):
        return self.drawn(request, obj) or super().response_change(request, obj)

    def drawn(self, request, record):
        """Give the pages that show a record, where they were asked for."""
        if not getattr(request, "is_preview", False):
            return None
        page = page_of(record)
        sides = [
            {"language": language, "name": NAMES[language], "html": draw(request, page, language)}
            for language in LANGUAGES
        ]
        return render(request, "admin/preview.html", {"record": record, "sides": sides})

    def render_change_form(self, request, context, *args, **kwargs):
        name = f"admin:initiatives_{self.opts.model_name}_preview"
        record = context.get("original")
        context["preview_path"] = reverse(name, args=[quote(record.pk)]) if record else reverse(f"{name}_add")
        return super().render_change_form(request, context, *args, **kwargs)


def page_of(record):
    """Give the page that shows a record, it and all that is edited with it made public. Raises Http404."""
    publish(record)
    page = record.item
    if not isinstance(page, Page) or getattr(page, "is_reference", False):
        page = Objective.objects.main().first()
    if page is None:
        raise Http404
    publish(page)
    for part in history.parts(type(page)):
        for row in part.objects.filter(**{part.item_field: page}).exclude(publication="withdrawn"):
            show(row)
    return type(page).objects.get(pk=page.pk)


def publish(record):
    """Make a record public, with all that must be public for that."""
    for name in record.public_parents:
        publish(getattr(record, name))
    show(record)


def show(record):
    """Make a record public; where a text is missing, it says so in its place."""
    values = {"publication": Record.Publication.PUBLIC}
    for name in record.missing_texts():
        with override(name[-2:]):
            values[name] = f"x-{record.pk}" if name.startswith("slug_") else _("[this text is missing]")
    type(record).objects.filter(pk=record.pk).update(**values)


def draw(request, page, language):
    """Give what the public page says in one language, drawn by its own view."""
    with override(language):
        address = page.get_absolute_url()
        match = resolve(address)
        reader = copy(request)
        reader.method, reader.GET, reader.POST = "GET", QueryDict(), QueryDict()
        reader.path = reader.path_info = address
        reader.resolver_match, reader.current_app, reader.LANGUAGE_CODE = match, language, language
        html = match.func(reader, *match.args, **match.kwargs).render().content.decode()
    # Both pages stand in one, where each name may be given once.
    return mark_safe(NAMED.sub(rf"\1{language}-", MAIN.search(html)[1]))  # noqa: S308 – drawn by our templates
