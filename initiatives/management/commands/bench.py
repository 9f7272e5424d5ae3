"""What each page costs: bytes on the wire, queries, time; and the limits that the portal promises to keep."""

import re
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from io import StringIO
from tempfile import TemporaryDirectory
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import connection
from django.http.response import HttpResponseBase
from django.test import Client
from django.test.utils import CaptureQueriesContext, setup_databases, teardown_databases
from django.urls import resolve

from initiatives.opendata.documents import current_edition
from initiatives.opendata.kept import shelf
from initiatives.pages import sitemap

FIRST_VIEW = 14_600  # bytes: what ten packets carry before the server must wait for an answer (RFC 6928)
QUERIES = 8
STYLESHEET = 16_000
# It holds everything on one page, and is asked for as such.
HEAVY = {"dossier"}
SECONDS = 0.2

STATIC = re.compile(r'href="(/static/[^"]+)"')
HEADERS = ("status", "queries", "HTML", "brotli", "first view", "requests/s", "page")
ROW = "{:>6}  {:>7}  {:>7}  {:>7}  {:>10}  {:>10}  {}"


@dataclass
class Page:
    """What a page costs; sizes in bytes."""

    path: str
    status: int
    queries: int
    html: int
    brotli: int
    first_view: int

    def complaints(self) -> Iterator[str]:
        """Yield a sentence for each limit that the page exceeds."""
        if self.status != 200:
            yield f"{self.path} answers {self.status}."
        if self.queries > QUERIES:
            yield f"{self.path} asks {self.queries} queries; the limit is {QUERIES}."
        if self.first_view > FIRST_VIEW and resolve(self.path).url_name not in HEAVY:
            yield f"{self.path} weighs {self.first_view} bytes at first view; the limit is {FIRST_VIEW}."


def reader() -> Client:
    """Return a client that asks as a reader’s browser does: for the name of the site."""
    return Client(headers={"Host": settings.ALLOWED_HOSTS[0]})


def get(client: Client, path: str, accept_encoding: str = "br") -> HttpResponseBase:
    return client.get(path, secure=settings.HTTPS, headers={"Accept-Encoding": accept_encoding})


def size(response: HttpResponseBase) -> int:
    """Return how many bytes the response has on the wire, its headers aside."""
    return sum(map(len, response))


def addresses() -> list[str]:
    """Return the path of every public page."""
    return ["/", *(path for page in sitemap.public_paths() for path in page.values())]


def measure(client: Client, path: str) -> Page:
    """Return what the page at `path` costs, with the style sheet and the icon that it links to, as served."""
    plain = get(client, path, accept_encoding="identity")
    with CaptureQueriesContext(connection) as queries:
        compressed = size(get(client, path))
    linked = set(STATIC.findall(b"".join(plain).decode()))
    return Page(
        path=path,
        status=plain.status_code,
        queries=len(queries),
        html=size(plain),
        brotli=compressed,
        first_view=compressed + sum(size(get(client, each)) for each in linked),
    )


def stylesheet_complaints() -> Iterator[str]:
    """Yield a sentence if the style sheet of the public pages is over the limit."""
    found = (settings.BASE_DIR / "static" / "css" / "portal.css").stat().st_size
    if found > STYLESHEET:
        yield f"portal.css has {found} bytes; the limit is {STYLESHEET}."


def requests_a_second(client: Client, path: str) -> float:
    """Return how often a second this process answers, asked one after another for a moment."""
    end = (start := time.perf_counter()) + SECONDS
    asked = 0
    while time.perf_counter() < end:
        get(client, path)
        asked += 1
    return asked / (time.perf_counter() - start)


def files() -> list[str]:
    """Return the path of each file that describes or holds everything."""
    whole = [f"/data/{current_edition().name}.{form}" for form in ("zip", "xlsx")]
    return [*whole, "/data/datapackage.json", "/data/catalogue.jsonld", "/data/measures.csv"]


def first_and_later(client: Client, path: str) -> tuple[float, float]:
    """Return how many milliseconds a file takes when it is asked for first after a change, and again."""
    shelf.cache_clear()
    taken = []
    for _asked in range(2):
        start = time.perf_counter()
        get(client, path)
        taken.append((time.perf_counter() - start) * 1000)
    return taken[0], taken[1]


@contextmanager
def real_content() -> Iterator[None]:
    """Work on a database and static files of one's own, with the fixtures, gone at the end."""
    before = setup_databases(verbosity=0, interactive=False)
    try:
        with TemporaryDirectory() as folder:
            settings.STATIC_ROOT = folder
            call_command("collectstatic", interactive=False, verbosity=0)
            call_command("load_content", stdout=StringIO())
            yield
    finally:
        teardown_databases(before, verbosity=0)


class Command(BaseCommand):
    help = "Print what each page weighs, asks of the database and takes; fail where a limit is exceeded."

    def handle(self, *_args: Any, **_options: Any) -> None:
        if settings.DEBUG:
            raise CommandError("Development serves other bytes than production does. Use: make bench")
        with real_content():
            client = reader()
            self.stdout.write(ROW.format(*HEADERS))
            pages = [self.report(client, path) for path in addresses()]
            self.stdout.write("\nMilliseconds for a file when first asked for after a change, and again:")
            for path in files():
                first, later = first_and_later(client, path)
                self.stdout.write(f"{first:>6.0f}  {later:>6.0f}  {path}")
        complaints = [sentence for page in pages for sentence in page.complaints()]
        complaints += stylesheet_complaints()
        self.stdout.write(
            f"\n{len(pages)} pages; sizes in bytes. First view: HTML, style sheet and icon, as served."
            f"\nRequests a second: in this process, one after another for {SECONDS} seconds, without network."
        )
        if complaints:
            raise CommandError("\n".join(complaints))

    def report(self, client: Client, path: str) -> Page:
        """Print the row of a page, and return what it costs."""
        page = measure(client, path)
        rate = f"{requests_a_second(client, path):.0f}"
        numbers = (page.status, page.queries, page.html, page.brotli, page.first_view)
        self.stdout.write(ROW.format(*numbers, rate, path))
        return page
