"""The card in other people's pages: it fills its frame, overflows none, keeps to the theme of its address."""

import pytest
from axe_playwright_python.sync_playwright import Axe

from .conftest import AXE

pytestmark = [pytest.mark.browser, pytest.mark.any_database]
WIDTHS, HEIGHTS = (200, 360, 600, 900), (300, 600, 900)
PAPER = {"light": "rgb(248, 244, 234)", "dark": "rgb(22, 20, 15)"}
# How wide and high the page is, and which elements stand beyond its edge or hide a part of themselves.
MEASURED = """() => {
  const page = document.documentElement, all = [...document.querySelectorAll('body *')];
  const wide = all.filter(each => each.getBoundingClientRect().right > page.clientWidth + 1);
  const boxes = all.filter(each => getComputedStyle(each).display != 'inline');
  const cut = boxes.filter(each => each.scrollWidth > each.clientWidth + 1);
  const name = each => each.outerHTML.slice(0, 80);
  return {
    wide: page.scrollWidth - page.clientWidth, odd: [...wide, ...cut].map(name),
    gap: innerHeight - document.body.getBoundingClientRect().height,
    beneath: page.scrollHeight - document.body.getBoundingClientRect().height,
    scrolls: !['hidden', 'clip'].includes(getComputedStyle(page).overflowY),
  };
}"""


@pytest.fixture(scope="module")
def cards(addresses):
    """Return the path of each card: with all measures, with none, announced only; in both languages."""
    words = {"werven": "kaart/", "chantiers": "carte/"}
    found = [path for path in addresses if path.strip("/").count("/") == 2]
    return [path + words[room] for path in found if (room := path.split("/")[2]) in words]


@pytest.mark.parametrize("theme", PAPER)
def test_it_fills_every_frame_and_overflows_none(page, cards, theme):
    assert len(cards) == 22
    found = {}
    for path in cards:
        page.goto(f"{path}?theme={theme}")
        for width in WIDTHS:
            for height in HEIGHTS:
                page.set_viewport_size({"width": width, "height": height})
                said = page.evaluate(MEASURED)
                if said["wide"] > 0 or said["odd"] or said["gap"] > 1 or said["beneath"] > 1:
                    found[path, width, height] = said
                assert said["scrolls"]
    assert found == {}


@pytest.mark.parametrize("readers", PAPER)
@pytest.mark.parametrize("asked", ["", "light", "dark"])
def test_it_keeps_to_the_theme_of_its_address(page, readers, asked):
    page.emulate_media(color_scheme=readers)
    page.goto("/nl/werven/bouw/kaart/" + (f"?theme={asked}" if asked else ""))
    paper = page.evaluate("getComputedStyle(document.documentElement).backgroundColor")
    assert paper == PAPER[asked or "light"]


@pytest.mark.parametrize("theme", PAPER)
def test_axe_finds_nothing_on_a_card(page, cards, theme):
    page.set_viewport_size({"width": 360, "height": 600})
    found = []
    for path in cards:
        page.goto(f"{path}?theme={theme}")
        found += [f"{path}: {each['help']}" for each in Axe().run(page, options=AXE).response["violations"]]
    assert found == []
