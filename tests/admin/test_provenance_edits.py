"""An edit ends a provenance: a text of the source, or an official one, that is changed is the portal’s."""

import re

import pytest

from initiatives.models import Measure, Objective, Office, Organisation, Sector

from ..editing import FR, NL, PUBLISHER, form_of, newest, save, sign_in, text, versions
from ..pages.test_versions import VERSIONS
from ..saving import update
from .test_admin import change

pytestmark = pytest.mark.django_db


def provenances(record, *names):
    record.refresh_from_db()
    return [getattr(record, name) for name in names or ("provenance_nl", "provenance_fr")]


def as_if(record, **values):
    update(type(record).objects.filter(pk=record.pk), **values)
    record.refresh_from_db()
    return record


# What ends ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("role", [NL, PUBLISHER])
@pytest.mark.parametrize("is_small", [False, True])
@pytest.mark.parametrize("before", ["source", "official"])
def test_it_makes_a_changed_text_the_portal_s(worksite, role, is_small, before):
    as_if(worksite, provenance_nl=before, provenance_fr=before)
    small = {"is_small": "on"} if is_small else {}
    assert save(sign_in(role), worksite, title_nl=f"{worksite.title_nl}.", **small).status_code == 302
    assert provenances(worksite) == ["portal", before]


def test_it_does_so_in_the_parts_of_a_form_alone_where_they_were_changed(publisher, worksite):
    first, second = worksite.measure_set.all()[:2]
    changes = {
        "measure_0-text_nl": "Nieuw.",
        "measure_1-remark_nl": "Let op.",
        "measure_1-remark_fr": "Nota.",
    }
    assert save(publisher, worksite, **changes).status_code == 302
    assert provenances(first) == ["portal", "portal"]
    assert provenances(second) == provenances(worksite) == ["source", "portal"]


def test_it_does_so_for_a_part_edited_alone(worksite):
    measure = worksite.measure_set.first()
    assert save(sign_in(NL), measure, text_nl="Nieuw.").status_code == 302
    assert provenances(measure) == ["portal", "portal"]


@pytest.mark.parametrize("name", ["remark", "slip", "provenance_note"])
def test_what_the_portal_itself_says_ends_nothing(publisher, worksite, name):
    changes = {f"{name}_nl": "Een opmerking.", f"{name}_fr": "Une remarque."}
    assert save(publisher, worksite, **changes).status_code == 302
    assert provenances(worksite) == ["source", "portal"]
    assert getattr(worksite, f"{name}_nl") == "Een opmerking."


def test_an_address_or_the_reason_of_a_withdrawal_ends_nothing(publisher, draft):
    as_if(draft, provenance_nl="source", title_fr="Nouveau chantier")
    assert save(publisher, draft, slug_nl="andere-werf").status_code == 302
    assert provenances(draft)[0] == "source"
    sector = Sector.objects.first()
    reasons = {"withdrawal_reason_nl": "Voorbij.", "withdrawal_reason_fr": "Terminé."}
    assert save(publisher, sector, **reasons).status_code == 302
    assert provenances(sector)[0] == "source"


def test_no_change_and_no_other_way_to_end_a_line_end_nothing(publisher):
    objective = Objective.objects.get(code="1.4")
    as_if(objective, vision_nl="Een.\n\nTwee.")
    assert (
        save(publisher, objective, vision_nl="Een.\r\n\r\nTwee.", announced_worksites=12).status_code == 302
    )
    assert provenances(objective)[0] == "source"


@pytest.mark.parametrize(
    ("model", "which", "name", "own"),
    [
        (Objective, {"is_reference": False}, "official_title", "official"),
        (Sector, {}, "name", "source"),
        (Organisation, {}, "description", "source"),
        (Organisation, {}, "description", "validated"),
    ],
)
def test_a_text_with_a_provenance_of_its_own_ends_that_one_alone(model, which, name, own):
    record = as_if(
        model.objects.filter(**which).first(),
        **{f"{name}_provenance_nl": own, f"{name}_provenance_fr": own, "provenance_nl": "source"},
    )
    assert save(sign_in(NL), record, **{f"{name}_nl": "Iets anders"}).status_code == 302
    assert provenances(record, f"{name}_provenance_nl", f"{name}_provenance_fr") == ["portal", own]
    assert provenances(record, "provenance_nl") == ["source"]


