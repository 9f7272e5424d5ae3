"""Versions of an earlier release, which stored what was pasted: shown without the signs that nobody sees."""

import json
import unicodedata
from html import unescape
from io import BytesIO
from xml.etree import ElementTree
from zipfile import ZipFile

import pytest
from django.db import DataError, connection, transaction
from django.db.models import QuerySet
from django.test import Client
from django.urls import reverse
from django.utils.translation import override

from initiatives.models import Measure, Revision, Term, Worksite
from initiatives.models.version import plain_records
from initiatives.versions import change, restore

from ..admin.test_admin import change as form_of
from ..saving import keep, remove, update

pytestmark = pytest.mark.django_db
LANGUAGES = ("nl", "fr")
WORDS = {"nl": "versies/", "fr": "versions/"}
CHANGES = {"nl": "/nl/wijzigingen/", "fr": "/fr/modifications/"}
BREAKS = "\v\n\x85\u2028\r\n"
SIGNS = "\x01\x1b\u202e\ufeff"
# PostgreSQL takes neither into jsonb.
MORE_SIGNS = "\0\ud800"
TITLE = f"{SIGNS}Oude{BREAKS}titel{SIGNS} van toen"
PLAIN_TITLE = "Oude titel van toen"
TEXT = f"Eerste{SIGNS} regel\vtweede{BREAKS}derde\tregel"
OWN = "initiatives.worksite"
GONE = {"model": "initiatives.plan", "fields": {"code": "p", "title_nl": TITLE, "slogan_nl": TEXT}}


def odd(records, end=""):
    """Return the records of a version as an earlier release could have stored them."""
    signs = MORE_SIGNS if connection.vendor == "sqlite" else ""
    lines = {f"{name}_{code}" for name in ("title", "heading", "name") for code in LANGUAGES} | {"name"}
    texts = {f"{name}_{code}" for name in ("text", "explanation", "remark") for code in LANGUAGES}
    found = json.loads(json.dumps(records))
    for row in found:
        fields = row["fields"]
        fields |= dict.fromkeys(fields.keys() & lines, signs + TITLE + end)
        fields |= dict.fromkeys(fields.keys() & texts, signs + TEXT + end)
    item = found[0]["fields"]
    item |= {"outdated_fr": [f"ti{SIGNS}tle"], "validated_by_nl": TITLE}
    return [*found, GONE] if found[0]["model"] == OWN else found


def plant(version, end=""):
    """Store of a version what a release of today would not take."""
    rows = Revision.objects.filter(pk=version.pk)
    QuerySet.update(rows, records=odd(version.records, end), note=TEXT, note_language="nl", note_twin=TEXT)


@pytest.fixture
def old():
    """Return a worksite whose two versions are odd, one of its measures and a term that are gone likewise."""
    worksite = Worksite.objects.get(code="1.4-02")
    update(Worksite.objects.filter(pk=worksite.pk), title_nl="Nu", title_fr="Maintenant")
    worksite.refresh_from_db()
    plant(keep(worksite, note="Toen"))
    plant(Revision.objects.of(worksite).last(), " (1)")
    gone = Term.objects.get(code="mice")
    plant(Revision.objects.of(gone).first())
    remove(Measure.objects.get(code="1.4-02-m1"), gone)
    return worksite


def unseen(text):
    """Return the signs of a text that no document may hold."""
    return {sign for sign in text if unicodedata.category(sign) in ("Cc", "Cs", "Zl", "Zp")} - {
        "\n",
        "\t",
        "\r",
    } | (set(text) & {"\u202e", "\ufeff"})


def texts_of(value):
    """Yield every text of a JSON document."""
    if isinstance(value, str):
        yield value
    for each in value.items() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from texts_of(list(each) if isinstance(each, tuple) else each)


def said(response):
    """Return all that a document says, as its reader has it once it is parsed."""
    kind = response.headers["Content-Type"].partition(";")[0]
    body = response.content
    if kind == "image/png":
        assert body.startswith(b"\x89PNG\r\n\x1a\n")
        return ""
    if kind.endswith("json"):
        return "\n".join(texts_of(json.loads(body)))
    if kind.endswith("xml"):
        tree = ElementTree.fromstring(body)
        return "\n".join([*tree.itertext(), *(text for each in tree.iter() for text in each.attrib.values())])
    if kind.endswith("spreadsheetml.sheet"):
        with ZipFile(BytesIO(body)) as book:
            sheets = [
                ElementTree.fromstring(book.read(name)) for name in book.namelist() if name.endswith(".xml")
            ]
        return "\n".join(text for each in sheets for text in each.itertext())
    return unescape(body.decode().removeprefix("\ufeff"))  # a table for spreadsheets says that it is UTF-8


def documents(worksite, language):
    """Return `{path: status}` of each document that a version stands in, or that stands beside one."""
    page, two = worksite.url_in(language), Revision.objects.of(worksite).count()
    word = page + WORDS[language]
    paths = [page, word, f"{word}1/", f"{word}{two}/", f"{word}1-{two}/", f"{page}atom.xml"]
    paths += [CHANGES[language], f"{CHANGES[language]}atom.xml", f"{page}citation.bib", f"{page}citation.ris"]
    with override(language):
        paths.append(reverse("initiatives:card", kwargs=worksite.url_kwargs(), current_app=language))
    paths += [f"/oembed?url=http://testserver{page}", f"/picture/worksite/1.4-02.{language}.png"]
    paths += [
        page.rstrip("/") + ".json",
        "/data/worksites.json",
        "/data/worksites.csv",
        "/data/catalogue.jsonld",
    ]
    paths += ["/data/semicolon/measures.csv", "/sitemap.xml", f"/{language}/"]
    permalinks = {"/id/worksite/1.4-02": 200, f"/id/worksite/1.4-02/{two}": 200}
    return dict.fromkeys(paths, 200) | permalinks | {"/id/measure/1.4-02-m1": 410, "/id/term/mice": 410}


