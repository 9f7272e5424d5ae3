"""What the commands about one account share."""

from typing import Any

from django.contrib.auth.models import User
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _


class AccountCommand(BaseCommand):
    """A command that is given the name of an account, and does something to it."""

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("username")

    def handle(self, *_args: Any, username: str, **_options: Any) -> str:
        """Return what was done. Raises CommandError where there is no such account."""
        user = User.objects.filter(username=username).first()
        if not user:
            raise CommandError(_("There is no account “%s”.") % username)
        return self.handle_account(user)

    def handle_account(self, user: User) -> str:
        """Return what was done to the account. Raises CommandError where nothing can be."""
        raise NotImplementedError
