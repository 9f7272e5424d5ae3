"""What a page is, for machines: JSON-LD in the vocabulary of schema.org."""

import json
import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import urljoin

from django.conf import settings
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from ..language import LANGUAGES, OTHER_LANGUAGE, current_language, joined, long_date, one_line
from ..models import Office, OfficeHolder, Organisation, Page, Strategy, rights
from ..models.addresses import path_to
from ..models.provenance import Origin, Provenance
from ..models.publisher import publisher
from .dcat import MEDIA_TYPES
from .records import government
from .serialize import Data, timestamp

Context = Mapping[str, Any]  # of a template

# The pages that come from the source beside those of single items.
LISTS = ("worksites", "measures", "sectors", "offices", "organisations")
FROM_THE_SOURCE = {"home", "dossier", "steering", *LISTS}
TYPES = {
    "about": "AboutPage",
    "search": "SearchResultsPage",
    **dict.fromkeys(LISTS, "CollectionPage"),
}
# Inside <script> nothing may look like markup; JSON has its own escapes for these.
ESCAPES = {ord(sign): f"\\u{ord(sign):04x}" for sign in "<>&\u2028\u2029"}


def script_json(data: Data) -> SafeString:
    """Return data as JSON that can stand in an HTML page."""
    return SafeString(json.dumps(data, ensure_ascii=False).translate(ESCAPES))


def graph(context: Context) -> Data:
    """Return the nodes that describe a page, from what its template knows."""
    crumbs, subject = breadcrumbs_node(context), subject_node(context)
    nodes = [page_node(context, crumbs, subject), crumbs, subject]
    return {"@context": "https://schema.org", "@graph": [node for node in nodes if node]}


def on_one_line(text: str) -> str:
    """Return a text on one line; no-break spaces stay."""
    return re.sub(r"[ \n]+", " ", text).strip()


def reference(address: str) -> Data:
    """Return the node that another description stands for."""
    return {"@id": address}


def absolute(path: str) -> str:
    """Return the address of a path on this site."""
    return settings.SITE_URL + path


def breadcrumbs_node(context: Context) -> Data | None:
    """Return the crumbs that the reader sees."""
    items = [
        {
            "@type": "ListItem",
            "position": position,
            "name": on_one_line(name),
            "item": reference(urljoin(context["canonical"], path)),  # one may be relative
        }
        for position, (name, path) in enumerate(context["crumbs"], 1)
    ]
    address = f"{context['canonical']}#crumbs"
    return {"@type": "BreadcrumbList", "@id": address, "itemListElement": items} if items else None


def page_node(context: Context, crumbs: Data | None, subject: Data | None) -> Data:
    """Return the page itself: its language, licence, source, version and translation."""
    item = context["item"]
    node = {
        "@type": TYPES.get(context["url_name"], "WebPage"),
        "@id": context["canonical"],
        "url": context["canonical"],
        "name": on_one_line(context["page_title"]),
        "description": on_one_line(context["page_description"]),
        "inLanguage": f"{current_language()}-BE",
        "publisher": publisher_node(),
        "isPartOf": {
            "@type": "WebSite",
            "name": context["objective"].strategy.name,
            "url": absolute(path_to("home")),
        },
    }
    if crumbs:
        node["breadcrumb"] = reference(crumbs["@id"])
    if subject:
        node["mainEntity"] = reference(subject["@id"])
    strategy = context["objective"].strategy
    if item or context["url_name"] in FROM_THE_SOURCE:
        node |= {"isBasedOn": context["objective"].source_url, "temporalCoverage": legislature(strategy)}
    node |= licence_fields(
        strategy, rights.OWN if context["rule"] == Origin.PORTAL else rights.source_licence()
    )
    return node | version_fields(item) if item else node


def publisher_node() -> Data:
    """Return who publishes the portal; never the Region because its words stand on the pages."""
    who = publisher()
    node = {"@type": "GovernmentOrganization" if who.is_official else "Organization", "name": who.name}
    return node | ({"url": who.url} if who.url else {})


def legislature(strategy: Strategy) -> str:
    """Return the years that the content is about, as an interval (ISO 8601)."""
    return f"{strategy.legislature_start}/{strategy.legislature_end}"


def licence_fields(strategy: Strategy, licence: rights.Licence | None) -> Data:
    """Return the licence where one is true of all of it; otherwise whose words they are."""
    if licence:
        return {"license": licence.url}
    explained = absolute(path_to("opendata"))
    return {
        "copyrightHolder": {"@type": "GovernmentOrganization", "name": strategy.publisher},
        "copyrightNotice": rights.sentence(strategy),
        "usageInfo": f"{explained}#licence",
    }


