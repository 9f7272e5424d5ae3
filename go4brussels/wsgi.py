"""The door for gunicorn."""

import logging
import os
import sys
from collections.abc import Iterable
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

from django.core.exceptions import ImproperlyConfigured
from django.core.wsgi import get_wsgi_application

from initiatives import tracing

from .logs import ENVIRON_KEY

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "go4brussels.settings")

logger = logging.getLogger(__name__)


def traced(answer: WSGIApplication) -> WSGIApplication:
    """Return the application with a name for each request; gunicorn forgets it after the line it writes."""

    def application(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        environ[ENVIRON_KEY] = tracing.begin()
        return answer(environ, start_response)

    return application


try:
    django = get_wsgi_application()
    from .store import Store  # – after Django is set up

    store = Store(django)
    application = traced(store)
except ImproperlyConfigured as error:
    print(f"The portal cannot start: {error}", file=sys.stderr)
    sys.exit(3)  # tells gunicorn to stop instead of trying again
