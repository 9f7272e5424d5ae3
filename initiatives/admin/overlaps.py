"""What editors are told of two holders of one office at a time: it is saved, since sources can overlap."""

from typing import Any

from django.contrib import admin, messages
from django.http import HttpRequest

from ..models import Office
from ..models.overlaps import public_overlaps
from .conflicts import is_preview


class OverlapMixin(admin.ModelAdmin[Any]):
    """The admin of an office, or of its holders: warns of terms that overlap once they are saved."""

    def save_related(self, request: HttpRequest, form: Any, formsets: list[Any], change: bool) -> None:
        super().save_related(request, form, formsets, change)
        if not is_preview(request):
            warn_of_overlaps(request, form.instance.item)


def warn_of_overlaps(request: HttpRequest, office: Office) -> None:
    """Tell the editor of each two holders of an office at the same time."""
    for each in public_overlaps(office):
        messages.warning(request, each.sentence)
