"""What `manage.py doctor` says: a sentence for each thing, and 1 where one of them is wrong."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from django.core.management import call_command
from django.db import connection
from django.test import override_settings

from go4brussels import static_files
from go4brussels.doctor import database
from initiatives.models import ContentVersion

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def installed(tmp_path, monkeypatch):
    """An installation with nothing wrong: its static files are collected, its backups have a folder."""
    monkeypatch.setattr(static_files, "missing", lambda: "")
    with override_settings(BACKUP_DIR=tmp_path):
        yield


def said(capsys):
    """Return what it says, by its mark, and how it ends."""
    code = 0
    try:
        call_command("doctor")
    except SystemExit as error:
        code = error.code
    found = re.findall(r"^(ok|note|wrong) +(.+)$", capsys.readouterr().out, re.MULTILINE)
    assert all(sentence.endswith((".", ";")) for _mark, sentence in found)
    return {mark: " ".join(each for other, each in found if other == mark) for mark, _each in found}, code


def backup(folder, hours):
    at = datetime.now(UTC) - timedelta(hours=hours)
    (folder / f"go4brussels-{at:%Y%m%dT%H%M%SZ}.sql.gz").write_bytes(b"")


def test_it_ends_well_where_nothing_is_wrong(capsys, tmp_path):
    backup(tmp_path, 3)
    found, code = said(capsys)
    assert code == 0
    assert "wrong" not in found
    assert "Release 1.0.0, on Python 3." in found["ok"]
    for sentence in (
        "The tables of the database are current.",
        "The content is there.",
        "The clock goes with that of the database.",
        "The newest backup is 3 hours old.",
        "The portal sends no mail, and needs no server for it.",
        "The strings of both languages are compiled.",
    ):
        assert sentence in found["ok"]
    assert "Nobody is named as publisher." in found["note"]


def test_it_ends_with_1_where_there_is_no_content(capsys, monkeypatch):
    monkeypatch.setattr(database, "is_empty", lambda: True)
    found, code = said(capsys)
    assert code == 1
    assert "There is no content. Run manage.py prepare." in found["wrong"]


def test_a_backup_that_does_not_come_is_told(capsys, tmp_path):
    assert "There is no backup in" in said(capsys)[0]["note"]
    backup(tmp_path, 40)
    found, code = said(capsys)
    assert (code, found["wrong"]) == (
        1,
        "The newest backup is 40 hours old. See why none was made, and make one.",
    )


def test_static_files_that_are_missing_are_told(capsys, monkeypatch):
    monkeypatch.setattr(static_files, "missing", lambda: "There are none.")
    assert said(capsys) == ({**said(capsys)[0], "wrong": "There are none."}, 1)


def test_a_clock_that_went_back_is_told(capsys):
    ContentVersion.objects.update(at=datetime(2999, 12, 31, tzinfo=UTC))
    found, code = said(capsys)
    assert code == 1
    sentence = r"This machine.s clock says .+ changed on 31/12/2999\. Set it right\."
    assert re.fullmatch(sentence, found["wrong"])


def test_an_address_that_redirects_to_itself_is_told(capsys):
    with override_settings(HTTPS=True, BEHIND_PROXY=False):
        assert "each page would redirect to itself for ever." in said(capsys)[0]["wrong"]
    with override_settings(HTTPS=True, BEHIND_PROXY=True):
        assert "wrong" not in said(capsys)[0]


def test_a_key_of_few_signs_is_told(capsys):
    with override_settings(SECRET_KEY="ab" * 40):
        assert said(capsys)[0]["wrong"].startswith("SECRET_KEY repeats a few signs.")


def test_who_publishes_it_and_reads_the_mail_is_told(capsys):
    named = {"PUBLISHER_NAME_NL": "Dienst", "PUBLISHER_NAME_FR": "Service", "CONTACT_EMAIL": "a@b.example"}
    with override_settings(**named, NOINDEX=True):
        found, code = said(capsys)
    assert code == 0
    assert "The publisher is Dienst / Service. Readers write to a@b.example." in found["ok"]
    assert "NOINDEX is 1" in found["note"]


@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite has no server that keeps a log.")
def test_a_server_whose_log_can_hold_what_readers_search_for_is_told(capsys):
    with connection.cursor() as cursor:
        cursor.execute("SET log_min_error_statement = error")
        assert re.search(
            r"log_min_error_statement is error: .+ ALTER ROLE \w+ SET log_min_error_statement = panic;",
            said(capsys)[0]["note"],
        )
        cursor.execute("SET log_min_error_statement = panic")
        assert "log_min_error_statement" not in said(capsys)[0]["note"]
