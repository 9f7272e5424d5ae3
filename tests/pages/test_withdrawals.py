"""What was withdrawn: its address says so, and no page takes its place for the silence of the source."""

import pytest
from django.core.exceptions import ValidationError
from django.core.management import call_command
from django.utils.html import escape
from django.utils.translation import override

from initiatives.language import LANGUAGES
from initiatives.models import (
    CrossReference,
    Measure,
    Objective,
    ObjectiveOffice,
    Office,
    OfficeHolder,
    Organisation,
    Pillar,
    Sector,
    Steering,
    Strategy,
    Worksite,
    WorksiteSector,
)
from initiatives.models.querysets import related_kind
from initiatives.pages.sitemap import public_paths

from ..saving import create, keep, remove, update

pytestmark = pytest.mark.django_db
REASONS = {"nl": "De bron noemt dit niet meer.", "fr": "La source ne le mentionne plus."}
WITHDRAWN = {"publication": "withdrawn"} | {f"withdrawal_reason_{each}": why for each, why in REASONS.items()}
SILENT = {
    "nl": (
        "De bron noemt",
        "De bron geeft",
        "Het portaal legt geen",
        "Het portaal koppelt geen",
        "vermeldt geen",
    ),
    "fr": ("La source ne ", "Le portail ne relie", "Le portail n’établit", "Le portail ne connaît"),
}
GONE = {
    "nl": "Wat hier stond, werd ingetrokken en wordt niet meer getoond.",
    "fr": "Ce qui figurait ici a été retiré et n’est plus affiché.",
}
MORE = {
    "nl": "Hier stond meer; dat werd ingetrokken en wordt niet meer getoond.",
    "fr": "D’autres éléments figuraient ici ; ils ont été retirés et ne sont plus affichés.",
}


def withdraw(record):
    values = WITHDRAWN if hasattr(record, "withdrawal_reason_nl") else {"publication": "withdrawn"}
    update(type(record).objects.filter(pk=record.pk), **values)


def read(client, path):
    return client.get(path).content.decode().replace("\u00a0", " ").replace("\u202f", " ")


# What belongs to a withdrawn page ---------------------------------------------------------------------


def test_what_belongs_to_the_withdrawn_objective_answers_with_its_reason(client, site, language):
    objective = Objective.objects.main().get()
    before = [paths[language] for paths in site]
    withdraw(objective)
    left = [paths[language] for paths in public_paths()]
    for path in before:
        response = client.get(path)
        if path in left:
            assert response.status_code == 200, path
        else:
            assert response.status_code == 410, path
            assert REASONS[language] in response.content.decode(), path
    assert len(left) == 5


@pytest.mark.parametrize(
    "path",
    [
        "/data/worksites.json",
        "/data/objective.json",
        "/data/steering.csv",
        "/data/catalogue.jsonld",
        "/nl/werven/bouw.json",
        "/nl/werven/bouw/versies/",
        "/nl/werven/bouw/atom.xml",
        "/nl/werven/bouw/kaart/",
        "/id/worksite/1.4-08",
        "/id/objective/1.4",
        "/id/measure/1.4-02-m1",
        "/picture/worksite/1.4-08.nl.png",
        "/nl/maatregelen/1.4-02-m1.bib",
        "/nl/doelstelling/1.4/dossier/",
    ],
)
def test_so_does_everything_else_that_was_made_of_it(client, path):
    assert client.get(path).status_code in (200, 303)
    withdraw(Objective.objects.main().get())
    assert client.get(path).status_code == 410


@pytest.mark.parametrize("above", [Strategy, Pillar])
def test_nothing_answers_404_because_of_what_stands_above_it(client, site, above):
    update(above.objects.filter(pk=above.objects.order_by("pk").first().pk), publication="draft")
    answers = {client.get(path).status_code for paths in site for path in paths.values()}
    assert answers == {200, 410}


def test_pages_of_the_portal_itself_need_no_content_at_all(client, language):
    call_command("flush", interactive=False, verbosity=0)
    paths = [paths[language] for paths in public_paths()]
    assert len(paths) == 5
    assert {client.get(path).status_code for path in paths} == {200}


# What the source says ---------------------------------------------------------------------------------


def hide_offices(worksite):
    for row in worksite.steering_set.all():
        withdraw(row.office)


def hide_measures(worksite):
    for row in worksite.measure_set.all():
        withdraw(row)


@pytest.mark.parametrize("name", ["", "kaart/"])
def test_a_worksite_does_not_take_what_was_withdrawn_for_silence(client, name):
    worksite = Worksite.objects.get(code="1.4-02")
    path = worksite.url_in("nl") + name
    assert GONE["nl"] not in read(client, path)
    hide_offices(worksite)
    hide_measures(worksite)
    page = read(client, path)
    assert page.count(GONE["nl"]) == 2
    assert "De bron noemt" not in page and "De bron geeft" not in page


