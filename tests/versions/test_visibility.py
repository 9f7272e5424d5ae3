"""Versions and readers: one is theirs where it changed what they see, and then it is not kept from them."""

import re
from xml.etree import ElementTree

import pytest
from django.urls import reverse

from initiatives.admin.differences import what_changed
from initiatives.models import Measure, Office, OfficeHolder, Revision, Sector, Steering, Worksite

from ..admin.test_admin import add, change, filled_in
from ..editing import form_of, newest, restore, save, text
from ..pages.test_versions import ADDRESSES, ATOM, VERSIONS
from ..saving import create, keep, keep_deleted, remove, update

pytestmark = pytest.mark.django_db
NOTE = "Concept: vertrouwelijk akkoord met X"
TEXTS = {"nl": "Nog geheim.", "fr": "Encore secret."}
FROM = {"provenance_nl": "source", "provenance_fr": "portal"}
REASON = {"withdrawal_reason_nl": "Voorbij.", "withdrawal_reason_fr": "Terminé."}


def pages_of(item, language):
    """Give the addresses where readers learn of changes of an item, in one language."""
    address = item.url_in(language)
    return [ADDRESSES[language], f"{ADDRESSES[language]}atom.xml", address, f"{address}{VERSIONS[language]}"]


def where(client, words, item, language):
    return [path for path in pages_of(item, language) if words in client.get(path).content.decode()]


def edition(client):
    response = client.get("/data/worksites.json")
    return response["ETag"], response.json()["version"]


def public_numbers(item):
    return sorted(Revision.objects.published().of(item).values_list("number", flat=True))


# Work on drafts --------------------------------------------------------------------------------------


def add_within(publisher, worksite, **fields):
    """Add a measure in the form of its worksite; give the answer."""
    data = form_of(publisher, worksite)
    number = int(data["measure_set-TOTAL_FORMS"])
    new = {"code": f"{worksite.code}-m9", "publication": "draft", **FROM} | fields
    data |= {f"measure_set-{number}-{name}": value for name, value in new.items()}
    data |= {"measure_set-TOTAL_FORMS": number + 1, "note": NOTE}
    return publisher.post(change(worksite), data)


def add_alone(publisher, model, **fields):
    return publisher.post(add(model), filled_in(publisher.get(add(model))) | {"note": NOTE} | fields)


def hidden(part, **values):
    """Give a part that was a draft all along."""
    update(type(part).objects.filter(pk=part.pk), publication="draft", **values)
    part.refresh_from_db()
    item = part.item
    Revision.objects.of(item).delete()
    keep(item)
    return part


def draft_measure_within(publisher):
    worksite = Worksite.objects.get(code="1.4-02")
    assert add_within(publisher, worksite, text_nl=TEXTS["nl"]).status_code == 302
    return worksite


def draft_measure_alone(publisher):
    worksite = Worksite.objects.get(code="1.4-02")
    fields = {"worksite": worksite.pk, "code": "1.4-02-m9", "publication": "draft", "text_nl": TEXTS["nl"]}
    assert add_alone(publisher, Measure, position=9, **fields).status_code == 302
    return worksite


def translated_draft(publisher):
    measure = hidden(Measure.objects.get(code="1.4-02-m1"), text_nl=TEXTS["nl"], text_fr="")
    assert save(publisher, measure, text_fr=TEXTS["fr"], note=NOTE).status_code == 302
    return measure.worksite


def draft_holder(publisher):
    office = Office.objects.first()
    fields = {"office": office.pk, "name": TEXTS["nl"], "start": "2031-01-01", "publication": "draft"}
    assert add_alone(publisher, OfficeHolder, **fields).status_code == 302
    return office


def draft_deleted(publisher):
    measure = hidden(Measure.objects.get(code="1.4-02-m1"))
    data = form_of(publisher, measure.worksite) | {"measure_set-0-DELETE": "on", "note": NOTE}
    assert publisher.post(change(measure.worksite), data).status_code == 302
    return measure.worksite


def link_to_draft(publisher):
    worksite = Worksite.objects.get(code="1.4-02")
    office = create(Office, code="new-office", publication="draft", position=99)
    wordings = {f"wording_{language}": words for language, words in TEXTS.items()}
    create(Steering, worksite=worksite, office=office, position=9, **wordings)
    keep(worksite, note=NOTE, note_language="nl")
    return worksite


def reason_prepared(publisher):
    sector = Sector.objects.first()
    assert save(publisher, sector, note=NOTE, **REASON).status_code == 302
    return sector


@pytest.mark.parametrize(
    "work",
    [
        draft_measure_within,
        draft_measure_alone,
        translated_draft,
        draft_holder,
        draft_deleted,
        link_to_draft,
        reason_prepared,
    ],
)
def test_it_keeps_work_on_drafts_from_readers(publisher, client, language, work):
    item = work(publisher)
    assert newest(item).note == NOTE
    assert public_numbers(item) == [1]
    assert where(client, NOTE, item, language) == []


