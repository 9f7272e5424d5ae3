"""Who answers for the objective: offices, their holders, and partners."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from ..language import joined
from .base import (
    ADDRESS,
    OF_OBJECTIVE,
    OF_OFFICE,
    OF_WORKSITE,
    REMARK,
    SLIP,
    WHERE_READ,
    WORDING,
    Page,
    Record,
    code_field,
    position_field,
    record_constraints,
    unique,
    unique_slugs,
)
from .objectives import Objective
from .provenance import Provenance, provenance_field
from .querysets import OfficeHolderQuerySet, OfficeQuerySet, OrganisationQuerySet
from .worksites import Worksite


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

    objects = OfficeQuerySet.as_manager()

    class Meta:
        verbose_name = _("office")
        verbose_name_plural = _("offices")
        ordering = ["position"]
        constraints = [
            *record_constraints("office", ["name", "slug"]),
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

    objects = OfficeHolderQuerySet.as_manager()

    class Meta:
        verbose_name = _("office holder")
        verbose_name_plural = _("office holders")
        ordering = ["office__position", "start"]
        constraints = [
            *record_constraints("officeholder", ["source"], ["note"]),
            unique("officeholder_start", "office", "start"),
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

    def __str__(self):
        return f"{self.name} ({self.office})"


def shared_offices() -> dict[str, list[Office]]:
    """Give the public offices of each person who held more than one, by name, in one query."""
    offices: dict[str, dict[int, Office]] = {}
    for holder in OfficeHolder.objects.published().of_several_offices():
        offices.setdefault(holder.name, {})[holder.office_id] = holder.office
    return {name: list(its_offices.values()) for name, its_offices in offices.items()}


class Steering(Record):
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
            unique("steering", "worksite", "office"),
            unique("steering_position", "worksite", "position"),
        ]

    def __str__(self):
        return joined(":", self.worksite, self.wording)


class ObjectiveOffice(Record):
    """The role of an office in the objective: initiating or associated."""

    class Role(models.TextChoices):
        INITIATING = "initiating", _("initiating")
        ASSOCIATED = "associated", _("associated")

    required_texts = ("wording",)
    natural_key_fields = ("objective__code", "office__code", "role")
    public_parents = ("objective", "office")
    item_field = "objective"

    objective = models.ForeignKey(
        Objective, models.CASCADE, verbose_name=_("objective"), help_text=OF_OBJECTIVE
    )
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
            unique("objectiveoffice", "objective", "office", "role"),
            unique("objectiveoffice_position", "objective", "position"),
        ]

    def __str__(self):
        return f"{self.wording} ({self.role_name})"

    @property
    def role_name(self) -> str:
        """Give the role with what the office is: a state secretary is no “associated minister”."""
        return ROLE_NAMES[self.role, self.office.kind == Office.Kind.STATE_SECRETARY]


# (role, whether of a state secretary)
ROLE_NAMES = {
    (ObjectiveOffice.Role.INITIATING, False): _("initiating minister"),
    (ObjectiveOffice.Role.INITIATING, True): _("initiating state secretary"),
    (ObjectiveOffice.Role.ASSOCIATED, False): _("associated minister"),
    (ObjectiveOffice.Role.ASSOCIATED, True): _("associated state secretary"),
}


class Organisation(Page):
    """A partner of the objective: an organisation with a name, or a group that the source does not detail."""

    class Kind(models.TextChoices):
        NAMED = "named", _("organisation")
        GROUP = "group", _("group, its members not named")

    heading_field = "name"
    body_field = "description"
    required_texts = ("name", "slug", "description")

    code = code_field("brupartners")
    position = position_field()
    kind = models.CharField(
        _("kind"),
        max_length=10,
        choices=Kind,
        help_text=_(
            "Whether the source names one organisation, or a group without its members. "
            "Example: “organisation” for Brupartners."
        ),
    )
    name = models.CharField(
        _("name"),
        max_length=200,
        help_text=_("As it stands at the head of its page. Example: “Brupartners”."),
    )
    slug = models.SlugField(_("address"), max_length=100, help_text=ADDRESS)
    description = models.TextField(
        _("what it is"),
        help_text=_(
            "What the source and others say of it, in a few sentences. "
            "Example: “The source names this group, but not who belongs to it.”"
        ),
    )
    description_provenance_nl = provenance_field(_("provenance of the Dutch description"), Provenance.PORTAL)
    description_provenance_fr = provenance_field(_("provenance of the French description"), Provenance.PORTAL)
    source = models.CharField(_("where this was read"), max_length=300, blank=True, help_text=WHERE_READ)

    objects = OrganisationQuerySet.as_manager()

    class Meta:
        verbose_name = _("partner")
        verbose_name_plural = _("partners")
        ordering = ["position"]
        constraints = [
            *record_constraints("organisation", ["name", "slug", "description"]),
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
    item_field = "objective"

    objective = models.ForeignKey(
        Objective, models.CASCADE, verbose_name=_("objective"), help_text=OF_OBJECTIVE
    )
    organisation = models.ForeignKey(
        Organisation,
        models.PROTECT,
        verbose_name=_("partner"),
        help_text=_("The partner that is meant. Example: Brupartners."),
    )
    role = models.CharField(
        _("role"),
        max_length=20,
        choices=Role,
        help_text=_("What the source says the partner is. Example: “member of the steering committee”."),
    )
    position = position_field()
    wording = models.CharField(
        _("wording"),
        max_length=200,
        help_text=_("As the source prints it. Example: “Brupartners (sector facilitators)”."),
    )
    capacity = models.CharField(
        _("capacity"),
        max_length=200,
        blank=True,
        help_text=_("In which capacity, where the source says so. Example: “sector facilitators”."),
    )

    class Meta:
        verbose_name = _("partnership")
        verbose_name_plural = _("partnerships")
        ordering = ["objective__code", "role", "position"]
        constraints = [
            *record_constraints("partnership", ["wording"], ["capacity"]),
            unique("partnership", "objective", "organisation", "role"),
            unique("partnership_position", "objective", "role", "position"),
        ]

    def __str__(self):
        return f"{self.wording} ({self.get_role_display()})"
