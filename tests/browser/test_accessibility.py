"""Everyone can use the portal: by keyboard, enlarged, in their own colours (WCAG 2.2 AA)."""

import json
import re
from datetime import date
from pathlib import Path
from urllib.request import urlopen

import pytest
from axe_playwright_python.sync_playwright import Axe

import initiatives.pages.accessibility
from initiatives.language import french_typography

from .conftest import AXE, ERROR_PAGES, FACTS

pytestmark = [pytest.mark.browser, pytest.mark.any_database]
FOLDER = Path(__file__).parent
NARROW = FACTS["reflow"]["width"]
# What text spacing a reader may set without losing anything (WCAG 2.2, 1.4.12).
SPACING = """
* { line-height: 1.5 !important; letter-spacing: .12em !important; word-spacing: .16em !important }
p { margin-bottom: 2em !important }
"""
# Elements that hide some of their text; not regions that scroll, nor what is for screen readers only.
CLIPPED = """() => [...document.querySelectorAll('body *')].filter(element => {
  const style = getComputedStyle(element);
  const hides = [style.overflowX, style.overflowY].some(value => ['hidden', 'clip'].includes(value));
  return hides && !element.matches('.hidden, .skip, svg')
    && (element.scrollWidth > element.clientWidth || element.scrollHeight > element.clientHeight);
}).map(element => element.outerHTML.slice(0, 100))"""
# Names in the picture that stand partly outside it.
CROPPED = """() => [...document.querySelectorAll('.picture text')].filter(text => {
  const [box, view] = [text.getBBox(), text.ownerSVGElement.viewBox.baseVal];
  return box.x < 0 || box.x + box.width > view.width;
}).map(text => text.textContent)"""
FOCUSED = """() => {
  const element = document.activeElement, style = getComputedStyle(element);
  const text = element.querySelector('text'), weight = text && getComputedStyle(text).fontWeight;
  return {
    name: element.textContent.trim(), class: element.getAttribute('class'), tag: element.tagName,
    outline: style.outlineStyle == 'none' ? 0 : parseFloat(style.outlineWidth), weight,
    inPicture: Boolean(element.closest('.picture')), shown: element.getClientRects().length > 0,
  };
}"""
# Contrast of the picture's names and curves with the page behind them (WCAG 2.2, 1.4.3 and 1.4.11): of the
# colours as they are painted, what opacity does to them included.
PICTURE_CONTRAST = """() => {
  const canvas = document.createElement('canvas').getContext('2d', {willReadFrequently: true});
  const paint = (colour, opacity) => {
    canvas.globalAlpha = opacity;
    canvas.fillStyle = colour;
    canvas.fillRect(0, 0, 1, 1);
  };
  const light = () => [...canvas.getImageData(0, 0, 1, 1).data].slice(0, 3).map(part => part / 255)
    .map(part => part <= .04045 ? part / 12.92 : ((part + .055) / 1.055) ** 2.4)
    .reduce((sum, part, place) => sum + part * [.2126, .7152, .0722][place], 0);
  const contrast = (selector, property, more) => {
    let element = document.querySelector(selector), style = getComputedStyle(element), opacity = style[more];
    for (let each = element; each; each = each.parentElement) opacity *= getComputedStyle(each).opacity;
    paint(getComputedStyle(document.documentElement).backgroundColor, 1);
    const behind = light();
    paint(style[property], opacity);
    const [lighter, darker] = [light(), behind].sort((a, b) => b - a);
    return (lighter + .05) / (darker + .05);
  };
  return {
    text: contrast('.picture text', 'fill', 'fillOpacity'),
    curve: contrast('.offices path', 'stroke', 'strokeOpacity'),
  };
}"""
PICTURES = ("/nl/wie-stuurt-wat/", "/fr/qui-pilote-quoi/")


def tab_through(page):
    """Return what has the focus at each press of Tab, from the start of the page to its end."""
    stops = []
    while len(stops) < 500:
        page.keyboard.press("Tab")
        stop = page.evaluate(FOCUSED)
        if stop["tag"] == "BODY":
            return stops
        stops.append(stop)
    pytest.fail(f"The keyboard does not get out of {page.url}.")


@pytest.mark.parametrize("start", ["/nl/", "/fr/"])
def test_it_lets_the_keyboard_skip_to_the_content_first(page, start):
    page.goto(start)
    page.keyboard.press("Tab")
    skip = page.locator(":focus")
    assert skip.get_attribute("href") == "#content"
    box = skip.bounding_box()
    assert box["height"] >= 24 and box["width"] >= 24  # shown once it has the focus
    page.keyboard.press("Enter")
    assert page.locator("main").evaluate("main => main === document.activeElement")
    page.keyboard.press("Tab")
    assert page.locator("main :focus").count() == 1


