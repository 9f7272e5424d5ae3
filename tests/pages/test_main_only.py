"""The <main> of a page alone, as its templates draw it without the frame of base.html."""

import pytest
from django.test import RequestFactory
from django.urls import resolve
from django.utils.translation import override

pytestmark = pytest.mark.django_db
PATHS = [
    "/nl/",
    "/fr/objectif/1.4/",
    "/nl/werven/bouw/",
    "/fr/chantiers/onzieme-initiative/",
    "/fr/secteurs/construction/",
    "/nl/ministers/",
    "/fr/mesures/",
    "/nl/privacy/",
    "/nl/werven/bouw/versies/1/",
]


def draw(path, base_template):
    """Return a page as its own view draws it, in the base that is given."""
    request, match, language = RequestFactory().get(path), resolve(path), path[1:3]
    request.resolver_match, request.current_app, request.LANGUAGE_CODE = match, language, language
    with override(language):
        response = match.func(request, *match.args, **match.kwargs)
        response.context_data["base_template"] = base_template
        return response.render().content.decode()


@pytest.mark.parametrize("path", PATHS)
def test_it_draws_main_alone_as_on_the_whole_page(client, path):
    page = draw(path, "base.html")
    assert page == client.get(path).content.decode()
    opening, closing = '<main id="content" tabindex="-1">', "</main>"
    main = page[page.index(opening) + len(opening) : page.index(closing)]
    assert draw(path, "main_only.html") == main
    assert "<h1>" in main
