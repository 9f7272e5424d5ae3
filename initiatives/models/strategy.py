"""The strategy, its pillars and milestones, and its objectives."""

from django.db import models
from django.db.models import F, Q
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from ..querysets import ObjectiveQuerySet
from ..typography import joined
from .records import (
    OF_STRATEGY,
    SLIP,
    WHERE_READ,
    Page,
    Record,
    code_field,
    record_constraints,
)


class Strategy(Record):
    """The strategy that the objective belongs to, and facts about it."""

    required_texts = ("publisher", "coordinator", "priorities", "facts_source")

    code = code_field("go4brussels-2030")
    name = models.CharField(
        _("name"),
        max_length=100,
        help_text=_("The name of the strategy, the same in both languages. Example: “Go4Brussels 2030”."),
    )
    source_line = models.CharField(
        _("line printed by the source"),
        max_length=200,
        help_text=_(
            "The line about the strategy on the source page, to the letter. "
            "Example: “Go4Brussels 2030 strategie meerjarenplan”."
        ),
    )
    publisher = models.CharField(
        _("publisher of the source"),
        max_length=200,
        help_text=_(
            "Who publishes the source page; named wherever the source is. Example: “Brussels-Capital Region”."
        ),
    )
    coordinator = models.CharField(
        _("coordinated by"),
        max_length=200,
        help_text=_("Who coordinates the strategy. Example: “Brussels Regional Public Service”."),
    )
    legislature_start = models.PositiveSmallIntegerField(
        _("first year of the legislature"),
        help_text=_("For the sentence on every page about the legislature. Example: 2019."),
    )
    legislature_end = models.PositiveSmallIntegerField(
        _("last year of the legislature"), help_text=_("For the same sentence. Example: 2024.")
    )
    objective_count = models.PositiveSmallIntegerField(
        _("number of objectives"), help_text=_("How many objectives the whole strategy has. Example: 17.")
    )
    worksites_over = models.PositiveSmallIntegerField(
        _("more worksites than"),
        help_text=_("The whole strategy has more worksites than this. Example: 100."),
    )
    priorities = models.TextField(
        _("what kinds of priority there are"),
        help_text=_(
            "Explains the kinds of priority, beneath who carries the objective. "
            "Example: “A worksite or an objective is a shared or a concerted priority, …”."
        ),
    )
    facts_source = models.CharField(
        _("source of these facts"),
        max_length=300,
        help_text=_(
            "Where the facts about the strategy were read. "
            "Example: “be.brussels, ‘Doelstellingen en prioriteiten Go4Brussels 2030’”."
        ),
    )

    class Meta:
        verbose_name = _("strategy")
        verbose_name_plural = _("strategies")
        ordering = ["code"]
        constraints = [
            *record_constraints("strategy", ["publisher", "coordinator", "priorities", "facts_source"]),
            models.CheckConstraint(
                name="strategy_legislature_ends_after_start",
                condition=Q(legislature_end__gte=F("legislature_start")),
                violation_error_message=_("The legislature cannot end before it starts."),
            ),
        ]

    def __str__(self):
        return self.name


class Pillar(Record):
    """A part of the strategy: the Region alone, or the Region with the Communities."""

    required_texts = ("name",)
    natural_key_fields = ("number",)
    public_parents = ("strategy",)
    item_field = "strategy"

    strategy = models.ForeignKey(Strategy, models.PROTECT, verbose_name=_("strategy"), help_text=OF_STRATEGY)
    number = models.PositiveSmallIntegerField(
        _("number"), unique=True, help_text=_("The codes of its objectives begin with it. Example: 1.")
    )
    name = models.CharField(
        _("name"),
        max_length=200,
        help_text=_("As the strategy calls it. Example: “the commitments of the Region”."),
    )
    objective_count = models.PositiveSmallIntegerField(
        _("number of objectives"), help_text=_("How many objectives the pillar has. Example: 9.")
    )

    class Meta:
        verbose_name = _("pillar")
        verbose_name_plural = _("pillars")
        ordering = ["number"]
        constraints = record_constraints("pillar", ["name"])

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
    item_field = "strategy"

    strategy = models.ForeignKey(Strategy, models.PROTECT, verbose_name=_("strategy"), help_text=OF_STRATEGY)
    date = models.DateField(
        _("date"),
        unique=True,
        help_text=_(
            "The day of the event; the first of the month where only the month is known. Example: 2020-01-16."
        ),
    )
    precision = models.CharField(
        _("how exact the date is"),
        max_length=5,
        choices=Precision,
        default=Precision.DAY,
        help_text=_(
            "Whether readers see the day, or the month alone. Example: “to the month” for February 2021."
        ),
    )
    text = models.TextField(
        _("what happened"),
        help_text=_(
            "The event in one sentence, for the timeline. "
            "Example: “Social Summit on the priorities for the end of the legislature.”"
        ),
    )
    source = models.CharField(_("where this was read"), max_length=300, help_text=WHERE_READ)

    class Meta:
        verbose_name = _("milestone")
        verbose_name_plural = _("milestones")
        ordering = ["date"]
        constraints = record_constraints("milestone", ["text"])

    def __str__(self):
        return joined(":", self.date, self.text)


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
    official_title_provenance_nl = models.CharField(
        _("provenance of the Dutch title"),
        max_length=10,
        choices=Record.Provenance,
        default=Record.Provenance.OFFICIAL,
        help_text=_("Where the official title comes from. Example: “official name or title”."),
    )
    official_title_provenance_fr = models.CharField(
        _("provenance of the French title"),
        max_length=10,
        choices=Record.Provenance,
        default=Record.Provenance.OFFICIAL,
        help_text=_("Where the official title comes from. Example: “official name or title”."),
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
    announced_worksites = models.PositiveSmallIntegerField(
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
    slip = models.TextField(_("slip of the source"), blank=True, help_text=SLIP)
    source_url = models.URLField(
        _("address of the source"),
        max_length=500,
        blank=True,
        help_text=_(
            "The page from which the text was taken; every page links to it. "
            "Example: https://be.brussels/nl/…."
        ),
    )

    objects = ObjectiveQuerySet.as_manager()

    class Meta:
        verbose_name = _("objective")
        verbose_name_plural = _("objectives")
        ordering = ["code"]
        constraints = [
            *record_constraints(
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
                | Q(is_reference=False, announced_worksites__isnull=False, announced_worksites__gt=0),
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

    @property
    def heading(self):
        return self.title or self.official_title

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
