"""The page store: every public response ready to send, in the memory of each worker, in front of Django.

A page changes a few times a month and is read thousands of times an hour: it should cost what a file costs.
Django's own cache stands behind the middleware, which takes half of a request; WhiteNoise does the same for
files, and nginx for whole machines. Here is only what none of them knows: which content a response was made
of. Every public change raises one number (`ContentVersion`); a thread asks for it once a second, and what was
made of another number is made anew when it is next asked for. While the database is away, all of it stays.
"""

import logging
import threading
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import date, datetime
from functools import lru_cache
from typing import Any, NamedTuple
from urllib.parse import parse_qsl, urlencode
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

from django.conf import settings
from django.db import Error, close_old_connections, connections
from django.db.models.functions import Now
from django.http import HttpRequest
from django.http.request import split_domain_port, validate_host
from django.utils import timezone
from django.utils.http import http_date

from initiatives import tracing
from initiatives.language import LANGUAGES
from initiatives.models import ContentVersion
from initiatives.pages.listed import Listed, listed
from initiatives.pages.permalinks import JSON, wish_of

from .asking import ask
from .middleware import CHANGED_AT, is_text
from .routers import reading
from .stored import LONGEST, Stored, stored

logger = logging.getLogger(__name__)

SECONDS = 1.0  # between two questions for the number
MOST_BYTES = 64 * 2**20  # in one worker; the content of today takes a quarter of it
AGAIN = 5.0  # seconds before another try to fill it
PATIENCE = 5.0  # seconds that a request waits for another which makes the same page
FIRST = 1.5  # seconds before the filling begins: the first readers are answered before
BREATH = 0.01  # seconds that the filling waits where a reader waits for Django
# Where Django finds what the store holds, in the environ of what it is asked.
ENVIRON_KEY = "go4brussels.store"

KEPT = ("200 OK", "303 See Other")
LOST = ("301 Moved Permanently", "404 Not Found", "410 Gone")
# Headers by which more is asked than to have a page, or not to have it again.
UNUSUAL = ("HTTP_IF_MATCH", "HTTP_IF_UNMODIFIED_SINCE", "HTTP_TRANSFER_ENCODING")

Key = tuple[str, str, str]  # the address, and of a permalink what is wished: Accept-Language and Accept


class Version(NamedTuple):
    """What pages are made of: the content by its number, when it was changed, and the day."""

    number: int
    at: datetime
    day: date


class Held(NamedTuple):
    """How many responses a worker holds, and whether these are all."""

    pages: int
    is_full: bool


def read_version() -> tuple[Version, datetime]:
    """Return what the database has, and what time it is there. Raises what the database raises."""
    row = ContentVersion.objects.annotate(now=Now()).values_list("number", "at", "now").first()
    number, at, now = row or (0, timezone.now(), timezone.now())
    return Version(number, at, timezone.localdate()), now


