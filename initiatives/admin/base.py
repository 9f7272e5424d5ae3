"""What the forms of all kinds share: their layout, their parts and where readers see the record."""

from collections.abc import Sequence
from functools import partial
from typing import Any, ClassVar

from django import forms
from django.contrib import admin
from django.contrib.admin.options import BaseModelAdmin
from django.contrib.admin.widgets import RelatedFieldWidgetWrapper
from django.db.models import CharField, SlugField, TextField, URLField
from django.http import HttpRequest, HttpResponse
from django.utils.text import capfirst, format_lazy
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override

from accounts.characters import PlainField, PlainLineField
from accounts.lists import StrictListMixin

from ..language import LANGUAGES
from ..models import LARGEST_POSITION, Record
from ..models.fields import at_most, longest
from ..models.permissions import is_publisher
from ..versions import locked
from .conflicts import Submission, fitted_to_present, prepare_again
from .forms import ONE_MORE, ItemForm
from .parts import ListedForm, ListedFormSet, PartForm, PartFormSet, with_one_more
from .permissions import PermissionMixin, is_page_once_public
from .preview import PreviewMixin
from .translation_state import TranslationStateMixin, mark_states, mark_status

# What says whether and how a record is shown stands apart from what the record says.
ABOUT_PUBLICATION = {field.name for field in Record._meta.local_fields}
SHOWN_AS: tuple[str, ...] = ("publication", "provenance_nl", "provenance_fr")
STILL_RIGHT = ("still_right_nl", "still_right_fr")
AS_PRINTED = ("as_printed_nl", "as_printed_fr")
MOST_PARTS = 50  # of one kind in one form; Django takes no more fields than those of some forty


def rows(names: list[str]) -> list[tuple[str, ...]]:
    """Return the rows of a form: a text and its twin side by side, what has no twin together in between."""
    found: list[tuple[str, ...]] = []
    for name in names:
        stem, _underscore, language = name.rpartition("_")
        if language == "fr" and f"{stem}_nl" in names:
            continue
        if language == "nl":
            found.append((name, f"{stem}_fr"))
        elif found and not found[-1][0].endswith("_nl"):
            found[-1] += (name,)
        else:
            found.append((name,))
    return found


def fieldsets(model: type[Record], parent: str | None = None) -> list[tuple[Any, dict[str, Any]]]:
    """Return the parts of the form of `model`, without the field that leads to its `parent`."""
    hidden = {*model.translated_fields(), parent}
    names = [
        field.name
        for field in model._meta.fields
        if field.editable and not field.primary_key and field.name not in hidden
    ]
    shown = [name for name in names if name.startswith(("provenance_note_", "withdrawal_reason_"))]
    about = [name for name in names if name in ABOUT_PUBLICATION and name not in SHOWN_AS]
    own = [name for name in names if name not in (*SHOWN_AS, *about, *shown)]
    told = [AS_PRINTED, STILL_RIGHT, *rows(shown)]
    if parent:  # a part goes public with its page: its own status is for who looks for it
        return [
            (None, {"fields": rows(own)}),
            (_("Provenance"), {"fields": [SHOWN_AS[1:], *told], "classes": ["about"]}),
            (
                _("Status of this part, and validation of its texts"),
                {"fields": [("publication", "keep_back"), tuple(about)], "classes": ["collapse"]},
            ),
        ]
    return [
        (None, {"fields": rows(own)}),
        (_("Publication and provenance"), {"fields": [SHOWN_AS, *told], "classes": ["about"]}),
        (_("Validation of the texts"), {"fields": [tuple(about)], "classes": ["collapse"]}),
    ]


class BilingualMixin(BaseModelAdmin[Any]):
    """What the form of a record and the form of a part of it share."""

    formfield_overrides = {
        CharField: {"form_class": PlainLineField},
        TextField: {"form_class": PlainField},
        SlugField: {"form_class": forms.SlugField},
        URLField: {"assume_scheme": "https", "form_class": forms.URLField},
    }
    view_on_site: Any = False  # The change form has a link for each language.

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        """Return the form field: it says its language to browsers, and a new record starts as a draft."""
        if db_field.name == "publication":
            kwargs["initial"] = Record.Publication.DRAFT
        if db_field.name == "position":
            kwargs["max_value"] = LARGEST_POSITION  # lists look after places themselves, and not the model
        field: Any = super().formfield_for_dbfield(db_field, request, **kwargs)
        if db_field.name.removesuffix("_nl").removesuffix("_fr") in self.model.translated_fields():
            field.widget.attrs["lang"] = db_field.language
        if isinstance(field, PlainField | PlainLineField):
            limit = longest(db_field)
            # The record itself refuses what is longer, and lets what an older release took be made shorter.
            field.widget.attrs["maxlength"] = limit
            field.help_text = format_lazy("{} {}", field.help_text, at_most(limit))
        if isinstance(field.widget, RelatedFieldWidgetWrapper):
            # What a record belongs to is edited in its own form, not in windows on top of this one.
            field.widget = field.widget.widget
        return field


