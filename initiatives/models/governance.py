"""Who answers for the objective: the offices, and those who hold or held them."""

from collections.abc import Iterable
from datetime import date
from typing import ClassVar, Self

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Exists, F, OuterRef, Prefetch, Q
from django.utils.translation import gettext_lazy as _
from django_stubs_ext import StrOrPromise

from ..language import joined, shortened
from .base import Page, Record
from .fields import (
    ADDRESS,
    OF_OFFICE,
    OF_WORKSITE,
    REMARK,
    SLIP,
    WORDING,
    code_field,
    position_field,
    record_constraints,
    unique_constraint,
    unique_slugs,
)
from .objectives import objective_field
from .querysets import RecordQuerySet
from .reusable import reusable
from .strategy import Strategy
from .worksites import Sector, Worksite, WorksiteSector

MERGED_STAYS_WITHDRAWN = _(
    "This office was merged with another: it stays withdrawn, and its addresses lead to that one. "
    "To undo that, bring back a version from before."
)
NOT_INTO_MERGED = _("An office is merged with one that stays: one that was not merged with another itself.")


class OfficeQuerySet(RecordQuerySet["Office"]):
    def steering_sector(self, sector: Sector) -> Self:
        """Return the offices that steer a worksite of this sector."""
        worksites = WorksiteSector.objects.published().filter(sector=sector).values("worksite")
        return self.filter(
            pk__in=Steering.objects.published().filter(worksite__in=worksites).values("office")
        )

    @reusable
    def withheld(self) -> Self:
        """Return the offices that readers no longer see, those aside that live on in another one."""
        return super().withheld().filter(merged_into=None)

    @reusable
    def with_roles(self) -> Self:
        """Add the holders, the role in the objective and the worksites each office steers."""
        steering = Steering.objects.published().select_related("worksite").order_by("worksite__number")
        rows = self.prefetch_published("officeholder").prefetch_published("objectiveoffice", "objective")
        return rows.with_withheld("steering").prefetch_related(Prefetch("steering_set", steering))


