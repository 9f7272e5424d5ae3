"""Drafts and withdrawn records are nowhere to be seen, and one rule alone says so."""

import re

import pytest
from django.conf import settings

from initiatives.models import (
    CONTENT,
    CrossReference,
    Measure,
    Milestone,
    Objective,
    ObjectiveOffice,
    Office,
    OfficeHolder,
    Organisation,
    Partnership,
    Sector,
    Steering,
    Term,
    Worksite,
    WorksiteSector,
)
from initiatives.models.base import Page
from initiatives.pages import sitemap

pytestmark = pytest.mark.django_db
HIDDEN = ("draft", "withdrawn")
LOOK = {"draft": "nl", "withdrawn": "fr"}  # each in one language is enough: the pages share their templates
MARK = "XQ-verborgen"

# Which text of each kind a page would show.
TEXTS = {
    CrossReference: "wording",
    Measure: "text",
    Milestone: "text",
    ObjectiveOffice: "wording",
    Office: "name",
    OfficeHolder: "name",
    Organisation: "name",
    Partnership: "wording",
    Sector: "name",
    Steering: "wording",
    Term: "name",
    Worksite: "title",
}
# Everything else stands or falls with the objective: without it there is no page at all.
FRAME = ("strategy", "pillar", "objective", "worksitesector")


def mark(model, which=None, **values):
    """Put the mark in the text that pages show of one record, past save(), and give the record."""
    record = model.objects.filter(**(which or {})).first()
    texts = [TEXTS[model]] if model is OfficeHolder else [f"{TEXTS[model]}_nl", f"{TEXTS[model]}_fr"]
    model.objects.filter(pk=record.pk).update(**dict.fromkeys(texts, MARK), **values)
    record.refresh_from_db()
    return record


def pages_with_the_mark(client, language="nl"):
    """Give every public address of this language, the sitemap included, that says something of the record."""
    paths = ["/", "/sitemap.xml", *(paths[language] for paths in sitemap.public_paths())]
    return [path for path in paths if MARK in client.get(path).content.decode()]


def test_it_knows_every_kind_of_record():
    assert {*(model._meta.model_name for model in TEXTS), *FRAME} == {
        model._meta.model_name for model in CONTENT
    }


@pytest.mark.parametrize("model", TEXTS)
def test_it_shows_what_is_public(client, model):
    mark(model)
    assert pages_with_the_mark(client)


@pytest.mark.parametrize("publication", HIDDEN)
@pytest.mark.parametrize("model", TEXTS)
def test_it_hides_a_record_everywhere(client, model, publication):
    record = mark(model, publication=publication)
    assert pages_with_the_mark(client, LOOK[publication]) == []
    if issubclass(model, Page):
        sitemap = client.get("/sitemap.xml").content.decode()
        for language in ("nl", "fr"):
            assert record.url_in(language) not in sitemap
            assert (
                client.get(record.url_in(language)).status_code
                == {"draft": 404, "withdrawn": 410}[publication]
            )


PARENTS = [
    (model, parent)
    for model in TEXTS
    for parent in model.public_parents
    if parent not in ("objective", "strategy")
]


@pytest.mark.parametrize(("model", "parent"), PARENTS, ids=lambda value: getattr(value, "__name__", value))
def test_it_hides_what_belongs_to_a_hidden_record(client, model, parent):
    record = getattr(mark(model), parent)
    type(record).objects.filter(pk=record.pk).update(publication="draft")
    assert pages_with_the_mark(client) == []


@pytest.mark.parametrize("publication", HIDDEN)
def test_it_hides_a_reference_to_a_hidden_objective(client, publication):
    reference = mark(CrossReference)
    Objective.objects.filter(pk=reference.objective_id).update(publication=publication)
    assert pages_with_the_mark(client, LOOK[publication]) == []


@pytest.mark.parametrize("publication", HIDDEN)
def test_it_shows_nothing_without_the_objective(client, site, publication):
    objective = Objective.objects.main().get()
    Objective.objects.filter(pk=objective.pk).update(publication=publication)
    answers = {client.get(path).status_code for paths in site for path in paths.values()}
    assert answers <= {404, 410}
    assert all("1.4" not in path for paths in sitemap.public_paths() for path in paths.values())
    assert client.get("/").status_code == 200


@pytest.mark.parametrize("publication", HIDDEN)
def test_it_counts_only_what_is_public(client, publication):
    Worksite.objects.filter(number=1).update(publication=publication)
    # How many the source lists is a fact of the source, and not what is public here.
    assert (
        "De bronpagina kondigt 11 beleidsinitiatieven aan en somt er 10 op."
        in client.get("/nl/werven/").content.decode()
    )
    assert len(client.get("/nl/werven/").context["worksites"]) == 10
    second = Worksite.objects.get(number=2)
    assert client.get(second.url_in("nl")).context["previous"] is None


@pytest.mark.parametrize("publication", HIDDEN)
def test_it_hides_a_link_between_worksite_and_sector(client, publication):
    link = WorksiteSector.objects.first()
    page, target = link.worksite.url_in("nl"), f'href="{link.sector.url_in("nl")}"'
    assert target in client.get(page).content.decode()
    WorksiteSector.objects.filter(pk=link.pk).update(publication=publication)
    assert target not in client.get(page).content.decode()
    assert f'href="{page}"' not in client.get(link.sector.url_in("nl")).content.decode()


def test_it_has_the_rule_in_one_place_only():
    """Models say what the field can hold, forms edit it; only querysets.py decides by it."""
    folder = settings.BASE_DIR / "initiatives"
    rule = re.compile(r"Publication\.PUBLIC|publication(__\w+)?=")
    # A kept version is text that no queryset can choose from, so diff.py reads it there.
    allowed = {
        "versions/diff.py",
        *(f"models/{path.name}" for path in (folder / "models").iterdir()),
    }
    found = {
        path.relative_to(folder).as_posix()
        for path in folder.rglob("*.py")
        if not {"migrations", "admin"} & set(path.parts) and rule.search(path.read_text(encoding="utf-8"))
    }
    assert found <= allowed
