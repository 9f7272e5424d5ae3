"""Two offices that turn out to be one: what moves, where the old addresses lead, and what is refused."""

from pathlib import Path

import pytest
from django.core.exceptions import ValidationError
from django.core.management import call_command
from django.db import DEFAULT_DB_ALIAS
from django.urls import reverse

from initiatives.content.files import ContentError
from initiatives.models import (
    CONTENT,
    IndexEntry,
    ObjectiveOffice,
    Office,
    OfficeHolder,
    Revision,
    Steering,
    Worksite,
)
from initiatives.versions import merge, restore

from ..document import Document
from ..editing import NL, newest, sign_in, text
from ..saving import create, save, update

pytestmark = pytest.mark.django_db
NOTE = "De bron noemt één ambt op twee manieren."
DIGITAL, WORK, CLIMATE = "minister-digital", "minister-work", "minister-climate"


def office(code):
    return Office.objects.get(code=code)


@pytest.fixture
def digital():
    """Return the office that goes: it steers a worksite, and its holder is that of the one that stays."""
    return office(DIGITAL)


@pytest.fixture
def work():
    """Return the office that stays."""
    return office(WORK)


@pytest.fixture
def merged(digital, work):
    merge(digital, work, note={"nl": NOTE})
    return office(DIGITAL)


def wordings(row):
    return {each.wording_nl for each in row.steering_set.all()} | {
        each.wording_nl for each in row.objectiveoffice_set.all()
    }


# What moves ---------------------------------------------------------------------------------------------


def test_all_that_is_said_of_an_office_moves_to_the_one_that_stays(digital, work):
    before = wordings(digital) | wordings(work)
    worksites = {row.worksite.code for row in digital.steering_set.all()}
    merge(digital, work, note={"nl": NOTE})
    for model in (Steering, ObjectiveOffice, OfficeHolder):
        assert not model.objects.filter(office=digital).exists()
    assert wordings(work) == before
    assert worksites <= {row.worksite.code for row in work.steering_set.all()}
    assert [row.name for row in work.officeholder_set.all()] == ["Bernard Clerfayt"]


def test_it_is_one_change_whose_note_stands_in_every_history(digital, work):
    last = Revision.objects.latest("pk").pk
    merge(digital, work, note={"nl": NOTE})
    versions = Revision.objects.filter(pk__gt=last)
    assert {each.at for each in versions} == {versions[0].at}
    assert {each.notes["nl"] for each in versions} == {NOTE}
    assert {("office", DIGITAL), ("office", WORK), ("worksite", "1.4-02")} <= {
        (each.kind, each.code) for each in versions
    }
    told = {each.code: each for each in versions.filter(kind="office")}
    assert told[WORK].is_public and not told[WORK].is_small
    assert told[DIGITAL].action == "withdrawn"


def test_where_both_steer_a_worksite_no_wording_is_lost(digital, work, client):
    row = digital.steering_set.first()
    words = {"wording_nl": "Minister voor Tewerkstelling", "wording_fr": "Ministre du Travail"}
    twin = create(Steering, worksite=row.worksite, office=work, position=77, **words)
    merge(digital, work)
    twin.refresh_from_db()
    assert twin.wording_nl == "Minister voor Tewerkstelling"
    assert row.wording_nl in twin.remark_nl and row.slip_nl in twin.remark_nl
    assert row.wording_fr in twin.remark_fr and row.slip_fr in twin.remark_fr
    for language, wording in (("nl", row.wording_nl), ("fr", row.wording_fr)):
        assert wording in text(client.get(row.worksite.url_in(language)))
        assert wording in text(client.get(work.url_in(language)))
        path = {"nl": "/nl/zoeken/", "fr": "/fr/recherche/"}[language]
        assert work.url_in(language) in client.get(path, {"q": wording}).content.decode()


def test_where_both_have_a_role_no_wording_is_lost(work, client):
    climate = office(CLIMATE)
    [row] = climate.objectiveoffice_set.all()
    update(OfficeHolder.objects.filter(office=climate), start="2019-07-19")
    merge(climate, work)
    [twin] = work.objectiveoffice_set.all()
    assert row.wording_nl in twin.provenance_note_nl and row.wording_fr in twin.provenance_note_fr
    page = text(client.get(work.url_in("nl")))
    assert row.wording_nl in page
    found = client.get("/nl/zoeken/", {"q": row.wording_nl}).content.decode()
    assert work.url_in("nl") in found


def test_parts_that_contradict_each_other_are_refused_by_name(digital, work):
    update(OfficeHolder.objects.filter(office=digital), name="Iemand Anders")
    with pytest.raises(ContentError, match="Iemand Anders"):
        merge(digital, work)
    assert digital.steering_set.exists() and not Office.objects.exclude(merged_into=None).exists()
    update(OfficeHolder.objects.filter(office=digital), name="Bernard Clerfayt")
    row = digital.steering_set.first()
    words = {"wording_nl": "x", "wording_fr": "x", "publication": "draft"}
    create(Steering, worksite=row.worksite, office=work, position=77, **words)
    with pytest.raises(ContentError, match=row.worksite.title):
        merge(digital, work)


