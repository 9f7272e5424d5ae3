"""Settings in a file: read without a shell, and what is wrong in it told with file and line."""

import os
import pwd

import pytest
from django.core.exceptions import ImproperlyConfigured

from go4brussels.environment import Environment, database, read_file

from .test_settings import manage, setting


@pytest.mark.parametrize(
    ("line", "value"),
    [
        ("NAME=Dienst", "Dienst"),
        ("NAME=Économie & Emploi (Bruxelles)", "Économie & Emploi (Bruxelles)"),
        ("NAME=pass)word$HOME`id`;|<>!*~", "pass)word$HOME`id`;|<>!*~"),
        ("NAME=a#b", "a#b"),
        ("NAME=${OTHER}", "${OTHER}"),
        ("NAME='Dienst voor # Werk'", "Dienst voor # Werk"),
        (r"NAME='Dienst ''s \' morgens'", None),
        (r"NAME='l\'emploi'", "l'emploi"),
        ("NAME=l'emploi", "l'emploi"),
        ('NAME=de "Dienst"', 'de "Dienst"'),
        ("NAME='de \"Dienst\"'", 'de "Dienst"'),
        ('NAME="Dienst & Co"', "Dienst & Co"),
        (r"NAME=C:\new", r"C:\new"),
        ("NAME=", ""),
        ("NAME=''", ""),
        ("  NAME = Dienst  ", "Dienst"),
        ("export NAME=Dienst", "Dienst"),
        ("NAME=Dienst # and why", "Dienst"),
    ],
)
def test_a_value_is_what_stands_there(tmp_path, line, value):
    path = tmp_path / "portal.env"
    for ending in ("\n", "\r\n"):
        path.write_bytes(f"# a comment{ending}{ending}{line}{ending}LAST=1{ending}".encode())
        if value is None:
            with pytest.raises(ImproperlyConfigured, match=r"^Line 3 of "):
                read_file(path)
        else:
            assert read_file(path) == {"NAME": value, "LAST": "1"}


@pytest.mark.parametrize(
    "text",
    [
        "A=1\n\nSITE_URL https://portal.example\nB=2\n",
        "A=1\n\nSITE_URL\nB=2\n",
        "A=1\n\nSITE URL=https://portal.example\nB=2\n",
        "A=1\n\nSITE-URL=https://portal.example\nB=2\n",
        "A=1\n\n=secret\nB=2\n",
        "A=1\n\nB='secret\nC=2\n",
        "A=1\n\nB='secret\nC='2'\nD=it's\n",
        "A=1\n\nB='secret' more\nC=2\n",
        'A=1\n\nB="secret\nC=2\n',
        "A=1\n\nB=secret\udce9\n",
    ],
)
def test_a_line_that_is_none_is_named_and_not_repeated(tmp_path, text):
    path = tmp_path / "portal.env"
    path.write_bytes(text.encode("utf-8", "surrogateescape"))
    with pytest.raises(ImproperlyConfigured) as caught:
        read_file(path)
    told = str(caught.value)
    assert told.startswith(f"Line 3 of {path}, which ENV_FILE names, ")
    assert told.endswith(".")
    assert "secret" not in told
    assert len(told.splitlines()) == 1


def test_a_mark_of_the_editor_at_the_start_is_no_part_of_a_name(tmp_path):
    path = tmp_path / "portal.env"
    path.write_text("NAME=Dienst\n", encoding="utf-8-sig")
    assert read_file(path) == {"NAME": "Dienst"}


@pytest.mark.parametrize("path", ["/nowhere/portal.env", "/", "portal\x00.env"])
def test_a_file_that_is_not_there_is_named(path):
    with pytest.raises(ImproperlyConfigured, match=r"^ENV_FILE names .*, which cannot be read: .*\.$"):
        Environment({}).read_file(path)


def test_who_may_not_read_the_file_is_named(tmp_path, monkeypatch):
    def refused(self):
        raise PermissionError(13, "Permission denied", str(self))

    monkeypatch.setattr(type(tmp_path), "read_bytes", refused)
    with pytest.raises(ImproperlyConfigured) as caught:
        Environment({}).read_file("/etc/portal.env")
    user = pwd.getpwuid(os.geteuid()).pw_name
    assert f"/etc/portal.env, which user {user} may not read" in str(caught.value)


def test_the_settings_come_from_the_file_and_what_the_environment_says_wins(tmp_path):
    path = tmp_path / "portal.env"
    path.write_text(
        "SITE_URL=https://file.example\nCONTACT_EMAIL=file@portal.example\nLOG_DAYS=3\n"
        "PUBLISHER_NAME_NL=Werk & Co (Brussel)\nPUBLISHER_NAME_FR='Emploi # Économie'\n",
        encoding="utf-8",
    )
    names = ("SITE_URL", "CONTACT_EMAIL", "LOG_DAYS", "PUBLISHER_NAME_NL", "PUBLISHER_NAME_FR")
    given = {"ENV_FILE": str(path), "SITE_URL": None, "CONTACT_EMAIL": "", "LOG_DAYS": "7"}
    # An empty value is none here too.
    assert setting(*names, **given) == [
        "https://file.example",
        "file@portal.example",
        7,
        "Werk & Co (Brussel)",
        "Emploi # Économie",
    ]


def test_a_fault_in_the_file_stops_the_start_with_its_line(tmp_path):
    path = tmp_path / "portal.env"
    path.write_text("LOG_DAYS=3\nSECRET_KEY abc\n")
    done = manage("check", ENV_FILE=str(path))
    assert done.returncode == 1
    assert done.stderr == (
        f"The portal cannot start: Line 2 of {path}, which ENV_FILE names, is no NAME=value. "
        "Correct it, or put a # before it.\n"
    )


PASSWORDS = [
    ("postgres://portal:a&b)c d$e@db.example/portal", "a&b)c d$e"),
    ("postgres://portal:a%26b%29c%20d%24e%23%2F@db.example/portal", "a&b)c d$e#/"),
]


@pytest.mark.parametrize(("url", "password"), PASSWORDS)
@pytest.mark.parametrize("quoted", ["{}", "'{}'"])
def test_an_address_of_a_database_is_taken_as_it_was_typed(tmp_path, url, password, quoted):
    path = tmp_path / "portal.env"
    path.write_text(f"DATABASE_URL={quoted.format(url)}\n")
    [databases] = setting("DATABASES", DATABASE_URL=None, ENV_FILE=str(path))
    assert databases["default"]["PASSWORD"] == password
    assert databases["default"]["NAME"] == "portal"


def test_a_path_of_a_database_is_taken_as_it_was_typed(tmp_path):
    path = tmp_path / "portal.env"
    path.write_text("DATABASE_URL=sqlite:////srv/Werk & Co (1)/db.sqlite3\n")
    [databases] = setting("DATABASES", DATABASE_URL=None, ENV_FILE=str(path))
    assert databases["default"]["NAME"] == "/srv/Werk & Co (1)/db.sqlite3"


@pytest.mark.parametrize(
    "url",
    ["postgres://portal:a#b@db.example/portal", "sqlite:////srv/a#b.sqlite3", "postgres://portal:a/b@db/c#"],
)
def test_an_address_that_would_be_cut_off_is_refused(url):
    with pytest.raises(ImproperlyConfigured, match="%23"):
        database(url)