def test_it_tells_what_is_left_from_the_whole(client, language):
    steering = Steering.objects.filter(worksite__code="1.4-02")
    assert steering.count() > 1
    withdraw(steering.first().office)
    page = read(client, steering.first().worksite.url_in(language))
    assert MORE[language] in page and GONE[language] not in page


def test_a_draft_part_leaves_the_source_as_silent_as_it_was(client, language):
    silent = Worksite.objects.published().filter(steering=None, is_announced_only=False).first()
    before = client.get(silent.url_in(language)).content
    office = create(Office, code="new-office", publication="draft", position=99)
    words = {"wording_nl": "Nieuw", "wording_fr": "Nouveau"}
    create(Steering, worksite=silent, office=office, position=1, **words)
    create(Measure, worksite=silent, code=f"{silent.code}-m9", position=9, publication="draft")
    assert client.get(silent.url_in(language)).content == before


def test_the_data_tell_it_too(client):
    worksite = Worksite.objects.get(code="1.4-02")
    [before] = client.get("/nl/werven/creatieve-culturele-en-audiovisuele-industrie.json").json()["items"]
    hide_offices(worksite)
    hide_measures(worksite)
    [after] = client.get("/nl/werven/creatieve-culturele-en-audiovisuele-industrie.json").json()["items"]
    assert (before["withheld"], after["withheld"]) == ([], ["measures", "steering"])
    assert after["measures"] == after["steering"] == []
    assert after["source_gives"] == before["source_gives"]
    assert "1.4-02,withheld" in client.get("/data/worksites.csv").content.decode().replace("worksite/", "")


LISTS = {
    "nl": [
        "",
        "werven/",
        "sectoren/",
        "ministers/",
        "wie-stuurt-wat/",
        "maatregelen/",
        "doelstelling/1.4/dossier/",
    ],
    "fr": [
        "",
        "chantiers/",
        "secteurs/",
        "ministres/",
        "qui-pilote-quoi/",
        "mesures/",
        "objectif/1.4/dossier/",
    ],
}


def test_no_page_claims_a_silence_that_is_a_withdrawal(client, language):
    """Whatever was withdrawn: how often pages say that the source names nothing grows nowhere."""
    paths = [f"/{language}/{path}" for path in LISTS[language]]
    paths += [
        row.url_in(language) for model in (Worksite, Sector, Office) for row in model.objects.published()
    ]
    silences = {path: claims(client, path, language) for path in paths}
    for model in (Steering, Measure, CrossReference, WorksiteSector, ObjectiveOffice, OfficeHolder):
        for row in model.objects.all():
            withdraw(row)
    more = [path for path in paths if claims(client, path, language) > silences[path]]
    assert more == []


def claims(client, path, language):
    page = read(client, path)
    return sum(page.count(words) for words in SILENT[language])


def test_lists_count_what_the_source_has_and_say_what_is_not_shown(client, language):
    names = {"nl": ("ministers/", "7 ambten"), "fr": ("ministres/", "sept")}
    path = f"/{language}/{names[language][0]}"
    before = read(client, path)
    withdraw(Office.objects.order_by("position").last())
    after = read(client, path)
    lead = {"nl": "De bron noemt 7 ", "fr": "La source cite 7 "}[language]
    assert lead in before and lead in after
    hidden = {
        "nl": "1 vermelding op deze lijst werd ingetrokken en wordt niet meer getoond.",
        "fr": "1 entrée de cette liste a été retirée et n’est plus affichée.",
    }
    assert hidden[language] in after and hidden[language] not in before


# Drafts change nothing --------------------------------------------------------------------------------


def draft_twelfth():
    return create(
        Worksite,
        objective=Objective.objects.main().get(),
        number=12,
        code="1.4-12",
        title_nl="Twaalfde",
        title_fr="Douzième",
        slug_nl="twaalfde",
        slug_fr="douzieme",
        publication="draft",
    )


@pytest.mark.parametrize("publication", ["draft", "withdrawn"])
def test_a_twelfth_worksite_that_readers_do_not_see_changes_no_page(client, site, publication):
    paths = [
        "/data/worksites.json",
        "/data/worksites.csv",
        *(path for paths in site for path in paths.values()),
    ]
    before = {path: stable(client.get(path)) for path in paths}
    worksite = draft_twelfth()
    keep(worksite)
    if publication == "draft":
        changed = [path for path in paths if stable(client.get(path)) != before[path]]
        assert changed == []
    else:
        update(Worksite.objects.filter(pk=worksite.pk), **WITHDRAWN)
        assert "kondigt 11 beleidsinitiatieven aan en somt er 10 op" in read(client, "/nl/")


def stable(response):
    """Return what a document says, the moment at which it was made aside."""
    if response["Content-Type"].startswith("application/json"):
        return {name: value for name, value in response.json().items() if name != "generated"}
    return response.content


# One objective ----------------------------------------------------------------------------------------


