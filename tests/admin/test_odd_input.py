"""Odd input: what people paste and mistype is taken as they mean it, or refused with a sentence."""

import re

import pytest
from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.urls import reverse

from initiatives.content.files import dump
from initiatives.models import CONTENT, Measure, Objective, Revision, Sector, Worksite
from initiatives.models.fields import CODE, slug_from
from initiatives.versions import load

from ..editing import form_of, save
from ..models.test_texts import AS_LIST, FROM_WORD, PLAIN
from ..models.test_texts import UNSEEN as ALL_UNSEEN
from ..saving import create, put
from .test_admin import add, change, errors, filled_in

pytestmark = pytest.mark.django_db
UNSEEN = ALL_UNSEEN.replace("\ud800\udfff", "")  # which no browser sends
POSITIONS = (40000, 30000, 0, 1, 2147483647)
SLUGS = [
    ("L’économie de l’énergie", "l-economie-de-l-energie"),
    ("L'économie de l'énergie", "l-economie-de-l-energie"),
    ("Zko’s en kmo’s: steun", "zko-s-en-kmo-s-steun"),
    ("Cafés & brasseries d’Ixelles", "cafes-brasseries-d-ixelles"),
    ("  Œuvres – « d’art » (1/2) ", "oeuvres-d-art-1-2"),
    ("ÉCOLE", "ecole"),
    ("…", ""),
    ("woord " * 30, "-".join(["woord"] * 16)),
    ("x" * 130, "x" * 100),
]


def changelist(model):
    return reverse(f"admin:initiatives_{model._meta.model_name}_changelist")


# Signs that nobody sees ------------------------------------------------------------------------------


def test_it_takes_what_was_pasted_from_word(publisher, worksite):
    odd = {
        "title_nl": f"Een\vtitel{UNSEEN}",
        "measure_0-text_nl": FROM_WORD,
        "measure_0-heading_nl": "Een\x85kop",
    }
    odd |= {"measure_0-heading_fr": "\x1fUn\x0btitre", "note": FROM_WORD}
    assert save(publisher, worksite, **odd).status_code == 302
    worksite.refresh_from_db()
    measure = worksite.measure_set.first()
    version = Revision.objects.of(worksite).first()
    assert (worksite.title_nl, measure.heading_nl, measure.heading_fr) == ("Een titel", "Een kop", "Un titre")
    assert measure.text_nl == version.note == PLAIN


def test_it_counts_a_note_without_what_nobody_sees(publisher, worksite):
    assert save(publisher, worksite, title_nl="Anders", note="n" * 300 + UNSEEN).status_code == 302
    assert Revision.objects.of(worksite).first().note == "n" * 300


def test_it_takes_them_out_of_the_reason_of_a_deletion_and_of_a_withdrawal(publisher):
    measure = Measure.objects.last()
    address = reverse("admin:initiatives_measure_delete", args=[measure.pk])
    publisher.post(address, {"post": "yes", "note": "Samen\vgevoegd\x1f\0"})
    assert Revision.objects.of(measure.worksite).first().note == "Samen gevoegd"
    sector = Sector.objects.last()
    reasons = {"withdrawal_reason_nl": f"Weg{UNSEEN}\vermee", "withdrawal_reason_fr": "Fini\a"}
    assert save(publisher, sector, publication="withdrawn", **reasons).status_code == 302
    sector.refresh_from_db()
    assert (sector.withdrawal_reason_nl, sector.withdrawal_reason_fr) == ("Weg\nermee", "Fini")


def test_it_takes_them_out_of_the_names_of_accounts(client):
    client.force_login(User.objects.create(username="beheer", is_staff=True, is_superuser=True))
    user = User.objects.create(username="jan")
    address = reverse("admin:auth_user_change", args=[user.pk])
    data = form_values(client.get(address)) | {"first_name": f"Ja{UNSEEN}n\v", "last_name": "van\vGent"}
    assert client.post(address, data).status_code == 302
    user.refresh_from_db()
    assert user.get_full_name() == "Jan van Gent"


def form_values(page):
    bound = page.context["adminform"].form
    values = {each.html_name: each.value() for each in bound if each.value() not in (None, False)}
    dates = {f"{name}_{i}": "" for name in ("last_login", "date_joined") for i in (0, 1)}
    return dates | {"date_joined_0": "01/01/2024", "date_joined_1": "00:00:00"} | values


