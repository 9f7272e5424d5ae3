"""Reading typed values out of an environment, with a sentence for each that is wrong."""

import re
from collections.abc import Mapping
from contextlib import suppress
from urllib.parse import urlsplit

import dj_database_url
from django.core.exceptions import ImproperlyConfigured


class Environment:
    """The variables of an installation. Each method raises ImproperlyConfigured, naming the variable.

    An empty value is none: a file of settings, compose and a service unit can all leave a name without one.
    """

    def __init__(self, values: Mapping[str, str]) -> None:
        self.values = values

    def value(self, name: str) -> str | None:
        """Return what stands in the environment, None where that is nothing.

        A sign that nobody sees came with what was pasted, and would go into pages, mails and addresses.
        """
        value = self.values.get(name, "")
        if unseen := next((sign for sign in value if not (sign.isprintable() or sign.isspace())), None):
            # The value is not repeated: it can hold a password.
            raise ImproperlyConfigured(
                f"{name} holds a sign that nobody sees (U+{ord(unseen):04X}). Type the value by hand."
            )
        return value if value.strip() else None

    def text(self, name: str, default: str | None = None, advice: str = "") -> str:
        """Return the value as it stands; without a default, it must be set."""
        value = self.value(name)
        if value is None:
            value = default
        if value is None:
            raise ImproperlyConfigured(f"{name} is not set. {advice}".strip())
        return value

    def number(self, name: str, default: int, advice: str) -> int:
        value = self.value(name)
        try:
            return default if value is None else int(value)
        except ValueError as error:
            raise ImproperlyConfigured(
                f"{name} has a value that cannot be used: {value!r}. {advice}"
            ) from error

    def names(self, name: str) -> list[str]:
        """Return the names that stand with commas between them, an empty list by default."""
        return [part for each in (self.value(name) or "").split(",") if (part := each.strip())]

    def switch(self, name: str, advice: str) -> bool:
        """Return whether the value is 1; it can be 0 otherwise, which is the default."""
        value = self.value(name) or "0"
        if value not in ("0", "1"):
            raise ImproperlyConfigured(f"{name} is {value!r}; {advice}")
        return value == "1"


def database(url: str, name: str = "DATABASE_URL") -> dj_database_url.DBConfig:
    """Return the database at an address: SQLite in a file, or PostgreSQL. Raises ImproperlyConfigured."""
    config: dj_database_url.DBConfig = {}
    if url.startswith(("sqlite:///", "postgres://", "postgresql://")):
        with suppress(ValueError):  # a port that is none
            config = dj_database_url.parse(url)
    if config.get("NAME") in (None, "", ":memory:"):
        # The value is not repeated: it can hold a password.
        raise ImproperlyConfigured(
            f"{name} must be like sqlite:////path/to/file or postgres://user:password@host:5432/name."
        )
    return config


def replica(url: str, primary: dj_database_url.DBConfig) -> dj_database_url.DBConfig:
    """Return the standby of `primary` at DATABASE_REPLICA_URL. Raises ImproperlyConfigured."""
    config = database(url, "DATABASE_REPLICA_URL")
    if any(each["ENGINE"].endswith("sqlite3") for each in (config, primary)):
        raise ImproperlyConfigured(
            "DATABASE_REPLICA_URL and DATABASE_URL must both be like postgres://user:password@host/name, "
            "since SQLite has no standby. Give both, or leave DATABASE_REPLICA_URL out."
        )
    if all(config.get(name) == primary.get(name) for name in ("HOST", "PORT", "NAME")):
        raise ImproperlyConfigured(
            "DATABASE_REPLICA_URL names the same database as DATABASE_URL. Give its standby, or leave it out."
        )
    return config


def is_web_address(text: str) -> bool:
    """Return whether `text` is an address that a link on a page can have: http or https, with a host."""
    try:
        parts = urlsplit(text)
        port = parts.port
    except ValueError:  # a port or an address that is none
        return False
    is_clean = not re.search(r"[\s\"<>]", text) and "@" not in parts.netloc
    return bool(parts.scheme in ("http", "https") and parts.hostname and port != 0 and is_clean)
