"""What holds for every public page in a browser. Each page is opened once, and looked at in every way.

First as it comes; then on the narrowest screen, with the spacing of a reader; then with axe, in both themes.
"""

from dataclasses import dataclass, field

import pytest

from .conftest import ERROR_PAGES, FACTS, violations
from .test_accessibility import CLIPPED, CROPPED, NARROW, SPACING

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.any_database]
OTHER_LANGUAGE = "header a[rel=alternate]"
WIDTHS = {f"{width} px": width for width in FACTS["axe"]["widths"]}
RESULTS = tuple(FACTS["pages"]["results"])
# The reader's own style sheet, which no policy of a page forbids; and whether the page follows it.
SET_SPACING = """css => {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(css);
  document.adoptedStyleSheets = [sheet];
  return parseFloat(getComputedStyle(document.body).letterSpacing) > 0;
}"""


@dataclass
class Visit:
    """What happened when the browser went to a page, and what it found there."""

    path: str
    status: int = 0
    console: list[str] = field(default_factory=list)
    requests: list[str] = field(default_factory=list)
    cookies: list = field(default_factory=list)
    language: str = ""
    other: str | None = None  # the address of the same page in the other language
    width: int = 0  # of its content, on the narrowest screen
    lost: list[str] = field(default_factory=list)  # what a reader's spacing hides
    violations: dict[int, list[str]] = field(default_factory=dict)  # of the rules of axe, by width


@pytest.fixture(scope="module")
def visits(browser, server, addresses):
    """Visit every public page, and a page of each other kind, once."""
    context = browser.new_context(base_url=server.url)
    yield [visit(context, path) for path in (*addresses, *RESULTS, *ERROR_PAGES)]
    context.close()


@pytest.fixture
def public(visits):
    """Return the visits without those of results, whose addresses are no pages of the sitemap."""
    return [visit for visit in visits if visit.path not in RESULTS]


def visit(context, path):
    seen, page = Visit(path), context.new_page()
    console, requests = [], []
    page.on("console", lambda message: console.append(f"{message.type}: {message.text}"))
    page.on("pageerror", lambda error: console.append(str(error)))
    page.on("request", lambda request: requests.append(request.url))
    seen.status = page.goto(path).status
    seen.language = page.locator("html").get_attribute("lang").partition("-")[0]
    seen.cookies = context.cookies()
    if page.locator(OTHER_LANGUAGE).count():
        seen.other = page.locator(OTHER_LANGUAGE).get_attribute("href")
    # What the looks below ask and say is not the page's own doing.
    seen.console, seen.requests = list(console), list(requests)
    measure(page, seen)
    for width in WIDTHS.values():
        page.set_viewport_size({"width": width, "height": 800})
        seen.violations[width] = violations(page)
    page.close()
    return seen


def measure(page, seen):
    """Look at a page on the narrowest screen, as it is and with the spacing of a reader."""
    page.set_viewport_size({"width": NARROW, "height": 640})
    seen.width = page.evaluate("document.documentElement.scrollWidth")
    assert page.evaluate(SET_SPACING, SPACING)
    seen.lost = page.evaluate(CLIPPED) + page.evaluate(CROPPED)
    if page.evaluate("document.documentElement.scrollWidth") > NARROW:
        seen.lost.append("wider than the screen")
    page.evaluate("document.adoptedStyleSheets = []")


def test_it_says_nothing_in_the_console(public):
    # A breach of the policy would stand here too. Of an error page Chromium tells the status.
    odd = {
        seen.path: said
        for seen in public
        if (said := [line for line in seen.console if not (seen.path in ERROR_PAGES and "404" in line)])
    }
    assert odd == {}


def test_it_asks_nothing_of_any_other_host(public, server):
    strangers = {
        seen.path: [url for url in seen.requests if not url.startswith(f"{server.url}/")] for seen in public
    }
    assert {path: urls for path, urls in strangers.items() if urls} == {}
    assert all(any("portal" in url for url in seen.requests) for seen in public)  # the style sheet, at least


def test_it_leaves_no_cookie(public):
    assert {seen.path: seen.cookies for seen in public if seen.cookies} == {}


def test_it_answers_every_public_page(public):
    assert {
        seen.path: seen.status for seen in public if seen.path not in ERROR_PAGES and seen.status != 200
    } == {}
    assert {seen.status for seen in public if seen.path in ERROR_PAGES} == {404}


def test_it_leads_to_the_same_page_in_the_other_language_and_back(public):
    pages = {seen.path: seen for seen in public if seen.path not in ERROR_PAGES and seen.path != "/"}
    assert len(pages) > 70
    for path, seen in pages.items():
        assert path.startswith(f"/{seen.language}/")
        assert seen.other in pages, f"{path} leads to {seen.other}, which is no page."
        assert pages[seen.other].language != seen.language
        assert pages[seen.other].other == path


@pytest.mark.parametrize("width", WIDTHS.values(), ids=WIDTHS.keys())
def test_it_gives_axe_nothing_to_find_in_either_theme(visits, width):
    found = [line for seen in visits for line in seen.violations[width]]
    assert not found, "\n".join(found)


def test_it_is_no_wider_than_a_screen_of_320_pixels(public):
    # The same as 1280 pixels at 400 % (WCAG 2.2, 1.4.10).
    assert NARROW == 320
    assert {seen.path: seen.width for seen in public if seen.width > NARROW} == {}


def test_it_keeps_all_text_when_readers_set_their_own_spacing(public):
    assert {seen.path: seen.lost for seen in public if seen.lost} == {}
