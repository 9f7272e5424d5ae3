"""A database that is away, busy or takes no changes: 503 with a sentence, and what was written comes back."""

import json
import logging
import sqlite3
from contextlib import contextmanager

import psycopg
import pytest
from django import db
from django.conf import settings
from django.contrib.sessions.exceptions import SessionInterrupted
from django.contrib.sessions.middleware import SessionMiddleware
from django.db import DatabaseError, OperationalError, connection, transaction
from django.http import HttpResponse
from django.test import Client
from django.utils import translation

from go4brussels import errors
from go4brussels.logs import Outages
from go4brussels.outages import Outage, outage_of
from go4brussels.reading import ATTEMPTS
from initiatives.models import Worksite

from ..admin.test_admin import change
from ..cluster import cluster, own_folder  # noqa: F401 – fixtures
from ..document import Document
from ..editing import PUBLISHER, form_of, sign_in
from ..prepared import SQLITE

WRITTEN = "Een zin van een halfuur werk <en meer>."
ADDRESSES = ["/nl/werven/", "/fr/chantiers/", "/", "/nl/zoeken/?q=bouw", "/sitemap.xml"]


@contextmanager
def away():
    def refuse(*_told):
        raise OperationalError("the server is gone")

    with connection.execute_wrapper(refuse):
        yield


@contextmanager
def read_only():
    """Let the database of the test take no changes, as on a disk that is mounted so, or as a standby."""
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA query_only = 1" if SQLITE else "SET LOCAL transaction_read_only = on")
        yield
        if SQLITE:
            with connection.cursor() as cursor:
                cursor.execute("PRAGMA query_only = 0")
        transaction.set_rollback(True)


def sentence(outage, language):
    with translation.override(language):
        return str(outage.sentence)


def quiet(browser):
    browser.raise_request_exception = False
    return browser


@pytest.fixture
def reader():
    return Client(raise_request_exception=False)


# What is told to whom ---------------------------------------------------------------------------------


@pytest.mark.django_db
@pytest.mark.parametrize("address", ADDRESSES)
def test_it_says_when_to_come_back_and_that_no_cache_may_keep_it(reader, address):
    with away():
        response = reader.get(address)
    assert response.status_code == 503
    assert response["Retry-After"] == "5"
    assert response["Cache-Control"] == "no-store"
    page = response.content.decode()
    spoken = [address[1:3]] if address[1:3] in ("nl", "fr") else ["nl", "fr"]
    said = [language for language in ("nl", "fr") if sentence(Outage.AWAY, language) in page]
    assert said == spoken


@pytest.mark.django_db
def test_search_says_that_the_pages_can_still_be_read(reader):
    with away():
        found = [reader.get(path).content.decode() for path in ("/nl/zoeken/?q=a", "/fr/recherche/")]
        other = reader.get("/nl/werven/").content.decode()
    assert "Zoeken is momenteel niet mogelijk" in found[0]
    assert "La recherche n’est pas possible pour le moment" in found[1]
    assert "Zoeken is momenteel niet mogelijk" not in other


@pytest.mark.django_db
@pytest.mark.parametrize("address", ["/data/worksites.json", "/data/measures.csv", "/oembed?url=x"])
def test_data_get_a_problem_document_in_both_languages(reader, address):
    url = f"{settings.SITE_URL}/nl/werven/bouw/"
    with away():
        response = reader.get(address.replace("=x", f"={url}"))
    assert response.status_code == 503
    assert response["Content-Type"] == "application/problem+json"
    assert response["Retry-After"] == "5"
    document = json.loads(response.content)
    assert document["title"] == "Het portaal kan momenteel niet antwoorden / " + (
        "Le portail ne peut pas répondre pour le moment"
    )
    for language in ("nl", "fr"):
        assert document[language]["detail"].startswith(sentence(Outage.AWAY, language))


@pytest.mark.django_db
@pytest.mark.parametrize("address", ["/nl/werven/", "/data/worksites.json"])
def test_a_question_that_is_wrong_stays_a_fault_of_ours(reader, address):
    def ask_wrongly(execute, _sql, _params, many, context):
        return execute("SELECT nothing FROM nowhere", None, many, context)

    with transaction.atomic(), connection.execute_wrapper(ask_wrongly):
        response = reader.get(address)
        transaction.set_rollback(True)
    assert response.status_code == 500
    assert "Retry-After" not in response


# An edit ----------------------------------------------------------------------------------------------


