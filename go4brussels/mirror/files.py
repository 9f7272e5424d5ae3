"""Files that are being written, by several threads; what was the same before becomes the same file again."""

import os
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from functools import partial
from hashlib import sha256
from pathlib import Path
from typing import NamedTuple

import brotli

from ..middleware import CODINGS

# As the portal compresses, but brotli at its best: it is done once, and read often.
COMPRESSED: dict[str, Callable[[bytes], bytes]] = {
    ".br": partial(brotli.compress, quality=11),
    ".gz": CODINGS["gzip"],
}
SUMS = "SHA256SUMS"


class Written(NamedTuple):
    """A file that was written."""

    name: str
    digest: str
    size: int
    is_as_before: bool


class Files:
    """A folder that is filled, beside the one before if there is one."""

    def __init__(self, root: Path, before: Path | None) -> None:
        self.root, self.before = root, before
        self.known = sums(before) if before else {}
        self.pool = ThreadPoolExecutor(os.cpu_count(), "mirror")
        self.jobs: list[Future[list[Written]]] = []

    def add(self, name: str, content: bytes, is_compressible: bool = False) -> None:
        """Write a file, with its compressed forms beside it; what goes wrong, `finish` raises."""
        self.jobs.append(self.pool.submit(self.write, name, content, is_compressible))

    def finish(self) -> list[Written]:
        """Return all files once they are written, with their hashes. Raises OSError."""
        try:
            written = [each for job in self.jobs for each in job.result()]
        finally:
            self.pool.shutdown(cancel_futures=True)
        lines = sorted(f"{each.digest}  {each.name}\n" for each in written)
        return [*written, self.put(SUMS, "".join(sorted(lines, key=lambda line: line[66:])).encode())]

    def write(self, name: str, content: bytes, is_compressible: bool) -> list[Written]:
        """Write a file and its compressed forms, and return them."""
        first = self.put(name, content)
        if not is_compressible:
            return [first]
        return [first, *filter(None, (self.compress(first, content, suffix) for suffix in COMPRESSED))]

    def compress(self, of: Written, content: bytes, suffix: str) -> Written | None:
        """Write a compressed form of a file, or none where it is not shorter."""
        name = of.name + suffix
        if of.is_as_before and self.before and name in self.known:
            found = (self.before / name).read_bytes()
            if sha256(found).hexdigest() == self.known[name]:
                return self.put(name, found)
        compressed = COMPRESSED[suffix](content)
        return self.put(name, compressed) if len(compressed) < len(content) else None

    def put(self, name: str, content: bytes) -> Written:
        """Write one file: as a further name of the one before, where that says the same."""
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        digest = sha256(content).hexdigest()
        is_as_before = self.known.get(name) == digest and self.link(name, content)
        if not is_as_before:
            path.write_bytes(content)
        return Written(name, digest, len(content), is_as_before)

    def link(self, name: str, content: bytes) -> bool:
        """Return whether the file before says this, and now has a name in this folder too."""
        if not self.before:
            return False
        old = self.before / name
        try:
            if old.read_bytes() != content:
                return False
            os.link(old, self.root / name)
        except OSError:  # It is gone, or nothing can be linked here.
            return False
        return True


def sums(folder: Path) -> dict[str, str]:
    """Return the hash of each file of a mirror; none where it has no list of them."""
    path = folder / SUMS
    lines = path.read_text(encoding="utf-8").splitlines() if path.is_file() else []
    return {name: digest for digest, _, name in (line.partition("  ") for line in lines)}
