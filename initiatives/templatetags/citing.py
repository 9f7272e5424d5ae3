"""What the frame of a page says of it to those who cite it: people, link previews, search engines."""

from django import template
from django.conf import settings
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from .. import structured

register = template.Library()


class Capture(template.Node):
    def __init__(self, nodelist, name):
        self.nodelist, self.name = nodelist, name

    def render(self, context):
        context[self.name] = SafeString(self.nodelist.render(context).strip())
        return ""


@register.tag
def capture(parser, token):
    """Keep what stands between for several places: `{% capture page_title %}…{% endcapture %}`."""
    _tag, name = token.split_contents()
    nodelist = parser.parse(["endcapture"])
    parser.delete_first_token()
    return Capture(nodelist, name)


@register.simple_tag(takes_context=True)
def structured_data(context):
    """Say what the page is in the words of schema.org, as a block of JSON-LD: data, which no browser runs."""
    data = structured.as_json(structured.graph(context.flatten()))
    return format_html('<script type="application/ld+json">{}</script>', data)


@register.simple_tag
def picture_of(item):
    """Give the address of the picture of an item, in the language in force."""
    words = {"kind": item._meta.model_name, "code": item.code, "language": get_language()}
    return settings.SITE_URL + reverse("picture", kwargs=words)


@register.simple_tag
def embed_code(page, path):
    """Give the HTML that puts the card of a worksite in another site's article, to be shown as text."""
    frame = '<iframe src="{}" title="{}" width="100%" height="440" loading="lazy"></iframe>'
    return str(format_html(frame, settings.SITE_URL + path, page.heading))
