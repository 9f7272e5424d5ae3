"""How records are named: for logs and messages by their natural key, for readers in their language."""

import pytest

from initiatives.models import CONTENT, Revision
from initiatives.models.naming import item_name, natural_key_text, part_name, record_key, technical_name

STEERING = {
    "model": "initiatives.steering",
    "fields": {"worksite": ["1.4-08"], "office": ["minister-work"], "position": 2},
}
PARTNERSHIP = {
    "model": "initiatives.partnership",
    "fields": {"objective": ["1.4"], "organisation": ["brupartners"], "role": "partner", "position": 1},
}
OF_A_FORMER_KIND = {"model": "initiatives.budget", "fields": {"code": "1.4-b1", "amount": 5}}


def test_a_record_that_was_serialized_is_named_by_its_natural_key():
    assert record_key(STEERING) == ("initiatives.steering", "1.4-08", "minister-work")
    assert technical_name(STEERING["model"], record_key(STEERING)[1:]) == "steering 1.4-08 minister-work"


def test_a_record_of_a_kind_that_there_is_no_more_is_named_by_its_code():
    assert record_key(OF_A_FORMER_KIND) == ("initiatives.budget", "1.4-b1")
    assert part_name(OF_A_FORMER_KIND) == "Initiatives.budget"


@pytest.mark.django_db
@pytest.mark.parametrize("model", CONTENT)
def test_a_record_has_the_same_name_in_the_database_and_serialized(model):
    label = model._meta.label_lower
    versions = Revision.objects.values_list("records", flat=True)
    serialized = {record_key(row) for records in versions for row in records if row["model"] == label}
    keys = [record.natural_key() for record in model.objects.all()]
    assert serialized == {(label, *map(str, key)) for key in keys} != set()
    assert technical_name(label, keys[0]) == f"{model._meta.model_name} {natural_key_text(keys[0])}"


def test_readers_know_a_part_by_what_it_is_and_its_place(language):
    assert part_name(PARTNERSHIP) == {"nl": "Partner 1", "fr": "Partenaire 1"}[language]


def test_readers_know_an_item_by_its_kind_its_number_and_its_title(language):
    fields = {"number": 2, "title_nl": "digitale economie", "title_fr": "économie numérique"}
    revision = Revision(
        kind="worksite", code="1.4-02", records=[{"model": "initiatives.worksite", "fields": fields}]
    )
    names = {"nl": "Werf 2: Digitale economie", "fr": "Chantier 2\u00a0: Économie numérique"}
    assert item_name(revision) == names[language]
    revision.kind = "budget"
    assert item_name(revision) == fields[f"title_{language}"]
