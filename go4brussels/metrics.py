"""What Prometheus is told of the portal: counts by kind of page, never an address, a word or a person.

Stands around the store, so that it counts whatever the portal answers, once; what gunicorn cannot read never
comes here. It is there only where METRICS_TOKEN is set.
"""

import hmac
import logging
import time
from collections.abc import Iterable, Iterator
from typing import Any
from wsgiref.types import StartResponse, WSGIEnvironment

import prometheus_client.values
from django.conf import settings
from django.db import Error, close_old_connections
from django.utils.encoding import force_bytes
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.registry import Collector

from accounts.models import Entry
from initiatives.models import CONTENT, Record

from .backup.folder import age
from .kinds import kind_of
from .postgresql import waiting
from .store import ENVIRON_KEY, Store

PATH = "/metrics"
# Seconds: what is held takes the first, what is made the next ones, what waits for a database the last.
BUCKETS = (0.001, 0.005, 0.025, 0.1, 0.25, 1, 2.5, 5)
HEADERS = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": "default-src 'none'",
    "X-Content-Type-Options": "nosniff",
}


class Watched:
    """The store, with a count of what it answers; and /metrics, for who has the token."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self.registry = own = CollectorRegistry()
        self.requests = Counter(
            "go4brussels_requests", "Requests answered.", ["kind", "status"], registry=own
        )
        self.seconds = Histogram(
            "go4brussels_request_seconds", "Seconds to answer.", ["kind"], registry=own, buckets=BUCKETS
        )
        self.answers = Counter(
            "go4brussels_answers",
            "Requests, by who answered: the page store or Django.",
            ["by"],
            registry=own,
        )
        self.audited = Counter("go4brussels_audit", "Entries of the audit log.", ["what"], registry=own)
        for what in Entry.What.values:
            self.audited.labels(what)
        self.parts: dict[tuple[str, str], tuple[Counter, Histogram]] = {}
        self.by = {name: self.answers.labels(name) for name in ("store", "django")}
        logging.getLogger("accounts.audit").addHandler(Audited(self.audited))

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        if environ["PATH_INFO"] == PATH:
            return self.tell(environ, start_response)
        begun, status = time.perf_counter(), "500"

        def started(line: str, headers: list[tuple[str, str]], *error: Any) -> Any:
            nonlocal status
            status = line[:3]
            return start_response(line, headers, *error)

        try:
            return self.store(environ, started)
        finally:
            self.count(environ, status, time.perf_counter() - begun)

    def count(self, environ: WSGIEnvironment, status: str, seconds: float) -> None:
        kind = kind_of(environ["PATH_INFO"])
        part = self.parts.get((kind, status))
        if part is None:
            part = self.parts[kind, status] = (self.requests.labels(kind, status), self.seconds.labels(kind))
        part[0].inc()
        part[1].observe(seconds)
        self.by["django" if ENVIRON_KEY in environ else "store"].inc()

    # Telling -----------------------------------------------------------------------------------------

    def tell(self, environ: WSGIEnvironment, start_response: StartResponse) -> list[bytes]:
        """Answer GET and HEAD of who has the token; 401 to who has not."""
        headers, body = HEADERS | {"Content-Type": "text/plain; charset=utf-8"}, b""
        if not is_allowed(environ.get("HTTP_AUTHORIZATION", "")):
            line, body = "401 Unauthorized", b"Send the token: Authorization: Bearer METRICS_TOKEN.\n"
            headers["WWW-Authenticate"] = 'Bearer realm="metrics"'
        elif environ["REQUEST_METHOD"] not in ("GET", "HEAD"):
            line, headers["Allow"] = "405 Method Not Allowed", "GET, HEAD"
        else:
            line, body, headers["Content-Type"] = "200 OK", self.told(), CONTENT_TYPE_LATEST
        headers["Content-Length"] = str(len(body))
        start_response(line, list(headers.items()))
        return [] if environ["REQUEST_METHOD"] == "HEAD" else [body]

    def told(self) -> bytes:
        """Return what all workers counted since the start, and what this one knows of the moment."""
        counted = self.registry
        if prometheus_client.values.ValueClass._multiprocess:
            counted = CollectorRegistry()
            MultiProcessCollector(counted)  # type: ignore[no-untyped-call]
        now = CollectorRegistry()
        now.register(Now(self.store))
        return generate_latest(counted) + generate_latest(now)


class Now(Collector):
    """What is so at the moment. What cannot be known is left out."""

    def __init__(self, store: Store) -> None:
        self.store = store

    def collect(self) -> Iterator[GaugeMetricFamily]:
        release = GaugeMetricFamily("go4brussels_release_info", "The release that runs.", labels=["release"])
        release.add_metric([settings.RELEASE], 1)
        yield release
        drafts = drafts_waiting()
        version = self.store.version
        found = {
            "database_away": ("1 while the database does not answer.", self.store.is_away or drafts is None),
            "drafts": ("Records that wait to be made public.", drafts),
            "content_number": ("The number of the content in force.", version and version.number),
            "pages_held": ("Pages in memory, of the worker that tells this.", len(self.store.pages)),
            "backup_age_seconds": ("How old the newest backup is.", age(settings.BACKUP_DIR)),
        }
        for name, (told, value) in found.items():
            if value is not None:
                yield GaugeMetricFamily(f"go4brussels_{name}", told, float(value))


class Audited(logging.Handler):
    """Count the lines of the audit log by their first word, which says what happened."""

    def __init__(self, counter: Counter) -> None:
        super().__init__()
        self.counter = counter

    def emit(self, record: logging.LogRecord) -> None:
        what = str(record.msg).partition(" ")[0]
        if what in Entry.What.values:
            self.counter.labels(what).inc()


def is_allowed(header: str) -> bool:
    """Return whether Authorization has the token, in a time that says nothing of how far it is right."""
    scheme, _space, token = header.partition(" ")
    is_right = hmac.compare_digest(force_bytes(token.strip()), force_bytes(settings.METRICS_TOKEN))
    return is_right and scheme.lower() == "bearer"


def drafts_waiting() -> int | None:
    """Return how many records are not public yet, None where the database does not say."""
    try:
        with waiting():
            close_old_connections()
            drafts = Record.Publication.DRAFT
            return sum(model.objects.filter(publication=drafts).count() for model in CONTENT)
    except Error:
        return None
    finally:
        close_old_connections()
