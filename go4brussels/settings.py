"""The settings: the only place that reads the environment. README.md has the table of them."""

import os
import re
import secrets
from pathlib import Path
from urllib.parse import quote, urlsplit

import django_stubs_ext
from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext_lazy as _

from . import __version__, limits
from .environment import Environment, database, is_web_address, replica
from .logs import LINE

# From here on a class of Django can name its model where it is derived from: ModelAdmin[Worksite].
django_stubs_ext.monkeypatch()

RELEASE = __version__
BASE_DIR = Path(__file__).resolve().parent.parent
env = Environment(os.environ)
# Where settings stand in a file, no shell and no service manager has to understand their signs.
if _file := env.value("ENV_FILE"):
    env.read_file(_file)

# What this installation is -------------------------------------------------------------------------

DEBUG = env.switch("DEBUG", "it can be 1 for development, and is 0 otherwise.")

SITE_URL = env.text(
    "SITE_URL",
    default="http://127.0.0.1:8000" if DEBUG else None,
    advice="Give the public address of the portal, for example https://go4brussels.example.",
).rstrip("/")
_site = urlsplit(SITE_URL) if is_web_address(SITE_URL) else None
if not _site or f"{_site.scheme}://{_site.netloc}" != SITE_URL:
    raise ImproperlyConfigured(
        f"SITE_URL is {SITE_URL!r}; it must be a scheme and a host, without a path: https://go4brussels.example."
    )
HTTPS = _site.scheme == "https"

SECRET_KEY = env.text(
    "SECRET_KEY",
    default=secrets.token_urlsafe(50) if DEBUG else None,
    advice="Give a long random text, kept secret: it signs sessions and forms.",
)
if len(SECRET_KEY) < 50:
    raise ImproperlyConfigured("SECRET_KEY is shorter than 50 characters. Give a long random text.")

ALLOWED_HOSTS = env.names("ALLOWED_HOSTS") or [_site.hostname or "", "127.0.0.1", "localhost"]
for _host in ALLOWED_HOSTS:
    if set(_host) & set("/@ ") or (":" in _host and not _host.startswith("[")):
        raise ImproperlyConfigured(
            f"ALLOWED_HOSTS has {_host!r}; give names of hosts, without scheme and port, commas between them."
        )
CSRF_TRUSTED_ORIGINS = [SITE_URL]

# Who speaks ----------------------------------------------------------------------------------------

PUBLISHER_NAME_NL = " ".join(env.text("PUBLISHER_NAME_NL", default="").split())
PUBLISHER_NAME_FR = " ".join(env.text("PUBLISHER_NAME_FR", default="").split())
if bool(PUBLISHER_NAME_NL) != bool(PUBLISHER_NAME_FR):
    raise ImproperlyConfigured(
        "Of PUBLISHER_NAME_NL and PUBLISHER_NAME_FR only one is set. "
        "Give the name of the publisher in both languages, or in neither."
    )
PUBLISHER_URL = env.text("PUBLISHER_URL", default="").strip()
if PUBLISHER_URL and not is_web_address(PUBLISHER_URL):
    raise ImproperlyConfigured(
        f"PUBLISHER_URL is {PUBLISHER_URL!r}; give the address of a page: https://publisher.example."
    )

# None by default: an address that nobody reads would be worse. The pages then say that none was set.
CONTACT_EMAIL = env.text("CONTACT_EMAIL", default="").strip()
SECURITY_EMAIL = env.text("SECURITY_EMAIL", default="").strip() or CONTACT_EMAIL
for _name, _address in {"CONTACT_EMAIL": CONTACT_EMAIL, "SECURITY_EMAIL": SECURITY_EMAIL}.items():
    if _address and not re.fullmatch(r"[^@\s<>\"]+@[^@\s<>\"]+", _address):
        raise ImproperlyConfigured(f"{_name} is {_address!r}, which is no e-mail address.")

