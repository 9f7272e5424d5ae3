"""What a page costs through the shipped nginx, against nginx that serves the same bytes from a file."""

import json
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from ..faults.ground import Ground
from ..faults.processes import free_port
from ..nginx import NAME, nginx
from .rates import Asked
from .servers import HOPS, PAGE, fill

HEADERS = (f"Host: {NAME}", "Accept-Encoding: br")
# The same certificate, log and readiness for files that the shipped file has.
FILES = """
    server {{
        listen 127.0.0.1:{port} ssl http2;
        server_name {name};
        ssl_certificate {folder}/fullchain.pem;
        ssl_certificate_key {folder}/key.pem;
        access_log {folder}/log/files.log go4brussels buffer=64k flush=1s;
        sendfile on;
        tcp_nopush on;
        open_file_cache max=5000 inactive=5m;
        open_file_cache_valid 30s;
        root {folder}/files;
        location / {{ types {{ }} default_type ""; etag off; {headers} index index.html; }}
    }}
"""


@contextmanager
def served(ground: Ground, database: str, is_patient: bool) -> Iterator[tuple[Asked, Asked]]:
    """Serve the portal through the shipped nginx, and a page of it as a file; yield both addresses."""
    folder = ground.new_folder("front")
    site = {"SITE_URL": f"https://{NAME}", "BEHIND_PROXY": "1"}
    with ground.portal(database, folder, given=site) as portal:
        if is_patient:
            fill(portal)
        at = folder / "nginx"
        port = free_port()
        headers = written(at / "files" / "nl", f"http://127.0.0.1:{portal.port}{PAGE}")
        more = FILES.format(port=port, name=NAME, folder=at, headers=headers)
        # wrk names the host of its address in the handshake, and that must be a name of this machine.
        named = {f"server_name {NAME};": f"server_name {NAME} 127.0.0.1;"}
        with nginx(at, f"127.0.0.1:{portal.port}", more=more, changes=named) as front:
            yield asked(front.port), asked(port)


def asked(port: int) -> Asked:
    return Asked(f"https://127.0.0.1:{port}{PAGE}", HEADERS)


def written(folder: Path, url: str) -> str:
    """Write a page to a file, as the portal sends it behind nginx; return its headers for nginx."""
    told = {"Host": NAME, "X-Forwarded-Proto": "https", "Accept-Encoding": "br"}
    with urllib.request.urlopen(urllib.request.Request(url, headers=told), timeout=30) as response:
        folder.mkdir(parents=True)
        (folder / "index.html").write_bytes(response.read())
        kept = [(name, value) for name, value in response.getheaders() if name.lower() not in HOPS]
    lines = [(name, value) for name, value in kept if name.lower() not in ("content-length", "last-modified")]
    return " ".join(f"add_header {name} {json.dumps(value)};" for name, value in lines)
