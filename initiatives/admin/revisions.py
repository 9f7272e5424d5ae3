"""The versions of all items in one list, deleted ones too: read, compared, and brought back from there."""

from typing import Any, cast

from django import forms
from django.apps import apps
from django.contrib import admin, messages
from django.contrib.admin.utils import unquote
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.template.defaultfilters import linebreaksbr
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html_join
from django.utils.safestring import SafeString
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.characters import plain
from accounts.lists import StrictListMixin

from ..content.files import ContentError
from ..language import LANGUAGES
from ..models import Record, Revision
from ..models.permissions import is_publisher
from ..versions import ITEMS, correct_note, locked, lost, restore
from ..versions.diff import lines
from ..versions.revisions import items
from .differences import HEADINGS, what_changed
from .notes import NoteForm
from .permissions import PermissionMixin, editor_of


class KindFilter(admin.SimpleListFilter):
    """Versions of one kind of item."""

    title = gettext_lazy("kind")
    parameter_name = "kind"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [(kind, capfirst(model._meta.verbose_name)) for kind, model in ITEMS.items()]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        return queryset.filter(kind=self.value()) if self.value() else queryset


class RestoreForm(NoteForm):
    """Which version was the newest on the page that asks to be sure, and why another comes back."""

    version = forms.IntegerField(widget=forms.HiddenInput)


MOVED = gettext_lazy("Someone changed this meanwhile. Read again what would change.")


class RevisionForm(NoteForm, forms.ModelForm[Revision]):
    """The notes of a version, to be corrected as they were shown and not as somebody else left them since."""

    class Meta:
        model = Revision
        fields: tuple[str, ...] = ()  # correct_note() stores what is said here

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, language in self.language_of.items():
            self.initial[name] = self.instance.notes.get(language, "")
            self.fields[name].show_hidden_initial = True

    def clean(self) -> None:
        """Refuse to correct a note that was corrected meanwhile, and show it."""
        super().clean()
        for name in self.language_of:
            now, hidden = self.initial[name], self[name].html_initial_name
            if plain(self.data.get(hidden, now)) != now:
                again = cast(QueryDict, self.data).copy()
                again[hidden] = now
                self.data = again
                self.add_error(name, f"{MOVED} “{now}”")


