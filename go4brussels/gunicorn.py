"""How gunicorn serves the portal; each value can be given otherwise on its command line."""

from pathlib import Path

workers = 2
threads = 4
timeout = 30
graceful_timeout = 20
# Nobody commands it while it runs, and a read-only root has no place for the socket.
control_socket_disable = True
max_requests = 10_000
max_requests_jitter = 1_000
# The heartbeat file stands in memory, so that a read-only root and a slow disk do no harm.
worker_tmp_dir = "/dev/shm" if Path("/dev/shm").is_dir() else None  # noqa: S108

# One line a request to standard output: the path without its query string, since searches are private.
accesslog = "-"
access_log_format = "%(t)s %(h)s %(m)s %(U)s %(s)s %(B)sB %(M)sms"
