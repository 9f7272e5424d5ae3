"""The sitemap: every public page in each language, its alternates, and when it was last changed."""

import re
from datetime import UTC, datetime
from xml.etree import ElementTree

import pytest
from django.conf import settings
from django.utils import timezone

from initiatives.models import Objective, Office, Organisation, Revision, Sector, Worksite
from initiatives.pages.sitemap import public_paths

from ..saving import update
from .test_weight import double

pytestmark = pytest.mark.django_db
NAMES = {
    "s": "http://www.sitemaps.org/schemas/sitemap/0.9",
    "x": "http://www.w3.org/1999/xhtml",
}


def rows(client):
    """Return `{address: ({hreflang: address}, last day of change or None)}`."""
    content = client.get("/sitemap.xml").content
    found = {}
    for url in ElementTree.fromstring(content).findall("s:url", NAMES):
        links = {link.get("hreflang"): link.get("href") for link in url.findall("x:link", NAMES)}
        found[url.findtext("s:loc", namespaces=NAMES)] = links, url.findtext("s:lastmod", namespaces=NAMES)
    assert len(found) == content.count(b"<loc>")
    return found


def changed(item, **values):
    """Make another version of an item, on the first of March 2027."""
    values = {"action": "changed", "is_public": True, "records": [], **values}
    kind, at = item._meta.model_name, datetime(2027, 3, 1, 11, tzinfo=UTC)
    Revision.objects.create(kind=kind, code=item.code, number=2, at=at, **values)


def test_it_names_every_page_with_its_other_language_and_the_chooser(client):
    expected = {f"{settings.SITE_URL}/": {}}
    models = (Objective, Worksite, Sector, Office, Organisation)
    items = {item.url_in("nl"): item.permalink for model in models for item in model.objects.published()}
    for paths in public_paths():
        links = {f"{language}-BE": settings.SITE_URL + path for language, path in paths.items()}
        for path in paths.values():
            chooser = settings.SITE_URL + items.get(paths["nl"], "/")
            expected[settings.SITE_URL + path] = links | {"x-default": chooser}
    assert {address: links for address, (links, _day) in rows(client).items()} == expected


def test_each_page_of_it_names_the_same_addresses_in_its_head(client):
    for address, (links, _day) in rows(client).items():
        if links:
            page = client.get(address.removeprefix(settings.SITE_URL)).content.decode()
            head = re.findall(r'<link rel="alternate" hreflang="([^"]+)" href="([^"]+)">', page)
            assert dict(head) == links


def test_whoever_wants_neither_language_may_choose_at_an_address_of_that_page(client):
    # Without script, cookie or redirect: the address has a link to each.
    heads = [links for links, _day in rows(client).values() if links]
    for path in ("/nl/werven/bouw/versies/1/", "/nl/werven/bouw/versies/"):
        page = client.get(path).content.decode()
        heads.append(dict(re.findall(r'<link rel="alternate" hreflang="([^"]+)" href="([^"]+)">', page)))
    choosers = {links["x-default"]: links for links in heads if links["x-default"] != f"{settings.SITE_URL}/"}
    assert {f"{settings.SITE_URL}/id/worksite/1.4-08{rest}" for rest in ("", "/1")} <= choosers.keys()
    for address in choosers:
        response = client.get(address.removeprefix(settings.SITE_URL))
        page = response.content.decode()
        assert response.status_code == 200
        assert f'<link rel="canonical" href="{address}">' in page
        links = dict(re.findall(r'<link rel="alternate" hreflang="([^"]+)" href="([^"]+)">', page))
        assert links.pop("x-default") == address
        doors = re.findall(r'<a class="door" href="([^"]+)"', page)
        assert list(links.values()) == [settings.SITE_URL + door for door in doors]
        for link in links.values():
            twin = client.get(link.removeprefix(settings.SITE_URL)).content.decode()
            assert f'hreflang="x-default" href="{address}">' in twin


def test_an_item_was_last_changed_when_its_newest_public_version_was_made(client):
    worksite = Worksite.objects.get(code="1.4-08")
    changed(worksite)
    days = {address: day for address, (_links, day) in rows(client).items()}
    before = f"{timezone.localtime(Revision.objects.get(kind='worksite', code='1.4-02').at):%Y-%m-%d}"
    assert before != "2027-03-01"
    for language in ("nl", "fr"):
        assert days[settings.SITE_URL + worksite.url_in(language)] == "2027-03-01"
        other = Worksite.objects.get(code="1.4-02").url_in(language)
        assert days[settings.SITE_URL + other] == before
    # A list changes with what it shows, and the portal's own pages with none of it.
    lists = {"/nl/", "/nl/werven/", "/nl/maatregelen/", "/nl/wijzigingen/", "/nl/doelstelling/1.4/dossier/"}
    assert {days[settings.SITE_URL + path] for path in lists} == {"2027-03-01"}
    assert {days[f"{settings.SITE_URL}/nl/{path}/"] for path in ("partners", "begrippen")} == {before}
    # These show how many worksites there are, and the title of the objective.
    assert days[f"{settings.SITE_URL}/nl/over/"] == "2027-03-01"
    assert days[f"{settings.SITE_URL}/"] == before
    assert {days[f"{settings.SITE_URL}/nl/{path}/"] for path in ("toegankelijkheid", "privacy")} == {None}


def test_a_withdrawal_changes_the_lists(client):
    sector = Sector.objects.get(code="construction")
    update(
        Sector.objects.filter(pk=sector.pk),
        publication="withdrawn",
        withdrawal_reason_nl="Vervallen.",
        withdrawal_reason_fr="Abandonné.",
    )
    changed(sector, action="withdrawn", is_public=False)
    days = {address: day for address, (_links, day) in rows(client).items()}
    assert settings.SITE_URL + sector.url_in("nl") not in days
    assert days[f"{settings.SITE_URL}/nl/sectoren/"] == "2027-03-01"


def test_it_asks_the_same_for_twice_as_many_worksites(client, django_assert_num_queries):
    with django_assert_num_queries(7):
        client.get("/sitemap.xml")
    for worksite in Worksite.objects.all():
        double(worksite)
    with django_assert_num_queries(7):
        client.get("/sitemap.xml")