@admin.register(Revision)
class RevisionAdmin(PermissionMixin, StrictListMixin[Revision]):
    """The history: nothing of it changes, except that a publisher can correct a note."""

    list_display = ("at", "kind_name", "title", "number", "action", "editor", "shown_note", "is_small")
    list_display_links = ("at", "title")
    list_filter = (KindFilter, "action", "is_small", ("editor", admin.RelatedOnlyFieldListFilter), "at")
    list_select_related = ("editor",)
    list_per_page = 50
    search_fields = ("code", "note", "note_twin")
    form = RevisionForm
    date_hierarchy = "at"
    fields = (("kind_name", "code", "number"), ("at", "action", "editor"), "shown_note", "is_small")
    change_form_template = "admin/initiatives/revision/change_form.html"
    # Who corrected its note, as Django tells it: a version has no versions.
    object_history_template = "admin/object_history.html"

    @admin.display(description=gettext_lazy("kind"), ordering="kind")
    def kind_name(self, revision: Revision) -> str:
        model = apps.all_models["initiatives"].get(revision.kind)
        return capfirst(str(model._meta.verbose_name)) if model else revision.kind

    @admin.display(description=gettext_lazy("note"), ordering="note")
    def shown_note(self, revision: Revision) -> SafeString:
        """Return the note in each language in which there is one."""
        notes = revision.notes.items()
        return format_html_join(
            "\n", '<div lang="{}">{}</div>', ((code, linebreaksbr(note)) for code, note in notes)
        )

    @admin.display(description=gettext_lazy("title"))
    def title(self, revision: Revision) -> str:
        return revision.title

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        return ["kind_name", "code", "number", "at", "action", "editor", "shown_note", "is_small"]

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        """Return the parts of the form: the notes to be filled in for a publisher, to be read for others."""
        about, times, note, is_small = self.fields
        notes = ("note", "note_twin") if is_publisher(request.user) else note
        return [(None, {"fields": (about, times, notes, "note_language", is_small)})]

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return is_publisher(request.user)

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def changeform_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Answer with the form, or correct the note, one editor at a time."""
        if request.method != "POST":
            return super().changeform_view(request, *args, **kwargs)
        with locked():
            return super().changeform_view(request, *args, **kwargs)

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        correct_note(obj, form.notes)

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(self.restore_view)
        return [
            path("<path:object_id>/restore/", view, name="initiatives_revision_restore"),
            *super().get_urls(),
        ]

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, obj: Any = None, **kwargs: Any
    ) -> HttpResponse:
        """Add what the version says in both languages, and how it differs from the one before."""
        before = versions(obj).filter(number__lt=obj.number).first()
        context |= {
            "before": before,
            "changes": what_changed(before, obj),
            "texts": [(code, HEADINGS[code], lines(obj, code, drafts=True)) for code in LANGUAGES],
            "may_restore": is_publisher(request.user) and can_come_back(obj),
        }
        return super().render_change_form(request, context, *args, obj=obj, **kwargs)  # type: ignore[misc]  # of *args

    def restore_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Ask to be sure, with what would change; then bring a version back, or say why that cannot be."""
        if not is_publisher(request.user):
            raise PermissionDenied
        revision = self.get_object(request, unquote(object_id))
        if revision is None or revision.kind not in ITEMS:
            return self._get_obj_does_not_exist_redirect(request, self.opts, object_id)  # type: ignore[attr-defined, no-any-return]  # private to Django
        problems = []
        form = RestoreForm(request.POST or None)
        if request.method == "POST" and form.is_valid():
            try:
                item = bring_back(revision, editor_of(request), form.cleaned_data["version"], form.notes)
            except ContentError as error:
                problems = error.sentences
            else:
                sentence = _("Version %(number)s of “%(item)s” is back, as a new version.")
                messages.success(request, sentence % {"number": revision.number, "item": item})
                return HttpResponseRedirect(change_page(item))
        return self.ask(request, revision, form, problems)

    def ask(
        self, request: HttpRequest, revision: Revision, form: RestoreForm, problems: list[str]
    ) -> TemplateResponse:
        """Ask to be sure, with what would change."""
        present = newest(revision)
        if form.is_bound:
            form.data = request.POST.copy()
            form.data["version"] = str(present.number)
        form.fields["version"].initial = present.number
        context = {
            **self.admin_site.each_context(request),
            "title": _("Bring version %(number)s of “%(item)s” back?")
            % {"number": revision.number, "item": revision.title},
            "opts": self.opts,
            "revision": revision,
            "newest": present,
            "changes": what_changed(present, revision),
            "lost": lost(revision),
            "form": form,
            "problems": problems,
        }
        request.current_app = self.admin_site.name
        return TemplateResponse(request, "admin/initiatives/revision/restore.html", context)


def versions(revision: Revision) -> QuerySet[Revision]:
    """Return the versions of the same item, newest first."""
    rows = Revision.objects.filter(kind=revision.kind, code=revision.code)
    return rows.select_related("editor").order_by("-number")


def newest(revision: Revision) -> Revision:
    """Return the newest version of the same item: there is one at least, this one."""
    return versions(revision).first() or revision


def can_come_back(revision: Revision) -> bool:
    """Return whether a version is another than the item is now."""
    is_another = revision.action == Revision.Action.DELETED or newest(revision) != revision
    return is_another and revision.kind in ITEMS


def change_page(item: Record) -> str:
    """Return the path of the form of an item."""
    return reverse(f"admin:initiatives_{item._meta.model_name}_change", args=[item.pk])


def bring_back(revision: Revision, editor: User | None, version: int, note: dict[str, str]) -> Record:
    """Make an item what it was in a version; return the item.

    Raises ContentError where that cannot be, or where the newest version is not `version` any more.
    """
    with locked():
        if newest(revision).number != version:
            raise ContentError([str(MOVED)])
        restore(revision, editor=editor, note=note)
        item: Record = items(revision.kind, revision.code).get()
        return item
