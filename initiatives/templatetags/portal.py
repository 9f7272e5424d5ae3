"""What templates need beside Django's own: dates and texts as each language writes them, and both at once."""

from typing import Any

from django import template
from django.conf import settings
from django.template import Context
from django.utils.html import conditional_escape, format_html, format_html_join, urlize
from django.utils.safestring import mark_safe
from django.utils.translation import get_language, gettext, override

from ..language import (
    LANGUAGES,
    OTHER_LANGUAGE,
    blocks,
    has_lines,
    joined,
    long_date,
    long_month,
    mark_quotations,
    one_line,
)
from ..models import Record
from ..models.addresses import path_in, path_to

register = template.Library()
register.filter("long_date", long_date, expects_localtime=True)
register.filter("long_month", long_month)


@register.filter
def paragraphs(text: str | None, css_class: str = "") -> str:
    """Return the paragraphs of a text as `<p>` and its lists as `<ul>`; nothing else is read into it."""
    # Escaped once: a text may have thousands of lines.
    html = str(conditional_escape(text or ""))
    attribute = format_html(' class="{}"', css_class) if css_class else ""
    found = []
    points = format_html(' class="{}"', f"points {css_class}".strip())
    for is_list, lines in blocks(html):
        if is_list:
            items = "\n".join(f"<li>{line}</li>" for line in lines)
            found.append(f"<ul{points}>{items}</ul>")
        else:
            found.append(f"<p{attribute}>{'<br>'.join(lines)}</p>")
    return mark_safe("\n".join(found))  # noqa: S308 – made of escaped parts


@register.filter
def lines(text: str | None) -> str:
    """Return a text within an element of its own: as it is, or in paragraphs and lists where it has lines.

    `{% element "p" text as name %}` says which element can hold either.
    """
    return paragraphs(text) if has_lines(text or "") else text or ""


@register.simple_tag
def element(name: str, *texts: str | None) -> str:
    """Return the name of an element for these texts: `name`, or “div” where one has paragraphs or a list."""
    return "div" if any(has_lines(text or "") for text in texts) else name


@register.simple_tag
def trial(*codes: str) -> str:
    """Return the line of a test version, in each of these languages; "" where the portal is none."""
    if not settings.NOINDEX:
        return ""
    said = []
    for code in filter(None, codes):
        with override(code):
            said.append((code, gettext("Test version: what it says may differ from the portal itself.")))
    return format_html(
        '<aside class="trial">{}</aside>\n', format_html_join("", '<p lang="{}-BE">{}</p>', said)
    )


register.filter("one_line", one_line)


@register.filter
def linked(text: str) -> str:
    """Return what tells where something was read, its addresses as links."""
    return mark_safe(urlize(text, nofollow=True, autoescape=True))  # noqa: S308 – it escapes


@register.filter
def followed_by(text: str, sign: str) -> str:
    """Return a text with a sign after it, for what stands behind: `{{ word|followed_by:":" }}`."""
    return joined(sign, text, "")


@register.filter
def quoting(record: Record, field: str) -> str:
    """Return a text of the portal with the language of what it quotes: `{{ record|quoting:"slip" }}`."""
    return with_quotations(getattr(record, field) or "", field)


@register.filter
def with_quotations(text: str, field: str = "") -> str:
    """Return the text of a field with the language of what it quotes.

    Between quotation marks notes quote the Dutch source, and a note on the provenance official French.
    """
    here = get_language() or LANGUAGES[0]
    return mark_quotations(text, here, "fr" if field == "provenance_note" else "nl")


@register.filter
def with_english(text: str | None, title: str | None) -> str:
    """Return a text with the English title in it marked as such."""
    before, found, after = (text or "").partition(title) if title else (text or "", "", "")
    return format_html('{}<span lang="en">{}</span>{}', before, found, after) if found else before


@register.simple_tag
def address(url_name: str, language: str, **kwargs: str) -> str:
    """Return the path of a page in a named language, for pages that speak both."""
    return path_in(language, f"initiatives:{url_name}", **kwargs)


@register.simple_tag
def path(url_name: str, **kwargs: str) -> str:
    """Return the path of a page in the language in force: `{% path 'worksites' %}`."""
    return path_to(url_name, **kwargs)


@register.simple_tag
def email(address: str) -> str:
    """Return a link that opens a letter to `address`."""
    return format_html('<a href="mailto:{0}">{0}</a>', address)


@register.simple_tag
def other_language(text: str) -> str:
    """Return a text of the interface in the other language: `{% other_language "Worksites" %}`."""
    with override(OTHER_LANGUAGE[get_language() or LANGUAGES[0]]):
        return gettext(text)


@register.filter
def twin_text(record: Record, field: str) -> Any:
    """Return a field in the other language: `{{ worksite|twin_text:"title" }}`."""
    return getattr(record, f"{field}_{OTHER_LANGUAGE[get_language() or LANGUAGES[0]]}")


@register.simple_tag(takes_context=True)
def current(context: Context, url_name: str, *inner: str) -> str:
    """Mark the link to this page ("page"), or to the list that this page belongs to ("true")."""
    here = context.get("url_name")
    if here == url_name:
        return mark_safe(' aria-current="page"')
    return mark_safe(' aria-current="true"') if here in inner else ""
