"""Loading the files as one change, and bringing a version of an item back."""

from pathlib import Path

from django.contrib.auth.models import User
from django.db import DatabaseError, transaction
from django.utils import translation
from django.utils.translation import gettext as _

from ..content.compare import Changes, compare, snapshot
from ..content.files import ContentError, read, read_record
from ..content.load import Loader, Scope
from ..models import CONTENT, Revision
from .revisions import ITEMS, Action, items, parts_of
from .save import change

MOVED = (
    "The content or the files changed after you were shown what a load would do. "
    "Run load_content again to see what it would do now."
)


@translation.override("en")
def load(folder: Path, shown: Changes | None = None) -> Changes:
    """Make the content what the files of `folder` say, as one change; return what changed.

    Either all of it, checked, or nothing. Where somebody agreed to what was `shown`, that or nothing. Raises
    ContentError.
    """
    fixture_records = read(folder)
    try:
        with change(action=Action.LOADED) as this:
            before = snapshot()
            scope: Scope = {model: model.objects.all() for model in CONTENT}
            Loader(this, scope).load(fixture_records)
            this.touch_all()
            changes = compare(before, snapshot())
            if shown is not None and changes != shown:
                raise ContentError([MOVED])
            return changes
    except DatabaseError as error:
        raise ContentError([f"The database refused the content: {error}"]) from error


def preview(folder: Path) -> Changes:
    """Return what loading `folder` would change, and change nothing. Raises ContentError."""
    with transaction.atomic():
        changes = load(folder)
        transaction.set_rollback(True)
    return changes


def restore(revision: Revision, *, editor: User | None = None, note: str = "") -> Revision | None:
    """Make an item what it was in this version, its parts included; return that new version.

    None where it is so already. Raises ContentError with what cannot be restored.
    """
    model = ITEMS[revision.kind]
    item = items(revision.kind, revision.code)
    scope: Scope = {model: item}
    for part in parts_of(model):
        scope[part] = part.objects.filter(**{f"{part.item_field}__in": item})
    rows = [read_record(_("This version"), number, row) for number, row in enumerate(revision.records, 1)]
    with change(editor=editor, note=note, action=Action.RESTORED) as this:
        Loader(this, scope, is_exact=True).load(rows)
    return this.versions[0] if this.versions else None
