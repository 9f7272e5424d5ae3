"""Two processes that make the same empty database ready at the same moment, as two machines that start do.

`python -m tests.at_once 10` does so ten times on SQLite, and with `DATABASE_URL` on that PostgreSQL server.
"""

import os
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from . import environ  # noqa: F401 – before the settings, which read it

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "go4brussels.settings")

from .prepared import SQLITE, drop, execute, postgres, start

# Development needs no static files, and these are not what it is about.
ENVIRONMENT = {"DJANGO_SETTINGS_MODULE": "go4brussels.settings", "DEBUG": "1"}


@contextmanager
def empty(folder: Path, name: str) -> Iterator[str]:
    """Yield the address of a database without a table."""
    if SQLITE:
        yield f"sqlite:///{folder / name}.sqlite3"
        return
    execute(drop(name), f'CREATE DATABASE "{name}"')
    yield postgres(name).geturl()
    execute(drop(name))


def prepare(url: str, count: int = 1) -> list[str]:
    """Let so many processes make the database ready; return what each printed. Fails where one does."""
    env = os.environ | ENVIRONMENT | {"DATABASE_URL": url}
    return [each.finish() for each in [start("prepare", env=env) for _each in range(count)]]


def faults(folder: Path, name: str) -> list[str]:
    """Return what went wrong where two began at once, nothing where one did all and the other nothing."""
    with empty(folder, name) as url:
        said = prepare(url, 2)
        [after] = prepare(url)
    loaded = sum("\nLoaded " in each for each in said)
    found = [] if loaded == 1 else [f"The content was loaded {loaded} times: {said}"]
    return found if after == "" else [*found, f"Something was left to do: {after}"]


def main(rounds: int) -> int:
    failed = 0
    with tempfile.TemporaryDirectory() as folder:
        for number in range(1, rounds + 1):
            begun = time.monotonic()
            found = faults(Path(folder), f"go4brussels_at_once_{os.getpid()}_{number}")
            failed += bool(found)
            print(
                f"{number:>3}  {time.monotonic() - begun:5.1f} s  {' '.join(found) or 'in order'}", flush=True
            )
    print(f"{rounds - failed} of {rounds} in order, on {'SQLite' if SQLITE else 'PostgreSQL'}.")
    return int(failed > 0)


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if sys.argv[1:] else 10))
