"""What a version says, text by text, and how two versions differ, word by word."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby
from operator import itemgetter
from typing import Any, NamedTuple, Protocol

from django.core.exceptions import FieldDoesNotExist
from django.utils.dateparse import parse_date
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from ..content.serialize import ordered
from ..language import long_date
from ..models import Office, Record, Sector
from ..models.naming import model_of, part_name, record_key
from ..models.provenance import Provenance
from ..models.querysets import related_kind
from ..models.version import SerializedRecord
from ..search.effort import Effort
from .matching import COST_OF_SIGN, LONGEST, Matching, effort_of_a_page

WORDS = re.compile(r"\s+|\w+|[^\w\s]")
LINES = re.compile(r"[^\n]*\n|[^\n]+")
# Parts of the address, what only the 410 page says, and who stands for a validated text.
HIDDEN = {"slug", "withdrawal_reason", "validated_by", "validated_on"}
# What the last part of the key of a Line is that says where texts come from.
PROVENANCE = "provenance"
# What a part links to, and is known by.
LINKED: dict[str, type[Office | Sector]] = {"worksitesector": Sector, "steering": Office}
# What readers still learn of a withdrawn page.
TOLD_OF_WITHDRAWN = {"code", "publication", "title", "name", "official_title", "withdrawal_reason"}


Piece = tuple[str, str]  # “same”, “ins” or “del”, and a text


class Version(Protocol):
    """What is compared: a Revision, or some of its records."""

    @property
    def records(self) -> list[SerializedRecord]: ...


# What readers see -------------------------------------------------------------------------------------


def visible_records(records: list[SerializedRecord]) -> list[SerializedRecord]:
    """Return the records of a version that readers see, the item first: none of a draft.

    Of a withdrawn page they see what its address still says.
    """
    item, *parts = records
    if publication_of(item) == Record.Publication.DRAFT:
        return []
    item = item | {
        "fields": {name: value for name, value in item["fields"].items() if is_visible_field(name, item)}
    }
    addresses = KnownAddresses()
    visible = [row for row in parts if is_public(row) and addresses.has_all_links_of(row)]
    return [item, *visible] if is_public(item) else [item]


def publication_of(row: SerializedRecord) -> str:
    # What stands at its default is left out of a version.
    return str(row["fields"].get("publication", Record.Publication.PUBLIC))


def is_public(row: SerializedRecord) -> bool:
    """Return whether a record of a version is public, what it belongs to aside."""
    return publication_of(row) == Record.Publication.PUBLIC


def is_visible_field(name: str, item: SerializedRecord) -> bool:
    """Return whether readers read a field of an item: on its page, or at the address of a withdrawn one."""
    stem = name.rpartition("_")[0]
    return stem != "withdrawal_reason" if is_public(item) else not TOLD_OF_WITHDRAWN.isdisjoint((name, stem))


class KnownAddresses(dict[Any, set[tuple[Any, ...]]]):
    """The keys of the pages that are public or were, so that readers know them: `{model: {key, …}}`."""

    def __missing__(self, model: type[Record]) -> set[tuple[Any, ...]]:
        rows = model.objects.exclude(publication=Record.Publication.DRAFT)
        self[model] = set(rows.values_list(*model.natural_key_fields))
        return self[model]

    def has_all_links_of(self, row: SerializedRecord) -> bool:
        """Return whether readers know every page that a part links to, its own item aside."""
        model = model_of(row)
        if model is None:
            return True
        names = [name for name in model.public_parents if name != model.item_field]
        links = [(related_kind(model, name), row["fields"].get(name)) for name in names]
        return all(tuple(key or ()) in self[linked] for linked, key in links)


# What a version says ----------------------------------------------------------------------------------


@dataclass(frozen=True)
class Line:
    """One text of a version: what it is (`key` for the machine, `label` for the reader) and what it says."""

    key: tuple[str, ...]
    label: str
    text: str

    @property
    def field(self) -> str:
        return self.key[-1]


def lines(revision: Version, language: str, drafts: bool = False) -> list[Line]:
    """Return the public texts of a version in one language, as `[Line, …]`, in the order of its records.

    Reads what was stored and not what the tables are today, so that an old version stays readable.
    Editors see `drafts` as well.
    """
    found: list[Line] = []
    for place, row in enumerate(revision.records if drafts else visible_records(revision.records)):
        found += lines_of_record(row, language, is_item=not place)
    return found


def lines_of_record(row: SerializedRecord, language: str, is_item: bool = False) -> list[Line]:
    name = "" if is_item else part_name(row)
    key = record_key(row)
    found = [Line((*key, "fact"), name, fact) for fact in [fact_of(row)] if fact]
    for field, text in ordered(model_of(row), row["fields"]):
        stem, _mark, ending = field.rpartition("_")
        if ending == language and isinstance(text, str) and text and not is_hidden(stem):
            found.append(Line((*key, stem), labelled(name, field_name(model_of(row), stem)), text))
    return [*found, *provenances(row, language, name)] if found else []


def provenances(row: SerializedRecord, language: str, name: str) -> Iterator[Line]:
    """Yield the Lines that say where the texts of a record come from, in one language.

    None of a withdrawn page. A version leaves out what stands at its default.
    """
    fields, model, key = row["fields"], model_of(row), record_key(row)
    if f"provenance_{language}" not in fields:
        return
    found = {"": fields[f"provenance_{language}"]}
    for field in model._meta.fields if model else ():
        stem, separator, _language = field.name.partition(f"_provenance_{language}")
        if separator and fields.get(f"{stem}_{language}"):
            found[stem] = fields.get(field.name, field.default)
    for stem, value in found.items():
        label = labelled(name, field_name(model, stem) if stem else "", _("provenance"))
        word = str(Provenance(value).label if value in Provenance else value)
        yield Line((*key, stem, PROVENANCE), label, capfirst(word))


def is_hidden(stem: str) -> bool:
    """Return whether a field is no text for readers, or one that says where others come from."""
    return stem in HIDDEN or stem.endswith(PROVENANCE)


def labelled(*parts: object) -> str:
    return capfirst(" – ".join(str(part) for part in parts if part))


def field_name(model: type[Record] | None, stem: str) -> str:
    """Return what a field is called, also one that the tables no longer have."""
    try:
        field = model._meta.get_field(stem) if model else None
    except FieldDoesNotExist:
        field = None
    return str(getattr(field, "verbose_name", "") or stem.replace("_", " "))


def fact_of(row: SerializedRecord) -> str:
    """Return what a part says beside its texts: who held an office and when, which sector or office."""
    fields = row["fields"]
    kind = row["model"].partition(".")[2]
    if kind == "officeholder":
        start, end = (long_date(parse_date(fields.get(name) or "")) for name in ("start", "end"))
        return f"{fields.get('name', '')}, {start} – {end}".strip(" ,–")
    if linked := LINKED.get(kind):
        code, *_others = fields.get(linked._meta.model_name or "") or [""]
        return title_of(linked, code)
    return ""


def title_of(model: type[Office | Sector], code: str) -> str:
    """Return the present title of a page, or its code where there is none any more."""
    page = model.objects.published().filter(code=code).first()
    return page.title if page else code


class Comparison(NamedTuple):
    """How one text became another: in pieces, and whether all of it was compared word by word."""

    pieces: list[Piece]
    is_whole: bool = True


@dataclass(frozen=True)
class Difference:
    """How one text differs: `pieces` are (“same”, “ins” or “del”, text)."""

    label: str
    pieces: list[Piece]
    field: str = ""  # empty for what is no text of one field
    is_whole: bool = True  # whether all of it was compared word by word


def differences(
    older: Version, newer: Version, language: str, drafts: bool = False, effort: Effort | None = None
) -> tuple[list[Difference], int]:
    """Return the Differences between two versions in one language, and how many texts stayed the same."""
    before = {line.key: line for line in lines(older, language, drafts)}
    after = {line.key: line for line in lines(newer, language, drafts)}
    changed: dict[tuple[str, ...], tuple[str, str]] = {}
    for key in [*after, *(key for key in before if key not in after)]:
        old, new = (found[key].text if key in found else "" for found in (before, after))
        if old != new or key not in before or key not in after:
            changed[key] = (old, new)
    effort = effort or effort_of_a_page()
    # The short ones first, so that a long one leaves enough for them.
    compared = {
        key: Comparison(replaced(*texts)) if key[-1] == PROVENANCE else compared_texts(*texts, effort)
        for key, texts in sorted(changed.items(), key=lambda each: sum(map(len, each[1])))
    }
    found = [
        Difference(
            (after.get(key) or before[key]).label, compared[key].pieces, key[-1], compared[key].is_whole
        )
        for key in changed
    ]
    shared = [key for key in after if key in before and key[-1] != PROVENANCE]
    return found, sum(before[key].text == after[key].text for key in shared)


def replaced(old: str, new: str) -> list[Piece]:
    """Return the pieces that say “this became that” of what is one word out of a few."""
    arrow = [("same", " → ")] if old and new else []
    return [piece for piece in (("del", old), *arrow, ("ins", new)) if piece[1]]


def compare(old: str, new: str) -> list[Piece]:
    """Return how two texts differ, word by word, as `[Piece, …]`."""
    return compared_texts(old, new, effort_of_a_page()).pieces


def compared_texts(old: str, new: str, effort: Effort) -> Comparison:
    """Return how two texts differ: line by line, and word by word in the lines that do."""
    if not old or not new or max(len(old), len(new)) > LONGEST:
        pieces = [piece for piece in (("del", old), ("ins", new)) if piece[1]]
        return Comparison(pieces, is_whole=not old or not new)
    found: list[Piece] = []
    was, now = LINES.findall(old), LINES.findall(new)
    matching = Matching(was, now, effort)
    is_whole = True
    for kind, a, b, c, d in matching.opcodes():
        went, came = "".join(was[a:b]), "".join(now[c:d])
        if kind == "replace":
            pieces, is_compared = compared_lines(went, came, effort)
            found += pieces
            is_whole = is_whole and is_compared
        else:
            found += pieces_of(kind, went, came)
    return Comparison(together(found), is_whole)


def compared_lines(old: str, new: str, effort: Effort) -> Comparison:
    """Return how some lines differ from others, word by word."""
    if not effort.allows(COST_OF_SIGN * (len(old) + len(new))):
        return Comparison(pieces_of("replace", old, new), is_whole=False)
    was, now = WORDS.findall(old), WORDS.findall(new)
    matching = Matching(was, now, effort)
    found: list[Piece] = []
    for kind, a, b, c, d in matching.opcodes():
        found += pieces_of(kind, "".join(was[a:b]), "".join(now[c:d]))
    return Comparison(found, matching.is_whole)


def pieces_of(kind: str, went: str, came: str) -> list[Piece]:
    if kind == "equal":
        return [("same", went)]
    return [piece for piece in (("del", went), ("ins", came)) if piece[1]]


def together(pieces: list[Piece]) -> list[Piece]:
    """Return the pieces with those of one kind in a row as one."""
    return [
        (kind, "".join(text for _kind, text in each)) for kind, each in groupby(pieces, key=itemgetter(0))
    ]
