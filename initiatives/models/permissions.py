"""Who may change what: an editor the texts of one language, a publisher everything.

Three permissions of Revision decide, which accounts/ gives to the roles; Django’s own four per table do not.
"""

from django.contrib.auth.models import AnonymousUser, User

from ..language import LANGUAGES

AnyUser = User | AnonymousUser


def is_publisher(user: AnyUser) -> bool:
    """Return whether the user decides what is public, and adds and deletes."""
    return user.has_perm("initiatives.publish")


def languages_of(user: AnyUser) -> list[str]:
    """Return the languages whose texts the user may change."""
    return [code for code in LANGUAGES if is_publisher(user) or user.has_perm(f"initiatives.edit_{code}")]


def name_of(user: AnyUser) -> str:
    """Return the name that others know the user by."""
    full_name = user.get_full_name() if isinstance(user, User) else ""
    return full_name or user.get_username()
