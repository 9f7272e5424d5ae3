"""Paper: headings stay with their text, paragraphs are not torn, nothing of the screen is left."""

import pytest

pytestmark = [pytest.mark.browser, pytest.mark.any_database]
# Headings that a page could end with: nothing asks the break to stay away from what follows them.
LOOSE = """() => [...document.querySelectorAll('main :is(h2, h3)')].filter(heading => {
  const kept = element => getComputedStyle(element).breakAfter == 'avoid';
  let element = heading;
  // Up to what stands before other text: the wrapper of a heading that is its last child.
  while (element.parentElement.matches('.head')) element = element.parentElement;
  return !kept(element);
}).map(heading => heading.textContent)"""
# Grids before the foot make Chromium forget where it could have broken the page earlier.
GRIDS = """() => [...document.querySelectorAll('body, .layout, .halves, .ways')]
  .filter(element => getComputedStyle(element).display == 'grid').map(element => element.className)"""
LINES = """() => [...document.querySelectorAll('main p')].filter(paragraph => {
  const style = getComputedStyle(paragraph);
  return style.orphans < 3 || style.widows < 3;
}).length"""
PRINTED = (
    "/nl/", "/fr/",
    "/nl/doelstelling/1.4/dossier/", "/fr/objectif/1.4/dossier/",
    "/nl/wie-stuurt-wat/", "/fr/qui-pilote-quoi/",
    "/nl/werven/bouw/", "/fr/chantiers/construction/",
    "/nl/over/", "/fr/a-propos/",
)  # fmt: skip


@pytest.mark.parametrize("path", PRINTED)
def test_it_keeps_headings_with_their_text_and_paragraphs_whole(page, path):
    page.emulate_media(media="print")
    page.goto(path)
    assert page.evaluate(LOOSE) == []
    assert page.evaluate(GRIDS) == []
    assert page.evaluate(LINES) == 0
    foot = page.locator(".foot").evaluate("foot => getComputedStyle(foot).breakInside")
    assert foot == "avoid"  # else the last page might hold a line of it
