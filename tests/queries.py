"""No query for each row of a list: whatever a test asks of the portal is watched for it (django-zeal)."""

from collections.abc import Callable, Iterator

import pytest
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from zeal import zeal_context
from zeal.constants import initialize_app_registry
from zeal.patch import patch


def watch(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Refuse a second query of one kind from one line of code, while a page is made."""

    def middleware(request: HttpRequest) -> HttpResponse:
        # What an editor sends is checked and saved row by row; a session that ended is asked for again.
        of_content = not request.path.startswith("/admin/") or request.path.startswith("/admin/initiatives/")
        if request.method == "POST" or not of_content:
            return get_response(request)
        with zeal_context():
            return get_response(request)

    return middleware


@pytest.fixture(scope="session", autouse=True)
def watched() -> Iterator[None]:
    """Watch every request of a test."""
    initialize_app_registry()
    patch()
    with pytest.MonkeyPatch.context() as changed:
        changed.setattr(settings, "MIDDLEWARE", [f"{__name__}.watch", *settings.MIDDLEWARE])
        yield
