"""Saving in the admin: every change and every deletion goes through the one way in, under its lock."""

from collections.abc import Iterable
from typing import Any

from django.contrib import admin, messages
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.contrib.admin.utils import unquote
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.functional import Promise
from django.utils.text import get_text_list
from django.utils.translation import gettext as _

from ..models.permissions import is_publisher
from ..versions import change as content_change
from ..versions import locked
from ..versions.revisions import seen
from .conflicts import Submission, is_preview
from .differences import history_of
from .notes import LABELS, notes_of_deletion
from .permissions import editor_of, is_page_once_public
from .resubmit import sent_texts


class VersionedAdmin(admin.ModelAdmin[Any]):
    """The admin of a kind of record that keeps versions of what it saves, and saves over nothing unseen."""

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """Answer with the form, or save: one editor at a time, from reading the record to writing it."""
        if request.method != "POST":
            return super().changeform_view(request, object_id, form_url, extra_context)
        with locked():
            if object_id and (texts := sent_texts(request)):
                is_there = self.get_object(request, unquote(object_id)) is not None
                if not is_there and self.has_change_permission(request):
                    return self.deleted_meanwhile(request, texts)
            return super().changeform_view(request, object_id, form_url, extra_context)

    def deleted_meanwhile(self, request: HttpRequest, texts: list[tuple[str | None, str]]) -> HttpResponse:
        """Show what was written in a record that is gone meanwhile; 410, since nothing was saved."""
        submission = Submission.of_deleted(request)
        context = self.admin_site.each_context(request) | {
            "title": _("Deleted while you were writing"),
            "is_nav_sidebar_enabled": False,
            "texts": texts,
            "meanwhile": submission.meanwhile() if submission.newest else None,
            "version": submission.base,
        }
        return render(request, "admin/initiatives/gone.html", context, status=410)

    def history_view(
        self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Show the versions of the item that a record is, or is a part of."""
        record = self.get_object(request, unquote(object_id))
        extra = history_of(record.item, request) if record else {}
        return super().history_view(request, object_id, extra | (extra_context or {}))

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        """Leave it to save_related(), which saves a record and its parts as one change."""

    def save_related(self, request: HttpRequest, form: Any, formsets: list[Any], change: bool) -> None:
        """Save the record and its parts as one change of the content."""
        ended: list[str | Promise] = []
        is_small = form.cleaned_data.get("is_small", False)
        note = getattr(form, "notes", "")  # the form of a part that stands alone asks for none
        # A preview is undone, and a publisher has agreed to what goes with a page.
        takes_down = bool(form.cleaned_data.get("confirmed")) or is_preview(request)
        with content_change(
            editor=editor_of(request), note=note, is_small=is_small, takes_down=takes_down
        ) as this:
            for each in (form, *formsets):
                ended += each.save_in(this)
        if ended:
            self.say_what_ended(request, ended)

    def say_what_ended(self, request: HttpRequest, ended: list[str | Promise]) -> None:
        """Tell the editor which texts are the portal’s from now on."""
        sentence = _("Changed, and therefore the portal’s from now on: %s.")
        self.message_user(
            request, sentence % get_text_list([str(each) for each in ended], _("and")), messages.WARNING
        )

    # Deleting ----------------------------------------------------------------------------------------

    def get_deleted_objects(self, objs: Any, request: HttpRequest) -> tuple[Any, Any, Any, Any]:
        """Return what goes with `objs` and what forbids it: pages that were public among that."""
        deleted, count, needed, protected = super().get_deleted_objects(objs, request)
        pages = [record for record in objs if is_page_once_public(record)]
        if pages and is_publisher(request.user):
            needed = needed - {self.opts.verbose_name}
            protected = [*protected, *(_("“%s” was public: withdraw it instead.") % page for page in pages)]
        return deleted, count, needed, protected

    def delete_view(
        self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Ask to be sure, or delete, one editor at a time."""
        extra = {"note_labels": LABELS} | (extra_context or {})
        if request.method != "POST":
            return super().delete_view(request, object_id, extra)
        with locked():
            record = self.get_object(request, unquote(object_id))
            if record and self.was_changed_since(request, [record]):
                return HttpResponseRedirect(request.get_full_path())
            return super().delete_view(request, object_id, extra)

    def response_action(self, request: HttpRequest, queryset: Any, *args: Any) -> HttpResponse | None:
        """Do what was chosen for several records; ask again to be sure, where one was changed meanwhile."""
        records = queryset.filter(pk__in=request.POST.getlist(ACTION_CHECKBOX_NAME))
        if self.was_changed_since(request, records):
            asked = request.POST.copy()
            del asked["post"]
            request.POST = asked  # type: ignore[assignment]  # a copy can be changed, and Django reads it alike
        return super().response_action(request, queryset, *args)

    def was_changed_since(self, request: HttpRequest, records: Iterable[Any]) -> bool:
        """Return whether the page that asked to be sure showed what is no longer so, and tell the editor."""
        shown = request.POST.get("seen")
        if "post" not in request.POST or shown is None or shown == seen(records):
            return False
        sentence = _("Nothing was deleted: someone changed this meanwhile. Read again what would be deleted.")
        self.message_user(request, sentence, messages.WARNING)
        return True

    def delete_model(self, request: HttpRequest, obj: Any) -> None:
        """Delete a record as a change of the content, with the reason that was given."""
        with content_change(editor=editor_of(request), note=notes_of_deletion(request)) as this:
            this.delete(obj)

    def delete_queryset(self, request: HttpRequest, queryset: Any) -> None:
        with locked():
            for record in queryset:
                self.delete_model(request, record)
