"""A clock that is SHIFT seconds off, for every Python that starts with this folder in PYTHONPATH."""

import datetime
import os
import time
from datetime import datetime as real
from typing import Any

SHIFT = float(os.environ["SHIFT"])
real_time, real_time_ns = time.time, time.time_ns
time.time = lambda: real_time() + SHIFT
time.time_ns = lambda: real_time_ns() + int(SHIFT * 1e9)


class Kind(type):
    """The kind of the class: what the real one makes, C code included, counts as made by it."""

    def __instancecheck__(cls, instance: object) -> bool:
        return isinstance(instance, real)

    def __subclasscheck__(cls, subclass: type) -> bool:
        return issubclass(subclass, real)


class Shifted(real, metaclass=Kind):
    """The real class, but for what the clock says."""

    @classmethod
    def now(cls, tz: Any = None) -> Any:
        return real.fromtimestamp(time.time(), tz)

    @classmethod
    def utcnow(cls) -> Any:
        return cls.now(datetime.UTC).replace(tzinfo=None)

    @classmethod
    def today(cls) -> Any:
        return cls.now()


datetime.datetime = Shifted  # type: ignore[misc]
