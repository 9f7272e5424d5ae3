"""Readers of every kind of page, of static files, of searches and of the admin, all through an upgrade."""

import re
import time
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from typing import Self
from urllib.parse import parse_qs, urlsplit

from ..faults.load import UNLISTED, Answer, Check, Counts, Load, is_away


def one_of_each(paths: Sequence[str]) -> list[str]:
    """Return an address of each kind: in each language the same place, depth, ending and questions."""
    kinds: dict[tuple[object, ...], str] = {}
    for path in paths:
        parts = urlsplit(path)
        names = parts.path.strip("/").split("/")
        ending = names[-1].rpartition(".")[2] if "." in names[-1] else names[-1] if len(names) > 3 else ""
        kinds.setdefault((*names[:2], len(names), ending, *sorted(parse_qs(parts.query))), path)
    return list(kinds.values())


def chosen(paths: Sequence[str]) -> list[str]:
    """Return every page, and an address of each other kind: a thousand would take as long each time."""
    pages = [path for path in paths if path.endswith("/") and not re.search("/(?:versi|kaart/|carte/)", path)]
    return list(dict.fromkeys([*pages, *one_of_each(paths)]))


def has_status_of(before: Mapping[str, Answer]) -> Check:
    """Return the check that an answer has the status that it had; its text may be that of another release."""

    def check(answer: Answer) -> str:
        return "" if answer.status == before[answer.path].status else answer.error or f"{answer.status}"

    return check


def is_answered(answer: Answer) -> str:
    return "" if answer.status == 200 else answer.error or f"{answer.status}"


def comes_again(answer: Answer) -> str:
    """Return what is wrong with an answer that may also say that, and when, to come again."""
    return is_answered(answer) and is_away(answer)


class Crowd:
    """All of them at once."""

    def __init__(self, port: int, before: Mapping[str, Answer], sheets: Sequence[str]) -> None:
        pages = one_of_each(list(before))
        check = has_status_of(before)
        self.kinds = len(pages)
        self.loads = {
            "pages": Load(port, pages, check, readers=2, pause=0.1, sheets=True),
            "new readers": Load(port, pages, check, readers=2, pause=0.1, is_fresh=True),
            "old static files": Load(port, sheets, is_answered, readers=1, pause=0.1),
            "searches": Load(port, UNLISTED, is_answered, readers=1, pause=0.2),
        }
        self.stack = ExitStack()

    def add(self, name: str, load: Load) -> None:
        self.loads[name] = load

    def __enter__(self) -> Self:
        for load in self.loads.values():
            self.stack.enter_context(load)
        return self

    def __exit__(self, *_told: object) -> None:
        time.sleep(1)  # so that each has read what came after, too
        self.stack.close()

    @property
    def counts(self) -> list[Counts]:
        return [load.counts for load in self.loads.values()]

    def __str__(self) -> str:
        wrong = [f"{name}: {load.counts}" for name, load in self.loads.items() if load.counts.failed]
        total, failed = (sum(getattr(each, name) for each in self.counts) for name in ("total", "failed"))
        slowest = max(each.slowest for each in self.counts)
        return "; ".join([f"{failed} of {total} requests failed, longest wait {slowest:.1f} s", *wrong])

    @property
    def is_content(self) -> bool:
        return all(each.total > 0 and not each.failed for each in self.counts)


def hashed(page: bytes) -> list[str]:
    """Return the static files that a page names."""
    return sorted({match.decode() for match in re.findall(rb'/static/[^"\s)]+\.[0-9a-f]{12}\.\w+', page)})
