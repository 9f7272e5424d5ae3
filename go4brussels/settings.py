"""The settings: the only place that reads the environment. README.md has the table of them."""

from pathlib import Path
from urllib.parse import urlsplit

import environ
from django.core.exceptions import ImproperlyConfigured
from django.core.management.utils import get_random_secret_key
from django.utils.translation import gettext_lazy as _

BASE_DIR = Path(__file__).resolve().parent.parent
env = environ.Env()


def read(name, kind, default=environ.Env.NOTSET, advice=""):
    """Give the value of `name` as `kind`. Raises ImproperlyConfigured with a sentence that names it."""
    try:
        return getattr(env, kind)(name, default=default)
    except ImproperlyConfigured as error:
        raise ImproperlyConfigured(f"{name} is not set. {advice}".strip()) from error
    except ValueError as error:
        raise ImproperlyConfigured(
            f"{name} has a value that cannot be used: {env.str(name)!r}. {advice}".strip()
        ) from error


# What this installation is -------------------------------------------------------------------------

DEBUG = env.str("DEBUG", default="0") == "1"
if env.str("DEBUG", default="0") not in ("0", "1"):
    raise ImproperlyConfigured("DEBUG is 1 for development and 0 otherwise; nothing else is understood.")

SITE_URL = read(
    "SITE_URL",
    "str",
    default="http://127.0.0.1:8000" if DEBUG else environ.Env.NOTSET,
    advice="Give the public address of the portal, for example https://go4brussels.example.",
).rstrip("/")
_site = urlsplit(SITE_URL)
if _site.scheme not in ("http", "https") or not _site.hostname or _site.path or _site.query:
    raise ImproperlyConfigured(
        f"SITE_URL is {SITE_URL!r}; it must be a scheme and a host, without a path: https://go4brussels.example."
    )
HTTPS = _site.scheme == "https"

SECRET_KEY = read(
    "SECRET_KEY",
    "str",
    default=get_random_secret_key() if DEBUG else environ.Env.NOTSET,
    advice="Give a long random text, kept secret: it signs sessions and forms.",
)
if len(SECRET_KEY) < 50:
    raise ImproperlyConfigured("SECRET_KEY is shorter than 50 characters. Give a long random text.")

ALLOWED_HOSTS = read("ALLOWED_HOSTS", "list", default=[]) or [_site.hostname, "127.0.0.1", "localhost"]
CSRF_TRUSTED_ORIGINS = [SITE_URL]

CONTACT_EMAIL = read("CONTACT_EMAIL", "str", default="portal@go4brussels.example")
SECURITY_EMAIL = read("SECURITY_EMAIL", "str", default=CONTACT_EMAIL)
for _name, _address in {"CONTACT_EMAIL": CONTACT_EMAIL, "SECURITY_EMAIL": SECURITY_EMAIL}.items():
    if "@" not in _address.strip("@"):
        raise ImproperlyConfigured(f"{_name} is {_address!r}, which is no e-mail address.")

# Django --------------------------------------------------------------------------------------------

INSTALLED_APPS = [
    "modeltranslation",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "initiatives",
]

MIDDLEWARE = [
    "go4brussels.middleware.ResponseHeaders",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "go4brussels.middleware.Compression",
    "go4brussels.middleware.Language",
    "go4brussels.middleware.CleanInput",
    "django.middleware.http.ConditionalGetMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "go4brussels.middleware.GonePages",
]

ROOT_URLCONF = "go4brussels.urls"
WSGI_APPLICATION = "go4brussels.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "builtins": ["initiatives.templatetags.portal", "django.templatetags.i18n"],
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
        },
    },
]

# The database --------------------------------------------------------------------------------------

DATABASE_URL = read("DATABASE_URL", "str", default=f"sqlite:///{BASE_DIR / 'var' / 'db.sqlite3'}")
if not DATABASE_URL.startswith(("sqlite:///", "postgres://", "postgresql://")):
    raise ImproperlyConfigured(
        "DATABASE_URL must begin with sqlite:/// or postgres://, for example postgres://user@host:5432/name."
    )
_database = env.db_url_config(DATABASE_URL)
if _database["ENGINE"].endswith("sqlite3"):
    _database["OPTIONS"] = {
        # Readers never wait for an editor, and a writer takes its lock at the start instead of failing later.
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;",
        "transaction_mode": "IMMEDIATE",
        "timeout": 10,
    }
else:
    _database |= {"CONN_MAX_AGE": 60, "CONN_HEALTH_CHECKS": True}
    _database["OPTIONS"] = {"connect_timeout": 5, "options": "-c statement_timeout=10000"} | _database.get(
        "OPTIONS", {}
    )
DATABASES = {"default": _database}

# Languages -----------------------------------------------------------------------------------------

LANGUAGE_CODE = "nl"
LANGUAGES = [("nl", _("Dutch")), ("fr", _("French"))]
LANGUAGE_COOKIE_NAME = "__Host-language" if HTTPS else "language"
LANGUAGE_COOKIE_SECURE = HTTPS
LANGUAGE_COOKIE_HTTPONLY = True
LANGUAGE_COOKIE_SAMESITE = "Lax"
LOCALE_PATHS = [BASE_DIR / "locale"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "Europe/Brussels"
MODELTRANSLATION_DEFAULT_LANGUAGE = "nl"
# A missing translation is a fault to be seen, not to be covered with the other language.
MODELTRANSLATION_ENABLE_FALLBACKS = False

# Static files --------------------------------------------------------------------------------------

STATIC_URL = "/static/"
STATIC_ROOT = BASE_DIR / "var" / "static"
STATICFILES_DIRS = [BASE_DIR / "static"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if DEBUG
        else "whitenoise.storage.CompressedManifestStaticFilesStorage"
    },
}

# Security ------------------------------------------------------------------------------------------

SESSION_COOKIE_NAME = "__Host-session" if HTTPS else "session"
CSRF_FAILURE_VIEW = "go4brussels.errors.csrf_failure"
CSRF_COOKIE_NAME = "__Host-csrf" if HTTPS else "csrf"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
SECURE_SSL_REDIRECT = HTTPS
SECURE_SSL_HOST = _site.netloc if HTTPS else None
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$"]
SECURE_HSTS_SECONDS = 365 * 24 * 3600 if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = HTTPS
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
if read("BEHIND_PROXY", "bool", default=False, advice="Give 1 or 0."):
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")

AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 12},
    },
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]

# Logs: to standard output; gunicorn writes the line of each request ----------------------------------

LOG_LEVEL = read("LOG_LEVEL", "str", default="INFO").upper()
if LOG_LEVEL not in ("DEBUG", "INFO", "WARNING", "ERROR"):
    raise ImproperlyConfigured(f"LOG_LEVEL is {LOG_LEVEL!r}; it can be DEBUG, INFO, WARNING or ERROR.")
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "{asctime} {levelname} {name}: {message}", "style": "{"}},
    "handlers": {
        "stdout": {"class": "logging.StreamHandler", "stream": "ext://sys.stdout", "formatter": "line"}
    },
    "root": {"handlers": ["stdout"], "level": LOG_LEVEL},
    "loggers": {
        "django": {"handlers": ["stdout"], "level": LOG_LEVEL, "propagate": False},
        # These repeat the line of the request, query string included.
        "django.request": {"handlers": ["stdout"], "level": "ERROR", "propagate": False},
        "django.security": {"handlers": ["stdout"], "level": "ERROR", "propagate": False},
    },
}
