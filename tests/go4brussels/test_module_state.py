"""Nothing at module level changes while the portal serves: its threads share every module."""

import functools
import importlib
import inspect
import logging
import pkgutil
import re

import pytest
from django.utils.functional import Promise

from initiatives.models import Worksite

from ..editing import form_of, save
from ..reading import paths_of

PACKAGES = ("accounts", "go4brussels", "initiatives")
# Caches of functools lock themselves, and the test below bounds them.
CACHE = type(functools.lru_cache(lambda: None))
# What never changes by itself, or is the business of those whose classes they are.
CODE = (type, Promise, re.Pattern, logging.Logger, CACHE)
OTHERS = (
    "django.",
    "modeltranslation.",
    "django_stubs_ext.",
    "_contextvars",
    "builtins",
    "typing",
    "pathlib",
)


def modules():
    for name in PACKAGES:
        package = importlib.import_module(name)
        yield package
        for found in pkgutil.walk_packages(package.__path__, f"{name}."):
            if ".migrations" not in found.name and not found.name.endswith((".wsgi", ".gunicorn")):
                yield importlib.import_module(found.name)


def values():
    """Return `{name: value}` for what the modules hold: their own, and that of the classes in them."""
    found = {}
    for module in modules():
        for name, value in vars(module).items():
            if name.startswith("__") or inspect.ismodule(value):
                continue
            found[f"{module.__name__}.{name}"] = value
            if isinstance(value, type) and value.__module__ == module.__name__:
                # What Python itself keeps on a class has two lines beneath at each end of its name, such as
                # __slotnames__, which copying its first object puts there.
                found |= {
                    f"{module.__name__}.{name}.{each}": own
                    for each, own in vars(value).items()
                    if isinstance(own, dict | list | set) and not each.startswith("__")
                }
    return found


def contents(value, seen=()):
    """Return what a value holds, as text that differs when anything in it does."""
    if id(value) in seen:
        return "…"
    seen = (*seen, id(value))
    if isinstance(value, dict):
        return [
            type(value).__name__,
            [(contents(key, seen), contents(each, seen)) for key, each in value.items()],
        ]
    if isinstance(value, list | tuple | set | frozenset):
        return [type(value).__name__, [contents(each, seen) for each in value]]
    if isinstance(value, CODE) or inspect.isroutine(value) or inspect.ismodule(value):
        return id(value)
    module = type(value).__module__
    if module.startswith(OTHERS):
        return id(value) if module != "builtins" else repr(value)
    slots = [name for kind in type(value).__mro__ for name in getattr(kind, "__slots__", ())]
    held = getattr(value, "__dict__", {}) | {
        name: getattr(value, name, None) for name in slots if name != "__dict__"
    }
    return [type(value).__qualname__, contents(held, seen)] if held else id(value)


def use_everything(client, publisher, site):
    """Read every page, search, draw, ask for data, and edit."""
    for path in paths_of(site):
        assert client.get(path).status_code == 200
    for query in ("duurzame werven", "l’emploi créatif", "ÆØ 漢字 ﬁ", "bouww", "werf 8"):
        for path in ("/nl/zoeken/", "/fr/recherche/"):
            client.get(path, {"q": query})
    others = (
        "/sitemap.xml",
        "/data/worksites.json",
        "/data/measures.csv",
        "/data/catalog.jsonld",
        "/nl/",
        "/nergens/",
    )
    for path in (
        *others,
        "/data/openapi.json",
        "/picture/worksite/1.4-02.nl.png",
        "/nl/wijzigingen/atom.xml",
    ):
        client.get(path)
    worksite = Worksite.objects.get(code="1.4-02")
    assert form_of(publisher, worksite)
    assert save(publisher, worksite, title_nl="Anders").status_code == 302
    publisher.get("/admin/")
    publisher.get("/admin/initiatives/worksite/")


@pytest.mark.django_db
def test_nothing_at_module_level_changes_while_the_portal_serves(client, publisher, site):
    client.get("/nl/")  # what Django itself makes at the first request
    before = {name: contents(value) for name, value in values().items()}
    use_everything(client, publisher, site)
    after = {name: contents(value) for name, value in values().items()}
    assert len(before) > 1000
    assert [name for name in before if before[name] != after.get(name)] == []
    assert after.keys() == before.keys()


def test_every_cache_has_a_bound():
    caches = {name: value for name, value in values().items() if isinstance(value, CACHE)}
    assert len(caches) >= 6
    for name, cache in caches.items():
        is_single = not inspect.signature(cache.__wrapped__).parameters
        assert is_single or cache.cache_parameters()["maxsize"], name
