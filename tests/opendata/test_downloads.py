"""How data are asked for: again, from other sites, with other methods, and at addresses that do not exist."""

import json
from datetime import timedelta

import pytest
from django.utils import timezone

from initiatives.models import Objective, Office, Organisation, Sector, Term, Worksite

from ..saving import keep, put, update
from .test_opendata import BOTH_ADDRESSES, DOCUMENTS, EVERYTHING, SEMICOLONS, SHEETS, XLSX, ZIP

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    "path",
    [
        DOCUMENTS[1],
        DOCUMENTS[-1],
        SHEETS[1],
        SEMICOLONS[1],
        XLSX,
        *EVERYTHING[-3:],
        "/fr/secteurs/horeca.json",
    ],
)
def test_it_answers_304_until_the_content_changes(client, path):
    first = client.get(path)
    assert first["ETag"].startswith('W/"')
    assert "Last-Modified" not in first, "an upgrade changes documents too, whatever the date of the content"
    again = client.get(path, headers={"if-none-match": first["ETag"]})
    assert (again.status_code, again.content, again["ETag"]) == (304, b"", first["ETag"])
    assert again["Access-Control-Allow-Origin"] == "*"
    worksite = Worksite.objects.get(number=8)
    worksite.title_nl = "Bouwen"
    put(worksite)
    keep(worksite, at=timezone.now() + timedelta(seconds=2))
    changed = client.get(path, headers={"if-none-match": first["ETag"]})
    assert changed.status_code == 200
    assert changed["ETag"] != first["ETag"]


@pytest.mark.parametrize("path", [*DOCUMENTS[:2], ZIP, "/data/datapackage.json", "/data/catalogue.jsonld"])
def test_it_is_another_document_once_it_says_something_else_and_not_before(
    client, settings, monkeypatch, path
):
    first = client.get(path)["ETag"]
    later = timezone.now() + timedelta(days=1)
    with monkeypatch.context() as patch:
        patch.setattr(timezone, "now", lambda: later)
        assert client.get(path)["ETag"] == first
    # What an installation sets, or an upgrade of the code brings, makes no version of the content.
    settings.PUBLISHER_NAME_NL, settings.PUBLISHER_NAME_FR = "Uitgever", "Éditeur"
    changed = client.get(path, headers={"if-none-match": first})
    assert (changed.status_code, changed["ETag"] == first) == (200, False)


@pytest.mark.parametrize("path", [DOCUMENTS[0], SHEETS[0], ZIP, "/data/catalogue.jsonld", "/nl/werven/bouw/"])
def test_another_release_does_not_say_that_nothing_changed(client, settings, path):
    first = client.get(path)["ETag"]
    known = {"if-none-match": first}
    assert client.get(path, headers=known).status_code == 304
    settings.RELEASE = "1.0.1"
    changed = client.get(path, headers=known)
    assert (changed.status_code, changed["ETag"] == first) == (200, False)


@pytest.mark.parametrize("path", [*EVERYTHING, "/nl/werven/bouw.json", "/data/openapi.json"])
def test_it_answers_304_only_where_it_says_the_same(client, path, settings):
    """Also what no version of the content tells of: a draft, a setting, a new release."""
    first = client.get(path)

    def again():
        return client.get(path, headers={"if-none-match": first["ETag"]})

    assert again().status_code == 304
    settings.PUBLISHER_NAME_NL, settings.PUBLISHER_NAME_FR = "De Dienst", "Le Service"
    assert (again().status_code == 200) == (not path.endswith(".csv")), "tables name no publisher"
    settings.PUBLISHER_NAME_NL = settings.PUBLISHER_NAME_FR = ""
    assert again().status_code == 304
    if path != "/data/openapi.json":
        update(Worksite.objects.all(), title_nl="Bouwen", title_fr="Bâtir")
        update(Objective.objects.filter(code="1.4"), title_nl="Anders", title_fr="Autrement")
        update(Sector.objects.all(), remark_nl="Anders", remark_fr="Autrement")
        update(Office.objects.all(), name_nl="Anders", name_fr="Autrement")
        update(Organisation.objects.all(), description_nl="Anders", description_fr="Autrement")
        update(Term.objects.all(), definition_nl="Anders", definition_fr="Autrement")
        assert again().status_code == 200


def test_a_note_that_changes_with_no_version_is_sent_again(client):
    first = client.get("/data/worksites.json")
    update(Worksite.objects.filter(number=11), publication="draft")
    said = client.get("/data/worksites.json", headers={"if-none-match": first["ETag"]})
    assert said.status_code == 200
    assert json.loads(said.content)["note"] != json.loads(first.content)["note"]


