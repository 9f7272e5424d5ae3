"""Keeping the search index right: which items a change concerns, and writing what is said of each.

Signals carry it, since only they hear of rows that fixtures save raw and of those that go with another.
"""

from contextlib import contextmanager
from contextvars import ContextVar

from django.db import connection, transaction
from django.db.models import ForeignKey, Q
from django.db.models.signals import post_delete, post_save, pre_delete, pre_save
from django.utils import translation

from ..language import LANGUAGES
from ..models import CONTENT, Milestone, Objective, Pillar, Strategy, Term, Worksite
from ..models.search_entry import IndexEntry
from .entries import sources
from .glossary import Glossary

Kind = IndexEntry.Kind
# With these, anything in the content may begin or cease to be public, or be called otherwise.
ABOVE_ALL = (Strategy, Pillar, Objective, Term)
KEY = ("language", "kind", "object_id")
VALUES = [each for each in IndexEntry._meta.fields if each.name not in ("id", *KEY)]
LOCK = 20_301_400  # Any number serves, so long as nothing else asks the server for the same.
BATCH = 500


ITEMS = tuple(sources())


# Writing it -------------------------------------------------------------------------------------------


def reindex():
    """Make the index right for all of the content; give a line for each entry that was not."""
    items = everything()
    for model in ITEMS:
        # What is gone from the content may stand in the index still.
        indexed = IndexEntry.objects.filter(kind=model._meta.model_name)
        items[model] |= set(indexed.values_list("object_id", flat=True))
    measures = IndexEntry.objects.filter(kind=Kind.MEASURE)
    items[Worksite] |= set(measures.values_list("worksite_id", flat=True))
    return reindex_items(items)


def everything():
    return {model: set(model._base_manager.values_list("pk", flat=True)) for model in ITEMS}


def reindex_items(items):
    """Make the index right for `{kind of item: keys}`; give a line for each entry that was not."""
    lines = []
    for model, keys in items.items():
        ordered = sorted(keys)
        for start in range(0, len(ordered), BATCH):
            lines += reindex_batch(model, ordered[start : start + BATCH])
    return lines


@transaction.atomic
def reindex_batch(model, keys):
    if connection.vendor == "postgresql":
        # Of two editors at work on one item, the second reads what the first has written.
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])
    rows, entries_of = sources()[model]
    records = list(rows.published().filter(pk__in=keys))
    built = []
    for language in LANGUAGES:
        with translation.override(language):
            glossary = Glossary()
            built += [each for record in records for each in entries_of(record, glossary)]
    about = Q(kind=model._meta.model_name, object_id__in=keys)
    if model is Worksite:
        about |= Q(worksite__in=keys)
    return write(IndexEntry.objects.filter(about), built)


def write(stored, built):
    """Put the entries `built` in the place of those `stored`; give a line for each that differs."""
    before = {key_of(each): each for each in stored}
    after = {key_of(each): each for each in built}
    gone = [each for key, each in before.items() if key not in after]
    new = [each for key, each in after.items() if key not in before]
    changed = [
        each for key, each in after.items() if key in before and values_of(each) != values_of(before[key])
    ]
    if gone:
        IndexEntry.objects.filter(pk__in=[each.pk for each in gone]).delete()
    IndexEntry.objects.bulk_create(
        new + changed, update_conflicts=True, unique_fields=KEY, update_fields=[each.name for each in VALUES]
    )
    marked = {"+": new, "-": gone, "~": changed}
    return [f"{mark} {each}" for mark, entries in marked.items() for each in entries]


def key_of(row):
    return tuple(getattr(row, name) for name in KEY)


def values_of(row):
    return [getattr(row, each.attname) for each in VALUES]


# Following the content ---------------------------------------------------------------------------------


def foreign_keys(model):
    return [each for each in model._meta.fields if isinstance(each, ForeignKey)]


def concerned(record):
    """Give `{kind of item: keys}` for the items whose entries say something of this record."""
    model, found = type(record), {}
    if model in ABOVE_ALL:
        return everything()
    if model is Milestone:
        return {Objective: set(Objective.objects.main().values_list("pk", flat=True))}
    if model.item_field:
        for each in foreign_keys(model):
            found.setdefault(each.related_model, set()).add(getattr(record, each.attname))
        return found
    found[model] = {record.pk}
    for part in CONTENT:
        for here in foreign_keys(part) if part.item_field else ():
            if here.related_model is model:
                rows = part._base_manager.filter(**{here.name: record.pk})
                for there in foreign_keys(part):
                    if there is not here:
                        keys = rows.values_list(there.attname, flat=True)
                        found.setdefault(there.related_model, set()).update(keys)
    return found


paused = ContextVar("paused", default=False)


@contextmanager
def all_at_once():
    """Make the index right once and at the end, where many records change."""
    token = paused.set(True)
    try:
        yield
    finally:
        paused.reset(token)
    reindex()


def before_change(sender, instance, **_said):
    """Remember what the record concerned until now: a steering may move from one office to another."""
    if paused.get():
        return
    stored = sender._base_manager.filter(pk=instance.pk).first()
    instance.concerned_before = concerned(stored) if stored else {}


def after_change(sender, instance, **_said):
    """Make the index right for all that the record concerned or concerns now."""
    if paused.get():
        return
    items = concerned(instance)
    for model, keys in instance.__dict__.pop("concerned_before", {}).items():
        items[model] = items.get(model, set()) | keys
    reindex_items(items)


def follow():
    """Follow every change of the content, from now on; called once, when the app is ready."""
    for model in CONTENT:
        pre_save.connect(before_change, sender=model, dispatch_uid="search index")
        pre_delete.connect(before_change, sender=model, dispatch_uid="search index")
        post_save.connect(after_change, sender=model, dispatch_uid="search index")
        post_delete.connect(after_change, sender=model, dispatch_uid="search index")
