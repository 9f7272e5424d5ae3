"""The record by which open-data portals find and harvest the data: DCAT-AP 3, as JSON-LD."""

import hashlib
from collections.abc import Mapping

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django_stubs_ext import StrOrPromise

from ..language import LANGUAGES, in_both_languages
from ..models import Strategy, rights
from .documents import Edition, in_each_language, publisher_data
from .package import archive, downloads
from .serialize import Data, timestamp
from .vocabularies import CONTEXT, EU, concept, licence_type, reference, scheme
from .workbook import workbook

LANGUAGE_CODES = {"nl": "NLD", "fr": "FRA"}
THEMES = ("GOVE", "ECON")
KEYWORDS = {
    "nl": ("Go4Brussels 2030", "Brussels Hoofdstedelijk Gewest", "economie", "werk", "beleid"),
    "fr": ("Go4Brussels 2030", "Région de Bruxelles-Capitale", "économie", "emploi", "politique publique"),
}
MEDIA_TYPES = {
    "csv": "text/csv",
    "json": "application/json",
    "zip": "application/zip",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
SEMICOLONS = _("semicolons between the cells")
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
WHOLE = {
    "zip": _("All tables and documents in one file, with a description and the licence."),
    "xlsx": _("All tables as one workbook, a sheet each, with a description and the licence."),
}


def in_languages(texts: Mapping[str, str]) -> list[Data]:
    """Return texts as literals with their language."""
    return [{"@value": text, "@language": language} for language, text in texts.items()]


def dates(edition: Edition) -> Data:
    """Return when the content first came out and when it last changed."""
    found = {"dct:issued": edition.issued, "dct:modified": edition.modified}
    return {
        name: {"@value": timestamp(at), "@type": "xsd:dateTime"}
        for name, at in found.items()
        if at is not None
    }


def absolute(path: str) -> str:
    """Return the address of a path on this site."""
    return settings.SITE_URL + path


def catalogue(edition: Edition) -> Data:
    """Return the catalogue with its datasets, each in the forms in which it can be downloaded."""
    statement = rights_in(edition, rights.source_licence())
    everything = {"zip": archive(edition), "xlsx": workbook(edition)}
    forms = [
        distribution(edition, f"/data/{edition.name}.{form}", in_both_languages(WHOLE[form]), form, content)
        for form, content in everything.items()
    ]
    described = dataset(edition, edition.name, edition.titles, WHOLE["zip"])
    datasets = [with_forms(described, forms, statement)]
    for each in downloads(edition):
        statement = rights_in(edition, each.licence)
        semicolons = joined_texts(each.titles, in_each_language(lambda: f"({SEMICOLONS})"))
        forms = [
            distribution(edition, f"/data/{each.name}.csv", each.titles, "csv", each.csv),
            distribution(edition, f"/data/semicolon/{each.name}.csv", semicolons, "csv", each.semicolon),
            distribution(edition, f"/data/{each.name}.json", each.titles, "json"),
        ]
        described = dataset(edition, each.name, each.titles, DESCRIPTIONS[each.name])
        datasets.append(with_forms(described, forms, statement))
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
        "dcat:themeTaxonomy": scheme("data-theme"),
        "dcat:dataset": datasets,
        **common(edition),
    }


def joined_texts(*texts: Mapping[str, str]) -> dict[str, str]:
    """Return texts in both languages one after the other."""
    return {language: " ".join(text[language] for text in texts) for language in LANGUAGES}


