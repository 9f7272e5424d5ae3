"""Accounts, roles and the audit log in the admin. Nobody can raise their own rights here."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.utils import unquote
from django.contrib.auth.admin import GroupAdmin, UserAdmin
from django.contrib.auth.models import Group, User
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import (
    Exists,
    ManyToManyField,
    OuterRef,
    Prefetch,
    QuerySet,
)
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern, path
from django.utils.safestring import SafeString
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop, ngettext
from django_otp.plugins.otp_totp import admin as _otp_admin  # noqa: F401 – registers what goes below
from django_otp.plugins.otp_totp.models import TOTPDevice

from . import audit, reauthentication, restrictions, roles, second_factor, session_pages
from .fields import ModelT, PermissionFieldMixin, RoleField
from .lists import StrictListMixin
from .models import Entry
from .password_forms import GivenPasswordForm

# django-otp's own form of its devices would show everybody's secrets to a superuser.
admin.site.unregister([User, Group, TOTPDevice])

# Sentences of Django that its Dutch catalogue lacks, or in which it puts one article before every word (“de
# ambt”); named here, the portal's catalogues have them.
DJANGO_SENTENCES = (
    gettext_noop("After you’ve created a user, you’ll be able to edit more user options."),
    gettext_noop("Change or view list link"),
    gettext_noop("The {name} “{obj}” was added successfully."),
    gettext_noop("The {name} “{obj}” was added successfully. You may add another {name} below."),
    gettext_noop("You may edit it again below."),
    gettext_noop("The {name} “{obj}” was changed successfully."),
    gettext_noop("The {name} “{obj}” was changed successfully. You may edit it again below."),
    gettext_noop("The {name} “{obj}” was changed successfully. You may add another {name} below."),
    gettext_noop("The %(name)s “%(obj)s” was deleted successfully."),
    gettext_noop("The password is too similar to the %(verbose_name)s."),
    gettext_noop("This account is inactive."),
    gettext_noop(
        "You are authenticated as %(username)s, but are not authorized to access this page. "
        "Would you like to login to a different account?"
    ),
)
FLAGS = ("is_active", "is_staff", "is_superuser")
RIGHTS_FIELDS = (*FLAGS, "groups", "user_permissions")


class RoleFilter(admin.SimpleListFilter):
    title = _("role")
    parameter_name = "role"

    def lookups(self, _request: HttpRequest, _admin: admin.ModelAdmin[Any]) -> list[tuple[str, str]]:
        return [(name, roles.label(name)) for name in Group.objects.values_list("name", flat=True)]

    def queryset(self, _request: HttpRequest, queryset: QuerySet[User]) -> QuerySet[User]:
        return queryset.filter(groups__name=self.value()) if self.value() else queryset


class AuditedDeletionMixin(admin.ModelAdmin[ModelT]):
    """Deletion one by one, each recorded."""

    def delete_model(self, request: HttpRequest, obj: ModelT) -> None:
        audit.record(audit.What.DELETED, obj)
        super().delete_model(request, obj)

    @transaction.atomic
    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[ModelT]) -> None:
        for obj in queryset:
            self.delete_model(request, obj)


class ProvenMixin(admin.ModelAdmin[ModelT]):
    """Forms that ask who opens them for the password, where it was not given a moment ago."""

    def ask(self, request: HttpRequest) -> HttpResponse | None:
        """Return the way to the page that asks; None for who gave it, or can change nothing here."""
        may_change = self.has_add_permission(request) or self.has_change_permission(request)
        return reauthentication.ask(request) if may_change else None

    def changeform_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return self.ask(request) or super().changeform_view(request, *args, **kwargs)

    def delete_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return self.ask(request) or super().delete_view(request, *args, **kwargs)

    def response_action(
        self, request: HttpRequest, queryset: QuerySet[ModelT], *args: Any
    ) -> HttpResponse | None:
        return self.ask(request) or super().response_action(request, queryset, *args)


def grants_before(form: forms.ModelForm[User]) -> set[audit.Grant]:
    """Return what an account held: its own fields are saved already, its roles and rights are not."""
    user = form.instance
    flags = {name: form.initial.get(name, getattr(user, name)) for name in FLAGS}
    return audit.grants(User(pk=user.pk, **flags))


# Lists keep to a narrow screen, as those of the content do.
LISTS = {"all": ("css/admin.css", "css/accounts.css")}


@admin.register(User)
class AccountAdmin(
    StrictListMixin[User],
    ProvenMixin[User],
    AuditedDeletionMixin[User],
    PermissionFieldMixin[User],
    UserAdmin[User],
):
    """Accounts: who has the right to change them chooses among the roles, and never for themselves."""

    list_display = (
        "username",
        "full_name",
        "held_roles",
        "has_second_factor",
        "is_active",
        "is_superuser",
        "kept_out",
        "last_login",
    )
    list_filter = (RoleFilter, "is_active", "is_superuser")
    readonly_fields = (
        "held_roles",
        "has_second_factor",
        "held_back",
        "signed_in",
        "last_login",
        "date_joined",
    )
    filter_horizontal = ("user_permissions",)
    actions = ("reset_second_factor", "confirm")
    change_password_form = GivenPasswordForm

    class Media:
        css = LISTS

    def get_queryset(self, request: HttpRequest) -> QuerySet[User]:
        devices = TOTPDevice.objects.filter(user=OuterRef("pk"), confirmed=True)
        names = Prefetch("groups", Group.objects.order_by("name"))
        return (
            super()
            .get_queryset(request)
            .annotate(has_device=Exists(devices))
            .prefetch_related(names, "restrictions")
        )

    @admin.display(description=_("name"))
    def full_name(self, user: User) -> str:
        return user.get_full_name()

    @admin.display(description=_("roles"))
    def held_roles(self, user: User) -> str:
        return ", ".join(roles.label(group.name) for group in user.groups.all())

    @admin.display(description=_("second factor"), boolean=True)
    def has_second_factor(self, user: User) -> bool:
        return bool(getattr(user, "has_device", False))  # annotated by get_queryset()

    @admin.display(description=_("held back"))
    def kept_out(self, user: User) -> str:
        """Return what keeps an account out, without by whom and since when: lists have little room."""
        return "; ".join({each.get_kind_display(): "" for each in user.restrictions.all()})

    @admin.display(description=_("held back"))
    def held_back(self, user: User) -> str:
        return restrictions.explained(user)

    @admin.display(description=_("signed in"))
    def signed_in(self, user: User) -> SafeString:
        return session_pages.summary(user)

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(self.sessions_view)
        return [path("<id>/sessions/", view, name="auth_user_sessions"), *super().get_urls()]

    def sessions_view(self, request: HttpRequest, id: str) -> HttpResponse:
        """Show the sessions of an account, or end them."""
        user = self.get_object(request, unquote(id))
        if user is None:
            raise Http404
        if not self.has_change_permission(request, user):
            raise PermissionDenied
        if user == request.user:
            return redirect("admin:sessions")
        return self.ask(request) or session_pages.page(request, user)

    def get_fieldsets(self, request: HttpRequest, obj: User | None = None) -> Any:
        """Return the parts of the form; rights beyond the roles are a superuser's to give."""
        if not obj:
            return self.add_fieldsets
        may_choose = obj != request.user and self.has_change_permission(request, obj)
        rights = ["is_active", "groups" if may_choose else "held_roles", "has_second_factor"]
        rights += ["held_back"] if obj.restrictions.exists() else []
        if request.user.is_superuser:
            rights += ["is_staff", "is_superuser", "user_permissions"]
        about, person, _rights, _dates = UserAdmin.fieldsets or ()
        times = (_("Sessions and dates"), {"fields": ("signed_in", "last_login", "date_joined")})
        return [about, person, (_("Rights"), {"fields": rights}), times]

    def get_readonly_fields(self, request: HttpRequest, obj: User | None = None) -> tuple[str, ...]:
        own = RIGHTS_FIELDS if obj == request.user else ()
        return (*self.readonly_fields, *own)

    def formfield_for_manytomany(
        self, db_field: ManyToManyField[Any, Any], request: HttpRequest, **kwargs: Any
    ) -> forms.ModelMultipleChoiceField[Any] | None:
        if db_field.name == "groups":
            groups = Group.objects.order_by("name")
            kwargs |= {"form_class": RoleField, "widget": forms.CheckboxSelectMultiple}
            kwargs |= {"label": capfirst(_("roles")), "help_text": ""}
            kwargs["queryset"] = groups if request.user.is_superuser else groups.filter(name__in=roles.ROLES)
        return super().formfield_for_manytomany(db_field, request, **kwargs)

    def has_change_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        """Return whether an account may be changed: one with rights beyond the roles, by superusers alone."""
        allowed = super().has_change_permission(request, obj)
        return allowed and (obj is None or request.user.is_superuser or not roles.are_exceeded_by(obj))

    def has_delete_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        allowed = super().has_delete_permission(request, obj)
        return allowed and (obj is None or request.user.is_superuser or not roles.are_exceeded_by(obj))

    def save_model(self, request: HttpRequest, obj: User, form: forms.ModelForm[User], change: bool) -> None:
        """Save the account; a new one may come into the admin, where its roles say what it may do."""
        if not change:
            obj.is_staff = True
        super().save_model(request, obj, form, change)

    def save_related(
        self, request: HttpRequest, form: forms.ModelForm[User], formsets: Any, change: bool
    ) -> None:
        before = grants_before(form) if change else set()
        super().save_related(request, form, formsets, change)
        user, changed = form.instance, set(form.changed_data) - set(RIGHTS_FIELDS)
        if not change:
            audit.record(audit.What.CREATED, user)
        elif changed:
            details = (audit.change_of(form, name) for name in sorted(changed))
            audit.record(audit.What.CHANGED, user, ", ".join(details))
        after = audit.grants(user)
        audit.record_grants(user, before, after)
        if not change and user.has_usable_password():
            restrictions.let_change_password(user)
        if after - before:
            restrictions.let_wait(user)

    def user_change_password(self, request: HttpRequest, id: str, form_url: str = "") -> HttpResponse:
        if asked := self.ask(request):
            return asked
        if self.get_object(request, unquote(id)) == request.user:
            return redirect("admin:password_change")  # which asks the old one
        return super().user_change_password(request, id, form_url)

    @admin.action(description=_("Take away the second factor (lost telephone)"), permissions=["change"])
    @transaction.atomic
    def reset_second_factor(self, request: HttpRequest, queryset: QuerySet[User]) -> None:
        """Let the owners of these accounts set up a second factor anew."""
        users = list(queryset)
        if request.user in users:
            own = _("Take your own second factor away on the page “Second factor”, with a code.")
            self.message_user(request, own, messages.ERROR)
            return
        if not all(self.has_change_permission(request, user) for user in users):
            raise PermissionDenied
        count = 0
        for user in users:
            if second_factor.remove(user):
                restrictions.let_wait(user)
                count += 1
        sentence = ngettext(
            "The second factor of %d account was taken away.",
            "The second factor of %d accounts was taken away.",
            count,
        )
        self.message_user(request, sentence % count, messages.SUCCESS)

    @admin.action(description=restrictions.CONFIRM, permissions=["change"])
    @transaction.atomic
    def confirm(self, request: HttpRequest, queryset: QuerySet[User]) -> None:
        """Let accounts in that wait for another administrator than the one who made them what they are."""
        users = [user for user in queryset if restrictions.waits(user)]
        if not all(self.has_change_permission(request, user) for user in users):
            raise PermissionDenied
        by = request.user
        assert isinstance(by, User)  # noqa: S101 – the site lets in nobody else
        waiting = [user for user in users if restrictions.confirm(user, by)]
        if waiting:
            own = _("Somebody else has to confirm what you gave: %s.")
            self.message_user(request, own % ", ".join(map(str, waiting)), messages.ERROR)
        if count := len(users) - len(waiting):
            sentence = ngettext("%d account was confirmed.", "%d accounts were confirmed.", count)
            self.message_user(request, sentence % count, messages.SUCCESS)


