"""A migration that the release before could not serve beside is refused, and one that only adds is not."""

import subprocess
import sys

import pytest
from django.conf import settings
from django.db import migrations, models
from django.db.migrations.state import ModelState, ProjectState
from django.db.models.functions import Now

from .. import release_before
from ..expand_contract import Before, check, faults

PLACE = [
    ("id", models.BigAutoField(primary_key=True)),
    ("name", models.CharField(max_length=50)),
    ("size", models.IntegerField()),
    ("open", models.BooleanField(db_default=True)),
    ("note", models.TextField(null=True)),
]
QUIETLY = {"capture_output": True, "text": True}
KEY = models.ForeignKey("shop.place", models.CASCADE)
LOOSE = models.ForeignKey("shop.place", models.CASCADE, db_constraint=False)


@pytest.fixture(autouse=True)
def a_database_in_memory(django_db_blocker):
    """Let SQLite's schema editor open the empty database in memory that it asks for its version."""
    with django_db_blocker.unblock():
        yield


def forwards(apps, schema_editor):
    apps.get_model("shop", "Place").objects.update(size=1)


def field(name, kind):
    return migrations.AddField("place", name, kind)


def altered(name, kind):
    return migrations.AlterField("place", name, kind)


def constraint(kind):
    return migrations.AddConstraint("place", kind)


def new(name, *fields):
    return migrations.CreateModel(name, [("id", models.BigAutoField(primary_key=True)), *fields])


def said(vendor, *operations):
    """Return what is said of a migration with these operations, after a release with one table."""
    state = ProjectState()
    state.add_model(ModelState("shop", "Place", PLACE))
    before = Before(state, vendor)
    migration = type("Migration", (migrations.Migration,), {"operations": list(operations)})("0002", "shop")
    return faults(migration, state, before)


REFUSED = {
    "table removed": ([migrations.DeleteModel("Place")], "DROPPING table"),
    "table renamed": ([migrations.RenameModel("Place", "Spot")], "RENAMING tables"),
    "table renamed in the database": ([migrations.AlterModelTable("place", "spots")], "RENAMING tables"),
    "column removed": ([migrations.RemoveField("place", "note")], "DROPPING columns"),
    "column renamed": ([migrations.RenameField("place", "note", "remark")], "RENAMING columns"),
    "not null": ([field("code", models.CharField(max_length=5, default=""))], "NOT NULL constraint"),
    "not null beside a default": (
        [field("code", models.IntegerField(default=0)), field("at", models.DateTimeField(db_default=Now()))],
        "NOT NULL constraint",
    ),
    "not null from now on": ([altered("note", models.TextField())], "NOT NULL constraint"),
    "default dropped": ([altered("open", models.BooleanField())], "DROPPING the default"),
    "narrower text": ([altered("name", models.CharField(max_length=20))], "no wider"),
    "text with an end": ([altered("note", models.CharField(max_length=20, null=True))], "no wider"),
    "narrower number": ([altered("size", models.SmallIntegerField())], "no wider"),
    "another type": ([altered("size", models.TextField())], "no wider"),
    "unique": ([altered("name", models.CharField(max_length=50, unique=True))], "ADDING unique"),
    "unique together": ([migrations.AlterUniqueTogether("place", {("name", "size")})], "ADDING unique"),
    "unique by a constraint": (
        [constraint(models.UniqueConstraint(fields=["name"], name="one_name"))],
        "ADDING unique",
    ),
    "unique where": (
        [constraint(models.UniqueConstraint(fields=["name"], name="one", condition=models.Q(open=True)))],
        "ADDING unique",
    ),
    "unique with one default": (
        [field("code", models.IntegerField(db_default=0, unique=True))],
        "unique column",
    ),
    "check": (
        [constraint(models.CheckConstraint(condition=models.Q(size__gt=0), name="some"))],
        "a check of what is written already (shop_place.size)",
    ),
    "key of a new table": ([new("Visit", ("place", KEY))], "keeps the release before from deleting"),
    "key of a new column": (
        [field("inside", models.ForeignKey("shop.place", models.SET_NULL, null=True))],
        "keeps the release before from deleting",
    ),
    "code without a way back": ([migrations.RunPython(forwards)], "not reversible"),
    "statement without a way back": ([migrations.RunSQL("UPDATE shop_place SET size = 1")], "not reversible"),
    "statement that drops": (
        [migrations.RunSQL("ALTER TABLE shop_place DROP COLUMN note", migrations.RunSQL.noop)],
        "DROPPING columns",
    ),
    "hidden beside the state": (
        [migrations.SeparateDatabaseAndState([migrations.RemoveField("place", "note")])],
        "DROPPING columns",
    ),
}
ALLOWED = {
    "table": [new("Visit", ("code", models.CharField(max_length=5, unique=True)), ("place", LOOSE))],
    "column without a value": [field("code", models.CharField(max_length=5, null=True))],
    "column with a default of the database": [field("at", models.DateTimeField(db_default=Now()))],
    "column that is unique where it has a value": [
        field("code", models.IntegerField(null=True, unique=True))
    ],
    "no value is allowed": [altered("size", models.IntegerField(null=True))],
    "default": [altered("size", models.IntegerField(db_default=1))],
    "wider text": [altered("name", models.CharField(max_length=80))],
    "text without an end": [altered("name", models.TextField())],
    "wider number": [altered("size", models.BigIntegerField())],
    "index": [migrations.AddIndex("place", models.Index(fields=["name"], name="by_name"))],
    "index together with a column": [field("code", models.IntegerField(null=True, db_index=True))],
    "check of a new column": [
        field("level", models.IntegerField(db_default=1)),
        constraint(models.CheckConstraint(condition=models.Q(level__gt=0), name="some")),
    ],
    "what is new since, changed again": [
        new("Visit", ("days", models.IntegerField())),
        migrations.AlterField("visit", "days", models.SmallIntegerField(unique=True)),
        migrations.RenameModel("Visit", "Stay"),
        migrations.RemoveField("stay", "days"),
    ],
    "code with a way back": [migrations.RunPython(forwards, migrations.RunPython.noop)],
    "column forgotten but kept": [
        migrations.SeparateDatabaseAndState(state_operations=[migrations.RemoveField("place", "note")])
    ],
    "options": [migrations.AlterModelOptions("place", {"ordering": ["name"]})],
}