# Places ----------------------------------------------------------------------------------------------


@pytest.fixture
def five(worksite):
    """Return five measures of one worksite."""
    for number in range(worksite.measure_set.count(), 5):
        create(
            Measure,
            worksite=worksite,
            code=f"1.4-02-x{number}",
            position=number + 1,
            text_nl="Een.",
            text_fr="Un.",
        )
    return list(worksite.measure_set.all()[:5])


def test_it_takes_every_place_that_the_database_holds_in_a_form(publisher, worksite, five, tmp_path):
    places = {f"measure_{i}-position": place for i, place in enumerate(POSITIONS)}
    assert save(publisher, worksite, **places).status_code == 302
    assert in_order(worksite) == [five[i].pk for i in (2, 3, 1, 0, 4)]
    dump(tmp_path)
    assert not load(tmp_path)
    turned = {f"measure_{i}-position": place for i, place in enumerate(sorted(POSITIONS, reverse=True))}
    assert save(publisher, worksite, **turned).status_code == 302
    assert sorted(worksite.measure_set.values_list("position", flat=True)) == sorted(POSITIONS)


def in_order(worksite):
    return list(worksite.measure_set.order_by("position").values_list("pk", flat=True))


def test_it_takes_every_place_in_a_list(publisher, tmp_path):
    page = publisher.get(changelist(Sector))
    formset = page.context["cl"].formset
    data = {f"form-{name}": value for name, value in formset.management_form.initial.items()}
    for form in formset.forms:
        for bound in form:
            data[bound.html_name] = data[bound.html_initial_name] = bound.value()
    codes = [form.instance.code for form in formset.forms]
    chosen = data | {f"form-{i}-position": place for i, place in enumerate(POSITIONS)} | {"_save": "1"}
    chosen |= {f"form-{i}-position": 100 + i for i in range(len(POSITIONS), len(codes))}
    assert publisher.post(changelist(Sector), chosen).status_code == 302
    expected = [codes[i] for i in (2, 3, *range(5, len(codes)), 1, 0, 4)]
    assert list(Sector.objects.order_by("position").values_list("code", flat=True)) == expected
    dump(tmp_path)
    assert not load(tmp_path)


def test_it_swaps_the_first_and_the_last_place(publisher, worksite, five):
    save(publisher, worksite, **{"measure_0-position": 0, "measure_4-position": 2147483647})
    first, last = in_order(worksite)[0], in_order(worksite)[-1]
    places = [form.instance.pk for form in measures_of(publisher.get(change(worksite)))]
    swap = {
        f"measure_{places.index(first)}-position": 2147483647,
        f"measure_{places.index(last)}-position": 0,
    }
    assert save(publisher, worksite, **swap).status_code == 302
    assert (in_order(worksite)[0], in_order(worksite)[-1]) == (last, first)


def measures_of(page):
    [found] = [
        each.formset for each in page.context["inline_admin_formsets"] if each.formset.model is Measure
    ]
    return found.initial_forms


@pytest.mark.parametrize("place", ["2147483648", "-1", "9" * 30, "1" * 10_000, "1.5", "één", "1e3", "\0"])
def test_it_refuses_what_is_no_place_at_its_field(publisher, worksite, language, place):
    page = save(publisher, worksite, **{"measure_0-position": place})
    assert page.status_code == 200
    assert list(errors(page)) == ["measure_set-0-position"]


def test_it_says_that_nothing_comes_after_the_last_place(publisher, worksite):
    count = worksite.measure_set.count()
    data = form_of(publisher, worksite) | {f"measure_set-{count}-{name}": "" for name in ("heading_nl",)}
    data |= {"measure_set-TOTAL_FORMS": count + 1, "measure_set-0-position": 2147483647}
    data |= {f"measure_set-{count}-code": "1.4-02-m99", f"measure_set-{count}-text_nl": "Nieuw."}
    data |= {
        f"measure_set-{count}-{name}": value
        for name, value in (
            ("publication", "draft"),
            ("provenance_nl", "portal"),
            ("provenance_fr", "portal"),
        )
    }
    page = publisher.post(change(worksite), data)
    assert list(errors(page)) == [f"measure_set-{count}-position"]


