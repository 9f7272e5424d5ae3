"""What the content was: every version of every item, in the form that the fixtures have."""

from collections.abc import Collection
from datetime import timedelta
from typing import TYPE_CHECKING, Any, ClassVar, NamedTuple, Self, TypedDict

from django.apps import apps
from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models.functions import Greatest, Now
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.characters import plain_if_odd

from ..language import LANGUAGES, OTHER_LANGUAGE, current_language
from .reusable import ReusableQuerySet, reusable

if TYPE_CHECKING:
    from .base import Record


class SerializedRecord(TypedDict):
    """A record as the fixtures have it: the label of its model, and those fields that have no default."""

    model: str
    fields: dict[str, Any]


# What has one line in every kind of record, also in those that there are no more.
LINES = {"title", "name", "official_title", "heading", "slug", "code"}


def plain_records(records: list[SerializedRecord]) -> list[SerializedRecord]:
    """Return records without the signs that nobody sees, on one line what has one (accounts/characters.py).

    Earlier releases took in what was typed and pasted to the letter, and a version outlives them.
    """
    return [
        {
            **row,
            "fields": {name: plain_value(value, row["model"], name) for name, value in row["fields"].items()},
        }
        for row in records
    ]


def plain_value(value: Any, label: str, name: str = "") -> Any:
    """Return the value of a field likewise; what stands in a list is a key, or the name of a field."""
    if isinstance(value, str):
        is_plain = value.isascii() and value.isprintable()  # as most are
        return value if is_plain else plain_if_odd(value, has_one_line(label, name))
    if isinstance(value, list):
        return [plain_value(each, label) for each in value]
    if isinstance(value, dict):
        return {key: plain_value(each, label) for key, each in value.items()}
    return value


def has_one_line(label: str, name: str) -> bool:
    """Return whether a text stands on one line: also of a kind or a field that there is no more."""
    model = apps.all_models["initiatives"].get(label.rpartition(".")[2])
    field = next((each for each in model._meta.concrete_fields if each.name == name), None) if model else None
    if field is not None:
        return not isinstance(field, models.TextField)
    stem, _underscore, language = name.rpartition("_")
    return not name or (stem if language in LANGUAGES else name) in LINES


SAME_ITEM = {"kind": models.OuterRef("kind"), "code": models.OuterRef("code")}


class ShownNote(NamedTuple):
    """What was said of a change, and in which language."""

    text: str
    language: str

    @property
    def is_foreign(self) -> bool:
        """Return whether it is not in the language in force."""
        return self.language != current_language()


class RevisionQuerySet(ReusableQuerySet["Revision"]):
    @reusable
    def published(self) -> Self:
        """Return the versions that readers may see: each that changed what they can see of an item."""
        return self.filter(is_public=True)

    def noticed(self) -> Self:
        """Return the versions that readers can notice: what they may see, and that an item is gone."""
        was_public = models.Exists(self.model.objects.published().filter(**SAME_ITEM))
        withdrawn, deleted = self.model.Action.WITHDRAWN, self.model.Action.DELETED
        is_gone = models.Q(action=withdrawn) | models.Q(action=deleted) & was_public
        return self.filter(models.Q(is_public=True) | is_gone)

    def of(self, item: "Record") -> Self:
        """Return the versions of this item, newest first."""
        return self.filter(kind=item._meta.model_name, code=item.natural_key()[0]).order_by("-number")

    @reusable
    def changes(self) -> Self:
        """Return the versions that are more than a small correction, `is_first` where none came before."""
        return self.filter(is_small=False).with_first()

    @reusable
    def outlined(self) -> Self:
        """Return the versions without what they hold, the newest first."""
        return self.defer("records").order_by("-number")

    @reusable
    def with_first(self) -> Self:
        """Add `is_first`: whether readers saw none of the item before."""
        earlier = self.model.objects.published().filter(**SAME_ITEM, number__lt=models.OuterRef("number"))
        return self.annotate(is_first=~models.Exists(earlier))


