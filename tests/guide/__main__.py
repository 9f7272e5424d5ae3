"""Follow docs/running.md: make guide. Prints each block, how it ended and its seconds.

Exits with 1 at the first block that fails, with what it printed.
"""

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from .blocks import Block, blocks
from .machines import Failed, Machine, debian, lay_network
from .supplies import ANSWERS, certificate, filled_in, repository, stand_ins, wheels

ROOT = Path(__file__).resolve().parents[2]
GUIDE = ROOT / "docs" / "running.md"
CACHE = Path(os.environ.get("XDG_CACHE_HOME", Path.home() / ".cache")) / "go4brussels"
NETWORK = "10.77.0."
ITSELF = "IN_A_NETWORK_OF_ITS_OWN"
ADDRESSES = {"one": 11, "compose": 12, "database": 13, "app-1": 21, "app-2": 22}
LAYOUTS = {
    "systemd": ["one"],
    "compose": ["compose"],
    "three": ["database", "app-1", "app-2"],
}


def packages(found: list[Block]) -> list[str]:
    """Return what the guide installs: the machines come with it, since they reach no archive."""
    lines = [line for each in found for line in each.commands.splitlines()]
    named = [line.split()[2:] for line in lines if line.startswith("apt-get install")]
    return [word for words in named for word in words if not word.startswith("-")]


def say(text: str) -> None:
    print(text, flush=True)


@contextmanager
def machines(names: list[str], base: Path, folder: Path, shared: list[Path]) -> Iterator[dict[str, Machine]]:
    """Return machines that run, by name; they are switched off at the end."""
    started: dict[str, Machine] = {}
    try:
        for name in names:
            address = f"{NETWORK}{ADDRESSES[name]}"
            started[name] = Machine(name, address, base, folder / name, shared)
            started[name].ask("/srv/supplies/settle.sh")
            if name == "compose":
                started[name].ask("install /srv/supplies/docker /usr/local/bin/docker")
        yield started
    finally:
        for each in started.values():
            each.close()


def follow(found: list[Block], running: dict[str, Machine]) -> None:
    """Run each block on its machines, in order. Raises Failed with what the first that fails printed."""
    for block in found:
        for name in block.machines:
            if machine := running.get(name):
                began = time.monotonic()
                code, said = machine.run(filled_in(block.commands), ANSWERS)
                took = time.monotonic() - began
                say(f"{'held' if code == 0 else 'FAILED':6} {took:6.1f} s  {name:8} {block.place}")
                if code:
                    raise Failed(f"It ended with {code} on {name} and printed:\n{said[-6000:]}")
                if os.environ.get("SHOW"):
                    say(said)


def main() -> int:
    parser = argparse.ArgumentParser(prog="make guide", description=__doc__)
    parser.add_argument("--layout", choices=LAYOUTS, action="append", help="of these layouts alone")
    chosen = parser.parse_args().layout or list(LAYOUTS)
    if os.geteuid() != 0 or not shutil.which("debootstrap") or not shutil.which("unshare"):
        say("The guide is followed on Debian machines of its own: that needs root and debootstrap.")
        return 1
    if ITSELF not in os.environ:
        found = blocks(GUIDE)
        debian(packages(found), CACHE)  # while there is a network
        wheels(ROOT, CACHE / "wheels")
        again = [sys.executable, "-m", "tests.guide", *sys.argv[1:]]
        words = ["unshare", "--mount", "--net", *again]
        return subprocess.run(words, env=os.environ | {ITSELF: "1"}, check=False).returncode
    return followed(chosen)


def followed(chosen: list[str]) -> int:
    found = blocks(GUIDE)
    base = debian(packages(found), CACHE)
    lay_network(f"{NETWORK}1")
    folder = Path(tempfile.mkdtemp(prefix="go4brussels-guide-"))
    try:
        supplies = folder / "supplies"
        supplies.mkdir()
        certificate(supplies)
        stand_ins(ROOT, supplies)
        repository(ROOT, folder / "repository.git", supplies)
        shared = [supplies, folder / "repository.git", CACHE / "wheels"]
        for layout in chosen:
            say(f"\n{layout}")
            with machines(LAYOUTS[layout], base, folder / layout, shared) as running:
                follow(found, running)
    except Failed as error:
        say(str(error))
        return 1
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    say("\nEvery block of the guide held.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
