"""How gunicorn serves the portal; each value can be given otherwise on its command line."""

import sys
from pathlib import Path
from typing import Any

# Measured on two cores: a page that is held costs 0.25 ms, one that is made 10 to 12 ms, with one thread as
# with four. So a worker for each core, of 140 MiB; more share what there is. Threads are for what waits – the
# database, a password, a slow reader – while the others read on.
workers = 2
threads = 4
# A request waits for five seconds at the most (go4brussels/postgresql); who stops sends what is begun.
timeout = 30
graceful_timeout = 20
# Nobody commands it while it runs, and a read-only root has no place for the socket.
control_socket_disable = True
# The heartbeat file stands in memory, so that a read-only root and a slow disk do no harm.
worker_tmp_dir = "/dev/shm" if Path("/dev/shm").is_dir() else None  # noqa: S108

# No header changes what was asked or of whom. By default gunicorn lets whoever asks from this machine say
# SCRIPT_NAME, PATH_INFO and the scheme; what a proxy says, the portal reads itself, with BEHIND_PROXY alone.
forwarded_allow_ips = ""
forwarder_headers = ""
secure_scheme_headers: dict[str, str] = {}
# A name with an underscore is another one with a hyphen to the application: such headers are dropped.
header_map = "drop"
# Cookies that other sites of the same domain left must not keep a reader out, however many they are.
limit_request_field_size = 65_536

# One line a request to standard output: the path without its query string, since searches are private.
accesslog = "-"
# Before it stand the time and the name of the request, which its other lines and its error page have too.
access_log_format = "%(h)s %(m)s %(U)s %(s)s %(B)sB %(M)sms"
logger_class = "go4brussels.logs.Logger"


def on_starting(server: Any) -> None:
    """Make the place where workers keep their counts; it stays empty where METRICS_TOKEN is not set."""
    from go4brussels import shared_counts  # noqa: PLC0415 – not to be found before gunicorn looks in its folder

    if not shared_counts.begin():
        server.log.warning(
            "Neither /dev/shm nor /tmp can be written to: /metrics tells of one worker at a time."
        )


def on_exit(_server: object) -> None:
    from go4brussels import shared_counts  # noqa: PLC0415 – likewise

    shared_counts.end()


def pre_request(_worker: object, request: Any) -> None:
    """End the connection with the answer where more is sent than is read, or nobody can say how much."""
    from go4brussels.limits import MAX_UNREAD  # noqa: PLC0415 – not to be found before gunicorn looks in its folder

    headers = dict(request.headers)
    length = headers.get("CONTENT-LENGTH", "0")
    if "TRANSFER-ENCODING" in headers or len(length) > 9 or int(length) > MAX_UNREAD:
        request.force_close()


def post_worker_init(_worker: object) -> None:
    """Let each worker hold its pages ready, and take away what is over every hour, once it has the portal.

    From here on readers wait, so the database is waited for no longer than they would. Where every page could
    only be an error, gunicorn stops instead, with a sentence: whoever started it prepares the database first.
    """
    from accounts import expiry  # noqa: PLC0415 – it reads the settings
    from go4brussels.postgresql import Patience  # noqa: PLC0415 – likewise
    from go4brussels.soundness import unsound  # noqa: PLC0415 – likewise
    from go4brussels.wsgi import store  # noqa: PLC0415 – likewise

    Patience.seconds = Patience.SERVING
    if sentence := unsound():
        print(f"The portal cannot start: {sentence}", file=sys.stderr)
        sys.exit(3)  # tells gunicorn to stop instead of trying again
    store.start()
    expiry.start()
