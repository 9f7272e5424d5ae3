"""Telling a tracker of errors (Sentry's protocol) where an error arose, and nothing of who met it.

An event is made anew of the few things that may leave: the kinds of the errors, where in the code they arose,
and the reference under which the log has the rest. What an error says stays in the log: it can repeat a
search, a text or a name, and of a database a row. Events leave in a thread of their own, so that a tracker
that hangs keeps nobody waiting; what finds no room in its queue is dropped.
"""

import logging
import time
from typing import Any, cast

import sentry_sdk
from django.conf import settings
from sentry_sdk.integrations.excepthook import ExcepthookIntegration
from sentry_sdk.integrations.logging import LoggingIntegration, ignore_logger
from sentry_sdk.types import Event, Hint

from initiatives import tracing

from .kinds import kind_of

KEPT = ("event_id", "timestamp", "level", "platform", "release", "logger", "sdk")
FRAME = (
    "abs_path",
    "filename",
    "function",
    "module",
    "lineno",
    "pre_context",
    "context_line",
    "post_context",
    "in_app",
)
PAUSE = 600  # seconds between two events of a database that is away


class Tracker:
    """What decides about each event before it leaves."""

    def __init__(self) -> None:
        self.told_at: float | None = None  # of an outage, by the monotonic clock

    def start(self) -> None:
        """Let errors in the log be told from now on, and what ends a command."""
        # What Django refuses is of those who try, and no error of ours.
        ignore_logger("django.security.*")
        sentry_sdk.init(
            dsn=settings.SENTRY_DSN,
            release=settings.RELEASE,
            default_integrations=False,
            auto_enabling_integrations=False,
            integrations=[LoggingIntegration(level=None, event_level=logging.ERROR), ExcepthookIntegration()],
            before_send=self.before_send,
            max_breadcrumbs=0,
            send_default_pii=False,
            include_local_variables=False,
            max_request_body_size="never",
            auto_session_tracking=False,
            send_client_reports=False,
            server_name="",
        )

    def before_send(self, event: Event, hint: Hint) -> Event | None:
        """Return what may leave of an event, None where nothing should."""
        record = hint.get("log_record")
        request = getattr(record, "request", None)
        if getattr(record, "status_code", None) == 503 and not self.may_tell_outage():
            return None
        given: dict[str, Any] = dict(event)
        kept: dict[str, Any] = {name: given[name] for name in KEPT if name in given}
        kept["tags"] = {
            "reference": tracing.current() or "-",
            "kind": kind_of(request.path) if request else "none",
        }
        if errors := given.get("exception", {}).get("values"):
            kept["exception"] = {"values": [shorn(each) for each in errors]}
        elif record is not None:
            # As it stands in the code, without what it is about.
            kept["logentry"] = {"message": str(record.msg).partition("\n")[0]}
        return cast(Event, kept)

    def may_tell_outage(self) -> bool:
        """Return whether no outage was told of late: each request would tell it again."""
        now = time.monotonic()
        if self.told_at is not None and now - self.told_at < PAUSE:
            return False
        self.told_at = now
        return True


def shorn(error: dict[str, Any]) -> dict[str, Any]:
    """Return the type of an error and where it arose."""
    frames = (error.get("stacktrace") or {}).get("frames", ())
    kept = [{name: frame[name] for name in FRAME if name in frame} for frame in frames]
    return {name: error.get(name) for name in ("type", "module")} | {"stacktrace": {"frames": kept}}
