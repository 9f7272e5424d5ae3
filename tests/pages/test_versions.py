"""What changed, in public: the list, the versions of an item, the difference between two, and the feeds."""

import re
from xml.etree import ElementTree

import pytest
from django.contrib.auth import get_user_model
from django.utils import timezone, translation

from initiatives.models import Milestone, Office, Revision, Sector, Strategy, Worksite, rights
from initiatives.models.publisher import publisher
from initiatives.versions import restore as restore_version
from initiatives.versions.diff import compare, lines

from ..saving import create, keep, keep_all, put, remove

pytestmark = pytest.mark.django_db
ATOM = {"a": "http://www.w3.org/2005/Atom"}
ADDRESSES = {"nl": "/nl/wijzigingen/", "fr": "/fr/modifications/"}
VERSIONS = {"nl": "versies/", "fr": "versions/"}


def text(response):
    """Return what a reader sees, white space folded."""
    page = re.sub(r"<head>.*?</head>|<script.*?</script>", " ", response.content.decode(), flags=re.S)
    return " ".join(re.sub(r"<[^>]+>", " ", page).split())


@pytest.fixture
def changed():
    """Return a worksite whose first measure was changed in both languages, with a note in Dutch."""
    worksite = Worksite.objects.get(number=8)
    measure = worksite.measure_set.first()
    measure.text_nl = measure.text_nl.replace("sectoraal raamakkoord", "nieuw sectoraal raamakkoord")
    measure.text_fr = measure.text_fr.replace("accord-cadre sectoriel", "nouvel accord-cadre sectoriel")
    put(measure)
    editor = get_user_model().objects.create_user("lena")
    keep(worksite, editor=editor, note="Nieuw akkoord", note_language="nl")
    return worksite


def test_it_lists_the_first_load_as_one_change(client, language):
    response = client.get(ADDRESSES[language])
    assert response.status_code == 200
    assert response.content.decode().count("<details>") == 1
    assert str(Revision.objects.count()) in text(response)


def test_it_lists_a_change_with_its_note_and_page(client, changed, language):
    page = client.get(ADDRESSES[language]).content.decode()
    assert "Nieuw akkoord" in page
    assert changed.get_absolute_url() in page
    assert ('lang="nl">Nieuw akkoord' in page) is (language == "fr")


def test_it_names_no_editor(client, changed, language):
    pages = [ADDRESSES[language], changed.get_absolute_url() + VERSIONS[language]]
    assert all("lena" not in client.get(path).content.decode() for path in pages)


def test_it_does_not_list_small_corrections_nor_drafts(client, changed, language):
    changed.title_nl = "Bouw."
    put(changed)
    keep(changed, note="Een punt", is_small=True)
    hidden = Sector.objects.first()
    hidden.publication = "draft"
    put(hidden)
    keep(hidden, note="Nog niet klaar")
    page = client.get(ADDRESSES[language]).content.decode()
    assert "Een punt" not in page
    assert "Nog niet klaar" not in page


def test_it_shows_its_changes_on_the_page(client, changed, language):
    assert "Nieuw akkoord" in client.get(changed.get_absolute_url()).content.decode()
    other = Worksite.objects.get(number=9)
    assert "Nieuw akkoord" not in client.get(other.get_absolute_url()).content.decode()


def test_it_lists_the_versions_of_an_item(client, changed, language):
    response = client.get(changed.get_absolute_url() + VERSIONS[language])
    page = response.content.decode()
    assert 'href="1/"' in page
    assert 'href="2/"' in page
    assert 'href="1-2/"' in page


def test_it_shows_an_earlier_version_as_it_was(client, changed, language):
    address = changed.get_absolute_url() + VERSIONS[language]
    word = {"nl": "nieuw sectoraal", "fr": "nouvel accord-cadre"}[language]
    assert word not in text(client.get(f"{address}1/"))
    assert word in text(client.get(f"{address}2/"))


def test_it_marks_the_words_that_differ(client, changed, language):
    address = changed.get_absolute_url() + VERSIONS[language]
    page = client.get(f"{address}1-2/").content.decode()
    added = re.findall(r"<ins><span[^>]*>[^<]*</span>(.*?)<span", page)
    assert [words.strip() for words in added] == [{"nl": "nieuw", "fr": "nouvel"}[language]]


def test_it_says_when_a_language_did_not_change(client, language):
    worksite = Worksite.objects.get(number=8)
    measure = worksite.measure_set.first()
    measure.text_nl += " Echt."
    put(measure)
    keep(worksite)
    page = text(client.get(worksite.get_absolute_url() + VERSIONS[language] + "1-2/"))
    assert ("Aucune différence" in page) is (language == "fr")


def test_it_has_no_versions_of_an_objective_without_a_page(client):
    assert client.get("/nl/doelstelling/1.2/versies/").status_code == 404
    answer = client.get("/id/objective/1.2/1", headers={"accept-language": "nl"})
    assert answer["Location"] == "/nl/doelstelling/1.4/#objectives"