def test_no_document_of_it_holds_a_sign_that_nobody_sees(client, old, language):
    for path, status in documents(old, language).items():
        response = client.get(path, headers={"accept-language": "*"})
        assert response.status_code == status, path
        assert not unseen(said(response)), path
    [book] = [path for path in page_links(client, language) if path.endswith(".xlsx")]
    assert not unseen(said(client.get(book)))


def page_links(client, language):
    """Return what the page about the data links to."""
    page = client.get(reverse("initiatives:opendata", current_app=language)).content.decode()
    return {part.partition('"')[0] for part in page.split('href="')[1:]}


def test_its_titles_stand_on_one_line_and_its_texts_on_theirs(client, old, language):
    page, two = old.url_in(language), Revision.objects.of(old).count()
    for path in (f"{page}{WORDS[language]}{two}/", f"{page}{WORDS[language]}1-{two}/", CHANGES[language]):
        assert PLAIN_TITLE in said(client.get(path)), path
    text = said(client.get(f"{page}{WORDS[language]}1/"))
    assert "Eerste regel" in text and "tweede" in text and "Eerste regel tweede" not in text
    for path in (f"{page}atom.xml", f"{CHANGES[language]}atom.xml"):
        names = {"a": "http://www.w3.org/2005/Atom"}
        titles = ElementTree.fromstring(client.get(path).content).findall("a:entry/a:title", names)
        assert any(each.text.endswith(PLAIN_TITLE) for each in titles), path
        assert not any("\n" in each.text for each in titles), path
    for path in ("/id/term/mice", "/id/measure/1.4-02-m1"):
        assert PLAIN_TITLE in said(client.get(path)), path


def test_editors_read_it_so(publisher, old, language):
    paths = [form_of(old), reverse("admin:initiatives_worksite_history", args=[old.pk])]
    paths.append(reverse("admin:initiatives_revision_changelist"))
    for version in Revision.objects.of(old):
        paths += [reverse("admin:initiatives_revision_change", args=[version.pk])]
        paths += [reverse("admin:initiatives_revision_restore", args=[version.pk])]
    for path in paths:
        response = publisher.get(path, follow=True)
        assert response.status_code == 200, path
        assert not unseen(said(response)), path


def test_it_comes_back_and_is_no_change_of_anybody(old):
    first = Revision.objects.of(old).last()
    assert not unseen("\n".join(texts_of(first.records)) + first.note + first.note_twin)
    restore(first)
    old.refresh_from_db()
    assert (old.title_nl, old.title_fr) == ("Oude titel van toen (1)", "Oude titel van toen (1)")
    assert restore(first) is None


def test_it_keeps_no_version_of_what_nobody_changed(old):
    """The tables are as odd as the last version of them, or one of the two is."""
    update(Worksite.objects.filter(pk=old.pk), title_nl=TITLE, title_fr=TITLE)
    old.refresh_from_db()
    newest = keep(old)
    records = json.loads(json.dumps(newest.records))
    records[0]["fields"] |= {"title_nl": TITLE, "title_fr": TITLE}
    for tables, version in ((TITLE, records), (PLAIN_TITLE, records), (TITLE, newest.records)):
        update(Worksite.objects.filter(pk=old.pk), title_nl=tables, title_fr=tables)
        QuerySet.update(Revision.objects.filter(pk=newest.pk), records=version)
        with change() as this:
            this.touch_all()
        assert old.code not in [each.code for each in this.versions]


def test_what_an_odd_table_brings_into_a_version_is_plain(old):
    update(Worksite.objects.filter(pk=old.pk), title_nl=TITLE, title_fr=TITLE)
    old.refresh_from_db()
    version = keep(old)
    with connection.cursor() as cursor:
        cursor.execute("SELECT records FROM initiatives_revision WHERE id = %s", [version.pk])
        [stored] = cursor.fetchone()
    records = json.loads(stored) if isinstance(stored, str) else stored
    assert not unseen("\n".join(texts_of(records)))


def test_what_is_plain_is_read_to_the_byte():
    for version in Revision.objects.all():
        with connection.cursor() as cursor:
            cursor.execute("SELECT records FROM initiatives_revision WHERE id = %s", [version.pk])
            [stored] = cursor.fetchone()
        records = json.loads(stored) if isinstance(stored, str) else stored
        assert version.records == records == plain_records(records)


def test_only_sqlite_stores_a_nul_in_a_version(old):
    version = Revision.objects.of(old).first()
    rows = Revision.objects.filter(pk=version.pk)
    if connection.vendor == "sqlite":
        assert rows.update(records=[{"model": OWN, "fields": {"title_nl": "a\0b"}}])
        assert rows.get().fields == {"title_nl": "ab"}
    else:
        with pytest.raises(DataError), transaction.atomic():
            rows.update(records=[{"model": OWN, "fields": {"title_nl": "a\0b"}}])


def test_what_is_searched_for_is_shown_back_plain(language):
    path = reverse("initiatives:search", current_app=language)
    response = Client().get(path, {"q": f"{SIGNS}oud{BREAKS}werk{SIGNS}"})
    assert response.status_code == 200
    assert not unseen(said(response))
    assert "oud werk" in said(response)
    assert "%E2%80%AE" not in said(response).upper()
