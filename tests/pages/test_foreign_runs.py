"""What stands in another language than its page says so, on every public page (WCAG 3.1.2)."""

import gettext
import re
from urllib.parse import unquote_plus

import pytest
import yaml
from django.conf import settings
from django.template import Context, Template
from django.utils.translation import override

from initiatives.models import Measure, Office, Steering
from initiatives.search.text import words

from ..conftest import FIXTURES
from ..document import Document


@pytest.mark.parametrize(
    ("record", "field", "language", "expected"),
    [
        (Steering(slip_fr="« het <b> » ;"), "slip", "fr", '« <span lang="nl">het &lt;b&gt;</span> » ;'),
        (Steering(slip_nl="“het” & “de”"), "slip", "nl", "“het” &amp; “de”"),
        (
            Measure(remark_fr="« a », « b »."),
            "remark",
            "fr",
            '« <span lang="nl">a</span> », « <span lang="nl">b</span> ».',
        ),
        (Office(provenance_note_nl="“Axe” x"), "provenance_note", "nl", '“<span lang="fr">Axe</span>” x'),
        (Office(provenance_note_fr="« Axe »"), "provenance_note", "fr", "« Axe »"),
        (Steering(), "slip", "fr", ""),
    ],
)
def test_it_says_the_language_of_what_a_note_quotes(record, field, language, expected):
    with override(language):
        shown = Template("{{ record|quoting:field }}").render(Context({"record": record, "field": field}))
    assert shown == expected


# Words for machines, which stand in attributes.
MACHINES = {"image", "large", "website", "article"}
ADDRESS = re.compile(
    r"https?://\S+|\S+@\S+|/\S+|\b[\w-]+\.(?:brussels|be|org|eu|fr|com|csv|json|zip|xml|jsonld)\b\S*"
)
OWN_MARKS = {"nl": re.compile("“[^“”]*”"), "fr": re.compile("«[^«»]*»")}
PERSON = re.compile(r"name: ([A-Z]\w+ [A-Z].*)")
ENGLISH = {"supporting", "with", "potential"}


def vocabulary(language):
    """Return the words of the fixtures and of the catalogue in one language, without what they quote."""
    found = set()
    for path in sorted(FIXTURES.glob("*.yaml")):
        for record in yaml.safe_load(path.read_text()):
            for name, value in record["fields"].items():
                if name.endswith(f"_{language}") and isinstance(value, str) and "slug" not in name:
                    found |= set(words(OWN_MARKS[language].sub(" ", ADDRESS.sub(" ", value))))
    catalogue = gettext.translation("django", settings.BASE_DIR / "locale", [language])._catalog
    for text in catalogue.values():
        said = re.sub(r"“[^“”]*”|«[^«»]*»|%\(\w+\)s|<[^>]*>", " ", text)
        found |= set(words(ADDRESS.sub(" ", said)))
    return {word for word in found if len(word) > 2 and word.isalpha()}


@pytest.fixture(scope="module")
def telling():
    """Return the words that only one of the languages has."""
    nl, fr = vocabulary("nl"), vocabulary("fr")
    return {"nl": nl - fr - MACHINES, "fr": fr - nl - MACHINES, "en": ENGLISH}


def foreign_runs(page, telling, said_by_reader=""):
    """Return each text in another language than it says: names and what the reader asked have none."""
    found, people = [], PERSON.findall((FIXTURES / "07_officeholder.yaml").read_text())
    names = re.compile(
        "|".join(map(re.escape, [*people, *filter(None, [said_by_reader, *said_by_reader.split()])]))
    )
    for text, language in Document(page).texts:
        said = language[:2]
        if said not in ("nl", "fr"):
            continue
        mine = set(words(names.sub(" ", ADDRESS.sub(" ", text))))
        for other in {"nl", "fr", "en"} - {said}:
            if strange := sorted(mine & telling[other]):
                found.append((said, strange, text))
    return found


def public_addresses(site):
    """Return every public page of the sitemap, and what the sitemap leaves out."""
    for paths in site:
        yield from paths.values()
    for language, (search, versions) in {
        "nl": ("zoeken", "werven/bouw/versies/"),
        "fr": ("recherche", "chantiers/construction/versions/"),
    }.items():
        yield from (f"/{language}/{search}/", f"/{language}/{search}/?q=bouw", f"/{language}/{search}/?q=PFE")
        yield from (f"/{language}/{search}/?q=xyzzy", f"/{language}/{search}/?q=emploi+bouw")
        yield from (f"/{language}/{versions}", f"/{language}/{versions}1/", f"/{language}/nergens/")
        yield from (f"/{language}/{search}/?q=digitalisering", f"/{language}/{search}/?q=POW")
    yield from ("/", "/nergens/", "/id/term/mice")
    yield from ("/nl/werven/bouw/kaart/", "/fr/chantiers/construction/carte/")


def strange_runs(client, paths, telling):
    """Return `{(language, foreign words, text): a page that has it}`."""
    strange = {}
    for path in paths:
        response = client.get(path)
        assert response.status_code == (404 if path.endswith("/nergens/") else 200), path
        page, query = response.content.decode(), unquote_plus(path.partition("?q=")[2])
        if path.count("/") < 3 or path.startswith("/id/"):
            # It speaks both languages, and nothing in its head can say which.
            page = page.partition(">")[0] + page[page.index("<body") :]
        for said, found, text in foreign_runs(page, telling, query):
            strange.setdefault((said, *found, text[:160]), path)
    return strange


@pytest.mark.django_db
def test_it_says_the_language_of_every_foreign_run(client, site, telling):
    assert min(len(telling["nl"]), len(telling["fr"])) > 1000
    assert strange_runs(client, public_addresses(site), telling) == {}


def test_it_would_notice_what_no_page_may_do(telling):
    page = '<html lang="fr-BE"><p>La source écrit « het digitalisering ».</p><p lang="nl">het woord</p>'
    assert [found for _said, found, _text in foreign_runs(page, telling)] == [["digitalisering", "het"]]
    page = '<html lang="nl-BE"><p>De titel is Supporting Sectors with Job Potential</p>'
    assert foreign_runs(page, telling)
