"""The addresses of the content. They last for ever, so they stand here, side by side, and in no catalogue."""

from django.urls import path, register_converter
from django.urls.converters import SlugConverter

from . import views


class CodeConverter(SlugConverter):
    """The code of an objective: “1.4”."""

    regex = r"[0-9]+\.[0-9]+"


register_converter(CodeConverter, "code")

# (name, view, Dutch, French)
ADDRESSES = [
    ("home", views.home, "", ""),
    ("objective", views.objective, "doelstelling/<code:code>/", "objectif/<code:code>/"),
    ("dossier", views.dossier, "doelstelling/<code:code>/dossier/", "objectif/<code:code>/dossier/"),
    ("worksites", views.worksites, "werven/", "chantiers/"),
    ("worksite", views.worksite, "werven/<slug:slug>/", "chantiers/<slug:slug>/"),
    ("sectors", views.sectors, "sectoren/", "secteurs/"),
    ("sector", views.sector, "sectoren/<slug:slug>/", "secteurs/<slug:slug>/"),
    ("offices", views.offices, "ministers/", "ministres/"),
    ("office", views.office, "ministers/<slug:slug>/", "ministres/<slug:slug>/"),
    ("organisations", views.organisations, "partners/", "partenaires/"),
    ("organisation", views.organisation, "partners/<slug:slug>/", "partenaires/<slug:slug>/"),
    ("steering", views.steering, "wie-stuurt-wat/", "qui-pilote-quoi/"),
    ("about", views.about, "over/", "a-propos/"),
    ("accessibility", views.accessibility, "toegankelijkheid/", "accessibilite/"),
    ("privacy", views.privacy, "privacy/", "vie-privee/"),
]


def pages(language):
    """Give the URL patterns of the public pages in `language`."""
    column = {"nl": 0, "fr": 1}[language]
    return [path(addresses[column], view, name=name) for name, view, *addresses in ADDRESSES]
