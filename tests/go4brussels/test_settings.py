"""The settings: a wrong value stops the start with a sentence, and production is set up as it should be."""

import inspect
import json
import os
import re
import subprocess
import sys

import pytest
from django.conf import settings
from django.db import connection

from go4brussels import environment

from ..asked import asked, read

RIGHT = {
    "SITE_URL": "https://portal.example",
    "SECRET_KEY": "a-key-for-one-test-only-" * 3,
    "DATABASE_URL": "sqlite:////tmp/nothing-is-written-here.sqlite3",
}
NAMES = ("PATH", "HOME", "LANG", "VIRTUAL_ENV", "PYTHONPATH")


def manage(*arguments, **environment):
    """Run manage.py in an environment of its own; a value of None takes the variable away."""
    values = {name: os.environ[name] for name in NAMES if name in os.environ} | RIGHT | environment
    return subprocess.run(
        [sys.executable, "manage.py", *arguments],
        cwd=settings.BASE_DIR,
        env={name: value for name, value in values.items() if value is not None},
        capture_output=True,
        text=True,
        check=False,
    )


def setting(*names, **environment):
    """Return the values that these settings have in an environment."""
    values = f"[getattr(settings, name, None) for name in {names}]"
    code = f"import json; from django.conf import settings; print(json.dumps({values}))"
    done = manage("shell", "--no-imports", "-c", code, **environment)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


WRONG = [
    ("SECRET_KEY", None),
    ("SECRET_KEY", ""),
    ("SECRET_KEY", "short"),
    ("SITE_URL", None),
    ("SITE_URL", ""),
    ("SITE_URL", "portal.example"),
    ("SITE_URL", "ftp://portal.example"),
    ("SITE_URL", "https://portal.example/nl"),
    ("SITE_URL", "https://portal.example?lang=nl"),
    ("SITE_URL", "https://"),
    ("SITE_URL", "https://portal.example:port"),
    ("SITE_URL", "https://user@portal.example"),
    ("SITE_URL", "https://portal.example#nl"),
    ("SITE_URL", "https://[portal"),
    ("DATABASE_URL", "mysql://portal@db/portal"),
    ("DATABASE_URL", "var/db.sqlite3"),
    ("DATABASE_URL", "postgres://portal@db:port/portal"),
    ("DATABASE_URL", "postgres://portal@db:5432"),
    ("DATABASE_URL", "sqlite:///"),
    ("DATABASE_REPLICA_URL", "postgres://portal@standby:5432/portal"),  # and SQLite as the database
    ("DATABASE_REPLICA_URL", "sqlite:////tmp/db.sqlite3"),
    ("DATABASE_REPLICA_URL", "standby"),
    ("DEBUG", "yes"),
    ("DEBUG", "True"),
    ("LOG_LEVEL", "LOUD"),
    ("CONTACT_EMAIL", "nobody"),
    ("SECURITY_EMAIL", "@"),
    ("CONTACT_EMAIL", "Iemand <iemand@portal.example>"),
    ("PUBLISHER_NAME_NL", "Uitgever"),
    ("PUBLISHER_NAME_FR", "Éditeur"),
    ("PUBLISHER_URL", "https://publisher.example"),  # and no name
    ("IS_OFFICIAL", "1"),  # and no name
    ("IS_OFFICIAL", "yes"),
    ("SOURCE_LICENCE", "CC0-1.0"),  # and no name
    ("SOURCE_LICENCE", "MIT"),
    ("LOG_DAYS", "-1"),
    ("LOG_DAYS", "a month"),
    ("NOINDEX", "no"),
    ("HSTS_PRELOAD", "on"),
    ("BACKUP_DIR", "backups"),
    ("BACKUP_KEEP", "0"),
    ("BACKUP_KEEP", "all"),
    ("METRICS_TOKEN", "short"),
    ("METRICS_TOKEN", "é" * 20),
    ("SENTRY_DSN", "tracker.example"),
    ("LOG_FORMAT", "xml"),
    ("ENV_FILE", "/nowhere/portal.env"),
    ("BEHIND_PROXY", "perhaps"),
    ("SECOND_FACTOR", "maybe"),
    ("TWO_ADMINISTRATORS", "3"),
    ("SESSION_IDLE_MINUTES", "long"),
    ("SESSION_IDLE_MINUTES", "0"),
    ("SESSION_HOURS", "-1"),
    ("AUDIT_DAYS", "0"),
    ("ALLOWED_HOSTS", "https://portal.example"),
    ("ALLOWED_HOSTS", "portal.example:443"),
    # Signs that nobody sees.
    ("CONTACT_EMAIL", "portal\x01@portal.example"),
    ("SITE_URL", "https://portal\u202e.example"),
    ("SECRET_KEY", "a-key-for-one-test-only-" * 3 + "\ufeff"),
]


