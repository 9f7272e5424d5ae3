"""Reading typed values out of an environment, with a sentence for each that is wrong."""

import os
import pwd
import re
from collections.abc import Mapping
from contextlib import suppress
from io import StringIO
from pathlib import Path
from urllib.parse import urlsplit

import dj_database_url
from django.core.exceptions import ImproperlyConfigured
from dotenv import dotenv_values
from dotenv.parser import Binding, parse_stream


class Environment:
    """The variables of an installation. Each method raises ImproperlyConfigured, naming the variable.

    An empty value is none: a file of settings, compose and a service unit can all leave a name without one.
    """

    def __init__(self, values: Mapping[str, str]) -> None:
        self.values = values
        self.of_file: Mapping[str, str] = {}

    def read_file(self, path: str) -> None:
        """Take from this file, of lines `NAME=value`, what the environment itself does not say."""
        self.of_file = read_file(Path(path))

    def value(self, name: str) -> str | None:
        """Return what stands in the environment, else in the file; None where that is nothing.

        A sign that nobody sees came with what was pasted, and would go into pages, mails and addresses.
        """
        value = self.values.get(name, "")
        if not value.strip():
            value = self.of_file.get(name, "")
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


def read_file(path: Path) -> Mapping[str, str]:
    """Return the values in a file of lines `NAME=value`. Raises ImproperlyConfigured, naming the line."""
    try:
        data = path.read_bytes()
    except PermissionError as error:
        raise ImproperlyConfigured(
            f"ENV_FILE names {path}, which user {user_name()} may not read. Give this user the right to."
        ) from error
    except (OSError, ValueError) as error:
        told = getattr(error, "strerror", None) or error
        raise ImproperlyConfigured(
            f"ENV_FILE names {path}, which cannot be read: {told}. Give the path of a file of settings."
        ) from error
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise ImproperlyConfigured(
            f"Line {line} of {path}, which ENV_FILE names, is not UTF-8. Save the file in that encoding."
        ) from error
    for binding in parse_stream(StringIO(text)):
        if told := fault_of(binding):
            # The line is not repeated: it can hold a password.
            line = binding.original.line + blank_lines(binding.original.string)
            raise ImproperlyConfigured(f"Line {line} of {path}, which ENV_FILE names, {told}")
    values = dotenv_values(stream=StringIO(text), interpolate=False)
    return {name: value for name, value in values.items() if value is not None}


def fault_of(binding: Binding) -> str:
    """Return what is wrong with a line, an empty text where nothing is."""
    value = binding.value or ""
    if "\n" in value or "\r" in value:
        return "begins a quotation that does not end on it. Put '…' around the value, and \\' for a ' in it."
    if binding.error and re.match(r"\s*(?:export\s+)?\w+\s*=\s*['\"]", binding.original.string):
        return "has a quotation that does not end where the line does. Put '…' around the whole value."
    is_name = binding.key is None or re.fullmatch(r"[A-Za-z_]\w*", binding.key, re.ASCII)
    is_left_open = binding.key is not None and binding.value is None
    return (
        "is no NAME=value. Correct it, or put a # before it."
        if binding.error or is_left_open or not is_name
        else ""
    )


def blank_lines(text: str) -> int:
    """Return how many lines stand empty before what is written in `text`."""
    return len(text[: len(text) - len(text.lstrip())].splitlines())


def user_name() -> str:
    """Return as whom this process runs: the name, or the number of a user without one."""
    try:
        return pwd.getpwuid(os.geteuid()).pw_name
    except KeyError:
        return str(os.geteuid())


def log_format() -> str:
    """Return LOG_FORMAT for gunicorn's first process, and for what is told before there are settings.

    That process writes before and after all others, and must not load the settings: those that it starts once
    they have changed would have the old ones. What is wrong, the settings say; until then it is text.
    """
    given = Environment(os.environ)
    with suppress(ImproperlyConfigured):
        if file := given.value("ENV_FILE"):
            given.read_file(file)
        return given.text("LOG_FORMAT", default="text")
    return "text"


def database(url: str, name: str = "DATABASE_URL") -> dj_database_url.DBConfig:
    """Return the database at an address: SQLite in a file, or PostgreSQL. Raises ImproperlyConfigured."""
    config: dj_database_url.DBConfig = {}
    if url.startswith(("sqlite:///", "postgres://", "postgresql://")):
        with suppress(ValueError):  # a port that is none
            config = dj_database_url.parse(url)
    # What follows a # would be left out, and another database taken for this one.
    if config.get("NAME") in (None, "", ":memory:") or "#" in url:
        # The value is not repeated: it can hold a password.
        raise ImproperlyConfigured(
            f"{name} must be like sqlite:////path/to/file or postgres://user:password@host:5432/name; "
            "of a password, write / ? # [ ] % as %2F %3F %23 %5B %5D %25."
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
