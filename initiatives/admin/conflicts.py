"""Two editors at once: nothing is saved over what came meanwhile, and nothing that was typed is lost."""

import re
from dataclasses import dataclass, field

from django.contrib.auth.models import AbstractUser
from django.forms import CheckboxInput
from django.utils.formats import localize_input
from django.utils.functional import cached_property
from django.utils.translation import gettext as _

from ..models import Revision
from ..versions import save as history
from .differences import key_of, what_changed
from .permissions import is_publisher


@dataclass
class Saving:
    """Who saves, as how great a change, and over which version of which item."""

    user: AbstractUser | None = None
    is_small: bool = False
    newest: Revision | None = None
    posted: dict = field(default_factory=dict)

    @classmethod
    def of(cls, request, item=None):
        """Give the saving that a request is, or prepares."""
        newest = Revision.objects.of(item).select_related("editor").first() if item else None
        is_small = CheckboxInput().value_from_datadict(request.POST, {}, "is_small")
        return cls(request.user, is_small, newest, request.POST)

    @classmethod
    def of_deleted(cls, request):
        """Give the saving of a record that is gone, by the version and the item that its form named."""
        found = re.fullmatch(r"(\w+) ([\w.-]+)", request.POST.get("item", ""))
        versions = Revision.objects.filter(kind=found[1], code=found[2]) if found else Revision.objects.none()
        return cls(request.user, newest=versions.order_by("-number").first(), posted=request.POST)

    @property
    def name(self):
        """Give the item as its form names it."""
        return f"{self.newest.kind} {self.newest.code}" if self.newest else ""

    @property
    def number(self):
        """Give the number of the newest version; 0 where none was kept yet."""
        return self.newest.number if self.newest else 0

    @cached_property
    def base(self):
        """Give the version that the form showed, if there is such a one."""
        number = self.posted.get("version", "")
        if not self.newest or not re.fullmatch(r"\d{1,9}", number):
            return None
        versions = Revision.objects.filter(kind=self.newest.kind, code=self.newest.code)
        return versions.filter(number=number).first()

    @cached_property
    def before(self):
        """Give what the records of that version said: `{(kind, natural key): fields}`."""
        return fields_by_key(self.base) if self.base else {}

    @cached_property
    def now(self):
        """Give what the records say at present, likewise."""
        return fields_by_key(self.newest) if self.newest else {}

    def meanwhile(self):
        """Give what the reader of a refused form has to know: who saved what since."""
        since = Revision.objects.filter(kind=self.newest.kind, code=self.newest.code)
        since = since.filter(number__gt=self.base.number) if self.base else since.filter(pk=self.newest.pk)
        changes = what_changed(self.base, self.newest) if self.base else None
        return {"revisions": since.select_related("editor").order_by("number"), "changes": changes}


def fields_by_key(revision):
    return {key_of(row): row["fields"] for row in revision.records}


def keep_typed(form, formsets):
    """Make a refused form one that can be saved again.

    Where the editor had changed nothing it takes what stands there now; all that was typed stays.
    """
    form.data = form.data.copy()
    form.data["version"] = form.saving.number
    for row in [form, *(row for formset in formsets for row in formset.initial_forms)]:
        take_newer(row)
    if is_publisher(form.saving.user):
        for formset in formsets:
            for row in formset.gone:
                sentence = _("Someone deleted this one meanwhile. Saved as it stands, it comes back as new.")
                formset.forms[row].add_error(None, sentence)


def refuse_what_would_go(formset):
    """Refuse parts that someone else deleted, from who may add none: what was typed there would go."""
    user = formset.form.saving.user
    for form in formset.extra_forms if user and not is_publisher(user) else ():
        if any(form.data.get(bound.html_name, "").strip() for bound in free(form)):
            form.add_error(
                None,
                _(
                    "Nothing was saved: someone deleted this one meanwhile. Copy what you wrote here and ask "
                    "a publisher to bring it back. To save the rest, remove it or empty its fields."
                ),
            )


def free(form):
    """Give the fields, as bound, that this editor may change."""
    return [bound for bound in form.visible_fields() if not bound.field.disabled]


def take_newer(form):
    """Give the fields that the editor left alone what someone else saved in them meanwhile."""
    [written] = history.as_kept([form.instance])
    key, mine = key_of(written), written["fields"]
    if key not in form.saving.before or key not in form.saving.now:
        return
    before, now = form.saving.before[key], form.saving.now[key]
    for name in form.fields:
        if mine.get(name) == before.get(name) != now.get(name) and name not in form.errors:
            put(form.data, form.add_prefix(name), form.initial.get(name))


def put(data, name, value):
    """Put a value into posted data, as a browser would send it."""
    if value is False or value is None:
        data.pop(name, None)
    else:
        data[name] = "on" if value is True else str(localize_input(value))


def rebase(formset):
    """Fit posted parts to those that are there now; give the places of those that someone deleted.

    A part that went counts as a new one if its text had been changed here; a part that came is shown.
    """
    if not formset.management_form.is_valid():
        return []
    pk = formset.model._meta.pk.name
    total = formset.total_form_count()
    initial = min(formset.initial_form_count(), total)
    present = {str(row.pk): row for row in formset.get_queryset()}
    posted = [formset.data.get(f"{formset.add_prefix(place)}-{pk}") for place in range(initial)]
    came = [row for key, row in present.items() if key not in posted]
    gone = [place for place in range(initial) if posted[place] not in present]
    if not came and not gone:
        return []
    rows = take_out(formset)
    kept = [rows.get(place, {}) for place in range(initial) if place not in gone]
    kept += [as_posted(formset, row) | {pk: str(row.pk)} for row in came]
    stayed = [row for key, row in present.items() if key in posted]
    back = [rows[place] | {pk: ""} for place in gone if is_touched(formset, rows.get(place), stayed)]
    new = [rows.get(place, {}) for place in range(initial, total)]
    for place, values in enumerate([*kept, *back, *new]):
        for name, value in values.items():
            put(formset.data, f"{formset.add_prefix(place)}-{name}", value)
    formset.data[f"{formset.prefix}-INITIAL_FORMS"] = len(kept)
    formset.data[f"{formset.prefix}-TOTAL_FORMS"] = len(kept) + len(back) + len(new)
    del formset.management_form
    return list(range(len(kept), len(kept) + len(back)))


def take_out(formset):
    """Take the fields of all parts out of the posted data; give `{place: {field: value}}`."""
    rows = {}
    for name in list(formset.data):
        if found := re.fullmatch(rf"{re.escape(formset.prefix)}-(\d+)-(\w+)", name):
            rows.setdefault(int(found[1]), {})[found[2]] = formset.data.pop(name)[-1]
    return rows


def as_posted(formset, row):
    """Give what a browser would send for a part as it is stored."""
    data = {}
    for bound in formset.form(instance=row):
        put(data, bound.name, bound.value())
    return data


def is_touched(formset, values, stayed):
    """Say whether the editor changed a part that someone else deleted: it is none that went as it was.

    Which one it was, only its key would tell, and a field that is locked is not sent.
    """
    if not values:
        return False
    others = {each.name: each.related_model() for each in formset.model._meta.fields if each.is_relation}
    form = formset.form(values, instance=formset.model(**others | {formset.fk.name: formset.instance}))
    form.is_valid()
    [written] = history.as_kept([form.instance])
    kept = {key_of(row) for row in history.as_kept(stayed)}
    went = [
        fields for key, fields in form.saving.before.items() if key[0] == written["model"] and key not in kept
    ]
    return not any(
        all(written["fields"].get(bound.name) == fields.get(bound.name) for bound in free(form))
        for fields in went
    )