def press(browser, page):
    """Press the button under what came back, and give the answer."""
    document = Document(page.content.decode())
    fields = document.all("input", type="hidden")
    [form] = document.all("form", method="post")
    return browser.post(form["action"], {each["name"]: each["value"] for each in fields})


@pytest.fixture
def editor(db):
    """Give a browser that checks tokens as the portal does, and says where its forms come from."""
    browser = sign_in(PUBLISHER)
    browser.handler.enforce_csrf_checks = True
    browser.defaults["HTTP_ORIGIN"] = settings.SITE_URL
    return quiet(browser)


def write(editor, worksite):
    page = editor.get(change(worksite))
    data = form_of(editor, worksite) | {"csrfmiddlewaretoken": str(page.context["csrf_token"])}
    return data | {"measure_set-0-text_nl": WRITTEN, "note": "Nieuw", "_continue": "1"}


def test_an_edit_that_cannot_be_saved_is_refused_whole_and_comes_back(editor):
    worksite = Worksite.objects.get(code="1.4-02")
    data = write(editor, worksite)
    with read_only():
        page = editor.post(change(worksite), data)
    assert page.status_code == 503
    text = page.content.decode()
    assert "Het portaal kan momenteel niets opslaan" in text
    assert "Rien de ce que vous avez envoyé n’a été enregistré." in text
    assert "een halfuur werk &lt;en meer&gt;." in text
    assert worksite.measure_set.get(position=1).text_nl != WRITTEN
    # Once it can be saved again, the same page saves it.
    assert press(editor, page).status_code == 302
    assert worksite.measure_set.get(position=1).text_nl == WRITTEN


def test_an_edit_on_a_full_disk_leaves_nothing_half_written(editor):
    if not SQLITE:
        pytest.skip("A limit on its pages is a full disk for SQLite alone.")
    worksite = Worksite.objects.get(code="1.4-02")
    data = write(editor, worksite)
    with connection.cursor() as cursor:
        [most] = cursor.execute("PRAGMA max_page_count").fetchone()
        cursor.execute("PRAGMA max_page_count = 1")  # it takes this for the number of those that there are
        cursor.execute("CREATE TABLE filler (x)")
        while cursor.execute("PRAGMA freelist_count").fetchone() != (0,):
            cursor.execute("INSERT INTO filler VALUES (zeroblob(3000))")
        page = editor.post(change(worksite), data)
        cursor.execute(f"PRAGMA max_page_count = {most}")
    assert page.status_code == 503
    text = page.content.decode()
    assert [sentence(Outage.FULL, language) in text for language in ("nl", "fr")] == [True, True]
    assert "Het portaal kan momenteel niets opslaan: de schijf van het portaal is vol." in text
    assert "Niets van wat u verstuurde, werd opgeslagen." in text and WRITTEN.partition(" <")[0] in text
    assert not worksite.measure_set.get(position=1).text_nl.startswith(WRITTEN)


def test_an_edit_whose_end_nobody_knows_is_not_called_unsaved(editor):
    worksite = Worksite.objects.get(code="1.4-02")
    data = write(editor, worksite)
    with away():
        page = editor.post(change(worksite), data)
    assert page.status_code == 503
    text = page.content.decode()
    assert "Het is niet zeker of werd opgeslagen wat u verstuurde" in text
    assert WRITTEN.partition(" <")[0] in text


def test_nothing_comes_back_that_another_site_sent(editor):
    worksite = Worksite.objects.get(code="1.4-02")
    data = write(editor, worksite)
    editor.defaults["HTTP_ORIGIN"] = "https://elsewhere.example"
    with away():
        page = editor.post(change(worksite), data)
    assert page.status_code in (403, 503)
    assert "een halfuur werk" not in page.content.decode()


@pytest.mark.parametrize("address", ["/admin/", "/admin/initiatives/worksite/", "/admin/nowhere/"])
def test_an_editor_is_told_so_as_well_and_not_to_sign_in_again(editor, address):
    with away():
        page = editor.get(address)
    assert page.status_code == 503
    assert page["Retry-After"] == "5"
    text = page.content.decode()
    assert [sentence(Outage.AWAY, language) in text for language in ("nl", "fr")] == [True, True]
    # Nothing was lost of the session.
    assert editor.get("/admin/").status_code == 200


def test_a_password_never_comes_back(reader, db):
    reader.defaults["HTTP_ORIGIN"] = settings.SITE_URL
    with away():
        page = reader.post("/admin/login/", {"username": "noor", "password": "geheim"})
    assert page.status_code == 503
    assert "geheim" not in page.content.decode()


