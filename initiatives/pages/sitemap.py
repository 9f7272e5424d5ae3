"""The sitemap: every public page in both languages, each naming the other (sitemaps.org, hreflang)."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.sitemaps import Sitemap, views
from django.db.models import Max
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from ..language import LANGUAGES
from ..models import Objective, Office, Organisation, Page, Revision, Sector, Worksite
from ..models.addresses import path_in
from .render import ALWAYS_THERE

# The pages that are of no single item, each with the kinds of item that it shows. What the portal wrote
# itself shows none, and has no true date.
LISTS = {
    "home": ("objective", "worksite", "sector", "office"),
    "worksites": ("objective", "worksite", "sector"),
    "measures": ("worksite", "sector", "office"),
    "sectors": ("sector", "worksite"),
    "offices": ("office", "objective", "worksite"),
    "organisations": ("organisation", "objective"),
    "steering": ("office", "worksite"),
    "terms": ("term",),
    "changes": ("strategy", "objective", "worksite", "sector", "office", "organisation", "term"),
    "opendata": ("strategy", "objective", "worksite", "sector", "office", "organisation", "term"),
    "about": ("strategy", "objective", "worksite"),
    "accessibility": (),
    "privacy": (),
}
CHOOSER = ("objective",)
DOSSIER = ("strategy", "objective", "worksite", "sector", "office", "organisation")


@dataclass(frozen=True)
class PublicPage:
    """A page as crawlers know it: its paths, and when what it shows was last changed."""

    paths: dict[str, str]  # in each language
    chooser: str  # where readers of any other language choose
    changed_at: datetime | None


def public_pages() -> Iterator[PublicPage]:
    """Yield every public page, the chooser aside."""
    changed, chooser = last_changes(), reverse("chooser")
    objectives = list(Objective.objects.published().main().with_version())
    for name, kinds in LISTS.items():
        if objectives or name in ALWAYS_THERE:
            yield PublicPage(paths_to(name), chooser, latest(changed, kinds))
    if not objectives:
        return
    for objective in objectives:
        yield of_item(objective)
        yield PublicPage(paths_to("dossier", **objective.url_kwargs()), chooser, latest(changed, DOSSIER))
    for model in (Worksite, Sector, Office, Organisation):
        for page in model.objects.published().with_version():
            yield of_item(page)


def of_item(page: Page) -> PublicPage:
    """Return the page of an item, read with its version."""
    paths = {language: page.url_in(language) for language in LANGUAGES}
    return PublicPage(paths, page.permalink, page.version_at)


def public_paths() -> Iterator[dict[str, str]]:
    """Yield `{language: path}` for every public page, the chooser aside."""
    return (page.paths for page in public_pages())


def paths_to(name: str, **kwargs: str) -> dict[str, str]:
    return {language: path_in(language, f"initiatives:{name}", **kwargs) for language in LANGUAGES}


def last_changes() -> dict[str, datetime]:
    """Return when readers could last notice a change of an item of each kind, withdrawals included."""
    noticed = Revision.objects.noticed().order_by().values("kind")
    return dict(noticed.annotate(last=Max("at")).values_list("kind", "last"))


def latest(changed: dict[str, datetime], kinds: tuple[str, ...]) -> datetime | None:
    return max((changed[kind] for kind in kinds if kind in changed), default=None)


class PortalSitemap(Sitemap):  # type: ignore[type-arg] # a parameter for mypy alone: Django's class takes none
    """Addresses by SITE_URL, whatever host a crawler asked."""

    def get_protocol(self, protocol: str | None = None) -> str:
        address: str = settings.SITE_URL
        return urlsplit(address).scheme

    def get_domain(self, site: Any = None) -> str:
        address: str = settings.SITE_URL
        return urlsplit(address).netloc


class ChooserSitemap(PortalSitemap):
    """The choice of language, which is in both."""

    def items(self) -> list[str]:
        return ["chooser"]

    def location(self, item: str) -> str:
        return reverse(item)

    def lastmod(self, item: str) -> datetime | None:
        return latest(last_changes(), CHOOSER)


class PageSitemap(PortalSitemap):
    """Every other public page, in each language."""

    i18n = True
    alternates = True

    def items(self) -> list[PublicPage]:
        return list(public_pages())

    def location(self, item: PublicPage) -> str:
        return item.paths[get_language()]

    def lastmod(self, item: PublicPage) -> datetime | None:
        return item.changed_at

    def get_urls(self, *args: Any, **kwargs: Any) -> list[dict[str, Any]]:
        """Return the rows of the sitemap: Belgian variants, and for any other language where to choose."""
        urls: list[dict[str, Any]] = super().get_urls(*args, **kwargs)
        for url in urls:
            page, _language = url["item"]
            chooser = {"lang_code": "x-default", "location": settings.SITE_URL + page.chooser}
            variants = [each | {"lang_code": f"{each['lang_code']}-BE"} for each in url["alternates"]]
            url["alternates"] = [*variants, chooser]
        return urls


@require_safe
def sitemap(request: HttpRequest) -> HttpResponse:
    """Return the sitemap. Raises Http404 for a further page (`?p=2`) that it does not have."""
    return views.sitemap(request, {"chooser": ChooserSitemap, "pages": PageSitemap})