class Store:
    """A WSGI application that answers from memory what it has, and asks Django for the rest."""

    def __init__(self, django: WSGIApplication) -> None:
        self.django = django
        self.pages: dict[Key, Stored] = {}
        self.reads: dict[str, frozenset[str]] = {}  # of each path that is listed, the names that it reads
        self.addresses: set[str] = set()
        self.version: Version | None = None
        self.since: datetime | None = None  # when this process began, by the clock of the database
        self.is_away = False
        self.is_full = False  # whether there was a page for each address when it was last filled
        self.bytes = 0
        self.waiting = 0  # requests that Django is answering
        self.lock = threading.Lock()  # of the sums and of `making`
        self.making: dict[Key, threading.Lock] = {}
        self.changed = threading.Event()
        self.is_our_host = lru_cache(maxsize=64)(is_our_host)

    def start(self) -> None:
        """Ask for the version from now on, and fill the store, beside the requests; not in development."""
        if not settings.DEBUG:
            for work in (self.keep_watch, self.keep_full):
                threading.Thread(target=work, name=f"store-{work.__name__}", daemon=True).start()

    # Answering ---------------------------------------------------------------------------------------

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        if key := self.key_of(environ):
            page = self.pages.get(key)
            if page is None or page.version is not self.version:
                page = self.renewed(key, page)
            if page is not None:
                return page.answer(environ, start_response)
        environ |= self.told()
        with self.counted():
            return self.django(environ, start_response)

    def key_of(self, environ: WSGIEnvironment) -> Key | None:
        """Return under which key the answer to a request is kept; None for what Django answers itself."""
        path = environ["PATH_INFO"]
        reads = self.reads.get(path)
        if reads is None or not self.is_plain(environ):
            return None
        if query := environ.get("QUERY_STRING"):
            if not is_text(query.encode("latin-1", "replace")):
                return None
            known = [pair for pair in parse_qsl(query, keep_blank_values=True) if pair[0] in reads]
            path = f"{path}?{urlencode(known)}" if known else path
            if path not in self.addresses:
                return None
        if is_negotiated(path):
            wishes = environ.get("HTTP_ACCEPT_LANGUAGE", ""), environ.get("HTTP_ACCEPT", "")
            return path, *(wished if len("".join(wishes)) <= LONGEST else wished.__wrapped__)(*wishes)
        return path, "", ""

    def is_plain(self, environ: WSGIEnvironment) -> bool:
        """Return whether a request asks for a page, or whether it is new, and for nothing else."""
        host = environ.get("HTTP_HOST", "")
        return (
            environ["REQUEST_METHOD"] in ("GET", "HEAD")
            and len(host) <= LONGEST
            and self.is_our_host(host)
            and (is_secure(environ) or not settings.HTTPS)
            and environ.get("CONTENT_LENGTH", "") in ("", "0")
            and not any(name in environ for name in UNUSUAL)
        )

    def renewed(self, key: Key, page: Stored | None) -> Stored | None:
        """Return the page made anew by this thread or another; the old one where that fails, if there is one.

        None is for Django to answer: what is not to be kept, and what fails and never stood here.
        """
        with self.turn(key) as is_mine:
            found = self.pages.get(key, page)
            if (found and found.version is self.version) or self.is_away or not is_mine:
                return found
            made = self.made(key)
            if made is None or made.status.startswith("5"):
                return found
            return made if made.status in KEPT else None

    @contextmanager
    def turn(self, key: Key) -> Iterator[bool]:
        """Let one thread at a time make a page; yield whether it is this one's turn."""
        with self.lock:
            making = self.making.setdefault(key, threading.Lock())
        is_mine = making.acquire(timeout=PATIENCE)
        try:
            yield is_mine
        finally:
            if is_mine:
                self.making.pop(key, None)
                making.release()

    def told(self) -> dict[str, Any]:
        """Return what Django is told in the environ of a request."""
        told: dict[str, Any] = {ENVIRON_KEY: Held(len(self.pages), self.is_full)}
        if self.version and self.since:
            # Another process may have other settings or another release, so its pages may differ.
            told[CHANGED_AT] = http_date(max(self.version.at, self.since).timestamp())
        return told

    @contextmanager
    def counted(self) -> Iterator[None]:
        """Count a request as waiting for Django."""
        with self.lock:
            self.waiting += 1
        try:
            yield
        finally:
            with self.lock:
                self.waiting -= 1

    # Making ------------------------------------------------------------------------------------------

    def made(self, key: Key) -> Stored | None:
        """Return what Django answers to this key, kept where it may be; None where it does not answer.

        Kept only if the content is still the one that it is filed under: the database is asked again, and the
        same one, since a standby can be behind.
        """
        version = self.version
        try:
            # All of it from one server. And before, since a standby may take over a change in the meantime.
            with reading():
                is_certain = read_version()[0] == version
                page = stored(version, ask(self.django, key[0], wishes_of(key) | self.told()))
                is_certain = is_certain and read_version()[0] == version
        except Error:
            return None
        if is_certain and page.status in KEPT:
            self.keep(key, page)
        elif page.status in LOST:
            self.drop({key})
        return page

    def keep(self, key: Key, page: Stored) -> None:
        """Keep a page, unless there is no room; then the old one goes, which would not be renewed either."""
        with self.lock:
            old = self.pages.pop(key, None)
            self.bytes -= old.size if old else 0
            if self.bytes + page.size <= MOST_BYTES:
                self.pages[key] = page
                self.bytes += page.size

    def drop(self, keys: Iterable[Key]) -> None:
        with self.lock:
            self.bytes -= sum(page.size for key in keys if (page := self.pages.pop(key, None)))

    # Beside the requests -----------------------------------------------------------------------------

    def keep_watch(self) -> None:
        """Ask for the version once a second, for ever: whatever happens, or pages would stay as they are."""
        while True:
            try:
                self.look()
            except Exception:
                logger.exception("The store could not ask which content is in force, and will again.")
            time.sleep(SECONDS)

    def look(self) -> None:
        """Ask for the version; without an answer, everything stays as it is."""
        close_old_connections()
        try:
            with reading():
                version, now = read_version()
        except Error as error:
            if not self.is_away:
                logger.warning("The database does not answer; pages are served as they were. %s", error)
            self.is_away = True
            return
        if self.is_away:
            logger.warning("The database answers again.")
        self.since = self.since or now
        if version != self.version:
            self.version = version
            self.changed.set()
        self.is_away = False

    def keep_full(self) -> None:
        """Fill the store at the start and after each change, for ever."""
        time.sleep(FIRST)
        while True:
            self.changed.wait()
            self.changed.clear()
            if not self.filled():
                time.sleep(AGAIN)
                self.changed.set()

    def filled(self) -> bool:
        """Return whether the store could be filled; what was in the way is in the log."""
        tracing.begin()
        try:
            self.fill()
        except Error as error:
            logger.warning("The store could not be filled, and will be in a moment. %s", error)
        except Exception:
            logger.exception("The store could not be filled, and will be tried again.")
        else:
            return True
        finally:
            connections.close_all()
            tracing.end()
        return False

    def read_list(self) -> list[Listed]:
        """Learn which addresses there are, and return them. Raises what the database raises."""
        with reading():
            found = list(listed())
        self.addresses = {each.address for each in found}
        self.reads = {each.address.partition("?")[0]: each.reads for each in found}
        return found

    def fill(self) -> None:
        """Make every page that is not of this version, while it lasts. Raises what the database raises."""
        found = self.read_list()
        self.drop({key for key in self.pages if key[0] not in self.addresses})
        for each in found:
            if self.changed.is_set():
                return
            self.let_pass()
            for key in keys_of(each.address):
                page = self.pages.get(key)
                if page is None or page.version is not self.version:
                    begun = time.thread_time()
                    self.renewed(key, page)
                    time.sleep(time.thread_time() - begun)  # as much again for the others
        self.is_full = all(key in self.pages for each in found for key in keys_of(each.address))

    def let_pass(self) -> None:
        """Wait a moment for the readers whom Django is answering."""
        for _turn in range(20):
            if not self.waiting:
                return
            time.sleep(BREATH)


