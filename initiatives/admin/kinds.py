"""Each kind of record: what its list shows, how it is searched, and which parts stand in its form."""

from typing import Any, ClassVar

from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from .. import models
from .base import SHOWN_AS, ListedPartInline, PartInline, RecordAdmin
from .merge import MergeMixin
from .ordering import ReorderMixin
from .overlaps import OverlapMixin

# Parts -----------------------------------------------------------------------------------------------


class MeasureInline(ListedPartInline):
    model = models.Measure
    parent = "worksite"


class CrossReferenceInline(ListedPartInline):
    model = models.CrossReference
    parent = "worksite"


class SteeringInline(ListedPartInline):
    model = models.Steering
    verbose_name = _("steering office")
    verbose_name_plural = _("steering offices")
    parent = "worksite"


class WorksiteSectorInline(ListedPartInline):
    model = models.WorksiteSector
    parent = "worksite"


class ObjectiveOfficeInline(ListedPartInline):
    model = models.ObjectiveOffice
    parent = "objective"


class PartnershipInline(ListedPartInline):
    model = models.Partnership
    parent = "objective"
    ordering = ("role", "position")


class PartnershipOfOrganisationInline(PartInline):
    """What an organisation is in; a part of the objective, and edited there."""

    model = models.Partnership
    parent = "organisation"
    ordering = ("objective__code", "role", "position")
    show_change_link = True

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    has_add_permission = has_delete_permission = has_change_permission


class OfficeHolderInline(PartInline):
    model = models.OfficeHolder
    parent = "office"
    ordering = ("start",)


# Kinds of record -------------------------------------------------------------------------------------


@admin.register(models.Strategy)
class StrategyAdmin(RecordAdmin):
    list_display = ("name", "code", "legislature_start", "legislature_end", "publication")
    search_fields = ("code", "name")
    ordering = ("code",)


@admin.register(models.Pillar)
class PillarAdmin(RecordAdmin):
    list_display = ("number", "name_nl", "name_fr", "objective_count", "publication")
    list_display_links = ("number", "name_nl", "name_fr")
    ordering = ("number",)


@admin.register(models.Milestone)
class MilestoneAdmin(RecordAdmin):
    list_display = ("date", "precision", "text_nl", "text_fr", "publication")
    search_fields = ("source",)
    date_hierarchy = "date"
    ordering = ("date",)


@admin.register(models.Objective)
class ObjectiveAdmin(RecordAdmin):
    list_display = ("code", "official_title_nl", "official_title_fr", "pillar", "is_reference", "publication")
    list_filter = ("is_reference", "pillar", *SHOWN_AS)
    list_select_related = ("pillar",)
    search_fields = ("code",)
    ordering = ("code",)
    inlines = (ObjectiveOfficeInline, PartnershipInline)

    def with_page(self) -> Any:
        return super().with_page().main()


@admin.register(models.Sector)
class SectorAdmin(ReorderMixin, RecordAdmin):
    list_display = ("position", "name_nl", "name_fr", "code", "nace_rev2", "publication")
    list_display_links = ("name_nl", "name_fr")
    list_filter = ("objective", *SHOWN_AS)
    search_fields = ("code", "=nace_rev2", "=nace_rev2_1")
    ordering = ("objective__code", "position")


@admin.register(models.Office)
class OfficeAdmin(MergeMixin, OverlapMixin, ReorderMixin, RecordAdmin):
    list_display = ("position", "name_nl", "name_fr", "kind", "code", "publication")
    list_display_links = ("name_nl", "name_fr")
    list_filter = ("kind", *SHOWN_AS)
    search_fields = ("code", "officeholder__name")
    ordering = ("position",)
    inlines = (OfficeHolderInline,)


@admin.register(models.OfficeHolder)
class OfficeHolderAdmin(OverlapMixin, RecordAdmin):
    list_display = ("name", "office", "start", "end", "publication")
    list_filter = ("office", *SHOWN_AS)
    list_select_related = ("office",)
    search_fields = ("name", "office__name_nl", "office__name_fr")
    date_hierarchy = "start"
    ordering = ("office__position", "start")


