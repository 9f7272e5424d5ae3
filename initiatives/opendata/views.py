"""What stands under /data/, and the document that stands beside the page of an item."""

import functools
from collections.abc import Callable
from typing import Any

import yaml
from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.cache import get_conditional_response
from django.utils.http import http_date
from django.utils.timezone import localdate
from django.views.decorators.csrf import csrf_exempt

from ..language import LANGUAGES, in_both_languages
from ..models.withdrawal import get_or_gone
from . import package as data_package
from .csv import TABLES
from .dcat import catalogue
from .documents import DATASETS, Edition, current_edition, document
from .problems import DATA_METHODS, method_not_allowed
from .serialize import json_bytes

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

View = Callable[..., HttpResponseBase]


def open_to_all(view: View) -> View:
    """Let a view be asked from any page and by any program: with GET and HEAD, and OPTIONS beforehand."""

    # Refused for its method alone, whatever token it brings.
    @csrf_exempt
    @functools.wraps(view)
    def answer(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if request.method == "OPTIONS":
            return HttpResponse(status=204, headers=PREFLIGHT)
        if request.method not in DATA_METHODS:
            return method_not_allowed()
        return view(request, *args, **kwargs)

    return answer


def unless_unchanged(
    request: HttpRequest, edition: Edition, make: Callable[[], HttpResponse]
) -> HttpResponseBase:
    """Return the response that `make` makes, or 304 where the reader has this edition already."""
    moment = int(edition.modified.timestamp()) if edition.modified else None
    etag = f'W/"{settings.RELEASE}-{edition.version}-{moment or 0}"'
    response = get_conditional_response(request, etag=etag, last_modified=moment) or make()
    response.headers["ETag"] = etag
    if moment:
        response.headers["Last-Modified"] = http_date(moment)
    return response


def as_file(content: bytes, content_type: str, name: str = "") -> HttpResponse:
    """Return the response with this content, to be downloaded under this name where there is one."""
    response = HttpResponse(content, content_type=content_type)
    response.headers["Content-Language"] = ", ".join(LANGUAGES)
    if name:
        response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def file_name(edition: Edition, name: str, form: str) -> str:
    """Return a file name that says what is in the file, and of which version and day it is."""
    day = localdate(edition.generated).isoformat()
    return "_".join(filter(None, (edition.name, name, f"v{edition.version}", day))) + f".{form}"


@open_to_all
def dataset(request: HttpRequest, name: str, form: str) -> HttpResponseBase:
    """Render every record of a kind, as a JSON document or as a table."""
    edition = current_edition()

    def make() -> HttpResponse:
        items = DATASETS[name].items(edition)
        if form == "json":
            titles = in_both_languages(DATASETS[name].title)
            return as_file(json_bytes(document(edition, titles, request.path, items)), "application/json")
        table = TABLES[name]
        response = as_file(
            table.csv(table.rows(items)),
            "text/csv; charset=utf-8; header=present",
            file_name(edition, name, form),
        )
        response.headers["Link"] = '</data/datapackage.json>; rel="describedby"; type="application/json"'
        return response

    return unless_unchanged(request, edition, make)


@open_to_all
def item_document(request: HttpRequest, kind: str, **lookup: str) -> HttpResponseBase:
    """Render the record of a page as a document. Raises Gone where it was withdrawn, Http404 otherwise."""
    dataset = DATASETS[DATASET_OF[kind]]
    edition, record = current_edition(), get_or_gone(dataset.rows(), **lookup)

    def make() -> HttpResponse:
        item = dataset.writer(edition)(record)
        titles = item.get("title") or item.get("name") or item["official_title"]
        return as_file(json_bytes(document(edition, titles, request.path, [item])), "application/json")

    return unless_unchanged(request, edition, make)


@open_to_all
def archive(request: HttpRequest, name: str) -> HttpResponseBase:
    """Render everything as one ZIP. Raises Http404 for another name than that of the whole."""
    edition = current_edition()
    if name != edition.name:
        raise Http404

    def make() -> HttpResponse:
        content = data_package.archive(edition, data_package.downloads(edition))
        return as_file(content, "application/zip", file_name(edition, "", "zip"))

    return unless_unchanged(request, edition, make)


def description(
    content_type: str, describe: Callable[[Edition, list[data_package.Download]], dict[str, Any]]
) -> View:
    """Return the view of a document that describes all datasets."""

    @open_to_all
    def view(request: HttpRequest) -> HttpResponseBase:
        edition = current_edition()

        def make() -> HttpResponse:
            content = describe(edition, data_package.downloads(edition))
            return as_file(json_bytes(content), content_type)

        return unless_unchanged(request, edition, make)

    return view


datapackage = description("application/json", data_package.datapackage)
dcat = description("application/ld+json", catalogue)


@functools.cache
def openapi_description() -> dict[str, Any]:
    """Return the description of the interface, which is written by hand, with this site's address."""
    content: dict[str, Any] = yaml.safe_load(OPENAPI.read_text(encoding="utf-8"))
    del content["x-answers"]  # an aid to those who write it
    content["info"]["version"] = settings.RELEASE
    return content | {"servers": [{"url": settings.SITE_URL}]}


@open_to_all
def openapi(request: HttpRequest) -> HttpResponseBase:
    """Render the description of the interface (OpenAPI 3.1)."""
    return as_file(json_bytes(openapi_description()), "application/json")
