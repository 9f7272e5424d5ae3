"""How a record becomes data: its texts in both languages, where each comes from, its addresses.

Texts are `{"nl": …, "fr": …}`, as the Belgian interoperability guide for REST has multilingual strings. Where
a text comes from stands beside it: in `<name>_provenance` where there is one, and in `provenance` otherwise.
"""

import json
from datetime import date

from django.conf import settings
from django.utils import timezone
from django.utils.translation import override

from ..language import LANGUAGES
from ..models.provenance import Provenance

# Of what stands in one language alone, or is a fact, and comes from where its name says in every record.
BY_THE_PORTAL, PRINTED, OFFICIAL = (
    dict.fromkeys(LANGUAGES, word) for word in (Provenance.PORTAL, Provenance.SOURCE, Provenance.OFFICIAL)
)


def both(record, name):
    """Give a text of the record as `{"nl": …, "fr": …}`, or None where there is none."""
    texts = {language: getattr(record, f"{name}_{language}") for language in LANGUAGES}
    return texts if any(texts.values()) else None


def provenance(record, name=None):
    """Give where a text of the record comes from, per language; without a name, where its texts do."""
    return {language: str(record.provenance_of(name or "", language)) for language in LANGUAGES}


def texts(record, *names):
    """Give texts of the record, and beside those that need not come from where it does, where they do."""
    said = {}
    for name in names:
        said[name] = both(record, name)
        if name in record.fixed_provenance or hasattr(record, f"{name}_provenance_nl"):
            said[f"{name}_provenance"] = provenance(record, name)
    return said


def sourced(record):
    """Give what every record and every part of one ends with: where it comes from."""
    return {"provenance": provenance(record), **texts(record, "provenance_note")}


def permalink(record):
    """Give the address that names a record for ever, whatever the language."""
    return f"{settings.SITE_URL}/id/{record._meta.model_name}/{record.code}"


def addresses(record):
    """Give the address of the page of a record, or of its place on one, in each language."""
    found = {}
    for language in LANGUAGES:
        with override(language):
            found[language] = settings.SITE_URL + record.get_absolute_url()
    return found


def json_bytes(content: object) -> bytes:
    """Return a document as it is sent: JSON for people as well, in UTF-8."""
    return json.dumps(content, ensure_ascii=False, indent=2).encode()


def moment(at):
    return timezone.localtime(at).isoformat(timespec="seconds") if at else None


def day(at: date | None) -> str | None:
    return at.isoformat() if at else None


def page(record):
    """Give what every item begins with."""
    return {
        "id": permalink(record),
        "code": record.code,
        "url": addresses(record),
        "version": record.version,
        "modified": moment(record.changed_at),
        **sourced(record),
    }
