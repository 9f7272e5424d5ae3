"""A load keeps to the rules for editors: on outdated texts, and on who stands for a validated one."""

import pytest

from initiatives import versions
from initiatives.content.files import ContentError
from initiatives.models import Sector

from .conftest import change

pytestmark = pytest.mark.django_db
VALIDATED = {"provenance_fr": "validated", "validated_by_fr": "Iemand", "validated_on_fr": "2026-01-05"}


def sector():
    return Sector.objects.order_by("position").first()


def test_a_text_that_changed_alone_leaves_its_twin_outdated_and_stays_so_when_loaded_again(folder):
    change("sector", scope_nl="Een andere tekst.")(folder)
    versions.load(folder)
    assert (sector().outdated_fr, sector().provenance_nl) == (["scope"], "source")
    assert not versions.load(folder), "the same files change nothing"
    assert sector().outdated_fr == ["scope"]
    change("sector", scope_fr="Un autre texte.")(folder)
    versions.load(folder)
    assert sector().outdated_fr == []


def test_a_file_may_say_itself_that_a_text_is_still_right(folder):
    change("sector", scope_nl="Een andere tekst.")(folder)
    versions.load(folder)
    change("sector", outdated_fr=[])(folder)
    versions.load(folder)
    assert sector().outdated_fr == []


def test_a_signature_is_not_carried_over_to_another_text(folder):
    change("sector", **VALIDATED)(folder)
    versions.load(folder)
    change("sector", scope_fr="Un autre texte.")(folder)
    with pytest.raises(ContentError, match="field validated_on_fr: the text was changed after"):
        versions.load(folder)
    assert sector().scope_fr != "Un autre texte."
    change("sector", validated_on_fr="2026-02-05")(folder)
    versions.load(folder)
    assert (sector().scope_fr, sector().provenance_fr) == ("Un autre texte.", "validated")
