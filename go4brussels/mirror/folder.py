"""Where a mirror stands: written beside the one before, and put in its place with one step.

`DIR` is a link to a folder beside it, `DIR.<moment>`. A reader who is in the middle of a file goes on with
it; the mirror before stays for what still names it, and the one before that is removed.
"""

import os
import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from accounts.locks import is_locked

from .errors import MirrorError

RECORD = "answers.json"  # what tells a mirror from other folders
MADE_AT = re.compile(r"\d{8}T\d{12}", re.ASCII)  # how the name of its folder ends


@contextmanager
def replacing(place: Path) -> Iterator[tuple[Path, Path | None]]:
    """Give a new folder to write to, and the mirror before; at the end the new one stands at `place`.

    Raises MirrorError where it cannot. After any exception nothing of the new one is left.
    """
    place = place.absolute()
    parent = place.parent
    if not parent.is_dir():
        raise MirrorError(f"{parent} is no folder; make it first, for the user who writes the mirror.")
    before = mirror_at(place)
    with alone_in(parent, place):
        part = parent / f"{place.name}.part"
        shutil.rmtree(part, ignore_errors=True)  # of a run that was killed
        part.mkdir()
        try:
            yield part, before
            os.sync()  # A name that outlives a power cut must not lead to files that do not.
            switch(part, place)
        except BaseException:
            shutil.rmtree(part, ignore_errors=True)
            raise
        for old in mirrors(place):
            if old not in (before, place.resolve()):
                shutil.rmtree(old, ignore_errors=True)


def mirror_at(place: Path) -> Path | None:
    """Return the mirror at `place`, or None where there is nothing. Raises MirrorError for anything else."""
    if not os.path.lexists(place):
        return None
    if place.is_symlink() and place.resolve() in mirrors(place):
        return place.resolve()
    if place.is_dir() and not place.is_symlink() and not any(place.iterdir()):
        return None
    raise MirrorError(f"{place} exists and is no mirror; it stays as it is. Name a place that is free.")


def mirrors(place: Path) -> list[Path]:
    """Return the folders beside `place` that are mirrors of it."""
    beside, name = place.parent.resolve().iterdir(), f"{place.name}."
    named = [each for each in beside if each.name.startswith(name)]
    return [each for each in named if MADE_AT.fullmatch(each.name, len(name)) and (each / RECORD).is_file()]


@contextmanager
def alone_in(parent: Path, place: Path) -> Iterator[None]:
    """Hold the folder that has the mirrors. Raises MirrorError where another run writes to it."""
    folder = os.open(parent, os.O_RDONLY)
    try:
        if not is_locked(folder):
            raise MirrorError(f"Another run is writing a mirror beside {place}; wait until it is done.")
        yield
    finally:
        os.close(folder)


def switch(part: Path, place: Path) -> None:
    """Let `place` lead to the new mirror: between the two there is no moment without one."""
    whole = place.with_name(f"{place.name}.{datetime.now(UTC):%Y%m%dT%H%M%S%f}")
    link = place.with_name(f"{place.name}.link")
    link.unlink(missing_ok=True)
    link.symlink_to(whole.name)
    part.rename(whole)
    try:
        if place.is_dir() and not place.is_symlink():
            place.rmdir()  # It is empty.
        link.replace(place)
    except OSError:
        link.unlink(missing_ok=True)
        shutil.rmtree(whole, ignore_errors=True)
        raise