def test_what_readers_never_saw_leaves_nothing_behind(work):
    names = {"name_nl": "Concept", "name_fr": "Brouillon", "slug_nl": "concept", "slug_fr": "brouillon"}
    draft = Office(code="concept", position=70, kind="minister", publication="draft", **names)
    save(draft)
    merge(draft, work)
    assert not Office.objects.filter(code="concept").exists()


# Where the addresses lead -------------------------------------------------------------------------------


def paths(old, new, language):
    """Yield (old address, new address) of all that stands beneath an office."""
    before, after = old.url_in(language), new.url_in(language)
    version = {"nl": "versies/", "fr": "versions/"}[language]
    yield before, after
    yield f"{before}?a=b%20c", f"{after}?a=b%20c"
    yield f"{before}{version}", f"{after}{version}"
    yield f"{before}{version}1/", f"{after}{version}"
    yield f"{before}{version}1-2/", f"{after}{version}"
    yield f"{before}atom.xml", f"{after}atom.xml"
    yield f"{before}citation.bib", f"{after}citation.bib"
    yield f"{before.removesuffix('/')}.json", f"{after.removesuffix('/')}.json"
    yield old.permalink, new.permalink
    yield f"{old.permalink}/1", new.permalink
    yield (
        f"/picture/office/{old.code}.{language}.png",
        f"/picture/office/{new.code}.{language}.png",
    )


def test_every_old_address_leads_to_the_one_that_stays(client, merged, work, language):
    for before, after in paths(merged, work, language):
        response = client.get(before)
        assert (before, response.status_code, response.headers["Location"]) == (before, 301, after)
        assert client.get(after).status_code in (200, 300, 303)
        assert client.head(before).status_code == 301


def test_one_hop_leads_to_the_last_whatever_was_merged_after_what(client, merged, work):
    mobility = office("minister-mobility")
    update(OfficeHolder.objects.filter(office=mobility), start="2019-07-19")
    merge(work, mobility)
    for each in (merged, work):
        assert client.get(each.url_in("nl")).headers["Location"] == mobility.url_in("nl")
    with pytest.raises(ContentError):
        merge(mobility, merged)
    with pytest.raises(ContentError):
        merge(mobility, mobility)
    with pytest.raises(ContentError):
        merge(office(DIGITAL), mobility)


def test_a_circle_is_refused_however_it_is_made(merged, work):
    work.merged_into, work.publication = merged, "withdrawn"
    work.withdrawal_reason_nl = work.withdrawal_reason_fr = "x"
    with pytest.raises(ValidationError):
        work.full_clean()
    merged.publication = "public"
    with pytest.raises(ValidationError):
        merged.full_clean()


def test_nothing_more_is_said_of_an_office_that_was_merged(merged, work):
    row = Steering(worksite=Worksite.objects.get(code="1.4-05"), office=merged, position=70)
    row.wording_nl = row.wording_fr = "x"
    with pytest.raises(ValidationError, match="Minister voor Werk"):
        row.full_clean()


def test_lists_have_the_one_that_stays_alone_and_search_finds_it_by_every_name(
    client, merged, work, language
):
    old, new = merged.url_in(language), work.url_in(language)
    offices = {"nl": "/nl/ministers/", "fr": "/fr/ministres/"}[language]
    steering = {"nl": "/nl/wie-stuurt-wat/", "fr": "/fr/qui-pilote-quoi/"}[language]
    for path in ("/sitemap.xml", offices, steering, "/data/offices.json", f"/{language}/"):
        page = client.get(path).content.decode()
        assert old not in page and f'"{DIGITAL}"' not in page
    shown = client.get(offices).content.decode()
    assert new in shown
    assert {"nl": "ingetrokken", "fr": "retiré"}[language] not in shown  # it lives on in the other
    path = {"nl": "/nl/zoeken/", "fr": "/fr/recherche/"}[language]
    for words in (merged.name, *(row.wording for row in work.steering_set.all())):
        found = client.get(path, {"q": words}).content.decode()
        assert f'href="{new}"' in found and f'href="{old}"' not in found


def test_a_version_from_before_undoes_it(client, merged, work):
    before = Revision.objects.of(merged).order_by("-number")[1]
    restore(Revision.objects.of(work).order_by("-number")[1])
    restore(before)
    assert client.get(merged.url_in("nl")).status_code == 200
    worksite = Worksite.objects.get(code="1.4-02")
    restore(Revision.objects.of(worksite).order_by("-number")[1])
    assert [row.worksite for row in merged.steering_set.all()] == [worksite]


def test_a_version_that_names_what_was_merged_comes_back_only_once_that_is_undone(merged, work):
    worksite = Worksite.objects.get(code="1.4-02")
    with pytest.raises(ContentError, match="Minister voor Werk"):
        restore(Revision.objects.of(worksite).order_by("-number")[1])


# Files --------------------------------------------------------------------------------------------------


