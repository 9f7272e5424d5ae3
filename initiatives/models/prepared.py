"""SQL that is written once for a queryset and its like: the same but for a few plain conditions and a limit.

For a page Django takes longer to write the SQL of its queries than the database takes to answer them. A
`PreparedQuery` keeps the SQL of each form in which it was asked, with the places of what changes in it. It is
used for what is its copy in all else; whatever differs in another way is written anew.
"""

from collections.abc import Sequence
from functools import lru_cache
from typing import Any, NamedTuple, cast

from django.core.exceptions import EmptyResultSet, FullResultSet
from django.db.models.sql.compiler import SQLCompiler
from django.db.models.sql.query import Query
from django.db.models.sql.where import AND, WhereNode

# How many forms are kept of one: more than the pages ask for, and few where lists of keys have all lengths.
FORMS = 50
# What a query holds that says nothing of its SQL, or is told apart by its `Form`.
ASIDE = frozenset(
    {"where", "alias_refcount", "low_mark", "high_mark", "origin", "forms"}
    | {"used_aliases", "base_table", "_lookup_joins", "_annotation_select_cache"}
)
# What a compiler knows of its query once it has written it, and the reader of its rows needs.
LEARNT = ("select", "klass_info", "annotation_col_map", "col_count", "has_extra_select")
Written = tuple[str, Sequence[Any]]
# In which form a query is asked: of which database, between which limits, with names for its columns or not,
# with which conditions beside its own.
Form = tuple[str, int, int | None, bool, tuple[str, ...]]


class Place(NamedTuple):
    """The place in the parameters of the SQL for one of those of an added condition."""

    condition: int
    parameter: int


class Kept(NamedTuple):
    """The SQL of one form, its parameters with the places of those that change, and what was learnt."""

    sql: str
    parameters: tuple[Any, ...]
    learnt: dict[str, Any]
    converted: frozenset[int]


class PreparedQuery(Query):
    """A query whose copies know it as their `origin`, and find in it the SQL of the forms asked before."""

    origin: "PreparedQuery | None" = None
    forms: dict[Form, Kept]

    def prepare(self) -> None:
        """Make this query the origin of its copies from now on; it is not changed any more."""
        self.get_initial_alias()
        self.origin, self.forms = self, {}

    def get_compiler(self, *args: Any, **kwargs: Any) -> SQLCompiler:
        compiler: SQLCompiler = super().get_compiler(*args, **kwargs)
        if self.origin:
            compiler.__class__ = preparing(cast(Any, type(compiler)))
        return compiler

    def added(self) -> list[Any] | None:
        """Return the conditions that this copy has beside those of its origin; None where more differs."""
        mine, theirs = vars(self), vars(cast(PreparedQuery, self.origin))
        if mine.keys() - ASIDE != theirs.keys() - ASIDE:
            return None
        if not all(name in ASIDE or same(value, theirs[name]) for name, value in mine.items()):
            return None
        counts = theirs["alias_refcount"]
        if any(bool(count) != bool(counts.get(alias)) for alias, count in self.alias_refcount.items()):
            return None
        where, known = self.where, theirs["where"]
        number = len(known.children)
        first, rest = where.children[:number], where.children[number:]
        is_longer = (where.connector, where.negated) == (known.connector, known.negated) == (AND, False)
        return rest if is_longer and same(first, known.children) else None


def same(one: Any, other: Any) -> bool:
    """Return whether two parts of queries are the same object, or the same collection of these."""
    if one is other:
        return True
    if type(one) is not type(other):
        return False
    if isinstance(one, dict):
        return list(one) == list(other) and all(same(value, other[name]) for name, value in one.items())
    if isinstance(one, list | tuple):
        return len(one) == len(other) and all(map(same, one, other))
    if isinstance(one, WhereNode):
        alike = (one.connector, one.negated) == (other.connector, other.negated)
        return alike and same(one.children, other.children)
    return isinstance(one, str | int | set | frozenset) and one == other


class Marked:
    """An added condition that writes where its parameters stand, and not what they are."""

    contains_aggregate = contains_over_clause = False

    def __init__(self, sql: str, places: list[Place]) -> None:
        self.written = sql, places

    def as_sql(self, *_args: Any) -> Written:
        """Return the condition."""
        return self.written


class Preparing(SQLCompiler):
    """What a compiler does for a copy of a prepared query: it takes the SQL that is kept, or keeps it."""

    query: PreparedQuery
    kept: Kept | None = None

    def as_sql(self, with_limits: bool = True, with_col_aliases: bool = False) -> Any:
        """Return the SQL and its parameters."""
        added = self.query.added() if with_limits else None
        if added is None or any(each.contains_aggregate or each.contains_over_clause for each in added):
            return super().as_sql(with_limits, with_col_aliases)
        try:
            written: list[Written] = [self.compile(each) for each in added]
        except (EmptyResultSet, FullResultSet):
            return super().as_sql(with_limits, with_col_aliases)
        forms = cast(PreparedQuery, self.query.origin).forms
        query, conditions = self.query, tuple(sql for sql, _parameters in written)
        form = (self.connection.alias, query.low_mark, query.high_mark, with_col_aliases, conditions)
        self.kept = kept = forms.get(form) or self.prepared(written, with_col_aliases)
        if len(forms) < FORMS:
            forms[form] = kept
        vars(self).update(kept.learnt)
        values = [parameters for _sql, parameters in written]
        return kept.sql, tuple(
            values[each.condition][each.parameter] if isinstance(each, Place) else each
            for each in kept.parameters
        )

    def prepared(self, written: list[Written], with_col_aliases: bool) -> Kept:
        """Return the SQL of the query with a mark at the place of each parameter that changes."""
        children: list[Any] = self.query.where.children
        marked: list[Any] = [
            Marked(sql, [Place(condition, at) for at in range(len(parameters))])
            for condition, (sql, parameters) in enumerate(written)
        ]
        self.query.where.children = [*children[: len(children) - len(marked)], *marked]
        try:
            sql, parameters = super().as_sql(with_col_aliases=with_col_aliases)
        finally:
            self.query.where.children = children
        learnt = {name: getattr(self, name) for name in LEARNT}
        converters = super().get_converters([each[0] for each in learnt["select"]])
        return Kept(sql, tuple(parameters), learnt, frozenset(converters))

    def get_converters(self, expressions: Any) -> Any:
        """Return the converters of the columns that have any."""
        if self.kept is None or len(expressions) != self.col_count:
            return super().get_converters(expressions)
        convert = super().get_converters
        return {place: convert([expressions[place]])[0] for place in self.kept.converted}


@lru_cache(maxsize=10)
def preparing(compiler: Any) -> type[SQLCompiler]:
    """Return the compiler of a database that does so."""
    return type("PreparingCompiler", (Preparing, compiler), {})
