"""Two editors at once: nothing is saved over what came meanwhile, and nothing that was typed is lost."""

import re
from dataclasses import dataclass, field

from django.contrib.auth.models import AbstractUser
from django.forms import CheckboxInput
from django.utils.formats import localize_input
from django.utils.functional import cached_property
from django.utils.translation import gettext as _

from .. import history
from ..models import Revision
from .rights import is_publisher
from .versions import key_of, what_changed


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
    for formset in formsets:
        for row in formset.gone:
            if is_publisher(form.saving.user):
                sentence = _("Someone deleted this one meanwhile. Saved as it stands, it comes back as new.")
            else:
                sentence = _("Someone deleted this one meanwhile. Ask a publisher to bring it back.")
            formset.forms[row].add_error(None, sentence)


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
    back = [rows.get(place, {}) | {pk: ""} for place in gone if is_touched(formset, rows.get(place, {}))]
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


def is_touched(formset, values):
    """Say whether the editor changed a part that someone else deleted."""
    form = formset.form(values, instance=formset.model(**{formset.fk.name: formset.instance}))
    form.is_valid()
    try:
        [written] = history.as_kept([form.instance])
    except AttributeError:  # what it refers to is gone as well
        return True
    before = form.saving.before.get(key_of(written), {})
    return any(written["fields"].get(name) != before.get(name) for name in form.fields)
