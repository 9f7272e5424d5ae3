from typing import Any

from django.contrib.auth.models import User
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _

from accounts import restrictions


class Command(BaseCommand):
    help = "Confirms an account that waits for another administrator, where there is no other."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("username")

    def handle(self, *_args: Any, username: str, **_options: Any) -> None:
        user = User.objects.filter(username=username).first()
        if not user:
            raise CommandError(_("There is no account “%s”.") % username)
        if not restrictions.waits(user):
            raise CommandError(_("The account “%s” waits for nobody.") % username)
        restrictions.confirm(user, None)
        self.stdout.write(_("The account “%s” is confirmed.") % username)
