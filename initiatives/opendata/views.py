"""What stands under /data/, and the document that stands beside the page of an item."""

import functools
from collections.abc import Callable
from hashlib import md5
from typing import Any

import yaml
from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt

from ..language import LANGUAGES
from ..models.withdrawal import get_or_gone
from . import package as data_package
from .csv import in_one_line
from .dcat import MEDIA_TYPES, catalogue
from .documents import DATASETS, Edition, current_edition, document, publisher_data
from .kept import kept
from .problems import DATA_METHODS, method_not_allowed
from .serialize import Data, json_bytes
from .workbook import workbook

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
CSV_TYPE = "text/csv; charset=utf-8; header=present"
DESCRIBED = '</data/datapackage.json>; rel="describedby"; type="application/json"'
# How everything is written as one file.
WHOLE = {"zip": data_package.archive, "xlsx": workbook}
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


def validated(response: HttpResponse, said: bytes | None = None) -> HttpResponse:
    """Return the response with a validator made of the release and of all that it says, settings included.

    Weak, since the moment of its making alone makes no other document (RFC 9110, 8.8.1). `said` is what it
    says without that moment, where that is not the content. No date: an upgrade changes documents as well.
    """
    said = settings.RELEASE.encode() + (response.content if said is None else said)
    response.headers["ETag"] = f'W/"{md5(said, usedforsecurity=False).hexdigest()}"'
    return response


def as_file(content: bytes, content_type: str, name: str = "") -> HttpResponse:
    """Return the response with this content, to be downloaded under this name where there is one."""
    response = HttpResponse(content, content_type=content_type)
    response.headers["Content-Language"] = ", ".join(LANGUAGES)
    if name:
        response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def as_document(content: Data) -> HttpResponse:
    """Return the response with a document of items."""
    response = as_file(json_bytes(content), "application/json")
    return validated(response, json_bytes(content | {"generated": None}))


def file_name(edition: Edition, name: str, form: str) -> str:
    """Return a file name that says what is in the file, and of which version and day it is."""
    day = timezone.localdate(edition.generated).isoformat()
    return "_".join(filter(None, (edition.name, name, f"v{edition.version}", day))) + f".{form}"


@open_to_all
def dataset(request: HttpRequest, name: str) -> HttpResponseBase:
    """Render every record of a kind as a JSON document."""
    edition = current_edition()
    found = data_package.download(edition, name)
    return as_document(document(edition, found.titles, request.path, found.items))


@open_to_all
def sheet(request: HttpRequest, name: str, form: str) -> HttpResponseBase:
    """Render every record of a kind as a table, with commas or with semicolons."""
    edition = current_edition()
    found = data_package.download(edition, name)
    content = found.csv if form == "csv" else found.semicolon
    whole_name = name if form == "csv" else f"{name}_{form}"
    response = as_file(content, CSV_TYPE, file_name(edition, whole_name, "csv"))
    if form == "csv":  # it is the files with commas that are described there
        response.headers["Link"] = DESCRIBED
    return validated(response)


@open_to_all
def item_document(request: HttpRequest, kind: str, **lookup: str) -> HttpResponseBase:
    """Render the record of a page as a document. Raises Gone where it was withdrawn, Http404 otherwise."""
    dataset = DATASETS[DATASET_OF[kind]]
    edition, record = current_edition(), get_or_gone(dataset.rows(), **lookup)
    item = dataset.writer(edition)(record)
    titles = item.get("title") or item.get("name") or item["official_title"]
    return as_document(document(edition, titles, request.path, [item]))


@open_to_all
def whole(request: HttpRequest, name: str, form: str) -> HttpResponseBase:
    """Render everything as one file. Raises Http404 for another name than that of the whole."""
    edition = current_edition()
    if name != edition.name:
        raise Http404
    content = WHOLE[form](edition)
    return validated(as_file(content, MEDIA_TYPES[form], file_name(edition, "", form)))


def description(content_type: str, describe: Callable[[Edition], Data]) -> View:
    """Return the view of a document that describes all datasets."""

    @kept
    def described(edition: Edition) -> bytes:
        return json_bytes(describe(edition))

    @open_to_all
    def view(request: HttpRequest) -> HttpResponseBase:
        return validated(as_file(described(current_edition()), content_type))

    return view


datapackage = description("application/json", data_package.datapackage)
dcat = description("application/ld+json", catalogue)


@functools.cache
def openapi_source() -> dict[str, Any]:
    """Return the description of the interface as it is written by hand; to be read, never changed."""
    content: dict[str, Any] = yaml.safe_load(OPENAPI.read_text(encoding="utf-8"))
    del content["x-answers"]  # an aid to those who write it
    return content


def openapi_description() -> dict[str, Any]:
    """Return the description of the interface, with what this installation is."""
    content = openapi_source()
    info = content["info"] | {"version": settings.RELEASE, "contact": contact()}
    return content | {"info": info, "servers": [{"url": settings.SITE_URL}]}


def contact() -> dict[str, str]:
    """Return whom to ask: the publisher, or where no address was set, the page that says who that is."""
    who = publisher_data()
    about = settings.SITE_URL + reverse("initiatives:about", current_app=LANGUAGES[0])
    reached = {"url": who["url"] or about, "email": who["email"]}
    return {"name": in_one_line(who["name"])} | {key: value for key, value in reached.items() if value}


@open_to_all
def openapi(request: HttpRequest) -> HttpResponseBase:
    """Render the description of the interface (OpenAPI 3.1)."""
    return as_file(json_bytes(openapi_description()), "application/json")
