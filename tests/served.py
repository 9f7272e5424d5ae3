"""The settings of the server under test: those of production, with static files in a place of its own."""

import os

from go4brussels.settings import *  # noqa: F403

STATIC_ROOT = os.environ["TESTED_STATIC_ROOT"]
