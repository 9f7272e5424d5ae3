"""The bill of materials names all that runs in production, as the lock file has it."""

import json
import re
import subprocess
import sys

import pytest
from django.conf import settings

import go4brussels

pytestmark = pytest.mark.any_database

LOCK = settings.BASE_DIR / "requirements" / "base.txt"


def test_it_names_each_package_of_the_lock_file_with_its_version_and_hashes(tmp_path):
    makefile = (settings.BASE_DIR / "Makefile").read_text()
    recipe = re.search(r"\$\(BIN\)/python (-m cyclonedx_py (?:[^\n\\]|\\\n)*)", makefile)
    assert recipe
    path = tmp_path / "sbom.json"
    command = recipe[1].replace("\\\n", " ").replace("var/sbom.json", str(path)).split()
    done = subprocess.run(
        [sys.executable, *command], cwd=settings.BASE_DIR, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    document = json.loads(path.read_text())
    assert (document["bomFormat"], document["specVersion"]) == ("CycloneDX", "1.6")
    project = document["metadata"]["component"]
    assert (project["name"], project["version"]) == ("go4brussels", go4brussels.__version__)
    found = {(each["name"], each["version"]) for each in document["components"]}
    locked = set(re.findall(r"^([\w.\-]+)(?:\[[\w,]+\])?==([\w.]+)", LOCK.read_text(), re.MULTILINE))
    assert len(locked) > 15
    assert locked <= found
    assert all(each["externalReferences"][0]["hashes"] for each in document["components"])