@pytest.mark.parametrize("work", [draft_measure_within, draft_measure_alone, draft_holder, reason_prepared])
def test_work_on_drafts_makes_no_new_edition_of_the_data(publisher, client, work):
    before = edition(client)
    work(publisher)
    assert edition(client) == before


def test_it_compares_a_public_version_with_the_last_public_one(publisher, client, worksite, language):
    draft_measure_within(publisher)
    assert save(publisher, worksite, title_nl="Ander", title_fr="Autre", note="Titel").status_code == 302
    assert public_numbers(worksite) == [1, 3]
    address = worksite.url_in(language) + VERSIONS[language]
    page = client.get(address).content.decode()
    assert 'href="1-3/"' in page
    assert 'href="2/"' not in page and "-2/" not in page and '"2-' not in page
    compared = text(client.get(f"{address}1-3/"))
    assert {"nl": "Ander", "fr": "Autre"}[language] in compared
    assert TEXTS[language] not in compared
    assert client.get(f"{address}2/").status_code == 404
    assert client.get(f"/id/worksite/{worksite.code}/2").status_code == 404
    assert client.get(f"/id/worksite/{worksite.code}/3").status_code in (200, 303)
    shown = client.get(worksite.url_in(language)).content.decode()
    assert {"nl": "versie 3 van", "fr": "version 3 du"}[language] in shown


def test_a_draft_that_moves_what_is_public_is_no_news_but_new_data(publisher, client, worksite):
    before = edition(client)
    count = worksite.measure_set.count()
    moved = {f"measure_set-{place}-position": place + 2 for place in range(count)}
    data = form_of(publisher, worksite) | moved | {"measure_set-TOTAL_FORMS": count + 1, "note": NOTE}
    new = {"code": "1.4-02-m9", "publication": "draft", "position": 1, "text_nl": TEXTS["nl"], **FROM}
    data |= {f"measure_set-{count}-{name}": value for name, value in new.items()}
    assert publisher.post(change(worksite), data).status_code == 302
    assert where(client, NOTE, worksite, "nl") == []
    assert edition(client) != before, "the data say the place of each part"


def test_public_parts_that_change_places_are_news(publisher, client, worksite):
    data = {"measure_0-position": 2, "measure_1-position": 1, "note": "Andere volgorde"}
    assert save(publisher, worksite, **data).status_code == 302
    assert len(where(client, "Andere volgorde", worksite, "nl")) == 4


def test_it_shows_of_a_withdrawn_page_what_its_address_says(publisher, client, language):
    sector = Sector.objects.first()
    edited = {"scope_nl": TEXTS["nl"], "scope_fr": TEXTS["fr"]}
    save(publisher, sector, publication="withdrawn", note="Voorbij", **REASON, **edited)
    assert newest(sector).is_public
    save(publisher, sector, note=NOTE, scope_nl="Herwerkt.")
    assert not newest(sector).is_public
    save(publisher, sector, note="Betere reden", withdrawal_reason_nl="Al lang voorbij.")
    assert (newest(sector).is_public, newest(sector).action) == (True, Revision.Action.CHANGED)
    assert NOTE not in client.get(ADDRESSES[language]).content.decode()
    save(publisher, sector, publication="public", scope_nl="Nieuw.", scope_fr="Nouveau.")
    assert public_numbers(sector) == [1, 2, 4, 5]
    page = text(client.get(f"{sector.url_in(language)}{VERSIONS[language]}2/"))
    assert TEXTS[language] not in page


# Out of sight ----------------------------------------------------------------------------------------


def test_it_counts_what_goes_out_of_sight_after_work_on_drafts(publisher, client, worksite):
    draft_measure_within(publisher)
    before = edition(client)
    update(Worksite.objects.filter(pk=worksite.pk), publication="draft")
    keep(Worksite.objects.get(pk=worksite.pk), note=NOTE)
    hidden = edition(client)
    assert hidden != before
    update(Worksite.objects.filter(pk=worksite.pk), title_nl=TEXTS["nl"])
    keep(Worksite.objects.get(pk=worksite.pk), note=NOTE)
    assert edition(client) == hidden, "what nobody sees is no version"
    assert NOTE not in client.get(ADDRESSES["nl"]).content.decode()
    update(Worksite.objects.filter(pk=worksite.pk), publication="public")
    keep(Worksite.objects.get(pk=worksite.pk))
    assert newest(worksite).is_public
    assert edition(client)[1] == hidden[1] + 1


def test_it_counts_what_is_deleted_after_work_on_drafts(publisher, client):
    office = draft_holder(publisher)
    before = edition(client)[1]
    keep_deleted(newest(office))
    assert edition(client)[1] == before + 1
    keep(office)
    assert newest(office).is_public, "it is back"


