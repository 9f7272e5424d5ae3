"""Who may do what: an editor changes the texts of one language, a publisher everything.

Three permissions decide, which accounts/ gives to the roles; Django's own four per table do not count.
"""

from ..language import LANGUAGES


def is_publisher(user):
    """Say whether the user decides what is public, and adds and deletes."""
    return user.has_perm("initiatives.publish")


def languages_of(user):
    """Give the languages whose texts the user may change."""
    return [code for code in LANGUAGES if is_publisher(user) or user.has_perm(f"initiatives.edit_{code}")]


def name_of(user):
    """Give the name that others know the user by."""
    return user.get_full_name() or user.get_username()


class Rights:
    """What the admin asks before it shows or does anything; for the forms of records and of their parts."""

    def has_module_permission(self, request):
        return bool(languages_of(request.user))

    def has_view_permission(self, request, obj=None):
        return bool(languages_of(request.user))

    def has_change_permission(self, request, obj=None):
        return bool(languages_of(request.user))

    def has_add_permission(self, request, obj=None):
        return is_publisher(request.user)

    def has_delete_permission(self, request, obj=None):
        return is_publisher(request.user)
