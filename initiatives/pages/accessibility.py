"""What was tested so that everyone can use the portal, as the accessibility statement tells it."""

from functools import cache
from pathlib import Path
from typing import Any

import yaml


@cache
def facts() -> dict[str, Any]:
    """Return the facts of accessibility.yaml, which the tests run; read once."""
    path = Path(__file__).with_suffix(".yaml")
    content: dict[str, Any] = yaml.safe_load(path.read_text(encoding="utf-8"))
    return content


def statement(language: str) -> dict[str, Any]:
    """Return what the statement says in this language: the day, the tests, known breaches."""
    found = facts()
    return {
        "prepared": found["date"],
        "checks": [
            {"sentence": check[language].format(**found), "criteria": check.get("criteria", ())}
            for check in found["checks"]
        ],
        "deviations": [
            {"sentence": each[language], "criterion": each["criterion"]} for each in found["deviations"]
        ],
    }
