"""The forms of the parts of an item, and their lists."""

from collections.abc import Sequence
from typing import Any, cast

from django import forms
from django.forms.models import BaseInlineFormSet
from django.http import QueryDict
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from ..models import LARGEST_POSITION, Record
from ..versions import Change
from .conflicts import Submission, put_all, refuse_what_would_be_lost
from .forms import RecordForm


class PartForm(RecordForm):
    """The form of a part of a page: it goes public with the page, unless it is kept back."""

    keep_back = forms.BooleanField(
        label=_("Keep this part back"),
        required=False,
        help_text=_("It stays a draft when its page is published for the first time."),
    )

    def has_changed(self) -> bool:
        """Return whether anything was typed: a new part is none for its status alone."""
        changed = set(self.changed_data)
        return bool(changed if self.instance.pk else changed - {"publication", "keep_back"})


class ListedForm(PartForm):
    """The form of a record in a list: without a position it comes last; ListedFormSet sees to positions."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["position"].required = False
        self.fields["position"].help_text = _("Left empty: at the end.")

    def _get_validation_exclusions(self) -> set[str]:
        # Django would say of two in one place that the data are doubled, and not at the field.
        excluded: set[str] = super()._get_validation_exclusions()  # type: ignore[misc]  # private to Django
        return excluded | {"position"}


class PartFormSet(BaseInlineFormSet[Record, Record, RecordForm]):
    """The parts of a record, those `brought_back` among them that someone else deleted meanwhile."""

    def __init__(self, *args: Any, brought_back: Sequence[int] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.submission: Submission = self.form_kwargs.get("submission") or Submission()
        self.brought_back = brought_back
        self.published: list[RecordForm] = []

    def clean(self) -> None:
        super().clean()
        refuse_what_would_be_lost(self)
        if self.is_first_publication():
            self.publish()

    def is_first_publication(self) -> bool:
        """Return whether the page that the parts belong to is published now, and never was."""
        page = self.instance
        stored = type(page)._base_manager.filter(pk=page.pk)
        return page.is_marked_public and not stored.exclude(publication=Record.Publication.DRAFT).exists()

    def publish(self) -> None:
        """Make the drafts among the parts public with their page, those aside that are kept back."""
        for form in self.forms:
            stays = form not in self.deleted_forms and (form.instance.pk or form.has_changed())
            is_draft = form.instance.publication == Record.Publication.DRAFT
            if not stays or not is_draft or not form.is_valid() or form.cleaned_data["keep_back"]:
                continue
            for name, sentence in form.instance.missing_texts().items():
                form.add_error(name if name in form.fields else None, sentence)
            form.instance.publication = Record.Publication.PUBLIC
            self.published.append(form)

    def save_in(self, change: Change) -> list[str | Promise]:
        """Save and delete the parts in a change; return the labels of the texts that are the portal’s now."""
        self.save(commit=False)
        for record in self.deleted_objects:
            change.delete(record)
        ended = []
        for form in dict.fromkeys([*self.saved_forms, *self.published]):
            ended += form.save_in(change)
        return ended


def with_one_more(formset: PartFormSet) -> QueryDict:
    """Return the data of a list of parts with an empty one at its end, as a new one begins."""
    data = cast(QueryDict, formset.data).copy()
    if formset.management_form.is_valid():
        place = formset.total_form_count()
        blank = formset.empty_form
        put_all(data, {f"{formset.add_prefix(place)}-{each.name}": each.initial for each in blank})
        data[f"{formset.prefix}-TOTAL_FORMS"] = str(place + 1)
    return data


class ListedFormSet(PartFormSet):
    """The records of a list, which may change places with each other in one saving."""

    def clean(self) -> None:
        """Put records without a position last, and note at the field where two have the same."""
        super().clean()
        lists: dict[tuple[Any, ...], list[RecordForm]] = {}
        others = [
            name for name in self.get_queryset().model.list_fields() if name not in ("position", self.fk.name)
        ]
        for form in self.forms:
            stays = form not in self.deleted_forms and (form.instance.pk or form.has_changed())
            if stays and form.is_valid():
                lists.setdefault(tuple(form.cleaned_data[name] for name in others), []).append(form)
        for forms_of_list in lists.values():
            self.settle_positions(forms_of_list)

    def settle_positions(self, forms_of_list: list[Any]) -> None:
        """Put each record of one list in its own position."""
        taken: set[int] = set()
        for form in sorted(forms_of_list, key=lambda form: form.instance.position is None):
            if form.instance.position is None:
                form.instance.position = max(taken, default=0) + 1
                if form.instance.position > LARGEST_POSITION:
                    form.add_error("position", _("There is no place after the last one; give a number."))
            elif form.instance.position in taken:
                form.add_error("position", _("Another record has this position; give each its own."))
            taken.add(form.instance.position)

    def save_in(self, change: Change) -> list[str | Promise]:
        """Save and delete the records; those that move or go first make room for the others."""
        leaving = [form.instance.pk for form in self.initial_forms if form.has_changed()]
        change.move_aside(self.get_queryset().filter(pk__in=leaving))
        return super().save_in(change)
