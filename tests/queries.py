"""No query for each row of a list: whatever a test asks of the portal is watched for it (django-zeal)."""

from collections.abc import Iterator

import pytest
from django.conf import settings
from zeal.constants import initialize_app_registry
from zeal.patch import patch

# Where one query for each row is meant, and why.
ALLOWED: list[dict[str, str]] = []


@pytest.fixture(scope="session", autouse=True)
def watched() -> Iterator[None]:
    """Refuse, in each request of a test, a second query of one kind from one line of code."""
    initialize_app_registry()
    patch()
    with pytest.MonkeyPatch.context() as changed:
        changed.setattr(settings, "MIDDLEWARE", ["zeal.middleware.zeal_middleware", *settings.MIDDLEWARE])
        changed.setattr(settings, "ZEAL_ALLOWLIST", ALLOWED, raising=False)
        yield
