"""What the forms of all kinds share: their layout, their parts and where readers see the record."""

from django.contrib import admin
from django.contrib.admin.widgets import RelatedFieldWidgetWrapper
from django.db.models import URLField
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override

from ..language import LANGUAGES
from ..models.base import Record
from .forms import OrderedFormSet, PartForm, PartFormSet, RecordForm, SavedForm
from .permissions import is_publisher
from .preview import Previewed
from .translation_state import WithStates
from .versioned import Kept, KeptPart

# What says whether and how a record is shown stands apart from what the record says.
ABOUT_PUBLICATION = {field.name for field in Record._meta.local_fields}
SHOWN_AS = ("publication", "provenance_nl", "provenance_fr")
STILL_RIGHT = ("still_right_nl", "still_right_fr")
AS_PRINTED = ("as_printed_nl", "as_printed_fr")


def rows(names):
    """Give the rows of a form: a text and its twin side by side, what has no twin together in between."""
    found = []
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


def fieldsets(model, parent=None):
    """Give the parts of the form of `model`, without the field that leads to its `parent`."""
    hidden = {*model.translated_fields(), parent}
    names = [
        field.name
        for field in model._meta.fields
        if field.editable and not field.primary_key and field.name not in hidden
    ]
    shown = [name for name in names if name.startswith(("provenance_note_", "withdrawal_reason_"))]
    about = [name for name in names if name in ABOUT_PUBLICATION and name not in SHOWN_AS]
    own = [name for name in names if name not in (*SHOWN_AS, *about, *shown)]
    return [
        (None, {"fields": rows(own)}),
        (
            _("Publication and provenance"),
            {"fields": [SHOWN_AS, AS_PRINTED, STILL_RIGHT, *rows(shown)], "classes": ["about"]},
        ),
        (_("Validation of the texts"), {"fields": [tuple(about)], "classes": ["collapse"]}),
    ]


class Bilingual:
    """What the form of a record and the form of a part of it share."""

    form = RecordForm
    formfield_overrides = {URLField: {"assume_scheme": "https"}}
    view_on_site = False  # The change form has a link for each language.

    def formfield_for_dbfield(self, db_field, request, **kwargs):
        """Give the form field: it says its language to browsers, and a new record starts as a draft."""
        if db_field.name == "publication":
            kwargs["initial"] = Record.Publication.DRAFT
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        if db_field.name.removesuffix("_nl").removesuffix("_fr") in self.model.translated_fields():
            field.widget.attrs["lang"] = db_field.language
        if isinstance(field.widget, RelatedFieldWidgetWrapper):
            # What a record belongs to is edited in its own form, not in windows on top of this one.
            field.widget = field.widget.widget
        return field


class Part(KeptPart, Bilingual, admin.StackedInline):
    """Records that belong to another one, within its form."""

    formset = PartFormSet
    extra = 0
    ordering = ("position",)
    parent = None

    def get_fieldsets(self, request, obj=None):
        return fieldsets(self.model, parent=self.parent)


class OrderedPart(Part):
    """Records in a list that can be put in another order."""

    form = PartForm
    formset = OrderedFormSet


class RecordAdmin(WithStates, Previewed, Kept, Bilingual, admin.ModelAdmin):
    """The list and the form of a kind of record."""

    form = SavedForm
    list_filter = SHOWN_AS
    save_on_top = True

    def get_fieldsets(self, request, obj=None):
        return fieldsets(self.model)

    def changelist_view(self, request, extra_context=None):
        """Head the list with what it lists: Django’s “Select … to change” is of no use to who only reads."""
        title = capfirst(self.model._meta.verbose_name_plural)
        return super().changelist_view(request, {"title": title} | (extra_context or {}))

    def get_search_fields(self, request):
        """Give the codes and all texts, in both languages."""
        texts = [f"{name}_{language}" for name in self.model.translated_fields() for language in LANGUAGES]
        return [*self.search_fields, *texts]

    def get_prepopulated_fields(self, request, obj=None):
        """Propose the address from the title while none is given."""
        names = self.model.translated_fields()
        is_frozen = bool(obj) and self.was_public(obj)
        if "slug" not in names or is_frozen or not is_publisher(request.user):
            return {}
        title = "title" if "title" in names else "name"
        return {f"slug_{language}": (f"{title}_{language}",) for language in LANGUAGES}

    def get_changeform_initial_data(self, request):
        return {"publication": Record.Publication.DRAFT} | super().get_changeform_initial_data(request)

    def shown(self):
        """Give the rows that have a public page, or a place on one."""
        return self.model.objects.published()

    def paths(self, record):
        """Give `{language: path}` of the page where readers see the record; empty where they do not."""
        if not hasattr(record, "get_absolute_url") or not self.shown().filter(pk=record.pk).exists():
            return {}
        found = {}
        for language in LANGUAGES:
            with override(language):
                found[language] = record.get_absolute_url()
        return found

    def render_change_form(self, request, context, *args, **kwargs):
        """Add where readers see the record, as it is stored and not as a refused form would have it."""
        if original := context.get("original"):
            stored = self.model.objects.get(pk=original.pk)
            has_page = hasattr(stored, "get_absolute_url")
            context |= {"stored": stored, "has_page": has_page, "paths": self.paths(stored)}
        return super().render_change_form(request, context, *args, **kwargs)
