"""What the frame of a page says of it to those who cite it: people, link previews, search engines."""

from functools import lru_cache
from typing import Any, cast

import segno
from django import template
from django.template import Context
from django.utils.html import format_html
from django.utils.safestring import mark_safe

from ..models import Page
from ..models.measures import Measure
from ..models.worksites import Worksite
from ..opendata import jsonld
from ..pages import citations
from ..pages.citations import Citation
from ..pages.embed import card_height, card_title, iframe
from ..pages.permalinks import picture_address

register = template.Library()


@register.simple_tag(takes_context=True)
def structured_data(context: Context) -> str:
    """Return what the page is in the words of schema.org, as JSON-LD: data, which no browser runs."""
    data = jsonld.script_json(jsonld.graph(cast("dict[str, Any]", context.flatten())))
    return format_html('<script type="application/ld+json">{}</script>', data)


@register.simple_tag(takes_context=True)
def citation(context: Context) -> Citation:
    """Return the citation of this page: `{% citation as cite %}`."""
    return citations.of_page(context.flatten())


@register.simple_tag(takes_context=True)
def measure_citation(context: Context, measure: Measure, worksite: Worksite) -> Citation:
    """Return the citation of a measure on the page of its worksite."""
    return citations.of_measure(measure, worksite, context["objective"])


@register.simple_tag
@lru_cache(maxsize=500)
def qr_code(address: str) -> str:
    """Return the address as a QR code, for paper: an SVG as wide as the style sheet has it."""
    code = segno.make(address, micro=False, error="m", boost_error=False)
    return mark_safe(code.svg_inline(omitsize=True, border=0, svgclass="qr", lineclass=None))  # noqa: S308


@register.simple_tag
def picture_of(item: Page) -> str:
    """Return the address of the picture of an item, in the language in force."""
    return picture_address(item)


@register.simple_tag(takes_context=True)
def embed_code(context: Context, worksite: Worksite) -> str:
    """Return the HTML that puts the card of a worksite in another site's article, to be shown as text."""
    return iframe(worksite, card_title(worksite, context["objective"]), "100%", card_height(worksite))


@register.simple_tag(takes_context=True, name="card_title")
def card_title_of(context: Context, worksite: Worksite) -> str:
    """Return what the card of a worksite is called."""
    return card_title(worksite, context["objective"])
