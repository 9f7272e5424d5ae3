"""What the server of the database does before it answers: on PostgreSQL, choosing how to join."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from ..prepared import SQLITE

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.skipif(SQLITE, reason="SQLite plans these at once; PostgreSQL alone weighs orders of joins."),
]


def milliseconds_of_planning(cursor, queries):
    """Return how long the server plans these queries; of each, the quickest of three times."""
    total = 0.0
    for query in queries:
        taken = []
        for _attempt in range(3):
            cursor.execute(f"EXPLAIN (FORMAT JSON, SUMMARY) {query['sql']}")
            [[[plan]]] = cursor.fetchall()
            taken.append(plan["Planning Time"])
        total += min(taken)
    return total


def test_it_does_not_weigh_every_order_in_which_public_records_can_be_joined(client):
    with CaptureQueriesContext(connection) as queries:
        assert client.get("/nl/werven/").status_code == 200
    asked = [query for query in queries if query["sql"].startswith("SELECT")]
    assert len(asked) >= 3
    with connection.cursor() as cursor:
        ours = milliseconds_of_planning(cursor, asked)
        cursor.execute("SET LOCAL join_collapse_limit = 8")  # PostgreSQL's own
        usual = milliseconds_of_planning(cursor, asked)
    assert ours < usual / 2
