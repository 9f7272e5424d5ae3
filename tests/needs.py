"""What a test needs of the machine: without it the test is skipped with a sentence, in CI it fails."""

import os
from typing import TypeVar

import pytest

T = TypeVar("T")


def need(what: T | None, sentence: str) -> T:
    """Return `what` when it is there. Skips the test otherwise, or fails it with REQUIRE_BROWSER=1."""
    if what:
        return what
    if os.environ.get("REQUIRE_BROWSER") == "1":
        pytest.fail(sentence, pytrace=False)
    pytest.skip(sentence)
