"""The Nu HTML checker, which validator.w3.org runs, finds no error in the pages and the style sheet."""

import json
import re
import shutil
import subprocess
from pathlib import Path
from urllib.error import HTTPError
from urllib.request import urlopen

import pytest

from ..needs import need
from .conftest import ERROR_PAGES

pytestmark = [pytest.mark.browser, pytest.mark.any_database]
CHECKER = Path(__file__).parent / "node_modules/vnu-jar/build/dist/vnu.jar"


def read(url):
    try:
        with urlopen(url) as answer:
            return answer.read()
    except HTTPError as error:  # an error page is a page too
        return error.read()


def check(java, folder):
    """Return what the checker says of the files in `folder`, as sentences."""
    command = [
        java,
        "-jar",
        str(CHECKER),
        "--format",
        "json",
        "--exit-zero-always",
        "--also-check-css",
        str(folder),
    ]
    said = json.loads(subprocess.run(command, capture_output=True, text=True, check=True).stderr)["messages"]
    return [
        f"{Path(message['url']).name}:{message.get('lastLine')}: {message['type']}: {message['message']}"
        for message in said
    ]


def checker():
    java = need(shutil.which("java"), "No Java on this machine: the HTML of the pages is not checked.")
    need(
        CHECKER.exists(),
        "The Nu HTML checker is not installed (npm ci --prefix tests/browser --ignore-scripts).",
    )
    return java


def test_it_serves_html_and_css_without_an_error(server, addresses, tmp_path):
    java = checker()
    for path in (*addresses, *ERROR_PAGES):
        name = path.strip("/").replace("/", "_") or "chooser"
        (tmp_path / f"{name}.html").write_bytes(read(server.url + path))
    stylesheet = re.search(r'href="(/static/css/[^"]+)"', (tmp_path / "chooser.html").read_text())[1]
    (tmp_path / "portal.css").write_bytes(read(server.url + stylesheet))
    errors = [line for line in check(java, tmp_path) if ": error: " in line]
    assert not errors, "\n".join(errors)


def test_it_would_notice_an_error(tmp_path):
    java = checker()
    (tmp_path / "page.html").write_text(
        "<!doctype html><html lang=nl><title>t</title><p id=a><p id=a></html>"
    )
    (tmp_path / "sheet.css").write_text("p { colour: red }")
    said = check(java, tmp_path)
    assert any("Duplicate ID" in line for line in said)
    assert any(line.startswith("sheet.css") for line in said)
