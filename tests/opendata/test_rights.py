"""Whose words are whose: by provenance, in both languages, and where a publisher holds the rights himself."""

import pytest
from django.utils.translation import override

from initiatives.models import Strategy, rights

pytestmark = pytest.mark.django_db
CC0 = "https://creativecommons.org/publicdomain/zero/1.0/"


@pytest.fixture
def strategy():
    return Strategy.objects.get()


def test_the_portal_gives_away_only_what_it_wrote():
    assert rights.source_licence() is None
    assert rights.licence_for("source") is rights.licence_for("official") is None
    assert rights.licence_for("portal") == rights.licence_for("validated") == ("CC0 1.0", CC0)
    assert rights.licence_of_all({"portal"}).url == rights.LICENCE == CC0
    for mixed in ({"portal", "source"}, {"official"}, {"portal", "validated"}):
        assert rights.licence_of_all(mixed) is None


@pytest.mark.parametrize(
    ("language", "holder", "none"),
    [
        ("nl", "Brussels Hoofdstedelijk Gewest", "geen licentie"),
        ("fr", "Région de Bruxelles-Capitale", "aucune licence"),
    ],
)
def test_it_says_so_in_one_sentence(strategy, language, holder, none):
    with override(language):
        said = rights.sentence(strategy)
        assert holder in said
        assert none in said
        assert "CC0 1.0" in said
        assert said.count(". ") == 0
        assert "XI.189" in rights.quotation()
        for provenance in ("source", "official"):
            assert none in rights.explained(provenance, strategy)
        for provenance in ("portal", "validated"):
            assert holder in rights.explained(provenance, strategy)


def test_a_publisher_who_holds_the_rights_grants_a_licence(strategy, settings):
    settings.SOURCE_LICENCE = "CC-BY-4.0"
    settings.PUBLISHER_NAME_NL, settings.PUBLISHER_NAME_FR = "De Dienst", "Le Service"
    by = ("CC BY 4.0", "https://creativecommons.org/licenses/by/4.0/")
    assert rights.licence_for("source") == rights.licence_for("official") == by
    assert rights.licence_of_all({"source", "portal"}) == by
    with override("fr"):
        assert "CC BY 4.0" in rights.sentence(strategy)
        assert "aucune licence" not in rights.sentence(strategy)
        assert "Le Service" in rights.explained("source", strategy)
