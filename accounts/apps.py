from django.apps import AppConfig
from django.contrib.admin import apps as admin_apps
from django.utils.translation import gettext_lazy as _


class AccountsConfig(AppConfig):
    name = "accounts"
    verbose_name = _("Signing in")
    default_auto_field = "django.db.models.BigAutoField"


class EditingConfig(admin_apps.AdminConfig):
    """Django's admin, on the site of this portal."""

    default = False
    default_site = "accounts.site.EditingSite"
