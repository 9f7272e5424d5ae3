"""Django’s own, which would write content around the one way in: refused for records."""

from typing import Any

from django.core.management.base import CommandError
from django.core.management.commands import loaddata

from initiatives.models import Record


class Command(loaddata.Command):
    def save_obj(self, obj: Any) -> bool:
        """Store an object that is no content. Raises CommandError for a record."""
        if isinstance(obj.object, Record):
            raise CommandError(
                "loaddata writes past the versions, the search index and the audit log. "
                "Use: manage.py load_content FOLDER"
            )
        return bool(super().save_obj(obj))
