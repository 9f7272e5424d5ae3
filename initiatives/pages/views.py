"""Which page: fetch, shape, render. What is public is decided in querysets.py."""

from collections.abc import Iterable, Sequence
from operator import itemgetter
from typing import Any

from django.conf import settings
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.timezone import localdate
from django.views.decorators.http import require_safe

from ..models import (
    Measure,
    Milestone,
    Objective,
    Office,
    Organisation,
    Sector,
    Worksite,
    WorksiteSector,
    by_legislature,
    shared_offices,
)
from ..models.provenance import Provenance
from ..models.publisher import publisher
from ..models.withdrawal import get_or_gone, gone_or_404
from ..search.forms import SearchForm
from ..search.glossary import Glossary
from . import titles
from .accessibility import statement
from .diagram import columns, draw, rows
from .forms import MeasuresForm
from .render import main_objective, render_page

RESULTS_PER_PAGE = 20


def with_announced(worksites: Iterable[Worksite]) -> dict[str, Any]:
    """Return the worksites, and those of them that the source only announces."""
    announced = [worksite for worksite in worksites if worksite.is_announced_only]
    return {"worksites": worksites, "announced": announced}


@require_safe
def chooser(request: HttpRequest) -> HttpResponse:
    """Let the reader choose: two equal doors, no redirect, no cookie."""
    objective = Objective.objects.published().main().first()
    context = {"site_url": settings.SITE_URL, "publisher": publisher(), "objective": objective}
    return render(request, "chooser.html", context)


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    objective = main_objective()
    return render_page(
        request,
        titles.home(objective),
        objective=objective,
        **with_announced(Worksite.objects.published().with_wordings()),
        sectors=Sector.objects.published(),
        offices=Office.objects.published(),
    )


@require_safe
def objective(request: HttpRequest, code: str) -> HttpResponse:
    found = Objective.objects.main().with_governance().with_listed_worksites().with_terms()
    objective = get_or_gone(found, code=code)
    return render_page(
        request,
        titles.objective(objective),
        objective,
        objective=objective,
        sectors=Sector.objects.published().filter(objective=objective),
        worksites=Worksite.objects.published().filter(objective=objective),
        milestones=Milestone.objects.published(),
        siblings=Objective.objects.published().select_related("pillar"),
    )


@require_safe
def dossier(request: HttpRequest, code: str) -> HttpResponse:
    """Return the whole objective on one page. Raises Gone or Http404."""
    rows = Objective.objects.published().with_version().main().with_last_change().with_listed_worksites()
    rows = rows.filter(code=code).with_offices().with_terms()
    found = rows.grouped_with("partnership", "organisation")
    if not found:
        raise gone_or_404(Objective.objects.main(), code=code)
    [(objective, partnerships)] = found
    objective.partnerships = partnerships
    worksites = Worksite.objects.published().filter(objective=objective).with_steering().with_measures()
    sectors = Sector.objects.published().filter(objective=objective).grouped_with("worksitesector")
    return render_page(
        request,
        titles.dossier(objective),
        objective=objective,
        worksites=[
            (worksite, references, linked_sectors(worksite, sectors))
            for worksite, references in worksites.grouped_with("crossreference", "objective")
        ],
        sectors=[sector for sector, _links in sectors],
        offices=[
            (office, *by_legislature(holders, objective.strategy))
            for office, holders in Office.objects.published().grouped_with("officeholder")
        ],
        milestones=Milestone.objects.published(),
        today=localdate(),
    )


def linked_sectors(
    worksite: Worksite, sectors: Sequence[tuple[Sector, list[WorksiteSector]]]
) -> list[Sector]:
    """Return those of `sectors`, each with its links, that link to this worksite, as the links order them."""
    linked = [
        (link.position, sector)
        for sector, links in sectors
        for link in links
        if link.worksite_id == worksite.pk
    ]
    return [sector for _position, sector in sorted(linked, key=itemgetter(0))]


@require_safe
def worksites(request: HttpRequest) -> HttpResponse:
    objective = main_objective()
    worksites = Worksite.objects.published().with_wordings().with_sectors()
    return render_page(
        request,
        titles.worksites(objective),
        objective=objective,
        **with_announced(worksites),
    )


@require_safe
def worksite(request: HttpRequest, slug: str) -> HttpResponse:
    worksite = get_or_gone(Worksite.objects.with_content(), slug=slug)
    all_worksites = with_announced(Worksite.objects.published().filter(objective=worksite.objective_id))
    before = [other for other in all_worksites["worksites"] if other.number < worksite.number]
    after = [other for other in all_worksites["worksites"] if other.number > worksite.number]
    return render_page(
        request,
        titles.worksite(worksite),
        worksite,
        **all_worksites,
        worksite=worksite,
        previous=before[-1] if before else None,
        next=after[0] if after else None,
    )


