"""The words of others that the catalogue uses: lists of the EU Publications Office, and ADMS."""

from .serialize import Data

EU = "http://publications.europa.eu/resource/authority"
CONTEXT = {
    "dcat": "http://www.w3.org/ns/dcat#",
    "dcatap": "http://data.europa.eu/r5r/",
    "dct": "http://purl.org/dc/terms/",
    "foaf": "http://xmlns.com/foaf/0.1/",
    "prov": "http://www.w3.org/ns/prov#",
    "rdfs": "http://www.w3.org/2000/01/rdf-schema#",
    "skos": "http://www.w3.org/2004/02/skos/core#",
    "spdx": "http://spdx.org/rdf/terms#",
    "vcard": "http://www.w3.org/2006/vcard/ns#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
}
# The words in Dutch and in French, by list and code.
LABELS = {
    "access-right/PUBLIC": ("openbaar", "public"),
    "data-theme": ("Gegevensthema", "Thème de données"),
    "data-theme/ECON": ("Economie en financiën", "Économie et finances"),
    "data-theme/GOVE": ("Overheid en publieke sector", "Gouvernement et secteur public"),
    "file-type/CSV": ("CSV", "CSV"),
    "file-type/JSON": ("JSON", "JSON"),
    "file-type/XLSX": ("XLSX", "XLSX"),
    "file-type/ZIP": ("ZIP", "ZIP"),
    "frequency/IRREG": ("onregelmatig", "irrégulier"),
    "language/FRA": ("Frans", "français"),
    "language/NLD": ("Nederlands", "néerlandais"),
    "licencetype/Attribution": ("naamsvermelding", "attribution"),
    "licencetype/PublicDomain": ("publiek domein", "domaine public"),
    "planned-availability/STABLE": ("stabiel", "stable"),
}


def reference(address: str) -> Data:
    """Return the node that another description stands for."""
    return {"@id": address}


def labels(name: str) -> list[Data]:
    """Return a word in each language."""
    return [
        {"@value": text, "@language": code} for code, text in zip(("nl", "fr"), LABELS[name], strict=True)
    ]


def concept(table: str, code: str, kind: str = "skos:Concept") -> Data:
    """Return a word of a list, which may be of another kind as well."""
    return {
        "@id": f"{EU}/{table}/{code}",
        "@type": list(dict.fromkeys((kind, "skos:Concept"))),
        "skos:inScheme": reference(f"{EU}/{table}"),
        "skos:prefLabel": labels(f"{table}/{code}"),
    }


def scheme(table: str) -> Data:
    """Return a list itself."""
    return {"@id": f"{EU}/{table}", "@type": "skos:ConceptScheme", "dct:title": labels(table)}


def licence_type(code: str) -> Data:
    """Return a kind of licence, in the words of the Asset Description Metadata Schema."""
    name = f"licencetype/{code}"
    return {"@id": f"http://purl.org/adms/{name}", "@type": "skos:Concept", "skos:prefLabel": labels(name)}
