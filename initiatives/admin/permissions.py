"""Who may do what in the admin: an editor changes the texts of one language, a publisher everything."""

from typing import Any

from django.contrib.admin.options import BaseModelAdmin
from django.contrib.auth.models import User
from django.http import HttpRequest

from ..models import Page
from ..models.permissions import is_publisher, languages_of
from ..versions import was_public


class PermissionMixin(BaseModelAdmin[Any]):
    """What the admin asks before it shows or does anything, in lists, forms and parts of forms."""

    def has_module_permission(self, request: HttpRequest) -> bool:
        return bool(languages_of(request.user))

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return bool(languages_of(request.user))

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return bool(languages_of(request.user))

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return is_publisher(request.user)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Return whether the user may delete; a page that was public is withdrawn instead, by anybody.

        A part is asked about with the item that it belongs to.
        """
        is_own = isinstance(obj, self.model)
        return is_publisher(request.user) and not (is_own and is_page_once_public(obj))


def editor_of(request: HttpRequest) -> User | None:
    """Return who makes a change in the admin, where nobody anonymous comes."""
    return request.user if isinstance(request.user, User) else None


def is_page_once_public(record: Any) -> bool:
    """Return whether a record is a page that readers can have a link to."""
    return isinstance(record, Page) and was_public(record)
