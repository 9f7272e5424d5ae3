"""The newest release in CHANGELOG.md is the one that the code names, and says how to come to it."""

import re

from django.conf import settings

CHANGELOG = (settings.BASE_DIR / "CHANGELOG.md").read_text(encoding="utf-8")


def test_the_newest_heading_is_this_release_and_tells_the_upgrade():
    _head, *parts = re.split(r"^## ", CHANGELOG, flags=re.MULTILINE)
    newest = parts[0]
    heading = newest.splitlines()[0]
    assert re.fullmatch(r"\d+\.\d+\.\d+ – \d{4}-\d\d-\d\d", heading), heading
    assert heading.split(" – ")[0] == settings.RELEASE
    upgrade = re.search(r"^### Upgrade\n\n(.+?)(?=\n##|\Z)", newest, re.MULTILINE | re.DOTALL)
    assert upgrade and len(upgrade[1]) > 40
