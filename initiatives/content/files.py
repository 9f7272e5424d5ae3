"""The content as files: Django fixtures with natural keys, one per kind, read and corrected by people."""

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml
from django.utils.translation import gettext as _

from ..language import shortened
from ..models import CONTENT, Record
from ..models.naming import natural_key_text
from .serialize import serialize

FILES = {model: f"{number:02}_{model._meta.model_name}.yaml" for number, model in enumerate(CONTENT, start=1)}
MODELS = {model._meta.label_lower: model for model in CONTENT}


class ContentError(Exception):
    """The content cannot be loaded; `sentences` say which file, record and field, and what is wrong."""

    def __init__(self, sentences: list[str]) -> None:
        super().__init__("\n".join(sentences))
        self.sentences = sentences


@dataclass
class FixtureRecord:
    """A record as a file has it."""

    file: str
    model: type[Record]
    values: dict[str, Any]
    number: int

    @property
    def key(self) -> str:
        """Return the natural key as people read it; empty where a part is missing."""
        parts: list[Any] = []
        for name in self.model.natural_key_fields:
            value = self.values.get(name.split("__")[0])
            parts += value if isinstance(value, list) else [value]
        return "" if None in parts else natural_key_text(parts)

    @property
    def name(self) -> str:
        """Return the name that people know the record by: its key, or its place in the file."""
        return shortened(self.key) or f"number {self.number} in the file"

    @property
    def follows_its_kind(self) -> bool:
        """Return whether the record refers to another of its own kind, which has to be there before it."""
        return any(
            each.related_model is self.model and self.values.get(each.name)
            for each in self.model._meta.concrete_fields
        )

    def problem(self, sentence: str, field: str | None = None) -> str:
        """Return the sentence with file, record and field before it."""
        place = {"file": self.file, "record": self.name, "field": field, "sentence": sentence}
        if field:
            return _("%(file)s, record %(record)s, field %(field)s: %(sentence)s") % place
        return _("%(file)s, record %(record)s: %(sentence)s") % place


# Reading ---------------------------------------------------------------------------------------------


def read(folder: Path) -> list[FixtureRecord]:
    """Return the records of every file of `folder`, in loading order. Raises ContentError."""
    if not folder.is_dir():
        raise ContentError([f"{folder}: there is no such folder."])
    files = sorted(folder.glob("*.yaml"))
    if not files:
        raise ContentError([f"{folder}: there is no .yaml file in this folder."])
    records: list[FixtureRecord] = []
    problems: list[str] = []
    for path in files:
        try:
            records += read_file(path)
        except ContentError as error:
            problems += error.sentences
    if problems:
        raise ContentError(problems)
    return in_loading_order(records)


def in_loading_order(records: list[FixtureRecord]) -> list[FixtureRecord]:
    """Return records in an order in which each comes after those that it refers to."""
    order = list(CONTENT)
    return sorted(records, key=lambda record: (order.index(record.model), record.follows_its_kind))


class StrictLoader(yaml.SafeLoader):
    """Reads YAML with dates left as text, so that a wrong one can be named; refuses a field given twice."""

    yaml_implicit_resolvers = {
        letter: [rule for rule in rules if rule[0] != "tag:yaml.org,2002:timestamp"]
        for letter, rules in yaml.SafeLoader.yaml_implicit_resolvers.items()
    }

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        mapping = super().construct_mapping(node, deep)
        names = [key.value for key, _value in node.value]
        if len(mapping) < len(names):
            twice = next(name for name in names if names.count(name) > 1)
            raise yaml.constructor.ConstructorError(None, None, f"“{twice}” stands twice", node.start_mark)
        return mapping


def read_file(path: Path) -> list[FixtureRecord]:
    """Return the records of one file. Raises ContentError."""
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


def read_record(file: str, number: int, row: Any) -> FixtureRecord:
    """Return the record that a row of a file, or of a version, is. Raises ContentError."""
    if not isinstance(row, dict) or set(row) != {"model", "fields"} or not isinstance(row["fields"], dict):
        raise ContentError(
            [f"{file}, record {number}: a record has a “model” and its “fields”, nothing else."]
        )
    model = MODELS.get(str(row["model"]).lower())
    if model is None:
        raise ContentError([f"{file}, record {number}: there is no kind of record “{row['model']}”."])
    return FixtureRecord(file, model, row["fields"], number)


# Writing ---------------------------------------------------------------------------------------------


def dump(folder: Path) -> list[Path]:
    """Write the content to `folder`, one file per kind; return the paths written."""
    folder.mkdir(parents=True, exist_ok=True)
    paths = []
    for model, name in FILES.items():
        rows = [serialize(record) for record in model.objects.select_related()]
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

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:
        return super().increase_indent(flow, False)


SINGLE_BREAK = re.compile(r"(?<!\n)\n(?!\n)")


def represent_text(dumper: yaml.SafeDumper, text: str) -> yaml.ScalarNode:
    # Paragraphs are folded, unless PyYAML would read them back with a break; lines stay lines, as in a list.
    is_folded = (len(text) > 80 or "\n" in text) and not text.startswith(" ")
    style = "|" if SINGLE_BREAK.search(text) else ">" if is_folded else None
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style=style)


def represent_key(dumper: yaml.SafeDumper, key: tuple[Any, ...]) -> yaml.SequenceNode:
    return dumper.represent_sequence("tag:yaml.org,2002:seq", key, flow_style=True)


ReadableDumper.add_representer(str, represent_text)
ReadableDumper.add_representer(
    list, lambda dumper, rows: dumper.represent_sequence("tag:yaml.org,2002:seq", rows)
)
ReadableDumper.add_representer(tuple, represent_key)
