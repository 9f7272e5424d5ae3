"""A small correction is a slip of the pen: it hides no other meaning from the list of changes."""

import pytest
from django.core.exceptions import ValidationError

from initiatives.models import Sector, Worksite
from initiatives.versions import change as content_change
from initiatives.versions.small import is_slip

from ..editing import NL, PUBLISHER, newest, save, sign_in, text
from .test_admin import errors

pytestmark = pytest.mark.django_db
WORDS = (
    "De administratie ondersteunt in 2021 twaalf bedrijven niet langer dan drie jaar en vraagt hun een plan "
    "voor opleiding op 3 maart"
)
SENTENCES = {"nl": "meer dan een kleine verbetering", "fr": "plus qu’une petite correction"}
VERSIONS = {"nl": "versies/", "fr": "versions/"}


@pytest.mark.parametrize(
    ("was", "now", "expected"),
    [
        ("administratie", "administrate", True),
        ("plan voor", "plan, voor", True),
        ("een plan", "plan", True),
        ("ondersteunt", "begeleidde", True),
        ("De administratie ondersteunt in", "Het Gewest begeleidt vanaf", False),
        ("2021", "2022", False),
        ("drie", "vier", False),
        ("3 maart", "3 april", False),
        ("niet langer", "langer", False),
        ("ondersteunt", "ondersteunt geen", False),
        (WORDS, "", False),
    ],
)
def test_a_slip_of_the_pen_is_told_from_another_meaning(was, now, expected):
    assert was in WORDS
    assert is_slip(WORDS, WORDS.replace(was, now, 1), "nl") is expected
    assert is_slip("Een titel", "Een andere titel", "nl")
    assert not is_slip("Il n’y a rien", "Il y a rien", "fr")


@pytest.mark.parametrize("role", [NL, PUBLISHER])
def test_the_form_refuses_more_and_says_which_field(role, worksite, language):
    before = newest(worksite)
    browser = sign_in(role, language)
    answer = save(browser, worksite, title_nl="Heel iets anders dan tevoren", is_small="on", note="Klein")
    assert answer.status_code == 200
    assert list(errors(answer)) == ["is_small"]
    assert SENTENCES[language] in text(answer)
    assert newest(worksite) == before
    assert save(browser, worksite, title_nl="Heel iets anders dan tevoren", note="Groot").status_code == 302
    assert not newest(worksite).is_small


def test_it_is_said_at_the_part_that_changes_too_much(publisher, worksite):
    answer = save(publisher, worksite, is_small="on", **{"measure_1-text_nl": "Helemaal anders."})
    assert answer.status_code == 200
    assert list(errors(answer)) == ["measure_set-1-__all__"]


def test_nothing_beside_the_texts_is_small(publisher, worksite):
    answer = save(publisher, worksite, provenance_fr="official", is_small="on")
    assert list(errors(answer)) == ["is_small"]
    sector = Sector.objects.first()
    assert list(errors(save(publisher, sector, nace_rev2="Z", is_small="on"))) == ["is_small"]


def test_whoever_changes_the_content_is_held_to_it(worksite):
    worksite.title_fr = "Tout autre chose que cela"
    with (
        pytest.raises(ValidationError, match="kleine verbetering"),
        content_change(is_small=True) as this,
    ):
        this.save(worksite)
    assert Worksite.objects.get(pk=worksite.pk).title_fr != worksite.title_fr


def test_readers_find_it_among_the_versions_and_publishers_on_their_first_page(
    publisher, client, worksite, language
):
    assert (
        save(
            publisher, worksite, title_nl=f"{worksite.title_nl}!", is_small="on", note="Een punt"
        ).status_code
        == 302
    )
    page = text(client.get(worksite.url_in(language) + VERSIONS[language]))
    assert {"nl": "Kleine verbetering", "fr": "Petite correction"}[language] in page
    assert client.get(f"{worksite.url_in(language)}{VERSIONS[language]}1-2/").status_code == 200
    first_page = publisher.get("/admin/").content.decode()
    assert "/admin/initiatives/revision/?is_small__exact=1" in first_page
    listed = text(publisher.get("/admin/initiatives/revision/?is_small__exact=1"))
    assert "Een punt" in listed
    assert "is_small__exact" not in sign_in(NL).get("/admin/").content.decode()
