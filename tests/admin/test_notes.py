"""What is said of a change: in Dutch, in French or in both; read in the reader's language, and never lost."""

import re

import pytest
from django.urls import reverse
from django.utils.translation import override

from accounts.models import Entry
from initiatives.models import Measure, Revision

from ..editing import FR, NL, form_of, newest, restore, save, sign_in, text, without_its_office
from ..saving import keep, put
from .test_admin import change

pytestmark = pytest.mark.django_db
DUTCH, FRENCH = "Verduidelijkt <na> vraag", "Précisé <à> la demande"


@pytest.fixture
def said(publisher, worksite):
    """Return a version that was told in both languages, on a Dutch screen."""
    save(publisher, worksite, title_nl="Anders", title_fr="Autrement", note=DUTCH, note_twin=FRENCH)
    return newest(worksite)


def pages_of(worksite, language):
    page = worksite.url_in(language)
    word = {"nl": "versies/", "fr": "versions/"}[language]
    with override(language):
        lists = [reverse(f"initiatives:{name}", current_app=language) for name in ("changes", "feed")]
    return [page + word, page, f"{page}atom.xml", *lists]


def test_it_tells_readers_in_their_own_language(client, worksite, said):
    assert said.notes == {"nl": DUTCH, "fr": FRENCH}
    worksite.refresh_from_db()
    for language, here, there in (("nl", "Verduidelijkt", "Précisé"), ("fr", "Précisé", "Verduidelijkt")):
        for path in pages_of(worksite, language):
            source = client.get(path).content.decode()
            assert here in source and there not in source, path
            assert "<na>" not in source and "<à>" not in source


@pytest.mark.parametrize("name", ["note", "note_twin"])
def test_it_tells_it_in_the_other_where_it_was_said_in_one(client, publisher, worksite, name):
    here, there, word = {"note": ("nl", "fr", DUTCH), "note_twin": ("fr", "nl", FRENCH)}[name]
    save(publisher, worksite, title_nl="Anders", title_fr="Autrement", **{name: word})
    assert newest(worksite).notes == {here: word}
    worksite.refresh_from_db()
    for path in pages_of(worksite, there):
        source = client.get(path).content.decode().replace("&lt;", "<").replace('"', "&quot;")
        assert re.search(rf"lang=&quot;{here}&quot;(>|&gt;){word.split(' ')[0]}", source), path
    for path in pages_of(worksite, here):
        source = client.get(path).content.decode()
        assert word.split(" ")[0] in source
        assert not re.search(rf'lang="{here}"(>|&gt;){word.split(" ")[0]}', source), path


def test_it_keeps_the_language_of_the_screen_on_which_a_note_was_written(publisher, worksite):
    data = form_of(publisher, worksite) | {"title_nl": "Anders", "note": DUTCH}
    assert data["note_language"] == "nl"
    publisher.cookies["django_language"] = "fr"  # chosen in another tab meanwhile
    assert publisher.post(change(worksite), data).status_code == 302
    assert newest(worksite).notes == {"nl": DUTCH}


def test_it_asks_for_both_side_by_side_the_dutch_first(publisher, worksite, language):
    form = publisher.get(change(worksite)).context["adminform"].form
    labels = {"nl": ["in het Nederlands", "in het Frans"], "fr": ["en néerlandais", "en français"]}[language]
    assert [label in str(bound.label) for label, bound in zip(labels, form.note_fields, strict=True)] == [
        True
    ] * 2
    assert [bound.field.widget.attrs["lang"] for bound in form.note_fields] == ["nl", "fr"]
    assert form.note_fields[0].name == {"nl": "note", "fr": "note_twin"}[language]


def test_it_gives_a_note_that_came_later_its_language_and_audits_it(publisher, worksite, language):
    keep(put(worksite) or worksite, note="")
    save(publisher, worksite, title_nl="Anders")
    version = newest(worksite)
    address = reverse("admin:initiatives_revision_change", args=[version.pk])
    assert publisher.post(address, {"note": "Later"}).status_code == 302
    version = Revision.objects.get(pk=version.pk)
    assert version.notes == {language: "Later"}
    other = {"nl": "fr", "fr": "nl"}[language]
    form = publisher.get(address).context["adminform"].form
    assert form["note"].value() == "Later"
    data = {"note": "Beter", "note_twin": "Twee", "note_language": language}
    assert publisher.post(address, data).status_code == 302
    version = Revision.objects.get(pk=version.pk)
    assert version.notes == {language: "Beter", other: "Twee"}
    entries = Entry.objects.filter(what=Entry.What.NOTE).order_by("pk")
    name = f"worksite {worksite.code} {version.number}"
    assert [(each.actor, each.subject, each.detail) for each in entries] == [
        (publisher.user.username, name, ""),
        (publisher.user.username, name, f"{language}: Later"),
    ]
    assert publisher.post(address, data).status_code == 302
    assert Entry.objects.filter(what=Entry.What.NOTE).count() == 2  # nothing was changed


def test_it_shows_both_to_who_may_only_read(said):
    page = sign_in(NL).get(reverse("admin:initiatives_revision_change", args=[said.pk]))
    assert page.status_code == 200
    source = text(page)
    assert "Verduidelijkt" in source and "Précisé" in source and 'name="note' not in page.content.decode()
    history = publisher_history(said)
    assert '<q lang="nl">Verduidelijkt' in history and '<q lang="fr">Précisé' in history


def publisher_history(version):
    from initiatives.models import Worksite  # noqa: PLC0415

    worksite = Worksite.objects.get(code=version.code)
    address = reverse("admin:initiatives_worksite_history", args=[worksite.pk])
    return sign_in(FR, "fr").get(address).content.decode()


def test_it_keeps_what_was_typed_when_a_version_cannot_come_back(publisher, worksite, draft, language):
    gone = without_its_office(publisher, draft)
    page = restore(publisher, gone, note="Toch\r\nterug", note_twin="De <retour>", note_language=language)
    assert page.context["problems"]
    source = page.content.decode()
    assert re.search(r'name="note"[^>]*>\s*Toch\s+terug</textarea>', source)
    assert re.search(r'name="note_twin"[^>]*>\s*De &lt;retour&gt;</textarea>', source)


def test_it_brings_a_version_back_with_both(publisher, worksite):
    first = newest(worksite)
    save(publisher, worksite, title_nl="Anders")
    assert restore(publisher, first, note=DUTCH, note_twin=FRENCH).status_code == 302
    assert newest(worksite).notes == {"nl": DUTCH, "fr": FRENCH}


def test_it_takes_both_where_something_is_deleted(publisher):
    measure = Measure.objects.last()
    address = reverse("admin:initiatives_measure_delete", args=[measure.pk])
    source = publisher.get(address).content.decode()
    assert 'name="note"' in source and 'name="note_twin"' in source
    publisher.post(address, {"post": "yes", "note": DUTCH, "note_twin": FRENCH})
    assert newest(measure.worksite).notes == {"nl": DUTCH, "fr": FRENCH}


def test_it_shows_the_lines_of_a_note(client, publisher, worksite):
    save(publisher, worksite, title_nl="Anders", title_fr="Autrement", note="Eén\r\ntwee")
    worksite.refresh_from_db()
    for path in pages_of(worksite, "nl"):
        assert re.search(r"Eén(<br>|&lt;br&gt;)twee", client.get(path).content.decode()), path
