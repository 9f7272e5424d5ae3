from typing import Any

from django.contrib.auth.management.commands import createsuperuser
from django.contrib.auth.models import User
from django.db.models import Max

from accounts import audit


class Command(createsuperuser.Command):
    """Django's own, with an entry in the audit log."""

    def handle(self, *args: Any, **options: Any) -> None:
        last = User.objects.aggregate(last=Max("pk"))["last"] or 0
        super().handle(*args, **options)
        for user in User.objects.filter(pk__gt=last, is_superuser=True):
            audit.record(audit.What.CREATED, user)
            audit.record_grants(user, set(), audit.grants(user))
