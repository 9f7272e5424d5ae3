"""Who speaks: every page says who publishes it, and claims nothing official unless a public body does."""

import re

import pytest
from django.conf import settings as django_settings
from django.test import Client

from go4brussels import errors
from initiatives.models.publisher import publisher
from initiatives.pages.accessibility import facts

from ..document import Document
from ..go4brussels.test_errors import FAILURES

NAMES = {"nl": "Uitgeverij & Zoon", "fr": "Éditions & Fils"}
NAMED = {"PUBLISHER_NAME_NL": NAMES["nl"], "PUBLISHER_NAME_FR": NAMES["fr"]}
MAIL = "portaal@uitgever.example"
KINDS = {
    "nobody": {},
    "named": NAMED,
    "linked": NAMED | {"PUBLISHER_URL": "https://uitgever.example/?a=1&b=2", "CONTACT_EMAIL": MAIL},
    "official": NAMED | {"IS_OFFICIAL": True, "CONTACT_EMAIL": MAIL},
}
NOT_OFFICIAL = {
    "nl": "Dit is geen website van het Brussels Hoofdstedelijk Gewest.",
    "fr": "Ce site n’est pas un site de la Région de Bruxelles-Capitale.",
}
NOT_NAMED = {
    "nl": "Wie de website publiceert, is in de instellingen niet vermeld.",
    "fr": "Son éditeur n’est pas indiqué dans les paramètres.",
}
PUBLISHED_BY = {"nl": f"Uitgegeven door {NAMES['nl']}.", "fr": f"Publié par {NAMES['fr']}."}
NO_ADDRESS = {
    "nl": "Wie deze installatie beheert, heeft geen adres ingesteld waarnaar u kunt schrijven.",
    "fr": "Le gestionnaire de cette installation n’a indiqué aucune adresse de contact.",
}
# The law and the ombuds service, as the statement names them, and their addresses.
OFFICIAL_WORDS = re.compile(r"4 oktober 2018|4 octobre 2018|2018031954|[Oo]mbuds")
ACCESSIBILITY = {"nl": "/nl/toegankelijkheid/", "fr": "/fr/accessibilite/"}
PRIVACY = {"nl": "/nl/privacy/", "fr": "/fr/vie-privee/"}
ABOUT = {"nl": "/nl/over/", "fr": "/fr/a-propos/"}
NO_PAGE = {"nl": "/nl/bestaat-niet/", "fr": "/fr/n-existe-pas/"}


@pytest.fixture(params=KINDS)
def kind(request, settings):
    """Publish the portal as nobody, somebody named, somebody with an address, and a public body, in turn."""
    for name, value in KINDS[request.param].items():
        setattr(settings, name, value)
    return request.param


def words(page):
    """Return the text of a page as it is read, without tags, on one line."""
    text = " ".join(text for text, _language in Document(page).texts)
    return re.sub(r" (?=[.,])", "", re.sub(r"\s+", " ", text))


def foot(page):
    return words(page[page.index('<footer class="foot">') : page.index("</footer>")])


def check_foot(page, kind, language):
    """Hold that the foot of a page names this kind of publisher in this language."""
    said = foot(page)
    assert (NOT_OFFICIAL[language] in said) == (kind != "official")
    assert (NOT_NAMED[language] in said) == (kind == "nobody")
    assert (PUBLISHED_BY[language] in said) == (kind != "nobody")
    assert ('<a href="https://uitgever.example/?a=1&amp;b=2">' in page) == (kind == "linked")


def test_every_page_says_who_publishes_it_and_claims_nothing_that_binds_others(client, site, kind):
    official = set()
    for paths in site:
        for language, path in paths.items():
            page = client.get(path).content.decode()
            check_foot(page, kind, language)
            if OFFICIAL_WORDS.search(page):
                official.add(path)
    assert official == (set(ACCESSIBILITY.values()) if kind == "official" else set())


@pytest.mark.parametrize("path", ["/", "/id/worksite/1.4-02"])
def test_the_doors_say_it_in_both_languages(client, db, kind, path):
    page = client.get(path).content.decode()
    for language in NAMES:
        check_foot(page, kind, language)
        [start] = [found.start() for found in re.finditer(f'<div lang="{language}-BE">', page)]
        assert start > page.index("<footer")


@pytest.mark.parametrize("status", FAILURES)
@pytest.mark.parametrize(("prefix", "spoken"), [("nl/", ["nl"]), ("fr/", ["fr"]), ("", ["nl", "fr"])])
def test_error_pages_say_it_without_a_database(settings, kind, status, prefix, spoken):
    settings.ROOT_URLCONF = "tests.go4brussels.test_errors"
    page = Client(raise_request_exception=False).get(f"/{prefix}{status}/").content.decode()
    for language in spoken:
        check_foot(page, kind, language)


