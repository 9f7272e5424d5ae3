"""Making the content what files, or the records of a version, say of it: all of it, checked, or nothing."""

from collections.abc import Iterable
from typing import Any, Protocol

from django.core.exceptions import ObjectDoesNotExist, ValidationError
from django.db.models import Field, QuerySet
from django.utils.functional import cached_property
from django.utils.translation import gettext as _

from ..language import LANGUAGES, shortened
from ..models import CONTENT, LARGEST_POSITION, Page, Record, Worksite
from ..models.naming import natural_key_text
from .checks import contradictions, known_marks, sentences, typed
from .files import FILES, ContentError, FixtureRecord
from .serialize import plain_values_of, writable_fields

# Places in a list are unique, so all move out of the way before records take their new ones.
NUMBERED = [(model, each.name) for model in CONTENT for each in model._meta.fields if each.name == "position"]
NUMBERED.append((Worksite, "number"))
FAILED = object()  # the value of a field whose problem is noted already

Scope = dict[type[Record], QuerySet[Any]]


class Writer(Protocol):
    """What saves and deletes records: a change in hand, of versions/."""

    def save(self, record: Record, *, as_printed: Iterable[str] = ()) -> object: ...
    def put(self, record: Record) -> None: ...
    def delete(self, record: Record) -> None: ...
    def move_aside(self, rows: QuerySet[Any], field: str = "position") -> None: ...


class Loader:
    """Saves fixture records in order, checks each, and collects every problem before it gives up.

    What stands within `scope` (a queryset a model) and in no record is removed. `is_exact` is for the records
    of a version: they are put back as they were, fields that are gone from the tables aside. `is_even_so`
    takes worksites that are not as many as the objective announces.
    """

    def __init__(
        self, writer: Writer, scope: Scope, *, is_exact: bool = False, is_even_so: bool = False
    ) -> None:
        # The content that is there may not add up, and files that say the same are not refused for it.
        self.known = None if is_exact or is_even_so else contradictions()
        self.writer = writer
        self.scope = scope
        self.is_exact = is_exact
        self.problems: list[str] = []
        self.read: dict[tuple[type[Record], str], FixtureRecord] = {}
        self.failed: set[tuple[type[Record], str]] = set()
        self.unchanged: dict[tuple[type[Record], str], Record] = {}

    def load(self, fixture_records: list[FixtureRecord]) -> None:
        """Save the records and remove the others. Raises ContentError with every problem."""
        for each in () if self.is_exact else fixture_records:
            self.find_unchanged(each)
        for model, name in NUMBERED:
            if model in self.scope:
                staying = [row.pk for (kind, _key), row in self.unchanged.items() if kind is model]
                self.writer.move_aside(self.scope[model].exclude(pk__in=staying), name)
        saved: dict[type[Record], set[int]] = {model: set() for model in self.scope}
        for each in fixture_records:
            if record := self.save(each):
                saved[each.model].add(record.pk)
            else:
                self.failed.add((each.model, each.key))
        if not self.problems:
            self.remove({model: rows.exclude(pk__in=saved[model]) for model, rows in self.scope.items()})
            if self.known is not None:
                self.problems += [each for each in contradictions() if each not in self.known]
        if self.problems:
            raise ContentError(self.problems)

    @cached_property
    def in_db(self) -> dict[tuple[type[Record], str], Record]:
        """Return the records of the scope as they are, by kind and key."""
        rows = (row for model, rows in self.scope.items() for row in rows.select_related())
        return {(type(row), natural_key_text(row.natural_key())): row for row in rows}

    def find_unchanged(self, fixture_record: FixtureRecord) -> None:
        """Remember a record that is as the file has it: it need not be checked and saved again."""
        key = (fixture_record.model, fixture_record.key)
        row = self.in_db.get(key)
        # As text, since to Python true is 1 and 1.0 as well.
        if row and as_text(plain_values_of(row)) == as_text(fixture_record.values):
            self.unchanged[key] = row

    def save(self, fixture_record: FixtureRecord) -> Record | None:
        """Save one record and return it, or note what is wrong with it and return None."""
        if self.is_doubled(fixture_record):
            return None
        if row := self.unchanged.get((fixture_record.model, fixture_record.key)):
            return row
        record = self.build(fixture_record)
        if record is None:
            return None
        try:
            # Not the text in force: each language is checked by itself.
            record.full_clean(exclude=record.translated_fields())
            if self.is_exact:
                self.writer.put(record)
            else:
                # A file says itself where each text comes from.
                self.writer.save(record, as_printed=LANGUAGES)
        except ValidationError as error:
            # A field and its record say of a text alike that it is too long.
            found = dict.fromkeys(sentences(error))
            self.problems += [fixture_record.problem(*each) for each in found]
            return None
        return record

    def is_doubled(self, fixture_record: FixtureRecord) -> bool:
        """Return whether a record was in the files before, and note that it is there twice."""
        first = self.read.setdefault((fixture_record.model, fixture_record.key), fixture_record)
        if not fixture_record.key or first is fixture_record:
            return False
        sentence = f"it is in the files twice; first as number {first.number} of {first.file}."
        self.problems.append(fixture_record.problem(sentence))
        return True

    def build(self, fixture_record: FixtureRecord) -> Record | None:
        """Return the record that is described, new or in the database, not saved; None where it is wrong."""
        fields = {each.name: each for each in writable_fields(fixture_record.model)}
        values = self.values(fixture_record, fields)
        if values is None:
            return None
        record = from_db(fixture_record)
        if record and not self.is_exact:
            # Files leave out what stands at its default; of these marks, silence says nothing.
            values = {name: getattr(record, name) for name in MARKS} | values
        record = record or fixture_record.model()
        for name, each in fields.items():
            setattr(record, name, values.get(name, None if each.is_relation else each.get_default()))
        if (
            self.is_exact
            and "position" in fields
            and neighbours(record).filter(position=values.get("position"))
        ):
            put_last(record)  # another has its place by now, and keeps it
        return record

    def values(
        self, fixture_record: FixtureRecord, fields: dict[str, Field[Any, Any]]
    ) -> dict[str, Any] | None:
        """Return the values as the model holds them, or None where one of them is wrong."""
        values, count = {}, len(self.problems)
        for name, value in fixture_record.values.items():
            if name in fields:
                values[name] = self.value(fixture_record, fields[name], value)
            elif not self.is_exact:
                self.problems.append(fixture_record.problem("there is no such field.", name))
        has_failed = len(self.problems) > count or any(value is FAILED for value in values.values())
        return None if has_failed else values

    def value(self, fixture_record: FixtureRecord, field: Field[Any, Any], value: Any) -> Any:
        """Return the value as the model holds it: a record for a key, a date for its text."""
        key = value if isinstance(value, list) else [value]
        try:
            if "\0" in natural_key_text(key):
                raise ValidationError("there is a NUL character in it.")
            if not field.is_relation:
                held = typed(field, value)
                return held if self.is_exact else known_marks(field, held)
            if (field.related_model, natural_key_text(key)) in self.failed:
                return FAILED
            return field.related_model.objects.get_by_natural_key(*key)  # type: ignore[union-attr]  # a Record
        except ValidationError as error:
            sentence = " ".join(error.messages)
        except (ObjectDoesNotExist, ValueError, TypeError):
            sentence = _("nothing has the key “%s”.") % shortened(natural_key_text(key))
        self.problems.append(fixture_record.problem(sentence, field.name))
        return FAILED

    def remove(self, obsolete: Scope) -> None:
        """Remove what the files no longer have; a page that was public has to be withdrawn instead."""
        for model in reversed(obsolete):
            for record in obsolete[model]:
                if issubclass(model, Page) and record.publication != Page.Publication.DRAFT:
                    place = f"{FILES[model]}, record {natural_key_text(record.natural_key())}"
                    self.problems.append(
                        f"{place}: it is missing, but its address was public and must go on answering. "
                        "Keep it, with “publication: withdrawn” and a reason."
                    )
        if not self.problems:
            for rows in reversed(obsolete.values()):
                for record in rows:
                    self.writer.delete(record)


