"""The content as files: reading fixtures into the database, all or nothing, and writing them back.

The files are Django fixtures with natural keys, one per kind, written to be read and corrected by people.
"""

from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

import yaml
from django.core.exceptions import ObjectDoesNotExist, ValidationError
from django.db import DatabaseError, models, transaction
from django.db.models import F
from django.utils import translation
from django.utils.translation import gettext as _

from ..language import LANGUAGES
from ..models import CONTENT, Objective, Page, Record, Worksite
from ..search import index as indexing

FILES = {model: f"{number:02}_{model._meta.model_name}.yaml" for number, model in enumerate(CONTENT, start=1)}
MODELS = {model._meta.label_lower: model for model in CONTENT}
# Places in a list are unique, so all move up out of the way before records take their new ones.
ASIDE = 10_000
LARGEST = ASIDE - 1
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
        place = {"file": self.file, "record": self.name, "field": name, "sentence": sentence}
        if name:
            return _("%(file)s, record %(record)s, field %(field)s: %(sentence)s") % place
        return _("%(file)s, record %(record)s: %(sentence)s") % place


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
def load(folder):
    """Make the content what the files of `folder` say; give the Changes.

    One transaction: either all of it, checked, or the database as it was. Raises ContentError.
    """
    entries = read(Path(folder))
    with transaction.atomic():
        before = snapshot()
        try:
            with indexing.all_at_once():
                Loader({model: model.objects.all() for model in CONTENT}).load(entries)
        except DatabaseError as error:
            raise ContentError([f"The database refused the content: {error}"]) from error
        return compare(before, snapshot())


def preview(folder):
    """Give the Changes that loading `folder` would make, and make none. Raises ContentError."""
    with transaction.atomic():
        changes = load(folder)
        transaction.set_rollback(True)
    return changes


def restore(records, scope):
    """Make the rows of `scope` what `records` say, as `written` gave them. Raises ContentError.

    Fields that the tables no longer have are left out, and new ones take their defaults.
    """
    entries = [read_record(_("This version"), number, row) for number, row in enumerate(records, start=1)]
    with transaction.atomic(), indexing.all_at_once():
        Loader(scope, fields_may_be_gone=True).load(entries)


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


class StrictLoader(yaml.SafeLoader):
    """Reads YAML with dates left as text, so that a wrong one can be named; refuses a field given twice."""

    yaml_implicit_resolvers = {
        letter: [rule for rule in rules if rule[0] != "tag:yaml.org,2002:timestamp"]
        for letter, rules in yaml.SafeLoader.yaml_implicit_resolvers.items()
    }

    def construct_mapping(self, node, deep=False):
        mapping = super().construct_mapping(node, deep)
        names = [key.value for key, _value in node.value]
        if len(mapping) < len(names):
            twice = next(name for name in names if names.count(name) > 1)
            raise yaml.constructor.ConstructorError(None, None, f"“{twice}” stands twice", node.start_mark)
        return mapping


