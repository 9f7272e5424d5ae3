"""What the database itself refuses, what editors are told, and how texts are stored."""

import pytest
from django.apps import apps
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, models, transaction
from django.db.models import F
from django.utils import translation

from initiatives.language import LANGUAGES, french_typography
from initiatives.models import (
    CONTENT,
    Measure,
    Objective,
    Office,
    OfficeHolder,
    Sector,
    Strategy,
    Worksite,
    WorksiteSector,
)
from initiatives.models.base import Page

from ..conftest import FIXTURES
from ..saving import bulk_create, put, update

pytestmark = pytest.mark.django_db
MODELS = list(apps.get_app_config("initiatives").get_models())
CONSTRAINTS = {each.name: (model, each) for model in MODELS for each in model._meta.constraints}
PLACE_OF_NO_OTHER = 777

# How to break the rules that are of one kind of record only: (which row, what to write into it).
BREACHES = {
    "objective_described_announces_worksites": [
        ({"is_reference": False}, {"announced_worksites": None}),
        ({"is_reference": False}, {"announced_worksites": 0}),
        ({"is_reference": True}, {"announced_worksites": 11}),
    ],
    "objective_one_in_full": [({"is_reference": True}, {"is_reference": False, "announced_worksites": 2})],
    "officeholder_end_after_start": [({}, {"end": "1999-01-01", "end_at_latest": None})],
    "officeholder_end_known_or_bounded": [
        ({}, {"end": None, "end_at_latest": "1999-01-01"}),
        ({}, {"end": "2023-06-18", "end_at_latest": "2023-06-18"}),
    ],
    "office_merged_is_withdrawn": [({"code": "minister-digital"}, {"merged_into_id": F("pk") - 1})],
    "office_merged_into_another": [
        ({"code": "minister-digital"}, {"merged_into_id": F("pk"), "publication": "withdrawn"})
    ],
    "revision_number_from_one": [({}, {"number": 0})],
    "sector_nace_in_both_revisions": [
        ({"nace_rev2__gt": ""}, {"nace_rev2": ""}),
        ({"nace_rev2": ""}, {"nace_rev2_1": "I"}),
    ],
    "strategy_legislature_ends_after_start": [({}, {"legislature_end": 1999})],
    "worksite_number_from_one": [({}, {"number": 0})],
}


def breaches(model, constraint):
    """Return (row, values) for each way to break the constraint behind the back of full_clean()."""
    if isinstance(constraint, models.UniqueConstraint) and constraint.name not in BREACHES:
        first, second = model.objects.all()[:2]
        if "position" not in constraint.fields and hasattr(model, "position"):
            update(model.objects.filter(pk=second.pk), position=PLACE_OF_NO_OTHER)
        return [(second.pk, {name: getattr(first, name) for name in constraint.fields})]
    if constraint.name.endswith("_public_in_both_languages"):
        names = [f"{name}_{language}" for name in model.required_texts for language in LANGUAGES]
        lacks = [(model.objects.first().pk, {name: value}) for name in names for value in ("", None)]
        for name in {*model.optional_texts, "provenance_note"}:
            row = model.objects.filter(**{f"{name}_nl__gt": ""}).first() or model.objects.first()
            both = {f"{name}_nl": "x", f"{name}_fr": "x"}
            lacks += [(row.pk, both | {f"{name}_{language}": ""}) for language in LANGUAGES]
        return lacks
    if constraint.name.endswith("_validated_by_someone"):
        pk = model.objects.first().pk
        signed = {
            "validated_by_fr": "A. Janssens",
            "validated_on_fr": "2026-01-01",
            "provenance_fr": "validated",
        }
        return [
            (pk, {"provenance_nl": "validated"}),
            (pk, signed | {"validated_by_fr": ""}),
            (pk, signed | {"validated_on_fr": None}),
        ]
    return [(model.objects.filter(**which).first().pk, values) for which, values in BREACHES[constraint.name]]


def says(error, model, constraint):
    """Return whether the database names this constraint; SQLite names only the columns of a unique one."""
    if connection.vendor == "sqlite" and isinstance(constraint, models.UniqueConstraint):
        fields = [model._meta.get_field(name).column for name in constraint.fields]
        return str(error).endswith(": " + ", ".join(f"{model._meta.db_table}.{name}" for name in fields))
    return constraint.name in str(error)


@pytest.mark.parametrize("name", CONSTRAINTS)
def test_it_holds_every_constraint_past_the_forms(name):
    model, constraint = CONSTRAINTS[name]
    found = breaches(model, constraint)
    assert found
    for pk, values in found:
        with pytest.raises(IntegrityError) as refused, transaction.atomic():
            update(model._base_manager.filter(pk=pk), **values)
        assert says(refused.value, model, constraint), (values, refused.value)


UNIQUE = [
    (model, each.name)
    for model in CONTENT
    for each in model._meta.fields
    if each.unique and each.name != "id"
]


@pytest.mark.parametrize(("model", "name"), UNIQUE, ids=lambda value: getattr(value, "__name__", value))
def test_it_holds_every_key_once(model, name):
    rows = list(model.objects.all()[:2])
    if len(rows) == 1:
        rows.append(
            model(**{each.name: getattr(rows[0], each.name) for each in model._meta.fields} | {"id": None})
        )
    with pytest.raises(IntegrityError), transaction.atomic():
        if rows[1].pk:
            update(model.objects.filter(pk=rows[1].pk), **{name: getattr(rows[0], name)})
        else:
            bulk_create(model, rows[1:])


def test_it_refuses_rows_made_in_bulk_as_well():
    first = WorksiteSector.objects.first()
    twin = WorksiteSector(worksite=first.worksite, sector=first.sector, position=PLACE_OF_NO_OTHER)
    with pytest.raises(IntegrityError), transaction.atomic():
        bulk_create(WorksiteSector, [twin])


