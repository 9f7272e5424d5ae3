"""Every public response in one folder, to be compared with those of another release (`diff -r`).

    python -m tests.record FOLDER

Follows every link from the sitemap and the data, on a database of its own that holds the fixtures. The clock
stands still, so that two runs of the same code give the same bytes.
"""

import os
import re
import sys
from datetime import UTC, datetime
from html import unescape
from pathlib import Path
from unittest.mock import patch
from urllib.parse import quote, urlsplit

from . import environ  # noqa: F401 – the environment of the tests, before the settings

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "go4brussels.settings")
NOW = datetime(2026, 11, 25, 12, 0, tzinfo=UTC)
STARTS = [
    "/",
    "/sitemap.xml",
    "/robots.txt",
    "/data/",
    "/nl/",
    "/fr/",
    "/nl/nergens/",
    "/id/worksite/nothing",
]
STARTS += [f"/{language}/{room}/?q=werf+8" for language, room in (("nl", "zoeken"), ("fr", "recherche"))]
LINK = re.compile(r"(?:http://testserver|(?<=[\"'(]))(/(?!/)[^\s\"'<>\\)]*)")
HEADERS = ("Content-Type", "Content-Language", "ETag", "Last-Modified", "Location", "Link", "Vary")
HEADERS += (
    "Content-Disposition",
    "Content-Security-Policy",
    "X-Frame-Options",
    "Cache-Control",
    "X-Robots-Tag",
)
# The admin has no public page; static files are the same bytes in both.
LEFT_OUT = ("/admin/", "/static/")


def links(text: str) -> set[str]:
    """Return the paths of this site that a document names, without what only marks a place in a page."""
    found = (unescape(match).partition("#")[0].rstrip('.,;:}"') for match in LINK.findall(text))
    return {path for path in found if path and path.isascii() and not path.startswith(LEFT_OUT)}


def record(folder: Path) -> int:
    """Write each response to a file of `folder`, named by its address; return how many there are."""
    from django.test import Client  # noqa: PLC0415 – Django is set up by then

    client, waiting, seen = Client(), list(STARTS), set(STARTS)
    while waiting:
        path = waiting.pop()
        response = client.get(path)
        body = b"".join(response.streaming_content) if response.streaming else response.content
        head = "\n".join(f"{name}: {response.headers[name]}" for name in HEADERS if name in response.headers)
        name = quote(path, safe="")[:240]
        (folder / name).write_bytes(f"{path}\n{response.status_code}\n{head}\n\n".encode() + body)
        text = body.decode("utf-8", "ignore") + response.headers.get("Location", "")
        # What a filter leads to is asked for once, and its own filters are not followed any further.
        found = links(text) if "image" not in response.headers.get("Content-Type", "") else set()
        found = {each for each in found if not urlsplit(each).query or not urlsplit(path).query}
        waiting += sorted(found - seen)
        seen |= found
    return len(seen)


def main(folder: Path) -> None:
    """Load the fixtures into a database of its own, and record every response."""
    import django  # noqa: PLC0415 – after the environment

    django.setup()
    from initiatives.management.commands.bench import real_content  # noqa: PLC0415 – after the setup

    folder.mkdir(parents=True, exist_ok=True)
    with patch("django.utils.timezone.now", lambda: NOW), real_content():
        from django.test.utils import setup_test_environment  # noqa: PLC0415

        setup_test_environment()
        print(f"{record(folder)} responses in {folder}")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
