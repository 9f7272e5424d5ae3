"""The history of the content: keeping versions of items, and bringing one back.

An item is a record that is a part of no other: a page with all that stands on it, or the strategy.
"""

import json

from django.core.serializers.json import DjangoJSONEncoder
from django.db import transaction
from django.utils import timezone, translation

from accounts import audit

from ..content import load as content
from ..models import CONTENT, Page, Revision
from .audit import record_publication
from .diff import is_public, key_of, seen

ITEMS = {model._meta.model_name: model for model in CONTENT if model.item_field is None}


@transaction.atomic
def load(folder):
    """Load the content from files, as one change of the history; give what changed.

    Raises content.ContentError, and leaves everything as it was.
    """
    changes = content.load(folder)
    kept = keep_all(action=Revision.Action.LOADED)
    audit.record(audit.What.LOADED, detail=", ".join(f"{each.kind} {each.code}" for each in kept))
    return changes


def parts(model):
    """Give the kinds of record that are a part of an item of this kind."""
    fields = {each: each.item_field for each in CONTENT if each.item_field}
    return [each for each, name in fields.items() if each._meta.get_field(name).related_model is model]


def was_public(page):
    """Say whether readers can have the address of this page: it is public, or was."""
    is_draft = page.publication == Page.Publication.DRAFT
    return not is_draft or Revision.objects.published().of(page).exists()


def as_kept(rows):
    """Give records as a version has them."""
    return json.loads(json.dumps([content.written(row) for row in rows], cls=DjangoJSONEncoder))


def last_versions(**lookup):
    """Give the newest version of each item, as `{(kind, code): Revision}`."""
    rows = Revision.objects.filter(**lookup).order_by("number")
    return {(row.kind, row.code): row for row in rows}


def keep(item, **said):
    """Keep the present version of an item, if it differs from the last; give it, or None.

    Takes `editor`, `note`, `is_small`, `action` and `at`. To be called in the transaction of the change.
    """
    key = (item._meta.model_name, item.code)
    last = last_versions(kind=key[0], code=key[1]).get(key)
    rows = [item]
    for part in parts(type(item)):
        rows += part.objects.select_related().filter(**{part.item_field: item})
    return keep_rows(rows, last, **said)


def keep_all(**said):
    """Keep the present version of every item that differs from its last; give those kept.

    All carry the same moment; what is gone is kept as deleted. To be called in the transaction of the change.
    """
    said.setdefault("at", timezone.now())
    last = last_versions()
    kept = []
    for model in ITEMS.values():
        rows = {item.pk: [item] for item in model.objects.select_related()}
        for part in parts(model):
            for row in part.objects.select_related():
                rows[getattr(row, f"{part.item_field}_id")].append(row)
        for item, *its_parts in rows.values():
            key = (model._meta.model_name, item.code)
            kept.append(keep_rows([item, *its_parts], last.pop(key, None), **said))
    for gone in last.values():
        if gone.action != Revision.Action.DELETED:
            kept.append(keep_deleted(gone, **said))
    return [revision for revision in kept if revision]


def keep_rows(rows, last, **said):
    item, records = rows[0], as_kept(rows)
    was_there = last is not None and last.action != Revision.Action.DELETED
    if was_there and last.records == records:
        return None
    before, after = seen(last.records) if was_there else [], seen(records)
    if in_sight(before) and not in_sight(after):
        said["action"] = Revision.Action.WITHDRAWN
    is_news = before != after and is_shown(item)
    if is_news:
        said["is_small"] = is_small(before, after, said.get("is_small", False))
    return new(
        kind=item._meta.model_name,
        code=item.code,
        number=last.number + 1 if last else 1,
        is_public=is_news,
        records=records,
        **said,
    )


def in_sight(records):
    """Say whether readers see an item, and not only that it was withdrawn."""
    return bool(records) and is_public(records[0])


def is_shown(item):
    """Say whether an item is public, or its address says why it no longer is."""
    if isinstance(item, Page) and item.publication == Page.Publication.WITHDRAWN:
        return Revision.objects.published().of(item).exists()
    return type(item).objects.published().filter(pk=item.pk).exists()


def is_small(before, after, is_ticked):
    """Say whether a change is one that readers need not be told of, whatever the editor ticked.

    That something becomes public or stops being so is never small; that a part keeps its place among those
    that readers see, and only has another number there, is.
    """
    was, now = ({(*key_of(row), is_public(row)) for row in rows} for rows in (before, after))
    return was == now and (is_ticked or without_places(before) == without_places(after))


def without_places(records):
    """Give records with no place in a list; the item keeps its own."""
    item, *its_parts = records
    return [item, *(row | {"fields": row["fields"] | {"position": None}} for row in its_parts)]


def keep_deleted(last, **said):
    """Keep that an item is gone, with what it was, so that it can be brought back."""
    said |= {"action": Revision.Action.DELETED, "is_public": False}
    return new(kind=last.kind, code=last.code, number=last.number + 1, records=last.records, **said)


def new(**values):
    values.setdefault("at", timezone.now())
    values.setdefault("action", Revision.Action.CHANGED)
    if values.get("note"):
        values.setdefault("note_language", translation.get_language())
    revision = Revision.objects.create(**values)
    older = Revision.objects.filter(kind=revision.kind, code=revision.code, number__lt=revision.number)
    before = older.order_by("-number").first()
    if before or revision.action != Revision.Action.LOADED:  # what is first loaded is one entry for all
        record_publication(revision, before)
    return revision


@transaction.atomic
def restore(revision, **said):
    """Make an item what it was in this version, its parts included; give that new version.

    Raises content.ContentError with what cannot be restored.
    """
    model = ITEMS[revision.kind]
    item = model.objects.filter(code=revision.code)
    scope = {model: item}
    for part in parts(model):
        scope[part] = part.objects.filter(**{f"{part.item_field}__in": item})
    content.restore(revision.records, scope)
    return keep(item.get(), action=Revision.Action.RESTORED, **said)
