"""The environment of the tests: as in production, over plain HTTP. Read before the settings."""

import os

os.environ["DEBUG"] = "0"
os.environ["SITE_URL"] = "http://testserver"
os.environ["SECRET_KEY"] = "only-for-the-tests-" * 4
os.environ["LOG_LEVEL"] = "ERROR"
# The tests say themselves who publishes the portal; by default it is nobody.
PUBLISHER = ("PUBLISHER_NAME_NL", "PUBLISHER_NAME_FR", "PUBLISHER_URL", "CONTACT_EMAIL", "SECURITY_EMAIL")
for name in (*PUBLISHER, "IS_OFFICIAL", "SOURCE_LICENCE", "LOG_DAYS"):
    os.environ.pop(name, None)
