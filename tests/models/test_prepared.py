"""SQL that is written once: it is what would be written anew, for each form of a question."""

import pytest
from django.db import connection
from django.db.models import F, Q, Value
from django.db.models.sql.compiler import SQLCompiler
from django.test.utils import CaptureQueriesContext

from initiatives.models import Measure, Objective, Office, Revision, Sector, Steering, Worksite
from initiatives.models import reusable as module

pytestmark = pytest.mark.django_db

# Each asks with what is given: the first with one value, the second with another.
ASKED = {
    "one value": (lambda code: Worksite.objects.published().filter(code=code), "1.4-02", "1.4-03"),
    "no text": (lambda slip: Measure.objects.published().filter(slip_nl=slip), "", None),
    "several": (
        lambda codes: Sector.objects.published().filter(code__in=codes),
        ["horeca"],
        ["trade", "tourism"],
    ),
    "none": (lambda codes: Sector.objects.published().filter(code__in=codes), ["horeca"], []),
    "either": (
        lambda code: Office.objects.published().filter(Q(code=code) | Q(position=1)),
        "minister-work",
        "x",
    ),
    "not": (lambda code: Office.objects.published().exclude(code=code), "minister-work", "minister-climate"),
    "two": (lambda number: Worksite.objects.published().filter(number=number, code="1.4-03"), 3, 4),
    "beyond a relation": (
        lambda code: Steering.objects.published().filter(worksite__code=code),
        "1.4-02",
        "1.4-03",
    ),
    "another relation": (
        lambda code: Steering.objects.published().filter(office__code=code),
        "minister-work",
        "x",
    ),
    "what may be missing": (
        lambda code: Office.objects.published().joining("merged_into").filter(merged_into__code=code),
        "minister-work",
        "minister-climate",
    ),
    "the first": (
        lambda number: Worksite.objects.published().with_steering().filter(number__gt=number)[:1],
        2,
        7,
    ),
    "some": (lambda first: Worksite.objects.published().with_version()[first : first + 2], 0, 4),
    "of an item": (
        lambda item: Revision.objects.published().changes().outlined().of(item)[:3],
        Worksite(code="1.4-02"),
        Office(code="minister-work"),
    ),
    "keys": (
        lambda keys: Sector.objects.published().kinds_and_keys().filter(code__in=keys),
        ["horeca"],
        ["trade", "tourism"],
    ),
    "a column": (
        lambda column: Worksite.objects.published().filter(number__gt=F(column)),
        "objective_id",
        "id",
    ),
    "another order": (
        lambda names: Sector.objects.published().order_by(*names),
        ["code"],
        ["-code", "position"],
    ),
    "more columns": (lambda value: Sector.objects.published().annotate(more=Value(value)), 1, 2),
    "fewer columns": (lambda name: Sector.objects.published().only(name), "code", "position"),
    "another join": (lambda name: Steering.objects.published().select_related(name), "worksite", "office"),
    "each once": (
        lambda once: Steering.objects.published().order_by().values("office").distinct(*once),
        (),
        (),
    ),
    "the other way round": (lambda order: Worksite.objects.published().reverse().filter(number=order), 3, 4),
    "together": (
        lambda code: (
            Sector.objects.published()
            .kinds_and_keys()
            .filter(code=code)
            .union(Office.objects.published().kinds_and_keys().filter(code=code), all=True)
        ),
        "horeca",
        "minister-work",
    ),
}

# Of which the first value is asked again without its SQL being written.
KEPT = [
    "one value",
    "several",
    "either",
    "not",
    "two",
    "beyond a relation",
    "the first",
    "some",
    "of an item",
    "keys",
]


def answered(rows):
    """Return what is asked of the database for rows, and what it answers."""
    with CaptureQueriesContext(connection) as queries:
        found = list(rows)
    return [query["sql"] for query in queries], [repr(getattr(row, "__dict__", row)) for row in found]


def anew(make, value):
    """Return the same where nothing is kept."""
    module.made_by.cache_clear()
    sql, _found = answered(make(value))
    return sql


@pytest.mark.parametrize("name", ASKED)
def test_what_is_kept_asks_the_same_as_what_is_written_anew(name):
    make, one, other = ASKED[name]
    expected = [anew(make, one), anew(make, other)]
    module.made_by.cache_clear()
    for _time in range(2):
        assert [answered(make(value))[0] for value in (one, other)] == expected


def test_it_is_written_once(monkeypatch):
    module.made_by.cache_clear()  # what others asked may have taken all the places
    asked = [(ASKED[name][0], ASKED[name][1]) for name in KEPT]
    for make, value in asked:
        list(make(value))
    monkeypatch.setattr(SQLCompiler, "get_select", lambda *_given, **_options: pytest.fail("Written again."))
    for make, value in asked:
        list(make(value))


def worksite(number):
    return Worksite.objects.published().with_content().with_version().get(number=number)


def test_the_same_rows_come_from_it():
    first, again, other = map(worksite, (2, 2, 3))
    assert (first, first.version, first.changed_at) == (again, again.version, again.changed_at)
    assert [measure.text_nl for measure in first.measure_set.all()] == [
        measure.text_nl for measure in again.measure_set.all()
    ]
    assert other.number == 3
    assert {measure.worksite_id for measure in other.measure_set.all()} == {other.pk}
    assert isinstance(Objective.objects.published().main().with_terms().first().term_rows, list)
    assert isinstance(Objective.objects.published().main().with_terms().first().term_rows, list)


def test_no_more_forms_are_kept_than_are_asked_for_again_and_again():
    rows = Worksite.objects.published()
    for number in range(100):
        list(rows.filter(number__in=range(number + 1)))
    assert len(rows.query.origin.forms) <= 50
    assert len(rows.filter(number__in=range(100))) == 11
