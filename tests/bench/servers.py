"""The servers that are measured: the portal as shipped, and what it is held against."""

import json
import resource
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from ..faults.ground import Ground
from ..faults.load import Reader
from ..faults.portal import Portal
from ..faults.processes import Broken, Process, free_port, wait_for

PAGE = "/nl/"
HOPS = {"server", "date", "connection", "transfer-encoding"}
PAGE_BYTES = resource.getpagesize()


def answer_of(port: int, folder: Path, path: str = PAGE) -> Path:
    """Return a file with the headers that a browser gets with a page; its body stands beside it."""
    with Reader(port) as reader:
        answer = reader.get(path, {"Accept-Encoding": "br"})
    headers = [(name, value) for name, value in answer.headers.items() if name.lower() not in HOPS]
    file = folder / "answer.json"
    file.write_text(json.dumps(headers))
    file.with_suffix(".body").write_bytes(answer.body)
    return file


@contextmanager
def application(ground: Ground, name: str, database: str, **given: str) -> Iterator[int]:
    """Serve an application of applications.py under the shipped gunicorn; yield its port."""
    port = free_port()
    environment = ground.environment(database, f"http://127.0.0.1:{port}", **given)
    gunicorn = [str(Path(sys.executable).with_name("gunicorn")), "--config", "tests/bench/gunicorn.py"]
    command = [*gunicorn, "--bind", f"127.0.0.1:{port}", f"tests.bench.applications:{name}"]
    process = Process(command, ground.folder / f"{name.strip('()')}-{port}.log", environment)
    try:
        wait_for(lambda: answers(port), 30, f"the start of {name}:\n{process.said()[-2000:]}\n")
        yield port
    finally:
        process.stop()


def answers(port: int) -> bool:
    with Reader(port) as reader:
        return reader.get(PAGE).status == 200


def start_time(portal: Portal) -> float:
    """Return the seconds from the start of gunicorn to the first page."""
    begun = time.monotonic()
    portal.process = Process(portal.command, portal.log, portal.environment, portal.tree)
    wait_for(lambda: answers(portal.port), 60, "the start of gunicorn", step=0.01)
    taken = time.monotonic() - begun
    portal.stop()
    return taken


def memory(portal: Portal) -> list[float]:
    """Return the resident memory of each worker, in MiB."""
    workers = portal.workers()
    if not workers:
        raise Broken("gunicorn has no worker.")
    pages = [int(Path(f"/proc/{pid}/statm").read_text().split()[1]) for pid in workers]
    return sorted(each * PAGE_BYTES / 2**20 for each in pages)


def etag_of(answer: Path) -> str:
    """Return the validator of the page that answer_of() wrote, as wrk takes it."""
    headers: list[list[str]] = json.loads(answer.read_text())
    return next(value for name, value in headers if name.lower() == "etag")


def all_paths(portal: Portal, folder: Path) -> Path:
    """Return a script by which wrk asks for every listed address in turn, in three codings."""
    paths = ",".join(json.dumps(path) for path in portal.paths())
    script = folder / "paths.lua"
    script.write_text(
        f"""local paths, place = {{{paths}}}, 0
local codings = {{"br", "gzip", "identity"}}
function request()
  place = place + 1
  local headers = {{["Accept-Encoding"] = codings[place % 3 + 1]}}
  return wrk.format("GET", paths[place % #paths + 1], headers)
end
"""
    )
    return script


def fill(portal: Portal) -> None:
    """Wait until each worker holds every page, so that what is measured is not the filling."""
    wait_for(
        lambda: all(is_full(portal.port) for _worker in range(8)), 300, "the filling of the store", step=1
    )


def is_full(port: int) -> bool:
    """Return whether the worker that takes a new connection holds every page."""
    with Reader(port) as reader:
        return b"every page is held" in reader.get("/readyz").body.replace(b"not every", b"")