@pytest.mark.parametrize(("name", "value"), WRONG)
def test_it_does_not_start_with_a_wrong_value_and_names_it(name, value):
    done = manage("check", **{name: value})
    assert done.returncode != 0
    said = done.stderr.strip()
    assert name in said
    assert "Traceback" not in said
    assert said.endswith(".")
    assert len(said.splitlines()) == 1


PUBLISHER = {"PUBLISHER_NAME_NL": "Uitgever", "PUBLISHER_NAME_FR": "Éditeur"}


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("PUBLISHER_NAME_FR", " "),
        ("PUBLISHER_URL", "publisher.example"),
        ("PUBLISHER_URL", "javascript:alert(1)"),
        ("PUBLISHER_URL", 'https://publisher.example/"onclick'),
        ("PUBLISHER_URL", "https://"),
        ("PUBLISHER_URL", "https://publisher.example/\x1b"),
        ("PUBLISHER_NAME_NL", "De\x01 Dienst"),
        ("PUBLISHER_NAME_FR", "Le \u202eService"),
        ("CONTACT_EMAIL", None),  # and official
        ("SOURCE_LICENCE", "CC-BY-NC-4.0"),
    ],
)
def test_it_does_not_start_with_a_publisher_that_is_half_named(name, value):
    said = manage("check", **{**PUBLISHER, "IS_OFFICIAL": "1", "CONTACT_EMAIL": "a@b.example", name: value})
    assert said.returncode != 0
    assert name in said.stderr
    assert len(said.stderr.strip().splitlines()) == 1


def test_it_names_nobody_and_claims_nothing_by_default():
    names = ("PUBLISHER_NAME_NL", "PUBLISHER_NAME_FR", "PUBLISHER_URL", "CONTACT_EMAIL", "SECURITY_EMAIL")
    assert setting(*names, "IS_OFFICIAL", "SOURCE_LICENCE", "LOG_DAYS") == ["", "", "", "", "", False, "", 0]


def test_it_takes_the_publisher_from_the_environment():
    given = PUBLISHER | {
        "PUBLISHER_URL": "https://publisher.example/over?nl",
        "CONTACT_EMAIL": "portal@publisher.example",
        "SOURCE_LICENCE": "CC-BY-4.0",
    }
    assert setting(*given, **given) == list(given.values())
    assert setting("IS_OFFICIAL", "SECURITY_EMAIL", "LOG_DAYS", **given, IS_OFFICIAL="1", LOG_DAYS="30") == [
        True,
        "portal@publisher.example",  # empty or not set, the same address
        30,
    ]
    assert setting("SECURITY_EMAIL", **given, SECURITY_EMAIL="") == ["portal@publisher.example"]
    assert setting("SECURITY_EMAIL", SECURITY_EMAIL="safe@publisher.example") == ["safe@publisher.example"]


