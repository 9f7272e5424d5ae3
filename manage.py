#!/usr/bin/env python3
"""Django's command line for the portal."""

import os
import sys

from django.core.exceptions import ImproperlyConfigured
from django.core.management import execute_from_command_line
from django.db import DatabaseError, InterfaceError


def main() -> None:
    """Run a command. What is wrong around the program is one sentence; its own faults keep their trace."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "go4brussels.settings")
    try:
        execute_from_command_line(sys.argv)
    except ImproperlyConfigured as error:
        sys.exit(f"The portal cannot start: {error}")
    except (DatabaseError, InterfaceError, OSError) as error:
        from go4brussels.failing import sentence_of  # noqa: PLC0415 – it reads the settings

        if "--traceback" in sys.argv or not (sentence := sentence_of(error)):
            raise
        sys.exit(sentence)


if __name__ == "__main__":
    main()
