"""The partners of the objective, and the roles that they have in it."""

from typing import ClassVar, Self

from django.db import models
from django.utils.translation import gettext_lazy as _

from ..language import shortened
from .base import Page, Record
from .fields import (
    ADDRESS,
    WHERE_READ,
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


class OrganisationQuerySet(RecordQuerySet["Organisation"]):
    @reusable
    def with_partnerships(self) -> Self:
        """Add the roles each organisation has in the objective."""
        return self.prefetch_published("partnership", "objective")


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

    objects: ClassVar = OrganisationQuerySet.as_manager()

    class Meta:
        verbose_name = _("partner")
        verbose_name_plural = _("partners")
        ordering = ["position"]
        constraints = [
            *record_constraints("organisation", ["name", "slug", "description"]),
            unique_constraint("organisation_position", "position"),
            *unique_slugs("organisation"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def title(self) -> str:
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

    objective = objective_field(models.CASCADE)
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
            unique_constraint("partnership", "objective", "organisation", "role"),
            unique_constraint("partnership_position", "objective", "role", "position"),
        ]

    def __str__(self) -> str:
        return f"{shortened(self.wording)} ({self.get_role_display()})"
