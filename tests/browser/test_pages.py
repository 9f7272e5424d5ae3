"""What people do in a browser: find their way through, print, edit."""

import re

import pytest

pytestmark = pytest.mark.browser
PASSWORD = "een-lang-wachtwoord-voor-de-proef"
PUBLIC_AFTER = 2000  # ms: when every worker shows what was saved
TWIN = "header a[rel=alternate]"
LANGUAGES = ("nl", "fr")
# What each language calls the rooms that a citizen walks through: worksites, offices.
ROOMS = {"nl": ("werven", "ministers", "sectoren"), "fr": ("chantiers", "ministres", "secteurs")}


def test_it_would_notice_a_breach_of_the_policy(page):
    said = []
    page.on("console", lambda message: said.append(message.text))
    page.goto("/nl/")
    page.evaluate("document.body.setAttribute('style', 'color: red')")
    page.evaluate("document.body.append(Object.assign(new Image(), {src: 'https://elsewhere.example/'}))")
    assert sum("Content Security Policy" in line for line in said) == 2


def clicking(page, link):
    """Follow a link as a reader does, and give where it led."""
    link.click()
    page.wait_for_load_state()
    return page.url


@pytest.mark.parametrize("language", LANGUAGES)
def test_it_takes_a_citizen_from_the_choice_of_language_to_a_sector(page, language):
    worksites, offices, sectors = ROOMS[language]
    page.goto("/")
    assert clicking(page, page.locator(f'.door[href="/{language}/"]')).endswith(f"/{language}/")
    title = page.locator(".sign .title").nth(2).text_content()
    assert f"/{worksites}/" in clicking(page, page.locator(".sign > a").nth(2))
    assert page.locator("h1").text_content() == title
    assert f"/{offices}/" in clicking(page, page.locator(f'.facts a[href*="/{offices}/"]').first)
    assert title in " ".join(page.locator(".chips").all_text_contents())  # the office steers it
    clicking(page, page.locator(".chips a", has_text=title))
    assert f"/{sectors}/" in clicking(page, page.locator(f'.facts a[href*="/{sectors}/"]').first)
    assert title in page.locator(".signs").text_content()
    # And there, the same sector in the other language.
    [other] = [code for code in LANGUAGES if code != language]
    assert f"/{other}/{ROOMS[other][2]}/" in clicking(page, page.locator(TWIN))


@pytest.mark.parametrize("path", ["/nl/doelstelling/1.4/dossier/", "/fr/objectif/1.4/dossier/"])
def test_it_prints_the_dossier_as_a_document(page, server, path):
    page.goto(path)
    address = page.locator(".foot p.printed")
    elsewhere, here = page.locator("main a[href^=http]").first, page.locator("main a[href^='/']").first
    after = "link => getComputedStyle(link, '::after').content"
    assert not address.is_visible()
    assert page.locator(".top").is_visible()
    page.emulate_media(media="print")
    assert address.is_visible()
    assert address.text_content() == server.url + path
    assert page.locator("time:visible").first.text_content()
    for selector in (".top", ".crumbs", ".foot nav", ".anchor"):
        assert not page.locator(selector).first.is_visible()
    # Addresses elsewhere are spelled out; those here would lack their beginning, which stands at the foot.
    assert elsewhere.evaluate(after) != "none"
    assert here.evaluate(after) == "none"
    background = "plate => getComputedStyle(plate).backgroundColor"
    assert page.locator(".plate").evaluate(background) == "rgba(0, 0, 0, 0)"
    pages = len(re.findall(rb"/Type\s*/Page\b", page.pdf(prefer_css_page_size=True, format="A4")))
    assert 5 <= pages <= 40


def test_it_numbers_the_printed_pages(page):
    page.goto("/nl/doelstelling/1.4/dossier/")
    rules = page.evaluate("[...document.styleSheets[0].cssRules].map(rule => rule.cssText).join('')")
    assert re.search(r"@bottom-right \{[^}]*counter\(page\)[^}]*counter\(pages\)", rules)


@pytest.fixture(scope="module")
def editor(server):
    """Make an account that may edit everything, as `make editor` does, and give its name."""
    server.manage(
        "createsuperuser", "--no-input", "--username", "redactie", "--email", "redactie@example.org",
        DJANGO_SUPERUSER_PASSWORD=PASSWORD,
    )  # fmt: skip
    return "redactie"


def test_it_lets_an_editor_sign_in_over_plain_http_and_change_a_title(page, editor):
    said = []
    page.on("console", lambda message: said.append(message.text))
    page.goto("/nl/werven/")
    public = page.locator(".sign > a").nth(4).get_attribute("href")
    page.goto("/admin/")
    page.fill("#id_username", editor)
    page.fill("#id_password", PASSWORD)
    page.click("[type=submit]")
    assert page.locator("#user-tools").is_visible()
    page.goto("/admin/initiatives/worksite/?q=1.4-05")
    clicking(page, page.locator("#result_list tbody th a").first)
    before = {language: page.input_value(f"#id_title_{language}") for language in LANGUAGES}
    try:
        save_titles(page, {"nl": "Gewijzigde titel", "fr": "Titre modifié"})
        page.wait_for_timeout(PUBLIC_AFTER)
        page.goto(public)
        assert page.locator("h1").text_content() == "Gewijzigde titel"
        clicking(page, page.locator(TWIN))
        assert page.locator("h1").text_content() == "Titre modifié"
    finally:
        page.goto("/admin/initiatives/worksite/?q=1.4-05")
        clicking(page, page.locator("#result_list tbody th a").first)
        save_titles(page, before)
    assert not [line for line in said if "Content Security Policy" in line]


def save_titles(page, titles):
    """Return the worksite in the form these titles, and save it."""
    for language, title in titles.items():
        page.fill(f"#id_title_{language}", title)
    page.click("[name=_save]")
    page.wait_for_load_state()
    errors = page.locator(".errornote, .errorlist").all_text_contents()
    assert not errors
    assert page.locator(".messagelist .success").count() == 1
