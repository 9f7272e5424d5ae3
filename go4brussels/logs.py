"""Lines of the log: one for each thing that happens, of which no client writes more than a part.

For the portal and for gunicorn alike, whose master process knows no settings: nothing here reads them.
"""

import logging
from collections.abc import Mapping
from datetime import timedelta
from typing import Any
from urllib.parse import quote, unquote_to_bytes

from gunicorn import glogging

from initiatives import tracing

# Where gunicorn's line of a request finds its name.
ENVIRON_KEY = "go4brussels.request"
MAX_PATH = 250
MAX_VALUE = 300
MAX_LINE = 1000
# Before each line that goes on: no line of the log begins with what somebody sent.
MARGIN = "  | "


def shortened(text: str, length: int) -> str:
    """Return the text, or its beginning and how many characters were left out."""
    return text if len(text) <= length else f"{text[:length]}…+{len(text) - length}"


def visible(text: str) -> str:
    """Return the text with everything escaped that is no visible sign: line breaks, terminal codes."""
    return "".join(
        sign if sign.isprintable() else sign.encode("unicode_escape").decode("ascii") for sign in text
    )


def one_word(address: str) -> str:
    """Return the path of an address as one word, whatever is in it, and without a search."""
    path = unquote_to_bytes(address.partition("?")[0].encode("latin-1", "replace"))
    return shortened(quote(path, safe="/:@!$&'()*+,;=~"), MAX_PATH)


class LineFormatter(logging.Formatter):
    """Write one line, with the name of the request that is answered; a traceback follows in the margin."""

    def format(self, record: logging.LogRecord) -> str:
        # What another formatter made of a traceback stands in the record.
        vars(record).update(request_name=tracing.current() or "-", exc_text=None)
        return super().format(record)

    def formatMessage(self, record: logging.LogRecord) -> str:
        record.message = shortened(visible(record.message), MAX_LINE)
        return super().formatMessage(record)

    def formatException(self, ei: Any) -> str:
        return in_margin(super().formatException(ei))

    def formatStack(self, stack_info: str) -> str:
        return in_margin(super().formatStack(stack_info))


def in_margin(text: str) -> str:
    return "\n".join(MARGIN + shortened(visible(line), MAX_LINE) for line in text.split("\n"))


class Refusals(logging.Filter):
    """Take the traceback from what Django refuses: it tells of the request alone, and one line is enough."""

    def filter(self, record: logging.LogRecord) -> bool:
        record.exc_info = None
        return True


class Outages(logging.Filter):
    """Say why the database could not be used in one line for each request: there may be very many."""

    def filter(self, record: logging.LogRecord) -> bool:
        error = record.exc_info[1] if record.exc_info else None
        if getattr(record, "status_code", None) == 503 and error is not None:
            path = one_word(vars(record)["request"].path)
            record.msg = "The database could not be used for %s: %s"
            record.args, record.exc_info = (path, " ".join(str(error).split())), None
        return True


class WithoutSearches(logging.Filter):
    """Leave out what follows a question mark: gunicorn repeats whole addresses of what it cannot read."""

    def filter(self, record: logging.LogRecord) -> bool:
        message = record.getMessage()
        if record.levelno >= logging.WARNING and "?" in message:
            record.msg, record.args = message.partition("?")[0] + "?…", ()
        return True


class Atoms(glogging.SafeAtoms):  # type: ignore[misc] # it ships no types
    """The parts of gunicorn's line, each unambiguous between quotes: nothing that a client sent ends it.

    Escaped when it is asked for: gunicorn hands over every header, and the line has a few words.
    """

    def __init__(self, atoms: Mapping[str, Any]) -> None:
        super().__init__({})
        self.update(atoms)

    def __getitem__(self, name: str) -> Any:
        value = super().__getitem__(name)
        if isinstance(value, str):
            return shortened(visible(value.replace("\\", r"\\").replace('"', r"\"")), MAX_VALUE)
        return value


class Logger(glogging.Logger):  # type: ignore[misc] # it ships no types
    """Write gunicorn's lines as the portal writes its own."""

    atoms_wrapper_class = Atoms

    def setup(self, cfg: Any) -> None:
        super().setup(cfg)
        for log, form, day in (
            (self.access_log, self.access_fmt, None),
            (self.error_log, self.error_fmt, self.datefmt),
        ):
            for handler in log.handlers:
                handler.setFormatter(LineFormatter(form, day))
        for handler in self.error_log.handlers:
            handler.addFilter(WithoutSearches())

    def atoms(
        self, resp: Any, req: Any, environ: Mapping[str, Any], request_time: timedelta
    ) -> dict[str, Any]:
        found: dict[str, Any] = super().atoms(resp, req, environ, request_time)
        found["U"] = one_word(environ.get("RAW_URI", "-"))
        # Where the application failed, gunicorn makes this line without what it had been given.
        found[f"{{{ENVIRON_KEY}}}e"] = environ.get(ENVIRON_KEY) or tracing.current() or "-"
        return found

    def access(self, resp: Any, req: Any, environ: Mapping[str, Any], request_time: timedelta) -> None:
        super().access(resp, req, environ, request_time)
        tracing.end()
