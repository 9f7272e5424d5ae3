"""The folder in memory where gunicorn's workers keep what they count, for one of them to add up.

For gunicorn's first process, which knows no settings: it stays empty where nothing is counted.
"""

import os
import shutil
import tempfile
from contextlib import suppress
from pathlib import Path

NAME = "go4brussels-counts-"
# As prometheus_client asks for it.
VARIABLE = "PROMETHEUS_MULTIPROC_DIR"
PLACES = [Path("/dev/shm"), Path("/tmp")]  # noqa: S108 – a folder in it is made that is closed to others


def begin(places: list[Path] = PLACES) -> Path | None:
    """Make the folder, and take away what processes left that were killed; None where there is no place."""
    for place in places:
        for folder in place.glob(f"{NAME}*"):
            if is_left_over(folder):
                shutil.rmtree(folder, ignore_errors=True)
    for place in places:
        with suppress(OSError):
            folder = Path(tempfile.mkdtemp(prefix=f"{NAME}{os.getpid()}-", dir=place))
            os.environ.setdefault(VARIABLE, str(folder))
            return folder
    return None


def is_left_over(folder: Path) -> bool:
    """Return whether a folder is our own user's, and was made by a process that is gone, or was this one."""
    number = folder.name.removeprefix(NAME).partition("-")[0]
    try:
        is_ours = folder.lstat().st_uid == os.geteuid()
    except OSError:
        return False
    return is_ours and number.isdecimal() and (int(number) == os.getpid() or not lives(int(number)))


def lives(number: int) -> bool:
    try:
        os.kill(number, 0)
    except ProcessLookupError:
        return False
    except OSError:  # somebody else's, who took over the number
        return True
    return True


def end() -> None:
    """Take away the folder of this process."""
    for place in PLACES:
        for folder in place.glob(f"{NAME}{os.getpid()}-*"):
            shutil.rmtree(folder, ignore_errors=True)
