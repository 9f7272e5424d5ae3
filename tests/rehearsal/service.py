"""The part of systemd: it holds the port, and starts what stands at `current` on it."""

import socket
import time
from pathlib import Path

from ..faults.load import Reader
from ..faults.processes import Broken, Process
from .ground import Site

# The listening socket as file descriptor 3, of the process that serves, as sd_listen_fds(3) wants it.
HANDING = 'exec 3<&"$0"; export LISTEN_FDS=1 LISTEN_PID=$$; exec "$@"'


class Service:
    """gunicorn on a socket that outlives it."""

    def __init__(self) -> None:
        self.listener = socket.create_server(("127.0.0.1", 0), backlog=1024)
        self.port: int = self.listener.getsockname()[1]
        self.process: Process | None = None
        self.site: Site | None = None

    def command(self, tree: Path) -> list[str]:
        """Return how a release is started: the one before had nothing for it but gunicorn."""
        if "ENV_FILE" in (tree / "go4brussels" / "settings.py").read_text():
            return [f"{tree}/deploy/entrypoint.sh"]
        return [f"{tree}/.venv/bin/gunicorn", "--config", "go4brussels/gunicorn.py", "go4brussels.wsgi"]

    def start(self) -> None:
        """Start what stands at `current`, and return once it is ready. Raises Broken with its log."""
        assert self.site
        site, number = self.site, self.listener.fileno()
        given = {"PATH": f"{site.tree}/.venv/bin:/usr/local/bin:/usr/bin:/bin", "LANG": "C.UTF-8"}
        given |= {"ENV_FILE": str(site.env_file), "PYTHONUNBUFFERED": "1"}
        given["GUNICORN_CMD_ARGS"] = "--workers=1"  # each makes every page anew after an edit
        command = self.command(site.tree)
        if "gunicorn" in command[0]:
            given |= site.settings
        self.process = Process(
            [*site.ground.prefix, "bash", "-c", HANDING, str(number), *command],
            site.folder / "log",
            given,
            site.tree,
            pass_fds=(number,),
        )
        self.wait()

    def wait(self) -> None:
        deadline = time.monotonic() + 60
        while True:
            with Reader(self.port, timeout=5) as reader:
                if reader.get("/readyz").status == 200:
                    return
            if not self.process or not self.process.lives() or time.monotonic() > deadline:
                raise Broken(f"The portal did not start:\n{self.said()[-3000:]}")
            time.sleep(0.1)

    def stop(self) -> None:
        """End it as systemd and `docker stop` do; the socket stays."""
        if self.process:
            self.process.stop()
            self.process = None

    def said(self) -> str:
        return self.process.said() if self.process else ""

    def close(self) -> None:
        self.stop()
        self.listener.close()