@admin.register(models.Organisation)
class OrganisationAdmin(ReorderMixin, RecordAdmin):
    list_display = ("position", "name_nl", "name_fr", "kind", "code", "publication")
    list_display_links = ("name_nl", "name_fr")
    list_filter = ("kind", *SHOWN_AS)
    search_fields = ("code", "source")
    ordering = ("position",)
    inlines = (PartnershipOfOrganisationInline,)


@admin.register(models.Worksite)
class WorksiteAdmin(RecordAdmin):
    list_display = (
        "number",
        "title_nl",
        "title_fr",
        "code",
        "is_announced_only",
        "publication",
    )
    list_display_links = ("number", "title_nl", "title_fr")
    list_filter = ("is_announced_only", "objective", "steering__office", *SHOWN_AS)
    search_fields = ("code", "=number")
    ordering = ("objective__code", "number")
    inlines = (MeasureInline, CrossReferenceInline, SteeringInline, WorksiteSectorInline)


class OfWorksiteAdmin(RecordAdmin):
    """A part of a worksite, in a list of all such parts."""

    list_filter = ("worksite", *SHOWN_AS)
    list_select_related: ClassVar[tuple[str, ...]] = ("worksite",)
    ordering = ("worksite__number", "position")


@admin.register(models.Measure)
class MeasureAdmin(OfWorksiteAdmin):
    list_display = ("code", "heading_nl", "text_nl", "text_fr", "publication")
    search_fields = ("code", "worksite__title_nl", "worksite__title_fr")


@admin.register(models.CrossReference)
class CrossReferenceAdmin(OfWorksiteAdmin):
    list_display = ("code", "relation", "objective", "wording_nl", "wording_fr", "publication")
    list_filter = ("relation", "objective", *OfWorksiteAdmin.list_filter)
    list_select_related = ("worksite", "objective")
    search_fields = ("code", "objective__code", "worksite__title_nl", "worksite__title_fr")


@admin.register(models.WorksiteSector)
class WorksiteSectorAdmin(OfWorksiteAdmin):
    list_display = ("worksite", "position", "sector", "publication")
    list_filter = ("sector", *OfWorksiteAdmin.list_filter)
    list_select_related = ("worksite", "sector")
    search_fields = ("worksite__title_nl", "worksite__title_fr", "sector__name_nl", "sector__name_fr")


@admin.register(models.Steering)
class SteeringAdmin(OfWorksiteAdmin):
    list_display = ("worksite", "position", "office", "wording_nl", "wording_fr", "publication")
    list_filter = ("office", *OfWorksiteAdmin.list_filter)
    list_select_related = ("worksite", "office")
    search_fields = ("worksite__title_nl", "worksite__title_fr", "office__name_nl", "office__name_fr")


@admin.register(models.ObjectiveOffice)
class ObjectiveOfficeAdmin(RecordAdmin):
    list_display = ("objective", "role", "position", "office", "wording_nl", "wording_fr", "publication")
    list_filter = ("role", "office", *SHOWN_AS)
    list_select_related = ("objective", "office")
    search_fields = ("objective__code", "office__name_nl", "office__name_fr")
    ordering = ("objective__code", "position")


@admin.register(models.Partnership)
class PartnershipAdmin(RecordAdmin):
    list_display = (
        "objective",
        "role",
        "position",
        "organisation",
        "wording_nl",
        "wording_fr",
        "publication",
    )
    list_filter = ("role", "organisation", *SHOWN_AS)
    list_select_related = ("objective", "organisation")
    search_fields = ("objective__code", "organisation__name_nl", "organisation__name_fr")
    ordering = ("objective__code", "role", "position")


@admin.register(models.Term)
class TermAdmin(RecordAdmin):
    list_display = ("code", "name_nl", "name_fr", "publication")
    list_display_links = ("code", "name_nl", "name_fr")
    search_fields = ("code", "abbreviation_nl", "abbreviation_fr", "synonyms_nl", "synonyms_fr")
    ordering = ("code",)
