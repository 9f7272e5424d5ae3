"""What is left of a page in the reader mode of Firefox, whose own code (Readability) runs here."""

import re
from pathlib import Path

import pytest
import yaml

from tests.conftest import FIXTURES

from ..needs import need

pytestmark = [pytest.mark.browser, pytest.mark.any_database]
READABILITY = Path(__file__).parent / "node_modules/@mozilla/readability/Readability.js"
WORKSITES = {"nl": "/nl/werven/", "fr": "/fr/chantiers/"}
PICTURES = {"nl": "/nl/wie-stuurt-wat/", "fr": "/fr/qui-pilote-quoi/"}


def records(name):
    [path] = FIXTURES.glob(f"*_{name}.yaml")
    return [record["fields"] for record in yaml.safe_load(path.read_text())]


def flat(text):
    return re.sub(r"\s+", " ", text).strip()


@pytest.fixture(scope="module")
def read():
    """Return what opens an address in reader mode, and gives the text that is left."""
    need(
        READABILITY.exists(),
        "Readability is not installed (npm ci --prefix tests/browser --ignore-scripts).",
    )
    source = READABILITY.read_text()

    def left(page, path):
        page.goto(path)
        parsed = (
            f"() => {{ {source}; return new Readability(document.cloneNode(true)).parse()?.textContent }}"
        )
        return flat(page.evaluate(parsed) or "")

    return left


@pytest.mark.parametrize("language", WORKSITES)
def test_reader_mode_keeps_who_steers_a_worksite_and_its_measures(page, read, language):
    told = {
        worksite["code"]: (f"{WORKSITES[language]}{worksite[f'slug_{language}']}/", [])
        for worksite in records("worksite")
    }
    for steering in records("steering"):
        told[steering["worksite"][0]][1].append(steering[f"wording_{language}"])
    for measure in records("measure"):
        told[measure["worksite"][0]][1].append(measure[f"text_{language}"])
    lost = {}
    for path, texts in told.values():
        left = read(page, path)
        if gone := [text for text in texts if flat(text) not in left]:
            lost[path] = gone
    assert sum(len(texts) for _path, texts in told.values()) > 30
    assert lost == {}


@pytest.mark.parametrize("language", PICTURES)
def test_reader_mode_keeps_who_steers_what(page, read, language):
    left = read(page, PICTURES[language])
    by_worksite, by_office = (
        page.locator(f"section:has(> .head #{each})") for each in ("by-worksite", "by-office")
    )
    for section in (by_worksite, by_office):
        items = [flat(text) for text in section.locator("li").all_text_contents()]
        assert len(items) > 20
        assert [item for item in items if item not in left] == []
