"""Print which migrations since the release before it could not serve beside. Exits with 1 where any.

A release migrates while the one before still answers and still saves, and that one may come back: a migration
may add (expand); what the release before uses may go only with the release after (contract). The rules are
django-migration-linter's, asked operation by operation; the few that it lacks stand here. What stands in a
`RunPython` or `RunSQL`, no rule can read: that it can be undone is asked, the rest is for a reader.

An index is built while nobody writes to its table. That is allowed: the largest table has some thousands of
rows, which takes PostgreSQL some milliseconds.
"""

import os
import re
import sys
from collections.abc import Iterator, Sequence
from typing import Any

import django
from psycopg.sql import Literal

from . import environ, release_before  # noqa: F401 – the settings read the first

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "go4brussels.settings")
django.setup()

from django.db.backends.base.base import BaseDatabaseWrapper  # noqa: E402 – Django is set up by now
from django.db.migrations import Migration, RunPython, RunSQL, SeparateDatabaseAndState  # noqa: E402
from django.db.migrations.loader import MigrationLoader  # noqa: E402
from django.db.migrations.operations import AlterField  # noqa: E402
from django.db.migrations.operations.base import Operation  # noqa: E402
from django.db.migrations.state import ProjectState  # noqa: E402
from django.db.utils import ConnectionHandler  # noqa: E402
from django_migration_linter.migration_linter import MigrationLinter  # noqa: E402
from django_migration_linter.sql_analyser import PostgresqlAnalyser, SqliteAnalyser  # noqa: E402
from django_migration_linter.sql_analyser.base import BaseAnalyser, Issue  # noqa: E402

# The linter cannot tell a wider type, which is allowed, from a narrower one; `narrower()` can.
LEFT_OUT = ["ALTER_COLUMN", "CREATE_INDEX", "CREATE_INDEX_EXCLUSIVE", "DROP_INDEX"]
# SQLite often makes a table anew, with all that it had: what of that is new, PostgreSQL's statement tells.
ANALYSERS: dict[str, tuple[type[BaseAnalyser], list[str]]] = {
    "postgresql": (PostgresqlAnalyser, LEFT_OUT),
    "sqlite": (SqliteAnalyser, [*LEFT_OUT, "NOT_NULL", "ADD_UNIQUE"]),
}
TASTE = ("_NAMING_CONVENTION", "_VARIABLE_NAME")
# What each type can become without a value or a writer noticing.
WIDER = {"smallint": ("integer", "bigint"), "integer": ("bigint",), "varchar": ("text",)}


class Before:
    """What the release before knows: its tables and their columns, and a connection that only writes SQL."""

    def __init__(self, state: ProjectState, vendor: str) -> None:
        self.vendor, self.connection = vendor, without_server(vendor)
        known = [model._meta for model in state.apps.get_models(include_auto_created=True)]
        self.models = {(meta.app_label, meta.model_name) for meta in known}
        self.columns = {meta.db_table: {field.column for field in meta.local_fields} for meta in known}

    def statements(
        self, label: str, operation: Operation, start: ProjectState, end: ProjectState
    ) -> list[str]:
        """Return the SQL of one operation, on the database of this vendor."""
        with self.connection.schema_editor(collect_sql=True, atomic=False) as editor:
            operation.database_forwards(label, editor, start, end)
        return editor.collected_sql


def without_server(vendor: str) -> BaseDatabaseWrapper:
    """Return a connection whose schema editor can write statements, though nothing answers there."""
    engine = {"postgresql": "django.db.backends.postgresql", "sqlite": "django.db.backends.sqlite3"}[vendor]
    connection: Any = ConnectionHandler({"default": {"ENGINE": engine, "NAME": ":memory:"}})["default"]
    if vendor == "postgresql":  # what is otherwise asked of the server
        connection.__dict__["pg_version"] = 150000
        connection.ops.compose_sql = composed
    return connection


def composed(sql: str, values: Sequence[object] | None) -> str:
    """Return a statement with its values in it."""
    return sql % tuple(Literal(each).as_string(None) for each in values) if values else sql


def parts(operation: Operation) -> Iterator[Operation]:
    """Yield what an operation does to the database."""
    if isinstance(operation, SeparateDatabaseAndState):
        for each in operation.database_operations:
            yield from parts(each)
    else:
        yield operation


def faults(migration: Migration, state: ProjectState, before: Before) -> list[str]:
    """Return a sentence for each thing that the release before could not live with; bring `state` forward."""
    found: list[str] = []
    for whole in migration.operations:
        start = state.clone()
        whole.state_forwards(migration.app_label, state)
        for operation in parts(whole):
            if isinstance(operation, RunPython | RunSQL):
                found += in_code(operation, before.vendor)
                continue
            end = start.clone()
            operation.state_forwards(migration.app_label, end)
            sql = before.statements(migration.app_label, operation, start, end)
            if is_known(migration.app_label, operation, before):
                found += [*linted(sql, before.vendor), *narrower(migration.app_label, operation, start, end)]
                found += refusing(sql, operation, before)
            found += holding(sql, before)
            start = end
    return list(dict.fromkeys(found))


def is_known(label: str, operation: Operation, before: Before) -> bool:
    """Return whether it touches what the release before has: with what is new since, anything may be done."""
    name = getattr(operation, "model_name", None) or getattr(operation, "old_name", None) or operation.name
    return (label, name.lower()) in before.models


