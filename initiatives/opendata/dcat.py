"""The record by which open-data portals find and harvest the data: DCAT-AP 3, as JSON-LD."""

from collections.abc import Mapping
from datetime import datetime

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django_stubs_ext import StrOrPromise

from ..language import LANGUAGES, in_both_languages
from ..models import Strategy, rights
from .documents import Edition, in_each_language, publisher_data
from .package import Download
from .serialize import Data, timestamp

EU = "http://publications.europa.eu/resource/authority"
CONTEXT = {
    "dcat": "http://www.w3.org/ns/dcat#",
    "dct": "http://purl.org/dc/terms/",
    "foaf": "http://xmlns.com/foaf/0.1/",
    "prov": "http://www.w3.org/ns/prov#",
    "rdfs": "http://www.w3.org/2000/01/rdf-schema#",
    "skos": "http://www.w3.org/2004/02/skos/core#",
    "vcard": "http://www.w3.org/2006/vcard/ns#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
}
LANGUAGE_CODES = {"nl": "NLD", "fr": "FRA"}
THEMES = ("GOVE", "ECON")
KEYWORDS = {
    "nl": ("Go4Brussels 2030", "Brussels Hoofdstedelijk Gewest", "economie", "werk", "beleid"),
    "fr": ("Go4Brussels 2030", "Région de Bruxelles-Capitale", "économie", "emploi", "politique publique"),
}
# What a form is: its name in file names, its media type, and its name in the European list of file types.
FORMS = {
    "csv": ("text/csv", "CSV"),
    "json": ("application/json", "JSON"),
    "zip": ("application/zip", "ZIP"),
}
DESCRIPTIONS = {
    "objective": _(
        "The objective: its texts, its place in the strategy, the offices and partners that the source "
        "names, and the timeline."
    ),
    "worksites": _(
        "The worksites with their measures, cross-references and steering offices, and the sectors that the "
        "portal links to them."
    ),
    "sectors": _(
        "The priority sectors with their scope, their place in NACE and the worksites that the portal links "
        "to them."
    ),
    "offices": _("The offices with every wording of the source, those who held them, and what they steer."),
    "organisations": _("The partners with their roles in the objective."),
    "measures": _("The measures one by one, with the worksite, its sectors and the offices that steer it."),
    "steering": _("Who steers what: one row for each office that the source names at a worksite."),
    "terms": _("The words that readers of the source have to know, explained by the portal."),
}
TITLE = _("Open data of the portal of objective 1.4 of Go4Brussels 2030")
PROVENANCE = _(
    "As a rule the Dutch is that of the source page, and the French is the portal’s translation of it. "
    "Where a text comes from elsewhere, its record says so, per language."
)
WHOLE = _("All tables and documents in one file, with a description and the licence.")


def reference(address: str) -> Data:
    """Return the node that another description stands for."""
    return {"@id": address}


def in_languages(texts: Mapping[str, str]) -> list[Data]:
    """Return texts as literals with their language."""
    return [{"@value": text, "@language": language} for language, text in texts.items()]


def dated(at: datetime) -> Data:
    """Return a moment as a literal."""
    return {"@value": timestamp(at), "@type": "xsd:dateTime"}


def absolute(path: str) -> str:
    """Return the address of a path on this site."""
    return settings.SITE_URL + path


def catalogue(edition: Edition, downloads: list[Download]) -> Data:
    """Return the catalogue with its datasets, each in the forms in which it can be downloaded."""
    statement = rights_in(edition, rights.source_licence())
    zipped = distribution(f"/data/{edition.name}.zip", in_both_languages(WHOLE), "zip") | statement
    datasets = [dataset(edition, edition.name, edition.titles, WHOLE, [zipped]) | statement]
    for each in downloads:
        statement = rights_in(edition, each.licence)
        forms = [
            distribution(f"/data/{each.name}.csv", each.titles, "csv", len(each.csv)) | statement,
            distribution(f"/data/{each.name}.json", each.titles, "json") | statement,
        ]
        datasets.append(dataset(edition, each.name, each.titles, DESCRIPTIONS[each.name], forms) | statement)
    return {
        "@context": CONTEXT,
        "@id": absolute("/data/catalogue.jsonld"),
        "@type": "dcat:Catalog",
        "dct:title": in_languages(in_both_languages(TITLE)),
        "dct:description": in_languages(
            joined_texts(
                in_both_languages(_("Open data of the portal, in Dutch and in French.")), edition.contexts
            )
        ),
        # Of this description, which is the portal's; each dataset says its own.
        "dct:license": licence(rights.OWN),
        "foaf:homepage": {"@id": absolute("/"), "@type": "foaf:Document"},
        "dcat:themeTaxonomy": {"@id": f"{EU}/data-theme", "@type": "skos:ConceptScheme"},
        "dcat:dataset": datasets,
        **common(edition),
    }


def joined_texts(*texts: Mapping[str, str]) -> dict[str, str]:
    """Return texts in both languages one after the other."""
    return {language: " ".join(text[language] for text in texts) for language in LANGUAGES}