def test_it_lets_drafts_be_half_done():
    objective = Objective.objects.main().get()
    draft = Sector(
        objective=objective, code="draft", position=99, name_nl="Alleen Nederlands", publication="draft"
    )
    draft.full_clean(exclude=draft.translated_fields())
    put(draft)
    assert not Sector.objects.published().filter(pk=draft.pk).exists()


# What editors are told --------------------------------------------------------------------------------


def faulty(model, which=None, **values):
    record = model.objects.filter(**(which or {})).first()
    for name, value in values.items():
        setattr(record, name, value)
    return record


# (the record, the field that the form shows the sentence at)
SENTENCES = {
    "a text is missing": (lambda: faulty(Sector, scope_fr=""), "scope_fr"),
    "half of an optional text": (lambda: faulty(Measure, heading_nl="Kop", heading_fr=""), "heading_fr"),
    "an address has changed": (lambda: faulty(Worksite, slug_nl="elders"), "slug_nl"),
    "an objective has another code": (lambda: faulty(Objective, code="9.9"), "code"),
    "withdrawn without a reason": (lambda: faulty(Office, publication="withdrawn"), "withdrawal_reason_nl"),
    "a code with capitals": (lambda: faulty(Sector, code="Horeca"), "code"),
    "the end before the start": (
        lambda: faulty(OfficeHolder, end=OfficeHolder.objects.first().start.replace(year=1999)),
        "__all__",
    ),
    "one revision of NACE": (lambda: faulty(Sector, {"nace_rev2__gt": ""}, nace_rev2=""), "__all__"),
    "worksite number zero": (lambda: faulty(Worksite, number=0), "__all__"),
    "no number announced": (
        lambda: faulty(Objective, {"is_reference": False}, announced_worksites=None),
        "__all__",
    ),
    "the legislature ends before it starts": (lambda: faulty(Strategy, legislature_end=1999), "__all__"),
    "validated by nobody": (lambda: faulty(Sector, provenance_fr="validated"), "__all__"),
}


def complaint(make, field, language):
    """Return what full_clean() says of one field of the record, in the editor's language."""
    with translation.override(language):
        with pytest.raises(ValidationError) as refused:
            make().full_clean()
        return " ".join(refused.value.message_dict[field])


@pytest.mark.parametrize("fault", SENTENCES)
def test_it_explains_each_fault_in_the_editor_s_language(fault):
    make, field = SENTENCES[fault]
    said = {language: complaint(make, field, language) for language in ("en", "nl", "fr")}
    assert len(set(said.values())) == 3, said
    assert all(sentence.endswith((".", "”", "»")) and "_" not in sentence for sentence in said.values()), said


@pytest.mark.parametrize("model", [model for model in CONTENT if issubclass(model, Page)])
def test_it_freezes_an_address_from_its_first_day_in_public(model):
    page = model.objects.first()
    fields = ["slug_nl", "slug_fr"] if "slug" in model.required_texts else ["code"]
    assert page.changed_addresses() == {}
    for field in fields:
        setattr(page, field, "9.9" if field == "code" else "another-address")
    assert list(page.changed_addresses()) == fields
    update(model.objects.filter(pk=page.pk), publication="withdrawn")
    assert list(page.changed_addresses()) == fields
    update(model.objects.filter(pk=page.pk), publication="draft")
    assert page.changed_addresses() == {}


# Order and keys ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("model", CONTENT)
def test_it_orders_every_kind_and_leaves_nothing_to_chance(model):
    assert model._meta.ordering
    places = list(model.objects.values_list(*model._meta.ordering))
    assert places
    assert len(set(places)) == len(places)


@pytest.mark.parametrize("model", CONTENT)
def test_it_finds_every_record_by_its_natural_key(model):
    for record in model.objects.all():
        assert model.objects.get_by_natural_key(*record.natural_key()) == record


# French typography ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("typed", "set_"),
    [
        ("Qui pilote quoi ?", "Qui pilote quoi\u202f?"),
        ("d'abord ; ensuite !", "d’abord\u202f; ensuite\u202f!"),
        ("la source : elle", "la source\u00a0: elle"),
        ("« oui »", "«\u00a0oui\u00a0»"),
        ("«oui»", "«\u00a0oui\u00a0»"),
        ("(vraiment ?) oui", "(vraiment\u202f?) oui"),
        ("« Pourquoi ? »", "«\u00a0Pourquoi\u202f?\u00a0»"),
        ("https://example.org/?q=a;b", "https://example.org/?q=a;b"),
        ("à 10:30", "à 10:30"),
    ],
)
def test_it_sets_french_as_printers_do(typed, set_):
    assert french_typography(typed) == set_
    assert french_typography(set_) == set_


def test_it_sets_french_on_save_and_leaves_dutch_alone():
    measure = Measure.objects.first()
    measure.text_fr = "  L'emploi : quoi ? "
    measure.text_nl = " Zo'n werf : wat ? "
    put(measure)
    measure.refresh_from_db()
    assert measure.text_fr == "L’emploi\u00a0: quoi\u202f?"
    assert measure.text_nl == "Zo'n werf : wat ?"


def test_it_stores_absent_texts_as_empty():
    measure = Measure.objects.first()
    measure.heading_nl = measure.heading_fr = None
    put(measure)
    measure.refresh_from_db()
    assert (measure.heading_nl, measure.heading_fr) == ("", "")


def test_the_fixtures_hold_to_french_typography():
    for model in CONTENT:
        for record in model.objects.all():
            for name in model.translated_fields():
                text = getattr(record, f"{name}_fr")
                assert french_typography(text) == text
                assert "'" not in text, (FIXTURES, record, name)