class Office(Page):
    """The function of a minister or state secretary, whoever holds it."""

    class Kind(models.TextChoices):
        MINISTER_PRESIDENT = "minister-president", _("Minister-President")
        MINISTER = "minister", _("Minister")
        STATE_SECRETARY = "state-secretary", _("State Secretary")

    heading_field = body_field = "name"
    required_texts = ("name", "slug")

    code = code_field("minister-work")
    position = position_field()
    kind = models.CharField(
        _("kind"),
        max_length=20,
        choices=Kind,
        help_text=_("Readers see it on the page of the office. Example: “Minister”."),
    )
    name = models.CharField(
        _("name"),
        max_length=200,
        help_text=_("The name of the function, never of a person. Example: “Minister for Employment”."),
    )
    slug = models.SlugField(_("address"), max_length=100, help_text=ADDRESS)
    # Set by versions/merge.py: the office that this one turned out to be. Never one that was merged itself.
    merged_into = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        related_name="merged",
        verbose_name=_("merged with"),
    )

    objects: ClassVar = OfficeQuerySet.as_manager()

    class Meta:
        verbose_name = _("office")
        verbose_name_plural = _("offices")
        ordering = ["position"]
        constraints = [
            *record_constraints("office", ["name", "slug"]),
            unique_constraint("office_position", "position"),
            *unique_slugs("office"),
            models.CheckConstraint(
                name="office_merged_is_withdrawn",
                condition=Q(merged_into__isnull=True) | Q(publication=Record.Publication.WITHDRAWN),
                violation_error_message=MERGED_STAYS_WITHDRAWN,
            ),
            models.CheckConstraint(
                name="office_merged_into_another",
                condition=Q(merged_into__isnull=True) | ~Q(merged_into=F("id")),
                violation_error_message=NOT_INTO_MERGED,
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        super().clean()
        if self.merged_into and self.publication != self.Publication.WITHDRAWN:
            raise ValidationError({"publication": MERGED_STAYS_WITHDRAWN})
        # One hop, whatever was merged after what: what leads here follows it, and nothing leads in a circle.
        if self.merged_into and (self.merged_into.merged_into_id or (self.pk and self.merged.exists())):
            raise ValidationError(NOT_INTO_MERGED)

    @property
    def title(self) -> str:
        return self.name

    @property
    def successor(self) -> "Office | None":
        """Return the office that this one was merged into, to which its addresses lead."""
        return self.merged_into

    @property
    def wordings(self) -> "list[ObjectiveOffice | Steering]":
        """Return each printed wording once, as rows that hold it in Dutch and French, roles first."""
        rows: list[ObjectiveOffice | Steering] = [*self.objectiveoffice_set.all(), *self.steering_set.all()]
        return list({row.translation("wording", "nl"): row for row in reversed(rows)}.values())[::-1]


class OfOffice(Record):
    """What is said of an office, and goes with it where that is merged with another."""

    office: models.ForeignKey[Office, Office]
    office_id: int

    class Meta:
        abstract = True

    def clean(self) -> None:
        super().clean()
        merged = Office.objects.filter(pk=self.office_id).exclude(merged_into=None).first()
        if merged:
            raise ValidationError(
                _("“%(office)s” was merged with “%(stays)s”: choose that office.")
                % {"office": merged, "stays": merged.merged_into}
            )


class OfficeHolderQuerySet(RecordQuerySet["OfficeHolder"]):
    def of_several_offices(self) -> Self:
        """Return the rows of people who held more than one public office, told by their name."""
        others = self.model.objects.published().filter(name=OuterRef("name"))
        others = others.exclude(office=OuterRef("office"))
        return (
            self.filter(Exists(others)).select_related("office").order_by("name", "office__position", "start")
        )


class OfficeHolder(OfOffice):
    """A person in an office, from a day, perhaps to a day, with where that was read."""

    required_texts = ("source",)
    optional_texts = ("note",)
    natural_key_fields = ("office__code", "start")
    public_parents = ("office",)
    item_field = "office"

    office = models.ForeignKey(Office, models.CASCADE, verbose_name=_("office"), help_text=OF_OFFICE)
    name = models.CharField(
        _("name"), max_length=150, help_text=_("First name and surname. Example: Bernard Clerfayt.")
    )
    start = models.DateField(_("from"), help_text=_("The first day in office. Example: 2019-07-18."))
    end = models.DateField(
        _("to"),
        null=True,
        blank=True,
        help_text=_("The last day in office; empty as long as no end was read. Example: 2023-06-18."),
    )
    end_at_latest = models.DateField(
        _("at the latest until"),
        null=True,
        blank=True,
        help_text=_(
            "Where no last day was read: the day on which somebody else held the office, or a new government "
            "took the oath. Example: 2026-02-14."
        ),
    )
    note = models.TextField(
        _("note on the dates"),
        blank=True,
        help_text=_(
            "What readers have to know of the dates. Example: “This is the day of the announcement.”"
        ),
    )
    source = models.CharField(
        _("where this was read"),
        max_length=300,
        help_text=_(
            "The site or document where this was read, and its date. Example: “vrt.be and bx1.be, July 2019”."
        ),
    )

    objects: ClassVar = OfficeHolderQuerySet.as_manager()

    class Meta:
        verbose_name = _("office holder")
        verbose_name_plural = _("office holders")
        ordering = ["office__position", "start"]
        constraints = [
            *record_constraints("officeholder", ["source"], ["note"]),
            unique_constraint("officeholder_start", "office", "start"),
            models.CheckConstraint(
                name="officeholder_end_after_start",
                condition=Q(end__isnull=True) | Q(end__gte=F("start")),
                violation_error_message=_("The last day in office cannot be before the first."),
            ),
            models.CheckConstraint(
                name="officeholder_end_known_or_bounded",
                condition=Q(end_at_latest__isnull=True) | Q(end__isnull=True, end_at_latest__gte=F("start")),
                violation_error_message=_(
                    "Give the last day, or the day by which it was past at the latest, not both; "
                    "it cannot be before the first."
                ),
            ),
        ]

    def __str__(self) -> str:
        return shortened(f"{self.name} ({self.office})")

    @property
    def last_day(self) -> date | None:
        """Return the last day that the holder can have been in office; None where nothing was read of it."""
        return self.end or self.end_at_latest

    def is_of(self, strategy: Strategy) -> bool:
        """Return whether the term is one in the government of the strategy's legislature.

        Whoever takes an oath begins a term: of that government are those who began in or after the first year
        of the legislature, and before the next government took its oath.
        """
        after = strategy.new_government_on
        return self.start.year >= strategy.legislature_start and not (after and self.start >= after)


def shared_offices() -> dict[str, list[Office]]:
    """Return the public offices of each person who held more than one, by name, in one query."""
    offices: dict[str, dict[int, Office]] = {}
    for holder in OfficeHolder.objects.published().of_several_offices():
        offices.setdefault(holder.name, {})[holder.office_id] = holder.office
    return {name: list(its_offices.values()) for name, its_offices in offices.items()}


def by_legislature(
    holders: Iterable[OfficeHolder], strategy: Strategy
) -> tuple[list[OfficeHolder], list[OfficeHolder]]:
    """Return the holders in the government of the strategy's legislature, and those before and after it."""
    groups: dict[bool, list[OfficeHolder]] = {True: [], False: []}
    for holder in holders:
        groups[holder.is_of(strategy)].append(holder)
    return groups[True], groups[False]


class Steering(OfOffice):
    """An office steers a worksite: in which place, and in which wording of the source."""

    required_texts = ("wording",)
    optional_texts = ("slip", "remark")
    natural_key_fields = ("worksite__code", "office__code")
    public_parents = ("worksite", "office")
    item_field = "worksite"

    worksite = models.ForeignKey(Worksite, models.CASCADE, verbose_name=_("worksite"), help_text=OF_WORKSITE)
    office = models.ForeignKey(Office, models.PROTECT, verbose_name=_("office"), help_text=OF_OFFICE)
    position = position_field()
    wording = models.CharField(_("wording"), max_length=200, help_text=WORDING)
    slip = models.TextField(_("slip of the source"), blank=True, help_text=SLIP)
    remark = models.TextField(_("remark on the source"), blank=True, help_text=REMARK)

    class Meta:
        verbose_name = _("steering")
        verbose_name_plural = _("steering")
        ordering = ["worksite__number", "position"]
        constraints = [
            *record_constraints("steering", ["wording"], ["slip", "remark"]),
            unique_constraint("steering", "worksite", "office"),
            unique_constraint("steering_position", "worksite", "position"),
        ]

    def __str__(self) -> str:
        return shortened(joined(":", self.worksite, self.wording))


class ObjectiveOffice(OfOffice):
    """The role of an office in the objective: initiating or associated."""

    class Role(models.TextChoices):
        INITIATING = "initiating", _("initiating")
        ASSOCIATED = "associated", _("associated")

    required_texts = ("wording",)
    natural_key_fields = ("objective__code", "office__code", "role")
    public_parents = ("objective", "office")
    item_field = "objective"

    objective = objective_field(models.CASCADE)
    office = models.ForeignKey(Office, models.PROTECT, verbose_name=_("office"), help_text=OF_OFFICE)
    role = models.CharField(
        _("role"),
        max_length=10,
        choices=Role,
        help_text=_(
            "What the source says the office is. Example: “initiating minister” for the Minister-President."
        ),
    )
    position = position_field()
    wording = models.CharField(_("wording"), max_length=200, help_text=WORDING)

    class Meta:
        verbose_name = _("role of an office")
        verbose_name_plural = _("roles of offices")
        ordering = ["objective__code", "position"]
        constraints = [
            *record_constraints("objectiveoffice", ["wording"]),
            unique_constraint("objectiveoffice", "objective", "office", "role"),
            unique_constraint("objectiveoffice_position", "objective", "position"),
        ]

    def __str__(self) -> str:
        return f"{shortened(self.wording)} ({self.role_name})"

    @property
    def role_name(self) -> StrOrPromise:
        """Return the role with what the office is: a state secretary is no “associated minister”.

        It is translated when it is read: data ask for both languages of it.
        """
        is_state_secretary = self.office.kind == Office.Kind.STATE_SECRETARY
        return ROLE_NAMES[ObjectiveOffice.Role(self.role), is_state_secretary]


# (role, whether of a state secretary)
ROLE_NAMES = {
    (ObjectiveOffice.Role.INITIATING, False): _("initiating minister"),
    (ObjectiveOffice.Role.INITIATING, True): _("initiating state secretary"),
    (ObjectiveOffice.Role.ASSOCIATED, False): _("associated minister"),
    (ObjectiveOffice.Role.ASSOCIATED, True): _("associated state secretary"),
}