def test_another_text_leaves_a_provenance_of_its_own_as_it_is(publisher):
    sector = as_if(Sector.objects.first(), name_provenance_nl="official", provenance_nl="source")
    assert save(publisher, sector, scope_nl="Iets anders").status_code == 302
    assert provenances(sector, "name_provenance_nl", "provenance_nl") == ["official", "portal"]


# What does not --------------------------------------------------------------------------------------


@pytest.mark.parametrize("chosen", ["official", "validated"])
def test_it_keeps_what_the_editor_says_that_it_is_now(publisher, worksite, chosen):
    changes = {"title_nl": "Anders", "provenance_nl": chosen}
    assert save(publisher, worksite, **changes).status_code == 302
    assert provenances(worksite)[0] == chosen


def test_a_publisher_may_say_that_it_is_still_as_printed(publisher, worksite):
    changes = {"title_nl": "Beter overgenomen", "as_printed_nl": "on", "measure_0-text_nl": "Nieuw."}
    assert save(publisher, worksite, **changes).status_code == 302
    assert provenances(worksite) == ["source", "portal"]
    assert provenances(worksite.measure_set.first()) == ["portal", "portal"]


def test_nobody_else_may_say_so(worksite):
    editor = sign_in(NL)
    data = form_of(editor, worksite) | {"title_nl": "Anders", "as_printed_nl": "on"}
    assert editor.post(change(worksite), data).status_code == 302
    assert provenances(worksite)[0] == "portal"


def test_a_new_record_has_the_provenance_that_was_chosen(publisher, worksite):
    data = form_of(publisher, worksite)
    number = int(data["measure_set-TOTAL_FORMS"])
    new = {"code": "1.4-02-m9", "text_nl": "Nog een.", "text_fr": "Encore.", "publication": "public"}
    new |= {"provenance_nl": "source", "provenance_fr": "portal"}
    data |= {f"measure_set-{number}-{name}": value for name, value in new.items()}
    assert publisher.post(change(worksite), data | {"measure_set-TOTAL_FORMS": number + 1}).status_code == 302
    assert provenances(Measure.objects.get(code="1.4-02-m9")) == ["source", "portal"]


def test_a_refused_form_keeps_no_provenance_that_another_ended_meanwhile(publisher, worksite):
    data = form_of(publisher, worksite)
    assert save(sign_in(NL), worksite, title_nl="Intussen anders").status_code == 302
    refused = publisher.post(change(worksite), data | {"title_nl": "Van mij"})
    assert refused.status_code == 200
    form = refused.context["adminform"].form
    assert form["provenance_nl"].value() == "portal"
    again = {bound.html_name: bound.value() for bound in form if bound.value() not in (None, False)}
    assert publisher.post(change(worksite), data | again).status_code == 302
    assert (worksite.title_nl, provenances(worksite)[0]) != ("Van mij", "source")
    assert provenances(worksite)[0] == "portal"


# What the form says ---------------------------------------------------------------------------------

ENDS = {"nl": "dan is hij voortaan van het portaal", "fr": "il devient celui du portail"}
TICKS = {"nl": "woord voor woord wat de bron", "fr": "mot pour mot, ce que publie la source"}


