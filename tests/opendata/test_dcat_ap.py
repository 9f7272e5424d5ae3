"""The catalogue is one by DCAT-AP: what its shapes ask of it, and of the words that it takes from lists."""

import hashlib
import json
from pathlib import Path

import pytest
from pyshacl import validate
from rdflib import DCAT, DCTERMS, RDF, Graph, Namespace

from .test_opendata import NAMES, XLSX, ZIP

pytestmark = pytest.mark.django_db
SHAPES = Path(__file__).parent / "dcat-ap-3.0.1.ttl"
DCATAP, SPDX = Namespace("http://data.europa.eu/r5r/"), Namespace("http://spdx.org/rdf/terms#")
EU = "http://publications.europa.eu/resource/authority/"


def catalogue(client):
    return Graph().parse(data=client.get("/data/catalogue.jsonld").content, format="json-ld")


@pytest.fixture(scope="module")
def shapes():
    return Graph().parse(SHAPES)


@pytest.mark.parametrize("named", [False, True])
@pytest.mark.parametrize("licence", ["", "CC-BY-4.0"])
def test_its_shapes_find_no_fault(client, shapes, settings, named, licence):
    settings.SOURCE_LICENCE = licence
    if named:
        settings.PUBLISHER_NAME_NL, settings.PUBLISHER_NAME_FR = "De Dienst", "Le Service"
        settings.PUBLISHER_URL, settings.CONTACT_EMAIL = "https://dienst.example", "a@dienst.example"
    conforms, _report, text = validate(catalogue(client), shacl_graph=shapes)
    assert conforms, text


def test_its_shapes_would_find_a_fault(client, shapes):
    found = catalogue(client)
    found.remove((None, DCTERMS.title, None))
    found.remove((None, DCAT.accessURL, None))
    conforms, _report, text = validate(found, shacl_graph=shapes)
    assert not conforms
    assert "accessURL" in text


def test_each_form_of_each_dataset_is_offered_as_one_that_stays(client):
    found = catalogue(client)
    forms = list(found.subjects(RDF.type, DCAT.Distribution))
    assert len(forms) == 3 * len(NAMES) + 2
    for form in forms:
        assert str(found.value(form, DCATAP.availability)) == f"{EU}planned-availability/STABLE"
        assert str(found.value(form, DCTERMS.format)).startswith(f"{EU}file-type/")
        assert found.value(form, DCTERMS.issued) <= found.value(form, DCTERMS.modified)
        assert {text.language for text in found.objects(form, DCTERMS.description)} == {"nl", "fr"}


def test_a_checksum_is_that_of_the_file(client):
    found, told = catalogue(client), {}
    for form, checksum in found.subject_objects(SPDX.checksum):
        path = str(found.value(form, DCAT.downloadURL)).removeprefix("http://testserver")
        told[path] = str(found.value(checksum, SPDX.checksumValue))
    assert told.keys() >= {ZIP, XLSX, "/data/worksites.csv", "/data/semicolon/worksites.csv"}
    assert "/data/worksites.json" not in told, "which says when it was made"
    for path, checksum in told.items():
        assert hashlib.sha256(client.get(path).content).hexdigest() == checksum, path


def test_every_word_of_a_list_says_of_which(client):
    lists = json.loads(client.get("/data/catalogue.jsonld").content)
    found = Graph().parse(data=json.dumps(lists), format="json-ld")
    used = {str(each) for each in found.objects() if str(each).startswith(EU) and "/" in str(each)[len(EU) :]}
    skos = Namespace("http://www.w3.org/2004/02/skos/core#")
    told = {str(each): str(scheme) for each, scheme in found.subject_objects(skos.inScheme)}
    assert used == told.keys()
    assert all(each.rpartition("/")[0] == scheme for each, scheme in told.items())
