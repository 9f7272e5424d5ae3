"""Which fields exist once per language (django-modeltranslation)."""

from modeltranslation.translator import TranslationOptions, register

from . import models


def translate(model):
    """Register the translated fields of `model`, as the model itself lists them."""
    options = type(
        f"{model.__name__}Translation",
        (TranslationOptions,),
        {"fields": model.translated_fields(), "empty_values": ""},
    )
    register(model)(options)


for model in models.CONTENT:
    translate(model)
