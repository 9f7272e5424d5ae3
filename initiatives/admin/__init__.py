"""Editing: every kind of record in one form, Dutch on the left and French on the right."""

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from . import kinds, revisions  # noqa: F401 – registers them

admin.site.site_header = _("Go4Brussels 2030: editing")
admin.site.site_title = _("Go4Brussels 2030: editing")
admin.site.index_title = _("What can be edited")
