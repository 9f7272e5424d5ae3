"""Which request is being answered: a name that the portal gives it, never one that the client sends.

It stands in every line of the log that is written meanwhile, and on error pages, so that who writes to the
publisher about an error can be helped.
"""

from contextvars import ContextVar
from uuid import uuid4

_current: ContextVar[str] = ContextVar("current", default="")
_brings_words: ContextVar[bool] = ContextVar("brings_words", default=False)


def begin(brings_words: bool = False) -> str:
    """Give the request that is answered from now on in this thread a name, and return it."""
    name = str(uuid4())
    _current.set(name)
    _brings_words.set(brings_words)
    return name


def end() -> None:
    """Forget the name: what this thread does from now on belongs to no request."""
    _current.set("")
    _brings_words.set(False)


def current() -> str:
    """Return the name of the request that is being answered; empty where there is none."""
    return _current.get()


def brings_words() -> bool:
    """Return whether the request holds what somebody typed: a search, a form."""
    return _brings_words.get()