@pytest.mark.parametrize("rest", ["0/", "3/", "2-1/", "1-1/", "1-9/", "x/"])
def test_it_knows_no_other_versions(client, changed, language, rest):
    assert client.get(changed.get_absolute_url() + VERSIONS[language] + rest).status_code == 404


def test_it_answers_410_for_the_versions_of_a_withdrawn_page(client, changed, language):
    address = changed.get_absolute_url()
    changed.publication = "withdrawn"
    changed.withdrawal_reason_nl = changed.withdrawal_reason_fr = "Oud."
    put(changed)
    keep(changed)
    assert client.get(address + VERSIONS[language]).status_code == 410
    assert Revision.objects.published().of(changed).first().action == Revision.Action.WITHDRAWN
    assert client.get(ADDRESSES[language]).status_code == 200


def test_it_keeps_an_old_version_readable_when_the_tables_change(client, changed, language):
    revision = Revision.objects.of(changed).get(number=1)
    for row in revision.records:
        row["fields"] |= {"motto_nl": "Een motto", "motto_fr": "Une devise"}
    gone = {"code": "x", "text_nl": "t", "text_fr": "t"}
    revision.records.append({"model": "initiatives.gone", "fields": gone})
    revision.save()
    page = text(client.get(changed.get_absolute_url() + VERSIONS[language] + "1/"))
    assert {"nl": "Een motto", "fr": "Une devise"}[language] in page


def test_it_hides_draft_parts_in_a_version(client, language):
    worksite = Worksite.objects.get(number=8)
    measure = worksite.measure_set.first()
    measure.publication, measure.text_nl, measure.text_fr = "draft", "Geheim", "Secret"
    put(measure)
    keep(worksite)
    page = text(client.get(worksite.get_absolute_url() + VERSIONS[language] + "2/"))
    assert "Geheim" not in page
    assert "Secret" not in page


def test_it_restores_a_version_with_its_parts_across_a_change_of_the_tables(changed):
    revision = Revision.objects.of(changed).get(number=1)
    revision.records[0]["fields"]["a_column_that_is_gone"] = "text"
    del revision.records[1]["fields"]["provenance_fr"]  # a column that did not exist then
    revision.save()
    remove(*changed.measure_set.all())
    kept = restore_version(revision, note="Terug")
    assert kept.number == 3
    assert kept.action == Revision.Action.RESTORED
    assert "nieuw" not in changed.measure_set.first().text_nl
    assert changed.measure_set.count() == 3


def test_it_restores_what_was_deleted():
    worksite = create(
        Worksite,
        objective=Worksite.objects.first().objective,
        number=12,
        code="1.4-12",
        publication="draft",
        title_nl="Proef",
        slug_nl="proef",
    )
    first = keep(worksite)
    remove(worksite)
    [gone] = keep_all()
    assert gone.action == Revision.Action.DELETED
    restore_version(first)
    assert Worksite.objects.get(code="1.4-12").publication == "draft", "though eleven are announced"
    office = Office.objects.get(code="minister-digital")
    holders = office.officeholder_set.count()
    remove(*office.officeholder_set.all())
    keep(office)
    restore_version(Revision.objects.of(office).get(number=1))
    assert office.officeholder_set.count() == holders


def test_it_keeps_nothing_when_nothing_changed():
    assert keep_all() == []
    assert keep(Worksite.objects.first()) is None


def test_it_keeps_a_change_of_the_strategy_under_the_strategy():
    milestone = Milestone.objects.first()
    milestone.text_nl += "!"
    put(milestone)
    [revision] = keep_all()
    assert revision.kind == "strategy"


def test_it_gives_a_valid_feed_of_all_changes(client, changed, language):
    response = client.get(ADDRESSES[language] + "atom.xml")
    assert response["Content-Type"].startswith("application/atom+xml")
    feed = ElementTree.fromstring(response.content)
    for name in ("id", "title", "updated"):  # RFC 4287, 4.1.1
        assert feed.find(f"a:{name}", ATOM).text
    entries = feed.findall("a:entry", ATOM)
    moments = Revision.objects.published().changes().values_list("at", flat=True)
    assert len(entries) == len(set(moments)) == 2
    for entry in entries:  # RFC 4287, 4.1.2
        assert all(entry.find(f"a:{name}", ATOM) is not None for name in ("id", "title", "updated"))
    assert feed.find("a:author/a:name", ATOM).text
    ids = [entry.find("a:id", ATOM).text for entry in entries]
    assert len(set(ids)) == len(ids)