# What says that a text is older than its twin in the other language.
MARKS = [f"outdated_{language}" for language in LANGUAGES]


def as_text(values: dict[str, Any]) -> str:
    """Return values as text, the same whatever their order."""
    return repr(sorted((str(name), repr(value)) for name, value in values.items()))


def neighbours(record: Record) -> QuerySet[Any]:
    """Return the other records of the list that a record has a place in, those that were moved aside not."""
    fields = [record._meta.get_field(name) for name in record.list_fields() if name != "position"]
    names = [each.attname for each in fields if isinstance(each, Field)]
    rows: QuerySet[Any] = type(record)._base_manager.filter(**{name: getattr(record, name) for name in names})
    return rows.filter(position__lte=LARGEST_POSITION).exclude(pk=record.pk)


def put_last(record: Record) -> None:
    """Give a record the place after all others of its list, or the first free one where there is none."""
    taken = set(neighbours(record).values_list("position", flat=True))
    last = max(taken, default=0)
    free = last + 1 if last < LARGEST_POSITION else min(set(range(1, len(taken) + 2)) - taken)
    record.position = free  # type: ignore[attr-defined]  # it has a place in a list


def from_db(fixture_record: FixtureRecord) -> Record | None:
    """Return the record in the database that has this natural key, if there is one."""
    try:
        return fixture_record.model.objects.get_by_natural_key(*fixture_record.key.split(" "))
    except (ObjectDoesNotExist, ValidationError, ValueError):
        return None


def is_empty() -> bool:
    """Return whether the database holds no content at all."""
    return not any(model.objects.exists() for model in CONTENT)