@pytest.mark.parametrize("kind", REFUSED)
def test_it_refuses_what_the_release_before_could_not_serve_beside(kind):
    operations, sentence = REFUSED[kind]
    assert sentence in "; ".join(said("postgresql", *operations))


@pytest.mark.parametrize("kind", ["table removed", "table renamed", "column removed", "column renamed"])
def test_it_reads_the_statements_of_sqlite_too(kind):
    operations, sentence = REFUSED[kind]
    assert sentence in "; ".join(said("sqlite", *operations))


@pytest.mark.parametrize("vendor", ["postgresql", "sqlite"])
@pytest.mark.parametrize("kind", ALLOWED)
def test_it_lets_through_what_only_adds(kind, vendor):
    assert said(vendor, *ALLOWED[kind]) == []


def test_our_migrations_since_the_release_before_only_add():
    assert [check(vendor)[0] for vendor in ("postgresql", "sqlite")] == [[], []]


def test_it_sees_the_faults_of_migrations_that_stand_in_files(monkeypatch):
    monkeypatch.setitem(release_before.MIGRATIONS, "initiatives", "0008_merged_offices")
    found, count = check("postgresql")
    assert count >= 2 and "initiatives.0009_one_objective_in_full (postgresql): ADDING unique" in found[0]


def test_the_release_before_is_what_its_commit_holds():
    def git(*arguments):
        done = subprocess.run(["git", "-C", settings.BASE_DIR, *arguments], check=False, **QUIETLY)
        return done.stdout.splitlines() if not done.returncode else pytest.skip("That commit is not here.")

    names = git("ls-tree", "-r", "--name-only", release_before.COMMIT)
    for app, last in release_before.MIGRATIONS.items():
        files = [name for name in names if name.startswith(f"{app}/migrations/0")]
        assert max(files) == f"{app}/migrations/{last}.py"
    source = git("show", f"{release_before.COMMIT}:go4brussels/__init__.py")
    assert f'__version__ = "{release_before.NAME}"' in source


def test_it_is_not_among_what_runs_in_production():
    # It stands in tests/ and needs what only development installs.
    assert "django_migration_linter" not in settings.INSTALLED_APPS
    command = [sys.executable, "-m", "tests.expand_contract"]
    done = subprocess.run(command, cwd=settings.BASE_DIR, check=False, **QUIETLY)
    assert done.returncode == 0 and "which serves beside them" in done.stdout, done.stderr
