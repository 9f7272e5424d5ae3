"""Clients that others’ tools make of openapi.json ask the running portal, and get the right answer."""

import importlib
import json
import shutil
import subprocess
import sys
import sysconfig
from datetime import datetime
from pathlib import Path
from urllib.request import urlopen

import pytest
import yaml
from openapi_spec_validator import OpenAPIV31SpecValidator

from ..conftest import FIXTURES
from ..needs import need

HERE = Path(__file__).parent
MODULES = HERE.parent / "browser" / "node_modules"
STRICT = {
    "strict": True,
    "noUncheckedIndexedAccess": True,
    "module": "nodenext",
    "target": "es2022",
    "lib": ["es2022", "dom", "dom.iterable"],
    "types": [],
}
# Node’s own types are not installed for one name.
NODE = "declare const process: { argv: string[] };\n"


def records(name):
    [path] = FIXTURES.glob(f"*_{name}.yaml")
    return yaml.safe_load(path.read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def answer():
    """Return the French titles of the worksites and names of their sectors, as the fixtures have them."""
    sectors = {each["fields"]["code"]: each["fields"]["name_fr"] for each in records("sector")}
    found = {each["fields"]["code"]: (each["fields"]["title_fr"], []) for each in records("worksite")}
    for each in sorted(records("worksitesector"), key=lambda each: each["fields"]["position"]):
        [worksite], [*_, sector] = each["fields"]["worksite"], each["fields"]["sector"]
        found[worksite][1].append(sectors[sector])
    return [[title, names] for title, names in found.values()]


@pytest.fixture(scope="module")
def described(server, tmp_path_factory):
    """Return the file with what the running portal says of its interface."""
    path = tmp_path_factory.mktemp("clients") / "openapi.json"
    with urlopen(f"{server.url}/data/openapi.json") as response:
        path.write_bytes(response.read())
    return path


def run(*command, folder):
    done = subprocess.run(command, check=False, cwd=folder, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_the_description_is_one_by_the_standard(described):
    said = json.loads(described.read_text())
    assert [error.message for error in OpenAPIV31SpecValidator(said).iter_errors()] == []
    assert said["security"] == []
    assert said["info"]["contact"]["name"]
    assert said["info"]["contact"]["url"].endswith("/nl/over/"), "where nobody is named, who publishes this"


def test_every_object_in_a_schema_has_a_name(described):
    """Generators of clients name classes after schemas; those without a name, some leave out."""
    unnamed = []

    def look(node, path):
        if isinstance(node, dict):
            if "properties" in node and len(path) > 1 and path[-1] != "properties" and path[-2] != "allOf":
                unnamed.append(path)
            for key, value in node.items():
                look(value, [*path, key])
        elif isinstance(node, list):
            for place, value in enumerate(node):
                look(value, [*path, place])

    look(json.loads(described.read_text())["components"]["schemas"], [])
    assert unnamed == []


def test_a_typescript_client_gets_the_right_answer(server, described, answer, tmp_path):
    node = need(shutil.which("node"), "No Node.js on this machine: no TypeScript client is tried.")
    generator = MODULES / "openapi-typescript" / "bin" / "cli.js"
    need(
        generator.exists(),
        "openapi-typescript is not installed (npm ci --prefix tests/browser --ignore-scripts).",
    )
    (tmp_path / "node_modules").symlink_to(MODULES)
    (tmp_path / "package.json").write_text('{"type": "module"}')
    (tmp_path / "tsconfig.json").write_text(json.dumps({"compilerOptions": STRICT}))
    (tmp_path / "node.d.ts").write_text(NODE)
    shutil.copy(HERE / "question.ts", tmp_path)
    run(node, str(generator), str(described), "--output", "portal.d.ts", folder=tmp_path)
    run(node, str(MODULES / "typescript" / "bin" / "tsc"), "--project", ".", folder=tmp_path)
    assert json.loads(run(node, "question.js", server.url, folder=tmp_path)) == answer


def test_a_python_client_gets_the_right_answer(server, described, answer, tmp_path, monkeypatch):
    overrides = dict.fromkeys(
        (
            "application/zip",
            "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        ),
        "application/octet-stream",
    )
    settings = {"content_type_overrides": overrides, "post_hooks": []}
    (tmp_path / "config.yaml").write_text(yaml.safe_dump(settings))
    generator = Path(sysconfig.get_path("scripts")) / "openapi-python-client"
    said = run(
        str(generator),
        *("generate", "--path", str(described), "--config", "config.yaml"),
        *("--output-path", "portal_client", "--meta", "none", "--fail-on-warning"),
        folder=tmp_path,
    )
    assert "Warning" not in said
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.setattr(sys, "modules", dict(sys.modules))  # so that what was made here is forgotten
    portal = importlib.import_module("portal_client")
    models = importlib.import_module("portal_client.models")
    ask = {
        name: importlib.import_module(f"portal_client.api.datasets.{name}")
        for name in ("worksites", "sectors")
    }
    client = portal.Client(base_url=server.url)
    sectors = {each.code: each.name.fr for each in ask["sectors"].sync(client=client).items}
    worksites = ask["worksites"].sync(client=client)
    assert isinstance(worksites, models.WorksitesDocument)
    assert isinstance(worksites.generated, datetime)
    assert isinstance(worksites.items[0].provenance.nl, models.Origin)
    assert all(isinstance(each, models.Worksite) for each in worksites.items)
    assert [
        [each.title.fr, [sectors[link.sector] for link in each.sectors]] for each in worksites.items
    ] == answer
