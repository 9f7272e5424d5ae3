"""The open-data page: what data there are, under which rights, and where to take them."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from ..opendata import package
from ..opendata.csv import HOW_TO_READ
from ..opendata.dcat import DESCRIPTIONS, WHOLE
from ..opendata.documents import current_edition
from ..opendata.workbook import workbook
from . import titles
from .render import render_page


@require_safe
def open_data(request: HttpRequest) -> HttpResponse:
    """Render the page that offers the data, with the size of each file."""
    edition = current_edition()
    sizes = {"zip": len(package.archive(edition)), "xlsx": len(workbook(edition))}
    context: dict[str, Any] = {
        "objective": edition.objective,
        "edition": edition,
        "downloads": [(each, DESCRIPTIONS[each.name]) for each in package.downloads(edition)],
        "whole": WHOLE,
        "everything": [(form, text, sizes[form]) for form, text in WHOLE.items()],
        **package.rights_for_people(edition.objective.strategy),
        **HOW_TO_READ,
        "example": f"{settings.SITE_URL}/data/worksites.json",
    }
    return render_page(request, titles.open_data(), **context)
