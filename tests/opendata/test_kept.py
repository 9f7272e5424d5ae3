"""Files of the data are made once for an edition: no reader gets one of an older, and none makes it twice."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from initiatives.models import (
    Measure,
    Milestone,
    Objective,
    Office,
    Organisation,
    Sector,
    Steering,
    Strategy,
    Term,
    Worksite,
)
from initiatives.opendata.dcat import catalogue
from initiatives.opendata.documents import DATASETS, current_edition
from initiatives.opendata.kept import shelf
from initiatives.opendata.package import archive, download

from ..saving import save
from .test_opendata import SEMICOLONS, SHEETS, XLSX, ZIP

pytestmark = pytest.mark.django_db

FILES = [ZIP, XLSX, "/data/datapackage.json", "/data/catalogue.jsonld", SHEETS[1], SEMICOLONS[1]]
# A text of each kind of record that the data have.
TEXTS = [
    (Strategy, "name"),
    (Objective, "title_nl"),
    (Milestone, "text_nl"),
    (Worksite, "title_fr"),
    (Measure, "text_nl"),
    (Sector, "name_fr"),
    (Office, "name_nl"),
    (Organisation, "description_fr"),
    (Steering, "wording_nl"),
    (Term, "definition_fr"),
]


@pytest.mark.parametrize("path", FILES)
def test_it_is_made_once(client, path):
    first = client.get(path)
    with CaptureQueriesContext(connection) as queries:
        again = client.get(path)
    assert (again.content, again["ETag"]) == (first.content, first["ETag"])
    assert len(queries) <= 5, "which edition there is, and nothing of what is in it"


@pytest.mark.parametrize("path", FILES)
def test_after_a_change_it_is_another(client, path):
    before = client.get(path)
    term, measure = Term.objects.first(), Measure.objects.first()
    term.definition_nl = measure.text_nl = "Anders dan het was."
    save(term)
    save(measure)
    kept = client.get(path)
    shelf.cache_clear()
    assert kept.content == client.get(path).content
    assert kept.content != before.content


@pytest.mark.parametrize(("model", "name"), TEXTS, ids=[model.__name__ for model, _name in TEXTS])
def test_whatever_changes_the_data_raises_the_number(model, name):
    """Else what was kept of the content as it was would go on being sent."""

    def as_it_is():
        shelf.cache_clear()
        edition = current_edition()
        return [download(edition, each).items for each in DATASETS]

    before, number = as_it_is(), current_edition().content
    record = Objective.objects.get(code="1.4") if model is Objective else model.objects.published().first()
    setattr(record, name, "Helemaal anders")
    save(record)
    assert as_it_is() != before
    assert current_edition().content > number


def test_what_nobody_sees_lets_it_stand(client):
    first = current_edition()
    worksite = Worksite.objects.get(number=8)
    worksite.publication = Worksite.Publication.DRAFT
    save(worksite, takes_down=True)
    hidden = current_edition()
    kept = archive(hidden)
    worksite.title_nl = "Nog niet voor iedereen"
    save(worksite)
    assert first != hidden == current_edition()
    assert archive(current_edition()) is kept


def test_nothing_of_an_older_edition_is_kept():
    old = current_edition()
    download(old, "terms")
    term = Term.objects.first()
    term.definition_nl = "Anders dan het was."
    save(term)
    new = current_edition()
    catalogue(new)
    assert shelf.cache_info().currsize == 1
    assert download(new, "terms").items != download(old, "measures").items
    assert old != new


def test_a_slow_reader_of_the_old_leaves_nothing_wrong_behind():
    """Who read the number before a change and the content after it keeps that for nobody who comes later."""
    old = current_edition()
    term = Term.objects.first()
    term.definition_nl = "Anders dan het was."
    save(term)
    download(old, "terms")
    term.definition_nl = "En nog eens anders."
    save(term)
    found = [item for item in download(current_edition(), "terms").items if item["code"] == term.code]
    assert found[0]["definition"]["nl"] == term.definition_nl


@pytest.mark.parametrize("path", FILES)
def test_it_is_the_same_whoever_asks_first(client, path):
    answers = set()
    for language in ("nl", "fr"):
        shelf.cache_clear()
        answers.add(client.get(path, headers={"accept-language": language}).content)
    assert len(answers) == 1
