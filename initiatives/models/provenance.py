"""Where a text comes from, and what readers are told of it."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Provenance(models.TextChoices):
    """Where a text comes from: “official” is what a public body published in these very words."""

    SOURCE = "source", _("text of the source")
    OFFICIAL = "official", _("official name or title")
    PORTAL = "portal", _("written or translated by the portal")
    VALIDATED = "validated", _("translation validated by the administration")


class Origin(models.TextChoices):
    """What readers are told of where a text comes from, beside the words for provenance."""

    TRANSLATION = "translation", _("translation by the portal of the Dutch source")
    TRANSLATED = "translated", _("translated by the portal")
    PORTAL = "portal", _("written by the portal")
