"""Where a page stands that was merged with another: every address beneath the one leads to the other."""

import re

from django.urls import reverse

from ..language import LANGUAGES
from ..models import Page
from ..models.withdrawal import Moved

# What stood at the end of an address for one version or two: numbers that count something else elsewhere.
NUMBERS = re.compile(r"(?<=/)[0-9]+(-[0-9]+)?/$|/[0-9]+$")


def path_now(path: str, moved: Moved) -> str:
    """Return the path that stands now for what was asked of a page that was merged with another.

    Its documents, feed, picture and citations lead to those of the other, and any version to its versions.
    """
    for before, after in zip(stems(moved.page), stems(moved.successor), strict=True):
        if path.startswith(before):
            return after + NUMBERS.sub("", path.removeprefix(before))
    return moved.successor.get_absolute_url()


def stems(page: Page) -> list[str]:
    """Return what every address of a page begins with, without the slash or point that follows."""
    words = {"kind": page._meta.model_name, "code": page.code, "language": LANGUAGES[0]}
    picture = reverse("picture", kwargs=words).removesuffix(f".{LANGUAGES[0]}.png")
    return [*(page.url_in(language).removesuffix("/") for language in LANGUAGES), page.permalink, picture]
