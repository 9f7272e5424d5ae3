"""What editors are told of two holders of one office at a time: it is saved, since sources can overlap."""

from typing import Any

from django.contrib import admin, messages
from django.http import HttpRequest

from ..models.overlaps import public_overlaps


class OverlapMixin(admin.ModelAdmin[Any]):
    """The admin of an office, or of its holders: warns of terms that overlap once they are saved."""

    def save_related(self, request: HttpRequest, form: Any, formsets: list[Any], change: bool) -> None:
        super().save_related(request, form, formsets, change)
        for each in public_overlaps(form.instance.item):
            self.message_user(request, each.sentence, messages.WARNING)
