"""The content as files: what is loaded is what was written, and what is broken never gets in."""

import re
import shutil

import pytest
import yaml
from django.core.management import CommandError, call_command
from django.db import DEFAULT_DB_ALIAS

from initiatives.content import load as content
from initiatives.content.load import ContentError
from initiatives.models import (
    CONTENT,
    IndexEntry,
    Measure,
    Objective,
    OfficeHolder,
    Organisation,
    Sector,
    Worksite,
)

from ..conftest import FIXTURES

pytestmark = pytest.mark.django_db
GONE = object()  # in an edit: the field is not there


@pytest.fixture
def folder(tmp_path):
    """Give a copy of the fixtures, to break."""
    return shutil.copytree(FIXTURES, tmp_path / "fixtures")


@pytest.fixture
def empty(db):
    """Take all content out of the database, and the index of it, past all that would follow each deletion."""
    for model in (IndexEntry, *reversed(CONTENT)):
        model._base_manager.all()._raw_delete(DEFAULT_DB_ALIAS)


def rewrite(folder, kind, edit):
    """Let `edit` change the rows of the file of this kind."""
    [path] = folder.glob(f"*_{kind}.yaml")
    rows = yaml.safe_load(path.read_text(encoding="utf-8"))
    rows = edit(rows) or rows
    path.write_text(yaml.safe_dump(rows, allow_unicode=True, sort_keys=False), encoding="utf-8")


def change(kind, place=0, /, **fields):
    """Give an edit that changes fields of the record at this place in its file."""

    def edit(rows):
        rows[place]["fields"] |= fields
        for name in [name for name, value in fields.items() if value is GONE]:
            del rows[place]["fields"][name]

    return lambda folder: rewrite(folder, kind, edit)


def write(name, raw):
    """Give an edit that puts these bytes in the file of this name."""
    return lambda folder: (folder / name).write_bytes(raw)


def swap(pattern, replacement, name):
    """Give an edit that replaces text in the file of this name, once."""

    def edit(folder):
        path = folder / name
        text, count = re.subn(pattern, replacement, path.read_text(encoding="utf-8"), count=1)
        assert count == 1
        path.write_text(text, encoding="utf-8")

    return edit


def on_rows(kind, edit):
    return lambda folder: rewrite(folder, kind, edit)


def dumped(folder):
    content.dump(folder)
    return {path.name: path.read_bytes() for path in sorted(folder.iterdir())}


FIXTURE_BYTES = {path.name: path.read_bytes() for path in sorted(FIXTURES.glob("*.yaml"))}

