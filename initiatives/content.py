"""The content as files: reading fixtures into the database, all or nothing, and writing them back.

The files are Django fixtures with natural keys, one per kind, written to be read and corrected by people.
"""

from dataclasses import dataclass, field
from pathlib import Path

import yaml
from django.core.exceptions import ObjectDoesNotExist, ValidationError
from django.db import DatabaseError, transaction
from django.db.models import F
from django.utils import translation

from .models import CONTENT, Objective, Page, Worksite

FILES = {model: f"{number:02}_{model._meta.model_name}.yaml" for number, model in enumerate(CONTENT, start=1)}
MODELS = {model._meta.label_lower: model for model in CONTENT}
# Places in a list are unique, so all move up out of the way before records take their new ones.
ASIDE = 10_000
MOVABLE = [(model, each.name) for model in CONTENT for each in model._meta.fields if each.name == "position"]
MOVABLE.append((Worksite, "number"))


class ContentError(Exception):
    """The content cannot be loaded; `sentences` say which file, record and field, and what is wrong."""

    def __init__(self, sentences):
        super().__init__("\n".join(sentences))
        self.sentences = sentences


@dataclass
class Entry:
    """A record as a file has it."""

    file: str
    model: type
    values: dict
    number: int

    @property
    def key(self):
        """Give the natural key as people read it; empty where a part is missing."""
        parts = []
        for name in self.model.natural_key_fields:
            value = self.values.get(name.split("__")[0])
            parts += value if isinstance(value, list) else [value]
        return "" if None in parts else flat(parts)

    @property
    def name(self):
        """Give the name that people know the record by: its key, or its place in the file."""
        return self.key or f"number {self.number} in the file"

    def says(self, sentence, name=None):
        """Give the sentence with file, record and field before it."""
        place = f"{self.file}, record {self.name}"
        return f"{place}, field {name}: {sentence}" if name else f"{place}: {sentence}"


@dataclass
class Changes:
    """What a load did, record by record: `{model: [names]}`."""

    added: list = field(default_factory=list)
    changed: list = field(default_factory=list)
    removed: list = field(default_factory=list)

    def __bool__(self):
        return bool(self.added or self.changed or self.removed)

    def __str__(self):
        return f"{len(self.added)} added, {len(self.changed)} changed, {len(self.removed)} removed"

    def lines(self):
        """Give a line for each record that was added (+), changed (~) or removed (-)."""
        marks = {"+": self.added, "~": self.changed, "-": self.removed}
        return [f"{mark} {name}" for mark, names in marks.items() for name in names]


def is_empty():
    """Say whether the database holds no content at all."""
    return not any(model.objects.exists() for model in CONTENT)


@translation.override("en")
def load(folder, keep=True):
    """Make the content what the files of `folder` say, or only try with `keep` off; give the Changes.

    One transaction: either all of it, checked, or the database as it was. Raises ContentError.
    """
    entries = read(Path(folder))
    with transaction.atomic():
        before = snapshot()
        try:
            Loader().load(entries)
        except DatabaseError as error:
            raise ContentError([f"The database refused the content: {error}"]) from error
        changes = compare(before, snapshot())
        transaction.set_rollback(not keep)
        return changes


# Reading ---------------------------------------------------------------------------------------------


def read(folder):
    """Give the entries of every file of `folder`, in loading order. Raises ContentError."""
    if not folder.is_dir():
        raise ContentError([f"{folder}: there is no such folder."])
    files = sorted(folder.glob("*.yaml"))
    if not files:
        raise ContentError([f"{folder}: there is no .yaml file in this folder."])
    entries, problems = [], []
    for path in files:
        try:
            entries += read_file(path)
        except ContentError as error:
            problems += error.sentences
    if problems:
        raise ContentError(problems)
    order = list(CONTENT)
    return sorted(entries, key=lambda entry: order.index(entry.model))


def read_file(path):
    try:
        rows = yaml.safe_load(path.read_text(encoding="utf-8"))
    except UnicodeDecodeError as error:
        raise ContentError([f"{path.name}: not UTF-8 text: {error}."]) from error
    except yaml.YAMLError as error:
        message = " ".join(str(error).split())
        raise ContentError([f"{path.name}: not valid YAML: {message}."]) from error
    if not isinstance(rows, list):
        raise ContentError([f"{path.name}: the file must be a list of records."])
    return [read_record(path.name, number, row) for number, row in enumerate(rows, start=1)]