def test_it_makes_no_new_entry_of_an_edited_note(client, changed):
    def ids():
        feed = ElementTree.fromstring(client.get("/nl/wijzigingen/atom.xml").content)
        return [entry.find("a:id", ATOM).text for entry in feed.findall("a:entry", ATOM)]

    before = ids()
    Revision.objects.of(changed).filter(number=2).update(note="Een ander woord")
    assert ids() == before


def test_a_feed_says_whose_it_is_and_of_which_legislature(client, language):
    strategy = Strategy.objects.get()
    with translation.override(language):
        context, sentence, name = strategy.context_sentence, rights.sentence(strategy), publisher().name
        source = strategy.publisher
        address = Worksite.objects.get(code="1.4-08").get_absolute_url()
    for path in (ADDRESSES[language], address):
        feed = ElementTree.fromstring(client.get(f"{path}atom.xml").content)
        subtitle = feed.find("a:subtitle", ATOM).text
        assert subtitle.startswith(f"{context} ") and f" {source}, https://be.brussels/" in subtitle
        assert feed.find("a:rights", ATOM).text == sentence
        assert feed.find("a:author/a:name", ATOM).text == name


def test_a_feed_names_the_publisher_that_the_settings_name(client, settings):
    settings.PUBLISHER_NAME_NL, settings.PUBLISHER_NAME_FR = "Een uitgever", "Un éditeur"
    settings.PUBLISHER_URL = "https://publisher.example/"
    feed = ElementTree.fromstring(client.get("/nl/wijzigingen/atom.xml").content)
    assert feed.find("a:author/a:name", ATOM).text == "Een uitgever"
    assert feed.find("a:author/a:uri", ATOM).text == "https://publisher.example/"


def test_it_says_what_a_feed_is_and_where_each_page_has_its_own(client, language):
    page = client.get(ADDRESSES[language]).content.decode()
    assert {"nl": "Een feed is een lijst", "fr": "un flux est une liste"}[language].lower() in page.lower()
    assert f'<span class="copy">http://testserver{ADDRESSES[language]}atom.xml</span>' in page
    address = Worksite.objects.get(code="1.4-08").url_in(language)
    versions = client.get(address + {"nl": "versies/", "fr": "versions/"}[language]).content.decode()
    assert f'<a href="{address}atom.xml" type="application/atom+xml">' in versions


@pytest.mark.parametrize("model", [Worksite, Sector, Office])
def test_it_gives_a_feed_per_page_and_links_to_it(client, model, language):
    page = model.objects.first()
    address = page.get_absolute_url() + "atom.xml"
    assert f'href="{address}"' in client.get(page.get_absolute_url()).content.decode()
    feed = ElementTree.fromstring(client.get(address).content)
    assert len(feed.findall("a:entry", ATOM)) == 1


def test_it_compares_word_by_word():
    assert compare("de oude stad", "de nieuwe stad") == [
        ("same", "de "),
        ("del", "oude"),
        ("ins", "nieuwe"),
        ("same", " stad"),
    ]


def test_it_names_each_part_of_a_version_for_readers(client):
    labels = {}
    for kind, code in (("worksite", "1.4-08"), ("objective", "1.4")):
        found = lines(Revision.objects.filter(kind=kind, code=code).first(), "nl")
        labels[kind] = [line.label for line in found]
    assert {"Sector 1", "Sturende instantie 1 – bewoordingen"} <= set(labels["worksite"])
    assert {"Ambt 1 – bewoordingen", "Partner 1 – bewoordingen"} <= set(labels["objective"])
    assert len(labels["objective"]) == len(set(labels["objective"]))


def test_it_says_of_what_kind_each_changed_page_is(client):
    page = client.get("/nl/wijzigingen/").content.decode()
    names = re.findall(r'<a href="/nl/[^"]+/">([^<]+)</a></li>', page)
    assert {"Werf 8: Bouw", "Sector: Bouw", "Doelstelling 1.4: Steun aan sectoren met jobpotentieel"} <= set(
        names
    )
    worksites = [name for name in names if name.startswith("Werf")]
    assert worksites == sorted(worksites, key=lambda name: int(re.search(r"\d+", name)[0]))
    assert len(names) == len(set(names))


def test_the_pages_of_versions_say_where_they_are(client):
    for path in ("/nl/werven/bouw/versies/", "/nl/werven/bouw/versies/1/"):
        page = client.get(path).content.decode()
        assert '<li><a href="/nl/werven/">Werven</a></li>' in page
    assert "<h1>Bouw, versie 1</h1>" in page


def test_a_new_page_among_changed_ones_does_not_make_them_all_new(client):
    at = timezone.now()
    sector = Sector.objects.get(code="horeca")
    sector.scope_nl = "Anders."
    put(sector)
    keep(sector, at=at)
    office = Office.objects.get(code="minister-work")
    Revision.objects.filter(kind="office", code=office.code).delete()
    keep(office, at=at)
    page = client.get("/nl/wijzigingen/").content.decode()
    assert "<summary>Gewijzigd (2" in page