def test_it_stops_the_server_with_the_same_sentence():
    done = subprocess.run(
        [sys.executable, "-c", "import go4brussels.wsgi"],
        cwd=settings.BASE_DIR,
        env={"PATH": os.environ["PATH"]},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 3
    assert re.fullmatch(r"The portal cannot start: SITE_URL is not set\. .*\.\n", done.stderr)


def test_django_finds_nothing_to_say_before_deployment():
    done = manage("check", "--deploy", "--fail-level", "WARNING", HSTS_PRELOAD="1")
    assert done.returncode == 0
    assert done.stderr == ""
    assert done.stdout == "System check identified no issues (0 silenced).\n"


def test_it_sets_up_sqlite_for_readers_and_an_editor_at_once():
    [databases] = setting("DATABASES")
    options = databases["default"]["OPTIONS"]
    assert "journal_mode=WAL" in options["init_command"]
    assert options["transaction_mode"] == "IMMEDIATE"
    assert options["timeout"] == 10


def test_it_gives_up_on_a_postgresql_that_does_not_answer():
    [databases] = setting(
        "DATABASES", DATABASE_URL="postgres://portal:secret@db.example:6432/portal?sslmode=require"
    )
    database = databases["default"]
    assert database["ENGINE"] == "go4brussels.postgresql"
    assert (database["HOST"], database["PORT"], database["NAME"]) == ("db.example", 6432, "portal")
    assert database["CONN_HEALTH_CHECKS"] is True
    assert database["CONN_MAX_AGE"] > 0
    assert database["OPTIONS"] == {
        "connect_timeout": 5,
        "keepalives_idle": 5,
        "keepalives_interval": 2,
        "keepalives_count": 3,
        "tcp_user_timeout": 10_000,
        "options": "-c statement_timeout=10000 -c jit=off -c join_collapse_limit=4",
        "sslmode": "require",
    }


PRIMARY = "postgres://portal:secret@db.example/portal"


def test_it_reads_from_a_standby_and_writes_nothing_to_it():
    [databases] = setting(
        "DATABASES", DATABASE_URL=PRIMARY, DATABASE_REPLICA_URL=PRIMARY.replace("db.", "standby.")
    )
    primary, replica = databases["default"], databases["replica"]
    assert replica["HOST"] == "standby.example"
    assert replica["OPTIONS"].pop("options") == (
        primary["OPTIONS"].pop("options") + " -c default_transaction_read_only=on"
    )
    assert replica["OPTIONS"] == primary["OPTIONS"]
    assert replica["TEST"]["MIRROR"] == "default"
    assert setting("DATABASES", DATABASE_URL=PRIMARY)[0].keys() == {"default"}


def test_a_standby_is_not_the_database_itself():
    done = manage("check", DATABASE_URL=PRIMARY, DATABASE_REPLICA_URL=f"{PRIMARY}?sslmode=require")
    assert done.returncode != 0
    assert done.stderr.strip() == (
        "The portal cannot start: DATABASE_REPLICA_URL names the same database as DATABASE_URL. "
        "Give its standby, or leave it out."
    )


@pytest.mark.django_db
def test_the_database_in_use_has_these_settings():
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SHOW statement_timeout")
            assert cursor.fetchone() == ("10s",)
        else:
            cursor.execute("PRAGMA synchronous")
            assert cursor.fetchone() == (1,)
            assert connection.transaction_mode == "IMMEDIATE"


@pytest.mark.parametrize("scheme", ["http", "https"])
def test_the_scheme_of_the_site_decides_on_what_needs_https(scheme):
    names = (
        "SECURE_SSL_REDIRECT",
        "SESSION_COOKIE_SECURE",
        "CSRF_COOKIE_SECURE",
        "LANGUAGE_COOKIE_SECURE",
        "SECURE_HSTS_SECONDS",
        "SESSION_COOKIE_NAME",
    )
    values = setting(*names, SITE_URL=f"{scheme}://portal.example")
    on = scheme == "https"
    assert values == [on, on, on, on, 31_536_000 if on else 0, "__Host-session" if on else "session"]


def test_it_trusts_the_proxy_only_when_told():
    [unset] = setting("SECURE_PROXY_SSL_HEADER")
    [header] = setting("SECURE_PROXY_SSL_HEADER", BEHIND_PROXY="1")
    assert unset is None
    assert header == ["HTTP_X_FORWARDED_PROTO", "https"]


def test_it_keeps_its_own_host_and_the_machine_beside_it():
    [hosts] = setting("ALLOWED_HOSTS")
    assert hosts == ["portal.example", "127.0.0.1", "localhost"]
    [hosts] = setting("ALLOWED_HOSTS", ALLOWED_HOSTS="portal.example, www.portal.example")
    assert hosts == ["portal.example", "www.portal.example"]


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ({}, "required"),
        ({"SITE_URL": "http://127.0.0.1:8000"}, "optional"),
        ({"SECOND_FACTOR": "optional"}, "optional"),
        ({"SITE_URL": "http://127.0.0.1:8000", "SECOND_FACTOR": "required"}, "required"),
    ],
)
def test_over_the_internet_everybody_shows_a_second_factor_unless_told_otherwise(values, expected):
    assert setting("SECOND_FACTOR", **values) == [expected]