def is_our_host(host: str) -> bool:
    domain, _port = split_domain_port(host)
    return bool(domain) and validate_host(domain, settings.ALLOWED_HOSTS)


def is_secure(environ: WSGIEnvironment) -> bool:
    """Return whether a request came by TLS, as Django's own HttpRequest.is_secure() says."""
    if settings.SECURE_PROXY_SSL_HEADER:
        name, value = settings.SECURE_PROXY_SSL_HEADER
        if name in environ:
            return str(environ[name]).split(",", 1)[0].strip() == value
    return bool(environ["wsgi.url_scheme"] == "https")


@lru_cache(maxsize=256)
def wished(languages: str, kinds: str) -> tuple[str, str]:
    """Return Accept-Language and Accept, of those that a permalink answers alike, in one writing."""
    request = HttpRequest()
    request.META = {"HTTP_ACCEPT_LANGUAGE": languages, "HTTP_ACCEPT": kinds or "*/*"}
    language, is_data = wish_of(request)
    return language or "", JSON if is_data else "text/html"


def keys_of(address: str) -> list[Key]:
    """Return under which keys an address is kept: a permalink for each thing that can be wished."""
    if is_negotiated(address):
        return [(address, language, kind) for language in ("", *LANGUAGES) for kind in ("text/html", JSON)]
    return [(address, "", "")]


def is_negotiated(address: str) -> bool:
    """Return whether an address leads each reader elsewhere."""
    return address.startswith("/id/") or address == "/data/"


def wishes_of(key: Key) -> dict[str, str]:
    """Return the headers that say what is wished."""
    _address, languages, kinds = key
    wishes = {"HTTP_ACCEPT_LANGUAGE": languages, "HTTP_ACCEPT": kinds}
    return {name: value for name, value in wishes.items() if value}
