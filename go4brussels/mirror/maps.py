"""What nginx has to know of the mirror: maps from an address to its file, its headers, where it leads.

deploy/nginx.conf reads them inside of `map` blocks, where they can say nothing else.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from typing import TypedDict

from .errors import MirrorError

# What deploy/nginx.conf sends on, each from the map of its name.
HEADERS = (
    "Access-Control-Allow-Origin",
    "Access-Control-Expose-Headers",
    "Cache-Control",
    "Content-Disposition",
    "Content-Language",
    "Content-Security-Policy",
    "Content-Type",
    "Cross-Origin-Opener-Policy",
    "Cross-Origin-Resource-Policy",
    "Link",
    "Permissions-Policy",
    "Referrer-Policy",
    "Strict-Transport-Security",
    "Vary",
    "X-Content-Type-Options",
    "X-Frame-Options",
    "X-Robots-Tag",
)
# What nginx says itself, of the file that it sends or of where it leads.
BY_NGINX = {"Content-Length", "Date", "ETag", "Last-Modified", "Location"}


class Entry(TypedDict, total=False):
    """What the record of the mirror says of an address."""

    file: str  # below site/; none where the address always leads elsewhere
    headers: dict[str, str]
    redirects: dict[str, str]  # by language and type: {"nl html": "/nl/…"}
    gone: str  # of a static file: the day on which the portal had it last


def kept_headers(address: str, headers: Mapping[str, str]) -> dict[str, str]:
    """Return what the mirror sends of these headers. Raises MirrorError for one unknown to nginx."""
    kept = {name: value for name, value in headers.items() if name not in BY_NGINX}
    if unknown := sorted(kept.keys() - set(HEADERS)):
        raise MirrorError(
            f"{address} has the header {unknown[0]}, which the mirror cannot send: "
            "it stands neither in go4brussels/mirror/maps.py nor in deploy/nginx.conf."
        )
    return {name: kept[name] for name in HEADERS if name in kept}


def maps(record: Mapping[str, Entry]) -> Iterator[tuple[str, str]]:
    """Yield the name and the content of each map."""
    files = {key: entry["file"] for key, entry in record.items() if "file" in entry}
    yield "file.map", text_of(files.items())
    places = [
        (f"{wish} {key}", place)
        for key, entry in record.items()
        for wish, place in entry.get("redirects", {}).items()
    ]
    yield "redirect.map", text_of(places)
    for name in HEADERS:
        values = {key: entry["headers"].get(name, "") for key, entry in record.items()}
        usual = Counter(values.values()).most_common(1)[0][0] if values else ""
        rest = ((key, value) for key, value in values.items() if value != usual)
        yield f"{name.lower()}.map", text_of(rest, usual)


def text_of(pairs: Iterable[tuple[str, str]], usual: str = "") -> str:
    """Return a map as nginx reads it, which compares without regard to case and wants each key once."""
    lines, seen = [f"default {quoted(usual)};"] if usual else [], set()
    for key, value in pairs:
        if key.lower() not in seen:
            seen.add(key.lower())
            lines.append(f"{quoted(key)} {quoted(value)};")
    return "\n".join([*lines, ""])


def quoted(text: str) -> str:
    """Return a text as nginx reads it. Raises MirrorError for what it would take for a variable or a line."""
    if "$" in text or not text.isprintable():
        raise MirrorError(
            f"nginx cannot be told of {text!r}: it holds a dollar sign or a sign that nobody sees."
        )
    return '"{}"'.format(text.replace("\\", "\\\\").replace('"', '\\"'))