@pytest.mark.parametrize("room", [ABOUT, PRIVACY, ACCESSIBILITY], ids=["about", "privacy", "accessibility"])
def test_it_prints_an_address_to_write_to_only_where_one_was_set(client, db, kind, language, room):
    page = client.get(room[language]).content.decode()
    is_set = "CONTACT_EMAIL" in KINDS[kind]
    assert (f'<a href="mailto:{MAIL}">{MAIL}</a>' in page) == is_set
    assert (NO_ADDRESS[language] in page) == (not is_set)
    assert ("mailto:" in page) == is_set
    assert ".example" not in page.replace("uitgever.example", "")


def test_a_page_that_is_not_there_asks_for_news_only_where_it_can_be_sent(client, db, kind, language):
    page = client.get(NO_PAGE[language]).content.decode()
    assert ("mailto:" in page) == ("CONTACT_EMAIL" in KINDS[kind])


def test_the_privacy_page_names_the_controller_or_says_that_it_cannot(client, db, kind, language):
    page = words(client.get(PRIVACY[language]).content.decode())
    named = {
        "nl": f"is de uitgever van dit portaal: {NAMES['nl']}.",
        "fr": f"est l’éditeur de ce portail : {NAMES['fr']}.",
    }
    unnamed = {
        "nl": "het portaal kan dus niet zeggen wie het is",
        "fr": "ne peut donc pas dire de qui il s’agit",
    }
    assert (named[language] in page) == (kind != "nobody")
    assert (unnamed[language] in page) == (kind == "nobody")


@pytest.mark.parametrize(
    ("days", "said"),
    [
        (0, {"nl": "de instellingen zeggen het niet", "fr": "les paramètres ne l’indiquent pas"}),
        (1, {"nl": "bewaart de beheerder het 1 dag.", "fr": "le conserve pendant 1 jour."}),
        (30, {"nl": "bewaart de beheerder het 30 dagen.", "fr": "le conserve pendant 30 jours."}),
    ],
)
@pytest.mark.django_db
def test_the_privacy_page_tells_how_long_logs_are_kept_where_known(client, settings, language, days, said):
    settings.LOG_DAYS = days
    settings.AUDIT_DAYS = 200
    page = words(client.get(PRIVACY[language]).content.decode())
    assert said[language] in page
    assert sum(text in page for text in ("bewaart de beheerder", "le conserve pendant")) == bool(days)
    assert {"nl": "ouder is dan 200 dagen", "fr": "plus de 200 jours"}[language] in page


def test_the_accessibility_statement_is_a_duty_of_public_bodies_alone(client, db, kind, language):
    page = words(client.get(ACCESSIBILITY[language]).content.decode())
    voluntary = {"nl": "Deze verklaring is vrijwillig:", "fr": "La présente déclaration est volontaire :"}
    no_procedure = {"nl": "geen wettelijke procedure bij", "fr": "aucune procédure légale"}
    is_official = kind == "official"
    assert (voluntary[language] in page) == (not is_official)
    assert (no_procedure[language] in page) == (not is_official)
    assert bool(OFFICIAL_WORDS.search(page)) == is_official


def test_the_statement_names_the_known_breaches_instead_of_saying_that_there_are_none(
    client, db, monkeypatch, language
):
    none = {"nl": "er is ook geen andere bekend", "fr": "aucun autre n’est connu"}
    known = {
        "criterion": "3.1.2",
        "nl": "Een citaat mist een taal.",
        "fr": "Une citation n’a pas de langue.",
    }
    assert none[language] in words(client.get(ACCESSIBILITY[language]).content.decode())
    monkeypatch.setitem(facts(), "deviations", [known])
    page = words(client.get(ACCESSIBILITY[language]).content.decode())
    assert none[language] not in page
    assert f"{known[language]} (WCAG 3.1.2)" in page


def test_it_gives_the_publisher_in_the_language_in_force(settings, kind, language):
    found = publisher()
    assert found.is_official == (kind == "official")
    assert found.email == KINDS[kind].get("CONTACT_EMAIL", "")
    if kind == "nobody":
        assert found.names is None
        assert found.url == found.email == ""
        assert found.name.startswith({"nl": "Portaal", "fr": "Portail"}[language])
    else:
        assert found.names == NAMES
        assert found.name == NAMES[language]


def test_the_tests_run_as_nobody_named_unless_they_say_otherwise():
    assert not django_settings.PUBLISHER_NAME_NL + django_settings.CONTACT_EMAIL
    assert not django_settings.IS_OFFICIAL
    assert errors.publisher().names is None
