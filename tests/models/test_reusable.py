"""Querysets that are made once: a question that is kept, and never its answer."""

import pytest
from django.db.models import Prefetch
from django.utils import translation

from initiatives.models import Objective, Office, Sector, Worksite
from initiatives.models import reusable as module

from ..saving import update

pytestmark = pytest.mark.django_db


@pytest.fixture
def made():
    """Return how many querysets were made since the test began."""
    module.made_by.cache_clear()
    return lambda: module.made_by.cache_info().misses


def prefetched(rows):
    return [lookup.queryset for lookup in rows._prefetch_related_lookups if isinstance(lookup, Prefetch)]


def test_the_second_time_nothing_is_made(made, language):
    Worksite.objects.with_content().published()
    first = made()
    assert first > 0
    assert [worksite.number for worksite in Worksite.objects.with_content().published()] == [*range(1, 12)]
    assert made() == first


def test_what_was_filtered_is_never_taken_for_all(made):
    assert Worksite.objects.filter(number=2).published().get().number == 2
    assert Worksite.objects.published().filter(number=3).with_steering().get().number == 3
    assert Objective.objects.get(code="1.4").worksite_set.published().count() == 11
    assert Objective.objects.get(code="1.2").worksite_set.published().count() == 0
    assert Worksite.objects.using("default").published().steps is None
    assert len(Worksite.objects.published()) == 11


def test_each_language_has_its_own(made):
    terms = {}
    for language in ("nl", "fr", "nl"):
        with translation.override(language):
            terms.setdefault(language, []).append(Objective.objects.main().with_terms().get().term_rows)
    assert terms["nl"][0] == terms["nl"][1] != terms["fr"][0]


def test_no_answer_is_kept(made):
    """A change shows at once, also in what comes with the rows."""
    assert Sector.objects.with_worksites().published().filter(code="construction").exists()
    for name in ("Minister een", "Minister twee"):
        office = Office.objects.first()
        update(Office.objects.filter(pk=office.pk), name_nl=name)
        with translation.override("nl"):
            assert Office.objects.published().first().name == name
            names = [
                steering.office.name
                for worksite in Worksite.objects.published().with_steering()
                for steering in worksite.steering_set.all()
            ]
            assert name in names


def test_one_use_leaves_nothing_for_the_next(made):
    """Django leaves on the rows of a prefetch which record it was for."""
    list(Worksite.objects.published().with_content())
    again = Worksite.objects.published().with_content()
    assert len(prefetched(again)) == 4
    assert [rows._hints for rows in prefetched(again)] == [{}] * 4
    assert [rows._result_cache for rows in (again, *prefetched(again))] == [None] * 5
