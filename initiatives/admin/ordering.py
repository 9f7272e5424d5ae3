"""Lists whose order is changed by number, in the list itself: two records may change places in one saving."""

from django import forms
from django.contrib.admin.views.main import ChangeList
from django.db import transaction
from django.db.models import F
from django.forms.models import BaseModelFormSet
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from ..content.load import ASIDE
from .permissions import is_publisher
from .versioned import lock


class PlacesList(ChangeList):
    """The list of records, with their places to be filled in by publishers alone."""

    def __init__(self, request, *args, **kwargs):
        super().__init__(request, *args, **kwargs)
        if not is_publisher(request.user):
            self.list_editable = ()


class PlaceForm(forms.ModelForm):
    """The place of one record; PlacesFormSet sees that each place is taken once."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        field = self.fields["position"]
        field.show_hidden_initial = True  # so that the place which the list showed is sent with the new one
        field.widget.attrs["aria-label"] = f"{capfirst(field.label)} – {self.instance}"

    def _get_validation_exclusions(self):
        return super()._get_validation_exclusions() | {"position"}

    def was_moved(self):
        """Say whether someone else gave the record another place than the list showed."""
        return self.data.get(self["position"].html_initial_name) != str(self.initial["position"])

    def take_newer(self):
        """Show the place that the record has now, in that of what the editor left alone, and say so."""
        position, now = self["position"], str(self.initial["position"])
        if "position" not in self.changed_data:
            self.data[position.html_name] = now
        self.data[position.html_initial_name] = now
        self.add_error(
            "position",
            _(
                "Nothing was saved: someone else changed this place meanwhile, and it is %(place)s now. "
                "Check the order and save again."
            )
            % {"place": now},
        )


class PlacesFormSet(BaseModelFormSet):
    """The places of the records of a list."""

    def clean(self):
        """Note at the field where two records have the same place, shown in this list or not.

        A list that someone else put in another order since it was opened is refused as a whole.
        """
        super().clean()
        if moved := [form for form in self.initial_forms if form.instance.pk and form.was_moved()]:
            self.data = self.data.copy()
            for form in self.forms:
                form.data = self.data
            for form in moved:
                form.take_newer()
            return
        own = [form.instance for form in self.forms]
        others = self.model.objects.exclude(pk__in=[record.pk for record in own])
        taken = {place(record) for record in others}
        for form in self.forms:
            if not form.is_valid():
                continue
            if place(form.instance) in taken:
                form.add_error("position", _("Another record has this position; give each its own."))
            taken.add(place(form.instance))


def places(model):
    """Give the fields that together say the place of a record: its list, and its position there."""
    names = (getattr(constraint, "fields", ()) for constraint in model._meta.constraints)
    return next(fields for fields in names if "position" in fields)


def place(record):
    return tuple(getattr(record, record._meta.get_field(name).attname) for name in places(type(record)))


class Ordered:
    """The admin of records that stand in an order of their own."""

    list_editable = ("position",)

    def changelist_view(self, request, extra_context=None):
        """Show the list, or save its order: one editor at a time, from reading the places to writing them."""
        with transaction.atomic():
            if request.method == "POST" and "_save" in request.POST:
                lock(self.model)
            return super().changelist_view(request, extra_context)

    def get_changelist(self, request, **kwargs):
        return PlacesList

    def get_changelist_form(self, request, **kwargs):
        return PlaceForm

    def get_changelist_formset(self, request, **kwargs):
        return super().get_changelist_formset(request, formset=PlacesFormSet, **kwargs)

    def save_model(self, request, obj, form, change):
        """Save a record; whoever still has its new place makes room, and gets its own when it is saved."""
        if isinstance(form, PlaceForm):
            in_place = dict(zip(places(self.model), place(obj), strict=True))
            self.model.objects.filter(**in_place).update(position=F("position") + ASIDE)
        super().save_model(request, obj, form, change)
