"""What a mirror holds: every public address, every static file, and the pages that tell of errors."""

import json
from collections.abc import Iterator
from datetime import date, timedelta
from hashlib import sha256
from pathlib import Path
from typing import NamedTuple
from urllib.parse import quote, unquote, urlsplit
from wsgiref.types import WSGIApplication

from django.conf import settings
from django.core.handlers.wsgi import WSGIHandler
from django.http import HttpRequest
from django.utils.timezone import localdate
from django.utils.translation import gettext_lazy as _

from initiatives.language import LANGUAGES
from initiatives.models import ContentVersion
from initiatives.pages.listed import Listed, listed

from .. import errors
from ..asking import ask
from .errors import MirrorError
from .files import Files, Written
from .folder import RECORD, replacing
from .maps import Entry, kept_headers, maps

# What a reader can wish for at an address that leads on, as deploy/nginx.conf calls it.
WISHES = {"none": {}, **{language: {"HTTP_ACCEPT_LANGUAGE": language} for language in LANGUAGES}}
TYPES = {"html": "text/html", "json": "application/json"}
# Where pages that tell of errors are asked for: in one language, in both, and as data.
ROOMS = {**{language: f"/{language}/-/" for language in LANGUAGES}, "both": "/-/", "data": "/data/-"}
# For so long a page that was opened before a new release finds the style sheet that it names.
DAYS_OF_STATIC_FILES = 30
COPIES = _("Until it can, you can read copies of its pages. The fault is ours, not yours.")
LONGEST_NAME = 200
TRIES = 3


class Mirror(NamedTuple):
    """What was written."""

    addresses: int
    files: list[Written]


class Changed(Exception):
    """The content became another while it was being read."""


def write(place: Path) -> Mirror:
    """Write the mirror to `place`, where it stands once it is whole. Raises MirrorError, or OSError."""
    with replacing(place) as (folder, before):
        for _attempt in range(TRIES):
            try:
                return Site(folder, before).write()
            except Changed:
                continue
        raise MirrorError(
            f"The content changed {TRIES} times while it was read. Try again when nobody edits."
        )


class Site:
    """The public site, being written to a folder."""

    def __init__(self, folder: Path, before: Path | None) -> None:
        self.files = Files(folder, before)
        self.portal: WSGIApplication = WSGIHandler()  # without the page store
        self.before = before
        self.record: dict[str, Entry] = {}

    def write(self) -> Mirror:
        """Write all of it. Raises Changed where an editor changes the content meanwhile."""
        number = content_number()
        try:
            for each in (*listed(), *map(Listed, static_addresses())):
                self.take(each)
            self.keep_static_files()
            self.write_errors()
            if content_number() != number:
                raise Changed
        except BaseException:
            self.files.pool.shutdown(cancel_futures=True)
            raise
        for name, text in maps(self.record):
            self.files.add(f"nginx/{name}", text.encode())
        self.files.add(RECORD, json.dumps(self.record, ensure_ascii=False, indent=1, sort_keys=True).encode())
        return Mirror(len(self.record), self.files.finish())

    def take(self, each: Listed) -> None:
        """Write what stands at an address. Raises MirrorError where it does not answer as it should."""
        answer = ask(self.portal, each.address)
        if answer.status == 410:  # without a public objective some pages tell just that
            return
        if answer.status not in (200, 303):
            raise MirrorError(f"{each.address} answers {answer.status}. The log of the portal may say why.")
        entry: Entry = {"headers": kept_headers(each.address, answer.headers)}
        if answer.status == 200:
            entry["file"] = file_name(each.address, answer.headers["Content-Type"])
            is_compressible = "Accept-Encoding" in answer.headers.get("Vary", "")
            self.files.add(f"site/{entry['file']}", answer.body, is_compressible)
        if not each.reads and "Accept-Language" in answer.headers.get("Vary", ""):
            entry["redirects"] = dict(self.redirects(each.address))
        self.record[key_of(each)] = entry

    def redirects(self, address: str) -> Iterator[tuple[str, str]]:
        """Yield where an address leads, by the language and the type that a reader asks for."""
        # Where data are asked for, an address that has none leads as it leads others.
        types = TYPES if self.place_of(address, HTTP_ACCEPT=TYPES["json"]) else {"html": TYPES["html"]}
        for language, header in WISHES.items():
            for name, media_type in types.items():
                if place := self.place_of(address, HTTP_ACCEPT=media_type, **header):
                    yield f"{language} {name}", place
                    if len(types) == 1:
                        yield f"{language} json", place

    def place_of(self, address: str, **headers: str) -> str | None:
        """Return where an address leads who asks with these headers."""
        return ask(self.portal, address, headers).headers.get("Location")

    def keep_static_files(self) -> None:
        """Write those static files of the mirror before that the portal no longer has, for some time yet."""
        if not self.before:
            return
        today = localdate()
        record: dict[str, Entry] = json.loads((self.before / RECORD).read_text(encoding="utf-8"))
        for key, entry in record.items():
            gone = date.fromisoformat(entry.get("gone", today.isoformat()))
            is_named_by_hash = "immutable" in entry["headers"].get("Cache-Control", "")
            if key in self.record or not is_named_by_hash or today - gone > timedelta(DAYS_OF_STATIC_FILES):
                continue
            self.record[key] = entry | {"gone": gone.isoformat()}
            name = f"site/{entry['file']}"
            self.files.add(name, (self.before / name).read_bytes(), f"{name}.gz" in self.files.known)

    def write_errors(self) -> None:
        """Write the pages for what is not there, and for what a mirror cannot do."""
        for room, address in ROOMS.items():
            suffix = "json" if room == "data" else "html"
            for status, body in ((404, ask(self.portal, address).body), (503, unavailable(room, address))):
                self.files.add(f"errors/{room}/{status}.{suffix}", body, is_compressible=True)


