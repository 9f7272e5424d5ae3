from django.contrib.auth.models import User
from django.core.management.base import CommandError
from django.utils.translation import gettext as _

from accounts import restrictions
from accounts.management.account_command import AccountCommand


class Command(AccountCommand):
    help = "Confirms an account that waits for another administrator, where there is no other."

    def handle_account(self, user: User) -> str:
        if not restrictions.waits(user):
            raise CommandError(_("The account “%s” waits for nobody.") % user)
        restrictions.confirm(user, None)
        return _("The account “%s” is confirmed.") % user