class Revision(models.Model):
    """One version of an item: its own record and its parts, as the fixtures would say them.

    Stored as text and not as rows, so that a version outlives every change of the tables.
    """

    class Action(models.TextChoices):
        LOADED = "loaded", pgettext_lazy("what was done", "loaded from the files")
        CHANGED = "changed", pgettext_lazy("what was done", "changed")
        WITHDRAWN = "withdrawn", pgettext_lazy("what was done", "withdrawn")
        RESTORED = "restored", pgettext_lazy("what was done", "restored")
        DELETED = "deleted", pgettext_lazy("what was done", "deleted")

    kind = models.CharField(_("kind"), max_length=30)
    code = models.CharField(_("code"), max_length=60)
    number = models.PositiveIntegerField(_("version"))
    at = models.DateTimeField(_("date"))
    action = models.CharField(_("action"), max_length=10, choices=Action)
    editor = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, verbose_name=_("editor")
    )
    note = models.CharField(_("note"), max_length=300, blank=True)
    note_language = models.CharField(_("language of the note"), max_length=2, blank=True)
    # The same in the other language, where it was said in both.
    note_twin = models.CharField(
        _("note in the other language"), max_length=300, blank=True, default="", db_default=""
    )
    is_small = models.BooleanField(_("small correction"), default=False)
    is_public = models.BooleanField(_("public"), default=False)
    records = models.JSONField(_("content"), encoder=DjangoJSONEncoder)

    is_first: bool  # what changes() adds

    objects: ClassVar = RevisionQuerySet.as_manager()

    class Meta:
        verbose_name = _("version")
        verbose_name_plural = _("versions")
        ordering = ["-at", "kind", "code", "-number"]
        # Who may edit what; accounts/ gives these to the roles.
        permissions = [
            ("edit_nl", "May edit the Dutch texts"),
            ("edit_fr", "May edit the French texts"),
            ("publish", "May edit everything and decide what is public"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["kind", "code", "number"], name="revision_number_unique"),
            models.CheckConstraint(name="revision_number_from_one", condition=models.Q(number__gte=1)),
        ]
        indexes = [
            # The newest of all, for editors and for readers; those of one item, the constraint above finds.
            models.Index(fields=["-at", "kind", "code", "-number"], name="revision_newest"),
            models.Index(
                fields=["-at", "kind", "code", "-number"],
                name="revision_changes",
                condition=models.Q(is_public=True, is_small=False),
            ),
            # Whether readers could notice anything, and when, without reading what.
            models.Index(fields=["kind", "code", "action", "is_public", "at"], name="revision_noticed"),
        ]

    def __str__(self) -> str:
        return f"{self.title} ({self.number})"

    @classmethod
    def from_db(
        cls, db: str | None, field_names: Collection[str], values: Collection[Any], **told: Any
    ) -> Self:
        """Return the version that a row is, whatever an earlier release let into its texts taken out."""
        version = super().from_db(db, field_names, values, **told)
        stored = vars(version)  # what is asked for later comes here by itself
        for name in stored.keys() & {"note", "note_twin"}:
            stored[name] = plain_if_odd(stored[name], is_line=False)
        if "records" in stored:
            stored["records"] = plain_records(stored["records"])
        return version

    @property
    def action_name(self) -> str:
        """Return in a word what was done, of one of the changes()."""
        return capfirst(str(_("First version")) if self.is_first else self.get_action_display())

    @property
    def notes(self) -> dict[str, str]:
        """Return what was said of the change, as `{language: note}`, without what was not said."""
        notes = {self.note_language: self.note} if self.note else {}
        if self.note_twin:
            notes[OTHER_LANGUAGE.get(self.note_language, "")] = self.note_twin
        return notes

    @property
    def note_shown(self) -> "ShownNote | None":
        """Return the note that a reader gets: in the language in force, or else the other."""
        notes = self.notes
        language = current_language() if current_language() in notes else next(iter(notes), None)
        return None if language is None else ShownNote(notes[language], language)

    @property
    def fields(self) -> dict[str, Any]:
        """Return the fields that the item itself had in this version."""
        item: SerializedRecord = self.records[0]
        return item["fields"]

    @property
    def title(self) -> str:
        """Return the title that the item had, in the reader's language."""
        language = current_language()
        names = (f"title_{language}", f"name_{language}", f"official_title_{language}", "name")
        return next((self.fields[name] for name in names if self.fields.get(name)), self.code)


class ContentVersion(models.Model):
    """The number that every change which readers can see raises: whatever was made of an older one is stale.

    One row, which is the lock of the content as well: see versions/save.py.
    """

    ONLY = 1  # its primary key

    number = models.PositiveBigIntegerField(default=0)
    # When it was raised, by the clock of the database: those of the machines in front may differ.
    at = models.DateTimeField(db_default=Now())

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return str(self.number)

    def rise(self) -> None:
        """Raise the number by one. To be called on the locked row, in the transaction of the change.

        No two are of the same second, which is all that a date in a header can tell (RFC 9110, 5.6.7).
        """
        self.number += 1
        self.at = Greatest(Now(), models.F("at") + timedelta(seconds=1))
        self.save(update_fields=["number", "at"])
