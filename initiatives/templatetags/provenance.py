"""What templates need to tell where a text comes from: a rule once a page, a mark where a text differs."""

from collections.abc import Iterable

from django import template
from django.template import Context
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from ..models import Page, Record, Strategy, rights
from ..models.provenance import Origin, Provenance
from ..pages.titles import counted

register = template.Library()
register.filter("counted", counted)

# What the texts of a page are as a rule, by language, unless its view says otherwise.
RULES = {"nl": Provenance.SOURCE, "fr": Origin.TRANSLATION}
LABELS = {
    Provenance.SOURCE: _("Text of the source"),
    Provenance.OFFICIAL: _("Official wording"),
    Provenance.VALIDATED: _("Validated translation"),
    Origin.TRANSLATION: _("Translation by the portal"),
    Origin.TRANSLATED: _("Translated by the portal"),
    Origin.PORTAL: _("By the portal"),
}


@register.simple_tag(takes_context=True, name="page_rule")
def rule_of(context: Context) -> str:
    """Return the origin that the page names as its rule."""
    return context.get("rule") or RULES[get_language()]


@register.simple_tag(takes_context=True)
def mark(context: Context, origin: str) -> str:
    """Return the mark of an origin, or "" for the rule of the page: `{% mark origin %}`."""
    if not origin or origin == rule_of(context):
        return ""
    about = reverse("initiatives:about", current_app=get_language())
    words = '<a class="mark" data-origin="{}" href="{}#provenance">{}</a>'
    return format_html(words, str(origin), about, LABELS[origin])


@register.filter
def origin(record: Record, name: str) -> str:
    """Return in words where a text comes from, for what leaves the pages: `{{ worksite|origin:"title" }}`."""
    return LABELS[record.origin_of(name)]


@register.simple_tag(takes_context=True)
def told(context: Context, record: Record, name: str) -> str:
    """Return the mark of a text that differs from the rule of the page: `{% told worksite "title" %}`."""
    return mark(context, record.origin_of(name))


@register.simple_tag(takes_context=True)
def told_of_title(context: Context, page: Page) -> str:
    """Return the mark of what stands on the plate of a page."""
    return told(context, page, page.heading_field)


@register.simple_tag(takes_context=True)
def common_origin(context: Context, records: Iterable[Record], name: str) -> str:
    """Return the origin that one text has in all of the records, if it differs from the rule of the page.

    For lists that tell it once: `{% common_origin sectors "name" as names %}`, `data-origin` and a mark.
    """
    origins = {record.origin_of(name) for record in records}
    return origins.pop() if len(origins) == 1 and origins != {rule_of(context)} else ""


@register.simple_tag
def rights_sentence(strategy: Strategy) -> str:
    """Return whose words the portal holds, and what may be done with them."""
    return rights.sentence(strategy)


@register.simple_tag
def quotation_sentence() -> str:
    """Return what the law lets everyone quote."""
    return rights.quotation()


@register.simple_tag
def own_licences() -> list[rights.Licence]:
    """Return the licences that the portal names."""
    return rights.licences()