@pytest.mark.parametrize(
    ("model", "field", "value"),
    [
        ("strategy", "legislature_start", 99999),
        ("strategy", "legislature_end", 0),
        ("strategy", "objective_count", 40000),
        ("pillar", "number", 2**31),
        ("objective", "announced_worksites", 10**20),
        ("worksite", "number", 40000),
    ],
)
def test_it_refuses_a_number_that_one_of_the_databases_does_not_hold(publisher, model, field, value):
    record = {each._meta.model_name: each for each in (Worksite, Objective)}.get(model)
    record = record or Objective._meta.get_field(model).related_model
    row = record.objects.first()
    page = publisher.post(change(row), form_of(publisher, row) | {field: value})
    assert page.status_code == 200 and list(errors(page)) == [field]


@pytest.mark.parametrize("number", [0, 2**31, 2**63, 10**30])
def test_it_has_no_version_of_such_a_number(client, worksite, number, language):
    page = worksite.get_absolute_url() + {"nl": "versies/", "fr": "versions/"}[language]
    for path in (f"{page}{number}/", f"{page}1-{number}/", f"/id/worksite/1.4-02/{number}"):
        assert client.get(path).status_code == 404


# Codes and addresses ---------------------------------------------------------------------------------


@pytest.mark.parametrize("code", ["1.4-bis", "2", "a.b-c.d", "1.4.json", "x" * 60])
def test_it_has_an_address_for_every_code(client, language, code):
    objective = Objective.objects.get(code="1.4")
    objective.code = code
    objective.clean_fields(exclude=objective.translated_fields())
    put(objective)
    page = objective.url_in(language)
    assert client.get(page).status_code == 200
    assert client.get(f"{page[:-1]}.json").status_code == 200
    answer = client.get(objective.permalink, headers={"Accept-Language": language})
    assert (answer.status_code, answer.url) == (303, page)
    assert client.get(f"/picture/objective/{code}.{language}.png").status_code == 200


@pytest.mark.parametrize("code", ["A", "1..4", "-1", "1-", "é", "1 4", "1_4", "1/4", ""])
def test_it_refuses_a_code_that_has_no_address(publisher, code):
    data = filled_in(publisher.get(add(Objective))) | {"code": code}
    page = publisher.post(add(Objective), data)
    assert page.status_code == 200
    assert "code" in errors(page)
    with pytest.raises(ValidationError):
        CODE(f"{code}\n")


# Slugs -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("title", "slug"), SLUGS)
def test_it_proposes_an_address_with_hyphens_where_words_part(title, slug):
    assert slug_from(title) == slug


def test_it_proposes_an_address_where_none_was_given(publisher):
    data = filled_in(publisher.get(add(Worksite))) | {"code": "1.4-12", "number": 12}
    data |= {"objective": Objective.objects.get(code="1.4").pk}
    data |= {"title_nl": "Zko’s en kmo’s: steun", "title_fr": "L'économie de l'énergie", "slug_fr": "eco"}
    assert publisher.post(add(Worksite), data).status_code == 302
    made = Worksite.objects.get(code="1.4-12")
    assert (made.slug_nl, made.slug_fr) == ("zko-s-en-kmo-s-steun", "eco")


@pytest.mark.parametrize("slug", ["Groot", "é", "a--b", "-a", "a-", "a_b", "a b", "a/b", "l’eau", "x" * 101])
def test_it_refuses_an_odd_address_with_a_sentence(publisher, draft, language, slug):
    page = save(publisher, draft, slug_nl=slug)
    assert page.status_code == 200 and list(errors(page)) == ["slug_nl"]


# Long texts ------------------------------------------------------------------------------------------


def test_it_shortens_a_long_text_where_a_name_stands(publisher, worksite, language):
    measure = worksite.measure_set.first()
    long = "Een lange maatregel in vele woorden. " * 90
    measure.heading_nl = measure.heading_fr = ""
    measure.text_nl = measure.text_fr = long
    put(measure)
    for path in (
        change(measure),
        changelist(Measure),
        reverse("admin:initiatives_measure_delete", args=[measure.pk]),
        reverse("admin:initiatives_measure_history", args=[measure.pk]),
    ):
        source = re.sub(r"<textarea.*?</textarea>", "", publisher.get(path).content.decode(), flags=re.DOTALL)
        assert long[:60] in source and long[:200] not in source, path
    data = form_of(publisher, measure) | {"remark_nl": "Zo.", "remark_fr": "Voilà."}
    page = publisher.post(change(measure), data, follow=True)
    [message] = page.context["messages"]
    assert "…" in str(message) and len(str(message)) < 400


