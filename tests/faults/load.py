"""Readers: one that asks and looks at the answer, and many at once that count what they get."""

import http.client
import itertools
import random
import re
import ssl
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Self

NAME = "go4brussels.example"
SHEET = re.compile(rb'<link[^>]+href="([^"]+\.css)"')

# What no store and no cache holds: searches, and measures by two filters at once.
UNLISTED = [f"/nl/zoeken/?q=werf+{number}" for number in range(20)]
UNLISTED += [f"/fr/recherche/?q=emploi+{number}" for number in range(20)]
UNLISTED += [
    f"{path}?sector={sector}&office={office}"
    for path in ("/nl/maatregelen/", "/fr/mesures/")
    for sector in ("construction", "trade", "horeca")
    for office in ("minister-work", "minister-climate")
]


def unchecked() -> ssl.SSLContext:
    """Return a context that takes any certificate, and so needs to read none."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    return context


class Named(http.client.HTTPSConnection):
    """A connection over TLS to this machine, under the name of the site: nginx refuses any other."""

    def __init__(self, port: int, timeout: float = 30, source: str = "127.0.0.1") -> None:
        super().__init__("127.0.0.1", port, timeout=timeout, source_address=(source, 0))

    def connect(self) -> None:
        http.client.HTTPConnection.connect(self)
        # The certificate is made for the run, by itself.
        self.sock = unchecked().wrap_socket(self.sock, server_hostname=NAME)


@dataclass(frozen=True)
class Answer:
    """What came back: a status, 0 where the connection broke, and then `error` says how."""

    path: str
    status: int
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)
    seconds: float = 0
    error: str = ""


class Reader:
    """A browser without a cache: it keeps its connection, and asks again where an idle one was closed."""

    def __init__(self, port: int, is_tls: bool = False, timeout: float = 30) -> None:
        self.port, self.is_tls, self.timeout = port, is_tls, timeout
        self.connection: http.client.HTTPConnection | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_told: object) -> None:
        self.close()

    def close(self) -> None:
        if self.connection:
            self.connection.close()
        self.connection = None

    def connect(self) -> http.client.HTTPConnection:
        if self.is_tls:
            return Named(self.port, self.timeout)
        return http.client.HTTPConnection("127.0.0.1", self.port, timeout=self.timeout)

    def get(self, path: str, headers: Mapping[str, str] | None = None) -> Answer:
        return self.ask("GET", path, headers or {})

    def ask(self, method: str, path: str, headers: Mapping[str, str], body: bytes | None = None) -> Answer:
        start = time.perf_counter()
        while True:
            is_kept = self.connection is not None
            try:
                self.connection = self.connection or self.connect()
                self.connection.request(method, path, body, dict(headers))
                response = self.connection.getresponse()
                page = response.read()
            except (OSError, http.client.HTTPException) as error:
                self.close()
                # A server may close an idle connection at any time; browsers make another (RFC 9112, 9.3.1).
                closed = isinstance(error, ConnectionResetError | BrokenPipeError)
                if is_kept and closed and method == "GET":
                    continue
                return Answer(path, 0, seconds=time.perf_counter() - start, error=type(error).__name__)
            if response.will_close:
                self.close()
            told: dict[str, str] = {}
            for name, value in response.getheaders():  # those that come twice, a line each
                told[name.title()] = f"{told[name.title()]}\n{value}" if name.title() in told else value
            return Answer(path, response.status, page, told, time.perf_counter() - start)


Check = Callable[[Answer], str]
"""Return what is wrong with an answer, nothing where it is right."""


def is_good(answer: Answer) -> str:
    """A public address answers 200, or redirects where it is made to."""
    return "" if answer.status in (200, 301, 302, 303) else answer.error or f"{answer.status}"


def is_away(answer: Answer) -> str:
    """What needs the database says so, and when to come again."""
    if answer.status != 503:
        return answer.error or f"{answer.status}"
    return "" if answer.headers.get("Retry-After", "").isdigit() else "503 without Retry-After"


def is_no_error(answer: Answer) -> str:
    """Anything but an error of the portal or of the connection: 503 is allowed."""
    return answer.error or (f"{answer.status}" if answer.status in (500, 502, 504) else "")


# When a document was made, which each worker does for itself; archives have it inside.
MOMENT = re.compile(rb'"generated": "[^"]*"')
ARCHIVES = ("application/zip", "application/vnd.openxmlformats")


def is_same(one: Answer, other: Answer) -> bool:
    """Return whether two answers say the same."""
    if one.status in (301, 302, 303):
        return one.headers.get("Location") == other.headers.get("Location")
    if one.headers.get("Content-Type", "").startswith(ARCHIVES):
        return bool(one.body and other.body)
    return one.body == other.body or MOMENT.sub(b"", one.body) == MOMENT.sub(b"", other.body)


def is_as(expected: Mapping[str, Answer]) -> Check:
    """Return the check that an answer has the status and the text that it had before."""

    def check(answer: Answer) -> str:
        if answer.status != expected[answer.path].status:
            return answer.error or f"{answer.status}"
        return "" if is_same(answer, expected[answer.path]) else "another text"

    return check


@dataclass
class Counts:
    """What many answers were."""

    statuses: Counter[int] = field(default_factory=Counter)
    wrong: Counter[str] = field(default_factory=Counter)
    where: dict[str, str] = field(default_factory=dict)  # the first address of each kind of wrong
    slowest: float = 0
    late: list[tuple[float, str]] = field(default_factory=list)

    def add(self, answer: Answer, sentence: str) -> None:
        self.statuses[answer.status] += 1
        self.slowest = max(self.slowest, answer.seconds)
        if sentence:
            self.wrong[sentence] += 1
            self.where.setdefault(sentence, answer.path)

    @property
    def total(self) -> int:
        return self.statuses.total()

    @property
    def failed(self) -> int:
        return self.wrong.total()

    def __str__(self) -> str:
        kinds = self.wrong.most_common(4)
        told = ", ".join(f"{count} × {name} ({self.where[name]})" for name, count in kinds)
        return f"{self.failed} of {self.total} failed, slowest {self.slowest:.1f} s" + (told and f": {told}")


class Load:
    """Readers that go through addresses, each in an order of its own, until told to stop.

    `pause` is what each leaves between two requests; `is_fresh` gives each request its own connection;
    `sheets` asks for the style sheets that a page names too.
    """

    def __init__(
        self,
        port: int,
        paths: Sequence[str],
        check: Check = is_good,
        *,
        readers: int = 4,
        pause: float = 0.01,
        is_tls: bool = False,
        is_fresh: bool = False,
        sheets: bool = False,
        headers: Mapping[str, str] | None = None,
        timeout: float = 30,
    ) -> None:
        self.port, self.paths, self.check, self.pause = port, paths, check, pause
        self.is_tls, self.is_fresh, self.sheets, self.timeout = is_tls, is_fresh, sheets, timeout
        self.headers = headers or {}
        self.counts, self.lock, self.is_over = Counts(), threading.Lock(), threading.Event()
        self.threads = [threading.Thread(target=self.read, daemon=True) for _each in range(readers)]

    def __enter__(self) -> Self:
        for thread in self.threads:
            thread.start()
        return self

    def __exit__(self, *_told: object) -> None:
        self.is_over.set()
        for thread in self.threads:
            thread.join()

    def read(self) -> None:
        paths = itertools.cycle(random.sample(self.paths, len(self.paths)))
        with Reader(self.port, self.is_tls, self.timeout) as reader:
            while not self.is_over.is_set():
                answer = reader.get(next(paths), self.headers)
                self.count(answer, self.check(answer))
                if self.sheets and answer.status == 200:
                    self.read_sheet(reader, answer)
                if self.is_fresh:
                    reader.close()
                if answer.error or self.pause:
                    self.is_over.wait(self.pause or 0.01)

    def read_sheet(self, reader: Reader, page: Answer) -> None:
        """Ask for the style sheets that a page names, as a browser does that has none of them."""
        for name in SHEET.findall(page.body):
            if self.is_fresh:
                reader.close()  # another worker may have the new connection
            sheet = reader.get(name.decode())
            self.count(sheet, "" if sheet.status == 200 else f"a style sheet is gone ({sheet.status})")

    def count(self, answer: Answer, sentence: str) -> None:
        with self.lock:
            self.counts.add(answer, sentence)

    def so_far(self) -> int:
        with self.lock:
            return self.counts.total


def read_all(port: int, paths: Iterable[str], is_tls: bool = False) -> dict[str, Answer]:
    """Return the answer of each address, asked one after another."""
    with Reader(port, is_tls) as reader:
        return {path: reader.get(path) for path in paths}
