"""The ids of entries in feeds, and feeds of what was stored before anybody looked at it."""

from datetime import timedelta
from xml.etree import ElementTree

import pytest
from django.utils import timezone

from initiatives.models import Revision, Worksite
from initiatives.pages import feeds

from ..saving import keep, put

pytestmark = pytest.mark.django_db
ATOM = {"a": "http://www.w3.org/2005/Atom"}
FEEDS = {"nl": "/nl/wijzigingen/atom.xml", "fr": "/fr/modifications/atom.xml"}


def entries(client, path):
    """Return `{id: what else the entry says}` of a feed."""
    feed = ElementTree.fromstring(client.get(path).content)
    found = feed.findall("a:entry", ATOM)
    said = {}
    for entry in found:
        [own] = [each for each in entry if each.tag.endswith("}id")]
        said[own.text] = [(each.tag, each.text, each.attrib) for each in entry if each is not own]
    assert len(said) == len(found)
    return said


def change_again(worksite, at, note=""):
    worksite.title_nl += "."
    worksite.title_fr += "."
    put(worksite)
    return keep(worksite, at=at, note=note)


def change_together(at):
    for worksite in Worksite.objects.filter(number__lt=5):
        change_again(worksite, at, "Samen")


@pytest.mark.parametrize("language", ["nl", "fr"])
def test_an_entry_stays_as_it_was_when_others_come(client, monkeypatch, language):
    monkeypatch.setattr(feeds, "MAX_ENTRIES", 3)
    start = timezone.now() + timedelta(minutes=1)
    change_together(start)
    worksite = Worksite.objects.get(number=8)
    before = entries(client, FEEDS[language])
    assert len(before) == 2
    for minute in range(1, 4):
        change_again(worksite, start + timedelta(minutes=minute))
        after = entries(client, FEEDS[language])
        assert len(after) == 3
        assert {name: said for name, said in after.items() if name in before}.items() <= before.items()
        assert len(before.keys() & after.keys()) >= 2
        before = after


def test_an_id_names_one_text_in_one_language(client):
    change_together(timezone.now())
    change_again(Worksite.objects.get(number=8), timezone.now() + timedelta(minutes=1))
    paths = [*FEEDS.values()]
    for worksite in Worksite.objects.filter(number__in=(1, 2, 8)):
        paths += [worksite.url_in(language) + "atom.xml" for language in ("nl", "fr")]
    said = {}
    for path in paths:
        for name, entry in entries(client, path).items():
            title = next(text for tag, text, _attributes in entry if tag.endswith("}title"))
            assert said.setdefault(name, title) == title
    assert len(said) == 16


def test_an_id_that_was_published_of_one_change_in_dutch_is_the_same_as_before(client):
    version = change_again(Worksite.objects.get(number=8), timezone.now())
    assert f"http://testserver/id/worksite/1.4-08/{version.number}" in entries(client, FEEDS["nl"])


def test_it_reads_no_content_of_what_it_tells_by_its_number(client, django_assert_max_num_queries):
    with django_assert_max_num_queries(10) as asked:
        entries(client, FEEDS["nl"])
    reading = [each["sql"] for each in asked.captured_queries if '"records"' in each["sql"]]
    assert all("IN (" in sql for sql in reading)


@pytest.mark.parametrize("language", ["nl", "fr"])
def test_a_feed_of_old_notes_and_titles_is_xml(client, language):
    signs = "".join(map(chr, range(1, 32))) + "\ufffe\uffff"
    worksite = Worksite.objects.get(number=8)
    version = change_again(worksite, timezone.now())
    version.records[0]["fields"] |= {"title_nl": f"Titel{signs}a", "title_fr": f"Titre{signs}a"}
    version.note = f"Een\u000bwoord{signs}"
    version.save()
    for path in (FEEDS[language], worksite.url_in(language) + "atom.xml"):
        feed = entries(client, path)
        assert any(
            "Een<br>woord" in text for entry in feed.values() for _tag, text, _attributes in entry if text
        )
    assert Revision.objects.filter(pk=version.pk).values_list("note", flat=True).get() == version.note
