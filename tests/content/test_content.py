"""The content as files: what is loaded is what was written, and goes in as a whole."""

import pytest
from django.core import serializers

from initiatives import versions
from initiatives.content.compare import snapshot
from initiatives.content.files import ContentError, dump
from initiatives.content.load import is_empty
from initiatives.models import (
    CONTENT,
    Measure,
    Objective,
    Organisation,
    Sector,
    Worksite,
)

from ..conftest import FIXTURES
from ..saving import put, update
from .conftest import change, rewrite

pytestmark = pytest.mark.django_db


def dumped(folder):
    dump(folder)
    return {path.name: path.read_bytes() for path in sorted(folder.iterdir())}


FIXTURE_BYTES = {path.name: path.read_bytes() for path in sorted(FIXTURES.glob("*.yaml"))}


def test_it_writes_back_what_it_read_byte_for_byte(tmp_path):
    assert dumped(tmp_path / "dump") == FIXTURE_BYTES


def test_it_writes_back_byte_for_byte_from_an_empty_database(empty, tmp_path):
    changes = versions.load(FIXTURES)
    assert len(changes.added) == sum(model.objects.count() for model in CONTENT)
    assert dumped(tmp_path / "dump") == FIXTURE_BYTES


def test_it_changes_nothing_the_second_time():
    before = snapshot()
    keys = {model: set(model.objects.values_list("pk", flat=True)) for model in CONTENT}
    assert not versions.load(FIXTURES)
    assert snapshot() == before
    assert {model: set(model.objects.values_list("pk", flat=True)) for model in CONTENT} == keys


def test_django_reads_the_same_files(empty, tmp_path):
    for path in sorted(FIXTURES.glob("*.yaml")):
        for row in serializers.deserialize("yaml", path.read_text(encoding="utf-8")):
            row.save()
    assert dumped(tmp_path / "dump") == FIXTURE_BYTES
    assert not versions.load(FIXTURES)


def test_it_shows_what_would_change_and_changes_nothing(empty):
    changes = versions.preview(FIXTURES)
    assert changes.added
    assert is_empty()


def test_it_swaps_places_and_numbers(folder):
    change("sector", 0, position=2)(folder)
    change("sector", 1, position=1)(folder)
    change("worksite", 0, number=2)(folder)
    change("worksite", 1, number=1)(folder)
    changes = versions.load(folder)
    assert len(changes.changed) == 4
    assert not changes.added + changes.removed
    assert [worksite.code for worksite in Worksite.objects.all()[:2]] == ["1.4-02", "1.4-01"]


def test_it_removes_what_the_files_no_longer_have(folder):
    rewrite(folder, "measure", lambda rows: rows[1:])
    changes = versions.load(folder)
    assert changes.removed == ["measure 1.4-02-m1"]
    assert not Measure.objects.filter(code="1.4-02-m1").exists()


def test_the_address_of_a_removed_measure_says_what_was_there(client, folder):
    rewrite(folder, "measure", lambda rows: rows[1:])
    versions.load(folder)
    assert client.get("/id/measure/1.4-02-m1").status_code == 410


def test_it_takes_down_no_page_with_what_stands_above_it_unasked(client, folder):
    change("pillar", publication="draft")(folder)
    with pytest.raises(ContentError, match="readers would no longer see these pages"):
        versions.load(folder)
    assert client.get("/nl/werven/bouw/").status_code == 200
    versions.load(folder, is_even_so=True)
    assert client.get("/nl/werven/bouw/").status_code == 410


def test_it_refuses_a_second_objective_in_full(folder):
    before = snapshot()
    change("objective", 1, is_reference=False, announced_worksites=2)(folder)
    with pytest.raises(ContentError) as refused:
        versions.load(folder)
    assert any("one objective in full" in sentence for sentence in refused.value.sentences)
    assert snapshot() == before


def test_it_drops_a_draft_page_that_the_files_no_longer_have(folder):
    gone = Sector.objects.get(position=1).code
    update(Sector.objects.filter(code=gone), publication="draft")
    rewrite(folder, "sector", lambda rows: rows[1:])
    rewrite(folder, "worksitesector", lambda rows: [row for row in rows if row["fields"]["sector"] != [gone]])
    versions.load(folder)
    assert not Sector.objects.filter(code=gone).exists()


def test_it_loads_a_withdrawn_page_that_answers_with_its_reason(client, folder):
    reasons = {"nl": "Samengevoegd met een andere.", "fr": "Fusionnée avec une autre."}
    change(
        "organisation",
        publication="withdrawn",
        **{f"withdrawal_reason_{language}": reason for language, reason in reasons.items()},
    )(folder)
    versions.load(folder)
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
    put(holder)
    dump(tmp_path)
    versions.load(tmp_path)
    assert Sector.objects.get(pk=holder.pk).scope_fr == text
    assert "\u202f;" in (tmp_path / "05_sector.yaml").read_text(encoding="utf-8")


def test_it_holds_the_french_of_the_fixtures_to_its_own_typography():
    assert "\u202f" in FIXTURE_BYTES["04_objective.yaml"].decode()
    assert "'" not in Objective.objects.get(code="1.4").introduction_fr