# What is broken: (the edit, the place that each sentence names, a word that says what is wrong).
FAULTS = {
    "an unknown code": (
        change("steering", office=["minister-nobody"]),
        "13_steering.yaml, record 1.4-02 minister-nobody, field office: ",
        "minister-nobody",
    ),
    "a key with too many parts": (
        change("measure", worksite=["1.4-01", "1.4-02"]),
        "10_measure.yaml, record 1.4-02-m1, field worksite: ",
        "1.4-01 1.4-02",
    ),
    "a key within a key": (
        change("measure", worksite=[["1.4-01"]]),
        "10_measure.yaml, record 1.4-02-m1, field worksite: ",
        "1.4-01",
    ),
    "no key": (
        change("measure", worksite=GONE),
        "10_measure.yaml, record 1.4-02-m1, field worksite: ",
        "null",
    ),
    "an unknown pillar": (
        change("objective", pillar=["one"]),
        "04_objective.yaml, record 1.1, field pillar: ",
        "one",
    ),
    "a missing French text": (
        change("worksite", title_fr=GONE),
        "09_worksite.yaml, record 1.4-01, field title_fr: ",
        "French",
    ),
    "a missing Dutch text": (
        change("measure", text_nl=""),
        "10_measure.yaml, record 1.4-02-m1, field text_nl: ",
        "Dutch",
    ),
    "half of an optional text": (
        change("worksite", 3, remark_fr=GONE),
        "09_worksite.yaml, record 1.4-04, field remark_fr: ",
        "French",
    ),
    "a number that another has": (
        change("worksite", 1, number=1),
        "09_worksite.yaml, record 1.4-02, field number: ",
        "already exists",
    ),
    "a position that another has": (
        change("measure", 1, position=1),
        "10_measure.yaml, record 1.4-02-m2, field position: ",
        "already exists",
    ),
    "the same record twice": (
        on_rows("sector", lambda rows: [*rows, rows[0]]),
        "05_sector.yaml, record horeca: ",
        "twice",
    ),
    "more worksites announced than there are": (
        change("objective", 3, announced_worksites=12),
        "04_objective.yaml, record 1.4, field announced_worksites: ",
        "announces 12 worksites, but 09_worksite.yaml has 11",
    ),
    "a gap in the numbers": (
        change("worksite", 10, number=12),
        "04_objective.yaml, record 1.4, field announced_worksites: ",
        "10, 12",
    ),
    "a text that is too long": (
        change("sector", name_nl="x" * 151),
        "05_sector.yaml, record horeca, field name_nl: ",
        "at most 150",
    ),
    "an address with a space": (
        change("sector", slug_nl="vrije tijd"),
        "05_sector.yaml, record horeca, field slug_nl: ",
        "slug",
    ),
    "a code with capitals": (
        change("officeholder", office=["Minister-Work"]),
        "07_officeholder.yaml, record Minister-Work 2019-07-18, field office: ",
        "Minister-Work",
    ),
    "a day that does not exist": (
        swap("date: 2020-01-16", "date: 2020-02-30", "03_milestone.yaml"),
        "03_milestone.yaml, record 2020-02-30, field date: ",
        "2020-02-30",
    ),
    "a date in words": (
        change("officeholder", start="in juli"),
        "07_officeholder.yaml, record minister-president in juli, field start: ",
        "in juli",
    ),
    "an end before the start": (
        change("officeholder", end="2019-07-17"),
        "07_officeholder.yaml, record minister-president 2019-07-18: ",
        "The last day in office",
    ),
    "a choice that there is not": (
        change("office", kind="mayor"),
        "06_office.yaml, record minister-president, field kind: ",
        "mayor",
    ),
    "a field that there is not": (
        change("sector", colour="blue"),
        "05_sector.yaml, record horeca, field colour: ",
        "no such field",
    ),
    "a text without its language": (
        change("sector", name="Cultuur"),
        "05_sector.yaml, record horeca, field name: ",
        "no such field",
    ),
    "a field twice": (
        swap("    name_nl: Bouw\n", "    name_nl: Bouw\n    name_nl: Bouwen\n", "05_sector.yaml"),
        "05_sector.yaml: ",
        "name_nl",
    ),
    "a kind that there is not": (
        swap("initiatives.sector", "initiatives.budget", "05_sector.yaml"),
        "05_sector.yaml, record 1: ",
        "initiatives.budget",
    ),
    "a kind that is no content": (
        swap("initiatives.sector", "auth.user", "05_sector.yaml"),
        "05_sector.yaml, record 1: ",
        "auth.user",
    ),
    "a record without fields": (
        on_rows("sector", lambda rows: [{"model": "initiatives.sector"}]),
        "05_sector.yaml, record 1: ",
        "“fields”",
    ),
    "a record with a row number": (
        on_rows("sector", lambda rows: [rows[0] | {"pk": 1}]),
        "05_sector.yaml, record 1: ",
        "“fields”",
    ),
    "no list": (write("05_sector.yaml", b"model: initiatives.sector\n"), "05_sector.yaml: ", "list"),
    "an empty file": (write("05_sector.yaml", b""), "05_sector.yaml: ", "list"),
    "no YAML": (write("05_sector.yaml", b"- {model: [\n"), "05_sector.yaml: ", "not valid YAML"),
    "an unhashable key": (
        write("05_sector.yaml", b"- {[a]: {b: c}, ? {d: e} : f}\n"),
        "05_sector.yaml: ",
        "YAML",
    ),
    "no UTF-8": (write("05_sector.yaml", "- é".encode("latin-1")), "05_sector.yaml: ", "UTF-8"),
    "NUL in a text": (
        change("sector", scope_fr="avant\0après"),
        "05_sector.yaml, record horeca, field scope_fr: ",
        "NUL",
    ),
    "NUL in a key": (
        change("measure", worksite=["1.4\0-01"]),
        "10_measure.yaml, record 1.4-02-m1, field worksite: ",
        "NUL",
    ),
    "NUL in a code": (
        change("milestone", date="2020\0"),
        "03_milestone.yaml, record 2020\0, field date: ",
        "NUL",
    ),
    "a list for a text": (
        change("sector", scope_nl=["a", "b"]),
        "05_sector.yaml, record horeca, field scope_nl: ",
        "text",
    ),
    "a number for a text": (
        change("sector", name_nl=1.4),
        "05_sector.yaml, record horeca, field name_nl: ",
        "quotes",
    ),
    "yes for a text": (
        change("sector", name_nl=True),
        "05_sector.yaml, record horeca, field name_nl: ",
        "quotes",
    ),
    "a text for a number": (
        change("worksite", number="one"),
        "09_worksite.yaml, record 1.4-01, field number: ",
        "whole number",
    ),
    "half a number": (
        change("worksite", number=1.5),
        "09_worksite.yaml, record 1.4-01, field number: ",
        "whole number",
    ),
    "yes for a number": (
        change("worksite", number=True),
        "09_worksite.yaml, record 1.4-01, field number: ",
        "whole number",
    ),
    "a number below zero": (
        change("measure", position=-1),
        "10_measure.yaml, record 1.4-02-m1, field position: ",
        "9999",
    ),
    "a number beyond measure": (
        change("measure", position=40_000),
        "10_measure.yaml, record 1.4-02-m1, field position: ",
        "9999",
    ),
    "a word for yes or no": (
        change("worksite", is_announced_only="perhaps"),
        "09_worksite.yaml, record 1.4-01, field is_announced_only: ",
        "true or false",
    ),
    "a changed address": (
        change("sector", slug_fr="loisirs"),
        "05_sector.yaml, record horeca, field slug_fr: ",
        "stays as it is",
    ),
    "a withdrawal without a reason": (
        change("sector", publication="withdrawn", withdrawal_reason_nl="Samengevoegd."),
        "05_sector.yaml, record horeca, field withdrawal_reason_fr: ",
        "Say why",
    ),
}


