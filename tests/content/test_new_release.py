"""New content of a release never undoes what editors did since the last load."""

import pytest
from django.core.management import CommandError, call_command

from accounts.models import Entry
from initiatives import versions
from initiatives.content.compare import snapshot
from initiatives.content.files import ContentError, dump
from initiatives.models import LoadedRecord, Measure, Organisation, Revision, Sector

from ..editing import NAMES, PUBLISHER, sign_in
from ..saving import save
from .conftest import change, rewrite

pytestmark = pytest.mark.django_db
OTHER = "Een andere tekst van de bron."


def sector():
    return Sector.objects.order_by("position").first()


@pytest.fixture
def edited(db):
    """Return a sector whose scope an editor changed in both languages."""
    row = sector()
    row.scope_nl, row.scope_fr = "Van de redactie.", "De la rédaction."
    save(row, editor=sign_in(PUBLISHER).user)
    return row


def said(monkeypatch, *answers):
    """Answer the questions of the command; return them as they were asked."""
    questions, left = [], list(answers)

    def answer(question):
        questions.append(question)
        if not left:
            raise EOFError
        return left.pop(0)

    monkeypatch.setattr("builtins.input", answer)
    return questions


def brought():
    return {(row.kind, row.key): row.fields for row in LoadedRecord.objects.all()}


def test_an_edit_stays_and_what_is_new_in_the_files_comes(edited, folder, capsys):
    change("sector", 1, scope_nl=OTHER, scope_fr="Un autre texte.")(folder)
    call_command("load_content", folder, "--yes")
    out = capsys.readouterr().out
    assert sector().scope_nl == "Van de redactie."
    assert Sector.objects.order_by("position")[1].scope_nl == OTHER
    assert f"“{OTHER}” (loaded, " in out and f"= kept as it is here: sector {edited.code} (scope_nl) (" in out
    assert NAMES[PUBLISHER] in out
    entry = Entry.objects.filter(what="loaded").latest("pk")
    assert f"kept as it is here: sector {edited.code} (scope_nl)" in entry.detail


def test_a_conflict_is_refused_where_nobody_answers(edited, folder, monkeypatch):
    change("sector", scope_nl=OTHER)(folder)
    said(monkeypatch)
    before, kept = snapshot(), brought()
    with pytest.raises(CommandError, match=r"Give --ours .*Nothing was changed"):
        call_command("load_content", folder, "--yes")
    with pytest.raises(ContentError, match=rf"sector {edited.code} \(scope_nl"):
        versions.load(folder)
    assert (snapshot(), brought()) == (before, kept)


@pytest.mark.parametrize("answer", ["here", "files"])
def test_a_conflict_is_asked_about_with_whose_edit_it_is(edited, folder, monkeypatch, capsys, answer):
    old = edited.scope_nl
    text = {"here": old, "files": OTHER}[answer]
    change("sector", scope_nl=OTHER)(folder)
    questions = said(monkeypatch, "what?", answer, "y")
    call_command("load_content", folder)
    out = capsys.readouterr().out
    assert "Conflict 1 of 1" in out and f"here:      “{old}” ({NAMES[PUBLISHER]}, " in out
    assert f"files:     “{OTHER}”" in out and sector().scope_nl == text
    assert len(questions) == (2 if answer == "here" else 3)
    assert "settled as it is" in Entry.objects.filter(what="loaded").latest("pk").detail
    said(monkeypatch)
    call_command("load_content", folder)  # the same question is not asked again
    assert sector().scope_nl == text


