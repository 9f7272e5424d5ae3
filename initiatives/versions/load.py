"""Loading the files as one change, and bringing a version of an item back."""

from collections.abc import Mapping
from pathlib import Path

from django.contrib.auth.models import User
from django.db import DatabaseError, transaction
from django.utils import translation
from django.utils.translation import gettext as _

from ..content.compare import Changes, compare, snapshot
from ..content.files import ContentError, read, read_record
from ..content.load import Loader, Scope
from ..content.serialize import writable_fields
from ..models import CONTENT, Revision
from ..models.naming import model_of, record_key, technical_name
from .revisions import ITEMS, Action, items, parts_of
from .save import change

MOVED = (
    "The content or the files changed after you were shown what a load would do. "
    "Run load_content again to see what it would do now."
)


@translation.override("en")
def load(folder: Path, shown: Changes | None = None, *, is_even_so: bool = False) -> Changes:
    """Make the content what the files of `folder` say, as one change; return what changed.

    Either all of it, checked, or nothing. Where somebody agreed to what was `shown`, that or nothing.
    `is_even_so` takes down pages beneath what the files withdraw, and takes worksites that do not add up.
    Raises ContentError.
    """
    fixture_records = read(folder)
    try:
        with change(action=Action.LOADED, takes_down=is_even_so) as this:
            before = snapshot()
            scope: Scope = {model: model.objects.all() for model in CONTENT}
            Loader(this, scope, is_even_so=is_even_so).load(fixture_records)
            this.touch_all()
            changes = compare(before, snapshot())
            if shown is not None and changes != shown:
                raise ContentError([MOVED])
            return changes
    except DatabaseError as error:
        raise ContentError([f"The database refused the content: {error}"]) from error


def preview(folder: Path, *, is_even_so: bool = False) -> Changes:
    """Return what loading `folder` would change, and change nothing. Raises ContentError."""
    with transaction.atomic():
        changes = load(folder, is_even_so=is_even_so)
        transaction.set_rollback(True)
    return changes


def restore(
    revision: Revision, *, editor: User | None = None, note: str | Mapping[str, str] = ""
) -> Revision | None:
    """Make an item what it was in this version, its parts included; return that new version.

    None where it is so already. What the portal no longer has a place for stays away: see lost(). Raises
    ContentError with what cannot be restored.
    """
    model = ITEMS.get(revision.kind)
    if model is None:
        raise ContentError(
            [_("There is no kind of record “%s” any more: it cannot come back.") % revision.kind]
        )
    item = items(revision.kind, revision.code)
    scope: Scope = {model: item}
    for part in parts_of(model):
        scope[part] = part.objects.filter(**{f"{part.item_field}__in": item})
    known = [row for row in revision.records if model_of(row)]
    rows = [read_record(_("This version"), number, row) for number, row in enumerate(known, 1)]
    try:
        with change(editor=editor, note=note, action=Action.RESTORED) as this:
            Loader(this, scope, is_exact=True).load(rows)
    except DatabaseError as error:
        raise ContentError([_("The database refused this version: %s") % error]) from error
    return this.versions[0] if this.versions else None


def lost(revision: Revision) -> list[str]:
    """Return what of a version cannot come back, since the code has no place for it any more.

    As people read it: a record of a kind that is gone, or a record and its fields that are.
    """
    names = []
    for row in revision.records:
        label, *key = record_key(row)
        model = model_of(row)
        fields = row["fields"].keys() - {each.name for each in writable_fields(model)} if model else ()
        if model is None or fields:
            names.append(technical_name(label, key) + (f" ({', '.join(sorted(fields))})" if fields else ""))
    return names
