"""The links to other sites: where the content has them, and whether they still lead somewhere."""

import re
from http.client import HTTPException
from urllib.error import HTTPError
from urllib.parse import quote
from urllib.request import Request, urlopen

from django.conf import settings
from django.db import models

from ..models import CONTENT
from ..models.naming import technical_name
from .serialize import writable_fields

ADDRESS = re.compile(r"https?://[^\s<>“”«»\"]+")
# What tells where something was read often names a site as people do: “go4.brussels/nl”.
SITE = re.compile(r"(?<![\w.@/-])(?:[a-z0-9-]+\.)+[a-z]{2,}(?::\d+)?(?:/[^\s<>“”«»\"]*)?", re.IGNORECASE)
CLOSING = ".,;:!?)’'"
# Answers by which a living page refuses programs, or too many of their questions.
REFUSALS = (401, 403, 429)


def links() -> dict[str, list[tuple[str, str]]]:
    """Return `{address: [(record, field), …]}` for all addresses in the content."""
    found: dict[str, list[tuple[str, str]]] = {}
    for model in CONTENT:
        names = [
            field.name
            for field in writable_fields(model)
            if isinstance(field, models.CharField | models.TextField) and not field.choices
        ]
        for record in model.objects.select_related():
            place = technical_name(model._meta.label_lower, record.natural_key())
            for name in names:
                for address in addresses_in(getattr(record, name) or "", is_source="source" in name):
                    found.setdefault(address, []).append((place, name))
    return found


def addresses_in(text: str, is_source: bool = False) -> list[str]:
    """Return the addresses in a text; where sources are told, sites without “https://” as well."""
    found = [address.rstrip(CLOSING) for address in ADDRESS.findall(text)]
    if is_source:
        rest = ADDRESS.sub(" ", text)
        found += [f"https://{site.rstrip(CLOSING)}" for site in SITE.findall(rest)]
    return found


def answer(address: str, timeout: float) -> tuple[int | None, str]:
    """Return (status, words) of what answers at an address, or (None, why nothing does)."""
    for method in ("HEAD", "GET"):
        try:
            with urlopen(request(address, method), timeout=timeout) as response:  # noqa: S310 – see ADDRESS
                return response.status, response.reason
        except HTTPError as error:  # Not all servers know HEAD, so what refuses it is asked for in full.
            status = error.code, str(error.reason)
            error.close()
        except (OSError, HTTPException, ValueError) as error:
            words = str(getattr(error, "reason", error)) or type(error).__name__
            return None, " ".join(words.split())
    return status


def request(address: str, method: str) -> Request:
    """Return the request for an address. Raises ValueError where it is none."""
    return Request(  # noqa: S310 – see ADDRESS
        quote(address, safe=":/?#[]@!$&'()*+,;=%~"),
        method=method,
        headers={"User-Agent": f"Go4Brussels link check ({settings.SITE_URL})"},
    )