def test_a_page_that_never_was_public_is_no_news_when_withdrawn_or_deleted(client, draft):
    before = edition(client)
    for reason in ("Voorbij.", "Toch niet."):  # past the form, which refuses it
        texts = dict.fromkeys(REASON, reason)
        update(Worksite.objects.filter(pk=draft.pk), publication="withdrawn", **texts)
        keep(Worksite.objects.get(pk=draft.pk), note=NOTE)
    assert public_numbers(draft) == []
    keep_deleted(newest(draft))
    assert edition(client) == before


# Small corrections -----------------------------------------------------------------------------------


def test_no_withdrawal_and_no_return_is_a_small_correction(publisher, client):
    sector = Sector.objects.first()
    save(publisher, sector, publication="withdrawn", is_small="on", note="Weg ermee", **REASON)
    assert newest(sector).action == Revision.Action.WITHDRAWN
    assert "Weg ermee" in client.get(ADDRESSES["nl"]).content.decode()
    save(publisher, sector, publication="public", is_small="on", note="Toch niet weg")
    assert len(where(client, "Toch niet weg", sector, "nl")) == 4


def test_no_part_becomes_public_or_stops_being_so_by_a_small_correction(publisher, client, worksite):
    texts = {f"text_{language}": words for language, words in TEXTS.items()}
    add_within(publisher, worksite, **texts)
    measure = Measure.objects.get(code="1.4-02-m9")
    save(publisher, measure, publication="public", is_small="on", note="Erbij gekomen")
    assert len(where(client, "Erbij gekomen", worksite, "nl")) == 4
    save(publisher, measure, publication="draft", is_small="on", note="Weer weg")
    assert len(where(client, "Weer weg", worksite, "nl")) == 4
    save(publisher, measure, publication="public", is_small="on")
    place = worksite.measure_set.count() - 1
    save(publisher, worksite, is_small="on", note="Nu echt", **{f"measure_{place}-DELETE": "on"})
    assert len(where(client, "Nu echt", worksite, "nl")) == 4


def test_a_comma_stays_a_small_correction(publisher, client, worksite):
    save(publisher, worksite, title_nl=worksite.title_nl + ".", is_small="on", note="Een punt")
    assert (newest(worksite).is_public, newest(worksite).is_small) == (True, True)
    assert where(client, "Een punt", worksite, "nl") == []


# The first version -----------------------------------------------------------------------------------


def test_it_calls_the_first_version_that_readers_see_the_first(publisher, client, draft, language):
    draft.refresh_from_db()
    assert save(publisher, draft, title_nl="Nieuwste werf", note=NOTE).status_code == 302
    both = {"title_fr": "Nouveau chantier", "slug_fr": "nouveau-chantier", "publication": "public"}
    assert save(publisher, draft, note="Klaar", **both).status_code == 302
    assert public_numbers(draft) == [3]
    draft.refresh_from_db()
    first = {"nl": "Eerste versie: ", "fr": "Première version\u00a0: "}[language]
    for path in (ADDRESSES[language], draft.url_in(language), draft.url_in(language) + VERSIONS[language]):
        assert re.search(rf"{first}<span[^>]*>Klaar", client.get(path).content.decode()), path
    feed = ElementTree.fromstring(client.get(f"{draft.url_in(language)}atom.xml").content)
    assert [entry.text for entry in feed.findall("a:entry/a:summary", ATOM)] == [f"{first}Klaar"]
    assert save(publisher, draft, title_fr="Autre titre", note="Beter").status_code == 302
    changed = {"nl": "Gewijzigd: ", "fr": "Modification\u00a0: "}[language]
    assert re.search(rf"{changed}<span[^>]*>Beter", client.get(ADDRESSES[language]).content.decode())


# What editors read -----------------------------------------------------------------------------------


def test_it_shows_editors_no_code_for_keys(publisher, language):
    for revision in Revision.objects.filter(number=1):
        bare = Revision(kind=revision.kind, code=revision.code, records=revision.records[:1])
        for _language, _heading, changes in [*what_changed(revision, bare), *what_changed(bare, revision)]:
            shown = " ".join(words for difference in changes for _kind, words in difference.pieces)
            assert "['" not in shown and "None" not in shown


def test_it_names_a_sector_that_would_come_back(publisher):
    worksite = Worksite.objects.filter(worksitesector__sector__code="trade").first()
    first = newest(worksite)
    remove(*worksite.worksitesector_set.all())
    keep(worksite)
    page = publisher.get(reverse("admin:initiatives_revision_restore", args=[first.pk]))
    assert f"{worksite.code} trade" in text(page)
    assert "[&#x27;" not in page.content.decode()
    assert restore(publisher, first).status_code == 302
    assert newest(worksite).is_public
