"""The lock files can be installed tomorrow as well, when there are newer releases of what they name."""

import re
from importlib.metadata import PackageNotFoundError, requires

import pytest
from django.conf import settings
from packaging.requirements import Requirement

PINNED = re.compile(r"^([\w.-]+)(?:\[([\w,.-]+)\])?==", re.MULTILINE)


@pytest.mark.parametrize("name", ["base", "dev"])
def test_each_pin_has_the_extras_that_others_ask_for(name):
    """With hashes pip looks for “coverage[toml]” by itself: a pin of “coverage” does not bind it."""
    text = (settings.BASE_DIR / "requirements" / f"{name}.txt").read_text()
    pins = {package: set(filter(None, extras.split(","))) for package, extras in PINNED.findall(text)}
    assert len(pins) > 15
    lacking = set()
    for package, extras in pins.items():
        try:
            asked = [Requirement(each) for each in requires(package) or ()]
        except PackageNotFoundError:  # for another system than this one
            continue
        for each in asked:
            wanted = each.marker is None or any(
                each.marker.evaluate({"extra": extra}) for extra in ("", *extras)
            )
            if wanted and each.extras - pins.get(each.name.lower().replace("_", "-"), set()):
                lacking.add((package, str(each)))
    assert lacking == set()
