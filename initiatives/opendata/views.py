"""The data rooms: the open-data page, what is under /data/, and the document that stands beside each page."""

import functools
import json

import yaml
from django.conf import settings
from django.http import Http404, HttpResponse
from django.utils.cache import get_conditional_response
from django.utils.http import http_date
from django.utils.timezone import localdate
from django.views.decorators.http import require_safe

from ..language import LANGUAGES, in_both_languages
from ..models.withdrawal import get_or_gone
from ..pages.views import show
from . import csv as tables
from . import package as packages
from .dcat import DESCRIPTIONS, WHOLE, catalogue
from .documents import DATASETS, document, edition
from .problems import DATA_METHODS, method_not_allowed

# What a browser is told before it lets a page of another site ask (Fetch, “CORS protocol”).
PREFLIGHT = {
    "Allow": ", ".join(DATA_METHODS),
    "Access-Control-Allow-Methods": "GET, HEAD",
    "Access-Control-Allow-Headers": "If-Modified-Since, If-None-Match",
    "Access-Control-Max-Age": "86400",
}
# The dataset that has what the document beside a page of this kind says.
DATASET_OF = {
    "objective": "objective",
    "worksite": "worksites",
    "sector": "sectors",
    "office": "offices",
    "organisation": "organisations",
}
OPENAPI = settings.BASE_DIR / "initiatives" / "opendata" / "openapi.yaml"


def as_json(content):
    return json.dumps(content, ensure_ascii=False, indent=2).encode()


def open_to_all(view):
    """Let a view be asked from any page and by any program: with GET and HEAD, and OPTIONS beforehand."""

    @functools.wraps(view)
    def answer(request, *args, **kwargs):
        if request.method == "OPTIONS":
            return HttpResponse(status=204, headers=PREFLIGHT)
        if request.method not in DATA_METHODS:
            return method_not_allowed()
        return view(request, *args, **kwargs)

    # Refused for its method alone, whatever token it brings.
    answer.csrf_exempt = True
    return answer


def unless_unchanged(request, edition, make):
    """Give the response that `make` gives, or 304 where the reader has this edition already."""
    moment = edition.modified and int(edition.modified.timestamp())
    etag = f'W/"{settings.RELEASE}-{edition.version}-{moment or 0}"'
    response = get_conditional_response(request, etag=etag, last_modified=moment) or make()
    response.headers["ETag"] = etag
    if moment:
        response.headers["Last-Modified"] = http_date(moment)
    return response


def as_file(content, content_type, name=None):
    """Give the response with this content, to be kept under this name where there is one."""
    response = HttpResponse(content, content_type=content_type)
    response.headers["Content-Language"] = ", ".join(LANGUAGES)
    if name:
        response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def file_name(edition, name, form):
    """Give a file name that says what is in the file, and of which version and day it is."""
    day = localdate(edition.generated).isoformat()
    return "_".join(filter(None, (edition.name, name, f"v{edition.version}", day))) + f".{form}"


@open_to_all
def dataset(request, name, form):
    """Give every record of a kind, as a JSON document or as a table."""
    now = edition()

    def make():
        items = DATASETS[name].items(now)
        if form == "json":
            titles = in_both_languages(DATASETS[name].title)
            return as_file(as_json(document(now, titles, request.path, items)), "application/json")
        table = tables.TABLES[name]
        response = as_file(
            table.csv(table.rows(items)),
            "text/csv; charset=utf-8; header=present",
            file_name(now, name, form),
        )
        response.headers["Link"] = '</data/datapackage.json>; rel="describedby"; type="application/json"'
        return response

    return unless_unchanged(request, now, make)


@open_to_all
def item(request, kind, **lookup):
    """Give the record of a page as a document. Raises Gone where it was withdrawn, Http404 otherwise."""
    whole = DATASETS[DATASET_OF[kind]]
    now, record = edition(), get_or_gone(whole.rows(), **lookup)

    def make():
        it = whole.writer(now)(record)
        titles = it.get("title") or it.get("name") or it["official_title"]
        return as_file(as_json(document(now, titles, request.path, [it])), "application/json")

    return unless_unchanged(request, now, make)


@open_to_all
def package(request, name):
    """Give everything as one ZIP. Raises Http404 for another name than that of the whole."""
    now = edition()
    if name != now.name:
        raise Http404

    def make():
        content = packages.package(now, packages.downloads(now, as_json), as_json)
        return as_file(content, "application/zip", file_name(now, "", "zip"))

    return unless_unchanged(request, now, make)


def described(content_type, describe):
    """Give the view of a document that describes all datasets."""

    @open_to_all
    def view(request):
        now = edition()

        def make():
            return as_file(as_json(describe(now, packages.downloads(now, as_json))), content_type)

        return unless_unchanged(request, now, make)

    return view


datapackage = described("application/json", packages.datapackage)
dcat = described("application/ld+json", catalogue)


@functools.cache
def promised():
    """Give the description of the interface, which is kept by hand, at the address of this installation."""
    promise = yaml.safe_load(OPENAPI.read_text(encoding="utf-8"))
    del promise["x-answers"]  # an aid to those who keep it
    promise["info"]["version"] = settings.RELEASE
    return promise | {"servers": [{"url": settings.SITE_URL}]}


@open_to_all
def openapi(request):
    """Give the description of the interface (OpenAPI 3.1)."""
    return as_file(as_json(promised()), "application/json")


OFFERED = {}  # what the page offers, made once an edition: only its sizes and numbers of rows are shown


def offered(now):
    """Give the downloads of an edition, and the size of the whole in bytes."""
    key = (now.version, now.modified)
    if key not in OFFERED:
        found = packages.downloads(now, as_json)
        OFFERED.clear()
        OFFERED[key] = found, len(packages.package(now, found, as_json))
    return OFFERED[key]


@require_safe
def page(request):
    """Say what data there are, and offer them."""
    now = edition()
    found, zipped = offered(now)
    return show(
        request,
        objective=now.objective,
        edition=now,
        downloads=[(each, DESCRIPTIONS[each.name]) for each in found],
        whole=WHOLE,
        zipped=zipped,
        **packages.rights_for_people(now.objective.strategy),
        **tables.HOW_TO_READ,
        example=f"{settings.SITE_URL}/data/worksites.json",
    )