def common(edition: Edition) -> Data:
    """Return what the catalogue and each dataset say alike: by whom, for where, in which languages, when."""
    modified = {"dct:modified": dated(edition.modified)} if edition.modified else {}
    who = publisher_data()
    return modified | {
        "dct:publisher": {
            "@id": absolute("/#publisher"),
            "@type": "foaf:Agent",
            "foaf:name": in_languages(who["name"]),
            "foaf:homepage": {"@id": who["url"] or absolute("/"), "@type": "foaf:Document"},
            **({"foaf:mbox": reference(f"mailto:{who['email']}")} if who["email"] else {}),
        },
        "dct:language": [
            {"@id": f"{EU}/language/{LANGUAGE_CODES[language]}", "@type": "dct:LinguisticSystem"}
            for language in LANGUAGES
        ],
        # The Brussels-Capital Region among the statistical regions of Europe.
        "dct:spatial": {"@id": "http://data.europa.eu/nuts/code/BE1", "@type": "dct:Location"},
    }


def legislature(strategy: Strategy) -> Data:
    """Return the years that the content is about: those of the legislature, and not of today."""
    years = {"dcat:startDate": strategy.legislature_start, "dcat:endDate": strategy.legislature_end}
    return {"@type": "dct:PeriodOfTime"} | {
        name: {"@value": str(year), "@type": "xsd:gYear"} for name, year in years.items()
    }


def rights_in(edition: Edition, its_licence: rights.Licence | None) -> Data:
    """Return whose words are whose in a dataset, and its licence, where one is true of all of it."""
    sentence = edition.all_rights if its_licence != rights.OWN else in_each_language(lambda: rights.OWN.name)
    statement = {"@type": "dct:RightsStatement", "rdfs:label": in_languages(sentence)}
    return {"dct:rights": statement} | ({"dct:license": licence(its_licence)} if its_licence else {})


def contact() -> Data:
    """Return whom to write to; where no address was set, where to read who publishes the portal."""
    who = publisher_data()
    about = reverse("initiatives:about", current_app=LANGUAGES[0])
    reached = {"vcard:hasEmail": reference(f"mailto:{who['email']}")} if who["email"] else {}
    return {
        "@type": "vcard:Organization",
        "vcard:fn": in_languages(who["name"]),
        **(reached or {"vcard:hasURL": reference(absolute(about))}),
    }


def dataset(
    edition: Edition,
    name: str,
    titles: Mapping[str, str],
    description: StrOrPromise,
    distributions: list[Data],
) -> Data:
    """Return one dataset; its page is the open-data page, in each language."""
    pages = [reverse("initiatives:opendata", current_app=language) for language in LANGUAGES]
    return {
        "@id": absolute(f"/data/catalogue.jsonld#{name}"),
        "@type": "dcat:Dataset",
        "dct:identifier": name,
        "dct:title": in_languages(titles),
        "dct:description": in_languages(joined_texts(in_both_languages(description), edition.contexts)),
        "dcat:contactPoint": contact(),
        "dcat:theme": [{"@id": f"{EU}/data-theme/{theme}", "@type": "skos:Concept"} for theme in THEMES],
        "dcat:keyword": [
            {"@value": word, "@language": language} for language, words in KEYWORDS.items() for word in words
        ],
        "dct:accessRights": {"@id": f"{EU}/access-right/PUBLIC", "@type": "dct:RightsStatement"},
        "dct:accrualPeriodicity": {"@id": f"{EU}/frequency/IRREG", "@type": "dct:Frequency"},
        "dct:provenance": {
            "@type": "dct:ProvenanceStatement",
            "rdfs:label": in_languages(in_both_languages(PROVENANCE)),
        },
        "dct:temporal": legislature(edition.objective.strategy),
        "prov:wasDerivedFrom": {"@id": edition.objective.source_url, "@type": "foaf:Document"},
        "dcat:landingPage": [{"@id": absolute(path), "@type": "foaf:Document"} for path in pages],
        "dcat:version": str(edition.version),
        "dcat:distribution": distributions,
        **common(edition),
    }


def distribution(path: str, titles: Mapping[str, str], form: str, size: int | None = None) -> Data:
    """Return one form of a dataset, and where to get it."""
    media_type, file_type = FORMS[form]
    sized = {"dcat:byteSize": {"@value": str(size), "@type": "xsd:nonNegativeInteger"}} if size else {}
    return sized | {
        "@id": absolute(f"{path}#distribution"),
        "@type": "dcat:Distribution",
        "dct:title": in_languages({language: f"{title} ({file_type})" for language, title in titles.items()}),
        "dcat:accessURL": reference(absolute(path)),
        "dcat:downloadURL": reference(absolute(path)),
        "dct:format": {"@id": f"{EU}/file-type/{file_type}", "@type": "dct:MediaTypeOrExtent"},
        "dcat:mediaType": {
            "@id": f"https://www.iana.org/assignments/media-types/{media_type}",
            "@type": "dct:MediaType",
        },
    }


def licence(which: rights.Licence) -> Data:
    """Return a licence as a document."""
    return {"@id": which.url, "@type": "dct:LicenseDocument"}
