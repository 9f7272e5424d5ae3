"""A real server and a real browser, for what only the two together can tell.

Tests here use no database of their own: Playwright keeps an event loop in this thread, beside which Django
refuses queries. What they need to change, they change as an editor would, or by the server's own commands.
"""

import os
import re
import shutil
from urllib.parse import urlsplit
from urllib.request import urlopen

import pytest
from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import sync_playwright

from initiatives.pages.accessibility import facts

from ..needs import need

CHROMIUM = ("chromium", "chromium-browser", "google-chrome")
# What the accessibility statement says of these tests, they take from where it takes it.
FACTS = facts()
# All rules that axe has on by default, and some more.
AXE = {
    "resultTypes": ["violations"],
    "rules": {rule: {"enabled": True} for rule in FACTS["axe"]["more_rules"]},
}
# What another theme can change: the rules that look at colours.
COLOURS = {"resultTypes": ["violations"], "runOnly": FACTS["axe"]["dark_rules"]}
RUN_AXE = "options => axe.run(options).then(found => found.violations)"
# One for each kind of error page: in one language, and in both.
ERROR_PAGES = tuple(FACTS["pages"]["errors"])


@pytest.fixture(scope="session")
def addresses(server):
    """Return the path of every public page: those of the sitemap, and the choice of language."""
    with urlopen(f"{server.url}/sitemap.xml") as answer:
        found = re.findall(r"<loc>(.+?)</loc>", answer.read().decode())
    paths = [urlsplit(address).path for address in found]
    return ["/"] + [path for path in paths if path != "/"]


def violations(page):
    """Return a line for each fault that axe finds on the page that is open, in either theme."""
    page.evaluate(AXE_SCRIPT)
    found = []
    for theme, options in (("light", AXE), ("dark", COLOURS)):
        page.emulate_media(color_scheme=theme)
        page.evaluate("document.getAnimations().forEach(each => each.finish())")
        for violation in page.evaluate(RUN_AXE, options):
            nodes = [node["html"] for node in violation["nodes"]]
            found.append(f"{page.url} ({theme}): {violation['id']}: {violation['help']}: {nodes[:3]}")
    return found


# Per module and no longer: Playwright's event loop must be gone when tests with a database go on.
@pytest.fixture(scope="module")
def browser():
    """Return the Chromium of the system, asking nothing of the network but the pages."""
    found = need(
        next(filter(None, map(shutil.which, CHROMIUM)), None),
        f"No Chromium on this machine ({', '.join(CHROMIUM)}): what only a browser can tell is not tested.",
    )
    options = ["--disable-background-networking", "--disable-component-update", "--no-first-run"]
    if os.geteuid() == 0:
        options.append("--no-sandbox")  # Chromium refuses to start as root with it.
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=found, args=options)
        yield chromium
        chromium.close()


@pytest.fixture
def page(browser, server):
    """Return an empty page whose addresses are the server's."""
    context = browser.new_context(base_url=server.url)
    yield context.new_page()
    context.close()
