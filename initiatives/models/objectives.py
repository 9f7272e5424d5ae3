"""The objectives of the strategy: one in full, the others by their titles."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any, ClassVar, Protocol, Self, TypeVar

from django.core.exceptions import ValidationError
from django.db import models
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import Count, Exists, Func, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.db.models.sql.compiler import SQLCompiler
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from django_stubs_ext import StrOrPromise

from ..language import current_language, shortened
from .base import Page, Record
from .fields import (
    OF_OBJECTIVE,
    OF_STRATEGY,
    REMARK,
    SLIP,
    WHERE_READ,
    code_field,
    count_field,
    provenance_field,
    record_constraints,
)
from .provenance import Provenance
from .querysets import RecordQuerySet, related_kind
from .reusable import reusable
from .strategy import Pillar, Strategy
from .terms import Term
from .version import Revision

if TYPE_CHECKING:
    from .governance import ObjectiveOffice
    from .partners import Partnership

OBJECTIVE_TEXTS = (
    "title",
    "introduction",
    "vision",
    "focus",
    "alignment",
    "governance_heading",
    "priority",
    "initiating_label",
    "associated_label",
    "partners_label",
    "steering_committee_label",
    "official_title_source",
    "slip",
    "remark",
)
ONE_IN_FULL = _(
    "The portal shows one objective in full, and that is another one. Record this one by its title only."
)
LABEL = _("What the source prints before these names, to the letter. Example: “Associated Minister(s)”.")


def label_field(name: StrOrPromise) -> models.CharField[str, str]:
    """Return the field for a label that the source prints before a list of names."""
    return models.CharField(name, max_length=150, blank=True, help_text=LABEL)


def objective_field(on_delete: Any) -> "models.ForeignKey[Objective, Objective]":
    """Return the field that leads to the objective of a record: the one in full, which alone has any."""
    return models.ForeignKey(
        "Objective",
        on_delete,
        limit_choices_to={"is_reference": False},
        verbose_name=_("objective"),
        help_text=OF_OBJECTIVE,
        error_messages={
            "invalid": _(
                "This objective is recorded by its title only: worksites, sectors, offices and partners "
                "belong to the objective that the portal shows in full."
            )
        },
    )


class JSONRows(Func):
    """The values of all rows, in one array of arrays.

    Django's own JSONArray would ask SQLite, on each new connection, whether it can.
    """

    template = "json_group_array(json_array(%(expressions)s))"
    output_field = models.JSONField()

    def as_postgresql(
        self, compiler: SQLCompiler, connection: BaseDatabaseWrapper, **context: Any
    ) -> tuple[str, Sequence[Any]]:
        """Return the same in the words of PostgreSQL."""
        template = "jsonb_agg(jsonb_build_array(%(expressions)s))"
        return self.as_sql(compiler, connection, template=template, **context)


def total_of(worksites: QuerySet[Any]) -> Coalesce:
    """Return how many worksites an objective has among these, to be annotated."""
    rows = worksites.order_by().values("objective").annotate(total=Count("pk"))
    return Coalesce(Subquery(rows.values("total")), 0)


class ObjectiveQuerySet(RecordQuerySet["Objective"]):
    @reusable
    def main(self) -> Self:
        """Return the objective that the portal is about: the one in full. The others are titles only.

        A constraint sees to it that there is no second one.
        """
        return self.filter(is_reference=False)

    @reusable
    def with_last_change(self) -> Self:
        """Add the moment of the last change of the whole content, small corrections aside."""
        changes = Revision.objects.published().filter(is_small=False)
        return self.annotate(content_changed_at=Subquery(changes.order_by("-at").values("at")[:1]))

    @reusable
    def with_listed_worksites(self) -> Self:
        """Add how many worksites the source lists, and how many of its own readers no longer see.

        The first is a fact of the source, whatever of it is shown here.
        What is announced only is not listed; a draft that no reader ever saw is none yet, and neither is what
        goes beyond the number that the source announces.
        """
        versions = Revision.objects.published().filter(kind="worksite", code=OuterRef("code"))
        worksites: Any = related_kind(self.model, "worksite").objects.all()
        rows = worksites.filter(
            ~Q(publication=Record.Publication.DRAFT) | Exists(versions),
            objective=OuterRef("pk"),
            is_announced_only=False,
            number__lte=OuterRef("announced_worksites"),
        )
        withheld = worksites.withheld().filter(objective=OuterRef("pk"))
        return self.annotate(listed_worksites=total_of(rows), withheld_worksites=total_of(withheld))

    @reusable
    def with_terms(self) -> Self:
        """Add what pages need of the glossary, in the language in force and without one query more."""
        names = [f"{name}_{current_language()}" for name in ("name", "abbreviation", "synonyms")]
        terms = Term.objects.published().order_by().annotate(rows=JSONRows("code", *names)).values("rows")
        return self.annotate(term_rows=Subquery(terms))

    @reusable
    def with_offices(self) -> Self:
        """Add the place in the strategy, and the offices that carry the objective."""
        return self.joining("strategy", "pillar").prefetch_published("objectiveoffice", "office")

    @reusable
    def with_governance(self) -> Self:
        """Add the place in the strategy, the offices and the partners."""
        return self.with_offices().prefetch_published("partnership", "organisation")


class Objective(Page):
    """An objective of the strategy; those not described here are recorded by code and title only."""

    required_texts = ("official_title",)
    optional_texts = OBJECTIVE_TEXTS
    public_parents = ("strategy", "pillar")
    fixed_provenance = Record.fixed_provenance | {"official_title_source": Provenance.PORTAL}

    strategy = models.ForeignKey(Strategy, models.PROTECT, verbose_name=_("strategy"), help_text=OF_STRATEGY)
    pillar = models.ForeignKey(
        Pillar,
        models.PROTECT,
        verbose_name=_("pillar"),
        help_text=_("The pillar whose number its code begins with. Example: pillar 1 for objective 1.4."),
    )
    code = code_field("1.4")
    is_reference = models.BooleanField(
        _("recorded by title only"),
        default=False,
        help_text=_("The portal has no page for it; worksites only refer to it. Example: objective 1.2."),
    )
    official_title = models.CharField(
        _("official title"),
        max_length=300,
        help_text=_(
            "The title that the strategy gives it. Example: “Supporting the economy in the sectors …”."
        ),
    )
    official_title_provenance_nl = provenance_field(_("provenance of the Dutch title"), Provenance.OFFICIAL)
    official_title_provenance_fr = provenance_field(_("provenance of the French title"), Provenance.OFFICIAL)
    official_title_source = models.CharField(
        _("where the official title was read"), max_length=300, blank=True, help_text=WHERE_READ
    )
    title = models.CharField(
        _("title on the source page"),
        max_length=300,
        blank=True,
        help_text=_(
            "The title at the head of the source page, and of the portal’s. "
            "Example: “Support for sectors with job potential”."
        ),
    )
    announced_worksites = count_field(
        _("worksites announced"),
        null=True,
        blank=True,
        help_text=_("The number that the source announces. Example: 11."),
    )
    introduction = models.TextField(
        _("introduction"),
        blank=True,
        help_text=_("The first paragraph of the source. Example: “The Brussels Region is committed to …”."),
    )
    vision = models.TextField(
        _("vision"),
        blank=True,
        help_text=_(
            "What the Government aims at, as the source says it. "
            "Example: “The Government will continue to support …”."
        ),
    )
    focus = models.TextField(
        _("focus"),
        blank=True,
        help_text=_(
            "Introduces the priority sectors. "
            "Example: “Following the coronavirus crisis the Government will …”."
        ),
    )
    alignment = models.TextField(
        _("alignment"),
        blank=True,
        help_text=_(
            "Closes the priority sectors. "
            "Example: “With a view to this objective (1.4) the worksites will …”."
        ),
    )
    governance_heading = models.CharField(
        _("heading of the governance"),
        max_length=200,
        blank=True,
        help_text=_(
            "The source’s heading above who carries the objective. Example: “Who carries this objective?”."
        ),
    )
    priority = models.CharField(
        _("kind of priority"),
        max_length=100,
        blank=True,
        help_text=_("The kind of priority, as the source calls it. Example: “Concerted priority”."),
    )
    initiating_label = label_field(_("label of the initiating minister"))
    associated_label = label_field(_("label of the associated ministers"))
    partners_label = label_field(_("label of the partners"))
    steering_committee_label = label_field(_("label of the steering committee"))
    slip = models.TextField(_("slip of the source"), blank=True, help_text=SLIP)
    remark = models.TextField(_("remark on the source"), blank=True, help_text=REMARK)
    source_copied_by = models.DateField(
        _("source copied by"),
        null=True,
        blank=True,
        help_text=_(
            "The day on which the copy of the source page existed at the latest. Example: 2026-11-23."
        ),
    )
    english_title = models.CharField(
        _("title of the English page"),
        max_length=300,
        blank=True,
        help_text=_(
            "The title of the Region’s English page of the same text, if there is one. "
            "Example: “Supporting Sectors with Job Potential”."
        ),
    )
    english_worksites = count_field(
        _("worksites on the English page"),
        null=True,
        blank=True,
        help_text=_("The number that the Region’s English page announces. Example: 10."),
    )
    source_url = models.URLField(
        _("address of the source"),
        max_length=500,
        blank=True,
        help_text=_(
            "The page from which the text was taken; every page links to it. "
            "Example: https://be.brussels/nl/…."
        ),
    )

    # What the methods of its query set add.
    content_changed_at: datetime | None
    listed_worksites: int
    withheld_worksites: int
    term_rows: list[list[str]] | None

    objects: ClassVar = ObjectiveQuerySet.as_manager()

    class Meta:
        verbose_name = _("objective")
        verbose_name_plural = _("objectives")
        ordering = ["code"]
        constraints = [
            *record_constraints(
                "objective",
                ["official_title"],
                OBJECTIVE_TEXTS,
            ),
            models.UniqueConstraint(
                fields=["is_reference"],
                condition=Q(is_reference=False),
                name="objective_one_in_full",
                violation_error_message=ONE_IN_FULL,
            ),
            models.CheckConstraint(
                name="objective_described_announces_worksites",
                condition=Q(is_reference=True, announced_worksites__isnull=True)
                | Q(is_reference=False, announced_worksites__isnull=False, announced_worksites__gt=0),
                violation_error_message=_(
                    "An objective with a page says how many worksites the source announces; "
                    "one recorded by title only does not."
                ),
            ),
        ]

    def __str__(self) -> str:
        return shortened(f"{self.code} {self.title or self.official_title}")

    def clean(self) -> None:
        super().clean()
        if self.is_reference and self.pk and self.has_parts():
            raise ValidationError(
                {
                    "is_reference": _(
                        "Worksites, sectors, offices or partners belong to this objective, so the portal "
                        "shows it in full. Withdraw it, with the reason, if readers are no longer to see it."
                    )
                }
            )

    def has_parts(self) -> bool:
        """Return whether anything belongs to the objective as only to the one in full."""
        rows = (self.worksite_set, self.sector_set, self.objectiveoffice_set, self.partnership_set)
        return any(each.exists() for each in rows)

    def url_kwargs(self) -> dict[str, str]:
        return {"code": self.code}

    @property
    def heading(self) -> str:
        return self.title or self.official_title

    @cached_property
    def partnerships(self) -> "list[Partnership]":
        """Return the partners and members of the steering committee, in the source's order."""
        return list(self.partnership_set.all())

    @property
    def initiating(self) -> "list[ObjectiveOffice]":
        """Return the offices that take the initiative, in the source's order."""
        return in_role("initiating", self.objectiveoffice_set.all())

    @property
    def associated(self) -> "list[ObjectiveOffice]":
        """Return the associated offices, in the source's order."""
        return in_role("associated", self.objectiveoffice_set.all())

    @property
    def partners(self) -> "list[Partnership]":
        """Return the partners, in the source's order."""
        return in_role("partner", self.partnerships)

    @property
    def steering_committee(self) -> "list[Partnership]":
        """Return the members of the steering committee, in the source's order."""
        return in_role("steering-committee", self.partnerships)


class HasRole(Protocol):
    """A row that says in which role an office or a partner is there."""

    role: str


RowT = TypeVar("RowT", bound=HasRole)


def in_role(role: str, rows: Iterable[RowT]) -> list[RowT]:
    """Return those of `rows` that have this role."""
    return [row for row in rows if row.role == role]
