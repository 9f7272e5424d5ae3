"""How long a work takes a processor, whatever else runs on the machine beside it.

Counted is the time of one thread on a processor. Other work on the machine still makes that longer, and the
first time of anything loads what the next ones have: what is over the limit is held against a calculation
that takes as much longer beside it, and done again where that can be. The shortest counts.
"""

import gc
import time
from collections.abc import Callable
from typing import TypeVar

Result = TypeVar("Result")

LIMIT = 0.5  # seconds that any public request may take, and any part of one
ATTEMPTS = 5
SQUARES, QUIET = 1_000_000, 0.055  # seconds that these take where nothing else runs


def slowness() -> float:
    """Return how much longer a processor takes at this moment than a quiet one; 1 at least."""
    start = time.thread_time()
    sum(number * number for number in range(SQUARES))
    return max(1.0, (time.thread_time() - start) / QUIET)


def timed(work: Callable[[], Result]) -> tuple[float, Result]:
    """Return the seconds that a work takes, and what it returns."""
    gc.disable()  # as timeit does: what others left behind is not this work's to collect
    try:
        start = time.thread_time()
        result = work()
        return time.thread_time() - start, result
    finally:
        gc.enable()


def quickest(
    work: Callable[[], Result], limit: float = LIMIT, attempts: int = ATTEMPTS
) -> tuple[float, Result]:
    """Return the seconds that a work takes at best, and what it returned last.

    It is done again while it takes longer than the limit, `attempts` times at most.
    """
    taken = []
    for _attempt in range(attempts):
        seconds, result = timed(work)
        taken.append(seconds if seconds <= limit else seconds / slowness())
        if taken[-1] <= limit:
            break
    return min(taken), result
