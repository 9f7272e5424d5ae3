import getpass
from typing import Any

from django.contrib.auth.management.commands import changepassword

from accounts import audit


class Command(changepassword.Command):
    """Django's own, with an entry in the audit log."""

    def handle(self, *args: Any, **options: Any) -> str | None:
        output = super().handle(*args, **options)
        audit.record(audit.What.PASSWORD, options["username"] or getpass.getuser())
        return output
