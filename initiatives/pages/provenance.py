"""How pages tell where a text comes from: a rule once a page, a mark where a text differs from it."""

from collections.abc import Iterable

from django.utils.functional import Promise
from django.utils.html import format_html
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from ..language import LANGUAGES
from ..models import Record
from ..models.addresses import path_to
from ..models.provenance import Origin, Provenance

# What the texts of a page are as a rule, by language, unless its view says otherwise.
RULES: dict[str, str] = {"nl": Provenance.SOURCE, "fr": Origin.TRANSLATION}
LABELS: dict[str, str | Promise] = {
    Provenance.SOURCE: _("Text of the source"),
    Provenance.OFFICIAL: _("Official wording"),
    Provenance.VALIDATED: _("Validated translation"),
    Origin.TRANSLATION: _("Translation by the portal"),
    Origin.TRANSLATED: _("Translated by the portal"),
    Origin.PORTAL: _("By the portal"),
}


def rule_of(page_rule: str | None) -> str:
    """Return the origin that a page names as its rule: that of its language, unless its view says another."""
    return page_rule or RULES[get_language() or LANGUAGES[0]]


def label(origin: str) -> str:
    """Return an origin in words."""
    return str(LABELS[origin])


def mark(origin: str, rule: str) -> str:
    """Return the mark of an origin as HTML, or "" for the rule of the page."""
    if not origin or origin == rule:
        return ""
    about = path_to("about")
    words = '<a class="mark" data-origin="{}" href="{}#provenance">{}</a>'
    return format_html(words, str(origin), about, label(origin))


def common_origin(records: Iterable[Record], name: str, rule: str) -> str:
    """Return the origin that one text has in all of the records, or "" if they differ or it is the rule."""
    origins = {record.origin_of(name) for record in records}
    return origins.pop() if len(origins) == 1 and origins != {rule} else ""