@pytest.mark.parametrize("path", [*FACTS["keyboard"]["pages"], *ERROR_PAGES])
def test_it_shows_where_the_keyboard_is(page, path):
    page.goto(path)
    unseen = [stop for stop in tab_through(page) if stop["outline"] < 2 or not stop["shown"]]
    assert not unseen


@pytest.mark.parametrize("path", PICTURES)
def test_it_lets_the_keyboard_reach_every_name_in_the_picture(page, path):
    page.goto(path)
    stops = [stop for stop in tab_through(page) if stop["inPicture"]]
    names = [name.strip() for name in page.locator(".picture a").all_text_contents()]
    assert [stop["name"] for stop in stops] == names
    assert len(names) == len(set(names)) > 10
    assert {stop["weight"] for stop in stops} == {"700"}  # lit up, curves and all


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("forced", ["none", "active"], ids=["own colours", "forced colours"])
def test_it_draws_the_picture_to_be_seen_in_any_colours(page, theme, forced):
    page.emulate_media(color_scheme=theme, forced_colors=forced)
    page.goto(PICTURES[0])
    contrast = page.evaluate(PICTURE_CONTRAST)
    assert contrast["text"] >= (7 if forced == "active" else 4.5)
    assert contrast["curve"] >= 3


def test_it_tells_things_apart_in_forced_colours(page):
    page.emulate_media(forced_colors="active")
    page.goto("/nl/werven/")
    borders = {
        selector: page.locator(selector).first.evaluate(
            "element => getComputedStyle(element).borderBottomStyle"
        )
        for selector in (".plate", ".sign > a", ".announced.sign > a", ".mark", ".top [aria-current]")
    }
    assert borders == {
        ".plate": "solid",
        ".sign > a": "solid",
        ".announced.sign > a": "dashed",
        ".mark": "solid",
        ".top [aria-current]": "solid",
    }


@pytest.mark.parametrize(("motion", "scrolling"), [("reduce", "auto"), ("no-preference", "smooth")])
def test_it_moves_nothing_where_readers_want_no_motion(page, motion, scrolling):
    page.emulate_media(reduced_motion=motion)
    for path in ("/", "/nl/", *PICTURES):
        page.goto(path)
        assert page.evaluate("getComputedStyle(document.documentElement).scrollBehavior") == scrolling
        page.locator("main a").first.hover()
        assert page.evaluate("document.getAnimations().length") == 0


# The statement, which says what is tested here ----------------------------------------------------------


def test_the_statement_names_the_tools_that_are_installed(page):
    page.goto("/nl/")
    found = Axe().run(page, options=AXE | {"resultTypes": []}).response
    assert found["testEngine"] == {"name": "axe-core", "version": FACTS["axe"]["version"]}
    rules = [rule for kind in ("passes", "violations", "incomplete", "inapplicable") for rule in found[kind]]
    assert set(FACTS["axe"]["more_rules"]) <= {rule["id"] for rule in rules}
    tags = {tag for rule in rules for tag in rule["tags"] if re.fullmatch(r"wcag\d+a+|best-practice", tag)}
    assert tags == set(FACTS["axe"]["tags"])
    locked = json.loads((FOLDER / "package-lock.json").read_text(encoding="utf-8"))
    assert locked["packages"]["node_modules/vnu-jar"]["version"] == FACTS["nu"]["version"]


def test_the_statement_names_only_tests_that_are_there():
    code = "".join(path.read_text(encoding="utf-8") for path in FOLDER.glob("test_*.py"))
    tests = re.findall(r"^def (test_\w+)", code, re.MULTILINE)
    named = [check["test"] for check in FACTS["checks"]]
    assert len(named) == len(set(named)) > 5
    assert set(named) <= set(tests)


def test_the_statement_says_the_same_in_both_languages_as_each_is_written():
    for each in [*FACTS["checks"], *FACTS["deviations"]]:
        assert re.findall(r"{.+?}", each["nl"]) == re.findall(r"{.+?}", each["fr"])
        assert french_typography(each["fr"]) == each["fr"]
        assert each["nl"][-1] == each["fr"][-1] == "."


@pytest.mark.parametrize("path", ["/nl/toegankelijkheid/", "/fr/accessibilite/"])
def test_the_statement_as_served_tells_these_facts(server, path):
    with urlopen(server.url + path) as answer:
        page = re.sub(r"[ \n]+", " ", answer.read().decode())
    told = initiatives.pages.accessibility.statement(path.split("/")[1])
    for each in [*told["checks"], *told["deviations"]]:
        assert f"<li>{each['sentence']}" in page
    assert str(told["prepared"].year) in page
    assert told["prepared"] <= date.today()
    for number in (*FACTS["axe"]["widths"], FACTS["axe"]["version"], FACTS["nu"]["version"], NARROW):
        assert re.search(rf"\b{number}\b", page)
    # A round by hand is not claimed: nobody made one.
    assert not re.search(r"met de hand|manuel|à la main", page)
    assert ("geen afwijking" in page or "aucun écart" in page) == (not told["deviations"])
