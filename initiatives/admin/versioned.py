"""Saving: every change and every deletion is a version of an item, kept in the transaction of the change."""

from django.contrib import messages
from django.contrib.admin.utils import unquote
from django.db import transaction
from django.shortcuts import render
from django.utils.text import get_text_list
from django.utils.translation import gettext as _

from initiatives.admin import resubmit as kept

from ..models import Page, Revision
from ..versions import save as history
from .conflicts import Saving, keep_typed
from .differences import versions_of
from .permissions import Rights, is_publisher

ABOUT_SAVING = {"note", "is_small", "version", "item", "as_printed_nl", "as_printed_fr"}
STILL_RIGHT = {"still_right_nl", "still_right_fr"}


def lock(model):
    """Let one editor at a time save records of this kind, for the rest of the transaction.

    All items of the kind, because places and addresses are unique among them. SQLite has the lock already.
    """
    kind = model._meta.get_field(model.item_field).related_model if model.item_field else model
    list(kind.objects.select_for_update().order_by("pk").values_list("pk"))


def stored(item):
    return type(item).objects.get(pk=item.pk)


class Kept(Rights):
    """The admin of a kind of record that keeps what it saves, and saves over nothing unseen."""

    def changeform_view(self, request, object_id=None, form_url="", extra_context=None):
        """Answer with the form, or save; the newest version is read before the record that the form shows."""
        with transaction.atomic():
            if request.method == "POST":
                lock(self.model)
            record = self.get_object(request, unquote(object_id)) if object_id else None
            is_gone = object_id and not record and self.has_change_permission(request)
            if is_gone and (texts := kept.sent_texts(request)):
                return self.gone(request, texts)
            request.saving = Saving.of(request, record.item if record else None)
            return super().changeform_view(request, object_id, form_url, extra_context)

    def gone(self, request, texts):
        """Give back what was written in a record that is gone meanwhile; 410, since nothing was saved."""
        saving = Saving.of_deleted(request)
        context = self.admin_site.each_context(request) | {
            "title": _("Deleted while you were writing"),
            "is_nav_sidebar_enabled": False,
            "texts": texts,
            "meanwhile": saving.meanwhile() if saving.newest else None,
            "version": saving.base,
        }
        return render(request, "admin/initiatives/gone.html", context, status=410)

    def get_form(self, request, obj=None, change=False, **kwargs):
        kwargs["form"] = with_saving(self.form, request)
        return super().get_form(request, obj, change, **kwargs)

    def render_change_form(self, request, context, *args, **kwargs):
        """Add what the foot of the form needs, and, to one refused, what was changed meanwhile."""
        form = context["adminform"].form
        if getattr(form, "is_conflict", False):
            keep_typed(form, [inline.formset for inline in context["inline_admin_formsets"]])
            context["meanwhile"] = form.saving.meanwhile()
        if record := context.get("original"):
            context["was_public"] = self.was_public(record)
            context["may_publish"] = is_publisher(request.user)
        return super().render_change_form(request, context, *args, **kwargs)

    def history_view(self, request, object_id, extra_context=None):
        """Show the versions of the item that a record is, or is a part of."""
        record = self.get_object(request, unquote(object_id))
        extra = versions_of(record.item, request) if record else {}
        return super().history_view(request, object_id, extra | (extra_context or {}))

    def save_related(self, request, form, formsets, change):
        """Save the parts, and then the version of the item."""
        super().save_related(request, form, formsets, change)
        history.keep(
            stored(form.instance.item),
            editor=request.user,
            note=form.cleaned_data.get("note", ""),
            is_small=form.cleaned_data.get("is_small", False) or is_bookkeeping(form, formsets),
        )
        if (ended := texts_ended(form, formsets)) and not getattr(request, "is_preview", False):
            sentence = _("Changed, and therefore the portal’s from now on: %s.")
            self.message_user(request, sentence % get_text_list(ended, _("and")), messages.WARNING)

    # Deleting ----------------------------------------------------------------------------------------

    def was_public(self, record):
        """Say whether a record is a page that readers can have a link to."""
        return isinstance(record, Page) and history.was_public(record)

    def has_delete_permission(self, request, obj=None):
        """Say no of a page that was public: it can be withdrawn, and goes on answering why."""
        return super().has_delete_permission(request, obj) and not (obj and self.was_public(obj))

    def get_deleted_objects(self, objs, request):
        """Give what goes with `objs` and what forbids it, pages that were public among that."""
        deleted, count, needed, protected = super().get_deleted_objects(objs, request)
        pages = [record for record in objs if self.was_public(record)]
        if pages and super().has_delete_permission(request):
            needed = needed - {self.opts.verbose_name}
            protected = [*protected, *(_("“%s” was public: withdraw it instead.") % page for page in pages)]
        return deleted, count, needed, protected

    def delete_view(self, request, object_id, extra_context=None):
        with transaction.atomic():
            if request.method == "POST":
                lock(self.model)
            return super().delete_view(request, object_id, extra_context)

    def delete_model(self, request, obj):
        """Delete a record, and keep that in the history of its item, with the reason that was given."""
        item = stored(obj.item)
        history.keep(item, editor=request.user)
        obj.delete()
        said = {"editor": request.user, "note": reason(request)}
        if obj.item_field:
            history.keep(item, **said)
        else:
            history.keep_deleted(Revision.objects.of(item).first(), **said)

    @transaction.atomic
    def delete_queryset(self, request, queryset):
        lock(self.model)
        for record in queryset:
            self.delete_model(request, record)


def reason(request):
    """Give the sentence of the page that asks to be sure; no browser sends a longer one."""
    longest = Revision._meta.get_field("note").max_length
    return request.POST.get("note", "").replace("\0", "").strip()[:longest]


def is_bookkeeping(form, formsets):
    """Say whether nothing was changed but whether texts are still right, which is no news to readers."""
    every = [form, *(part for formset in formsets for part in formset.forms)]
    changed = {name for each in every for name in each.changed_data}
    return bool(changed - ABOUT_SAVING) and changed <= ABOUT_SAVING | STILL_RIGHT


class KeptPart(Rights):
    """The parts within the form of their item."""

    def get_formset(self, request, obj=None, **kwargs):
        kwargs["form"] = with_saving(self.form, request)
        return super().get_formset(request, obj, **kwargs)


def texts_ended(form, formsets):
    """Give the names of the texts whose provenance ended with this saving, as the form has them."""
    every = [form, *(part for formset in formsets for part in formset.forms)]
    return [str(each.fields[name].label) for each in every for name in getattr(each, "ended", ())]


def with_saving(form, request):
    """Give the class of form that knows who fills it in."""
    saving = getattr(request, "saving", None) or Saving.of(request)
    return type(form.__name__, (form,), {"saving": saving, "__module__": form.__module__})
