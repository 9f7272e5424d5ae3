"""The roles: what an account may be given in the admin. The migration 0002_roles says what each may do."""

from django.contrib.auth.models import User
from django.utils.translation import gettext_lazy as _

# The names in the database are for ever; these are what people read.
ROLES = {
    "editor NL": _("editor of the Dutch texts"),
    "editor FR": _("editor of the French texts"),
    "publisher": _("publisher: both languages, and what is public"),
    "administrator": _("administrator of accounts"),
}


def label(name: str) -> str:
    """Return what people read for the name of a group."""
    return str(ROLES.get(name, name))


def are_exceeded_by(user: User) -> bool:
    """Return whether an account has rights beyond the roles, which only a superuser may touch."""
    return user.is_superuser or user.user_permissions.exists() or user.groups.exclude(name__in=ROLES).exists()
