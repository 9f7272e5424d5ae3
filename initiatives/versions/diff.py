"""What a version says, text by text, and how two versions differ, word by word."""

import re
from dataclasses import dataclass
from difflib import SequenceMatcher

from django.apps import apps
from django.core.exceptions import FieldDoesNotExist
from django.utils.dateparse import parse_date
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from ..content.load import flat
from ..language import long_date
from ..models import Office, Partnership, Record, Sector
from ..models.provenance import Provenance

WORDS = re.compile(r"\s+|\w+|[^\w\s]")
# Parts of the address, what only the 410 page says, and who stands for a validated text.
HIDDEN = {"slug", "withdrawal_reason", "validated_by", "validated_on"}
# What the last part of the key of a Line is that says where texts come from.
PROVENANCE = "provenance"
# What readers still learn of a withdrawn page.
LEFT = {"code", "publication", "title", "name", "official_title", "withdrawal_reason"}
# Parts that readers know by what they link to.
LINKS_TO = {"worksitesector": Sector, "objectiveoffice": Office}


# What readers see -------------------------------------------------------------------------------------


def seen(records):
    """Give the records of a version that readers see, the item first: none of a draft.

    Of a withdrawn page they see what its address still says.
    """
    item, *its_parts = records
    if publication_of(item) == Record.Publication.DRAFT:
        return []
    item = item | {"fields": {name: value for name, value in item["fields"].items() if is_read(name, item)}}
    known = Known()
    shown = [row for row in its_parts if is_public(row) and known.all_links_of(row)]
    return [item, *shown] if is_public(item) else [item]


def publication_of(row):
    # What stands at its default is left out of a version.
    return row["fields"].get("publication", Record.Publication.PUBLIC)


def is_public(row):
    """Say whether a record of a version is public, what it belongs to aside."""
    return publication_of(row) == Record.Publication.PUBLIC


def is_read(name, item):
    """Say whether readers read a field of an item: on its page, or at the address of a withdrawn one."""
    stem = name.rpartition("_")[0]
    return stem != "withdrawal_reason" if is_public(item) else not LEFT.isdisjoint((name, stem))


class Known(dict):
    """The keys of the pages that readers know, as those are public or were: `{model: {key, …}}`."""

    def __missing__(self, model):
        rows = model.objects.exclude(publication=Record.Publication.DRAFT)
        self[model] = set(rows.values_list(*model.natural_key_fields))
        return self[model]

    def all_links_of(self, row):
        """Say whether readers know every page that a part links to, its own item aside."""
        model = model_of(row)
        names = [name for name in model.public_parents if name != model.item_field] if model else []
        links = [(model._meta.get_field(name).related_model, row["fields"].get(name)) for name in names]
        return all(tuple(key or ()) in self[linked] for linked, key in links)


# What a version says ----------------------------------------------------------------------------------


@dataclass(frozen=True)
class Line:
    """One text of a version: what it is (`key` for the machine, `label` for the reader) and what it says."""

    key: tuple
    label: str
    text: str

    @property
    def field(self):
        return self.key[-1]


def lines(revision, language, drafts=False):
    """Give the public texts of a version in one language, as `[Line, …]`, in the order of its records.

    Reads what was stored and not what the tables are today, so that an old version stays readable.
    Editors see `drafts` as well.
    """
    found = []
    for place, row in enumerate(revision.records if drafts else seen(revision.records)):
        found += lines_of_record(row, language, is_item=not place)
    return found


def lines_of_record(row, language, is_item=False):
    fields = row["fields"]
    name = "" if is_item else record_name(row)
    key = key_of(row)
    found = [Line((*key, "fact"), name, fact) for fact in [fact_of(row)] if fact]
    for stored, text in fields.items():
        stem, _mark, ending = stored.rpartition("_")
        if ending == language and isinstance(text, str) and text and not is_aside(stem):
            found.append(Line((*key, stem), labelled(name, field_name(model_of(row), stem)), text))
    return [*found, *provenances(row, language, name)] if found else []