def test_it_is_a_new_version_when_an_item_goes_out_of_sight(client):
    first = client.get("/data/sectors.json")["ETag"]
    worksite = Worksite.objects.get(number=8)
    update(Worksite.objects.filter(pk=worksite.pk), publication="draft")
    keep(Worksite.objects.get(number=8))
    hidden = client.get("/data/sectors.json", headers={"if-none-match": first})
    assert hidden.status_code == 200
    update(Worksite.objects.filter(pk=worksite.pk), title_nl="Nog niet openbaar")
    keep(Worksite.objects.get(number=8))
    assert client.get("/data/sectors.json")["ETag"] == hidden["ETag"], "what nobody sees is no version"


def test_an_item_that_is_not_there_is_never_unchanged(client):
    etag = client.get("/nl/werven/bouw.json")["ETag"]
    for value in (etag, "*"):
        response = client.get("/nl/werven/bestaat-niet.json", headers={"if-none-match": value})
        assert response.status_code == 404


@pytest.mark.parametrize("path", [*EVERYTHING, *BOTH_ADDRESSES, "/data/openapi.json", "/data/nothing"])
def test_any_site_may_ask_for_it(client, path):
    response = client.get(path, headers={"origin": "https://elsewhere.example"})
    assert response["Access-Control-Allow-Origin"] == "*"
    assert response["Cross-Origin-Resource-Policy"] == "cross-origin"
    assert not response.cookies


@pytest.mark.parametrize("path", ["/nl/werven/bouw/", "/", "/admin/login/"])
def test_no_other_site_may_ask_for_what_is_no_data(client, path):
    assert "Access-Control-Allow-Origin" not in client.get(path)


@pytest.mark.parametrize("path", ["/data/worksites.json", "/data/worksites.csv", "/nl/werven/bouw.json"])
def test_a_browser_may_ask_beforehand(client, path):
    response = client.options(
        path, headers={"origin": "https://elsewhere.example", "access-control-request-method": "GET"}
    )
    assert (response.status_code, response.content) == (204, b"")
    assert response["Access-Control-Allow-Origin"] == "*"
    assert response["Access-Control-Allow-Methods"] == "GET, HEAD"
    assert "If-None-Match" in response["Access-Control-Allow-Headers"]


def test_head_gives_the_headers_alone(client):
    whole, head = client.get("/data/worksites.json"), client.head("/data/worksites.json")
    assert (head.status_code, head.content) == (200, b"")
    assert head["ETag"] == whole["ETag"]


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE", "TRACE"])
@pytest.mark.parametrize("path", ["/data/worksites.json", ZIP, "/data/openapi.json", "/fr/objectif/1.4.json"])
def test_it_can_only_be_read(client, path, method):
    client.handler.enforce_csrf_checks = True
    response = client.generic(method, path)
    assert response.status_code == 405
    assert response["Allow"] == "GET, HEAD, OPTIONS"
    assert_problem(response, 405)


def assert_problem(response, status):
    problem = json.loads(response.content)
    assert response["Content-Type"] == "application/problem+json"
    assert response["Cache-Control"] == "no-store"
    assert response["Access-Control-Allow-Origin"] == "*"
    assert response["Content-Language"] == "nl, fr"
    assert problem["status"] == response.status_code == status
    assert problem["title"] == f"{problem['nl']['title']} / {problem['fr']['title']}"
    assert problem["nl"]["detail"] != problem["fr"]["detail"]


@pytest.mark.parametrize(
    ("asked", "page"),
    [("fr", "/fr/donnees-ouvertes/"), ("nl-BE", "/nl/open-data/"), ("de", "/nl/open-data/")],
)
def test_the_root_of_the_data_leads_to_the_page_about_them(client, asked, page):
    answer = client.get("/data/", headers={"accept-language": asked})
    assert (answer.status_code, answer.headers["Location"]) == (303, page)


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/data/nothing.json", 404),
        ("/data/go4brussels-2030-1.5.zip", 404),
        ("/nl/werven/bestaat-niet.json", 404),
        ("/fr/objectif/1.2.json", 404),
        ("/nl/wat%0Adan.json", 404),
        ("/data/%00.json", 400),
        ("/data/worksites.json?a=%FF", 400),
        ("/nl/werven/%FF.json", 400),
    ],
)
def test_what_goes_wrong_is_a_problem_document_in_both_languages(client, path, status):
    assert_problem(client.get(path), status)


def test_a_fault_of_our_own_is_a_problem_document_too(client, monkeypatch):
    monkeypatch.setattr("initiatives.opendata.views.current_edition", lambda: 1 / 0)
    client.raise_request_exception = False
    assert_problem(client.get("/data/worksites.json"), 500)


def test_a_problem_document_survives_what_broke_everything_else(client, monkeypatch):
    monkeypatch.setattr("initiatives.opendata.problems.problem_text", lambda *args: 1 / 0)
    response = client.get("/data/nothing")
    assert response.status_code == 404
    assert json.loads(response.content) == {"type": "about:blank", "title": "Not Found", "status": 404}
