"""The settings under the tests' environment, for tools that read them with nothing exported (mypy)."""

from . import environ  # noqa: F401, I001 – before the settings, which read it
from go4brussels.settings import *  # noqa: F403
from go4brussels.settings import INSTALLED_APPS
from django.apps import AppConfig


class PlainManagers(AppConfig):
    """Keeps modeltranslation from changing the classes of managers, which django-stubs looks up by name."""

    name = "tests"

    def ready(self) -> None:
        from modeltranslation import translator  # noqa: PLC0415 – it reads the settings

        translator.patch_manager_class = lambda manager: None


INSTALLED_APPS = ["tests.settings.PlainManagers", *INSTALLED_APPS]
