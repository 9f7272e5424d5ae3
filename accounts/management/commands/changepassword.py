import getpass
from typing import Any

from django.contrib.auth.management.commands import changepassword
from django.contrib.auth.models import User
from django.core.management.base import CommandError
from django.utils.translation import gettext as _

from accounts.password_forms import GivenPasswordForm

TRIES = 3


class Command(changepassword.Command):
    """Django's own, with an entry in the audit log."""

    def handle(self, *_args: Any, **options: Any) -> str | None:
        username = options["username"] or getpass.getuser()
        user = User.objects.using(options["database"]).filter(username=username).first()
        if not user:
            raise CommandError(_("There is no account “%s”.") % username)
        for _each in range(TRIES):
            data = {"password1": getpass.getpass(), "password2": getpass.getpass(prompt="Password (again): ")}
            form = GivenPasswordForm(user, data | {"usable_password": "true"})
            if form.is_valid():
                form.save()
                return _("The password of “%s” was changed.") % username
            self.stderr.write("\n".join(str(sentence) for each in form.errors.values() for sentence in each))
        raise CommandError(_("The password of “%s” was not changed.") % username)
