"""Drafts and withdrawn records are nowhere to be seen, and one rule alone says so."""

import re

import pytest
from django.conf import settings
from django.urls import resolve

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
from initiatives.pages.render import ALWAYS_THERE

from ..saving import update

pytestmark = pytest.mark.django_db
HIDDEN = ("draft", "withdrawn")
LOOK = {"draft": "nl", "withdrawn": "fr"}  # each in one language is enough: the pages share their templates
MARK = re.compile(r"XQ-\w+-verborgen")

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


def mark(record, word, **values):
    """Put the mark with this word in the text that pages show of a record, past save(); return the mark."""
    model, mark = type(record), f"XQ-{word}-verborgen"
    texts = [TEXTS[model]] if model is OfficeHolder else [f"{TEXTS[model]}_nl", f"{TEXTS[model]}_fr"]
    update(model.objects.filter(pk=record.pk), **dict.fromkeys(texts, mark), **values)
    record.refresh_from_db()
    return mark


def apart():
    """Return `{word: record}` with one record of each kind, none of them a part of another.

    So each is shown or hidden for itself alone, and all can be looked for at once.
    """
    chosen = {}
    for model in sorted(TEXTS, key=lambda model: not issubclass(model, Page)):
        rows = model.objects.published()
        for name in model.public_parents:
            if (parent := chosen.get(model._meta.get_field(name).related_model)) is not None:
                rows = rows.exclude(**{name: parent})
        chosen[model] = rows.first()
    return {model._meta.model_name: record for model, record in chosen.items()}


def shown(client, language="nl"):
    """Return `{mark: [addresses]}` for all marks on the public pages of a language, and in the sitemap."""
    found = {}
    for path in ["/", "/sitemap.xml", *(paths[language] for paths in sitemap.public_paths())]:
        for each in set(MARK.findall(client.get(path).content.decode())):
            found.setdefault(each, []).append(path)
    return found


def test_it_knows_every_kind_of_record():
    assert {*(model._meta.model_name for model in TEXTS), *FRAME} == {
        model._meta.model_name for model in CONTENT
    }


def test_it_shows_what_is_public(client):
    records = apart()
    marks = {word: mark(record, word) for word, record in records.items()}
    assert shown(client).keys() == set(marks.values())
    # What is no page of its own is seen without these pages too: below, it is not hidden because of them.
    pages = {word for word, record in records.items() if isinstance(record, Page)}
    for word in pages:
        mark(records[word], word, publication="draft")
    assert shown(client).keys() == {marks[word] for word in marks.keys() - pages}


@pytest.mark.parametrize("publication", HIDDEN)
def test_it_hides_a_record_everywhere(client, publication):
    records = apart()
    for word, record in records.items():
        mark(record, word, publication=publication)
    assert shown(client, LOOK[publication]) == {}
    addresses = client.get("/sitemap.xml").content.decode()
    for page in (record for record in records.values() if isinstance(record, Page)):
        for language in ("nl", "fr"):
            assert page.url_in(language) not in addresses
            status = {"draft": 404, "withdrawn": 410}[publication]
            assert client.get(page.url_in(language)).status_code == status


PARENTS = [
    (model, parent)
    for model in TEXTS
    for parent in model.public_parents
    if parent not in ("objective", "strategy")
]


def test_it_hides_what_belongs_to_a_hidden_record(client):
    hidden = {
        "worksite": [Measure.objects.first().worksite, CrossReference.objects.first().worksite],
        "office": [ObjectiveOffice.objects.first().office],
        "organisation": [Partnership.objects.first().organisation],
    }
    marks = set()
    for model, parent in PARENTS:
        # One that this parent alone hides.
        rows = model.objects.published().filter(**{f"{parent}__in": hidden[parent]})
        for other in set(model.public_parents) & hidden.keys() - {parent}:
            rows = rows.exclude(**{f"{other}__in": hidden[other]})
        marks.add(mark(rows.first(), f"{model._meta.model_name}_{parent}"))
    assert len(marks) == len(PARENTS) > 5
    assert shown(client).keys() == marks
    for record in (record for records in hidden.values() for record in records):
        update(type(record).objects.filter(pk=record.pk), publication="draft")
    assert shown(client) == {}


@pytest.mark.parametrize("publication", HIDDEN)
def test_it_hides_a_reference_to_a_hidden_objective(client, publication):
    reference = CrossReference.objects.first()
    mark(reference, "crossreference")
    update(Objective.objects.filter(pk=reference.objective_id), publication=publication)
    assert shown(client, LOOK[publication]) == {}


@pytest.mark.parametrize("publication", HIDDEN)
def test_it_shows_nothing_without_the_objective(client, site, publication):
    objective = Objective.objects.main().get()
    update(Objective.objects.filter(pk=objective.pk), publication=publication)
    answers = {path: client.get(path).status_code for paths in site for path in paths.values()}
    always = {path for path in answers if resolve(path).url_name in ALWAYS_THERE}
    assert len(always) == 2 * len(ALWAYS_THERE)
    assert {answers[path] for path in always} == {200}
    assert {answers[path] for path in answers.keys() - always} <= {404, 410}
    assert all("1.4" not in path for paths in sitemap.public_paths() for path in paths.values())
    assert client.get("/").status_code == 200


@pytest.mark.parametrize("publication", HIDDEN)
def test_it_counts_only_what_is_public(client, publication):
    update(Worksite.objects.filter(number=1), publication=publication)
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
    update(WorksiteSector.objects.filter(pk=link.pk), publication=publication)
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