def read_file(path):
    try:
        rows = yaml.load(path.read_text(encoding="utf-8"), Loader=StrictLoader)  # noqa: S506 – a SafeLoader
    except OSError as error:
        raise ContentError([f"{path.name}: it cannot be read: {error.strerror}."]) from error
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
    """Saves entries in order, checks each, and collects every problem before it gives up.

    What stands within `scope` (a queryset a model) and in no entry is removed.
    """

    def __init__(self, scope, fields_may_be_gone=False):
        self.scope = scope
        self.fields_may_be_gone = fields_may_be_gone
        self.problems = []
        self.seen = {}
        self.failed = set()

    def load(self, entries):
        for model, name in MOVABLE:
            if model in self.scope:
                self.scope[model].update(**{name: F(name) + ASIDE})
        keep = {model: set() for model in self.scope}
        for entry in entries:
            if record := self.save(entry):
                keep[entry.model].add(record.pk)
            else:
                self.failed.add((entry.model, entry.key))
        if not self.problems:
            self.remove({model: rows.exclude(pk__in=keep[model]) for model, rows in self.scope.items()})
            self.problems += contradictions()
        if self.problems:
            raise ContentError(self.problems)

    def save(self, entry):
        """Save one entry, or note what is wrong with it and give None."""
        record = self.build(entry)
        if record is None:
            return None
        try:
            record.full_clean(
                exclude=record.translated_fields()
            )  # the text in force; each language is checked
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
            elif not self.fields_may_be_gone:
                self.problems.append(entry.says("there is no such field.", name))
        if len(self.problems) > count or any(value is FAILED for value in values.values()):
            return None
        record = stored(entry) or entry.model()
        for name, each in fields.items():
            setattr(record, name, values.get(name, None if each.is_relation else each.get_default()))
        return record

    def value(self, entry, column, value):
        """Give the value as the model holds it: a record for a key, a date for its text."""
        key = value if isinstance(value, list) else [value]
        try:
            if "\0" in flat(key):
                raise ValidationError("there is a NUL character in it.")
            if not column.is_relation:
                return typed(column, value)
            if (column.related_model, flat(key)) in self.failed:
                return FAILED
            return column.related_model.objects.get_by_natural_key(*key)
        except ValidationError as error:
            sentence = " ".join(error.messages)
        except (ObjectDoesNotExist, ValueError, TypeError):
            sentence = _("nothing has the key “%s”.") % flat(key)
        self.problems.append(entry.says(sentence, column.name))
        return FAILED

    def remove(self, obsolete):
        """Remove what the files no longer have; a page that was public has to be withdrawn instead."""
        for model in reversed(obsolete):
            for record in obsolete[model]:
                if issubclass(model, Page) and record.publication != Page.Publication.DRAFT:
                    place = f"{FILES[model]}, record {flat(record.natural_key())}"
                    self.problems.append(
                        f"{place}: it is missing, but its address was public and must go on answering. "
                        "Keep it, with “publication: withdrawn” and a reason."
                    )
        if not self.problems:
            for rows in reversed(obsolete.values()):
                rows.delete()


# Django would take a list for its text, and 1.5 for 1. A field is of the first class that it fits.
TYPES = (
    (models.BooleanField, bool, "give true or false"),
    (models.IntegerField, int, "give a whole number"),
    (models.JSONField, list, "give a list"),
    (models.DateField, (str, date), "give a day, as in 2020-01-16"),
    (models.Field, str, "give a text; put it between quotes where it looks like something else"),
)


def typed(column, value):
    """Give the value as the column holds it. Raises ValidationError where it is of another type."""
    kind, advice = next(rest for field_class, *rest in TYPES if isinstance(column, field_class))
    if value is not None and (not isinstance(value, kind) or (kind is int and isinstance(value, bool))):
        raise ValidationError(f"{value!r} is of the wrong type: {advice}.")
    if kind is int and value is not None and not 0 <= value <= LARGEST:
        raise ValidationError(f"{value} is out of reach: give a number from 0 to {LARGEST}.")
    return column.to_python(value)


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
            sentence = _(
                "%(objectives)s, record %(code)s, field announced_worksites: the objective announces "
                "%(announced)s worksites, but %(worksites)s has %(count)s, with the numbers %(numbers)s."
            )
            sentences.append(
                sentence
                % {
                    "objectives": FILES[Objective],
                    "code": objective.code,
                    "announced": objective.announced_worksites,
                    "worksites": FILES[Worksite],
                    "count": len(numbers),
                    "numbers": ", ".join(map(str, numbers)) or "–",
                }
            )
    return sentences


# Comparing -------------------------------------------------------------------------------------------


def snapshot():
    """Give `{(model, natural key): values}` for the whole content."""
    return {
        (model._meta.label_lower, record.natural_key()): values_of(record)
        for model in CONTENT
        for record in model.objects.select_related()
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
        rows = [written(record) for record in model.objects.select_related()]
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
    """Give the fields in the model's order, translations in place, what all kinds share last."""
    notes = {f"provenance_note_{language}" for language in LANGUAGES}
    shared = {each.name for each in Record._meta.fields} | notes
    return sorted(model._meta.concrete_fields, key=lambda each: each.name in shared)


def written(record):
    """Give a record as the files have it."""
    return {"model": record._meta.label_lower, "fields": values_of(record)}


# Written even where it is the default: readers of the files want to see it.
ALWAYS_WRITTEN = {f"provenance_{language}" for language in LANGUAGES}


def values_of(record):
    """Give what a file says of the record; what stands at its default is left out."""
    values = {}
    for each in writable_fields(type(record)):
        value = getattr(record, each.name)
        if each.is_relation:
            values[each.name] = value.natural_key()
        elif each.name in ALWAYS_WRITTEN or value not in (None, "", each.get_default()):
            plain = isinstance(value, int | list) or hasattr(value, "isoformat")
            values[each.name] = value if plain else str(value)
    return values
