"""The sitemap: every public page in both languages, each naming the other (sitemaps.org, hreflang)."""

from django.conf import settings
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from ..models import Objective, Office, Organisation, Sector, Worksite

ROOMS = (
    "home",
    "worksites",
    "measures",
    "sectors",
    "offices",
    "organisations",
    "steering",
    "terms",
    "changes",
    "opendata",
    "about",
    "accessibility",
    "privacy",
)


def addresses():
    """Give `{language: path}` for every public page, the chooser aside."""
    languages = [language for language, _name in settings.LANGUAGES]
    for room in ROOMS:
        yield {language: reverse(f"initiatives:{room}", current_app=language) for language in languages}
    for objective in Objective.objects.published().main():
        for room in ("objective", "dossier"):
            yield {
                language: reverse(f"initiatives:{room}", kwargs=objective.address(), current_app=language)
                for language in languages
            }
    for model in (Worksite, Sector, Office, Organisation):
        for page in model.objects.published():
            yield {language: page.url_in(language) for language in languages}


@require_safe
def sitemap(request):
    context = {"site_url": settings.SITE_URL, "pages": list(addresses())}
    return render(request, "sitemap.xml", context, content_type="application/xml")
