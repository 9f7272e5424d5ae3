"""What stands under /data/, and the document that stands beside the page of an item."""

import functools
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from hashlib import md5
from typing import Any

import yaml
from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.timezone import localdate
from django.views.decorators.csrf import csrf_exempt

from ..language import LANGUAGES, in_both_languages
from ..models.withdrawal import get_or_gone
from . import package as data_package
from .csv import TABLES
from .dcat import catalogue
from .documents import DATASETS, Edition, current_edition, document
from .problems import DATA_METHODS, method_not_allowed
from .serialize import json_bytes, timestamp

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
LONG_AGO = datetime(1980, 1, 1, 12, tzinfo=UTC)  # the first moment that a ZIP can tell, anywhere on earth
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


def validated(edition: Edition, response: HttpResponse, said: bytes | None = None) -> HttpResponse:
    """Return the response with a validator made of what it says, so that it is another one whenever that is.

    Weak, since the moment of its making alone makes no other document (RFC 9110, 8.8.1). `said` is what it
    says without that moment, where that is not the content. No date: an upgrade changes documents as well.
    """
    said = without_moment(edition, response.content) if said is None else said
    response.headers["ETag"] = f'W/"{md5(said, usedforsecurity=False).hexdigest()}"'
    return response


def without_moment(edition: Edition, content: bytes) -> bytes:
    return content.replace(str(timestamp(edition.generated)).encode(), b"")


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
    items = DATASETS[name].items(edition)
    if form == "json":
        titles = in_both_languages(DATASETS[name].title)
        content = json_bytes(document(edition, titles, request.path, items))
        return validated(edition, as_file(content, "application/json"))
    table = TABLES[name]
    response = as_file(
        table.csv(table.rows(items)),
        "text/csv; charset=utf-8; header=present",
        file_name(edition, name, form),
    )
    response.headers["Link"] = '</data/datapackage.json>; rel="describedby"; type="application/json"'
    return validated(edition, response)


@open_to_all
def item_document(request: HttpRequest, kind: str, **lookup: str) -> HttpResponseBase:
    """Render the record of a page as a document. Raises Gone where it was withdrawn, Http404 otherwise."""
    dataset = DATASETS[DATASET_OF[kind]]
    edition, record = current_edition(), get_or_gone(dataset.rows(), **lookup)
    item = dataset.writer(edition)(record)
    titles = item.get("title") or item.get("name") or item["official_title"]
    content = json_bytes(document(edition, titles, request.path, [item]))
    return validated(edition, as_file(content, "application/json"))


@open_to_all
def archive(request: HttpRequest, name: str) -> HttpResponseBase:
    """Render everything as one ZIP. Raises Http404 for another name than that of the whole."""
    edition = current_edition()
    if name != edition.name:
        raise Http404
    downloads = data_package.downloads(edition)
    content = data_package.archive(edition, downloads)
    response = as_file(content, "application/zip", file_name(edition, "", "zip"))
    # In a ZIP, the moment is part of what is compressed: the same once more, of another moment.
    timeless = replace(edition, generated=LONG_AGO)
    files = [replace(each, json=without_moment(edition, each.json)) for each in downloads]
    return validated(edition, response, data_package.archive(timeless, files))


def description(
    content_type: str, describe: Callable[[Edition, list[data_package.Download]], dict[str, Any]]
) -> View:
    """Return the view of a document that describes all datasets."""

    @open_to_all
    def view(request: HttpRequest) -> HttpResponseBase:
        edition = current_edition()
        content = describe(edition, data_package.downloads(edition))
        return validated(edition, as_file(json_bytes(content), content_type))

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