# What binds public bodies, the pages tell where the publisher is one.
IS_OFFICIAL = env.switch(
    "IS_OFFICIAL", "it can be 1 where the publisher is a public body, and is 0 otherwise."
)
# What the holder of the rights decides for the source's own text; the portal alone can give no licence on it.
SOURCE_LICENCE = env.text("SOURCE_LICENCE", default="")
if SOURCE_LICENCE not in ("", "CC0-1.0", "CC-BY-4.0"):
    raise ImproperlyConfigured(
        f"SOURCE_LICENCE is {SOURCE_LICENCE!r}; it can be CC0-1.0 or CC-BY-4.0, or not be set."
    )
_needing_a_name = {
    "PUBLISHER_URL": PUBLISHER_URL,
    "IS_OFFICIAL": IS_OFFICIAL,
    "SOURCE_LICENCE": SOURCE_LICENCE,
}
for _name, _value in _needing_a_name.items():
    if _value and not PUBLISHER_NAME_NL:
        raise ImproperlyConfigured(
            f"{_name} is set, but not who the publisher is. Give PUBLISHER_NAME_NL and PUBLISHER_NAME_FR too."
        )
if IS_OFFICIAL and not CONTACT_EMAIL:
    raise ImproperlyConfigured(
        "IS_OFFICIAL is 1, but CONTACT_EMAIL is not set. A public body must say where readers can write to."
    )

# A portal to try things out on: search engines leave it alone.
NOINDEX = env.switch("NOINDEX", "it can be 1 on an acceptance site, and is 0 otherwise.")

# Django --------------------------------------------------------------------------------------------

INSTALLED_APPS = [
    "go4brussels",  # for its commands
    "initiatives",  # before the others, whose commands it extends
    "modeltranslation",
    "accounts.apps.EditingConfig",
    "accounts",  # before Django's, whose commands it extends
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.sitemaps",
    "django_otp",
    "django_otp.plugins.otp_totp",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
]

MIDDLEWARE = [
    "go4brussels.middleware.HeadMiddleware",
    "go4brussels.middleware.CookiesMiddleware",
    "go4brussels.middleware.HeadersMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "go4brussels.middleware.StaticFilesMiddleware",
    # Around compression: a validator is of the bytes as they are sent.
    "django.middleware.http.ConditionalGetMiddleware",
    "go4brussels.middleware.CompressionMiddleware",
    "go4brussels.middleware.LanguageMiddleware",
    "go4brussels.middleware.CleanInputMiddleware",
    "go4brussels.uploads.BodyMiddleware",
    "go4brussels.reading.ReadingMiddleware",
    "accounts.middleware.PatientSessionMiddleware",
    "go4brussels.middleware.AddressMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django_otp.middleware.OTPMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "accounts.middleware.SessionLimitsMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "initiatives.admin.resubmit.ResubmitMiddleware",
    "go4brussels.middleware.GoneMiddleware",
]

# Where editing begins.
ADMIN_PATH = "/admin/"
ROOT_URLCONF = "go4brussels.urls"
WSGI_APPLICATION = "go4brussels.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "builtins": [
                "initiatives.templatetags.portal",
                "initiatives.templatetags.provenance",
                "django.templatetags.i18n",
            ],
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
        },
    },
]

# The database --------------------------------------------------------------------------------------

DATABASE_URL = env.text("DATABASE_URL", default=f"sqlite:///{quote(str(BASE_DIR / 'var' / 'db.sqlite3'))}")
DATABASE_REPLICA_URL = env.text("DATABASE_REPLICA_URL", default="")
_database = database(DATABASE_URL)
DATABASES = {"default": _database}
if DATABASE_REPLICA_URL:
    DATABASES["replica"] = replica(DATABASE_REPLICA_URL, _database) | {"TEST": {"MIRROR": "default"}}
DATABASE_ROUTERS = ["go4brussels.routers.Router"]
for _server in DATABASES.values():
    # To connect anew, and to read each question for the first time, takes a fifth of a page even on SQLite.
    _server["CONN_MAX_AGE"] = 60
if _database["ENGINE"].endswith("sqlite3"):
    _database["ENGINE"] = "go4brussels.sqlite"
    _database["OPTIONS"] = {
        # Readers never wait for an editor, and a writer takes its lock at the start instead of failing later.
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;",
        "transaction_mode": "IMMEDIATE",
        "timeout": 10,
    }
