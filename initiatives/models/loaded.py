"""What the last load brought: by this, an editor's work is told from what the files have always said."""

from typing import ClassVar

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models


class LoadedRecord(models.Model):
    """A record as the files had it when they were last loaded, in the fixtures' form.

    Written with the load, in its transaction, and by nothing else; see versions/baseline.py.
    """

    kind = models.CharField(max_length=30)
    key = models.CharField(max_length=200)
    at = models.DateTimeField()
    fields = models.JSONField(encoder=DjangoJSONEncoder)

    objects: ClassVar = models.Manager()

    class Meta:
        default_permissions = ()
        constraints = [models.UniqueConstraint(fields=["kind", "key"], name="loadedrecord_unique")]

    def __str__(self) -> str:
        return f"{self.kind} {self.key}"
