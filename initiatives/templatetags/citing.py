"""What the frame of a page says of it to those who cite it: people, link previews, search engines."""

from functools import lru_cache

import segno
from django import template
from django.utils.html import format_html
from django.utils.safestring import mark_safe

from ..opendata import jsonld as structured
from ..pages import citations
from ..pages.embed import frame, height, name_of
from ..pages.permalinks import picture_address

register = template.Library()


@register.simple_tag(takes_context=True)
def structured_data(context):
    """Say what the page is in the words of schema.org, as a block of JSON-LD: data, which no browser runs."""
    data = structured.as_json(structured.graph(context.flatten()))
    return format_html('<script type="application/ld+json">{}</script>', data)


@register.simple_tag(takes_context=True)
def citation(context):
    """Give the citation of this page: `{% citation as cite %}`."""
    return citations.of_page(context)


@register.simple_tag(takes_context=True)
def measure_citation(context, measure, worksite):
    """Give the citation of a measure on the page of its worksite."""
    return citations.of_measure(measure, worksite, context["objective"])


@register.simple_tag
@lru_cache(maxsize=500)
def qr_code(address):
    """Give the address as a QR code, for paper: an SVG as wide as the style sheet has it."""
    code = segno.make(address, micro=False, error="m", boost_error=False)
    return mark_safe(code.svg_inline(omitsize=True, border=0, svgclass="qr", lineclass=None))  # noqa: S308


@register.simple_tag
def picture_of(item):
    """Give the address of the picture of an item, in the language in force."""
    return picture_address(item)


@register.simple_tag(takes_context=True)
def embed_code(context, worksite):
    """Give the HTML that puts the card of a worksite in another site's article, to be shown as text."""
    return frame(worksite, name_of(worksite, context["objective"]), "100%", height(worksite))


@register.simple_tag(takes_context=True)
def card_name(context, worksite):
    """Give what the card of a worksite is called."""
    return name_of(worksite, context["objective"])
