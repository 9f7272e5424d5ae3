"""How roles and rights are chosen in the forms of the admin, in the reader's language."""

from typing import Any, TypeVar

from django import forms
from django.contrib import admin
from django.contrib.auth.models import Group, Permission
from django.db.models import CharField, EmailField, ManyToManyField, Model
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from . import roles
from .characters import PlainEmailField, PlainLineField

ModelT = TypeVar("ModelT", bound=Model)

# What a right allows: the database has it in English.
RIGHT_LABELS = {
    "add": _("add (right)"),
    "change": _("change (right)"),
    "delete": _("delete (right)"),
    "view": _("view (right)"),
    "edit_nl": _("may edit the Dutch texts"),
    "edit_fr": _("may edit the French texts"),
    "publish": _("may edit everything and decide what is public"),
}


class RoleField(forms.ModelMultipleChoiceField[Group]):
    """The roles of an account, in the reader's language."""

    def label_from_instance(self, group: Group) -> str:
        return roles.label(group.name)


class RightsField(forms.ModelMultipleChoiceField[Permission]):
    """Single rights, in the reader's language."""

    def label_from_instance(self, permission: Permission) -> str:
        kind, codename = permission.content_type, permission.codename
        action = codename.removesuffix(f"_{kind.model}")
        return f"{kind.app_labeled_name} | {RIGHT_LABELS.get(action, permission.name)}"


class PermissionFieldMixin(admin.ModelAdmin[ModelT]):
    """Forms in which single rights are chosen, and names given."""

    formfield_overrides = {
        CharField: {"form_class": PlainLineField},
        EmailField: {"form_class": PlainEmailField},
    }

    def formfield_for_manytomany(
        self, db_field: ManyToManyField[Any, Any], request: HttpRequest, **kwargs: Any
    ) -> forms.ModelMultipleChoiceField[Any] | None:
        if db_field.related_model is Permission:
            kwargs["form_class"] = RightsField
        return super().formfield_for_manytomany(db_field, request, **kwargs)
