"""What templates need beside Django's own: dates and texts as each language writes them, and both at once."""

import re

from django import template
from django.conf import settings
from django.urls import reverse
from django.utils import translation
from django.utils.html import format_html, format_html_join, urlize
from django.utils.safestring import SafeData, mark_safe

from ..language import joined, long_date, long_month, mark_quotations
from ..models import rights

register = template.Library()
register.filter("long_date", long_date, expects_localtime=True)
register.filter("long_month", long_month)


@register.filter
def paragraphs(text):
    """Give each paragraph of a text (blank lines part them) as a `<p>`."""
    keep = mark_safe if isinstance(text, SafeData) else str  # splitting would escape what is HTML already
    parts = [keep(part) for part in re.split(r"\n\s*\n", text or "") if part]
    return format_html_join("\n", "<p>{}</p>", ((part,) for part in parts))


@register.filter
def linked(text):
    """Give what tells where something was read, its addresses as links."""
    return mark_safe(urlize(text, nofollow=True, autoescape=True))  # noqa: S308 – it escapes


@register.filter
def followed_by(text, sign):
    """Give a text with a sign after it, for what stands behind: `{{ word|followed_by:":" }}`."""
    return joined(sign, text, "")


@register.filter
def quoting(record, field):
    """Give a text of the portal with the language of what it quotes: `{{ record|quoting:"slip" }}`."""
    return with_quotations(getattr(record, field) or "", field)


@register.filter
def with_quotations(text, field=""):
    """Give the text of a field with the language of what it quotes.

    Between quotation marks notes quote the Dutch source, and a note on the provenance official French.
    """
    here = translation.get_language()
    return mark_quotations(text, here, "fr" if field == "provenance_note" else "nl")


@register.filter
def with_english(text, title):
    """Give a text with the English title in it marked as such."""
    before, found, after = (text or "").partition(title) if title else (text or "", "", "")
    return format_html('{}<span lang="en">{}</span>{}', before, found, after) if found else before


@register.simple_tag
def address(room, language, **kwargs):
    """Give the path of a page in a named language, for pages that speak both."""
    return reverse(f"initiatives:{room}", kwargs=kwargs, current_app=language)


@register.simple_tag
def email(address):
    """Give a link that opens a letter to `address`."""
    return format_html('<a href="mailto:{0}">{0}</a>', address)


def twin_language():
    """Give the other of the two languages."""
    [language] = [code for code, _name in settings.LANGUAGES if code != translation.get_language()]
    return language


@register.simple_tag
def other_language(text):
    """Give a text of the interface in the other language: `{% other_language "Worksites" %}`."""
    with translation.override(twin_language()):
        return translation.gettext(text)


@register.filter
def twin_text(record, field):
    """Give a field in the other language: `{{ worksite|twin_text:"title" }}`."""
    return getattr(record, f"{field}_{twin_language()}")


@register.simple_tag(takes_context=True)
def current(context, room, *inner):
    """Mark the link to this page ("page"), or to the list that this page belongs to ("true")."""
    here = context.get("url_name")
    if here == room:
        return mark_safe(' aria-current="page"')
    return mark_safe(' aria-current="true"') if here in inner else ""


@register.simple_tag
def rights_sentence(strategy):
    """Give whose words are whose, in one sentence: `{% rights_sentence objective.strategy %}`."""
    return rights.sentence(strategy)