else:
    for _name, _server in DATABASES.items():
        _server |= {"ENGINE": "go4brussels.postgresql", "CONN_HEALTH_CHECKS": True}
        # A network that vanishes is noticed while nothing is sent, and while what was sent stays unanswered.
        # Compiling a search takes the server longer than searching; and so does weighing every order in which
        # a dozen small tables can be joined to learn what is public: 70 ms of planning for 1 ms of work.
        _options = "-c statement_timeout=10000 -c jit=off -c join_collapse_limit=4"
        # Nothing is ever written to a standby, whatever it has become.
        _options += " -c default_transaction_read_only=on" if _name == "replica" else ""
        _server["OPTIONS"] = {
            "connect_timeout": 5,
            "keepalives_idle": 5,
            "keepalives_interval": 2,
            "keepalives_count": 3,
            "tcp_user_timeout": 10_000,
            "options": _options,
        } | _server.get("OPTIONS", {})

# Backups -------------------------------------------------------------------------------------------

BACKUP_DIR = Path(env.text("BACKUP_DIR", default=str(BASE_DIR / "var" / "backups")))
if not BACKUP_DIR.is_absolute():
    raise ImproperlyConfigured(f"BACKUP_DIR is {str(BACKUP_DIR)!r}; give a whole path, from / on.")
BACKUP_KEEP = env.number("BACKUP_KEEP", default=30, advice="Give a number of backups.")
if BACKUP_KEEP < 1:
    raise ImproperlyConfigured(f"BACKUP_KEEP is {BACKUP_KEEP}; give a number, 1 or more.")

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
# What browsers look for at addresses of their own choice: these can carry no hash of their content.
WHITENOISE_ROOT = BASE_DIR / "static" / "root"
WHITENOISE_MAX_AGE = 24 * 3600
# Those of the last release too, which pages made before it go on naming for a while.
WHITENOISE_IMMUTABLE_FILE_TEST = rf"{STATIC_URL}[\w./-]+\.[0-9a-f]{{12}}\.\w+"
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
# That somebody signed in with this browser before, and that it waits to try again (see accounts/browsers.py).
KNOWN_BROWSER_COOKIE_NAME = "__Host-known-browser" if HTTPS else "known-browser"
WAITING_COOKIE_NAME = "__Host-waiting" if HTTPS else "waiting"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
SECURE_SSL_REDIRECT = HTTPS
SECURE_SSL_HOST = _site.netloc if HTTPS else None
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$"]
SECURE_HSTS_SECONDS = 365 * 24 * 3600 if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = HTTPS
# Browsers ship with the list that this asks for, and take years to forget a name: the domain's owner decides.
HSTS_PRELOAD = env.switch("HSTS_PRELOAD", "it can be 1 to ask for the list of browsers, and is 0 otherwise.")
SECURE_HSTS_PRELOAD = HTTPS and HSTS_PRELOAD
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
BEHIND_PROXY = env.switch("BEHIND_PROXY", "it can be 1 where a proxy ends TLS, and is 0 otherwise.")
if BEHIND_PROXY:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")

# No form takes a file, and none is as long as this.
FILE_UPLOAD_HANDLERS = ["go4brussels.uploads.NoUploads"]
DATA_UPLOAD_MAX_NUMBER_FILES = 0
DATA_UPLOAD_MAX_MEMORY_SIZE = limits.MAX_BODY
DATA_UPLOAD_MAX_NUMBER_FIELDS = limits.MAX_FIELDS

