"""The paths of pages, each put together once: a page has sixty, and their table never changes."""

from functools import lru_cache
from typing import Any

from django.urls import reverse

from ..language import current_language


# Some thousand pages and documents, in each language.
@lru_cache(maxsize=5000)
def path_in(language: str | None, name: str, /, **words: Any) -> str:
    """Return the path of this name, with these words in it; of the content, in this language."""
    return reverse(name, kwargs=words, current_app=language)


def path_to(name: str, /, **words: Any) -> str:
    """Return the path of a page of the content in the language in force."""
    return path_in(current_language(), f"initiatives:{name}", **words)
