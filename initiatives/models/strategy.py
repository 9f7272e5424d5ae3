"""The strategy, its pillars and its milestones."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from ..language import joined, long_date, shortened
from .base import Record
from .fields import OF_STRATEGY, WHERE_READ, code_field, count_field, record_constraints, year_field
from .provenance import Provenance


class Strategy(Record):
    """The strategy that the objective belongs to, and facts about it."""

    required_texts = ("publisher", "coordinator", "priorities", "facts_source")
    optional_texts = ("new_government_source",)
    # The names of public bodies are their own; the rest is what the portal says of the strategy.
    fixed_provenance = Record.fixed_provenance | dict.fromkeys(
        ("publisher", "coordinator"), Provenance.OFFICIAL
    )

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
    legislature_start = year_field(
        _("first year of the legislature"),
        help_text=_("For the sentence on every page about the legislature. Example: 2019."),
    )
    legislature_end = year_field(
        _("last year of the legislature"), help_text=_("For the same sentence. Example: 2024.")
    )
    new_government_on = models.DateField(
        _("a new government since"),
        null=True,
        blank=True,
        help_text=_(
            "The day on which the government after that of this legislature took the oath; for the sentence "
            "on every page. Empty as long as there is none. Example: 2026-02-14."
        ),
    )
    new_government_source = models.CharField(
        _("where the new government was read"), max_length=300, blank=True, help_text=WHERE_READ
    )
    terms_url = models.URLField(
        _("terms of use of the source"),
        max_length=500,
        blank=True,
        help_text=_(
            "Where the publisher of the source says what its texts may be used for. "
            "Example: https://be.brussels/nl/gebruiksvoorwaarden."
        ),
    )
    document_title = models.CharField(
        _("title of the French strategy document"),
        max_length=300,
        blank=True,
        help_text=_(
            "The document in which the strategy was published in French, under its own title. "
            "Example: “Stratégie Go4Brussels 2030”."
        ),
    )
    document_date = models.DateField(
        _("date of that document"),
        null=True,
        blank=True,
        help_text=_("The day that the document itself bears. Example: 2020-01-16."),
    )
    document_publisher = models.CharField(
        _("publisher of that document"),
        max_length=100,
        blank=True,
        help_text=_("The site or body that published the document. Example: go4.brussels."),
    )
    objective_count = count_field(
        _("number of objectives"), help_text=_("How many objectives the whole strategy has. Example: 17.")
    )
    worksites_over = count_field(
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
            *record_constraints(
                "strategy",
                ["publisher", "coordinator", "priorities", "facts_source"],
                ["new_government_source"],
            ),
            models.CheckConstraint(
                name="strategy_legislature_ends_after_start",
                condition=Q(legislature_end__gte=F("legislature_start")),
                violation_error_message=_("The legislature cannot end before it starts."),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def context_sentence(self) -> str:
        """Return what must be known wherever the content is read: the legislature, and whether it is over."""
        years = {"start": self.legislature_start, "end": self.legislature_end}
        if not self.new_government_on:
            return gettext("Strategy of the %(start)s–%(end)s legislature.") % years
        return gettext(
            "Strategy of the %(start)s–%(end)s legislature; a new government took the oath on %(day)s."
        ) % (years | {"day": long_date(self.new_government_on)})


class Pillar(Record):
    """A part of the strategy: the Region alone, or the Region with the Communities."""

    required_texts = ("name",)
    natural_key_fields = ("number",)
    public_parents = ("strategy",)
    item_field = "strategy"

    strategy = models.ForeignKey(Strategy, models.PROTECT, verbose_name=_("strategy"), help_text=OF_STRATEGY)
    number = count_field(
        _("number"), unique=True, help_text=_("The codes of its objectives begin with it. Example: 1.")
    )
    name = models.CharField(
        _("name"),
        max_length=200,
        help_text=_("As the strategy calls it. Example: “the commitments of the Region”."),
    )
    objective_count = count_field(
        _("number of objectives"), help_text=_("How many objectives the pillar has. Example: 9.")
    )

    class Meta:
        verbose_name = _("pillar")
        verbose_name_plural = _("pillars")
        ordering = ["number"]
        constraints = record_constraints("pillar", ["name"])

    def __str__(self) -> str:
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

    def __str__(self) -> str:
        return shortened(joined(":", self.date, self.text))
