"""The first use of a term on a page leads to the glossary."""

from django import template
from django.template import Context
from django.template.base import NodeList, Parser, Token

from ..pages.glossary_links import link_terms
from ..search.glossary import glossary_of

register = template.Library()

# The pages that show the content itself; what the portal says of itself needs no glossary.
URL_NAMES = frozenset(
    {"home", "objective", "dossier", "worksites", "worksite", "measures", "steering"}
    | {"sectors", "sector", "offices", "office", "organisations", "organisation"}
)


class Explained(template.Node):
    def __init__(self, nodelist: NodeList) -> None:
        self.nodelist = nodelist

    def render(self, context: Context) -> str:
        html = self.nodelist.render(context)
        if context.get("url_name") not in URL_NAMES:
            return html
        return link_terms(html, glossary_of(context["objective"]))


@register.tag
def explained(parser: Parser, token: Token) -> Explained:
    """Lead to the glossary from the first use of each term in what stands between."""
    nodelist = parser.parse(["endexplained"])
    parser.delete_first_token()
    return Explained(nodelist)
