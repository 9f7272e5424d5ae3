from typing import Any

from django.core.management.base import BaseCommand

from accounts import expiry


class Command(BaseCommand):
    help = (
        "Takes away entries of the audit log that are older than AUDIT_DAYS, sessions that have ended and "
        "counts of attempts that are over. A portal that runs does so by itself, every hour."
    )

    def handle(self, *_args: Any, **_options: Any) -> None:
        expiry.expire()
