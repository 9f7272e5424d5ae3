"""Merging an office with another in the admin: choose which stays, read what would move, and say why."""

from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.admin.options import ModelAdmin
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ..content.files import ContentError
from ..models import Office
from ..models.permissions import is_publisher
from ..versions import Merge, locked, merge
from ..versions.revisions import seen
from .notes import NoteForm
from .overlaps import warn_of_overlaps
from .permissions import editor_of

CHANGED = gettext_lazy("Nothing was merged: someone changed this meanwhile. Read again what would move.")


class ChoiceForm(forms.Form):
    """Which office stays."""

    stays = forms.ModelChoiceField(Office.objects.none(), label=gettext_lazy("The office that stays"))

    def __init__(self, office: Office, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["stays"]
        field.queryset = Office.objects.published().exclude(pk=office.pk)


class ConfirmForm(NoteForm):
    """That what was shown is to be done, and why."""

    seen = forms.CharField(widget=forms.HiddenInput)


class MergeMixin(ModelAdmin[Any]):
    """The admin of offices, two of which may turn out to be one."""

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(self.merge_view)
        return [path("<path:object_id>/merge/", view, name="initiatives_office_merge"), *super().get_urls()]

    def merge_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Ask which office stays, and to be sure; or merge, one editor at a time."""
        if not is_publisher(request.user):
            raise PermissionDenied
        if request.method != "POST":
            return self.ask_or_merge(request, object_id)
        with locked():
            return self.ask_or_merge(request, object_id)

    def ask_or_merge(self, request: HttpRequest, object_id: str) -> HttpResponse:
        office = self.get_object(request, unquote(object_id))
        if office is None:
            return self._get_obj_does_not_exist_redirect(request, self.opts, object_id)  # type: ignore[attr-defined, no-any-return]  # private to Django
        choice = ChoiceForm(office, request.GET or None)
        plan = Merge(office, choice.cleaned_data["stays"]) if choice.is_valid() else None
        form = ConfirmForm(request.POST or None)
        if plan and form.is_valid() and self.merge_as_seen(request, plan, form):
            return HttpResponseRedirect(reverse("admin:initiatives_office_change", args=[plan.stays.pk]))
        return self.ask_to_merge(request, office, choice, plan, form)

    def merge_as_seen(self, request: HttpRequest, plan: Merge, form: ConfirmForm) -> bool:
        """Merge what was shown; return whether that was done, and tell the editor."""
        if form.cleaned_data["seen"] != seen(plan.concerned):
            messages.warning(request, str(CHANGED))
            return False
        names = {"office": plan.office.name, "stays": plan.stays.name}
        try:
            merge(plan.office, plan.stays, editor=editor_of(request), note=form.notes)
        except ContentError as error:
            plan.problems = error.sentences
            return False
        sentence = _("“%(office)s” is merged with “%(stays)s”: its addresses lead there.")
        messages.success(request, sentence % names)
        warn_of_overlaps(request, plan.stays)
        return True

    def ask_to_merge(
        self, request: HttpRequest, office: Office, choice: ChoiceForm, plan: Merge | None, form: ConfirmForm
    ) -> HttpResponse:
        """Ask which office stays, and to be sure, with what would move and what stands in the way."""
        shown = seen(plan.concerned) if plan else ""
        if form.is_bound:
            form.data = request.POST.copy()
            form.data["seen"] = shown
        form.fields["seen"].initial = shown
        context = {
            **self.admin_site.each_context(request),
            "title": _("Merge “%s” with another office") % office,
            "opts": self.opts,
            "office": office,
            "choice": choice,
            "plan": plan,
            "form": form,
        }
        request.current_app = self.admin_site.name
        return TemplateResponse(request, "admin/initiatives/office/merge.html", context)
