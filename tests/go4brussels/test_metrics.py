"""What Prometheus is told: counts by kind, for who has the token alone, and nothing that anybody typed."""

from datetime import UTC, datetime, timedelta
from http.client import HTTPConnection
from urllib.parse import urlsplit

import pytest
from django.core.handlers.wsgi import WSGIHandler
from django.db import OperationalError
from django.urls import reverse
from prometheus_client.parser import text_string_to_metric_families

from accounts import audit
from go4brussels import shared_counts
from go4brussels.asking import ask
from go4brussels.kinds import kind_of
from go4brussels.metrics import Watched
from go4brussels.store import Store

from ..server import serve

TOKEN = "a-token-of-some-length"


def bearer(token=TOKEN):
    return {"HTTP_AUTHORIZATION": f"Bearer {token}"}


def samples(text):
    return {
        (sample.name, *sample.labels.values()): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


@pytest.fixture
def watched_store(settings, tmp_path):
    settings.METRICS_TOKEN = TOKEN
    settings.BACKUP_DIR = tmp_path / "backups"
    return Watched(Store(WSGIHandler()))


def told(portal):
    answer = ask(portal, "/metrics", bearer())
    assert answer.status == 200
    return samples(answer.body.decode())


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("/", "home"),
        ("/fr/", "home"),
        ("/nl/werven/", "list"),
        ("/nl/werven/werf-1/", "page"),
        ("/nl/zoeken/", "search"),
        ("/fr/recherche/", "search"),
        ("/data/worksites.json", "data"),
        ("/nl/werven/werf-1.json", "data"),
        ("/nl/wijzigingen/atom.xml", "feed"),
        ("/id/worksite/1.4-01", "permalink"),
        ("/static/css/portal.css", "static"),
        ("/robots.txt", "static"),
        ("/admin/login/", "admin"),
        ("/healthz", "probe"),
        ("/nergens\n/nl/", "other"),
    ],
)
def test_a_path_is_of_one_kind(path, kind):
    assert kind_of(path) == kind


def test_the_search_pages_are_searches():
    assert {kind_of(reverse(f"{language}:search")) for language in ("nl", "fr")} == {"search"}


def test_it_counts_what_is_answered_by_kind_and_status(watched_store, database_for_good):
    for path in ("/nl/", "/nl/zoeken/?q=geheimwoord", "/nl/nergens-geheimwoord/", "/nl/nergens/"):
        ask(watched_store, path)
    found = told(watched_store)
    assert found["go4brussels_requests_total", "home", "200"] == 1
    assert found["go4brussels_requests_total", "search", "200"] == 1
    assert found["go4brussels_requests_total", "list", "404"] == 2
    assert found["go4brussels_request_seconds_count", "home"] == 1
    assert found["go4brussels_answers_total", "django"] == 4
    assert "geheimwoord" not in str(found)


def test_what_fails_is_counted_as_an_error(watched_store, monkeypatch):
    def broken(_environ, _start_response):
        raise RuntimeError

    monkeypatch.setattr(watched_store, "store", broken)
    with pytest.raises(RuntimeError):
        ask(watched_store, "/nl/")
    assert watched_store.requests.labels("home", "500")._value.get() == 1


@pytest.mark.parametrize(
    "given", [{}, bearer("another-token-entirely"), bearer(""), bearer("é"), bearer(TOKEN[:-1])]
)
def test_nobody_else_is_told_anything(watched_store, given):
    answer = ask(watched_store, "/metrics", given)
    assert answer.status == 401
    assert answer.headers["WWW-Authenticate"].startswith("Bearer ")
    assert answer.headers["Cache-Control"] == "no-store"
    assert "Set-Cookie" not in answer.headers
    assert b"go4brussels_" not in answer.body


def test_it_is_only_read(watched_store, database_for_good):
    assert ask(watched_store, "/metrics", bearer() | {"REQUEST_METHOD": "POST"}).status == 405
    head = ask(watched_store, "/metrics", bearer() | {"REQUEST_METHOD": "HEAD"})
    assert (head.status, head.body) == (200, b"")
    assert int(head.headers["Content-Length"]) > 1000


def test_without_a_token_there_is_nothing(client):
    assert client.get("/metrics", headers={"Authorization": "Bearer "}).status_code == 404


def test_it_tells_what_is_so_at_the_moment(watched_store, database_for_good, settings):
    settings.BACKUP_DIR.mkdir()
    for hours in (30, 2):
        name = (datetime.now(UTC) - timedelta(hours=hours)).strftime("go4brussels-%Y%m%dT%H%M%SZ.sql.gz")
        (settings.BACKUP_DIR / name).touch()
    (settings.BACKUP_DIR / "go4brussels-neverZ.sql.gz").touch()
    watched_store.store.look()
    found = told(watched_store)
    assert found["go4brussels_database_away",] == 0
    assert found["go4brussels_drafts",] == 0
    assert found["go4brussels_content_number",] == watched_store.store.version.number
    assert 7190 < found["go4brussels_backup_age_seconds",] < 7300
    assert found["go4brussels_release_info", settings.RELEASE] == 1


def test_a_database_that_is_away_is_told_and_nothing_else_is_lost(watched_store, monkeypatch, db):
    def away(*_args, **_named):
        raise OperationalError("away")

    monkeypatch.setattr("django.db.models.QuerySet.count", away)
    found = told(watched_store)
    assert found["go4brussels_database_away",] == 1
    assert ("go4brussels_drafts",) not in found
    assert ("go4brussels_backup_age_seconds",) not in found


def test_it_counts_the_sign_ins_that_fail(watched_store, database_for_good):
    audit.record(audit.What.SIGN_IN_FAILED, "somebody")
    found = told(watched_store)
    assert found["go4brussels_audit_total", "sign_in_failed"] == 1
    assert found["go4brussels_audit_total", "slowed"] == 0


def test_what_a_killed_process_left_is_taken_away(tmp_path, monkeypatch):
    monkeypatch.setenv(shared_counts.VARIABLE, "elsewhere")
    gone = tmp_path / f"{shared_counts.NAME}4194305-x"
    ours = tmp_path / f"{shared_counts.NAME}{1}-x"
    for folder in (gone, ours):
        folder.mkdir()
    made = shared_counts.begin([tmp_path / "nowhere", tmp_path])
    assert not gone.exists()
    assert ours.exists()
    assert made.stat().st_mode & 0o777 == 0o700
    assert shared_counts.begin([tmp_path / "nowhere"]) is None


def test_two_workers_tell_one_sum(prepared, tmp_path):
    def get(path, **headers):
        connection = HTTPConnection(urlsplit(server.url).netloc, timeout=20)
        connection.request("GET", path, headers=headers)
        answer = connection.getresponse()
        return answer.status, answer.read().decode()

    with serve(prepared, tmp_path, METRICS_TOKEN=TOKEN) as server:
        assert get("/metrics")[0] == 401
        for _turn in range(40):
            get("/nl/")
        sums = set()
        for _turn in range(6):
            status, text = get("/metrics", Authorization=f"Bearer {TOKEN}")
            assert status == 200
            sums.add(samples(text)["go4brussels_requests_total", "home", "200"])
        assert sums == {40}
    assert [
        each
        for place in shared_counts.PLACES
        for each in place.glob(f"{shared_counts.NAME}*")
        if shared_counts.is_left_over(each)
    ] == []
