"""The addresses of the content. They last for ever, so they stand here, side by side, and in no catalogue."""

from collections.abc import Callable

from django.http import HttpResponse
from django.urls import URLPattern, path, register_converter
from django.urls.converters import IntConverter, SlugConverter

from ..models.fields import CODE_PATTERN
from ..opendata.documents import document_path
from ..opendata.views import item_document
from . import citations, embed, feeds, versions, views
from .bibliography import FORMS
from .open_data import open_data


class CodeConverter(SlugConverter):
    """The code of an objective, “1.4”: every one that a record may have."""

    regex = CODE_PATTERN


class FormConverter(SlugConverter):
    """The form of a citation: its ending."""

    regex = "|".join(FORMS)


class NumberConverter(IntConverter):
    """The number of a version, written in one way, and no greater than any database can hold."""

    regex = "[1-9][0-9]{0,8}"


View = Callable[..., HttpResponse]

register_converter(CodeConverter, "code")
register_converter(FormConverter, "form")
register_converter(NumberConverter, "number")

# (name, view, Dutch, French)
ADDRESSES: list[tuple[str, View, str, str]] = [
    ("home", views.home, "", ""),
    ("objective", views.objective, "doelstelling/<code:code>/", "objectif/<code:code>/"),
    ("dossier", views.dossier, "doelstelling/<code:code>/dossier/", "objectif/<code:code>/dossier/"),
    ("worksites", views.worksites, "werven/", "chantiers/"),
    ("worksite", views.worksite, "werven/<slug:slug>/", "chantiers/<slug:slug>/"),
    ("card", embed.card, "werven/<slug:slug>/kaart/", "chantiers/<slug:slug>/carte/"),
    ("measures", views.measures, "maatregelen/", "mesures/"),
    ("sectors", views.sectors, "sectoren/", "secteurs/"),
    ("sector", views.sector, "sectoren/<slug:slug>/", "secteurs/<slug:slug>/"),
    ("offices", views.offices, "ministers/", "ministres/"),
    ("office", views.office, "ministers/<slug:slug>/", "ministres/<slug:slug>/"),
    ("organisations", views.organisations, "partners/", "partenaires/"),
    ("organisation", views.organisation, "partners/<slug:slug>/", "partenaires/<slug:slug>/"),
    ("steering", views.steering, "wie-stuurt-wat/", "qui-pilote-quoi/"),
    ("terms", views.terms, "begrippen/", "glossaire/"),
    ("search", views.search, "zoeken/", "recherche/"),
    ("opensearch", views.opensearch, "opensearch.xml", "opensearch.xml"),
    ("changes", versions.change_list, "wijzigingen/", "modifications/"),
    ("feed", feeds.all_changes, "wijzigingen/atom.xml", "modifications/atom.xml"),
    ("opendata", open_data, "open-data/", "donnees-ouvertes/"),
    ("about", views.about, "over/", "a-propos/"),
    ("accessibility", views.accessibility, "toegankelijkheid/", "accessibilite/"),
    ("privacy", views.privacy, "privacy/", "vie-privee/"),
]


# What is no page of content, and so is not cited.
NOT_CITED = {"card", "search", "opensearch", "feed"}
# Beneath the address of an item: its versions, one of them, the difference between two, its feed, its data.
ITEMS = ("objective", "worksite", "sector", "office", "organisation")


def pages(language: str) -> list[URLPattern]:
    """Return the URL patterns of the public pages in `language`."""
    addresses = {
        name: ({"nl": dutch, "fr": french}[language], view) for name, view, dutch, french in ADDRESSES
    }
    patterns = [path(address, view, name=name) for name, (address, view) in addresses.items()]
    for name, (address, _view) in addresses.items():
        if name not in NOT_CITED:
            patterns.append(path(f"{address}{citations.FILE_NAME}.<form:form>", citations.page_file))
    measure = f"{addresses['measures'][0]}<str:code>.<form:form>"
    patterns.append(path(measure, citations.measure_file, name="measure-citation"))
    for kind in ITEMS:
        patterns += beneath(kind, addresses[kind][0], versions.VERSIONS[language])
    return patterns


def beneath(kind: str, address: str, word: str) -> list[URLPattern]:
    rest = {"kind": kind}
    two = f"{address}{word}<number:older>-<number:newer>/"
    return [
        path(document_path(address), item_document, rest, name=f"{kind}-document"),
        path(f"{address}{word}", versions.versions, rest, name=f"{kind}-versions"),
        path(f"{address}{word}<number:number>/", versions.version, rest, name=f"{kind}-version"),
        path(two, versions.comparison, rest, name=f"{kind}-comparison"),
        path(f"{address}atom.xml", feeds.changes_of_item, rest, name=f"{kind}-feed"),
    ]
