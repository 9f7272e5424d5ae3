"""What templates need to tell where a text comes from: a rule once a page, a mark where a text differs."""

from collections.abc import Iterable

from django import template
from django.template import Context

from ..models import Page, Record, rights
from ..models.strategy import Strategy
from ..pages import provenance
from ..pages.titles import counted

register = template.Library()
register.filter("counted", counted)


@register.simple_tag(takes_context=True)
def page_rule(context: Context) -> str:
    """Return the origin that the page names as its rule."""
    return provenance.rule_of(context.get("rule"))


@register.simple_tag(takes_context=True)
def mark(context: Context, origin: str) -> str:
    """Return the mark of an origin, or "" for the rule of the page: `{% mark origin %}`."""
    return provenance.mark(origin, provenance.rule_of(context.get("rule")))


@register.filter
def origin(record: Record, name: str) -> str:
    """Return in words where a text comes from, for what leaves the pages: `{{ worksite|origin:"title" }}`."""
    return provenance.label(record.origin_of(name))


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
    return provenance.common_origin(records, name, provenance.rule_of(context.get("rule")))


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
