"""Two editors at once: nothing is saved over what came meanwhile, and nothing that was typed is lost."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Model, QuerySet
from django.forms import BoundField, CheckboxInput, ModelForm
from django.http import HttpRequest, QueryDict
from django.utils.datastructures import MultiValueDict
from django.utils.formats import localize_input
from django.utils.functional import cached_property
from django.utils.translation import gettext as _

from ..models import Record, Revision
from ..models.naming import record_key
from ..models.permissions import AnyUser, is_publisher
from ..versions.diff import Difference
from ..versions.revisions import key_of, serialized
from .differences import what_changed

Fields = dict[str, Any]


@dataclass
class Submission:
    """A form of an item, asked for or sent: by whom, and over which version of the item."""

    user: AnyUser | None = None
    item: tuple[str, str] | None = None  # kind and code
    posted: QueryDict = field(default_factory=QueryDict)
    is_preview: bool = False

    @classmethod
    def of(cls, request: HttpRequest, record: Record | None = None) -> "Submission":
        """Return the submission that a request is, or prepares."""
        item = key_of(record.item) if record and record.pk else None
        return cls(request.user, item, request.POST, is_preview(request))

    @classmethod
    def of_deleted(cls, request: HttpRequest) -> "Submission":
        """Return the submission of a record that is gone, by the item that its form named."""
        found = re.fullmatch(r"(\w+) ([\w.-]+)", request.POST.get("item", ""))
        return cls(request.user, (found[1], found[2]) if found else None, request.POST)

    @property
    def versions(self) -> QuerySet[Revision]:
        """Return the versions of the item, newest first."""
        if not self.item:
            return Revision.objects.none()
        kind, code = self.item
        return Revision.objects.filter(kind=kind, code=code).select_related("editor").order_by("-number")

    @property
    def is_small(self) -> bool:
        return bool(CheckboxInput().value_from_datadict(self.posted, MultiValueDict(), "is_small"))

    @cached_property
    def newest(self) -> Revision | None:
        """Return the newest version of the item, if one was kept yet."""
        return self.versions.first()

    @property
    def item_name(self) -> str:
        """Return the item as its form names it."""
        return " ".join(self.item) if self.item and self.newest else ""

    @property
    def number(self) -> int:
        """Return the number of the newest version; 0 where none was kept yet."""
        return self.newest.number if self.newest else 0

    @cached_property
    def base(self) -> Revision | None:
        """Return the version that the form showed, if there is such a one."""
        number = self.posted.get("version", "")
        return self.versions.filter(number=number).first() if re.fullmatch(r"[0-9]{1,9}", number) else None

    @cached_property
    def before(self) -> dict[tuple[str, ...], Fields]:
        """Return what the records of that version said, by their keys."""
        return fields_by_key(self.base) if self.base else {}

    @cached_property
    def now(self) -> dict[tuple[str, ...], Fields]:
        """Return what the records say at present, likewise."""
        return fields_by_key(self.newest) if self.newest else {}

    def meanwhile(self) -> dict[str, Any]:
        """Return what the reader of a refused form has to know: who saved what since."""
        changes: list[tuple[str, Any, list[Difference]]] | None = None
        if self.base and self.newest:
            changes = what_changed(self.base, self.newest)
            since = self.versions.filter(number__gt=self.base.number)
        else:
            since = self.versions.filter(number=self.number)
        return {"revisions": since.order_by("number"), "changes": changes}


def is_preview(request: HttpRequest) -> bool:
    """Return whether the address that a form was sent to is that of its preview."""
    match = request.resolver_match
    return match is not None and (match.url_name or "").endswith(("_preview", "_preview_add"))


def fields_by_key(revision: Revision) -> dict[tuple[str, ...], Fields]:
    """Return what each record of a version says, by its key."""
    return {record_key(row): row["fields"] for row in revision.records}


def key_and_fields(record: Record) -> tuple[tuple[str, ...], Fields]:
    """Return the key of a record and what it says, as a version has them."""
    [row] = serialized([record])
    return record_key(row), row["fields"]


# A refused form ---------------------------------------------------------------------------------------


def prepare_again(form: Any, formsets: list[Any]) -> None:
    """Make a refused form one that can be saved again.

    Where the editor had changed nothing it shows what stands there now; all that was typed stays.
    """
    shown = form.data.copy()
    shown["version"] = form.submission.number
    put_all(shown, newer_values(form))
    form.data = shown
    for formset in formsets:
        shown = formset.data.copy()
        for row in formset.initial_forms:
            put_all(shown, newer_values(row))
        formset.data = shown
        for row in formset.forms:
            row.data = shown
        if is_publisher(form.submission.user):
            for place in formset.brought_back:
                sentence = _("Someone deleted this one meanwhile. Saved as it stands, it comes back as new.")
                formset.forms[place].add_error(None, sentence)


def newer_values(form: Any) -> Fields:
    """Return, by name in the form, what someone else saved meanwhile in the fields that were left alone."""
    key, mine = key_and_fields(form.instance)
    if key not in form.submission.before or key not in form.submission.now:
        return {}
    before, now = form.submission.before[key], form.submission.now[key]
    return {
        form.add_prefix(name): form.initial.get(name)
        for name in form.fields
        if mine.get(name) == before.get(name) != now.get(name) and name not in form.errors
    }


def put_all(data: QueryDict, values: Fields) -> None:
    """Put values into form data, as a browser would send them."""
    for name, value in values.items():
        if value is False or value is None:
            data.pop(name, None)
        else:
            data[name] = "on" if value is True else str(localize_input(value))


def refuse_what_would_be_lost(formset: Any) -> None:
    """Refuse parts that someone else deleted, from who may add none: what was typed there would be lost."""
    user = formset.submission.user
    for form in formset.extra_forms if user and not is_publisher(user) else ():
        if any(form.data.get(bound.html_name, "").strip() for bound in free(form)):
            form.add_error(
                None,
                _(
                    "Nothing was saved: someone deleted this one meanwhile. Copy what you wrote here and ask "
                    "a publisher to bring it back. To save the rest, remove it or empty its fields."
                ),
            )


def free(form: ModelForm[Any]) -> list[BoundField]:
    """Return the fields, as bound, that this editor may change."""
    return [bound for bound in form.visible_fields() if not bound.field.disabled]


# Parts that came or went ------------------------------------------------------------------------------


def fitted_to_present(formset: Any) -> dict[str, Any]:
    """Return posted parts fitted to those that are there now, as arguments of a list of parts.

    A part that someone deleted meanwhile comes back as a new one if its text had been changed here; a part
    that came is shown. Empty where none came or went.
    """
    if not formset.management_form.is_valid():
        return {}
    pk = formset.model._meta.pk.name
    total = formset.total_form_count()
    initial = min(formset.initial_form_count(), total)
    present = {str(row.pk): row for row in formset.get_queryset()}
    posted = [formset.data.get(f"{formset.add_prefix(place)}-{pk}") for place in range(initial)]
    came = [row for key, row in present.items() if key not in posted]
    deleted = [place for place in range(initial) if posted[place] not in present]
    if not came and not deleted:
        return {}
    data, rows = without_parts(formset)
    there = [rows.get(place, {}) for place in range(initial) if place not in deleted]
    there += [as_posted(formset, row) | {pk: str(row.pk)} for row in came]
    stayed = [row for key, row in present.items() if key in posted]
    back = [rows[place] | {pk: ""} for place in deleted if is_touched(formset, rows.get(place), stayed)]
    new = [rows.get(place, {}) for place in range(initial, total)]
    for place, values in enumerate([*there, *back, *new]):
        put_all(data, {f"{formset.add_prefix(place)}-{name}": value for name, value in values.items()})
    counts = {"INITIAL_FORMS": len(there), "TOTAL_FORMS": len(there) + len(back) + len(new)}
    for name, number in counts.items():
        data[f"{formset.prefix}-{name}"] = number
    return {"data": data, "brought_back": range(len(there), len(there) + len(back))}


def without_parts(formset: Any) -> tuple[Any, dict[int, Fields]]:
    """Return the form data without the fields of the parts, and these: `{place: {field: value}}`."""
    data: QueryDict = formset.data.copy()
    rows: dict[int, Fields] = {}
    for name in list(data):
        if found := re.fullmatch(rf"{re.escape(formset.prefix)}-([0-9]{{1,4}})-(\w+)", name):
            rows.setdefault(int(found[1]), {})[found[2]] = data.pop(name)[-1]
    return data, rows


def as_posted(formset: Any, row: Model) -> Fields:
    """Return what a browser would send for a part as it is in the database."""
    data = QueryDict(mutable=True)
    form = formset.form(instance=row, **formset.get_form_kwargs(None))
    put_all(data, {bound.name: bound.value() for bound in form})
    return data.dict()


def is_touched(formset: Any, values: Fields | None, stayed: Iterable[Record]) -> bool:
    """Return whether the editor changed a part that someone else deleted: it is none that went as it was.

    Which one it was, only its key would tell, and a field that is locked is not sent.
    """
    if not values:
        return False
    others = {each.name: each.related_model() for each in formset.model._meta.fields if each.is_relation}
    blank = formset.model(**others | {formset.fk.name: formset.instance})
    form = formset.form(values, instance=blank, **formset.get_form_kwargs(None))
    form.is_valid()
    key, mine = key_and_fields(form.instance)
    there = {key_and_fields(row)[0] for row in stayed}
    went = [
        fields
        for other, fields in form.submission.before.items()
        if other[0] == key[0] and other not in there
    ]
    return not any(
        all(mine.get(bound.name) == fields.get(bound.name) for bound in free(form)) for fields in went
    )
