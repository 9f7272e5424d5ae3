"""The commands that load and write the content."""

import pytest
from django.core.management import CommandError, call_command

from initiatives.models import (
    CONTENT,
    LoadedRecord,
    OfficeHolder,
    Worksite,
)

from ..saving import update
from .conftest import GONE, change

pytestmark = pytest.mark.django_db


def test_the_command_loads_into_an_empty_database(empty, capsys):
    call_command("load_content", "--if-empty")
    assert " added, 0 changed, 0 removed." in capsys.readouterr().out
    assert Worksite.objects.count() == 11


def test_the_command_leaves_a_filled_database_as_it_is(capsys):
    update(Worksite.objects.filter(number=1), title_nl="Bewerkt")
    call_command("load_content", "--if-empty")
    assert "holds content already" in capsys.readouterr().out
    assert Worksite.objects.get(number=1).title_nl == "Bewerkt"


@pytest.fixture
def edited(db):
    """Return an office holder whom the fixtures name otherwise since they were last loaded."""
    holder = OfficeHolder.objects.first()
    update(OfficeHolder.objects.filter(pk=holder.pk), name="Iemand anders")
    brought = LoadedRecord.objects.get(kind="officeholder", key=" ".join(map(str, holder.natural_key())))
    brought.fields["name"] = "Iemand anders"
    brought.save()
    return holder


def test_the_command_shows_what_would_change_and_asks(edited, monkeypatch, capsys):
    questions = []
    monkeypatch.setattr("builtins.input", lambda question: questions.append(question) or "y")
    call_command("load_content")
    key = " ".join(map(str, edited.natural_key()))
    assert f"~ officeholder {key} (name)" in capsys.readouterr().out
    assert questions == ["Make these changes (0 added, 1 changed, 0 removed)? [y/N] "]
    assert OfficeHolder.objects.get(pk=edited.pk).name == edited.name


@pytest.mark.parametrize("answer", ["n", "", "what?"])
def test_the_command_changes_nothing_without_a_yes(edited, monkeypatch, answer):
    monkeypatch.setattr("builtins.input", lambda question: answer)
    with pytest.raises(CommandError, match="Nothing was changed"):
        call_command("load_content")
    assert OfficeHolder.objects.get(pk=edited.pk).name == "Iemand anders"


def test_the_command_says_what_to_do_where_nobody_can_answer(edited, monkeypatch):
    def nobody(question):
        raise EOFError

    monkeypatch.setattr("builtins.input", nobody)
    with pytest.raises(CommandError, match="Give --yes"):
        call_command("load_content")
    assert OfficeHolder.objects.get(pk=edited.pk).name == "Iemand anders"


def test_the_command_does_not_ask_with_yes_or_without_changes(edited, monkeypatch, capsys):
    monkeypatch.setattr("builtins.input", lambda question: pytest.fail("it asked"))
    call_command("load_content", "--yes")
    assert OfficeHolder.objects.get(pk=edited.pk).name == edited.name
    call_command("load_content")
    assert "0 added, 0 changed, 0 removed." in capsys.readouterr().out


@pytest.mark.parametrize("options", [[], ["--yes"]])
def test_the_command_refuses_a_broken_folder_in_a_sentence(folder, options):
    change("sector", scope_fr=GONE)(folder)
    with pytest.raises(
        CommandError, match=r"05_sector\.yaml, record .* field scope_fr: .*\nNothing was changed\."
    ):
        call_command("load_content", folder, *options)


def test_the_command_writes_the_content(tmp_path, capsys):
    call_command("dump_content", tmp_path / "new" / "folder")
    assert len(list((tmp_path / "new" / "folder").iterdir())) == len(CONTENT)
    assert f"Wrote {len(CONTENT)} files" in capsys.readouterr().out


def test_the_command_says_where_it_cannot_write(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(CommandError, match=r"file/folder cannot be written: "):
        call_command("dump_content", tmp_path / "file" / "folder")
