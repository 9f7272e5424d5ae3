"""Who steers what, at every width: one form at a time, nothing off the screen, readable on paper."""

import re

import pytest

from .test_accessibility import CROPPED, PICTURES, SPACING

pytestmark = [pytest.mark.browser, pytest.mark.any_database]
NARROW, WIDE = (320, 360, 768, 960), (1024, 1280)
# The letters of the picture and of the table, in points.
LETTERS = """() => [...document.querySelectorAll('.picture text, caption, th, td')].map(element => {
  const size = parseFloat(getComputedStyle(element).fontSize);
  return size * (element.ownerSVGElement ? element.getScreenCTM().a : 1) * 72 / 96;
})"""
A4 = 794, 1123  # in CSS pixels


@pytest.mark.parametrize("path", PICTURES)
@pytest.mark.parametrize("width", NARROW + WIDE)
def test_it_serves_the_form_made_for_the_width_and_no_other(page, path, width):
    page.set_viewport_size({"width": width, "height": 800})
    page.goto(path)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert page.locator("#by-worksite, #by-office").first.is_visible() == (width in NARROW)
    assert page.locator("#picture, #table").first.is_visible() == (width in WIDE)
    # Neither table nor picture hides a part: the reader need not know that a region scrolls.
    hidden = "regions => regions.filter(each => each.scrollWidth > each.clientWidth).length"
    assert page.locator(".scroll").evaluate_all(hidden) == 0


@pytest.mark.parametrize("path", PICTURES)
def test_it_leads_to_the_other_list_and_to_the_table(page, path):
    for width, goal in ((360, "by-office"), (1280, "table")):
        page.set_viewport_size({"width": width, "height": 800})
        page.goto(path)
        page.locator(f'a[href="#{goal}"]:not(.anchor):visible').click()
        assert page.locator(f"#{goal}").evaluate("heading => heading.matches(':target')")


@pytest.mark.parametrize("path", PICTURES)
def test_it_keeps_the_names_in_the_picture_when_readers_space_them(browser, server, path):
    context = browser.new_context(
        base_url=server.url, bypass_csp=True, viewport={"width": 1024, "height": 800}
    )
    page = context.new_page()
    page.goto(path)
    page.add_style_tag(content=SPACING)
    cropped = page.evaluate(CROPPED)
    context.close()
    assert cropped == []


@pytest.mark.parametrize("path", PICTURES)
def test_it_prints_in_letters_of_eight_points_and_more(page, path):
    page.emulate_media(media="print")
    page.set_viewport_size({"width": A4[0] - 151, "height": A4[1]})  # less the margins of 2 cm
    page.goto(path)
    assert page.locator(".picture").is_visible()
    assert page.locator("table").is_visible()
    assert not page.locator(".narrow").is_visible()
    sizes = page.evaluate(LETTERS)
    assert len(sizes) > 100
    assert min(sizes) >= 8


@pytest.mark.parametrize("path", PICTURES)
def test_it_lays_the_table_across_the_sheet(page, path):
    page.goto(path)
    printed = page.pdf(prefer_css_page_size=True, format="A4")
    boxes = re.findall(rb"/MediaBox\s*\[\s*0\s+0\s+([\d.]+)\s+([\d.]+)", printed)
    lying = [float(width) > float(height) for width, height in boxes]
    assert lying == sorted(lying)  # the picture on a sheet that stands, then the table and the foot
    assert lying[:2] == [False, True]
    assert len(lying) <= 3
