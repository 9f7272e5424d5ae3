"""The settings under the tests' environment, for tools that read them with nothing exported (mypy)."""

from . import environ  # noqa: F401, I001 – before the settings, which read it
from go4brussels.settings import *  # noqa: F403
