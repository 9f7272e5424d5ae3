"""The environment of the tests: as in production, over plain HTTP. Read before the settings."""

import os

os.environ["DEBUG"] = "0"
os.environ["SITE_URL"] = "http://testserver"
os.environ["SECRET_KEY"] = "only-for-the-tests-" * 4
os.environ["LOG_LEVEL"] = "ERROR"
