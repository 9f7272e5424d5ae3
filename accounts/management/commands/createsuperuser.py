from typing import Any

from django.contrib.auth.management.commands import createsuperuser
from django.contrib.auth.models import User
from django.db import transaction

from accounts import audit
from accounts.characters import plain_line


class RecordedManager:
    """Makes the account and its entries of the audit log in one transaction; asking for it is outside."""

    def __init__(self, database: str | None = None) -> None:
        self.database = database

    def __getattr__(self, name: str) -> Any:
        return getattr(User.objects.db_manager(self.database), name)

    def db_manager(self, database: str) -> "RecordedManager":
        return RecordedManager(database)

    @transaction.atomic
    def create_superuser(self, **values: Any) -> User:
        # Django checks the name, and lets control characters into an address.
        values["email"] = plain_line(values.get("email") or "")
        user = User.objects.db_manager(self.database).create_superuser(**values)
        audit.record(audit.What.CREATED, user)
        audit.record_grants(user, set(), audit.grants(user))
        return user


class RecordedUser:
    """What Django's command knows of accounts."""

    _default_manager = RecordedManager()

    def __getattr__(self, name: str) -> Any:
        return getattr(User, name)

    def __call__(self, **values: Any) -> User:
        return User(**values)


class Command(createsuperuser.Command):
    """Django's own, with an entry in the audit log."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.UserModel: Any = RecordedUser()
