"""Querysets that are the same at each request, made once for each language.

To make one of its parts takes Django longer than the database takes to answer it. What is kept is a question
and no answer: it is never evaluated, and holds nothing of the content.
"""

from collections.abc import Callable, Hashable
from copy import copy
from functools import lru_cache, wraps
from typing import Any, Self, TypeVar, cast

from django.db.models import Model, Prefetch, QuerySet

from ..language import current_language
from .prepared import PreparedQuery

ModelT = TypeVar("ModelT", bound=Model)
MethodT = TypeVar("MethodT", bound=Callable[..., Any])
Step = tuple[Callable[..., Any], tuple[str, ...]]


def reusable(method: MethodT) -> MethodT:
    """Keep what a method of a queryset gives: it depends on words alone, and on the language in force."""

    @wraps(method)
    def step(rows: "ReusableQuerySet[Any]", *words: str) -> Any:
        if rows.steps is None:
            return method(rows, *words)
        steps = (*rows.steps, (method, words))
        return made_by(cast(Hashable, rows.model), steps, current_language()).knowing(steps)

    return cast(MethodT, step)


class ReusableQuerySet(QuerySet[ModelT]):
    """Rows that know by which steps they were made of all rows, as long as these are `reusable` alone."""

    steps: tuple[Step, ...] | None

    def __init__(self, model: Any = None, query: Any = None, using: Any = None, hints: Any = None) -> None:
        super().__init__(model, query or PreparedQuery(model), using, hints)
        # A clone is made to be filtered further, in ways that nobody knows here.
        self.steps = () if query is None and using is None and not hints else None

    def knowing(self, steps: tuple[Step, ...]) -> Self:
        """Return a clone that was made by these steps."""
        found = self.all()
        found.steps = steps
        return found

    def _prefetch_related_objects(self) -> None:
        rows: Any = self
        rows._prefetch_related_lookups = tuple(map(renewed, rows._prefetch_related_lookups))
        super()._prefetch_related_objects()  # type: ignore[misc] # as Django has it

    @reusable
    def joining(self, *relations: str) -> Self:
        """Add what each row leads to by these relations, in the same query."""
        return self.select_related(*relations)


def renewed(lookup: Any) -> Any:
    """Return a prefetch to be used once, since Django leaves on its rows what they were asked for."""
    if isinstance(lookup, Prefetch) and lookup.queryset is not None:
        rows, lookup = lookup.queryset, copy(lookup)
        lookup.queryset = rows.all()
    return lookup


# Some hundred combinations, in each language.
@lru_cache(maxsize=1000)
def made_by(model: Any, steps: tuple[Step, ...], language: str) -> Any:
    """Return what steps make of all rows of a model; `language` is the one in force."""
    *before, (method, words) = steps
    rows = made_by(model, tuple(before), language) if before else model.objects.all()
    made = method(rows.knowing(tuple(before)), *words).all()
    made.query.prepare()
    return made
