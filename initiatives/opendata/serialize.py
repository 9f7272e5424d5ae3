"""How a record becomes data: its texts in both languages, where each comes from, its addresses.

Texts are `{"nl": …, "fr": …}`, as the Belgian interoperability guide for REST has multilingual strings. Where
a text comes from stands beside it: in `<name>_provenance` where there is one, and in `provenance` otherwise.
"""

import json
from datetime import date, datetime
from typing import Any

from django.conf import settings
from django.utils import timezone
from django.utils.translation import override

from ..language import LANGUAGES
from ..models import Measure, Page, Record, Term
from ..models.provenance import Provenance

Data = dict[str, Any]  # what becomes an object in JSON

# Of what stands in one language alone, or is a fact, and comes from where its name says in every record.
BY_THE_PORTAL, PRINTED, OFFICIAL = (
    dict.fromkeys(LANGUAGES, word) for word in (Provenance.PORTAL, Provenance.SOURCE, Provenance.OFFICIAL)
)


def bilingual(record: Record, name: str) -> dict[str, str] | None:
    """Return a text of the record as `{"nl": …, "fr": …}`, or None where there is none."""
    texts = {language: getattr(record, f"{name}_{language}") for language in LANGUAGES}
    return texts if any(texts.values()) else None


def provenance_of(record: Record, name: str = "") -> dict[str, str]:
    """Return where a text of the record comes from, per language; without a name, where its texts do."""
    return {language: str(record.provenance_of(name, language)) for language in LANGUAGES}


def texts(record: Record, *names: str) -> Data:
    """Return texts of the record, and beside those that need not come from where it does, where they do."""
    found: Data = {}
    for name in names:
        found[name] = bilingual(record, name)
        if name in record.fixed_provenance or hasattr(record, f"{name}_provenance_nl"):
            found[f"{name}_provenance"] = provenance_of(record, name)
    return found


def provenance_fields(record: Record) -> Data:
    """Return what every record and every part of one ends with: where it comes from."""
    return {"provenance": provenance_of(record), **texts(record, "provenance_note")}


def permalink(record: Page | Measure | Term) -> str:
    """Return the address that names a record for ever, whatever the language."""
    return f"{settings.SITE_URL}/id/{record._meta.model_name}/{record.code}"


def urls_of(record: Page | Measure | Term) -> dict[str, str]:
    """Return the address of the page of a record, or of its place on one, in each language."""
    found = {}
    for language in LANGUAGES:
        with override(language):
            found[language] = settings.SITE_URL + record.get_absolute_url()
    return found


def json_bytes(content: object) -> bytes:
    """Return a document as it is sent: JSON for people as well, in UTF-8."""
    return json.dumps(content, ensure_ascii=False, indent=2).encode()


def timestamp(at: datetime | None) -> str | None:
    """Return a moment to the second, in local time with its offset (ISO 8601)."""
    return timezone.localtime(at).isoformat(timespec="seconds") if at else None


def iso_date(day: date | None) -> str | None:
    """Return a day (ISO 8601)."""
    return day.isoformat() if day else None


def page_fields(record: Page) -> Data:
    """Return what every item begins with."""
    return {
        "id": permalink(record),
        "code": record.code,
        "url": urls_of(record),
        "version": record.version,
        "modified": timestamp(record.changed_at),
        **provenance_fields(record),
    }