def read_record(file, number, row):
    if not isinstance(row, dict) or set(row) != {"model", "fields"} or not isinstance(row["fields"], dict):
        raise ContentError(
            [f"{file}, record {number}: a record has a “model” and its “fields”, nothing else."]
        )
    model = MODELS.get(str(row["model"]).lower())
    if model is None:
        raise ContentError([f"{file}, record {number}: there is no kind of record “{row['model']}”."])
    return Entry(file, model, row["fields"], number)


# Loading ---------------------------------------------------------------------------------------------


class Loader:
    """Saves entries in order, checks each, and collects every problem before it gives up."""

    def __init__(self):
        self.problems = []
        self.seen = {}
        self.failed = set()

    def load(self, entries):
        for model, name in MOVABLE:
            model.objects.update(**{name: F(name) + ASIDE})
        keep = {model: set() for model in CONTENT}
        for entry in entries:
            if record := self.save(entry):
                keep[entry.model].add(record.pk)
            else:
                self.failed.add((entry.model, entry.key))
        if not self.problems:
            self.remove({model: model.objects.exclude(pk__in=kept) for model, kept in keep.items()})
            self.problems += contradictions()
        if self.problems:
            raise ContentError(self.problems)

    def save(self, entry):
        """Save one entry, or note what is wrong with it and give None."""
        record = self.build(entry)
        if record is None:
            return None
        try:
            record.full_clean()
        except ValidationError as error:
            self.problems += [entry.says(*each) for each in sentences(error)]
            return None
        record.save()
        return record

    def build(self, entry):
        """Give the record that the entry describes, new or stored, not saved; or None."""
        first = self.seen.setdefault((entry.model, entry.key), entry)
        if entry.key and first is not entry:
            sentence = f"it is in the files twice; first as number {first.number} of {first.file}."
            self.problems.append(entry.says(sentence))
            return None
        values, count = {}, len(self.problems)
        fields = {each.name: each for each in writable_fields(entry.model)}
        for name, value in entry.values.items():
            if name in fields:
                values[name] = self.value(entry, fields[name], value)
            else:
                self.problems.append(entry.says("there is no such field.", name))
        if len(self.problems) > count or any(value is FAILED for value in values.values()):
            return None
        record = stored(entry) or entry.model()
        for name, each in fields.items():
            setattr(record, name, values.get(name, None if each.is_relation else each.get_default()))
        return record

    def value(self, entry, column, value):
        """Give the value as the model holds it: a record for a key, a date for its text."""
        try:
            if not column.is_relation:
                return column.to_python(value)
            key = value if isinstance(value, list) else [value]
            if (column.related_model, flat(key)) in self.failed:
                return FAILED
            return column.related_model.objects.get_by_natural_key(*key)
        except ObjectDoesNotExist:
            sentence = f"nothing has the key “{flat(key)}”."
        except ValidationError as error:
            sentence = " ".join(error.messages)
        except (ValueError, TypeError) as error:
            sentence = f"{value!r} cannot be used here: {error}."
        self.problems.append(entry.says(sentence, column.name))
        return FAILED

    def remove(self, obsolete):
        """Remove what the files no longer have; a page that was public has to be withdrawn instead."""
        for model in reversed(CONTENT):
            for record in obsolete[model]:
                if issubclass(model, Page) and record.publication != Page.Publication.DRAFT:
                    name = flat(record.natural_key())
                    self.problems.append(
                        f"{FILES[model]}, record {name}: it is missing, but its address was public and must go "
                        "on answering. Keep it, with “publication: withdrawn” and a reason."
                    )
        if not self.problems:
            for model in reversed(CONTENT):
                obsolete[model].delete()


FAILED = object()  # the value of a field whose problem is noted already


def flat(key):
    """Give a natural key as people read it: its parts, a space between."""
    return " ".join(map(str, key))


def stored(entry):
    """Give the stored record with the entry's natural key, if there is one."""
    try:
        return entry.model.objects.get_by_natural_key(*entry.key.split(" "))
    except (ObjectDoesNotExist, ValidationError, ValueError):
        return None