def test_dump_and_load_keep_it_whatever_the_order(tmp_path, client, merged, work):
    first, second = tmp_path / "first", tmp_path / "second"
    update(Office.objects.filter(pk=merged.pk), position=0)  # written before the one that it refers to
    call_command("dump_content", first)
    text_of_file = next(first.glob("*_office.yaml")).read_text()
    assert f"merged_into: [{WORK}]" in text_of_file
    for model in (IndexEntry, *reversed(CONTENT)):
        model._base_manager.all()._raw_delete(DEFAULT_DB_ALIAS)
    call_command("load_content", first)
    call_command("dump_content", second)
    for path in sorted(first.iterdir()):
        assert path.read_bytes() == Path(second / path.name).read_bytes()
    assert client.get(merged.url_in("nl")).headers["Location"] == work.url_in("nl")


# Editors ------------------------------------------------------------------------------------------------

TEXTS = {
    "nl": {
        "button": "Samenvoegen met een ander ambt",
        "moves": "Wat naar “Minister voor Werk” zou verhuizen",
        "changed": "Er is niets samengevoegd",
        "led": "Dit ambt werd samengevoegd met “Minister voor Werk”",
    },
    "fr": {
        "button": "Fusionner avec une autre fonction",
        "moves": "Ce qui passerait à « Ministre de l’Emploi »",
        "changed": "Rien n’a été fusionné",
        "led": "Cette fonction a été fusionnée avec « Ministre de l’Emploi »",
    },
}


def plain(page):
    return text(page).replace("\xa0", " ").replace("\u202f", " ")


def address(goes, stays):
    return reverse("admin:initiatives_office_merge", args=[goes.pk]) + f"?stays={stays.pk}"


def hidden(page):
    found = Document(page.content.decode()).all("input", type="hidden")
    return {
        field["name"]: field["value"] for field in found if field.get("name") in ("seen", "note_language")
    }


def test_a_publisher_merges_what_the_page_showed(publisher, digital, work, language):
    form = publisher.get(reverse("admin:initiatives_office_change", args=[digital.pk]))
    assert TEXTS[language]["button"] in text(form)
    page = publisher.get(address(digital, work))
    assert TEXTS[language]["moves"] in plain(page)
    assert digital.steering_set.first().worksite.title in text(page)
    done = publisher.post(address(digital, work), hidden(page) | {"note": NOTE}, follow=True)
    assert done.redirect_chain[-1][0] == reverse("admin:initiatives_office_change", args=[work.pk])
    digital.refresh_from_db()
    assert digital.merged_into == work
    assert newest(work).notes[language] == newest(digital).notes[language] == NOTE
    assert newest(digital).editor == publisher.user
    form = publisher.get(reverse("admin:initiatives_office_change", args=[digital.pk]))
    assert TEXTS[language]["led"] in plain(form)
    assert TEXTS[language]["button"] not in text(form)


def test_it_warns_of_holders_who_overlap_once_offices_are_merged(publisher, digital, work):
    update(OfficeHolder.objects.filter(office=digital), name="Iemand Anders", start="2020-01-01")
    page = publisher.get(address(digital, work))
    done = publisher.post(address(digital, work), hidden(page) | {"note": NOTE}, follow=True)
    assert "Iemand Anders al vanaf 1 januari 2020" in plain(done)


def test_it_merges_nothing_that_changed_since_it_was_shown(publisher, digital, work, language):
    page = publisher.get(address(digital, work))
    worksite = digital.steering_set.first().worksite
    worksite.title_nl += " en meer"
    save(worksite)
    again = publisher.post(address(digital, work), hidden(page) | {"note": NOTE})
    assert TEXTS[language]["changed"] in plain(again)
    digital.refresh_from_db()
    assert digital.merged_into is None
    publisher.post(address(digital, work), hidden(again) | {"note": NOTE})
    digital.refresh_from_db()
    assert digital.merged_into == work


def test_it_says_what_stands_in_the_way(publisher, digital, work):
    update(OfficeHolder.objects.filter(office=digital), name="Iemand Anders")
    page = publisher.get(address(digital, work))
    assert "Iemand Anders" in text(page) and not hidden(page)
    publisher.post(address(digital, work), {"seen": "", "note": NOTE})
    digital.refresh_from_db()
    assert digital.merged_into is None


def test_an_editor_of_texts_merges_nothing(digital, work):
    editor = sign_in(NL)
    assert editor.get(address(digital, work)).status_code == 403
    assert editor.post(address(digital, work), {"note": NOTE}).status_code == 403
    form = editor.get(reverse("admin:initiatives_office_change", args=[digital.pk]))
    assert TEXTS["nl"]["button"] not in text(form)


@pytest.mark.parametrize("asked", ["?stays=999999", "?stays=x", "?stays=", ""])
def test_a_choice_that_is_none_asks_again(publisher, digital, asked):
    page = reverse("admin:initiatives_office_merge", args=[digital.pk]) + asked
    assert publisher.get(page).status_code == 200
    assert publisher.post(page, {"seen": "x"}).status_code == 200
    assert publisher.get(reverse("admin:initiatives_office_merge", args=[99999])).status_code == 302
