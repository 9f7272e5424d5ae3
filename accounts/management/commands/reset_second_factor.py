from django.contrib.auth.models import User
from django.core.management.base import CommandError
from django.utils.translation import gettext as _

from accounts import second_factor
from accounts.management.account_command import AccountCommand


class Command(AccountCommand):
    help = "Takes the second factor away from an account, where no administrator can do so in the admin."

    def handle_account(self, user: User) -> str:
        if not second_factor.remove(user):
            raise CommandError(_("The account “%s” has no second factor.") % user)
        return _("The second factor of “%s” was taken away.") % user
