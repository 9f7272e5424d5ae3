"""What was: the history of a record, how two versions differ, and bringing one back."""

from types import SimpleNamespace

from django.core.exceptions import FieldDoesNotExist
from django.core.paginator import Paginator
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from ..language import LANGUAGES
from ..models import Revision
from ..versions.diff import (
    HIDDEN,
    Difference,
    compare,
    differences,
    field_name,
    key_of,
    model_of,
    record_name,
    replaced,
)
from .permissions import is_publisher

HEADINGS = {"nl": _("The texts in Dutch"), "fr": _("The texts in French"), "": _("Beside the texts")}
A_PAGE = 20  # versions on one page of a history


def what_changed(older, newer):
    """Give how two versions differ, as `[(language, heading, [Difference, …]), …]`.

    The last, of no language, are no texts: order, publication, who stands for a text.
    """
    if older is None:
        return []
    # What is the same in both need not be compared; the item comes first in any case.
    before, after = (
        SimpleNamespace(
            records=[own.records[0], *(row for row in own.records[1:] if row not in other.records)]
        )
        for own, other in ((older, newer), (newer, older))
    )
    found = {language: differences(before, after, language, drafts=True)[0] for language in LANGUAGES}
    found[""] = facts(before, after)
    return [(language, HEADINGS[language], changes) for language, changes in found.items() if changes]


def facts(older, newer):
    """Give the Differences between two versions in what is no text for readers."""
    before, after = ({key_of(row): row for row in version.records} for version in (older, newer))
    found = []
    for key in [*after, *(key for key in before if key not in after)]:
        old, new = before.get(key), after.get(key)
        row = new or old
        name = "" if row in (older.records[0], newer.records[0]) else record_name(row)
        if old and new:
            found += facts_of_record(model_of(row), name, old["fields"], new["fields"])
        else:
            found.append(Difference(name, [("ins" if new else "del", " ".join(key[1:]))]))
    return found


def facts_of_record(model, name, old, new):
    for field in dict.fromkeys([*new, *old]):
        was, now = (shown(model, field, values.get(field)) for values in (old, new))
        if was != now and not is_text(field) and not field.startswith("outdated_"):
            label = capfirst(" – ".join(part for part in (name, field_name(model, field)) if part))
            is_long = field.startswith("withdrawal_reason_")
            yield Difference(label, compare(was, now) if is_long else replaced(was, now))


def is_text(field):
    """Say whether readers see a field as a text in one language."""
    stem, _separator, language = field.rpartition("_")
    return language in LANGUAGES and stem not in HIDDEN


def shown(model, name, value):
    """Give a value of a version as editors know it; what a version leaves out stands at its default."""
    try:
        field = model._meta.get_field(name)
    except (AttributeError, FieldDoesNotExist):
        field = None
    if value is None and field is not None and not field.is_relation:
        value = field.get_default()
    if isinstance(value, bool):
        return str(_("yes") if value else _("no"))
    if isinstance(value, list):
        return " ".join(map(str, value))
    value = dict(getattr(field, "flatchoices", ())).get(value, value)
    return "" if value is None else str(value)


def versions_of(item, request):
    """Give a page of the history of an item, each version with what it changed."""
    revisions = Revision.objects.of(item)
    page = Paginator(revisions.select_related("editor"), A_PAGE).get_page(request.GET.get("p"))
    rows = list(page)
    before = revisions.filter(number__lt=rows[-1].number).first() if rows else None
    pairs = zip(rows, [*rows[1:], before], strict=True) if rows else ()
    return {
        "item": item,
        "paging": page,
        "pairs": [{"revision": new, "changes": what_changed(old, new)} for new, old in pairs],
        "newest": revisions.first(),
        "may_restore": is_publisher(request.user),
    }
