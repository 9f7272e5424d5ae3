"""What the data promise: documents as openapi.json has them, and a catalogue for harvesters (DCAT-AP)."""

import json
import re
import tomllib

import pytest
from django.conf import settings
from jsonschema import Draft202012Validator

import go4brussels
from initiatives.opendata.views import openapi_description

from .test_opendata import BOTH_ADDRESSES, DOCUMENTS, EVERYTHING, NAMES, read

pytestmark = pytest.mark.django_db


# What is promised --------------------------------------------------------------------------------------


def promise(path):
    """Return the validator of what is promised for the document at this path."""
    api = json.loads(json.dumps(openapi_description()))
    for template, operations in api["paths"].items():
        pattern = re.sub(r"\\{\w+\\}", "[^/]+", re.escape(template))
        if re.fullmatch(pattern, path):
            response = operations["get"]["responses"]["200"]
            response = api["components"]["responses"].get(
                response.get("$ref", "").rpartition("/")[2], response
            )
            [schema] = [content["schema"] for content in response["content"].values()]
            return Draft202012Validator(schema | {"components": api["components"]})
    raise AssertionError(f"{path} is not in openapi.yaml")


@pytest.mark.parametrize(
    "path", [*DOCUMENTS, *BOTH_ADDRESSES, "/data/datapackage.json", "/data/catalogue.jsonld"]
)
def test_a_document_is_what_openapi_promises(client, path):
    assert [error.message for error in promise(path).iter_errors(read(client, path))] == []


def test_openapi_would_refuse_a_field_it_does_not_know(client):
    said = read(client, "/data/worksites.json")
    said["items"][0]["progress"] = 40
    assert not promise("/data/worksites.json").is_valid(said)


def test_openapi_names_this_server_and_this_release(client):
    said = read(client, "/data/openapi.json")
    assert said["servers"] == [{"url": "http://testserver"}]
    assert said["info"]["version"] == go4brussels.__version__
    for path in EVERYTHING:
        assert re.sub(r"\w+\.csv", "{dataset}.csv", path) in said["paths"]


def test_the_release_is_that_of_the_project():
    project = tomllib.loads((settings.BASE_DIR / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert project["version"] == go4brussels.__version__


# The catalogue -----------------------------------------------------------------------------------------

# The properties that DCAT-AP 3.0 makes mandatory, and those it recommends and harvesters ask for.
MANDATORY = {
    "dcat:Catalog": {
        "dct:title",
        "dct:description",
        "dct:publisher",
        "dcat:dataset",
        "dct:language",
        "dct:license",  # of the description itself
        "dct:modified",
        "dct:spatial",
        "dcat:themeTaxonomy",
        "foaf:homepage",
    },
    "dcat:Dataset": {
        "dct:title",
        "dct:description",
        "dct:publisher",
        "dct:identifier",
        "dct:language",
        "dct:issued",
        "dct:modified",
        "dct:spatial",
        "dcat:contactPoint",
        "dcat:distribution",
        "dcat:keyword",
        "dcat:theme",
        "dct:rights",
        "dct:temporal",
    },
    "dcat:Distribution": {
        "dcat:accessURL",
        "dct:rights",
        "dct:format",
        "dcat:mediaType",
        "dct:title",
        "dcatap:availability",
        "dct:issued",
        "dct:modified",
        "dct:language",
    },
    "foaf:Agent": {"foaf:name"},
    "vcard:Organization": {"vcard:fn"},
}


def nodes(node):
    if isinstance(node, dict):
        yield node
        for value in node.values():
            yield from nodes(value)
    elif isinstance(node, list):
        for value in node:
            yield from nodes(value)


def kinds(node):
    kind = node.get("@type", [])
    return [kind] if isinstance(kind, str) else kind


def test_the_catalogue_has_what_dcat_ap_makes_mandatory(client):
    record = read(client, "/data/catalogue.jsonld")
    context = record.pop("@context")
    found = [(kind, node) for node in nodes(record) for kind in kinds(node) if kind in MANDATORY]
    assert {kind for kind, _node in found} == MANDATORY.keys()
    for kind, node in found:
        assert MANDATORY[kind] <= node.keys(), node
    for node in nodes(record):
        names = [key for key in node if not key.startswith("@")] + kinds(node)
        assert {name.partition(":")[0] for name in names} <= context.keys()
        texts = node.get("dct:title", [])
        assert not texts or {text["@language"] for text in texts} == {"nl", "fr"}


def test_what_the_catalogue_offers_can_be_downloaded(client):
    record = read(client, "/data/catalogue.jsonld")
    found = [node for node in nodes(record) if node.get("@type") == "dcat:Distribution"]
    assert len(found) == 3 * len(NAMES) + 2
    for node in found:
        response = client.get(node["dcat:downloadURL"]["@id"].removeprefix("http://testserver"))
        assert response.status_code == 200
        assert node["dcat:mediaType"]["@id"].endswith(response["Content-Type"].partition(";")[0])
        assert int(node.get("dcat:byteSize", {}).get("@value", len(response.content))) == len(
            response.content
        )
