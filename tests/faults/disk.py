"""A disk that can no longer be written, and one that is full; the database stands on it."""

import os
import resource
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from .admin import Editor, sentence
from .ground import SQLITE, Ground
from .load import Load, Reader, is_as
from .portal import Portal
from .seen import Seen
from .stored import Stored

# Without what lets root write where nobody may.
UNPRIVILEGED = ("setpriv", "--bounding-set=-dac_override,-dac_read_search")
SEARCH = "/nl/zoeken/?q=werf"
SECONDS = 3


def look(
    seen: Seen, portal: Portal, stored: Stored, break_it: Callable[[], None], mend: Callable[[], None]
) -> None:
    """Break the disk under a portal that is read and edited, mend it, and tell what was seen."""
    editor = Editor(portal)
    editor.open()
    before = portal.read()
    content = stored.content()
    break_it()
    try:
        with Load(portal.port, list(before), is_as(before), readers=3, sheets=True) as public:
            answers = [editor.save(f"Nooit bewaard {number}.") for number in range(3)]
            time.sleep(SECONDS)
            with Reader(portal.port) as reader:
                search = reader.get(SEARCH)
    finally:
        mend()
    seen.tell(f"public: {public.counts}", not public.counts.failed and public.counts.total > 0)
    for answer in answers[-1:]:
        said = sentence(answer)
        is_told = answer.status == 503 and len(said) > 20
        seen.tell(f"an edit: {answer.status or answer.error} “{said[:120]}”", is_told)
    seen.tell(f"a search: {search.status or search.error}", search.status in (200, 503))
    fault = stored.fault()
    seen.tell(f"the database is sound {fault}".strip(), not fault)
    seen.tell("the content is as it was", stored.content() == content)
    editor.open()
    saved = editor.save("Bewaard nadat de schijf weer deed wat ze moet doen.")
    seen.tell(f"an edit after: {saved.status or saved.error}", saved.status == 302)


def read_only(ground: Ground) -> Seen:
    seen, folder = Seen(), ground.new_folder("read-only")
    database = ground.database(SQLITE, folder)
    prefix = () if os.geteuid() else UNPRIVILEGED

    with ground.portal(database, folder, prefix=prefix) as portal:

        def allow(mode: int, size: int) -> None:
            for file in folder.glob("db.sqlite3*"):
                file.chmod(mode)
            folder.chmod(mode | (mode & 0o444) >> 2)
            # SQLite uses again what it has open, whatever the mode: there each write fails, as it would.
            for worker in portal.workers():
                _soft, hard = resource.prlimit(worker, resource.RLIMIT_FSIZE)
                resource.prlimit(worker, resource.RLIMIT_FSIZE, (size, hard))

        def mend() -> None:
            allow(0o644, resource.RLIM_INFINITY)

        look(seen, portal, Stored(database), lambda: allow(0o444, 0), mend)
    return seen


@contextmanager
def small_disk(folder: Path) -> Iterator[bool]:
    """Mount a disk of its own on a folder; yield whether that could be done."""
    mount = ["mount", "-t", "tmpfs", "-o", "size=12m,mode=0755", "tmpfs", str(folder)]
    is_there = os.geteuid() == 0 and subprocess.run(mount, capture_output=True, check=False).returncode == 0
    try:
        yield is_there
    finally:
        if is_there:
            subprocess.run(["umount", "--lazy", str(folder)], check=False)


def full(ground: Ground) -> Seen:
    seen, folder = Seen(), ground.new_folder("full")
    with small_disk(folder) as is_there:
        if not is_there:
            return Seen(left_out="Only root can mount a small disk to fill, and not everywhere.")
        database = ground.database(SQLITE, folder)
        filling = folder / "filling"

        def fill() -> None:
            with suppress(OSError), filling.open("wb", buffering=0) as file:
                for size in (65_536, 512):
                    with suppress(OSError):
                        while file.write(bytes(size)) == size:
                            pass

        with ground.portal(database, ground.new_folder("full-log")) as portal:
            look(seen, portal, Stored(database), fill, filling.unlink)
    return seen
