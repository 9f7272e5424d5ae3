"""The paths of pages, each put together once."""

import pytest
from django.urls import NoReverseMatch
from django.utils.translation import override

from initiatives.models import Worksite
from initiatives.models.addresses import path_in, path_to


def test_each_language_has_its_own():
    for language, expected in (("nl", "/nl/werven/"), ("fr", "/fr/chantiers/"), ("nl", "/nl/werven/")):
        with override(language):
            assert path_to("worksites") == expected


@pytest.mark.django_db
def test_a_page_asked_again_puts_no_path_together(client):
    path = Worksite.objects.get(code="1.4-02").url_in("nl")
    client.get(path)
    before = path_in.cache_info()
    client.get(path)
    after = path_in.cache_info()
    assert after.misses == before.misses
    assert after.hits - before.hits > 40


def test_what_there_is_not_stays_so():
    for _time in range(2):
        with pytest.raises(NoReverseMatch):
            path_to("nothing")
