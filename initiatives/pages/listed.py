"""Every public address but the answers to what a reader types: what is held ready, and what a mirror has."""

from collections.abc import Iterator
from itertools import pairwise
from typing import NamedTuple
from urllib.parse import urlencode

from django.conf import settings
from django.urls import reverse
from django.utils.translation import override

from ..language import LANGUAGES
from ..models import Measure, Objective, Office, Page, Revision, Sector
from ..models.addresses import path_to
from ..opendata.csv import TABLES
from ..opendata.documents import DATASETS, current_edition, document_path
from ..opendata.views import WHOLE
from . import sitemap
from .bibliography import FORMS
from .citations import FILE_NAME
from .embed import THEMES, CardForm, EmbedForm
from .forms import MeasuresForm, PageForm
from .permalinks import KINDS, Item, has_page
from .versions import PAGE_SIZE, VERSIONS

NOTHING: frozenset[str] = frozenset()
FILTERS, PAGES, LOOKS = (frozenset(form.base_fields) for form in (MeasuresForm, PageForm, CardForm))
EMBEDS = frozenset(EmbedForm.base_fields) | {"format"}
DESCRIPTIONS = ("datapackage.json", "catalogue.jsonld")


class Listed(NamedTuple):
    """A public address: its path, with a query string where it has one, and the names that its view reads."""

    address: str
    reads: frozenset[str] = NOTHING


def listed() -> Iterator[Listed]:
    """Yield every public address, those that are read most first.

    Without the search, which answers a question, two filters at once, and what says that something
    is gone or stands elsewhere now.
    """
    pages = [path for page in sitemap.public_paths() for path in page.values()]
    reads = {**of_list("measures", FILTERS), **of_list("changes", PAGES)}
    yield Listed(reverse("chooser"))
    yield from (Listed(path, reads.get(path, NOTHING)) for path in pages)
    yield from map(Listed, machines())
    if Objective.objects.published().main().exists():
        yield from map(Listed, [*data(), *feeds()])
        yield from (Listed(f"{path}{FILE_NAME}.{form}") for path in pages for form in FORMS)
        yield from further_lists(reads)
        yield from of_measures()
        yield from of_items()


def machines() -> Iterator[str]:
    """Yield what crawlers and programs know the address of."""
    names = ["sitemap", "robots"] + ["security"] * bool(settings.SECURITY_EMAIL)
    yield from (reverse(name) for name in names)
    yield "/data/openapi.json"


def of_list(name: str, reads: frozenset[str]) -> dict[str, frozenset[str]]:
    """Return the paths of a list in all languages, each with what it reads."""
    return dict.fromkeys(sitemap.paths_to(name).values(), reads)


def data() -> Iterator[str]:
    """Yield the address of everything under /data/ but the description of the interface, which needs none."""
    whole = current_edition().name
    names = [f"{name}.json" for name in DATASETS]
    names += [f"{folder}{name}.csv" for folder in ("", "semicolon/") for name in TABLES]
    names += [f"{whole}.{form}" for form in WHOLE]
    yield from (f"/data/{name}" for name in ("", *names, *DESCRIPTIONS))


def feeds() -> Iterator[str]:
    """Yield the feed of all changes and the description of the search, in each language."""
    for name in ("feed", "opensearch"):
        yield from sitemap.paths_to(name).values()


def further_lists(reads: dict[str, frozenset[str]]) -> Iterator[Listed]:
    """Yield the measures by one filter, and the further pages of the changes."""
    queries = {FILTERS: [f"sector={sector.code}" for sector in Sector.objects.published()]}
    queries[FILTERS] += [f"office={office.code}" for office in Office.objects.published()]
    last = -(-Revision.objects.published().changes().count() // PAGE_SIZE)
    queries[PAGES] = [f"page={number}" for number in range(2, last + 1)]
    yield from (Listed(f"{path}?{query}", names) for path, names in reads.items() for query in queries[names])


def of_measures() -> Iterator[Listed]:
    """Yield what stands at addresses of a measure: it has no page of its own."""
    for code in Measure.objects.published().values_list("code", flat=True):
        yield Listed(reverse("permalink", kwargs={"kind": "measure", "code": code}))
        for form in FORMS:
            paths = sitemap.paths_to("measure-citation", code=code, form=form)
            yield from map(Listed, paths.values())


def of_items() -> Iterator[Listed]:
    """Yield what stands beneath the page of each item, its permalinks and its pictures."""
    numbers: dict[tuple[str, str], list[int]] = {}
    rows = Revision.objects.published().order_by("number")
    for kind, code, number in rows.values_list("kind", "code", "number"):
        numbers.setdefault((kind, code), []).append(number)
    for kind, model in KINDS.items():
        for item in model.objects.published():
            versions = numbers.get((kind, item.code), [])
            yield from map(Listed, anywhere(kind, item, versions))
            if has_page(item):
                yield from beneath(kind, item, versions)


def anywhere(kind: str, item: Item, versions: list[int]) -> Iterator[str]:
    """Yield the addresses of an item that are not beneath its page: permalinks and pictures."""
    words = {"kind": kind, "code": item.code}
    yield reverse("permalink", kwargs=words)
    yield from (reverse("version-permalink", kwargs={**words, "number": number}) for number in versions)
    yield from (reverse("picture", kwargs={**words, "language": language}) for language in LANGUAGES)


def beneath(kind: str, item: Page, versions: list[int]) -> Iterator[Listed]:
    """Yield what stands beneath the page of an item: data, feed, versions with what changed, and its card."""
    for language in LANGUAGES:
        path = item.url_in(language)
        word = f"{path}{VERSIONS[language]}"
        steps = [f"{older}-{newer}" for older, newer in pairwise(versions)]
        yield from map(Listed, (document_path(path), f"{path}atom.xml", word))
        yield from (Listed(f"{word}{step}/") for step in (*map(str, versions), *steps))
        if kind == "worksite":
            with override(language):
                card = path_to("card", **item.url_kwargs())
            yield from (Listed(f"{card}{query}", LOOKS) for query in ("", f"?theme={THEMES[1]}"))
            yield Listed(f"{reverse('oembed')}?{urlencode({'url': settings.SITE_URL + path})}", EMBEDS)