@require_safe
def measures(request: HttpRequest) -> HttpResponse:
    """Return every measure, or those of the sector and the office that the address names."""
    form = MeasuresForm(
        request.GET, Worksite.objects.published().with_measures().with_steering().with_sectors()
    )
    confined = form.confined()
    worksites = [worksite for worksite in confined if worksite.measure_set.all()]
    without = [worksite for worksite in confined if not worksite.measure_set.all()]
    return render_page(
        request,
        titles.measures(form.confined_to),
        query=form.query,
        form=form,
        worksites=worksites,
        total=sum(len(worksite.measure_set.all()) for worksite in worksites),
        without=[worksite for worksite in without if not worksite.withholds_measure],
        withheld=Measure.objects.withheld().exists(),
    )


@require_safe
def sectors(request: HttpRequest) -> HttpResponse:
    sectors = Sector.objects.published().with_worksites()
    withheld = Sector.objects.withheld().count()
    return render_page(request, titles.sectors(len(sectors) + withheld), sectors=sectors, withheld=withheld)


@require_safe
def sector(request: HttpRequest, slug: str) -> HttpResponse:
    sector = get_or_gone(Sector.objects.with_worksites(), slug=slug)
    worksites = [link.worksite for link in sector.worksitesector_set.all()]
    return render_page(
        request,
        titles.sector(sector),
        sector,
        sector=sector,
        worksites=worksites,
        withholds_offices=sector.withholds_worksitesector
        or any(worksite.withholds_steering for worksite in worksites),
        offices=Office.objects.published().steering_sector(sector),
    )


@require_safe
def offices(request: HttpRequest) -> HttpResponse:
    offices = Office.objects.published().with_roles()
    withheld = Office.objects.withheld().count()
    total = len(offices) + withheld
    return render_page(request, titles.offices(total), offices=offices, total=total, withheld=withheld)


@require_safe
def office(request: HttpRequest, slug: str) -> HttpResponse:
    office = get_or_gone(Office.objects.with_roles(), slug=slug)
    objective = main_objective()
    holders, others = by_legislature(office.officeholder_set.all(), objective.strategy)
    return render_page(
        request,
        titles.office(office),
        office,
        objective=objective,
        office=office,
        holders=holders,
        other_holders=others,
        shared=shared_offices(),
    )


@require_safe
def organisations(request: HttpRequest) -> HttpResponse:
    organisations = Organisation.objects.published().with_partnerships()
    withheld = Organisation.objects.withheld().count()
    total = len(organisations) + withheld
    return render_page(
        request, titles.organisations(), organisations=organisations, total=total, withheld=withheld
    )


@require_safe
def organisation(request: HttpRequest, slug: str) -> HttpResponse:
    organisation = get_or_gone(Organisation.objects.with_partnerships(), slug=slug)
    return render_page(request, titles.organisation(organisation), organisation, organisation=organisation)


@require_safe
def steering(request: HttpRequest) -> HttpResponse:
    offices = list(Office.objects.published().with_withheld("steering"))
    worksites = list(Worksite.objects.published().with_steering())
    return render_page(
        request,
        titles.steering(),
        **with_announced(worksites),
        documented=[worksite for worksite in worksites if not worksite.is_announced_only],
        offices=offices,
        shared=shared_offices(),
        by_office=columns(offices, worksites),
        matrix=rows(offices, worksites),
        picture=draw(offices, worksites),
    )


@require_safe
def search(request: HttpRequest) -> HttpResponse:
    """Return what answers the query, or how to search; a query that cannot be answered is explained."""
    form = SearchForm(request.GET)
    search = form.search(request.LANGUAGE_CODE)
    page = Paginator(search.keys, RESULTS_PER_PAGE).get_page(form.cleaned_data.get("page"))
    response = render_page(
        request,
        titles.search(search.query, page),
        query=search.query_string(),
        form=form,
        search=search,
        pages=page,
        results=list(search.results(list(page.object_list))),
    )
    # What somebody searches for is nobody's business: no cache between keeps it.
    response.headers["Cache-Control"] = "private, no-cache"
    return response


@require_safe
def opensearch(request: HttpRequest) -> HttpResponse:
    """Describe the search to browsers, so that they can add it (OpenSearch 1.1)."""
    context = {"site_url": settings.SITE_URL, "objective": main_objective()}
    return render(
        request,
        "opensearch.xml",
        context,
        content_type="application/opensearchdescription+xml; charset=utf-8",
    )


@require_safe
def terms(request: HttpRequest) -> HttpResponse:
    """Explain the words of the source, in the alphabetical order of the reader's language."""
    return render_page(request, titles.terms(), terms=Glossary().terms)


@require_safe
def about(request: HttpRequest) -> HttpResponse:
    worksites = with_announced(Worksite.objects.published())
    return render_page(request, titles.about(), **worksites, provenance=Provenance)


@require_safe
def accessibility(request: HttpRequest) -> HttpResponse:
    return render_page(request, titles.accessibility(), **statement(request.LANGUAGE_CODE))


@require_safe
def privacy(request: HttpRequest) -> HttpResponse:
    return render_page(
        request,
        titles.privacy(),
        audit_days=settings.AUDIT_DAYS,
        log_days=settings.LOG_DAYS,
        has_metrics=bool(settings.METRICS_TOKEN),
        has_tracker=bool(settings.SENTRY_DSN),
    )
