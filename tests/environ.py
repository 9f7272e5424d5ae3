"""The environment of the tests: as in production, over plain HTTP. Read before the settings."""

import os

os.environ["DEBUG"] = "0"
os.environ["SITE_URL"] = "http://testserver"
os.environ["SECRET_KEY"] = "only-for-the-tests-" * 4
os.environ["LOG_LEVEL"] = "ERROR"
# Whatever an installation or a developer has set says nothing about a run, but for the database to run on.
# The tests say themselves who publishes the portal; by default it is nobody.
UNSET = [
    "ALLOWED_HOSTS",
    "AUDIT_DAYS",
    "BEHIND_PROXY",
    "DATABASE_REPLICA_URL",
    "IS_OFFICIAL",
    "LOG_DAYS",
    "SECOND_FACTOR",
    "TWO_ADMINISTRATORS",
    "SESSION_HOURS",
]
UNSET += ["CONTACT_EMAIL", "PUBLISHER_NAME_FR", "PUBLISHER_NAME_NL", "PUBLISHER_URL", "SECURITY_EMAIL"]
UNSET += ["SESSION_IDLE_MINUTES", "SOURCE_LICENCE", "NOINDEX", "HSTS_PRELOAD", "BACKUP_DIR", "BACKUP_KEEP"]
UNSET += ["METRICS_TOKEN", "SENTRY_DSN", "LOG_FORMAT", "ENV_FILE"]
for name in UNSET:
    os.environ.pop(name, None)