def test_a_session_that_cannot_be_saved_is_not_taken_for_one_that_is_gone(editor, rf):
    request = rf.post("/admin/")
    request.session = editor.session
    request.session["something"] = "new"
    saving = SessionMiddleware(lambda _request: HttpResponse())
    with read_only(), pytest.raises(SessionInterrupted) as interrupted:
        saving.process_response(request, HttpResponse())
    assert outage_of(interrupted.value) is Outage.READ_ONLY
    assert errors.bad_request(request, interrupted.value).status_code == 503
    assert errors.bad_request(request, SessionInterrupted("gone")).status_code == 400


# One line in the log ----------------------------------------------------------------------------------


@pytest.mark.django_db
def test_it_logs_one_line_with_the_reason_and_without_a_trace(reader, caplog):
    logger = logging.getLogger("django.request")
    assert any(isinstance(each, Outages) for each in logger.filters)
    with away(), caplog.at_level("ERROR"):
        logger.addHandler(caplog.handler)
        reader.get("/nl/zoeken/?q=secret")
        logger.removeHandler(caplog.handler)
    records = [each for each in caplog.records if each.name == "django.request"]
    assert len(records) == 1 if SQLITE else ATTEMPTS
    for record in records:
        assert record.getMessage() == "The database could not be used for /nl/zoeken/: the server is gone"
        assert record.exc_info is None


# What errors mean -------------------------------------------------------------------------------------


@contextmanager
def sqlite(path, *statements):
    with sqlite3.connect(path, timeout=0, isolation_level=None) as found:
        for statement in statements:
            found.execute(statement)
        yield found
    found.close()


def as_django_tells(error):
    """Return the error as Django hands it on."""
    names = [
        each.__name__ for each in type(error).__mro__ if each.__module__.startswith(("psycopg", "sqlite3"))
    ]
    kind = next(getattr(db, name) for name in names if hasattr(db, name))
    told = kind(str(error))
    told.__cause__ = error
    return told


def test_it_knows_what_sqlite_means(tmp_path):
    path = tmp_path / "db"
    saving = sqlite(path, "CREATE TABLE t (x UNIQUE)", "BEGIN IMMEDIATE", "INSERT INTO t VALUES (1)")
    with saving, sqlite(path) as other, pytest.raises(sqlite3.OperationalError) as locked:
        other.execute("INSERT INTO t VALUES (2)")
    with sqlite(path, "PRAGMA query_only = 1") as other, pytest.raises(sqlite3.Error) as unchanging:
        other.execute("INSERT INTO t VALUES (2)")
    with sqlite(path, "PRAGMA max_page_count = 1") as other, pytest.raises(sqlite3.Error) as full:
        other.execute(f"INSERT INTO t VALUES ('{'x' * 100_000}')")
    with pytest.raises(sqlite3.Error) as nowhere:
        sqlite3.connect(tmp_path / "none" / "db")
    with sqlite(path) as other, pytest.raises(sqlite3.Error) as wrong:
        other.execute("SELECT * FROM nowhere")
    found = [outage_of(as_django_tells(each.value)) for each in (locked, unchanging, full, nowhere, wrong)]
    assert found == [Outage.BUSY, Outage.READ_ONLY, Outage.FULL, Outage.AWAY, None]


@pytest.mark.parametrize(
    ("statement", "outage"),
    [
        ("SET statement_timeout = 10; SELECT pg_sleep(1)", Outage.BUSY),
        ("SELECT pg_terminate_backend(pg_backend_pid())", Outage.AWAY),
        ("SET default_transaction_read_only = on; CREATE TABLE t ()", Outage.READ_ONLY),
        ("SELECT nothing FROM nowhere", None),
        ("SELECT 1 / 0", None),
        ("SELEKT", None),
    ],
)
def test_it_knows_what_postgresql_means(cluster, statement, outage):  # noqa: F811 – the fixture
    with (
        psycopg.connect(cluster.url("postgres"), autocommit=True) as found,
        pytest.raises(psycopg.Error) as error,
    ):
        for each in statement.split("; "):
            found.execute(each)
    assert outage_of(as_django_tells(error.value)) is outage


def test_other_errors_say_nothing_of_the_database():
    assert outage_of(None) is outage_of(ValueError("no")) is outage_of(DatabaseError("no")) is None
