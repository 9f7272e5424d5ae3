"""The record by which open-data portals find and harvest the data: DCAT-AP 3, as JSON-LD."""

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from .languages import LANGUAGES
from .opendata import LICENCE, moment, spoken

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
PORTAL = _("Portal of objective 1.4 of Go4Brussels 2030")
# What a form is: its name in file names, its media type, and its name in the European list of file types.
FORMS = {
    "csv": ("text/csv", "CSV"),
    "json": ("application/json", "JSON"),
    "zip": ("application/zip", "ZIP"),
}
DESCRIPTIONS = {
    "objective": _("The objective: its texts, its place in the strategy, who carries it, and its dates."),
    "worksites": _("The worksites with their measures, cross-references, steering offices and sectors."),
    "sectors": _("The priority sectors with their scope, their place in NACE and their worksites."),
    "offices": _("The offices with every wording of the source, those who held them, and what they steer."),
    "organisations": _("The partners with their roles in the objective."),
    "steering": _("Who steers what: one row for each office that the source names at a worksite."),
}
PROVENANCE = _(
    "The Dutch is that of the source page, to the letter; the French is the portal’s translation. Where a "
    "text comes from elsewhere, its record says so, per language."
)
WHOLE = _("All tables and documents in one file, with a description and the licence.")


def identified(address):
    return {"@id": address}


def in_languages(texts):
    return [{"@value": text, "@language": language} for language, text in texts.items()]


def dated(at):
    return {"@value": moment(at), "@type": "xsd:dateTime"}


def site(path):
    return settings.SITE_URL + path


def catalogue(edition, found):
    """Give the catalogue with its datasets, each in the forms in which it can be downloaded."""
    zipped = distribution(f"/data/{edition.name}.zip", spoken(WHOLE), "zip")
    datasets = [dataset(edition, edition.name, edition.titles, WHOLE, [zipped])]
    for each in found:
        forms = [
            distribution(f"/data/{each.name}.csv", each.titles, "csv", len(each.csv)),
            distribution(f"/data/{each.name}.json", each.titles, "json"),
        ]
        datasets.append(dataset(edition, each.name, each.titles, DESCRIPTIONS[each.name], forms))
    return {
        "@context": CONTEXT,
        "@id": site("/data/catalogue.jsonld"),
        "@type": "dcat:Catalog",
        "dct:title": in_languages(spoken(PORTAL)),
        "dct:description": in_languages(spoken(_("Open data of the portal, in Dutch and in French."))),
        "dct:license": licence(),
        "foaf:homepage": {"@id": site("/"), "@type": "foaf:Document"},
        "dcat:themeTaxonomy": {"@id": f"{EU}/data-theme", "@type": "skos:ConceptScheme"},
        "dcat:dataset": datasets,
        **common(edition),
    }


def common(edition):
    """Give what the catalogue and each dataset say alike: by whom, for where, in which languages, when."""
    modified = {"dct:modified": dated(edition.modified)} if edition.modified else {}
    return modified | {
        "dct:publisher": {
            "@id": site("/#publisher"),
            "@type": "foaf:Agent",
            "foaf:name": in_languages(spoken(PORTAL)),
            "foaf:homepage": {"@id": site("/"), "@type": "foaf:Document"},
            "foaf:mbox": identified(f"mailto:{settings.CONTACT_EMAIL}"),
        },
        "dct:language": [
            {"@id": f"{EU}/language/{LANGUAGE_CODES[language]}", "@type": "dct:LinguisticSystem"}
            for language in LANGUAGES
        ],
        # The Brussels-Capital Region among the statistical regions of Europe.
        "dct:spatial": {"@id": "http://data.europa.eu/nuts/code/BE1", "@type": "dct:Location"},
    }


def dataset(edition, name, titles, description, distributions):
    """Give one dataset; its page is the open-data page, in each language."""
    objective = edition.objective
    pages = [reverse("initiatives:opendata", current_app=language) for language in LANGUAGES]
    return {
        "@id": site(f"/data/catalogue.jsonld#{name}"),
        "@type": "dcat:Dataset",
        "dct:identifier": name,
        "dct:title": in_languages(titles),
        "dct:description": in_languages(spoken(description)),
        "dcat:contactPoint": {
            "@type": "vcard:Organization",
            "vcard:fn": in_languages(spoken(PORTAL)),
            "vcard:hasEmail": identified(f"mailto:{settings.CONTACT_EMAIL}"),
        },
        "dcat:theme": [{"@id": f"{EU}/data-theme/{theme}", "@type": "skos:Concept"} for theme in THEMES],
        "dcat:keyword": [
            {"@value": word, "@language": language} for language, words in KEYWORDS.items() for word in words
        ],
        "dct:accessRights": {"@id": f"{EU}/access-right/PUBLIC", "@type": "dct:RightsStatement"},
        "dct:accrualPeriodicity": {"@id": f"{EU}/frequency/IRREG", "@type": "dct:Frequency"},
        "dct:provenance": {
            "@type": "dct:ProvenanceStatement",
            "rdfs:label": in_languages(spoken(PROVENANCE)),
        },
        "prov:wasDerivedFrom": {"@id": objective.source_url, "@type": "foaf:Document"},
        "dcat:landingPage": [{"@id": site(path), "@type": "foaf:Document"} for path in pages],
        "dcat:version": str(edition.version),
        "dcat:distribution": distributions,
        **common(edition),
    }


def distribution(path, titles, form, size=None):
    """Give one form of a dataset, and where to get it."""
    media_type, file_type = FORMS[form]
    sized = {"dcat:byteSize": {"@value": str(size), "@type": "xsd:nonNegativeInteger"}} if size else {}
    return sized | {
        "@id": site(f"{path}#distribution"),
        "@type": "dcat:Distribution",
        "dct:title": in_languages({language: f"{title} ({file_type})" for language, title in titles.items()}),
        "dcat:accessURL": identified(site(path)),
        "dcat:downloadURL": identified(site(path)),
        "dct:license": licence(),
        "dct:format": {"@id": f"{EU}/file-type/{file_type}", "@type": "dct:MediaTypeOrExtent"},
        "dcat:mediaType": {
            "@id": f"https://www.iana.org/assignments/media-types/{media_type}",
            "@type": "dct:MediaType",
        },
    }


def licence():
    return {"@id": LICENCE, "@type": "dct:LicenseDocument"}
