"""The lines of a worksite: its measures, and its references to other objectives."""

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _

from ..language import shortened
from .base import Record
from .fields import (
    OF_WORKSITE,
    REMARK,
    SLIP,
    code_field,
    position_field,
    record_constraints,
    unique_constraint,
)
from .objectives import Objective
from .worksites import Worksite


class Measure(Record):
    """One measure of a worksite, as the source prints it."""

    required_texts = ("text",)
    optional_texts = ("heading", "slip", "remark")
    public_parents = ("worksite",)
    item_field = "worksite"

    worksite = models.ForeignKey(Worksite, models.CASCADE, verbose_name=_("worksite"), help_text=OF_WORKSITE)
    code = code_field("1.4-02-m1")
    position = position_field()
    heading = models.CharField(
        _("heading"),
        max_length=200,
        blank=True,
        help_text=_("Only where the source prints one. Example: “Development of sustainable tourism”."),
    )
    text = models.TextField(
        _("text"),
        help_text=_(
            "As the source prints it. "
            "Example: “Structuring a competitiveness cluster with the other Regions.”"
        ),
    )
    slip = models.TextField(_("slip of the source"), blank=True, help_text=SLIP)
    remark = models.TextField(_("remark on the source"), blank=True, help_text=REMARK)

    class Meta:
        verbose_name = _("measure")
        verbose_name_plural = _("measures")
        ordering = ["worksite__number", "position"]
        constraints = [
            *record_constraints("measure", ["text"], ["heading", "slip", "remark"]),
            unique_constraint("measure_position", "worksite", "position"),
        ]

    def __str__(self) -> str:
        return shortened(self.heading or self.text)

    def clean(self) -> None:
        super().clean()
        if self.worksite_id and not self.code.startswith(f"{self.worksite.code}-"):
            sentence = _("The code of a measure is that of its worksite and an ending: “%(code)s-m1”.")
            raise ValidationError({"code": sentence % {"code": self.worksite.code}})

    def get_absolute_url(self) -> str:
        """Return the path of the worksite's page, at this measure."""
        return f"{self.worksite.get_absolute_url()}#{self.anchor}"

    @property
    def anchor(self) -> str:
        """Return the name of the measure within the page of its worksite; it never changes."""
        return self.code.rpartition("-")[2]


class CrossReference(Record):
    """A worksite's reference to a worksite of another objective."""

    class Relation(models.TextChoices):
        AS_IN = "as-in", _("as in")
        SEE_ALSO = "see-also", _("see also")

    required_texts = ("wording", "worksite_title")
    public_parents = ("worksite", "objective")
    item_field = "worksite"

    worksite = models.ForeignKey(Worksite, models.CASCADE, verbose_name=_("worksite"), help_text=OF_WORKSITE)
    code = code_field("1.4-05-r1")
    position = position_field()
    relation = models.CharField(
        _("relation"),
        max_length=10,
        choices=Relation,
        help_text=_("How the source refers. Example: “see also” for “Zie ook: doelstelling 1.2 …”."),
    )
    objective = models.ForeignKey(
        Objective,
        models.PROTECT,
        verbose_name=_("objective referred to"),
        help_text=_("The objective that the line refers to. Example: 1.2."),
    )
    wording = models.TextField(
        _("wording"),
        help_text=_("The whole line of the source. Example: “As in objective 1.2 – Worksite: …”."),
    )
    worksite_title = models.CharField(
        _("title of the worksite referred to"),
        max_length=300,
        help_text=_("The title within that line. Example: “Developing a Brussels industrial project …”."),
    )

    class Meta:
        verbose_name = _("cross-reference")
        verbose_name_plural = _("cross-references")
        ordering = ["worksite__number", "position"]
        constraints = [
            *record_constraints("crossreference", ["wording", "worksite_title"]),
            unique_constraint("crossreference_position", "worksite", "position"),
        ]

    def __str__(self) -> str:
        return shortened(self.wording)