def rows():
    """Return `{names: what is told of them}` for each row of the table in the README."""
    readme = (settings.BASE_DIR / "README.md").read_text(encoding="utf-8")
    found = re.findall(r"^\| (`[A-Z_]+`(?:, `[A-Z_]+`)*) \| (?:yes|no) \| (.*) \|$", readme, re.MULTILINE)
    return {tuple(re.findall(r"[A-Z_]+", names)): told for names, told in found}


# What the README says of a value that is not set, where that is a number or a word that can be set as well.
DEFAULT = re.compile(r"[Bb]y default `?(\d+|optional|required)\b|`(\w+)` \(by default\)")
DEFAULTS = {
    names[0]: found[1] or found[2] for names, told in rows().items() if (found := DEFAULT.search(told))
}


def test_the_readme_has_every_variable_in_its_table():
    listed = [name for names in rows() for name in names]
    assert sorted(listed) == sorted(asked())


def test_the_readme_tells_of_most_settings_what_they_are_by_default():
    assert {"SECOND_FACTOR", "SESSION_IDLE_MINUTES", "SESSION_HOURS", "AUDIT_DAYS"} <= DEFAULTS.keys()
    assert {"BEHIND_PROXY", "IS_OFFICIAL", "LOG_LEVEL", "LOG_DAYS", "DEBUG"} <= DEFAULTS.keys()


@pytest.mark.parametrize(("name", "value"), DEFAULTS.items())
def test_the_readme_tells_the_true_default(name, value):
    assert read(**{name: value})[0] == read()[0]


@pytest.mark.parametrize("empty", ["", " "])
@pytest.mark.parametrize("name", sorted(asked() - {"SITE_URL", "SECRET_KEY"}))
def test_an_empty_value_is_as_good_as_none(name, empty):
    # As compose, a file of settings or a unit passes a name that was left without a value.
    assert read(**{name: empty})[0] == read()[0]


def test_only_the_settings_read_the_environment():
    readers = {
        path.relative_to(settings.BASE_DIR).as_posix()
        for folder in ("accounts", "go4brussels", "initiatives")
        for path in (settings.BASE_DIR / folder).rglob("*.py")
        if re.search(r"os\.environ(?!\.setdefault)|getenv|\bEnvironment\(", path.read_text(encoding="utf-8"))
    }
    # gunicorn's first process must not load the settings, and writes in the form of the others all the same.
    assert readers == {"go4brussels/settings.py", "go4brussels/environment.py"}
    assert inspect.getsource(environment).count("environ)") == 1
    assert "os.environ" in inspect.getsource(environment.log_format)
