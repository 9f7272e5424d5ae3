"""Who stands under the legislature of the strategy, and who held the office before or after."""

import pytest

from initiatives.models import Office, OfficeHolder

from ..editing import text
from ..saving import create

pytestmark = pytest.mark.django_db
HEADINGS = {
    "nl": ("Ambtsdragers in de legislatuur 2019–2024", "Ambtsdragers vóór of na die legislatuur"),
    "fr": ("Titulaires durant la législature 2019–2024", "Titulaires avant ou après cette législature"),
}
CLAIM = {"nl": "in de regering van de legislatuur", "fr": "sous le gouvernement de la législature"}


@pytest.fixture
def office():
    """Return an office with a holder before the legislature, one in it and one after."""
    office = Office.objects.get(code="minister-work")
    told = {"source_nl": "De Standaard", "source_fr": "Le Soir", "provenance_nl": "portal"}
    create(OfficeHolder, office=office, name="Didier Voor", start="2014-07-20", end="2019-07-17", **told)
    create(OfficeHolder, office=office, name="Nora Na", start="2026-02-14", **told)
    return office


def shown(client, path):
    return text(client.get(path)).replace("\xa0", " ")


def test_who_held_the_office_before_or_after_stands_under_a_heading_of_its_own(client, office, language):
    page = shown(client, office.url_in(language))
    during, others = HEADINGS[language]
    before, _heading, second = page.partition(others)
    first = before.partition(during)[2]
    assert "Bernard Clerfayt" in first and CLAIM[language] in first
    assert "Didier Voor" not in first and "Nora Na" not in first
    assert "Didier Voor" in second and "Nora Na" in second
    assert CLAIM[language] not in second
    assert {"nl": "vanaf 14 februari 2026", "fr": "à partir du 14 février 2026"}[language] in second


def test_the_dossier_says_of_nobody_else_that_they_were_in_that_government(client, office, language):
    path = {"nl": "/nl/doelstelling/1.4/dossier/", "fr": "/fr/objectif/1.4/dossier/"}[language]
    page = shown(client, path)
    after = page.split(HEADINGS[language][1])[1]
    assert page.index("Bernard Clerfayt") < page.index(HEADINGS[language][1])
    assert CLAIM[language] not in after.split("Nora Na")[1].split(":")[0]


def test_there_is_no_such_heading_where_there_is_nobody_else(client, language):
    assert HEADINGS[language][1] not in shown(client, Office.objects.first().url_in(language))


def test_the_data_say_who_was_in_that_government(client, office):
    [found] = [
        each for each in client.get("/data/offices.json").json()["items"] if each["code"] == office.code
    ]
    told = {each["name"]: each["government"] for each in found["holders"]}
    years = {"legislature_start": 2019, "legislature_end": 2024}
    assert told == {"Didier Voor": None, "Bernard Clerfayt": years, "Nora Na": None}
