"""The threat model names tests that are there, and the settings and commands that it speaks of."""

import re

import pytest
from django.conf import settings

from ..asked import asked

TEXT = (settings.BASE_DIR / "docs" / "threat-model.md").read_text(encoding="utf-8")
MODULES = re.findall(r"`([a-z0-9]+/test_[a-z_]+\.py)`", TEXT)
ROWS = [line for line in TEXT.split("## What stands in the way")[1].splitlines() if line.startswith("| ")][2:]


@pytest.mark.parametrize("name", sorted(set(MODULES)))
def test_each_test_that_it_names_is_there(name):
    assert "def test_" in (settings.BASE_DIR / "tests" / name).read_text(encoding="utf-8")


def test_each_threat_has_a_test():
    assert len(ROWS) >= 15
    assert [row for row in ROWS if not re.search(r"`[a-z0-9]+/test_", row)] == []


def test_each_setting_that_it_names_is_one():
    named = set(re.findall(r"`([A-Z]+_[A-Z_]+)(?:=\d)?`", TEXT))
    assert named and named <= asked()


def test_it_is_one_page():
    assert len(TEXT.splitlines()) <= 90
    assert "threat-model.md" in (settings.BASE_DIR / "SECURITY.md").read_text(encoding="utf-8")
