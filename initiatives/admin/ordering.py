"""Lists whose order is changed by number, in the list itself: two records may change places in one saving."""

from typing import Any, cast

from django import forms
from django.contrib import admin
from django.contrib.admin.views.main import ChangeList
from django.forms.models import BaseModelFormSet
from django.http import HttpRequest, QueryDict
from django.utils.functional import Promise
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from accounts.lists import StrictChangeList

from ..models import Record
from ..models.permissions import is_publisher
from ..versions import Change


class OrderedChangeList(StrictChangeList):
    """The list of records, with their places to be filled in by publishers alone."""

    def __init__(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        super().__init__(request, *args, **kwargs)
        if not is_publisher(request.user):
            self.list_editable = ()


class PositionForm(forms.ModelForm[Record]):
    """The place of one record; PositionFormSet sees that each place is taken once."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["position"]
        field.show_hidden_initial = True  # so that the place which the list showed is sent with the new one
        field.widget.attrs["aria-label"] = f"{capfirst(field.label)} – {self.instance}"

    def _get_validation_exclusions(self) -> set[str]:
        excluded: set[str] = super()._get_validation_exclusions()  # type: ignore[misc]  # private to Django
        return excluded | {"position"}

    def was_moved(self) -> bool:
        """Return whether someone else gave the record another place than the list showed."""
        return self.data.get(self["position"].html_initial_name) != str(self.initial["position"])

    def shown_again(self) -> dict[str, str]:
        """Return what the field shows next: the place that the record has now, where it was left alone."""
        position, now = self["position"], str(self.initial["position"])
        shown = {position.html_initial_name: now}
        return shown if "position" in self.changed_data else shown | {position.html_name: now}

    def save_in(self, change: Change) -> list[str | Promise]:
        """Save the place; whoever still has it makes room, and gets its own when it is saved."""
        place = dict(zip(type(self.instance).list_fields(), place_of(self.instance), strict=True))
        change.move_aside(type(self.instance).objects.filter(**place))
        change.save(self.instance)
        return []


class PositionFormSet(BaseModelFormSet[Record, PositionForm]):
    """The places of the records of a list."""

    def clean(self) -> None:
        """Note at the field where two records have the same place, shown in this list or not.

        A list that someone else put in another order since it was opened is refused as a whole.
        """
        super().clean()
        if moved := [form for form in self.initial_forms if form.instance.pk and form.was_moved()]:
            self.show_again(moved)
            return
        own = [form.instance for form in self.forms]
        others = self.get_queryset().model.objects.exclude(pk__in=[record.pk for record in own])
        taken = {place_of(record) for record in others}
        for form in self.forms:
            if not form.is_valid():
                continue
            if place_of(form.instance) in taken:
                form.add_error("position", _("Another record has this position; give each its own."))
            taken.add(place_of(form.instance))

    def show_again(self, moved: list[PositionForm]) -> None:
        """Show the places of today beside what was typed, and say at which the order changed meanwhile."""
        shown = cast(QueryDict, self.data).copy()
        for form in moved:
            for name, value in form.shown_again().items():
                shown[name] = value
        self.data = shown
        for form in self.forms:
            form.data = shown
        for form in moved:
            sentence = _(
                "Nothing was saved: someone else changed this place meanwhile, and it is %(place)s now. "
                "Check the order and save again."
            )
            form.add_error("position", sentence % {"place": form.initial["position"]})


def place_of(record: Record) -> tuple[Any, ...]:
    """Return what together says the place of a record: its list, and its position there."""
    model = type(record)
    return tuple(
        getattr(record, getattr(model._meta.get_field(name), "attname", name)) for name in model.list_fields()
    )


class ReorderMixin(admin.ModelAdmin[Any]):
    """The admin of records that stand in an order of their own."""

    list_editable = ("position",)

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[ChangeList]:
        return OrderedChangeList

    def get_changelist_form(self, request: HttpRequest, **kwargs: Any) -> type[PositionForm]:
        return PositionForm

    def get_changelist_formset(self, request: HttpRequest, **kwargs: Any) -> Any:
        return super().get_changelist_formset(request, formset=PositionFormSet, **kwargs)