def sentences(error):
    """Give (sentence, field) for everything that a ValidationError says."""
    for name, errors in error.error_dict.items():
        for each in errors:
            unique = (each.params or {}).get("unique_check", ())
            field = unique[-1] if name == "__all__" and unique else name
            yield " ".join(each.messages), None if field == "__all__" else field


def contradictions():
    """Give a sentence for each objective whose worksites are not as many as it announces."""
    sentences = []
    for objective in Objective.objects.main():
        worksites = Worksite.objects.filter(objective=objective)
        numbers = sorted(worksites.values_list("number", flat=True))
        if numbers != list(range(1, objective.announced_worksites + 1)):
            sentences.append(
                f"{FILES[Objective]}, record {objective.code}, field announced_worksites: the objective "
                f"announces {objective.announced_worksites} worksites, but {FILES[Worksite]} has "
                f"{len(numbers)}, with the numbers {', '.join(map(str, numbers)) or '–'}."
            )
    return sentences


# Comparing -------------------------------------------------------------------------------------------


def snapshot():
    """Give `{(model, natural key): values}` for the whole content."""
    return {
        (model._meta.label_lower, record.natural_key()): values_of(record)
        for model in CONTENT
        for record in model.objects.all()
    }


def compare(before, after):
    """Give the Changes between two snapshots."""
    changes = Changes()
    for key in after.keys() - before.keys():
        changes.added.append(spell(key))
    for key in before.keys() - after.keys():
        changes.removed.append(spell(key))
    for key in after.keys() & before.keys():
        fields = [name for name in after[key] | before[key] if after[key].get(name) != before[key].get(name)]
        if fields:
            changes.changed.append(f"{spell(key)} ({', '.join(fields)})")
    for names in (changes.added, changes.removed, changes.changed):
        names.sort()
    return changes


def spell(key):
    label, natural = key
    return f"{label.partition('.')[2]} {' '.join(map(str, natural))}"


# Writing ---------------------------------------------------------------------------------------------


def dump(folder):
    """Write the content to `folder`, one file per kind; give the paths written."""
    folder = Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    paths = []
    for model, name in FILES.items():
        rows = [
            {"model": model._meta.label_lower, "fields": values_of(record)} for record in model.objects.all()
        ]
        text = yaml.dump(
            rows,
            Dumper=ReadableDumper,
            allow_unicode=True,
            sort_keys=False,
            width=100,
            default_flow_style=False,
        )
        # A blank line between records makes a long file readable; a block text never starts with “- model”.
        paths.append(folder / name)
        paths[-1].write_text(text.replace("\n- model:", "\n\n- model:"), encoding="utf-8")
    return paths


class ReadableDumper(yaml.SafeDumper):
    """Writes long texts as blocks, and keys of other records on one line."""

    def increase_indent(self, flow=False, indentless=False):
        return super().increase_indent(flow, False)


def represent_text(dumper, text):
    style = ">" if len(text) > 80 or "\n" in text else None
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style=style)


def represent_key(dumper, key):
    return dumper.represent_sequence("tag:yaml.org,2002:seq", key, flow_style=True)


ReadableDumper.add_representer(str, represent_text)
ReadableDumper.add_representer(
    list, lambda dumper, rows: dumper.represent_sequence("tag:yaml.org,2002:seq", rows)
)
ReadableDumper.add_representer(tuple, represent_key)


def writable_fields(model):
    """Give the fields that files have, in reading order: translated ones per language, never their alias."""
    aliases = set(model.translated_fields())
    return [each for each in sorted_like_model(model) if not each.primary_key and each.name not in aliases]


def sorted_like_model(model):
    """Give the fields in the model's order, each translation in its field's place, provenance last."""
    last = ("provenance_nl", "provenance_fr", "publication")
    return sorted(model._meta.concrete_fields, key=lambda each: each.name in last)


def values_of(record):
    """Give what a file says of the record; what stands at its default is left out."""
    values = {}
    for each in writable_fields(type(record)):
        value = getattr(record, each.name)
        if each.is_relation:
            values[each.name] = value.natural_key()
        elif each.name.startswith("provenance") or value not in (None, "", each.get_default()):
            values[each.name] = (
                value if isinstance(value, int | bool) or hasattr(value, "isoformat") else str(value)
            )
    return values
