"""Which page: fetch, shape, render. What is public is decided in querysets.py."""

from operator import itemgetter

from django.conf import settings
from django.core.paginator import Paginator
from django.http import Http404
from django.shortcuts import render
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.timezone import localdate
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from ..language import LANGUAGES, OTHER_LANGUAGE
from ..models import Milestone, Objective, Office, Organisation, Revision, Sector, Worksite, shared_offices
from ..models.publisher import publisher
from ..models.withdrawal import get_or_gone
from ..opendata.documents import as_document
from ..search.forms import MeasuresForm, SearchForm
from ..search.glossary import Glossary
from .accessibility import statement
from .diagram import columns, draw, rows

RESULTS_PER_PAGE = 20
# Pages whose texts the portal wrote itself, and those that show texts of other pages.
ROOM_RULES = dict.fromkeys(("about", "accessibility", "privacy", "opendata", "terms"), "portal")
ROOM_RULES |= {"search": "elsewhere", "changes": "elsewhere"}


def main_objective():
    """Give the objective that the portal is about, with its strategy. Raises Http404 without content."""
    objectives = Objective.objects.published().main().with_last_change().with_listed_worksites()
    objective = objectives.with_terms().select_related("strategy", "pillar").first()
    if objective is None:
        raise Http404
    return objective


def show(request, page=None, *, template=None, beneath=None, query="", **context):
    """Render the template of this address, with the addresses of the page in each language.

    `beneath` is what follows the address of `page`, per language; `query` is for the link to the other
    language alone.
    """
    match = request.resolver_match
    paths = {
        language: page.url_in(language) + (beneath[language] if beneath else "")
        if page
        else reverse(f"initiatives:{match.url_name}", kwargs=match.kwargs, current_app=language)
        for language in LANGUAGES
    }
    twin = OTHER_LANGUAGE[request.LANGUAGE_CODE]
    context |= {
        "page": page,
        "item": None if beneath else page,
        "room": match.url_name,
        "rule": "elsewhere" if beneath else ROOM_RULES.get(match.url_name),
        "site_url": settings.SITE_URL,
        "publisher": publisher(),
        "paths": paths,
        "canonical": settings.SITE_URL + paths[request.LANGUAGE_CODE],
        "document": as_document(paths[request.LANGUAGE_CODE]) if page and not beneath else None,
        "twin": {"language": twin, "path": paths[twin] + query},
    }
    if page:
        context |= history_of(page)
    context.setdefault("objective", None)
    context["objective"] = context["objective"] or main_objective()
    return TemplateResponse(request, f"{template or match.url_name}.html", context)


def history_of(page):
    """Give the last changes of an item, and where its versions and its feed are."""
    revisions = Revision.objects.published().changes().of(page)
    kind, language = page._meta.model_name, get_language()
    return {
        "page_changes": revisions.defer("records")[:3],
        "versions_path": reverse(f"initiatives:{kind}-versions", kwargs=page.address(), current_app=language),
        "feed_path": reverse(f"initiatives:{kind}-feed", kwargs=page.address(), current_app=language),
    }


def with_announced(worksites):
    """Give the worksites, and those of them that the source only announces."""
    announced = [worksite for worksite in worksites if worksite.is_announced_only]
    return {"worksites": worksites, "announced": announced}


@require_safe
def chooser(request):
    """Let the reader choose: two equal doors, no redirect, no cookie."""
    objective = Objective.objects.published().main().first()
    context = {"site_url": settings.SITE_URL, "publisher": publisher(), "objective": objective}
    return render(request, "chooser.html", context)


@require_safe
def home(request):
    return show(
        request,
        **with_announced(Worksite.objects.published().with_steering()),
        sectors=Sector.objects.published(),
        offices=Office.objects.published(),
    )


@require_safe
def objective(request, code):
    found = Objective.objects.main().with_governance().with_listed_worksites().with_terms()
    objective = get_or_gone(found, code=code)
    return show(
        request,
        objective,
        objective=objective,
        sectors=Sector.objects.published().filter(objective=objective),
        worksites=Worksite.objects.published().filter(objective=objective),
        milestones=Milestone.objects.published(),
        siblings=Objective.objects.published().select_related("pillar"),
    )


@require_safe
def dossier(request, code):
    found = Objective.objects.published().with_version().main().with_last_change().with_listed_worksites()
    found = found.filter(code=code).with_offices().with_terms()
    found = found.grouped_with("partnership", "organisation")
    if not found:
        raise Http404
    [(objective, objective.partnerships)] = found
    worksites = Worksite.objects.published().filter(objective=objective).with_steering().with_measures()
    worksites = worksites.grouped_with("crossreference", "objective")
    sectors = Sector.objects.published().filter(objective=objective).grouped_with("worksitesector")
    return show(
        request,
        objective=objective,
        worksites=[
            (worksite, references, linked_sectors(worksite, sectors)) for worksite, references in worksites
        ],
        sectors=[sector for sector, _links in sectors],
        offices=Office.objects.published().grouped_with("officeholder"),
        milestones=Milestone.objects.published(),
        today=localdate(),
    )