def test_it_shows_a_pasted_list_in_the_preview_and_the_history(publisher, worksite):
    data = form_of(publisher, worksite) | {"measure_set-0-text_nl": AS_LIST}
    preview = publisher.post(reverse("admin:initiatives_worksite_preview", args=[worksite.pk]), data)
    assert "<li>een loket voor starters</li>" in preview.content.decode()
    save(publisher, worksite, **{"measure_0-text_nl": AS_LIST})
    version = Revision.objects.of(worksite).first()
    page = publisher.get(reverse("admin:initiatives_revision_change", args=[version.pk])).content.decode()
    assert "<li>een loket voor starters</li>" in page


# Anything else ---------------------------------------------------------------------------------------

ODD = [
    "\0",
    "9" * 10_000,
    "-1",
    "1e9",
    "é\u202e",
    "[]",
    "{}",
    "0000-00-00",
    "99999-01-01",
    "31/02/2024",
    "<b>",
]
ODD += ["999999999999999999999999", "on", "x" * 5000, "{{ 7 }}", "%s", "' OR 1=1 --", "\ufffd", "0"]


@pytest.mark.parametrize("model", CONTENT, ids=lambda model: model._meta.model_name)
def test_it_takes_anything_in_any_field_without_failing(publisher, model):
    """Each field gets something odd, another thing each time: it is taken or refused, and nothing fails."""
    record = model.objects.first()
    for turn in range(4):
        data = form_of(publisher, record)
        names = [name for name in data if name != "version" and not name.endswith("_FORMS")]
        odd = {name: ODD[(place + turn * 5) % len(ODD)] for place, name in enumerate(names)}
        assert publisher.post(change(record), data | odd).status_code in (200, 302, 410)
    assert publisher.post(change(record), {}).status_code in (200, 302, 400)
    assert publisher.post(add(model), {"version": "x"}).status_code in (200, 302, 400)


def test_it_takes_parts_that_are_there_twice_or_nowhere(publisher, worksite):
    data = form_of(publisher, worksite)
    first = data["measure_set-0-id"]
    for odd in (
        {"measure_set-1-id": first},
        {"measure_set-0-id": "999999"},
        {"measure_set-0-id": "9" * 40},
        {"measure_set-0-id": "x"},
        {"measure_set-0-worksite": "999999"},
        {"steering_set-0-office": "999999"},
        {"objective": "9" * 40},
        {"objective": ["1", "2"]},
        {"measure_set-TOTAL_FORMS": "-1"},
        {"measure_set-INITIAL_FORMS": "99"},
        {"measure_set-INITIAL_FORMS": "x"},
        {"validated_on_nl": "0000-01-01"},
        {"validated_on_nl": "99999-01-01"},
        {"version": "9" * 40},
        {"item": "\0"},
        {"note_language": "xx"},
        {"_one_more": "\0"},
        {"_one_more": "measure_set", "measure_set-TOTAL_FORMS": "x"},
    ):
        page = publisher.post(change(worksite), data | odd)
        # What no browser counts is refused before any form is made of it.
        is_count = any(name.endswith("_FORMS") for name in odd)
        assert page.status_code in ((200, 400) if is_count else (200, 302, 410)), odd
        data["version"] = form_of(publisher, worksite)["version"]
    without = {name: value for name, value in data.items() if not name.endswith("_FORMS")}
    assert publisher.post(change(worksite), without).status_code == 200


def test_it_takes_anything_in_the_forms_around_a_version(publisher, worksite):
    save(publisher, worksite, title_nl="Anders")
    version = Revision.objects.of(worksite).last()
    for name in ("change", "restore"):
        address = reverse(f"admin:initiatives_revision_{name}", args=[version.pk])
        for odd in ODD:
            data = {"version": odd, "note": odd, "note_twin": odd, "note_language": odd}
            assert publisher.post(address, data).status_code in (200, 302), (name, odd[:40])
    for path in ("9" * 30, "x", "0", "%00"):
        for end in ("change", "restore", "history", "delete"):
            assert publisher.get(f"/admin/initiatives/revision/{path}/{end}/").status_code in (
                302,
                400,
                403,
                404,
            )
            assert publisher.get(f"/admin/initiatives/worksite/{path}/{end}/").status_code in (
                302,
                400,
                403,
                404,
            )