def provenances(row, language, name):
    """Give the Lines that say where the texts of a record come from, in one language.

    None of a withdrawn page. A version leaves out what stands at its default.
    """
    fields, model, key = row["fields"], model_of(row), key_of(row)
    if f"provenance_{language}" not in fields:
        return
    stored = {"": fields[f"provenance_{language}"]}
    for field in model._meta.fields if model else ():
        stem, separator, _language = field.name.partition(f"_provenance_{language}")
        if separator and fields.get(f"{stem}_{language}"):
            stored[stem] = fields.get(field.name, field.default)
    for stem, value in stored.items():
        label = labelled(name, field_name(model, stem) if stem else "", _("provenance"))
        said = str(Provenance(value).label if value in Provenance else value)
        yield Line((*key, stem, PROVENANCE), label, capfirst(said))


def is_aside(stem):
    """Say whether a field is no text for readers, or one that says where others come from."""
    return stem in HIDDEN or stem.endswith(PROVENANCE)


def labelled(*parts):
    return capfirst(" – ".join(part for part in parts if part))


def model_of(row):
    """Give the kind of a record of a version, or None where there is no such kind any more."""
    return apps.all_models["initiatives"].get(row["model"].partition(".")[2])


def key_of(row):
    """Give what names a record among all others: its kind, and its natural key as people read it."""
    model, fields = model_of(row), row["fields"]
    names = model.natural_key_fields if model else ("code",)
    values = [fields.get(name.partition("__")[0]) for name in names]
    return (row["model"], *(flat(value) if isinstance(value, list) else str(value) for value in values))


def record_name(row):
    """Give what readers call a part: what it is, or what it links to, and its place in its list."""
    fields, kind = row["fields"], row["model"].partition(".")[2]
    model = LINKS_TO.get(kind, model_of(row))
    name = model._meta.verbose_name if model else row["model"]
    if kind == "partnership":
        name = dict(Partnership.Role.choices).get(fields.get("role"), name)
    if kind == "steering":
        name = _("steering office")
    return capfirst(f"{name} {fields.get('position', '')}".strip())


def field_name(model, stem):
    try:
        return str(model._meta.get_field(stem).verbose_name)
    except (AttributeError, FieldDoesNotExist):
        return stem.replace("_", " ")


def fact_of(row):
    """Give what a part says beside its texts: who held an office and when, which sector or office."""
    fields = row["fields"]
    kind = row["model"].partition(".")[2]
    if kind == "officeholder":
        start, end = (long_date(parse_date(fields.get(name) or "")) for name in ("start", "end"))
        return f"{fields['name']}, {start} – {end}".rstrip(" –")
    if kind == "worksitesector":
        return title_of(Sector, fields["sector"][0])
    if kind == "steering":
        return title_of(Office, fields["office"][0])
    return ""


def title_of(model, code):
    """Give the present title of a page, or its code where there is none any more."""
    page = model.objects.published().filter(code=code).first()
    return page.title if page else code


@dataclass(frozen=True)
class Difference:
    """How one text differs: `pieces` are (“same”, “ins” or “del”, text)."""

    label: str
    pieces: list
    field: str = ""  # empty for what is no text of one field


def differences(older, newer, language, drafts=False):
    """Give the Differences between two versions in one language, and how many texts stayed the same."""
    before = {line.key: line for line in lines(older, language, drafts)}
    after = {line.key: line for line in lines(newer, language, drafts)}
    found = []
    for key in [*after, *(key for key in before if key not in after)]:
        old, new = before.get(key), after.get(key)
        if not old or not new or old.text != new.text:
            texts = (old.text if old else "", new.text if new else "")
            pieces = replaced(*texts) if key[-1] == PROVENANCE else compare(*texts)
            found.append(Difference((new or old).label, pieces, key[-1]))
    texts = [key for key in after if key in before and key[-1] != PROVENANCE]
    same = sum(1 for key in texts if before[key].text == after[key].text)
    return found, same


def replaced(old, new):
    """Give the pieces that say “this became that” of what is one word out of a few."""
    arrow = [("same", " → ")] if old and new else []
    return [piece for piece in (("del", old), *arrow, ("ins", new)) if piece[1]]


def compare(old, new):
    """Give how two texts differ, word by word, as `[(“same” | “ins” | “del”, text), …]`."""
    old, new = WORDS.findall(old), WORDS.findall(new)
    pieces = []
    for kind, *(a, b, c, d) in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if kind == "equal":
            pieces.append(("same", "".join(old[a:b])))
            continue
        pieces += [
            (tag, text) for tag, text in (("del", "".join(old[a:b])), ("ins", "".join(new[c:d]))) if text
        ]
    return pieces
