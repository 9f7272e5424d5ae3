"""What a request asks for, in few words: for counts and for a tracker of errors, which learn no address."""

import re
from functools import lru_cache

# Each with the beginning of the paths that it has, the first that fits; all others are “other”.
KINDS = {
    "search": r"/(?:nl/zoeken|fr/recherche)/",
    "feed": r"/(?:nl|fr)/.*\.(?:xml|atom)|/sitemap\.xml",
    "data": r"/data/|/oembed|/(?:nl|fr)/.*\.json",
    "home": r"/(?:(?:nl|fr)/)?$",
    "list": r"/(?:nl|fr)/[^/]+/$",
    "page": r"/(?:nl|fr)/",
    "permalink": r"/id/",
    "picture": r"/picture/",
    "static": r"/static/|/[^/]+\.(?:ico|svg|png|txt|webmanifest)$",
    "admin": r"/admin/",
    "probe": r"/(?:healthz|readyz|metrics)$",
}
ANY = re.compile("|".join(f"(?P<{kind}>{path})" for kind, path in KINDS.items()), re.ASCII | re.DOTALL)


@lru_cache(maxsize=1024)
def kind_of(path: str) -> str:
    """Return the kind of a path, one of a dozen words."""
    found = ANY.match(path)
    return (found and found.lastgroup) or "other"
