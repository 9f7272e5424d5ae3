"""Merging the places in a list: they are unique, so a list is merged as one, whoever moved what in it."""

from typing import Any

from ..content.load import NUMBERED
from .threeway import Conflict, Content, Key, Merger, Row, Side

Places = dict[Key, int]


def merge_places(merger: Merger) -> None:
    """Give each merged record its place: as the side has it that moved records, the others after them."""
    rows = merger.merged.rows
    for model, field in NUMBERED:
        lists: dict[str, list[Key]] = {}
        for key, row in rows.items():
            if key[0] is model:
                lists.setdefault(list_of(key, row), []).append(key)
        for name, keys in lists.items():
            for key, place in merged_list(merger, name, keys, field).items():
                rows[key] = rows[key] | {field: place}


def list_of(key: Key, row: Row) -> str:
    """Return what names the list that a record has its place in."""
    model, _text = key
    names = [each.name for each in model._meta.fields]
    fields = model.list_fields() if "position" in names else ("objective",)
    return repr([row.get(name) for name in fields if name != "position"])


def merged_list(merger: Merger, name: str, keys: list[Key], field: str) -> dict[Key, Any]:
    """Return the places in one list.; what is no number is left for the Loader to refuse."""

    def places(content: Content) -> dict[Key, Any]:
        found = {key: content[key] for key in keys if key in content}
        return {key: row.get(field) for key, row in found.items() if list_of(key, row) == name}

    here, files, base = places(merger.here), places(merger.files), places(merger.base or {})
    if not all(type(place) is int for place in (*here.values(), *files.values())):
        return files
    lead = files if leads(merger, field, here, files, base) is Side.FILES else here
    merged: Places = dict(lead)
    rest = {key: (files if lead is here else here).get(key) for key in keys if key not in lead}
    for key, place in sorted(rest.items(), key=lambda each: each[1] or 0):
        # A number is a name as well: who has given one twice has to say which is meant.
        is_free = place not in merged.values() or field == "number"
        merged[key] = place if place is not None and is_free else max(merged.values(), default=0) + 1
    return merged


def leads(merger: Merger, field: str, here: Places, files: Places, base: Places) -> Side:
    """Return whose places stand: those of the side that moved records; where both did, it is a conflict."""
    differing = [key for key in here if key in files and here[key] != files[key]]
    if not differing:
        return Side.HERE
    moved = [any(side[key] != base[key] for key in side.keys() & base.keys()) for side in (here, files)]
    differences = tuple(merger.difference(key, field) for key in differing)
    if merger.base is None or moved[0] == moved[1]:
        return merger.settle(Conflict(differences))
    if moved[1]:
        return Side.FILES
    merger.merged.kept += differences
    return Side.HERE