def test_it_writes_back_what_it_read_byte_for_byte(tmp_path):
    assert dumped(tmp_path / "dump") == FIXTURE_BYTES


def test_it_writes_back_byte_for_byte_from_an_empty_database(empty, tmp_path):
    changes = content.load(FIXTURES)
    assert len(changes.added) == sum(model.objects.count() for model in CONTENT)
    assert dumped(tmp_path / "dump") == FIXTURE_BYTES


def test_it_changes_nothing_the_second_time():
    before = content.snapshot()
    keys = {model: set(model.objects.values_list("pk", flat=True)) for model in CONTENT}
    assert not content.load(FIXTURES)
    assert content.snapshot() == before
    assert {model: set(model.objects.values_list("pk", flat=True)) for model in CONTENT} == keys


def test_django_reads_the_same_files(empty, tmp_path):
    call_command("loaddata", *sorted(FIXTURES.glob("*.yaml")), verbosity=0)
    assert dumped(tmp_path / "dump") == FIXTURE_BYTES
    assert not content.load(FIXTURES)


def test_it_shows_what_would_change_and_changes_nothing(empty):
    changes = content.preview(FIXTURES)
    assert changes.added
    assert content.is_empty()


@pytest.mark.parametrize("fault", FAULTS)
def test_it_refuses_what_is_broken_with_file_record_and_field(folder, fault):
    edit, place, words = FAULTS[fault]
    before = content.snapshot()
    edit(folder)
    with pytest.raises(ContentError) as refused:
        content.load(folder)
    sentences = refused.value.sentences
    assert [sentence for sentence in sentences if not sentence.startswith(place)] == []
    assert any(words in sentence for sentence in sentences), sentences
    assert all(sentence.endswith((".", "!")) and "\n" not in sentence for sentence in sentences), sentences
    assert content.snapshot() == before


def test_it_refuses_ten_worksites_where_eleven_are_announced(empty, folder):
    rewrite(folder, "worksite", lambda rows: rows[:-1])
    with pytest.raises(ContentError, match=r"announces 11 worksites, but 09_worksite\.yaml has 10"):
        content.load(folder)
    assert content.is_empty()


def test_it_keeps_the_address_of_a_public_page_that_is_missing(folder):
    def last_one_out(kind):
        rewrite(folder, kind, lambda rows: [row for row in rows if "tourism" not in str(row["fields"])])

    last_one_out("sector")
    last_one_out("worksitesector")
    with pytest.raises(ContentError, match=r"record tourism: .*“publication: withdrawn” and a reason"):
        content.load(folder)
    assert Sector.objects.filter(code="tourism").exists()


def test_it_tells_every_problem_at_once(folder):
    change("sector", scope_fr=GONE)(folder)
    change("steering", office=["minister-nobody"])(folder)
    with pytest.raises(ContentError) as refused:
        content.load(folder)
    assert len(refused.value.sentences) == 2