def test_it_explains_this_beside_the_provenance_and_offers_the_tick(publisher, worksite, language):
    form = publisher.get(change(worksite)).context["adminform"].form
    assert ENDS[language] in str(form["provenance_nl"].help_text)
    assert ENDS[language] not in str(form["provenance_fr"].help_text)
    assert TICKS[language] in str(form["as_printed_nl"].label)
    assert not form["as_printed_nl"].is_hidden and form["as_printed_fr"].is_hidden
    objective = publisher.get(change(Objective.objects.get(code="1.4"))).context["adminform"].form
    assert ENDS[language] in str(objective["official_title_provenance_fr"].help_text)
    assert not objective["as_printed_fr"].is_hidden


def test_it_offers_the_tick_to_publishers_alone(worksite):
    form = sign_in(NL).get(change(worksite)).context["adminform"].form
    assert form["as_printed_nl"].is_hidden and form.fields["as_printed_nl"].disabled


def test_it_says_after_saving_which_texts_are_no_longer_the_source_s(publisher, worksite, language):
    data = form_of(publisher, worksite) | {"title_nl": "Anders", "measure_set-0-text_nl": "Nieuw."}
    page = publisher.post(change(worksite), data, follow=True)
    sentence = {
        "nl": "Gewijzigd, en daarom voortaan van het portaal: Titel (Nederlands) en Tekst (Nederlands).",
        "fr": "Modifié, et donc désormais du portail : Titre (néerlandais) et Texte (néerlandais).",
    }[language]
    assert sentence in text(page)


def test_it_puts_the_note_on_the_provenance_beside_the_provenance(publisher, worksite):
    form = publisher.get(change(worksite)).context["adminform"]
    about = [[field.field.name for field in line] for line in list(form)[1]]
    assert about[0] == ["publication", "provenance_nl", "provenance_fr"]
    assert ["provenance_note_nl", "provenance_note_fr"] in about


@pytest.mark.parametrize(("role", "mine", "other"), [(NL, "nl", "fr"), (FR, "fr", "nl")])
def test_an_editor_of_one_language_may_write_its_note_on_the_provenance(worksite, role, mine, other):
    form = sign_in(role).get(change(worksite)).context["adminform"].form
    assert not form.fields[f"provenance_note_{mine}"].disabled
    assert form.fields[f"provenance_note_{other}"].disabled


# What readers see -----------------------------------------------------------------------------------


def test_readers_see_in_the_versions_where_a_text_came_from_and_when_that_ended(client, worksite, language):
    save(sign_in(NL), worksite, title_nl="Een andere titel", note="Korter")
    [after, before] = [each.number for each in versions(worksite)[:2]]
    address = worksite.url_in("nl" if language == "nl" else "fr") + VERSIONS[language]
    first = text(client.get(f"{address}{before}/"))
    compared = text(client.get(f"{address}{before}-{after}/"))
    if language == "nl":
        assert "Herkomst Tekst van de bron" in first
        assert "Maatregel 1 – herkomst Tekst van de bron" in first
        pieces = r"Herkomst \[\w+: Tekst van de bron ] → \[\w+: Geschreven of vertaald door het portaal ]"
        assert re.search(pieces, compared), compared
    else:
        assert "Provenance Rédigé ou traduit par le portail" in first
        assert "Texte de la source" not in first + compared


def test_versions_tell_the_provenance_of_a_text_that_has_its_own(client):
    sector = Sector.objects.first()
    page = text(client.get(f"{sector.url_in('nl')}{VERSIONS['nl']}1/"))
    assert "Herkomst Tekst van de bron" in page
    assert "Naam – herkomst Geschreven of vertaald door het portaal" in page
    assert "provenance" not in page


def test_the_history_tells_editors_once(publisher, worksite):
    save(publisher, worksite, title_nl="Anders")
    page = text(publisher.get(f"{change(worksite).removesuffix('change/')}history/"))
    assert page.count("Geschreven of vertaald door het portaal") == 1
    assert newest(worksite).fields["provenance_nl"] == "portal"


def test_versions_of_an_office_tell_where_its_name_comes_from(client):
    office = Office.objects.get(code="minister-work")
    page = text(client.get(f"{office.url_in('fr')}{VERSIONS['fr']}1/"))
    assert "Provenance" in page
