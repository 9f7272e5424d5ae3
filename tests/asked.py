"""What the settings ask of the environment: recorded while they are read, so that none can be forgotten."""

import importlib.util
import os
from collections.abc import Iterator, Mapping
from typing import Any
from unittest.mock import patch

from django.conf import settings

# What must be set, for the settings to be read at all.
RIGHT = {"SITE_URL": "https://portal.example", "SECRET_KEY": "a-key-for-one-test-only-" * 3}


class Recorder(Mapping[str, str]):
    """An environment that remembers which variables it was asked for."""

    def __init__(self, values: Mapping[str, str]) -> None:
        self.values, self.asked = values, set[str]()

    def __getitem__(self, name: str) -> str:
        self.asked.add(name)
        return self.values[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self.values)

    def __len__(self) -> int:
        return len(self.values)


def read(**environment: str) -> tuple[dict[str, Any], set[str]]:
    """Return the settings in this environment and `RIGHT`, and the names of the variables they asked for."""
    recorder = Recorder(RIGHT | environment)
    spec = importlib.util.spec_from_file_location(
        "go4brussels.settings_again", settings.BASE_DIR / "go4brussels" / "settings.py"
    )
    module = importlib.util.module_from_spec(spec)
    with patch.object(os, "environ", recorder):
        spec.loader.exec_module(module)
    found = {name: value for name, value in vars(module).items() if name.isupper()}
    return found, recorder.asked


def asked() -> set[str]:
    """Return the names of all settings: in production, over plain HTTP, and in development."""
    return read()[1] | read(SITE_URL="http://portal.example")[1] | read(DEBUG="1")[1]
