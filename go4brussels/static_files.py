"""Whether the static files are there that pages name: collected for this release, and every one of them."""

import json
from collections.abc import Mapping
from pathlib import Path

from django.conf import settings

MANIFEST = "staticfiles.json"
COLLECT = "Collect them: manage.py collectstatic --no-input."


def is_collected() -> bool:
    """Return whether there is a list of the static files at all; in development none is needed."""
    return settings.DEBUG or (Path(settings.STATIC_ROOT) / MANIFEST).is_file()


def missing() -> str:
    """Return a sentence on what is missing, an empty text where nothing is."""
    if settings.DEBUG:
        return ""
    folder = Path(settings.STATIC_ROOT)
    try:
        paths: Mapping[str, str] = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))["paths"]
    except FileNotFoundError:
        return f"The static files are not in {folder}: {MANIFEST}, the list of them, is missing. {COLLECT}"
    except OSError as error:
        return f"{folder / MANIFEST} cannot be read: {error.strerror}. Give the portal's user the right to."
    except (ValueError, KeyError):
        return f"{folder / MANIFEST} is no list of static files. {COLLECT}"
    lost = [name for name in paths.values() if not (folder / name).is_file()]
    if lost:
        return f"Of the static files {len(lost)} are missing in {folder}, {lost[0]} for one. {COLLECT}"
    return ""
