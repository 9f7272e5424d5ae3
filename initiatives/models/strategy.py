"""The strategy, its pillars and milestones, and its objectives."""

from django.db import models
from django.db.models import F, Q
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from ..querysets import ObjectiveQuerySet
from .records import Page, Record, code_field, public_in_both_languages


class Strategy(Record):
    """The strategy that the objective belongs to, and facts about it."""

    required_texts = ("publisher", "coordinator", "priorities", "facts_source")

    code = code_field("go4brussels-2030")
    name = models.CharField(_("name"), max_length=100)
    source_line = models.CharField(_("line printed by the source"), max_length=200)
    publisher = models.CharField(_("publisher of the source"), max_length=200)
    coordinator = models.CharField(_("coordinated by"), max_length=200)
    legislature_start = models.PositiveSmallIntegerField(_("first year of the legislature"))
    legislature_end = models.PositiveSmallIntegerField(_("last year of the legislature"))
    objective_count = models.PositiveSmallIntegerField(_("number of objectives"))
    worksites_over = models.PositiveSmallIntegerField(_("more worksites than"))
    priorities = models.TextField(_("what kinds of priority there are"))
    facts_source = models.CharField(_("source of these facts"), max_length=300)

    class Meta:
        verbose_name = _("strategy")
        verbose_name_plural = _("strategies")
        ordering = ["code"]
        constraints = [
            public_in_both_languages("strategy", ["publisher", "coordinator", "priorities", "facts_source"]),
            models.CheckConstraint(
                name="strategy_legislature_ends_after_start",
                condition=Q(legislature_end__gte=F("legislature_start")),
            ),
        ]

    def __str__(self):
        return self.name


class Pillar(Record):
    """A part of the strategy: the Region alone, or the Region with the Communities."""

    required_texts = ("name",)
    natural_key_fields = ("number",)
    public_parents = ("strategy",)

    strategy = models.ForeignKey(Strategy, models.PROTECT, verbose_name=_("strategy"))
    number = models.PositiveSmallIntegerField(_("number"), unique=True)
    name = models.CharField(_("name"), max_length=200)
    objective_count = models.PositiveSmallIntegerField(_("number of objectives"))

    class Meta:
        verbose_name = _("pillar")
        verbose_name_plural = _("pillars")
        ordering = ["number"]
        constraints = [public_in_both_languages("pillar", ["name"])]

    def __str__(self):
        return f"{self.number}. {self.name}"


class Milestone(Record):
    """A dated event in the life of the strategy."""

    class Precision(models.TextChoices):
        DAY = "day", _("to the day")
        MONTH = "month", _("to the month")

    required_texts = ("text",)
    natural_key_fields = ("date",)
    public_parents = ("strategy",)

    strategy = models.ForeignKey(Strategy, models.PROTECT, verbose_name=_("strategy"))
    date = models.DateField(_("date"), unique=True)
    precision = models.CharField(
        _("how exact the date is"), max_length=5, choices=Precision, default=Precision.DAY
    )
    text = models.TextField(_("what happened"))
    source = models.CharField(_("where this was read"), max_length=300)

    class Meta:
        verbose_name = _("milestone")
        verbose_name_plural = _("milestones")
        ordering = ["date"]
        constraints = [public_in_both_languages("milestone", ["text"])]

    def __str__(self):
        return f"{self.date}: {self.text}"


class Objective(Page):
    """An objective of the strategy; those not described here are recorded by code and title only."""

    required_texts = ("official_title",)
    optional_texts = (
        "title",
        "introduction",
        "vision",
        "focus",
        "alignment",
        "governance_heading",
        "priority",
        "slip",
    )
    public_parents = ("strategy", "pillar")

    strategy = models.ForeignKey(Strategy, models.PROTECT, verbose_name=_("strategy"))
    pillar = models.ForeignKey(Pillar, models.PROTECT, verbose_name=_("pillar"))
    code = code_field("1.4")
    is_reference = models.BooleanField(
        _("recorded by title only"),
        default=False,
        help_text=_("The portal has no page for it; worksites only refer to it."),
    )
    official_title = models.CharField(_("official title"), max_length=300)
    official_title_provenance_nl = models.CharField(
        _("provenance of the Dutch title"),
        max_length=10,
        choices=Record.Provenance,
        default=Record.Provenance.OFFICIAL,
    )
    official_title_provenance_fr = models.CharField(
        _("provenance of the French title"),
        max_length=10,
        choices=Record.Provenance,
        default=Record.Provenance.OFFICIAL,
    )
    title = models.CharField(_("title on the source page"), max_length=300, blank=True)
    announced_worksites = models.PositiveSmallIntegerField(
        _("worksites announced"), null=True, blank=True, help_text=_("The number that the source announces.")
    )
    introduction = models.TextField(_("introduction"), blank=True)
    vision = models.TextField(_("vision"), blank=True)
    focus = models.TextField(_("focus"), blank=True, help_text=_("Introduces the priority sectors."))
    alignment = models.TextField(_("alignment"), blank=True, help_text=_("Closes the priority sectors."))
    governance_heading = models.CharField(_("heading of the governance"), max_length=200, blank=True)
    priority = models.CharField(_("kind of priority"), max_length=100, blank=True)
    slip = models.TextField(_("slip of the source"), blank=True)
    source_url = models.URLField(_("address of the source"), max_length=500, blank=True)

    objects = ObjectiveQuerySet.as_manager()

    class Meta:
        verbose_name = _("objective")
        verbose_name_plural = _("objectives")
        ordering = ["code"]
        constraints = [
            public_in_both_languages(
                "objective",
                ["official_title"],
                [
                    "title",
                    "introduction",
                    "vision",
                    "focus",
                    "alignment",
                    "governance_heading",
                    "priority",
                    "slip",
                ],
            ),
            models.CheckConstraint(
                name="objective_described_announces_worksites",
                condition=Q(is_reference=True, announced_worksites__isnull=True)
                | Q(is_reference=False, announced_worksites__gt=0),
                violation_error_message=_(
                    "An objective with a page says how many worksites the source announces; "
                    "one recorded by title only does not."
                ),
            ),
        ]

    def __str__(self):
        return f"{self.code} {self.title or self.official_title}"

    def address(self):
        return {"code": self.code}

    @cached_property
    def partnerships(self):
        """Give the partners and members of the steering committee, in the source's order."""
        return list(self.partnership_set.all())

    @property
    def initiating(self):
        """Give the offices that take the initiative, in the source's order."""
        return in_role("initiating", self.objectiveoffice_set.all())

    @property
    def associated(self):
        """Give the associated offices, in the source's order."""
        return in_role("associated", self.objectiveoffice_set.all())

    @property
    def partners(self):
        """Give the partners, in the source's order."""
        return in_role("partner", self.partnerships)

    @property
    def steering_committee(self):
        """Give the members of the steering committee, in the source's order."""
        return in_role("steering-committee", self.partnerships)


def in_role(role, rows):
    """Give those of `rows` that have this role."""
    return [row for row in rows if row.role == role]
