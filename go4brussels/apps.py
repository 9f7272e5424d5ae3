from django.apps import AppConfig
from django.conf import settings

from . import logs


class SiteConfig(AppConfig):
    """The site as an application of Django: for its commands, and for what each start begins with."""

    name = "go4brussels"

    def ready(self) -> None:
        logs.take_over()
        if settings.SENTRY_DSN:
            from .tracker import Tracker  # noqa: PLC0415 – not loaded where nobody is told

            Tracker().start()
