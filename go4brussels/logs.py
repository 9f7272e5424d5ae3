"""Lines of the log: one for each thing that happens, of which no client writes more than a part.

For the portal and for gunicorn alike, whose master process knows no settings: nothing here reads them. All
lines have one form, and one clock: UTC, which no summer time turns back.
"""

import json
import logging
import sys
import threading
import traceback
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import quote, unquote_to_bytes

from gunicorn import glogging

from initiatives import tracing

from .environment import log_format

LINE = "{asctime} {request_name} {levelname} {name}: {message}"
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

    def __init__(self, fmt: str = LINE, style: Any = "{") -> None:
        super().__init__(fmt, style=style)

    def format(self, record: logging.LogRecord) -> str:
        # What another formatter made of a traceback stands in the record.
        vars(record).update(request_name=name_of(record), exc_text=None)
        return super().format(record)

    def formatTime(self, record: logging.LogRecord, datefmt: str | None = None) -> str:
        return moment(record.created)

    def formatMessage(self, record: logging.LogRecord) -> str:
        record.message = shortened(visible(record.message), MAX_LINE)
        return super().formatMessage(record)

    def formatException(self, ei: Any) -> str:
        return in_margin(trace(ei))

    def formatStack(self, stack_info: str) -> str:
        return in_margin(stack_info)


class ObjectFormatter(LineFormatter):
    """Write one object of JSON in a line, a traceback inside it."""

    def format(self, record: logging.LogRecord) -> str:
        told: dict[str, Any] = {
            "time": moment(record.created),
            "request": name_of(record),
            "level": record.levelname,
            "logger": record.name,
            "message": shortened(visible(record.getMessage()), MAX_LINE),
        }
        if isinstance(record.args, Atoms):
            told |= {name: record.args[atom] for name, atom in ACCESS.items()}
        if record.exc_info and record.exc_info[0]:
            told["traceback"] = trace(record.exc_info)
        if record.stack_info:
            told["stack"] = record.stack_info
        return json.dumps(told)


def moment(seconds: float) -> str:
    return datetime.fromtimestamp(seconds, UTC).isoformat(timespec="milliseconds")


def name_of(record: logging.LogRecord) -> str:
    """Return the name of the request that a line is about, “-” where it is about none."""
    if isinstance(record.args, Atoms):
        return str(record.args[f"{{{ENVIRON_KEY}}}e"])
    return tracing.current() or "-"


def in_margin(text: str) -> str:
    """Return lines that each begin in the margin, with the name of the request, so that all is found."""
    margin = f"{MARGIN}{name} " if (name := tracing.current()) else MARGIN
    return "\n".join(margin + shortened(visible(line), MAX_LINE) for line in text.split("\n"))


def trace(info: Any) -> str:
    """Return a traceback, without what errors say while a request is answered that brought words of its own.

    An error can repeat them: the value that is none, the row that is refused, the line of a statement.
    """
    error = info[1]
    if tracing.brings_words():
        return "\n".join(stacks(error))
    return "".join(traceback.format_exception(error)).rstrip("\n")


def stacks(error: BaseException) -> Iterator[str]:
    """Yield the stack and the type of an error, those that it came of before it."""
    if earlier := error.__cause__ or (None if error.__suppress_context__ else error.__context__):
        yield from stacks(earlier)
    yield "Traceback (most recent call last):"
    yield "".join(traceback.format_tb(error.__traceback__)).rstrip()
    state = getattr(error, "sqlstate", None) or getattr(error, "sqlite_errorname", None)
    name = f"{type(error).__module__}.{type(error).__qualname__}{f' ({state})' if state else ''}"
    yield f"{name}: what it says is left out, since it can repeat what was asked or sent"


def reason(error: BaseException) -> str:
    """Return what an error of the database says, in one line, and of a server's nothing but the sentence."""
    said = getattr(getattr(error.__cause__, "diag", None), "message_primary", None) or str(error)
    return " ".join(said.split())


def line_of(text: str) -> str:
    """Return what is to be said before any log is set up, as the other lines of the log are written."""
    if log_format() != "json":
        return text
    record = logging.LogRecord(__package__, logging.CRITICAL, __file__, 0, text, None, None)
    return ObjectFormatter().format(record)


def take_over() -> None:
    """Let the log have what Python would write beside it: warnings, and how a thread ended."""
    logging.captureWarnings(True)
    threading.excepthook = thread_failed


def ended(_kind: type[BaseException], error: BaseException, _trace: object) -> None:
    """Tell what ended gunicorn's first process, in the form of its other lines."""
    logging.getLogger("gunicorn.error").critical("gunicorn ended.", exc_info=error)


def thread_failed(failed: threading.ExceptHookArgs) -> None:
    name = failed.thread.name if failed.thread else "?"
    logging.getLogger(__name__).error("The thread %s ended.", name, exc_info=failed.exc_value)


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
            record.args, record.exc_info = (path, reason(error)), None
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


# What an object tells of a request, and what gunicorn calls it.
ACCESS = {"address": "h", "method": "m", "path": "U", "status": "s", "bytes": "B", "milliseconds": "M"}


class Logger(glogging.Logger):  # type: ignore[misc] # it ships no types
    """Write gunicorn's lines as the portal writes its own."""

    atoms_wrapper_class = Atoms

    def setup(self, cfg: Any) -> None:
        super().setup(cfg)
        formatter = ObjectFormatter() if log_format() == "json" else LineFormatter()
        for handler in (*self.access_log.handlers, *self.error_log.handlers):
            handler.setFormatter(formatter)
        for handler in self.error_log.handlers:
            handler.addFilter(WithoutSearches())
        # Until a worker has read the settings: what Python warns of.
        logging.getLogger().handlers = self.error_log.handlers[:]
        take_over()
        sys.excepthook = ended

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
