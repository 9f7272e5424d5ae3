"""The door for gunicorn."""

import os
import sys

from django.core.exceptions import ImproperlyConfigured
from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "go4brussels.settings")

try:
    application = get_wsgi_application()
except ImproperlyConfigured as error:
    print(f"The portal cannot start: {error}", file=sys.stderr)
    sys.exit(3)  # tells gunicorn to stop instead of trying again
