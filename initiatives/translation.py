"""Which fields exist once per language (django-modeltranslation)."""

from collections.abc import Iterable
from typing import Any

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _
from modeltranslation.translator import TranslationOptions, register

from . import models

NAMES = {"nl": _("Dutch"), "fr": _("French")}


def translate(model: type[models.Record]) -> None:
    """Register the translated fields of `model`, as the model itself lists them."""
    options = type(
        f"{model.__name__}Translation",
        (TranslationOptions,),
        {"fields": model.translated_fields(), "empty_values": ""},
    )
    register(model)(options)
    fields: Iterable[Any] = model._meta.fields
    for field in fields:
        if stem := getattr(field, "translated_field", None):
            # Read by editors, who know languages by their names and not by “[nl]”.
            field.verbose_name = format_lazy("{} ({})", stem.verbose_name, NAMES[field.language])


for model in models.CONTENT:
    translate(model)