class PartInline(PermissionMixin, BilingualMixin, admin.StackedInline[Any, Any]):
    """Records that belong to another one, within its form."""

    form = PartForm
    formset: Any = PartFormSet
    template = "admin/initiatives/parts.html"
    extra = 0
    max_num = MOST_PARTS
    ordering: ClassVar[tuple[str, ...]] = ("position",)
    parent: ClassVar[str]

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        return fieldsets(self.model, parent=self.parent)

    def get_formset(self, request: HttpRequest, obj: Any = None, **kwargs: Any) -> Any:
        """Return the list of parts; a new one is public from the start where the page is."""
        formset = super().get_formset(request, obj, **{"absolute_max": MOST_PARTS} | kwargs)
        if obj and obj.is_marked_public and "publication" in formset.form.base_fields:
            formset.form.base_fields["publication"].initial = Record.Publication.PUBLIC
        return formset

    def get_queryset(self, request: HttpRequest) -> Any:
        """Return the rows with the records that their names speak of."""
        links = [field.name for field in self.model._meta.fields if field.is_relation]
        return super().get_queryset(request).select_related(*links)


class ListedPartInline(PartInline):
    """Records in a list that can be put in another order."""

    form = ListedForm
    formset = ListedFormSet


class RecordAdmin(PermissionMixin, BilingualMixin, TranslationStateMixin, PreviewMixin, StrictListMixin[Any]):
    """The list and the form of a kind of record."""

    form = ItemForm
    list_filter: ClassVar[tuple[Any, ...]] = SHOWN_AS
    list_select_related: ClassVar[tuple[str, ...] | bool] = False
    ordering: ClassVar[tuple[str, ...]]
    save_on_top = True

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        return fieldsets(self.model)

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        """Return what makes the form, told who fills it in and over which version of the item.

        The version is read first, and then the record anew: no form shows an older record than its version.
        """
        submission = Submission.of(request, obj)
        if obj and submission.newest and request.method != "POST":
            obj.refresh_from_db()
        form: Any = super().get_form(request, obj, change, **kwargs)
        return partial(form, submission=submission)

    def get_formset_kwargs(self, request: HttpRequest, obj: Any, inline: Any, prefix: str) -> dict[str, Any]:
        """Return what the list of parts is made with, fitted to the parts that are there now."""
        kwargs = super().get_formset_kwargs(request, obj, inline, prefix)
        kwargs["form_kwargs"] = {"submission": Submission.of(request, obj)}
        if "data" in kwargs and obj.pk:
            as_posted = inline.get_formset(request, obj)(**kwargs)
            kwargs |= fitted_to_present(as_posted)
        if request.POST.get(ONE_MORE) == prefix:
            kwargs["data"] = with_one_more(inline.get_formset(request, obj)(**kwargs))
        return kwargs

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Show the list, headed with what it lists, or make what was sent from it, one editor at a time.

        Django’s “Select … to change” is of no use to who only reads.
        """
        context = {"title": capfirst(self.model._meta.verbose_name_plural)} | (extra_context or {})
        if request.method != "POST":
            return super().changelist_view(request, context)
        with locked():
            return super().changelist_view(request, context)

    def get_search_fields(self, request: HttpRequest) -> list[str]:
        """Return the codes and all texts, in both languages."""
        texts = [f"{name}_{language}" for name in self.model.translated_fields() for language in LANGUAGES]
        return [*self.search_fields, *texts]

    def get_prepopulated_fields(self, request: HttpRequest, obj: Any = None) -> dict[str, Sequence[str]]:
        """Propose the address from the title while none is given."""
        names = self.model.translated_fields()
        is_frozen = bool(obj) and is_page_once_public(obj)
        if "slug" not in names or is_frozen or not is_publisher(request.user):
            return {}
        title = "title" if "title" in names else "name"
        return {f"slug_{language}": (f"{title}_{language}",) for language in LANGUAGES}

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        return {"publication": Record.Publication.DRAFT} | super().get_changeform_initial_data(request)

    def with_page(self) -> Any:
        """Return the rows that have a public page, or a place on one."""
        return self.model.objects.published()

    def paths(self, record: Any) -> dict[str, str]:
        """Return `{language: path}` of the page where readers see the record; empty where they do not."""
        if not hasattr(record, "get_absolute_url") or not self.with_page().filter(pk=record.pk).exists():
            return {}
        found = {}
        for language in LANGUAGES:
            with override(language):
                found[language] = record.get_absolute_url()
        return found

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        """Add what stands around the fields: states, ways to the pages, and what was changed meanwhile."""
        form = context["adminform"].form
        formsets = [inline.formset for inline in context["inline_admin_formsets"]]
        record = context.get("original")
        mark_states([form, *(row for formset in formsets for row in formset.forms)])
        for row in (row for formset in formsets for row in formset.forms):
            mark_status(row)
        context["preview_path"] = self.preview_path(record)
        context["checklist"] = form.checklist
        if form.is_conflict:
            prepare_again(form, formsets)
            context["meanwhile"] = form.submission.meanwhile()
        if record:
            context["was_public"] = is_page_once_public(record)
            context["may_publish"] = is_publisher(request.user)
            # As it is in the database, and not as a refused form would have it.
            context["from_db"] = from_db = self.model.objects.get(pk=record.pk)
            context |= {"has_page": hasattr(from_db, "get_absolute_url"), "paths": self.paths(from_db)}
        return super().render_change_form(request, context, *args, **kwargs)