def content_number() -> int | None:
    return ContentVersion.objects.values_list("number", flat=True).first()


def unavailable(room: str, address: str) -> bytes:
    """Return the page that says that the portal cannot answer now: in one language, to who searches."""
    request = HttpRequest()
    request.path = request.path_info = address
    request.current_app = room
    return errors.respond(request, 503, outage={"sentence": COPIES}, is_search=room in LANGUAGES).content


def static_addresses() -> Iterator[str]:
    """Yield the address of each static file. Raises MirrorError where none were collected."""
    root = Path(settings.STATIC_ROOT)
    found = [(settings.STATIC_URL, path) for path in files_below(root)]
    if not found:
        raise MirrorError(f"{root} holds no static files. Collect them first: manage.py collectstatic")
    roots = {settings.STATIC_URL: root, "/": Path(settings.WHITENOISE_ROOT)}
    found += [("/", path) for path in files_below(roots["/"])]
    yield from (prefix + quote(path.relative_to(roots[prefix]).as_posix()) for prefix, path in found)


def files_below(root: Path) -> Iterator[Path]:
    """Yield each file that is not the compressed form of another."""
    for path in sorted(root.rglob("*")):
        if path.is_file() and not (path.suffix in (".br", ".gz") and path.with_suffix("").is_file()):
            yield path


def key_of(each: Listed) -> str:
    """Return an address as deploy/nginx.conf spells it: with all that is read of the query, in one order."""
    asked = urlsplit(each.address)
    if not each.reads:
        return unquote(asked.path)
    given = dict(part.partition("=")[::2] for part in asked.query.split("&"))
    return f"{unquote(asked.path)}?" + "&".join(
        f"{name}={given.get(name, '')}" for name in sorted(each.reads)
    )


def file_name(address: str, content_type: str) -> str:
    """Return the name of the file of an address: of a page, `index.html` in a folder of its name.

    What follows a question mark follows an at sign, as `wget` has it where names cannot hold question marks.
    """
    asked = urlsplit(address)
    query = f"@{asked.query}" if asked.query else ""
    if len(query) > LONGEST_NAME:
        query = f"@{sha256(query.encode()).hexdigest()}"
    path = unquote(asked.path).removeprefix("/")
    if not content_type.startswith("text/html"):
        return path + query
    return "/".join(filter(None, (path.removesuffix("/"), f"index{query}.html")))
