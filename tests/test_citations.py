"""How to cite: each page and each measure, for people and for the programs that keep their references."""

import pytest
from django.conf import settings
from django.utils import translation

from initiatives import history
from initiatives.models import Revision, Worksite

from .reading import TITLE, each, html, text_of

pytestmark = pytest.mark.django_db


CITATION = r'<p class="copy">(.*?)</p>'
WORKSITE = "/id/worksite/1.4-02"


def test_it_tells_how_to_cite_every_page_that_has_content(pages):
    cited = 0
    for _language, path, page in each(pages):
        if 'id="cite"' not in page:
            continue
        citation = text_of(CITATION, page)
        assert text_of(TITLE, page) in citation
        assert all(words in citation for words in ("Go4Brussels 2030", "1.4", "https://be.brussels/")), path
        assert settings.SITE_URL + path in citation or f"{settings.SITE_URL}/id/" in citation
        cited += 1
    assert cited == len(each(pages)) - 4  # the accessibility statement and privacy


def test_it_cites_version_day_and_permalink_in_each_language(client):
    worksite = Worksite.objects.get(code="1.4-02")
    citations = {}
    for language in ("nl", "fr"):
        with translation.override(language):
            citations[language] = text_of(CITATION, html(client, worksite.url_in(language)))
            assert f"{settings.SITE_URL}{WORKSITE}. " in citations[language]
    assert citations["nl"].startswith("“Werf 2: ")
    assert citations["fr"].startswith("«\u00a0Chantier 2\u00a0: ")


def test_it_cites_the_version_that_is_shown(client):
    worksite = Worksite.objects.get(code="1.4-02")
    worksite.title_nl = "Andere titel"
    worksite.save()
    history.keep(worksite, at="2027-03-01T12:00:00+01:00", is_small=True)
    assert Revision.objects.filter(kind="worksite", code="1.4-02").count() == 2
    citation = text_of(CITATION, html(client, worksite.url_in("nl")))
    assert "Andere titel" in citation
    assert "2 van 1\u00a0maart\u00a02027" in citation
