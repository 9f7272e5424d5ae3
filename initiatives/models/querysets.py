"""Which rows: the one rule of what is public, and what every kind of record can be asked for.

What one kind of page needs beside its own row is asked for beside its model.
"""

from typing import TYPE_CHECKING, Any, Self, TypeVar, cast

from django.db.models import Exists, FilteredRelation, Model, OuterRef, Prefetch, Q, QuerySet, Subquery, Value
from django.db.models.fields.reverse_related import ForeignObjectRel

from ..language import OTHER_LANGUAGE
from .fields import filled
from .provenance import Provenance
from .reusable import ReusableQuerySet, reusable
from .version import Revision

if TYPE_CHECKING:
    from .base import Record

RecordT = TypeVar("RecordT", bound="Record")


def related_kind(model: type[Model], relation: str) -> "type[Record]":
    """Return the kind of record at the other end of a relation."""
    return cast("type[Record]", model._meta.get_field(relation).related_model)


def public_rule(model: "type[Record]", prefix: str = "") -> Q:
    """Return the condition under which a row of `model` is public, its parents included."""
    rule = Q(**{f"{prefix}publication": model.Publication.PUBLIC})
    for name in model.public_parents:
        rule &= public_rule(related_kind(model, name), f"{prefix}{name}__")
    return rule


def known_rule(model: "type[Record]", prefix: str = "") -> Q:
    """Return the condition under which a row of `model` is or was public, its parents included: no drafts."""
    rule = ~Q(**{f"{prefix}publication": model.Publication.DRAFT})
    for name in model.public_parents:
        rule &= known_rule(related_kind(model, name), f"{prefix}{name}__")
    return rule


def state_rules(model: "type[Record]", language: str) -> dict[str, Q]:
    """Return the conditions under which the texts of a row stand as each Record.State says, in one language.

    And “unvalidated”: a translation by the portal that nobody has validated.
    """
    other = OTHER_LANGUAGE[language]
    missing = Q(pk__in=[])
    for name in model.translated_fields():
        lacks = ~filled(f"{name}_{language}")
        missing |= lacks if name in model.required_texts else lacks & filled(f"{name}_{other}")
    outdated = ~Q(**{f"outdated_{language}": []})
    here, there = (Q(**{f"provenance_{code}": Provenance.PORTAL}) for code in (language, other))
    return {
        model.State.MISSING: missing,
        model.State.OUTDATED: ~missing & outdated,
        model.State.COMPLETE: ~missing & ~outdated,
        "unvalidated": here & ~there,
    }


class OutsideChangeError(RuntimeError):
    """Something would be written around the one way in, unseen by versions, search and the audit log."""

    def __init__(self, model: "type[Any]") -> None:
        super().__init__(
            f"{model.__name__} is written in a change only, so that its version, the search index and the "
            "audit log follow. Use: from initiatives.versions import change; "
            "with change(note=…) as this: this.save(record). Files are read by: manage.py load_content"
        )


class RecordQuerySet(ReusableQuerySet[RecordT]):
    """Rows of the content; everything a reader can see comes through `published()`."""

    @reusable
    def published(self) -> Self:
        """Return the rows that readers may see, on pages and in data alike."""
        return self.filter(public_rule(self.model))

    @reusable
    def withdrawn(self) -> Self:
        """Return the rows that were public and were taken down; their pages answer 410."""
        return self.filter(publication=self.model.Publication.WITHDRAWN)

    @reusable
    def withheld(self) -> Self:
        """Return the rows that readers no longer see: they were withdrawn, or what they belong to was."""
        return self.filter(known_rule(self.model)).exclude(public_rule(self.model))

    @reusable
    def kinds_and_keys(self) -> "QuerySet[RecordT, tuple[str, int]]":
        """Return (kind, key) of each row, in no order."""
        rows: Any = self.order_by().values_list(Value(self.model._meta.model_name), "pk")
        return cast("QuerySet[RecordT, tuple[str, int]]", rows)

    @reusable
    def with_withheld(self, *relations: str) -> Self:
        """Add to each row, as `withholds_<relation>`, whether readers no longer see all that it had there.

        So that pages tell “there is nothing” from “what there was is not shown”.
        """
        found = {}
        for name in relations:
            relation = cast(ForeignObjectRel, self.model._meta.get_field(name))
            rows = related_kind(self.model, name).objects.withheld()
            found[f"withholds_{name}"] = Exists(rows.filter(**{relation.field.name: OuterRef("pk")}))
        return self.annotate(**found)

    @reusable
    def with_version(self) -> Self:
        """Add number and moment of the newest public version of each item, and the moment of its last change.

        Small corrections make a version, and no change.
        """
        revisions = Revision.objects.published()
        mine = revisions.filter(kind=self.model._meta.model_name, code=OuterRef("code")).order_by("-number")
        return self.annotate(
            version=Subquery(mine.values("number")[:1]),
            version_at=Subquery(mine.values("at")[:1]),
            changed_at=Subquery(mine.filter(is_small=False).values("at")[:1]),
        )

    @reusable
    def prefetch_published(self, relation: str, *joined: str) -> Self:
        """Add the published rows of a relation, each with what it leads to by `joined`.

        And whether it had more: see with_withheld().
        """
        rows = related_kind(self.model, relation).objects.published()
        if joined:  # without a name it would join everything
            rows = rows.joining(*joined)
        return self.with_withheld(relation).prefetch_related(Prefetch(f"{relation}_set", rows))

    @reusable
    def joined_with(self, relation: str, *its_relations: str) -> Self:
        """Return each row once for each row of a relation that it has, `joined` and maybe not published.

        With what that one leads to by `its_relations`, in the order of both.
        """
        model = related_kind(self.model, relation)
        *_others, last = model._meta.ordering or ()
        rows: QuerySet[Any] = self.with_withheld(relation).annotate(joined=FilteredRelation(relation))
        rows = (
            rows.annotate(is_joined=Exists(model.objects.published().filter(pk=OuterRef("joined__pk"))))
            .select_related("joined", *(f"joined__{name}" for name in its_relations))
            .order_by(*self.model._meta.ordering or (), f"joined__{last}")
        )
        return cast(Self, rows)

    def grouped_with(self, relation: str, *its_relations: str) -> "list[tuple[RecordT, list[Any]]]":
        """Return (row, [its published rows of `relation`]) for each row, both in their own order.

        And whether it had more: see with_withheld(). One query for both, where a prefetch would take two.
        """
        groups: dict[int, tuple[RecordT, list[Any]]] = {}
        rows: QuerySet[Any] = self.joined_with(relation, *its_relations)
        for row in rows:
            _row, its_rows = groups.setdefault(row.pk, (row, []))
            if row.is_joined:
                its_rows.append(row.joined)
        return list(groups.values())

    def create(self, **values: Any) -> RecordT:
        """Refuse: see Record.save(). Raises OutsideChangeError."""
        raise OutsideChangeError(self.model)

    def bulk_create(self, *args: Any, **kwargs: Any) -> list[RecordT]:
        """Refuse, likewise. Raises OutsideChangeError."""
        raise OutsideChangeError(self.model)

    def update(self, **values: Any) -> int:
        """Refuse, likewise. Raises OutsideChangeError."""
        raise OutsideChangeError(self.model)

    def delete(self) -> tuple[int, dict[str, int]]:
        """Refuse, likewise. Raises OutsideChangeError."""
        raise OutsideChangeError(self.model)

    def get_by_natural_key(self, *key: object) -> RecordT:
        """Return the row with this natural key. Raises DoesNotExist."""
        return self.get(**dict(zip(self.model.natural_key_fields, key, strict=True)))
