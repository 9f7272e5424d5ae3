"""The door for gunicorn."""

import logging
import os
import sys
from collections.abc import Iterable
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.core.wsgi import get_wsgi_application

from initiatives import tracing

from .logs import ENVIRON_KEY, line_of

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "go4brussels.settings")

logger = logging.getLogger(__name__)


def traced(answer: WSGIApplication) -> WSGIApplication:
    """Return the application with a name for each request; gunicorn forgets it after the line it writes."""

    def application(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        has_words = environ.get("QUERY_STRING") or environ.get("REQUEST_METHOD", "GET") not in ("GET", "HEAD")
        environ[ENVIRON_KEY] = tracing.begin(bool(has_words))
        return answer(environ, start_response)

    return application


try:
    django = get_wsgi_application()
    from .store import Store  # – after Django is set up

    store = Store(django)
    answering: WSGIApplication = store
    if settings.METRICS_TOKEN:
        from .metrics import Watched  # – which nobody else needs

        answering = Watched(store)
    application = traced(answering)
except ImproperlyConfigured as error:
    print(line_of(f"The portal cannot start: {error}"), file=sys.stderr)
    sys.exit(3)  # tells gunicorn to stop instead of trying again