@pytest.mark.parametrize(("option", "text"), [("--ours", "Van de redactie."), ("--theirs", OTHER)])
def test_an_option_settles_all_conflicts_and_they_do_not_come_back(edited, folder, monkeypatch, option, text):
    change("sector", scope_nl=OTHER)(folder)
    said(monkeypatch)
    call_command("load_content", folder, "--yes", option)
    assert sector().scope_nl == text
    assert not versions.load(folder)
    change("sector", scope_nl="Weer een andere.")(folder)
    if option == "--ours":
        assert list(versions.conflicts(folder)) == [
            f"sector {edited.code} (scope_nl, provenance_nl)"
        ] or list(versions.conflicts(folder)) == [f"sector {edited.code} (scope_nl)"]
    else:
        versions.load(folder)
        assert sector().scope_nl == "Weer een andere."


def test_a_text_taken_beside_an_edited_twin_stays_outdated(folder):
    row = sector()
    row.scope_nl = "Van de redactie."
    save(row, editor=sign_in(PUBLISHER).user)
    assert sector().outdated_fr == ["scope"]
    change("sector", scope_fr="Un autre texte.")(folder)
    versions.load(folder)
    found = sector()
    assert (found.scope_nl, found.scope_fr) == ("Van de redactie.", "Un autre texte.")
    assert (found.outdated_fr, found.outdated_nl) == (["scope"], [])
    assert not versions.load(folder)


def test_a_base_is_taken_from_the_history_where_none_was_kept(edited, folder):
    kept = brought()
    LoadedRecord.objects.all().delete()
    change("sector", 1, scope_nl=OTHER, scope_fr="Un autre texte.")(folder)
    versions.load(folder)
    assert sector().scope_nl == "Van de redactie."
    assert Sector.objects.order_by("position")[1].scope_nl == OTHER
    assert brought().keys() == kept.keys()


def test_without_a_history_every_difference_is_asked_about(edited, folder):
    LoadedRecord.objects.all().delete()
    Revision.objects.all().delete()
    with pytest.raises(ContentError, match=f"sector {edited.code}"):
        versions.load(folder)
    versions.load(folder, settlement=versions.Settlement(versions.Side.HERE))
    assert not versions.load(folder)
    assert sector().scope_nl == "Van de redactie."


def test_a_load_that_fails_keeps_nothing_of_what_it_brought(folder):
    before, kept = snapshot(), brought()
    change("sector", 0, scope_nl=OTHER, scope_fr="Un autre texte.")(folder)
    change("worksite", 1, number=1)(folder)
    with pytest.raises(ContentError):
        versions.load(folder)
    assert (snapshot(), brought()) == (before, kept)


def test_a_dump_that_is_loaded_changes_nothing(edited, tmp_path):
    before = snapshot()
    dump(tmp_path)
    assert not versions.load(tmp_path)
    assert snapshot() == before


def test_a_withdrawn_page_comes_back_by_its_name_only(folder, client, capsys):
    page = Organisation.objects.first()
    page.publication = "withdrawn"
    page.withdrawal_reason_nl, page.withdrawal_reason_fr = "Weg.", "Fini."
    save(page)
    change("organisation", publication="public")(folder)
    call_command("load_content", folder, "--yes", "--theirs")
    assert (
        f"stays withdrawn, though it is public in the files: organisation {page.code}"
        in capsys.readouterr().out
    )
    assert client.get(page.url_in("nl")).status_code == 410
    with pytest.raises(CommandError, match="was not withdrawn here"):
        call_command("load_content", folder, "--yes", "--publish", "organisation nobody")
    call_command("load_content", folder, "--yes", "--publish", f"organisation {page.code}")
    assert client.get(page.url_in("nl")).status_code == 200


def test_a_measure_that_was_edited_is_not_taken_away_unasked(folder):
    measure = Measure.objects.get(code="1.4-02-m1")
    measure.text_fr += " (bis)"
    save(measure)
    rewrite(folder, "measure", lambda rows: rows[1:])
    with pytest.raises(ContentError, match=r"measure 1\.4-02-m1"):
        versions.load(folder)
    versions.load(folder, settlement=versions.Settlement(versions.Side.FILES))
    assert not Measure.objects.filter(code=measure.code).exists()
