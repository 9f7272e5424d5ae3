"""What is broken in the files never gets in: each fault is told with its file, record and field."""

import pytest

from initiatives import versions
from initiatives.content.compare import snapshot
from initiatives.content.files import ContentError
from initiatives.content.load import is_empty
from initiatives.models import (
    Sector,
)

from .conftest import GONE, change, on_rows, rewrite, swap, write

pytestmark = [pytest.mark.django_db, pytest.mark.slow]


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
    "a mark of no text": (
        change("sector", outdated_fr=["scope", "na\u202eme\v"]),
        "05_sector.yaml, record horeca, field outdated_fr: ",
        r"'na\u202eme\x0b'",
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
        "2147483647",
    ),
    "a number beyond measure": (
        change("measure", position=2**31),
        "10_measure.yaml, record 1.4-02-m1, field position: ",
        "2147483647",
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


@pytest.mark.parametrize("fault", FAULTS)
def test_it_refuses_what_is_broken_with_file_record_and_field(folder, fault):
    edit, place, words = FAULTS[fault]
    before = snapshot()
    edit(folder)
    with pytest.raises(ContentError) as refused:
        versions.load(folder)
    sentences = refused.value.sentences
    assert [sentence for sentence in sentences if not sentence.startswith(place)] == []
    assert any(words in sentence for sentence in sentences), sentences
    assert all(sentence.endswith((".", "!")) and "\n" not in sentence for sentence in sentences), sentences
    assert snapshot() == before


def test_it_refuses_ten_worksites_where_eleven_are_announced(empty, folder):
    rewrite(folder, "worksite", lambda rows: rows[:-1])
    with pytest.raises(ContentError, match=r"announces 11 worksites, but 09_worksite\.yaml has 10"):
        versions.load(folder)
    assert is_empty()


def test_it_keeps_the_address_of_a_public_page_that_is_missing(folder):
    def last_one_out(kind):
        rewrite(folder, kind, lambda rows: [row for row in rows if "tourism" not in str(row["fields"])])

    last_one_out("sector")
    last_one_out("worksitesector")
    with pytest.raises(ContentError, match=r"record tourism: .*“publication: withdrawn” and a reason"):
        versions.load(folder)
    assert Sector.objects.filter(code="tourism").exists()


def test_it_tells_every_problem_at_once(folder):
    change("sector", scope_fr=GONE)(folder)
    change("steering", office=["minister-nobody"])(folder)
    with pytest.raises(ContentError) as refused:
        versions.load(folder)
    assert len(refused.value.sentences) == 2


def test_it_speaks_of_the_cause_and_not_of_what_follows_from_it(folder):
    change("strategy", publisher_fr=GONE)(folder)
    with pytest.raises(ContentError) as refused:
        versions.load(folder)
    assert len(refused.value.sentences) == 1


@pytest.mark.parametrize(
    "make", [lambda path: None, lambda path: path.mkdir(), lambda path: path.write_text("")]
)
def test_it_refuses_a_folder_without_files(tmp_path, make):
    make(tmp_path / "nothing")
    with pytest.raises(ContentError, match=r"nothing: there is no"):
        versions.load(tmp_path / "nothing")


def test_it_refuses_a_file_that_cannot_be_read(folder):
    (folder / "05_sector.yaml").unlink()
    (folder / "05_sector.yaml").mkdir()
    with pytest.raises(ContentError, match=r"05_sector\.yaml: it cannot be read"):
        versions.load(folder)