@admin.register(Group)
class RoleAdmin(  # type: ignore[misc] # only Django's GroupAdmin does without a request
    StrictListMixin[Group],
    ProvenMixin[Group],
    AuditedDeletionMixin[Group],
    PermissionFieldMixin[Group],
    GroupAdmin,
):
    """Groups: the four roles, which keep their names, and what superusers make beside them."""

    class Media:
        css = LISTS

    list_display = ("label",)

    @admin.display(description=_("role"), ordering="name")
    def label(self, group: Group) -> str:
        return roles.label(group.name)

    def get_readonly_fields(self, request: HttpRequest, obj: Group | None = None) -> tuple[str, ...]:
        return ("name",) if obj and obj.name in roles.ROLES else ()

    def has_delete_permission(self, request: HttpRequest, obj: Group | None = None) -> bool:
        return super().has_delete_permission(request, obj) and not (obj and obj.name in roles.ROLES)

    def save_related(
        self, request: HttpRequest, form: forms.ModelForm[Group], formsets: Any, change: bool
    ) -> None:
        group = form.instance
        before = audit.permission_names(group.permissions)
        super().save_related(request, form, formsets, change)
        if not change:
            audit.record(audit.What.CREATED, group)
        elif "name" in form.changed_data:
            audit.record(audit.What.CHANGED, group, audit.change_of(form, "name"))
        after = audit.permission_names(group.permissions)
        was, now = ({("right", name) for name in names} for names in (before, after))
        audit.record_grants(group, was, now)

    def delete_model(self, request: HttpRequest, obj: Group) -> None:
        for user in obj.user_set.all():
            audit.record(audit.What.ROLE_TAKEN, user, obj.name)
        super().delete_model(request, obj)


@admin.register(Entry)
class EntryAdmin(StrictListMixin[Entry]):
    """The audit log: to read, and for nobody to change."""

    class Media:
        css = LISTS

    list_display = ("at", "what", "actor", "subject", "shown_detail", "address")
    fields = (
        "at",
        "what",
        "actor",
        "actor_number",
        "subject",
        "subject_number",
        "shown_detail",
        "address",
    )
    list_filter = ("what", "at")
    search_fields = ("actor", "subject", "detail", "address")
    date_hierarchy = "at"
    ordering = ("-at", "-pk")
    show_full_result_count = False

    @admin.display(description=_("detail"))
    def shown_detail(self, entry: Entry) -> str:
        return roles.label(entry.detail)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Entry | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Entry | None = None) -> bool:
        return False