def linked_sectors(worksite, sectors):
    """Give those of `sectors`, each with its links, that link to this worksite, in the order of the links."""
    linked = [
        (link.position, sector)
        for sector, links in sectors
        for link in links
        if link.worksite_id == worksite.pk
    ]
    return [sector for _position, sector in sorted(linked, key=itemgetter(0))]


@require_safe
def worksites(request):
    return show(request, **with_announced(Worksite.objects.published().with_steering().with_sectors()))


@require_safe
def worksite(request, slug):
    worksite = get_or_gone(Worksite.objects.with_content(), slug=slug)
    all_worksites = with_announced(Worksite.objects.published().filter(objective=worksite.objective_id))
    before = [other for other in all_worksites["worksites"] if other.number < worksite.number]
    after = [other for other in all_worksites["worksites"] if other.number > worksite.number]
    return show(
        request,
        worksite,
        **all_worksites,
        worksite=worksite,
        previous=before[-1] if before else None,
        next=after[0] if after else None,
    )


@require_safe
def measures(request):
    """Show every measure, or those of the sector and the office that the address names."""
    form = MeasuresForm(
        request.GET, Worksite.objects.published().with_measures().with_steering().with_sectors()
    )
    confined = form.confined()
    worksites = [worksite for worksite in confined if worksite.measure_set.all()]
    return show(
        request,
        query=form.query,
        form=form,
        worksites=worksites,
        total=sum(len(worksite.measure_set.all()) for worksite in worksites),
        without=[worksite for worksite in confined if not worksite.measure_set.all()],
    )


@require_safe
def sectors(request):
    return show(request, sectors=Sector.objects.published().with_worksites())


@require_safe
def sector(request, slug):
    sector = get_or_gone(Sector.objects.with_worksites(), slug=slug)
    return show(
        request,
        sector,
        sector=sector,
        worksites=[link.worksite for link in sector.worksitesector_set.all()],
        offices=Office.objects.published().steering_sector(sector),
    )


@require_safe
def offices(request):
    return show(request, offices=Office.objects.published().with_roles())


@require_safe
def office(request, slug):
    office = get_or_gone(Office.objects.with_roles(), slug=slug)
    return show(request, office, office=office, shared=shared_offices())


@require_safe
def organisations(request):
    return show(request, organisations=Organisation.objects.published().with_partnerships())


@require_safe
def organisation(request, slug):
    organisation = get_or_gone(Organisation.objects.with_partnerships(), slug=slug)
    return show(request, organisation, organisation=organisation)


@require_safe
def steering(request):
    offices = list(Office.objects.published())
    worksites = list(Worksite.objects.published().with_steering())
    return show(
        request,
        **with_announced(worksites),
        documented=[worksite for worksite in worksites if not worksite.is_announced_only],
        offices=offices,
        shared=shared_offices(),
        by_office=columns(offices, worksites),
        matrix=rows(offices, worksites),
        picture=draw(offices, worksites),
    )


@require_safe
def search(request):
    """Show what answers the query, or how to search; a query that cannot be answered is explained."""
    form = SearchForm(request.GET)
    search = form.search(request.LANGUAGE_CODE)
    page_of_results = Paginator(search.keys, RESULTS_PER_PAGE).get_page(form.cleaned_data.get("page"))
    return show(
        request,
        query=search.address(),
        form=form,
        search=search,
        pages=page_of_results,
        results=list(search.results(page_of_results.object_list)),
    )


@require_safe
def opensearch(request):
    """Describe the search to browsers, so that they can add it (OpenSearch 1.1)."""
    context = {"site_url": settings.SITE_URL, "objective": main_objective()}
    return render(
        request,
        "opensearch.xml",
        context,
        content_type="application/opensearchdescription+xml; charset=utf-8",
    )


@require_safe
def terms(request):
    """Explain the words of the source, in the alphabetical order of the reader's language."""
    return show(request, terms=Glossary().terms, rule="portal")


@require_safe
def about(request):
    return show(request, **with_announced(Worksite.objects.published()))


@require_safe
def accessibility(request):
    return show(request, **statement(request.LANGUAGE_CODE))


@require_safe
def privacy(request):
    return show(request, audit_days=settings.AUDIT_DAYS, log_days=settings.LOG_DAYS)
