"""PostgreSQL's own log: a search that is stopped or refused leaves no word of it there, on a real server."""

import dj_database_url
import pytest
from django.db import Error, connections

from go4brussels.postgresql import values_apart

from ..cluster import cluster, own_folder  # noqa: F401 – fixtures

pytestmark = pytest.mark.any_database

ALIAS = "logged"


@pytest.fixture
def database(cluster, django_db_blocker):  # noqa: F811 – the fixture
    config = dj_database_url.parse(cluster.url("postgres"), "go4brussels.postgresql", 60, True)
    connections.settings[ALIAS] = connections.configure_settings({"default": {}, ALIAS: config})[ALIAS]
    with django_db_blocker.unblock():
        yield cluster
        connections[ALIAS].close()
    del connections[ALIAS], connections.settings[ALIAS]


@pytest.mark.parametrize(
    "sql",
    ["SELECT pg_sleep(5) WHERE %s <> ''", "SELECT 1 / length(substr(%s, 100))"],
    ids=["stopped", "refused"],
)
def test_no_word_of_a_search_stands_in_the_log_of_the_server(database, sql, request):
    word = f"geheim{request.node.callspec.id}"
    log = database.folder / "log"

    def fail(is_apart):
        with values_apart(is_apart), pytest.raises(Error), connections[ALIAS].cursor() as cursor:
            cursor.execute("SET statement_timeout = 200")
            cursor.execute(sql, [word])

    fail(True)
    assert "SELECT" in log.read_text()
    assert word not in log.read_text()
    fail(False)  # as Django does by itself
    assert word in log.read_text()
