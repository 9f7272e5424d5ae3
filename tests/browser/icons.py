"""Makes the icons that browsers look for at fixed addresses out of static/icon.svg: `make icons`."""

import os
import shutil
from io import BytesIO
from pathlib import Path

from PIL import Image
from playwright.sync_api import sync_playwright

from .conftest import CHROMIUM

STATIC = Path(__file__).resolve().parents[2] / "static"
PAPER = "#f8f4ea"  # a home screen shows what is transparent as black


def drawn(browser, size: int, colour: str, margin: int = 0) -> Image.Image:
    """Return the icon as a square picture on a ground of this colour."""
    page = browser.new_page(viewport={"width": size, "height": size})
    svg = (STATIC / "icon.svg").read_text(encoding="utf-8")
    style = f"body {{ margin: {margin}px; background: {colour} }} svg {{ display: block }}"
    page.set_content(f"<style>{style}</style>{svg}")
    picture = page.screenshot(omit_background=True)
    page.close()
    return Image.open(BytesIO(picture))


def main() -> None:
    folder = STATIC / "root"
    with sync_playwright() as playwright:
        options = ["--no-sandbox"] if os.geteuid() == 0 else []
        found = next(filter(None, map(shutil.which, CHROMIUM)))
        browser = playwright.chromium.launch(executable_path=found, args=options)
        small = [drawn(browser, size, "transparent") for size in (16, 32, 48)]
        large, *others = reversed(small)
        large.save(folder / "favicon.ico", sizes=[each.size for each in small], append_images=others)
        touch = drawn(browser, 180, PAPER, margin=14).convert("RGB").quantize(32)
        touch.save(folder / "apple-touch-icon.png", optimize=True)


if __name__ == "__main__":
    main()