def test_it_speaks_of_the_cause_and_not_of_what_follows_from_it(folder):
    change("strategy", publisher_fr=GONE)(folder)
    with pytest.raises(ContentError) as refused:
        content.load(folder)
    assert len(refused.value.sentences) == 1


@pytest.mark.parametrize(
    "make", [lambda path: None, lambda path: path.mkdir(), lambda path: path.write_text("")]
)
def test_it_refuses_a_folder_without_files(tmp_path, make):
    make(tmp_path / "nothing")
    with pytest.raises(ContentError, match=r"nothing: there is no"):
        content.load(tmp_path / "nothing")


def test_it_refuses_a_file_that_cannot_be_read(folder):
    (folder / "05_sector.yaml").unlink()
    (folder / "05_sector.yaml").mkdir()
    with pytest.raises(ContentError, match=r"05_sector\.yaml: it cannot be read"):
        content.load(folder)


def test_it_swaps_places_and_numbers(folder):
    change("sector", 0, position=2)(folder)
    change("sector", 1, position=1)(folder)
    change("worksite", 0, number=2)(folder)
    change("worksite", 1, number=1)(folder)
    changes = content.load(folder)
    assert len(changes.changed) == 4
    assert not changes.added + changes.removed
    assert [worksite.code for worksite in Worksite.objects.all()[:2]] == ["1.4-02", "1.4-01"]


def test_it_removes_what_the_files_no_longer_have(folder):
    rewrite(folder, "measure", lambda rows: rows[1:])
    changes = content.load(folder)
    assert changes.removed == ["measure 1.4-02-m1"]
    assert not Measure.objects.filter(code="1.4-02-m1").exists()


def test_it_drops_a_draft_page_that_the_files_no_longer_have(folder):
    gone = Sector.objects.get(position=1).code
    Sector.objects.filter(code=gone).update(publication="draft")
    rewrite(folder, "sector", lambda rows: rows[1:])
    rewrite(folder, "worksitesector", lambda rows: [row for row in rows if row["fields"]["sector"] != [gone]])
    content.load(folder)
    assert not Sector.objects.filter(code=gone).exists()


def test_it_loads_a_withdrawn_page_that_answers_with_its_reason(client, folder):
    reasons = {"nl": "Samengevoegd met een andere.", "fr": "Fusionnée avec une autre."}
    change(
        "organisation",
        publication="withdrawn",
        **{f"withdrawal_reason_{language}": reason for language, reason in reasons.items()},
    )(folder)
    content.load(folder)
    page = Organisation.objects.first()
    for language, reason in reasons.items():
        response = client.get(page.url_in(language))
        assert response.status_code == 410
        assert reason in response.content.decode()


def test_it_keeps_no_break_spaces(tmp_path):
    text = (
        "Avant\u00a0: «\u00a0oui\u00a0»\u202f; et\u202f? Voilà\u202f! "
        + "un mot " * 20
        + "fin\n\n# non\n- model: x"
    )
    holder = Sector.objects.first()
    holder.scope_fr = text
    holder.save()
    content.dump(tmp_path)
    content.load(tmp_path)
    assert Sector.objects.get(pk=holder.pk).scope_fr == text
    assert "\u202f;" in (tmp_path / "05_sector.yaml").read_text(encoding="utf-8")


def test_it_holds_the_french_of_the_fixtures_to_its_own_typography():
    assert "\u202f" in FIXTURE_BYTES["04_objective.yaml"].decode()
    assert "'" not in Objective.objects.get(code="1.4").introduction_fr


# The commands ----------------------------------------------------------------------------------------


def test_the_command_loads_into_an_empty_database(empty, capsys):
    call_command("load_content", "--if-empty")
    assert " added, 0 changed, 0 removed." in capsys.readouterr().out
    assert Worksite.objects.count() == 11


def test_the_command_leaves_a_filled_database_as_it_is(capsys):
    Worksite.objects.filter(number=1).update(title_nl="Bewerkt")
    call_command("load_content", "--if-empty")
    assert "holds content already" in capsys.readouterr().out
    assert Worksite.objects.get(number=1).title_nl == "Bewerkt"


@pytest.fixture
def edited(db):
    """Give an office holder whom the fixtures name otherwise."""
    holder = OfficeHolder.objects.first()
    OfficeHolder.objects.filter(pk=holder.pk).update(name="Iemand anders")
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