def version_fields(page: Page) -> Data:
    """Return which version of an item the page shows, and which page it translates or is translated by."""
    node: Data = {"identifier": absolute(page.permalink)}
    if page.version:
        node |= {"version": page.version, "dateModified": timestamp(page.version_at)}
    other = OTHER_LANGUAGE[current_language()]
    other_page = reference(absolute(page.url_in(other)))
    if is_translation(page, current_language()):
        node["translationOfWork"] = other_page
    elif is_translation(page, other):
        node["workTranslation"] = other_page
    return node


def is_translation(page: Page, language: str) -> bool:
    """Return whether this language was translated from the other, which is not the portal's own."""
    translated = (Provenance.PORTAL, Provenance.VALIDATED)
    ours, others = (getattr(page, f"provenance_{code}") for code in (language, OTHER_LANGUAGE[language]))
    return ours in translated and others not in translated


def subject_node(context: Context) -> Data | None:
    """Return what the page is about, where schema.org has a word for it: an office, a partner, the data."""
    item = context["item"]
    if isinstance(item, Office):
        return organisation_node("GovernmentOrganization", item, context) | office_fields(
            item, context["objective"].strategy
        )
    if isinstance(item, Organisation):
        return organisation_node("Organization", item, context) | {"description": one_line(item.description)}
    return dataset_node(context) if "edition" in context else None


def organisation_node(kind: str, item: Page, context: Context) -> Data:
    """Return what offices and partners have alike."""
    return {
        "@type": kind,
        "@id": absolute(item.permalink),
        "name": item.heading,
        "url": context["canonical"],
        "mainEntityOfPage": reference(context["canonical"]),
    }


def dataset_node(context: Context) -> Data:
    """Return the data of the portal, as search engines for data read them."""
    edition, strategy = context["edition"], context["objective"].strategy
    node = {
        "@type": "Dataset",
        "@id": f"{context['canonical']}#data",
        "name": joined(":", strategy.name, on_one_line(context["page_title"])),
        "description": f"{on_one_line(context['page_description'])} {strategy.context_sentence}",
        "url": context["canonical"],
        "isAccessibleForFree": True,
        "isBasedOn": context["objective"].source_url,
        "temporalCoverage": legislature(strategy),
        "publisher": publisher_node(),
        "inLanguage": [f"{language}-BE" for language in LANGUAGES],
        "version": edition.version,
        "distribution": download_nodes(context),
        **licence_fields(strategy, rights.source_licence()),
    }
    return node | {"dateModified": timestamp(edition.modified)} if edition.modified else node


def download_nodes(context: Context) -> list[Data]:
    """Return the files of the data, each with its licence, where one is true of all of it."""
    name, licence = context["edition"].name, rights.source_licence()
    files = [(text, f"{name}.{form}", form, licence) for form, text in context["whole"].items()]
    for each, description in context["downloads"]:
        for file, form in (
            (f"{each.name}.csv", "csv"),
            (f"semicolon/{each.name}.csv", "csv"),
            (f"{each.name}.json", "json"),
        ):
            files.append((description, file, form, each.licence))
    return [
        {
            "@type": "DataDownload",
            "name": name,
            "description": str(description),
            "contentUrl": absolute(f"/data/{name}"),
            "encodingFormat": MEDIA_TYPES[form],
            **({"license": licence.url} if licence else {}),
        }
        for description, name, form, licence in files
    ]


def office_fields(page: Office, strategy: Strategy) -> Data:
    """Return the names that the source has for an office, and who held it from when to when."""
    wordings = dict.fromkeys(row.wording for row in page.wordings)
    names = [wording for wording in wordings if wording != page.name]
    holders = [role_node(holder, page, strategy) for holder in page.officeholder_set.all()]
    node = {"alternateName": names, "member": holders}
    return {name: value for name, value in node.items() if value}


def role_node(holder: OfficeHolder, page: Office, strategy: Strategy) -> Data:
    """Return a term of office: one whose end was not read is no open one, and says so."""
    term, end = government(holder, strategy), holder.last_day
    sentences = []
    if term:
        sentences.append(
            _("In the government of the %(legislature_start)s–%(legislature_end)s legislature.") % term
        )
    if holder.end_at_latest:
        day = long_date(holder.end_at_latest)
        sentences.append(_("The last day in office was not read: at the latest %(day)s.") % {"day": day})
    elif not holder.end:
        sentences.append(_("The last day in office was not read."))
    node = {
        "@type": "OrganizationRole",
        "roleName": page.heading,
        "startDate": holder.start.isoformat(),
        "endDate": end.isoformat() if end else None,
        "description": one_line(" ".join([*sentences, *filter(None, [holder.note])])),
        "member": {"@type": "Person", "name": holder.name},
    }
    return {name: value for name, value in node.items() if value}