def linted(sql: list[str], vendor: str) -> list[str]:
    kind, left_out = ANALYSERS[vendor]
    analyser = kind(left_out)
    analyser.analyse(sql)
    return [told(issue) for issue in [*analyser.errors, *analyser.warnings]]


def told(issue: Issue) -> str:
    where = ".".join(filter(None, [issue.table, issue.column]))
    return f"{issue.message} ({where})" if where else issue.message


def in_code(operation: RunPython | RunSQL, vendor: str) -> list[str]:
    """Return what the linter says of a change that somebody wrote: above all, whether it can be undone."""
    linter = MigrationLinter.__new__(MigrationLinter)  # its own start asks a database what is applied
    linter.sql_analyser_class, linter.exclude_migration_tests = ANALYSERS[vendor]
    is_python = isinstance(operation, RunPython)
    errors, _ignored, warnings = (linter.lint_runpython if is_python else linter.lint_runsql)(operation)
    # How arguments and variables are called is a matter of taste.
    return [told(issue) for issue in [*errors, *warnings] if not issue.code.endswith(TASTE)]


def narrower(label: str, operation: Operation, start: ProjectState, end: ProjectState) -> list[str]:
    """Return whether a column becomes of a type that not every value of before fits (PostgreSQL's types)."""
    if not isinstance(operation, AlterField):
        return []
    key = label, operation.model_name
    old, new = (
        state.apps.get_model(*key)._meta.get_field(operation.name).db_type(without_server("postgresql")) or ""
        for state in (start, end)
    )
    if old == new or fits(old, new):
        return []
    return [f"ALTERING a column to a type that is no wider ({key[1]}.{operation.name}: {old} to {new})"]


def fits(old: str, new: str) -> bool:
    """Return whether every value of one type of PostgreSQL is one of the other, as it stands."""
    old_kind, _, old_length = old.rstrip(")").partition("(")
    new_kind, _, new_length = new.rstrip(")").partition("(")
    if old_kind != new_kind:
        return not new_length and new_kind in WIDER.get(old_kind, ())
    lengths = old_length, new_length
    return not new_length or (all(each.isdigit() for each in lengths) and int(old_length) <= int(new_length))


def refusing(sql: list[str], operation: Operation, before: Before) -> Iterator[str]:
    """Yield what the linter does not know of and would refuse what the release before writes."""
    for line in sql:
        if not (table := re.match(r'ALTER TABLE "(\w+)"', line)):
            continue
        known = before.columns.get(table[1], set())
        check = re.search(r"ADD CONSTRAINT .*? (?:CHECK|EXCLUDE) (.*)", line)
        if check and (named := sorted(known.intersection(re.findall(r'"(\w+)"', check[1])))):
            yield f"ADDING a check of what is written already ({table[1]}.{', '.join(named)})"
        if re.search(r"ADD COLUMN .*\bNOT NULL\b.*\bUNIQUE\b", line):
            yield f"ADDING a unique column that has the same value in every row ({table[1]})"
        if isinstance(operation, AlterField) and re.search("ALTER COLUMN .* DROP DEFAULT", line):
            yield f"DROPPING the default of a column ({table[1]}.{operation.name})"


def holding(sql: list[str], before: Before) -> Iterator[str]:
    """Yield keys to a table whose rows the release before deletes: it does not know who names them now."""
    for line in sql:
        table = re.match(r'ALTER TABLE "(\w+)" ADD ', line)
        key = re.search(r'(?:FOREIGN KEY \(|ADD COLUMN )"(\w+)".* REFERENCES "(\w+)"', line)
        if table and key and key[2] in before.columns and key[1] not in before.columns.get(table[1], ()):
            yield (
                f"ADDING a key that keeps the release before from deleting ({table[1]}.{key[1]} to {key[2]})"
                "; give it db_constraint=False in this release"
            )


def ours() -> list[str]:
    """Return the labels of our own apps that have migrations."""
    return sorted(release_before.MIGRATIONS)


def check(vendor: str) -> tuple[list[str], int]:
    """Return a sentence for each fault of the migrations since the release before, and how many these are."""
    loader = MigrationLoader(None)
    # What other apps bring comes with their own releases, and is read where they are taken in.
    last = [*release_before.MIGRATIONS.items()]
    last += [key for key in loader.graph.leaf_nodes() if key[0] not in release_before.MIGRATIONS]
    there = set(loader.graph._generate_plan(last, at_end=True))
    state = loader.graph.make_state(nodes=last, at_end=True, real_apps=loader.unmigrated_apps)
    before, found, count = Before(state, vendor), list[str](), 0
    for key in loader.graph._generate_plan(loader.graph.leaf_nodes(), at_end=True):
        if key not in there:
            count += 1
            said = faults(loader.graph.nodes[key], state, before)
            found += [f"{'.'.join(key)} ({vendor}): {each}." for each in said]
    return found, count


def main() -> None:
    count, found = 0, list[str]()
    for vendor in ANALYSERS:
        said, count = check(vendor)
        found += said
    print(*found, sep="\n", end="\n" if found else "")
    print(f"{count} migrations since {release_before.NAME}, which serves beside them.")
    if found:
        sys.exit(
            f"Release {release_before.NAME} serves while these run, and may come back. Add in this release; "
            "take away in the next."
        )


if __name__ == "__main__":
    main()