# Hashes of Django's default, made one at a time.
PASSWORD_HASHERS = ["accounts.hashing.Hasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "accounts.passwords.LengthValidator"},
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "accounts.passwords.CommonPasswordValidator"},
    {"NAME": "accounts.passwords.RegularPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]

# Signing in ----------------------------------------------------------------------------------------

# What the public reads is worth more than a password: over the internet everybody shows a second factor, and
# so does who is alone, since the first account may do everything. On one's own machine it would only annoy.
SECOND_FACTOR = env.text("SECOND_FACTOR", default="required" if HTTPS else "optional")
if SECOND_FACTOR not in ("optional", "required"):
    raise ImproperlyConfigured(f"SECOND_FACTOR is {SECOND_FACTOR!r}; it can be optional or required.")
# Whether what an administrator gives an account waits until another has confirmed it.
TWO_ADMINISTRATORS = env.switch(
    "TWO_ADMINISTRATORS", "it can be 1 where two administrators look after the accounts, and is 0 otherwise."
)
OTP_TOTP_ISSUER = "Go4Brussels 2030"

# Without use, counted from the last page; and at the longest, counted from signing in.
_minutes = env.number("SESSION_IDLE_MINUTES", default=60, advice="Give a number of minutes.")
SESSION_HOURS = env.number("SESSION_HOURS", default=12, advice="Give a number of hours.")
AUDIT_DAYS = env.number("AUDIT_DAYS", default=365, advice="Give a number of days.")
_lengths = {"SESSION_IDLE_MINUTES": _minutes, "SESSION_HOURS": SESSION_HOURS, "AUDIT_DAYS": AUDIT_DAYS}
for _name, _length in _lengths.items():
    if _length < 1:
        raise ImproperlyConfigured(f"{_name} is {_length}; give a number, 1 or more.")
SESSION_COOKIE_AGE = 60 * _minutes
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
# No cookie of their own for messages.
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"

# Logs: to standard output; gunicorn writes the line of each request ----------------------------------

LOG_LEVEL = env.text("LOG_LEVEL", default="INFO").upper()
if LOG_LEVEL not in ("DEBUG", "INFO", "WARNING", "ERROR"):
    raise ImproperlyConfigured(f"LOG_LEVEL is {LOG_LEVEL!r}; it can be DEBUG, INFO, WARNING or ERROR.")
# How long whoever runs it keeps these logs: the software does not, and only tells it on the privacy page.
LOG_DAYS = env.number("LOG_DAYS", default=0, advice="Give a number of days.")
if LOG_DAYS < 0:
    raise ImproperlyConfigured(f"LOG_DAYS is {LOG_DAYS}; give a number of days, or 0 to tell none.")
LOG_FORMAT = env.text("LOG_FORMAT", default="text")
if LOG_FORMAT not in ("text", "json"):
    raise ImproperlyConfigured(f"LOG_FORMAT is {LOG_FORMAT!r}; it can be text or json.")
# Who asks for the metrics says this; without it there are none.
METRICS_TOKEN = env.text("METRICS_TOKEN", default="")
if METRICS_TOKEN and (len(METRICS_TOKEN) < 20 or not METRICS_TOKEN.isascii()):
    raise ImproperlyConfigured(
        "METRICS_TOKEN is shorter than 20 characters, or not ASCII. Give a random one."
    )
SENTRY_DSN = env.text("SENTRY_DSN", default="")
if SENTRY_DSN and not re.fullmatch(r"https?://\w+(?::\w++)?+@[^@/\s]++/\S+", SENTRY_DSN):
    raise ImproperlyConfigured("SENTRY_DSN is no address of a tracker: https://key@tracker.example/1.")

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "line": {
            "()": f"go4brussels.logs.{'ObjectFormatter' if LOG_FORMAT == 'json' else 'LineFormatter'}",
            "fmt": LINE,
            "style": "{",
        }
    },
    "filters": {
        "refusals": {"()": "go4brussels.logs.Refusals"},
        "outages": {"()": "go4brussels.logs.Outages"},
    },
    "handlers": {
        "stdout": {"class": "logging.StreamHandler", "stream": "ext://sys.stdout", "formatter": "line"},
        "refusals": {
            "class": "logging.StreamHandler",
            "stream": "ext://sys.stdout",
            "formatter": "line",
            "filters": ["refusals"],
        },
    },
    "root": {"handlers": ["stdout"], "level": LOG_LEVEL},
    "loggers": {
        "django": {"handlers": ["stdout"], "level": LOG_LEVEL, "propagate": False},
        # The audit log is written whatever the level of the rest.
        "accounts.audit": {"handlers": ["stdout"], "level": "INFO", "propagate": False},
        # These repeat the line of the request, query string included.
        "django.request": {
            "handlers": ["stdout"],
            "filters": ["outages"],
            "level": "ERROR",
            "propagate": False,
        },
        "django.security": {"handlers": ["refusals"], "level": "ERROR", "propagate": False},
    },
}
