"""Makes the pictures of README.md and of the guides for editors, from the running portal: `make pictures`."""

import os
import shutil
import tempfile
from pathlib import Path

import django
from playwright.sync_api import sync_playwright

from tests.server import Server, free_port

from .conftest import CHROMIUM

FOLDER = Path(__file__).resolve().parents[2] / "docs" / "pictures"
PASSWORD = "only-for-the-pictures"  # of an account that lives as long as the server below
ACCOUNT = {"DJANGO_SUPERUSER_PASSWORD": PASSWORD}
NOTES = {"nl": "Verduidelijkt op vraag van de sector", "fr": "Précisé à la demande du secteur"}
# One for each language, so that neither catches up with the other.
MEASURES = {"nl": "1.4-08-m2", "fr": "1.4-08-m3"}
TWIN = {"nl": "fr", "fr": "nl"}
SIZE = {"width": 1000, "height": 760}


def sign_in(page, language):
    page.goto("/admin/login/")
    page.locator(f"button[name=language][value={language}]").click()
    page.screenshot(path=FOLDER / f"sign-in.{language}.png")
    page.fill("[name=username]", "camille")
    page.fill("[name=password]", PASSWORD)
    page.press("[name=password]", "Enter")
    page.wait_for_url("**/admin/")


def shoot(page, name, language, anchor=None):
    """Take what one screen shows, from `anchor` on where there is one."""
    if anchor:
        page.locator(anchor).first.scroll_into_view_if_needed()
        page.evaluate("at => document.querySelector(at).scrollIntoView()", anchor)
    page.screenshot(path=FOLDER / f"{name}.{language}.png")


def editing(page, language):
    """Walk through the admin as the guide does."""
    sign_in(page, language)
    page.goto(f"/admin/initiatives/measure/?q={MEASURES[language]}")
    page.locator("#result_list tbody a").first.click()
    page.locator("[name=_save]").first.wait_for()
    address = page.url
    shoot(page, "form", language)
    changed = f"text_{language}"
    page.fill(f"[name={changed}]", page.input_value(f"[name={changed}]").rstrip(".") + " (test).")
    page.fill("[name=note]", NOTES[language])
    shoot(page, "note", language, "[name=note]")
    with page.context.expect_page() as opened:
        page.locator("[formtarget=_blank]").first.click()
    opened.value.wait_for_load_state()
    shoot(opened.value, "preview", language)
    opened.value.close()
    page.locator("[name=_save]").first.click()
    page.goto("/admin/")
    shoot(page, "work-list", language)
    page.goto(address)
    shoot(page, "outdated", language, f".field-text_{TWIN[language]}")
    page.goto(address.replace("/change/", "/history/"))
    shoot(page, "history", language)


def main():
    django.setup()
    FOLDER.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        url = f"http://127.0.0.1:{free_port()}"
        database = f"sqlite:///{Path(folder) / 'db.sqlite3'}"
        server = Server(url, os.environ | {"SITE_URL": url, "DATABASE_URL": database})
        server.manage("migrate", "--no-input", "--verbosity", "0")
        server.manage("load_content")
        server.manage("collectstatic", "--no-input", "--verbosity", "0")
        names = ("--username", "camille", "--email", "camille@portal.example")
        server.manage("createsuperuser", "--no-input", *names, **ACCOUNT)
        process = server.start(Path(folder) / "log")
        options = ["--no-sandbox"] if os.geteuid() == 0 else []
        found = next(filter(None, map(shutil.which, CHROMIUM)))
        browser = playwright.chromium.launch(executable_path=found, args=options)
        for language in ("nl", "fr"):
            context = browser.new_context(base_url=url, viewport=SIZE, color_scheme="light")
            editing(context.new_page(), language)
            context.close()
        page = browser.new_page(base_url=url, viewport={"width": 1280, "height": 900})
        page.goto("/nl/")
        page.screenshot(path=FOLDER.parent / "portal.png")
        process.terminate()


if __name__ == "__main__":
    main()
