"""Who answers for the objective: offices, their holders, and partners."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from ..querysets import OfficeQuerySet, OrganisationQuerySet
from .records import Page, Record, code_field, position_field, public_in_both_languages, unique, unique_slugs
from .strategy import Objective
from .worksites import Worksite


class Office(Page):
    """The function of a minister or state secretary, whoever holds it."""

    class Kind(models.TextChoices):
        MINISTER_PRESIDENT = "minister-president", _("Minister-President")
        MINISTER = "minister", _("Minister")
        STATE_SECRETARY = "state-secretary", _("State Secretary")

    required_texts = ("name", "slug")

    code = code_field("minister-work")
    position = position_field()
    kind = models.CharField(_("kind"), max_length=20, choices=Kind)
    name = models.CharField(_("name"), max_length=200)
    slug = models.SlugField(_("address"), max_length=100)

    objects = OfficeQuerySet.as_manager()

    class Meta:
        verbose_name = _("office")
        verbose_name_plural = _("offices")
        ordering = ["position"]
        constraints = [
            public_in_both_languages("office", ["name", "slug"]),
            unique("office_position", "position"),
            *unique_slugs("office"),
        ]

    def __str__(self):
        return self.name

    @property
    def title(self):
        return self.name

    @property
    def wordings(self):
        """Give each printed wording once, as rows that hold it in Dutch and French, roles first."""
        rows = [*self.objectiveoffice_set.all(), *self.steering_set.all()]
        return list({row.wording_nl: row for row in reversed(rows)}.values())[::-1]


class OfficeHolder(Record):
    """A person in an office, from a day, perhaps to a day, with where that was read."""

    required_texts = ("source",)
    natural_key_fields = ("office__code", "start")
    public_parents = ("office",)

    office = models.ForeignKey(Office, models.CASCADE, verbose_name=_("office"))
    name = models.CharField(_("name"), max_length=150)
    start = models.DateField(_("from"))
    end = models.DateField(_("to"), null=True, blank=True)
    source = models.CharField(_("where this was read"), max_length=300)

    class Meta:
        verbose_name = _("office holder")
        verbose_name_plural = _("office holders")
        ordering = ["office__position", "start"]
        constraints = [
            public_in_both_languages("officeholder", ["source"]),
            unique("officeholder_start", "office", "start"),
            models.CheckConstraint(
                name="officeholder_end_after_start",
                condition=Q(end__isnull=True) | Q(end__gte=F("start")),
                violation_error_message=_("The last day in office cannot be before the first."),
            ),
        ]

    def __str__(self):
        return f"{self.name} ({self.office})"


class Steering(Record):
    """An office steers a worksite: in which place, and in which wording of the source."""

    required_texts = ("wording",)
    optional_texts = ("slip",)
    natural_key_fields = ("worksite__code", "office__code")
    public_parents = ("worksite", "office")

    worksite = models.ForeignKey(Worksite, models.CASCADE, verbose_name=_("worksite"))
    office = models.ForeignKey(Office, models.PROTECT, verbose_name=_("office"))
    position = position_field()
    wording = models.CharField(_("wording"), max_length=200, help_text=_("As the source prints it."))
    slip = models.TextField(_("slip of the source"), blank=True)

    class Meta:
        verbose_name = _("steering")
        verbose_name_plural = _("steering")
        ordering = ["worksite__number", "position"]
        constraints = [
            public_in_both_languages("steering", ["wording"], ["slip"]),
            unique("steering", "worksite", "office"),
            unique("steering_position", "worksite", "position"),
        ]

    def __str__(self):
        return f"{self.worksite}: {self.wording}"


class ObjectiveOffice(Record):
    """The role of an office in the objective: initiating or associated."""

    class Role(models.TextChoices):
        INITIATING = "initiating", _("initiating minister")
        ASSOCIATED = "associated", _("associated minister")

    required_texts = ("wording",)
    natural_key_fields = ("objective__code", "office__code", "role")
    public_parents = ("objective", "office")

    objective = models.ForeignKey(Objective, models.CASCADE, verbose_name=_("objective"))
    office = models.ForeignKey(Office, models.PROTECT, verbose_name=_("office"))
    role = models.CharField(_("role"), max_length=10, choices=Role)
    position = position_field()
    wording = models.CharField(_("wording"), max_length=200, help_text=_("As the source prints it."))

    class Meta:
        verbose_name = _("role of an office")
        verbose_name_plural = _("roles of offices")
        ordering = ["objective__code", "position"]
        constraints = [
            public_in_both_languages("objectiveoffice", ["wording"]),
            unique("objectiveoffice", "objective", "office", "role"),
            unique("objectiveoffice_position", "objective", "position"),
        ]

    def __str__(self):
        return f"{self.wording} ({self.get_role_display()})"


class Organisation(Page):
    """A partner of the objective: an organisation with a name, or a group that the source does not detail."""

    class Kind(models.TextChoices):
        NAMED = "named", _("organisation")
        GROUP = "group", _("group, its members not named")

    required_texts = ("name", "slug", "description")

    code = code_field("brupartners")
    position = position_field()
    kind = models.CharField(_("kind"), max_length=10, choices=Kind)
    name = models.CharField(_("name"), max_length=200)
    slug = models.SlugField(_("address"), max_length=100)
    description = models.TextField(_("what it is"))
    source = models.CharField(_("where this was read"), max_length=300, blank=True)

    objects = OrganisationQuerySet.as_manager()

    class Meta:
        verbose_name = _("partner")
        verbose_name_plural = _("partners")
        ordering = ["position"]
        constraints = [
            public_in_both_languages("organisation", ["name", "slug", "description"]),
            unique("organisation_position", "position"),
            *unique_slugs("organisation"),
        ]

    def __str__(self):
        return self.name

    @property
    def title(self):
        return self.name


class Partnership(Record):
    """The role of an organisation in the objective, and in which capacity."""

    class Role(models.TextChoices):
        PARTNER = "partner", _("partner")
        STEERING_COMMITTEE = "steering-committee", _("member of the steering committee")

    required_texts = ("wording",)
    optional_texts = ("capacity",)
    natural_key_fields = ("objective__code", "organisation__code", "role")
    public_parents = ("objective", "organisation")

    objective = models.ForeignKey(Objective, models.CASCADE, verbose_name=_("objective"))
    organisation = models.ForeignKey(Organisation, models.PROTECT, verbose_name=_("partner"))
    role = models.CharField(_("role"), max_length=20, choices=Role)
    position = position_field()
    wording = models.CharField(_("wording"), max_length=200, help_text=_("As the source prints it."))
    capacity = models.CharField(_("capacity"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("partnership")
        verbose_name_plural = _("partnerships")
        ordering = ["objective__code", "role", "position"]
        constraints = [
            public_in_both_languages("partnership", ["wording"], ["capacity"]),
            unique("partnership", "objective", "organisation", "role"),
            unique("partnership_position", "objective", "role", "position"),
        ]

    def __str__(self):
        return f"{self.wording} ({self.get_role_display()})"
