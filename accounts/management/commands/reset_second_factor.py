from typing import Any

from django.contrib.auth.models import User
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _

from accounts import second_factor


class Command(BaseCommand):
    help = "Takes the second factor away from an account, where no administrator can do so in the admin."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("username")

    def handle(self, *_args: Any, username: str, **_options: Any) -> None:
        user = User.objects.filter(username=username).first()
        if not user:
            raise CommandError(_("There is no account “%s”.") % username)
        if not second_factor.remove(user):
            raise CommandError(_("The account “%s” has no second factor.") % username)
        self.stdout.write(_("The second factor of “%s” was taken away.") % username)
