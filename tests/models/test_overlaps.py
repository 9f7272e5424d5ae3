"""Which terms in one office overlap, and in which government each stands."""

from datetime import date
from itertools import permutations

import pytest
from django.core.management import call_command
from django.urls import reverse

from initiatives.models import Office, OfficeHolder, Strategy
from initiatives.models.overlaps import overlaps, public_overlaps

from ..editing import form_of, newest, text
from ..saving import create, update

pytestmark = pytest.mark.django_db
OFFICE = "minister-work"


def term(name, start, end=None, end_at_latest=None, office=1):
    days = [date.fromisoformat(day) if day else None for day in (start, end, end_at_latest)]
    fields = dict(zip(("start", "end", "end_at_latest"), days, strict=True))
    return OfficeHolder(office_id=office, name=name, **fields)


def pairs(*terms):
    found = [overlaps(each) for each in permutations(terms)]
    assert all(each == found[0] for each in found)
    return [(each.earlier.name, each.later.name) for each in found[0]]


def test_it_takes_an_open_term_before_another_for_an_overlap():
    assert pairs(term("a", "2019-07-18"), term("b", "2021-01-01")) == [("a", "b")]
    assert pairs(term("a", "2019-07-18"), term("b", "2021-01-01", "2022-01-01")) == [("a", "b")]


def test_it_takes_an_end_after_the_next_start_for_an_overlap_and_no_handover():
    assert pairs(term("a", "2019-07-18", "2021-01-02"), term("b", "2021-01-01")) == [("a", "b")]
    assert pairs(term("a", "2019-07-18", None, "2021-01-02"), term("b", "2021-01-01")) == [("a", "b")]
    assert not pairs(term("a", "2019-07-18", "2021-01-01"), term("b", "2021-01-01"))
    assert not pairs(term("a", "2019-07-18", None, "2021-01-01"), term("b", "2021-01-01"))
    assert not pairs(term("a", "2019-07-18", "2020-12-31"), term("b", "2021-01-01"))


def test_it_sees_past_the_next_term_and_only_within_an_office():
    terms = [term("a", "2019-07-18"), term("b", "2020-01-01", "2020-06-01"), term("c", "2021-01-01")]
    assert pairs(*terms) == [("a", "b"), ("a", "c")]
    assert not pairs(term("a", "2019-07-18"), term("b", "2021-01-01", office=2))


@pytest.fixture
def second():
    """Return a second holder of an office whose first is in it still."""
    update(OfficeHolder.objects.filter(office__code=OFFICE), end_at_latest=None)
    values = {"office": Office.objects.get(code=OFFICE), "start": "2021-03-01", "name": "Els Claes"}
    values |= {"source_nl": "De Standaard", "source_fr": "Le Soir", "provenance_nl": "portal"}
    return create(OfficeHolder, **values)


@pytest.mark.parametrize("state", ["draft", "withdrawn"])
def test_it_counts_what_readers_see_and_nothing_else(second, state):
    assert [(each.earlier.name, each.later.name) for each in public_overlaps()] == [
        ("Bernard Clerfayt", "Els Claes")
    ]
    update(OfficeHolder.objects.filter(pk=second.pk), publication=state)
    assert not public_overlaps()


def test_no_terms_of_today_overlap(db):
    assert not public_overlaps()


# Editors -----------------------------------------------------------------------------------------------

WARNINGS = {
    "nl": "Minister voor Werk: Bernard Clerfayt bekleedt het ambt vanaf 18 juli 2019 zonder einddatum, "
    "Els Claes al vanaf 1 maart 2021.",
    "fr": "Ministre de l’Emploi : Bernard Clerfayt exerce la fonction à partir du 18 juillet 2019 sans date "
    "de fin, Els Claes l’exerce déjà à partir du 1er mars 2021.",
}
WAITS = {
    "nl": "1 overlapping tussen ambtsdragers van eenzelfde ambt.",
    "fr": "1 chevauchement entre titulaires d’une même fonction.",
}


@pytest.mark.parametrize("kind", [Office, OfficeHolder])
def test_it_warns_of_an_overlap_where_it_is_saved(publisher, second, language, kind):
    record = second if kind is OfficeHolder else second.office
    address = reverse(f"admin:initiatives_{kind._meta.model_name}_change", args=[record.pk])
    data = form_of(publisher, record)
    name = "name" if kind is OfficeHolder else "name_nl"
    data[name] += " "
    page = publisher.post(address, data | {"note": "Gelezen"}, follow=True)
    assert WARNINGS[language] in text(page).replace("\xa0", " ")
    second.refresh_from_db()
    update(OfficeHolder.objects.filter(office=second.office).exclude(pk=second.pk), end=second.start)
    page = publisher.post(address, form_of(publisher, record) | {"note": "Gelezen"}, follow=True)
    assert "Els Claes al" not in text(page) and "Els Claes l’exerce" not in text(page)


def test_a_preview_leaves_no_warning_behind(publisher, second):
    address = reverse("admin:initiatives_officeholder_preview", args=[second.pk])
    publisher.post(address, form_of(publisher, second) | {"note": "Gelezen"})
    assert "Els Claes al vanaf" not in text(publisher.get("/admin/"))


def test_it_saves_the_holder_of_whom_it_warns(publisher, second):
    data = form_of(publisher, second) | {"name": "Els Claeys", "note": "Gelezen"}
    publisher.post(reverse("admin:initiatives_officeholder_change", args=[second.pk]), data)
    assert newest(second.office).records[-1]["fields"]["name"] == "Els Claeys"


def test_it_waits_on_the_first_page_of_publishers_as_long_as_it_stands(publisher, second, language):
    page = publisher.get("/admin/")
    assert WAITS[language] in text(page)
    assert reverse("admin:initiatives_office_change", args=[second.office_id]) in page.content.decode()
    update(OfficeHolder.objects.filter(pk=second.pk), publication="draft")
    assert WAITS[language] not in text(publisher.get("/admin/"))


def test_a_load_warns_of_an_overlap(tmp_path, second, capsys):
    call_command("dump_content", tmp_path / "content")
    call_command("load_content", tmp_path / "content", "--yes")
    warning = (
        "Warning: Minister voor Werk: Bernard Clerfayt holds it from 18 July 2019 with no end, Els Claes "
    )
    assert f"{warning}from 1 March 2021 already." in capsys.readouterr().err.replace("\xa0", " ")


# In which government -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("start", "is_of"),
    [("2018-12-31", False), ("2019-01-01", True), ("2026-02-13", True), ("2026-02-14", False)],
)
def test_a_term_is_of_the_government_in_which_it_began(start, is_of):
    holder, strategy = term("a", start), Strategy.objects.get()
    assert holder.is_of(strategy) == is_of
    strategy.new_government_on = None
    assert holder.is_of(strategy) == (start >= "2019")
