"""Every public address is listed: what is held ready and written to the mirror lacks none."""

import pytest

from initiatives.models import Objective, Worksite
from initiatives.pages.listed import listed
from initiatives.versions import change
from tests.record import links

STATIC = ("/static/", "/favicon", "/apple-touch-icon", "/admin/")
# What answers a question, and two addresses that stand in a text as examples.
ANSWERS = ("/nl/zoeken/", "/fr/recherche/", "/oembed")


def addresses():
    return [each.address for each in listed()]


def test_it_lists_each_address_once(db):
    found = addresses()
    assert len(found) == len(set(found)) > 900


@pytest.mark.any_database
def test_every_address_answers_and_leads_nowhere_else(client, db):
    for address in addresses():
        response = client.get(address)
        assert response.status_code == (303 if address == "/data/" else 200), address


@pytest.mark.any_database
def test_what_pages_link_to_is_listed(client, site):
    known = set(addresses())
    for path in (path for paths in site for path in paths.values()):
        found = {each for each in links(client.get(path).content.decode()) if not each.startswith(STATIC)}
        missing = {each for each in found - known if not each.startswith(ANSWERS) and "?" not in each}
        assert not missing, path


def test_nothing_withdrawn_is_listed(client, db):
    with change(takes_down=True) as this:
        worksite = Worksite.objects.get(code="1.4-02")
        paths = [worksite.url_in("nl"), worksite.url_in("fr"), worksite.permalink]
        worksite.publication = Worksite.Publication.WITHDRAWN
        this.save(worksite)
    assert not [each for each in addresses() if each.startswith(tuple(paths))]


def test_without_a_public_objective_the_pages_that_are_always_there_are_listed(client, db):
    with change(takes_down=True) as this:
        for objective in Objective.objects.main():
            objective.publication = Objective.Publication.WITHDRAWN
            this.save(objective)
    found = addresses()
    assert "/nl/over/" in found and "/data/" not in found
    assert {client.get(each).status_code for each in found} <= {200, 410}
