"""Worksites and the priority sectors."""

from typing import ClassVar, Self

from django.core.validators import MaxValueValidator
from django.db import models
from django.db.models import Prefetch, Q
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from django_stubs_ext import StrOrPromise

from ..language import shortened
from .base import Page, Record
from .fields import (
    ADDRESS,
    LARGEST_COUNT,
    OF_WORKSITE,
    REMARK,
    SLIP,
    code_field,
    position_field,
    provenance_field,
    record_constraints,
    unique_constraint,
    unique_slugs,
)
from .objectives import objective_field
from .provenance import Provenance
from .querysets import RecordQuerySet
from .reusable import reusable


class SectorQuerySet(RecordQuerySet["Sector"]):
    @reusable
    def with_worksites(self) -> Self:
        """Add the worksites in each sector and who steers them."""
        links = WorksiteSector.objects.published().order_by("worksite__number")
        worksites = Worksite.objects.published().with_steering()
        # Not joined: a row that is there already would miss what the second prefetch adds to it.
        rows = self.with_withheld("worksitesector").prefetch_related(Prefetch("worksitesector_set", links))
        return rows.prefetch_related(Prefetch("worksitesector_set__worksite", worksites))


class Sector(Page):
    """A priority sector of the objective, with its scope as the source prints it."""

    heading_field = "name"
    body_field = "scope"
    required_texts = ("name", "slug", "scope")
    optional_texts = ("nace_name", "nace_note", "remark")
    public_parents = ("objective",)
    fixed_provenance = Record.fixed_provenance | {
        "nace_name": Provenance.OFFICIAL,
        "nace_note": Provenance.PORTAL,
    }

    withholds_worksitesector: bool  # what with_worksites() adds

    objective = objective_field(models.PROTECT)
    code = code_field("construction")
    position = position_field()
    name = models.CharField(
        _("name"), max_length=150, help_text=_("The portal’s own short name. Example: “Tourism”.")
    )
    name_provenance_nl = provenance_field(_("provenance of the Dutch name"), Provenance.PORTAL)
    name_provenance_fr = provenance_field(_("provenance of the French name"), Provenance.PORTAL)
    slug = models.SlugField(_("address"), max_length=100, help_text=ADDRESS)
    scope = models.TextField(
        _("scope"),
        help_text=_(
            "The whole line of the source. Example: “the horeca sector (restaurants and accommodation)”."
        ),
    )
    nace_rev2 = models.CharField(
        _("NACE Rev. 2 section"),
        max_length=1,
        blank=True,
        help_text=_(
            "The letter of the section in NACE, the European classification of activities. "
            "Example: R for the arts."
        ),
    )
    nace_rev2_1 = models.CharField(
        _("NACE Rev. 2.1 section"),
        max_length=1,
        blank=True,
        help_text=_("The letter of the section in the newer revision. Example: S for the arts."),
    )
    nace_name = models.CharField(
        _("name of the NACE Rev. 2 section"),
        max_length=200,
        blank=True,
        help_text=_(
            "As the regulation on NACE Rev. 2 has it. Example: “Arts, entertainment and recreation”."
        ),
    )
    nace_note = models.TextField(
        _("note on NACE"),
        blank=True,
        help_text=_(
            "What readers have to know about the section. "
            "Example: “Tourism has no section of its own in NACE.”"
        ),
    )
    remark = models.TextField(_("remark on the source"), blank=True, help_text=REMARK)

    objects: ClassVar = SectorQuerySet.as_manager()

    class Meta:
        verbose_name = _("sector")
        verbose_name_plural = _("sectors")
        ordering = ["position"]
        constraints = [
            *record_constraints("sector", ["name", "slug", "scope"], ["nace_name", "nace_note", "remark"]),
            unique_constraint("sector_position", "objective", "position"),
            *unique_slugs("sector"),
            models.CheckConstraint(
                name="sector_nace_in_both_revisions",
                condition=Q(nace_rev2="", nace_rev2_1="") | Q(nace_rev2__gt="", nace_rev2_1__gt=""),
                violation_error_message=_("Give the section in both revisions of NACE, or in neither."),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def title(self) -> str:
        return self.name


class WorksiteQuerySet(RecordQuerySet["Worksite"]):
    @reusable
    def with_steering(self) -> Self:
        """Add the offices that steer each worksite, in the source's order."""
        return self.prefetch_published("steering", "office")

    @reusable
    def with_wordings(self) -> Self:
        """Add who steers each worksite as the source prints it, without the offices that are meant."""
        return self.prefetch_published("steering")

    @reusable
    def with_sectors(self) -> Self:
        """Add the priority sectors that the portal links to each worksite."""
        return self.prefetch_published("worksitesector", "sector")

    @reusable
    def with_measures(self) -> Self:
        """Add the measures of each worksite, in the source's order."""
        return self.prefetch_published("measure")

    def numbers(self) -> list[int]:
        """Return the numbers of the worksites that are or were public, in their order."""
        rows = self.exclude(publication=Record.Publication.DRAFT)
        return sorted(rows.values_list("number", flat=True))

    @reusable
    def with_content(self) -> Self:
        """Add measures, cross-references, steering and sectors."""
        rows = self.with_measures().with_steering().with_sectors()
        return rows.prefetch_published("crossreference", "objective")


class Worksite(Page):
    """One of the objective's worksites (werf / chantier): documented, or only announced by its number."""

    required_texts = ("title", "slug")
    optional_texts = ("steering_label", "slip", "remark")
    public_parents = ("objective",)

    objective = objective_field(models.PROTECT)
    number = models.PositiveBigIntegerField(
        _("number"),
        validators=[MaxValueValidator(LARGEST_COUNT)],  # the column holds those that make room as well
        help_text=_("The number on its plate, in the order of the source. Example: 2."),
    )
    code = code_field("1.4-02")
    is_announced_only = models.BooleanField(
        _("announced only"),
        default=False,
        help_text=_("The source counts this worksite but does not name it. Example: worksite 11."),
    )
    title = models.CharField(
        _("title"),
        max_length=300,
        help_text=_("As the source prints it. Example: “Speeding up the digital economy”."),
    )
    slug = models.SlugField(_("address"), max_length=100, help_text=ADDRESS)
    steering_label = models.CharField(
        _("label of the steering offices"),
        max_length=100,
        blank=True,
        help_text=_("What the source prints above the offices. Example: “Steering offices”."),
    )
    slip = models.TextField(_("slip of the source"), blank=True, help_text=SLIP)
    remark = models.TextField(_("remark on the source"), blank=True, help_text=REMARK)
    gives_dates = models.BooleanField(
        _("the source gives dates"),
        default=False,
        help_text=_("Whether the source says for this worksite by when. Example: yes, if it says “by 2025”."),
    )
    gives_budget = models.BooleanField(
        _("the source gives a budget"),
        default=False,
        help_text=_(
            "Whether the source names an amount for this worksite. "
            "Example: yes, if it says “5 million euros”."
        ),
    )
    gives_indicators = models.BooleanField(
        _("the source gives indicators"),
        default=False,
        help_text=_(
            "Whether the source says for this worksite by what its progress is measured. "
            "Example: yes, if it says “number of jobs”."
        ),
    )

    # What with_content() adds.
    withholds_measure: bool
    withholds_steering: bool

    objects: ClassVar = WorksiteQuerySet.as_manager()

    class Meta:
        verbose_name = _("worksite")
        verbose_name_plural = _("worksites")
        ordering = ["objective", "number"]
        constraints = [
            *record_constraints("worksite", ["title", "slug"], ["steering_label", "slip", "remark"]),
            unique_constraint("worksite_number", "objective", "number"),
            *unique_slugs("worksite"),
            models.CheckConstraint(
                name="worksite_number_from_one",
                condition=Q(number__gte=1),
                violation_error_message=_("Worksites are numbered from 1."),
            ),
        ]

    def __str__(self) -> str:
        return shortened(f"{self.number}. {self.title}")

    @property
    def anchor(self) -> str:
        """Return the name of the worksite within a page that shows several; it never changes."""
        return f"w{self.number}"

    @property
    def given(self) -> list[tuple[StrOrPromise, bool, int, bool]]:
        """Return what the source might say of a worksite, for rows with_content().

        Each as (what it is, whether it is shown here, how many, whether it was withdrawn from here).
        """
        measures, offices = (len(rows.all()) for rows in (self.measure_set, self.steering_set))
        return [
            (_("measures"), measures > 0, measures, self.withholds_measure),
            (_("steering offices"), offices > 0, offices, self.withholds_steering),
            (_("dates"), self.gives_dates, 0, False),
            (_("budget"), self.gives_budget, 0, False),
            (_("indicators"), self.gives_indicators, 0, False),
        ]

    @cached_property
    def sectors(self) -> list[Sector]:
        """Return the priority sectors that the portal links to this worksite."""
        return [link.sector for link in self.worksitesector_set.all()]


class WorksiteSector(Record):
    """A link between a worksite and a priority sector: the portal's own, where the titles plainly match."""

    natural_key_fields = ("worksite__code", "sector__code")
    public_parents = ("worksite", "sector")
    item_field = "worksite"

    worksite = models.ForeignKey(Worksite, models.CASCADE, verbose_name=_("worksite"), help_text=OF_WORKSITE)
    sector = models.ForeignKey(
        Sector,
        models.PROTECT,
        verbose_name=_("sector"),
        help_text=_(
            "The priority sector that the title of the worksite plainly matches. "
            "Example: “Tourism” for worksite 3."
        ),
    )
    position = position_field()

    class Meta:
        verbose_name = _("sector of a worksite")
        verbose_name_plural = _("sectors of worksites")
        ordering = ["worksite__number", "position"]
        constraints = [
            *record_constraints("worksitesector"),
            unique_constraint("worksitesector", "worksite", "sector"),
            unique_constraint("worksitesector_position", "worksite", "position"),
        ]

    def __str__(self) -> str:
        return shortened(f"{self.worksite} – {self.sector}")
