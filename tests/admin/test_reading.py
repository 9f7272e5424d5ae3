"""What only reads never waits for an editor who saves, and writes nothing that it would have to wait for."""

import sqlite3
import time
from contextlib import contextmanager

import psycopg
import pytest
from django.contrib import admin
from django.contrib.sessions.models import Session
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from initiatives.models import ContentVersion, Revision, Worksite
from initiatives.pages import sitemap

from ..editing import PUBLISHER, sign_in
from ..prepared import SQLITE, postgres
from ..threads import alone

pytestmark = pytest.mark.slow
BOUND = 5  # seconds; an editor is waited for twice as long
WRITES = ("INSERT", "UPDATE", "DELETE", "BEGIN", "SAVEPOINT")


@contextmanager
def somebody_saving(name):
    """Hold what a change of the content holds, in a connection of its own."""
    if SQLITE:
        other = sqlite3.connect(name, isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
    else:
        other = psycopg.connect(postgres(name).geturl())
        other.execute(f"SELECT * FROM {ContentVersion._meta.db_table} FOR UPDATE")
    yield
    other.close()


def admin_paths():
    """Return every page of the admin that only reads."""
    paths = ["/admin/", "/admin/login/", "/admin/password_change/"]
    for model in admin.site._registry:
        place = f"admin:{model._meta.app_label}_{model._meta.model_name}"
        paths.append(reverse(f"{place}_changelist"))
        if model is not Revision and model._meta.model_name != "entry":
            paths.append(reverse(f"{place}_add"))
        if record := model._default_manager.order_by("pk").first():
            paths += [
                reverse(f"{place}_{page}", args=[record.pk]) for page in ("change", "history", "delete")
            ]
    paths.append(reverse("admin:initiatives_worksite_preview", args=[Worksite.objects.first().pk]))
    paths.append(reverse("admin:initiatives_revision_restore", args=[Revision.objects.first().pk]))
    return paths


def public_paths():
    site = list(sitemap.public_paths())
    paths = [path for each in site[::4] for path in each.values()]
    paths += [
        "/",
        "/nl/zoeken/?q=duurzame",
        "/fr/recherche/?q=emplois",
        "/nl/wijzigingen/atom.xml",
        "/sitemap.xml",
    ]
    paths += [
        "/data/worksites.json",
        "/data/measures.csv",
        "/id/worksite/1.4-02",
        "/id/worksite/1.4-02/1",
        "/readyz",
    ]
    paths += [Worksite.objects.first().url_in("nl") + page for page in ("versies/", "versies/1/", "atom.xml")]
    return [*paths, "/picture/worksite/1.4-02.fr.png", "/nl/nergens/"]


def someone_in():
    """Return the browser of somebody who may do everything, and was last seen long ago."""
    browser = sign_in(PUBLISHER)
    browser.user.is_superuser = True
    browser.user.save()
    browser.get("/admin/")
    session = browser.session
    session["seen"] = 0
    session.save()
    return browser


def answers(browser, paths):
    found = {}
    for path in paths:
        start = time.monotonic()
        answer = browser.get(path)
        found[path] = (answer.status_code, round(time.monotonic() - start, 1))
    return found


@pytest.mark.django_db(databases=[])
def test_no_page_waits_for_an_editor_who_saves(own_database):
    def read():
        browser = someone_in()
        paths = [*public_paths(), *admin_paths()]
        with somebody_saving(own_database["NAME"]):
            found = answers(browser, paths)
            # On PostgreSQL, the row of the session is nobody else's.
            assert SQLITE is (Session.objects.get().get_decoded()["seen"] == 0)
        browser.get("/admin/")
        assert Session.objects.get().get_decoded()["seen"] > 0
        return found

    found = alone(read)
    assert len(found) > 80
    assert {path: each for path, each in found.items() if each[0] >= 500 or each[1] > BOUND} == {}


@pytest.mark.django_db(databases=[])
def test_a_session_that_is_over_lets_nobody_in_while_somebody_saves(own_database):
    def read():
        browser = someone_in()
        session = browser.session
        session["began"] = 0
        session.save()
        with somebody_saving(own_database["NAME"]):
            start = time.monotonic()
            assert browser.get("/admin/").status_code == 302
            assert time.monotonic() - start < BOUND
        assert browser.get("/admin/").status_code == 302
        assert not Session.objects.filter(session_key=session.session_key).exists()

    alone(read)


@pytest.mark.django_db
def test_what_only_reads_writes_nothing(publisher):
    publisher.get("/admin/")  # which notes that somebody is there
    for path in [*public_paths(), *(path for path in admin_paths() if "/initiatives/" in path)]:
        with CaptureQueriesContext(connection) as asked:
            answer = publisher.get(path)
        if answer.status_code == 403:
            continue  # that a page was refused is recorded, where nobody writes at that moment
        assert [each["sql"] for each in asked if each["sql"].startswith(WRITES)] == [], path
