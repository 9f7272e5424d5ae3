"""What an editor agrees to is what was shown; where that changed meanwhile, nothing is done."""

import pytest
from django.core.management import CommandError, call_command
from django.urls import reverse

from initiatives.models import Measure, Organisation, Sector, Worksite
from initiatives.versions import change as content_change

from ..content.conftest import change as put_in_file
from ..content.conftest import folder  # noqa: F401 – a fixture
from ..document import Document
from ..editing import newest, save, text
from ..saving import save as save_in_change
from .test_admin import filled_in

pytestmark = pytest.mark.django_db
SENTENCES = {"nl": "Er is niets verwijderd", "fr": "Rien n’a été supprimé"}


def edit(worksite, word):
    worksite.title_nl += word
    save_in_change(worksite)


# Deleting --------------------------------------------------------------------------------------------


def hidden(page):
    """Return the fields of the form of a page that asks to be sure."""
    return {
        field["name"]: field["value"]
        for field in Document(page.content.decode()).all("input", type="hidden")
        if field["name"] in ("post", "seen", "action", "_selected_action")
    }


def confirmation(browser, measure, way):
    """Return the address and the form of the page that asks to be sure."""
    if way == "alone":
        address = reverse("admin:initiatives_measure_delete", args=[measure.pk])
        return address, hidden(browser.get(address))
    address = reverse("admin:initiatives_measure_changelist")
    page = browser.post(address, {"action": "delete_selected", "_selected_action": [measure.pk]})
    return address, hidden(page)


@pytest.mark.parametrize("way", ["alone", "selected"])
def test_it_deletes_what_it_showed(publisher, worksite, way):
    measure = worksite.measure_set.last()
    address, form = confirmation(publisher, measure, way)
    assert publisher.post(address, form).status_code == 302
    assert not Measure.objects.filter(pk=measure.pk).exists()


@pytest.mark.parametrize("way", ["alone", "selected"])
def test_it_deletes_nothing_that_changed_since_it_was_shown(publisher, worksite, way, language):
    measure = worksite.measure_set.last()
    address, form = confirmation(publisher, measure, way)
    measure.text_nl += " Toch nog belangrijk."
    save_in_change(measure)
    page = publisher.post(address, form, follow=True)
    assert Measure.objects.filter(pk=measure.pk).exists()
    assert SENTENCES[language] in text(page)
    again = hidden(page)
    assert publisher.post(address, again).status_code == 302
    assert not Measure.objects.filter(pk=measure.pk).exists()


def test_what_changed_elsewhere_is_in_nobodys_way(publisher, worksite):
    measure = worksite.measure_set.last()
    address, form = confirmation(publisher, measure, "alone")
    edit(Worksite.objects.get(code="1.4-03"), " en meer")
    publisher.post(address, form)
    assert not Measure.objects.filter(pk=measure.pk).exists()


# Loading ---------------------------------------------------------------------------------------------


@pytest.fixture
def while_asked(monkeypatch):
    """Do something while the command waits for an answer, and then agree."""

    def do(action):
        def answer(_question):
            action()
            return "y"

        monkeypatch.setattr("builtins.input", answer)

    return do


def test_a_load_applies_nothing_else_than_it_showed(while_asked, folder):  # noqa: F811 – the fixture
    put_in_file("sector", name_nl="Nieuw in de bron")(folder)
    edit(Worksite.objects.get(code="1.4-02"), " (bewerkt)")
    while_asked(lambda: edit(Worksite.objects.get(code="1.4-02"), " en nog eens"))
    with pytest.raises(CommandError, match=r"changed after you were shown .* Run load_content again"):
        call_command("load_content", folder)
    assert Worksite.objects.get(code="1.4-02").title_nl.endswith(" (bewerkt) en nog eens")
    call_command("load_content", folder, "--yes")
    assert Worksite.objects.get(code="1.4-02").title_nl.endswith(" (bewerkt) en nog eens")
    assert Sector.objects.filter(name_nl="Nieuw in de bron").exists()


def test_a_load_sees_a_change_of_the_files_as_well(while_asked, folder):  # noqa: F811 – the fixture
    put_in_file("sector", name_nl="Nieuw in de bron")(folder)
    path = next(folder.glob("*_organisation.yaml"))

    def edit_file():
        path.write_text(path.read_text() + "\n# no record\n")
        path.write_text(path.read_text().replace("name_nl: ", "name_nl: Andere ", 1))

    while_asked(edit_file)
    with pytest.raises(CommandError, match="changed after you were shown"):
        call_command("load_content", folder)
    assert not Organisation.objects.filter(name_nl__startswith="Andere ").exists()


def test_a_load_that_showed_no_difference_makes_none(monkeypatch):
    from initiatives import versions  # noqa: PLC0415 – the command’s own

    shown = versions.preview

    def preview(folder):  # noqa: F811 – a folder
        changes = shown(folder)
        edit(Worksite.objects.get(code="1.4-02"), " (bewerkt)")
        return changes

    monkeypatch.setattr(versions, "preview", preview)
    with pytest.raises(CommandError, match="changed after you were shown"):
        call_command("load_content")
    assert Worksite.objects.get(code="1.4-02").title_nl.endswith(" (bewerkt)")


def test_a_note_is_corrected_as_it_was_shown(publisher, worksite, language):
    save(publisher, worksite, title_nl="Anders", note="Eerst")
    version = newest(worksite)
    address = reverse("admin:initiatives_revision_change", args=[version.pk])
    form = {"note": "Mijn woorden", "initial-note": "Eerst"}
    assert 'name="initial-note" value="Eerst"' in publisher.get(address).content.decode()
    assert publisher.post(address, form | {"note": "Andere woorden"}).status_code == 302
    page = publisher.post(address, form)
    assert page.status_code == 200 and "Andere woorden" in text(page)
    assert 'name="initial-note" value="Andere woorden"' in page.content.decode()
    assert newest(worksite).note == "Andere woorden"
    assert publisher.post(address, form | {"initial-note": "Andere woorden"}).status_code == 302
    assert newest(worksite).note == "Mijn woorden"


def test_a_form_and_a_change_in_a_shell_meet_as_two_editors(publisher, worksite):
    form = filled_in(publisher.get(reverse("admin:initiatives_worksite_change", args=[worksite.pk])))
    with content_change() as this:
        worksite.title_fr += " et plus"
        this.save(worksite)
    page = publisher.post(
        reverse("admin:initiatives_worksite_change", args=[worksite.pk]), form | {"title_nl": "Anders"}
    )
    assert page.status_code == 200
    assert save(publisher, worksite, title_nl="Anders").status_code == 302