def second_objective():
    objective = Objective.objects.get(code="1.2")
    objective.is_reference, objective.announced_worksites = False, 2
    return objective


def test_no_second_objective_is_shown_in_full(language):
    objective = second_objective()
    with pytest.raises(ValidationError) as refused:
        objective.full_clean(exclude=objective.translated_fields())
    with override(language):
        sentence = " ".join(refused.value.messages)
    assert {"nl": "één doelstelling", "fr": "un seul objectif"}[language] in sentence


def test_the_objective_stays_in_full_while_anything_belongs_to_it():
    objective = Objective.objects.main().get()
    objective.is_reference, objective.announced_worksites = True, None
    with pytest.raises(ValidationError) as refused:
        objective.full_clean(exclude=objective.translated_fields())
    assert list(refused.value.error_dict) == ["is_reference"]


@pytest.mark.parametrize("model", [Worksite, Sector, ObjectiveOffice])
def test_nothing_belongs_to_an_objective_that_is_a_title_only(model):
    record = model.objects.first()
    record.objective = Objective.objects.get(code="1.2")
    with pytest.raises(ValidationError) as refused:
        record.full_clean(exclude=record.translated_fields())
    assert "alleen met haar titel" in " ".join(refused.value.message_dict["objective"])
    assert related_kind(model, "objective") is Objective


def test_an_objective_that_was_in_full_once_is_gone_and_not_unknown(client, language):
    path = {"nl": "/nl/doelstelling/1.2/", "fr": "/fr/objectif/1.2/"}[language]
    assert client.get(path).status_code == 404, "it never was"
    objective = Objective.objects.get(code="1.2")
    version = keep_in_full(objective)
    assert version.is_public
    assert client.get(path).status_code == 410
    assert client.get(f"{path}dossier/").status_code == 410


def keep_in_full(objective):
    """Keep a version in which the objective is in full, as an earlier release could have made it."""
    main = Objective.objects.main().get()
    update(Objective.objects.filter(pk=main.pk), is_reference=True, announced_worksites=None)
    update(Objective.objects.filter(pk=objective.pk), is_reference=False, announced_worksites=2)
    version = keep(Objective.objects.get(pk=objective.pk))
    update(Objective.objects.filter(pk=objective.pk), is_reference=True, announced_worksites=None)
    update(Objective.objects.filter(pk=main.pk), is_reference=False, announced_worksites=11)
    return version


def test_every_language_has_its_sentences():
    assert set(LANGUAGES) == SILENT.keys() == GONE.keys() == MORE.keys()
    assert Organisation.objects.published().exists()


# Measures ---------------------------------------------------------------------------------------------


def withdrawn(measure):
    withdraw(measure)
    keep(measure.worksite)


def deleted(measure):
    remove(measure)
    keep(measure.worksite)


def withdrawn_and_deleted(measure):
    withdrawn(measure)
    deleted(measure)


@pytest.mark.parametrize("away", [withdrawn, deleted, withdrawn_and_deleted])
@pytest.mark.parametrize("address", ["/id/measure/1.4-02-m1", "/nl/maatregelen/1.4-02-m1.bib"])
def test_the_permalink_of_a_measure_says_what_was_there(client, away, address):
    measure = Measure.objects.get(code="1.4-02-m1")
    away(measure)
    response = client.get(address)
    page = response.content.decode()
    assert response.status_code == 410
    assert escape(measure.text_nl) in page
    assert (escape(measure.text_fr) in page) == address.startswith("/id/")
    assert "/id/worksite/1.4-02/1" in page


def test_it_says_so_where_the_whole_worksite_was_withdrawn(client):
    measure = Measure.objects.get(code="1.4-02-m1")
    withdraw(measure.worksite)
    page = client.get("/id/measure/1.4-02-m1").content.decode()
    assert escape(measure.text_nl) in page and REASONS["nl"] in page
    assert "/id/worksite/" not in page, "which is gone as well"


@pytest.mark.parametrize("code", ["1.4-02-m99", "1.4-99-m1", "%25", "m1", "1.4-02-", "_" * 500])
def test_a_measure_that_never_was_is_unknown(client, code):
    assert client.get(f"/id/measure/{code}").status_code == 404


def test_a_measure_that_no_reader_saw_stays_unknown(client):
    worksite = Worksite.objects.get(code="1.4-02")
    draft = create(Measure, worksite=worksite, code="1.4-02-m9", position=9, publication="draft", text_nl="x")
    keep(worksite)
    deleted(draft)
    assert client.get("/id/measure/1.4-02-m9").status_code == 404


def test_the_code_of_a_measure_begins_with_that_of_its_worksite():
    measure = Measure(
        worksite=Worksite.objects.get(code="1.4-02"), code="1.4-03-m1", position=9, publication="draft"
    )
    with pytest.raises(ValidationError) as refused:
        measure.clean()
    assert "1.4-02-m1" in refused.value.message_dict["code"][0]