def common(edition: Edition) -> Data:
    """Return what the catalogue and each dataset say alike: by whom, for where, in which languages, when."""
    who = publisher_data()
    return dates(edition) | {
        "dct:publisher": {
            "@id": absolute("/#publisher"),
            "@type": "foaf:Agent",
            "foaf:name": in_languages(who["name"]),
            "foaf:homepage": {"@id": who["url"] or absolute("/"), "@type": "foaf:Document"},
            **({"foaf:mbox": reference(f"mailto:{who['email']}")} if who["email"] else {}),
        },
        "dct:language": [
            concept("language", LANGUAGE_CODES[language], "dct:LinguisticSystem") for language in LANGUAGES
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
        "@type": ["vcard:Kind", "vcard:Organization"],
        "vcard:fn": in_languages(who["name"]),
        **(reached or {"vcard:hasURL": reference(absolute(about))}),
    }


def dataset(edition: Edition, name: str, titles: Mapping[str, str], description: StrOrPromise) -> Data:
    """Return one dataset without its forms; its page is the open-data page, in each language."""
    pages = [reverse("initiatives:opendata", current_app=language) for language in LANGUAGES]
    return {
        "@id": absolute(f"/data/catalogue.jsonld#{name}"),
        "@type": "dcat:Dataset",
        "dct:identifier": name,
        "dct:title": in_languages(titles),
        "dct:description": in_languages(joined_texts(in_both_languages(description), edition.contexts)),
        "dcat:contactPoint": contact(),
        "dcat:theme": [concept("data-theme", theme) for theme in THEMES],
        "dcat:keyword": [
            {"@value": word, "@language": language} for language, words in KEYWORDS.items() for word in words
        ],
        "dct:accessRights": concept("access-right", "PUBLIC", "dct:RightsStatement"),
        "dct:accrualPeriodicity": concept("frequency", "IRREG", "dct:Frequency"),
        "dct:provenance": {
            "@type": "dct:ProvenanceStatement",
            "rdfs:label": in_languages(in_both_languages(PROVENANCE)),
        },
        "dct:temporal": legislature(edition.objective.strategy),
        "prov:wasDerivedFrom": {"@id": edition.objective.source_url, "@type": "foaf:Document"},
        "dcat:landingPage": [{"@id": absolute(path), "@type": "foaf:Document"} for path in pages],
        "dcat:version": str(edition.version),
        **common(edition),
    }


def with_forms(described: Data, forms: list[Data], statement: Data) -> Data:
    """Return a dataset with its forms; whose words are whose, each of them says."""
    return described | statement | {"dcat:distribution": [form | statement for form in forms]}


def distribution(
    edition: Edition, path: str, titles: Mapping[str, str], form: str, content: bytes | None = None
) -> Data:
    """Return one form of a dataset, and where to get it.

    `content` is the file, where it stays the same until the content changes: its size and checksum are told.
    """
    return (measures_of(content) if content else {}) | {
        "@id": absolute(f"{path}#distribution"),
        "@type": "dcat:Distribution",
        "dct:title": in_languages({code: f"{title} ({form.upper()})" for code, title in titles.items()}),
        "dct:description": in_languages(edition.contexts),
        "dcat:accessURL": reference(absolute(path)),
        "dcat:downloadURL": reference(absolute(path)),
        "dct:format": concept("file-type", form.upper(), "dct:MediaTypeOrExtent"),
        "dcat:mediaType": {
            "@id": f"https://www.iana.org/assignments/media-types/{MEDIA_TYPES[form]}",
            "@type": "dct:MediaType",
        },
        "dct:language": [reference(f"{EU}/language/{code}") for code in LANGUAGE_CODES.values()],
        "dcatap:availability": concept("planned-availability", "STABLE"),
        **dates(edition),
    }


def measures_of(content: bytes) -> Data:
    """Return the size of a file, and the checksum by which one tells whether it came over whole."""
    return {
        "dcat:byteSize": {"@value": str(len(content)), "@type": "xsd:nonNegativeInteger"},
        "spdx:checksum": {
            "@type": "spdx:Checksum",
            "spdx:algorithm": {
                "@id": "http://spdx.org/rdf/terms#checksumAlgorithm_sha256",
                "@type": "spdx:ChecksumAlgorithm",
            },
            "spdx:checksumValue": {
                "@value": hashlib.sha256(content).hexdigest(),
                "@type": "xsd:hexBinary",
            },
        },
    }


def licence(which: rights.Licence) -> Data:
    """Return a licence as a document, with the kind of licence that it is (ADMS)."""
    kind = "PublicDomain" if which == rights.OWN else "Attribution"
    return {"@id": which.url, "@type": "dct:LicenseDocument", "dct:type": licence_type(kind)}
