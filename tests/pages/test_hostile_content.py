"""No public address takes long, whatever is stored: half a second of a processor at most.

The files with all of the content, and the pages that tell how large these are, are made once for each edition
and not measured: they have only to answer.
"""

from collections.abc import Iterator
from itertools import cycle

import pytest
from django.test import Client

from initiatives.models import Measure, Objective, Office, Organisation, Page, Sector, Worksite
from initiatives.opendata.csv import TABLES
from initiatives.pages import sitemap

from ..hostile import plant, plant_versions
from ..timing import LIMIT, quickest

pytestmark = [pytest.mark.django_db, pytest.mark.slow]

VERSIONS = {"nl": "versies/", "fr": "versions/"}
CARD = {"nl": "kaart/", "fr": "carte/"}
SEARCH = ("/nl/zoeken/", "/fr/recherche/")
# All of the content in one file, and what tells how large that is.
WHOLE = (
    "/data/datapackage.json",
    "/data/catalogue.jsonld",
    "/data/go4brussels-2030-1.4.zip",
    "/data/go4brussels-2030-1.4.xlsx",
    "/nl/open-data/",
    "/fr/donnees-ouvertes/",
)
ALONE = (
    "/",
    "/sitemap.xml",
    "/robots.txt",
    "/nl/opensearch.xml",
    "/data/openapi.json",
    "/nl/wijzigingen/atom.xml",
    "/fr/modifications/atom.xml",
    "/nl/wijzigingen/?page=2",
    "/nl/maatregelen/?sector=construction",
    "/fr/mesures/?office=minister-work",
)
QUERIES = (
    "a",
    "werf",
    "a " * 100,
    "a b c d e f g h i j k l m n o p q r s t u v w x y z",
    "groothandell",
    "b" * 200,
    "'" * 200,
    '"a" ' * 50,
    '"a b" ' * 33,
    "abcdefx " * 25,
    "de gros et de",
    "1.4-08",
    " ".join(f"w{number}rd" for number in range(36)),
    "=;",
    '"' + "a " * 28 + '"',
    "verkooppunten groot kleinhandel",
)


def pages_of_each_kind() -> Iterator[Page]:
    """Yield the pages with long texts, and one that has a longer one."""
    yield Objective.objects.published().main()[0]
    for model in (Worksite, Sector, Office, Organisation):
        yield from model.objects.published().order_by("pk")[:2]


def beneath(page: Page) -> Iterator[str]:
    """Yield the addresses that are about a page: its versions, its feed, its picture, what cites it."""
    kind = page._meta.model_name
    yield page.permalink
    for language, word in VERSIONS.items():
        path = page.url_in(language)
        yield path.rstrip("/") + ".json"
        yield from (path + rest for rest in ("atom.xml", "citation.bib", "citation.ris", word))
        yield f"/picture/{kind}/{page.code}.{language}.png"
        if kind == "worksite":
            yield path + CARD[language]
            yield f"/oembed?url=http://testserver{path}"


def of_versions(page: Page) -> Iterator[str]:
    for language, word in VERSIONS.items():
        for rest in ("2/", "1-2/", "2-3/", "3-4/"):
            yield page.url_in(language) + word + rest


def addresses() -> Iterator[tuple[str, dict[str, str]]]:
    """Yield what is asked for: an address, and what stands in its query."""
    pages = list(pages_of_each_kind())
    paths = [
        *(path for paths in sitemap.public_paths() for path in paths.values()),
        *ALONE,
        *(f"/data/{name}" for table in TABLES for name in (f"{table}.json", f"{table}.csv")),
        *(path for page in pages for path in beneath(page)),
        *(path for page in pages[:2] for path in of_versions(page)),
    ]
    yield from ((path, {}) for path in paths if path not in WHOLE)
    for measure in Measure.objects.published().order_by("pk")[:2]:
        yield f"/nl/maatregelen/{measure.code}.bib", {}
        yield f"/id/measure/{measure.code}", {}
    for path, query in zip(cycle(SEARCH), (each for each in QUERIES for _language in SEARCH), strict=False):
        yield path, {"q": query}


def seconds(client: Client, path: str, query: dict[str, str]) -> float:
    """Return how long an address takes."""

    def ask() -> None:
        assert client.get(path, query).status_code == 200, (path, query)

    return quickest(ask)[0]


def test_no_address_takes_long():
    plant()
    for page in list(pages_of_each_kind())[:2]:
        plant_versions(page)
    client = Client()
    for path in WHOLE:
        assert client.get(path).status_code == 200, path
    found = {(path, *query.values()): seconds(client, path, query) for path, query in addresses()}
    slowest = sorted(found, key=lambda asked: -found[asked])
    print(*(f"{found[asked]:.2f} {' '.join(asked)[:90]}" for asked in slowest[:12]), sep="\n")
    assert len(found) > 250
    assert [(asked, found[asked]) for asked in slowest if found[asked] > LIMIT] == []
