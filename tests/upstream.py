"""An application behind nginx that does as it is told, and a small mirror beside it."""

import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

FRESH = "public, max-age=60, stale-while-revalidate=60, stale-if-error=86400"
BRIEF = FRESH.replace("max-age=60", "max-age=1")


class App:
    """An application that answers every request alike, and remembers what it was asked."""

    def __init__(self):
        self.status, self.cache, self.delay, self.headers, self.asked = 200, FRESH, 0.0, {}, []
        self.coding = True  # whether it compresses
        app = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self):
                self.rfile.read(int(self.headers.get("Content-Length", 0)))
                app.asked.append((self.command, self.path, self.headers))
                time.sleep(app.delay)
                body = f"{app.status} {self.path} {self.headers['Accept-Encoding']}".encode()
                status = app.status
                etag = app.headers.get("ETag", '"of-it"')
                if self.headers["If-None-Match"] == etag and status == 200:
                    status, body = 304, b""
                self.send_response(status)
                given = {"Cache-Control": app.cache, "ETag": etag, "Vary": "Accept-Encoding"}
                for name, value in (given | app.headers).items():
                    self.send_header(name, value)
                if app.coding and (coding := self.headers["Accept-Encoding"]):
                    self.send_header("Content-Encoding", coding)
                if status != 304:
                    self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(b"" if self.command == "HEAD" else body)

            do_HEAD = do_POST = do_GET

            def log_message(self, *_line):
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.server.handle_error = lambda *_: None  # of a connection that nginx gave up
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    @property
    def address(self):
        return f"127.0.0.1:{self.server.server_port}"

    def paths(self, start="/"):
        return [path for _method, path, _headers in self.asked if path.startswith(start)]

    def stop(self):
        self.server.shutdown()
        self.server.server_close()


def small_mirror(folder: Path) -> Path:
    """Write a mirror of one page, one style sheet and the pages that tell of errors, and return where."""
    texts = {
        "site/nl/index.html": "the page in the mirror",
        "site/static/old.css": "the style sheet in the mirror",
        "errors/nl/404.html": "not there",
        "errors/nl/503.html": "not now",
        "errors/both/503.html": "not now, in both",
        "errors/data/503.json": "{}",
        "nginx/file.map": '"/" "index.html";\n"/nl/" "nl/index.html";\n"/static/old.css" "static/old.css";\n',
        "nginx/content-type.map": 'default "text/html; charset=utf-8";\n',
        "nginx/x-content-type-options.map": 'default "nosniff";\n',
        "nginx/cache-control.map": 'default "public, max-age=1";\n',
    }
    for name, text in texts.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)
    return folder
