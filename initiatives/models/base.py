"""What every record of the content shares: two languages, where each comes from, whether it is public."""

import re
from datetime import datetime
from functools import reduce
from typing import TYPE_CHECKING, Any, ClassVar, cast

from django.core.exceptions import ValidationError
from django.core.validators import MaxLengthValidator
from django.db import models
from django.utils.text import capfirst
from django.utils.timezone import localdate
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override
from django_stubs_ext import StrOrPromise

from accounts.characters import plain, plain_line

from ..language import LANGUAGES, OTHER_LANGUAGE, current_language, french_typography
from .addresses import path_in, path_to
from .fields import SHOWN_PROVENANCE, SIGNED_BY, SIGNED_ON, longest
from .provenance import Origin, Provenance
from .querysets import OutsideChangeError, RecordQuerySet

SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")


class Record(models.Model):
    """A piece of the content, in Dutch and in French."""

    class Publication(models.TextChoices):
        DRAFT = "draft", _("draft")
        PUBLIC = "public", _("public")
        WITHDRAWN = "withdrawn", _("withdrawn")

    class State(models.TextChoices):
        COMPLETE = "complete", _("complete")
        MISSING = "missing", _("missing")
        OUTDATED = "outdated", _("outdated")

    # What a subclass says of itself: the texts it has per language, its natural key, the records that must
    # be public for it to be public, and the field that leads to the item it is a part of.
    required_texts: ClassVar[tuple[str, ...]] = ()
    optional_texts: ClassVar[tuple[str, ...]] = ()
    natural_key_fields: ClassVar[tuple[str, ...]] = ("code",)
    public_parents: ClassVar[tuple[str, ...]] = ()
    item_field: ClassVar[str | None] = None
    # Texts in which the portal always speaks itself, wherever the rest of the record comes from.
    fixed_provenance: ClassVar[dict[str, Provenance]] = dict.fromkeys(
        ("slip", "remark", "note", "provenance_note"), Provenance.PORTAL
    )

    provenance_nl = models.CharField(
        _("provenance of the Dutch"),
        max_length=10,
        choices=Provenance,
        default=Provenance.SOURCE,
        help_text=SHOWN_PROVENANCE,
    )
    provenance_fr = models.CharField(
        _("provenance of the French"),
        max_length=10,
        choices=Provenance,
        default=Provenance.PORTAL,
        help_text=SHOWN_PROVENANCE,
    )
    provenance_note = models.TextField(
        _("note on the provenance"),
        blank=True,
        help_text=_(
            "What readers have to know of where the text comes from, or of a term that is not certain. "
            "Example: “The Parliament of the Region prints ‘Secrétaire d’État en charge de …’.”"
        ),
    )
    publication = models.CharField(
        _("publication"),
        max_length=10,
        choices=Publication,
        default=Publication.PUBLIC,
        help_text=_(
            "Readers see what is public, and nothing else. "
            "Example: “draft”, as long as a language is not complete."
        ),
    )

    validated_by_nl = models.CharField(
        _("Dutch validated by"), max_length=150, blank=True, help_text=SIGNED_BY
    )
    validated_on_nl = models.DateField(_("Dutch validated on"), null=True, blank=True, help_text=SIGNED_ON)
    validated_by_fr = models.CharField(
        _("French validated by"), max_length=150, blank=True, help_text=SIGNED_BY
    )
    validated_on_fr = models.DateField(_("French validated on"), null=True, blank=True, help_text=SIGNED_ON)
    # The texts whose twin in the other language was changed later.
    outdated_nl = models.JSONField(_("outdated Dutch texts"), default=list, blank=True, editable=False)
    outdated_fr = models.JSONField(_("outdated French texts"), default=list, blank=True, editable=False)

    objects: ClassVar = RecordQuerySet.as_manager()

    class Meta:
        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Refuse: records are saved in a change, by versions/. Raises OutsideChangeError."""
        raise OutsideChangeError(type(self))

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        """Refuse, likewise. Raises OutsideChangeError."""
        raise OutsideChangeError(type(self))

    def clean(self) -> None:
        """Explain to editors what the constraints ask. Raises ValidationError."""
        self.normalize_texts()
        errors: dict[str, Any] = self.too_long()
        if self.publication == self.Publication.PUBLIC:
            errors |= self.missing_texts()
        for language in LANGUAGES:
            if (day := getattr(self, f"validated_on_{language}")) and day > localdate():
                errors[f"validated_on_{language}"] = _(
                    "This day is still to come; give today or a day before."
                )
        if errors:
            raise ValidationError(errors)

    @classmethod
    def translated_fields(cls) -> tuple[str, ...]:
        """Return the names of the fields that exist once per language."""
        return (*cls.required_texts, *cls.optional_texts, "provenance_note")

    @classmethod
    def list_fields(cls) -> tuple[str, ...]:
        """Return the fields that together say the place of a record: its list, and its position there."""
        names = (getattr(constraint, "fields", ()) for constraint in cls._meta.constraints)
        return next(tuple(fields) for fields in names if "position" in fields)

    def normalize_texts(self) -> None:
        """Set each text without unseen signs and space around it, in French with its typography.

        None becomes empty. What stands in no language of its own, a code or a source, keeps its spacing.
        """
        translated = self.translated_fields()
        for field in self.text_fields():
            is_long = isinstance(field, models.TextField)
            text = (plain if is_long else plain_line)(getattr(self, field.name) or "").strip()
            stem, _underscore, language = field.name.rpartition("_")
            is_french = language == "fr" and stem in translated
            setattr(self, field.name, french_typography(text) if is_french else text)

    @classmethod
    def text_fields(cls) -> list[models.Field[Any, Any]]:
        """Return the columns that hold texts, those that exist once per language in both."""
        translated = cls.translated_fields()
        columns = [field for field in cls._meta.concrete_fields if field.name not in translated]
        return [field for field in columns if isinstance(field, models.CharField | models.TextField)]

    def too_long(self) -> dict[str, ValidationError]:
        """Return `{field: error}` for each text that is longer than its field may be, and than it was before.

        What an older release took can be made shorter, and need not be for another text to be saved.
        """
        over = {
            field.name: longest(field)
            for field in self.text_fields()
            if len(getattr(self, field.name) or "") > longest(field)
        }
        stored = type(self)._base_manager.filter(pk=self.pk).values(*over).first() if over else None
        errors = {}
        for name, limit in over.items():
            text, before = getattr(self, name), (stored or {}).get(name) or ""
            try:
                MaxLengthValidator(max(limit, len(before)))(text)
            except ValidationError as error:
                errors[name] = error
        return errors

    def translation(self, name: str, language: str) -> str:
        """Return a text in this language, or "" where there is none."""
        return getattr(self, f"{name}_{language}") or ""

    def missing_texts(self) -> dict[str, StrOrPromise]:
        """Return `{field: sentence}` for each text that a public record lacks in one language."""
        names = {"nl": _("Dutch"), "fr": _("French")}
        missing: dict[str, StrOrPromise] = {}
        for name in self.translated_fields():
            present = [language for language in LANGUAGES if getattr(self, f"{name}_{language}")]
            for language in LANGUAGES:
                wanted = name in self.required_texts or present
                if wanted and language not in present:
                    label = getattr(self._meta.get_field(name), "verbose_name", name)
                    missing[f"{name}_{language}"] = _(
                        "%(field)s: the %(language)s text is missing; a public record needs both languages."
                    ) % {"field": label, "language": names[language]}
        return missing

    def state(self, language: str) -> State:
        """Return how the texts in one language stand; state_rules() says the same to the database."""
        for state in (self.State.MISSING, self.State.OUTDATED):
            if self.texts_in(language, state):
                return state
        return self.State.COMPLETE

    def texts_in(self, language: str, state: State) -> list[str]:
        """Return the fields in one language that are missing, or older than their twin."""
        if state == self.State.MISSING:
            return [name for name in self.missing_texts() if name.endswith(f"_{language}")]
        if state == self.State.OUTDATED:
            return [f"{name}_{language}" for name in getattr(self, f"outdated_{language}")]
        return []

    def natural_key(self) -> tuple[Any, ...]:
        """Return the key that fixtures use, made of codes and never of row numbers."""
        return tuple(reduce(getattr, name.split("__"), cast("Any", self)) for name in self.natural_key_fields)

    @property
    def item(self) -> "Record":
        """Return the item that this record is a part of: the page's own record, or itself."""
        return getattr(self, self.item_field) if self.item_field else self

    def provenance_of(self, name: str, language: str) -> Provenance:
        """Return where one text comes from: most from where their record does, some say it themselves."""
        own = getattr(self, f"{name}_provenance_{language}", None)
        return Provenance(self.fixed_provenance.get(name) or own or getattr(self, f"provenance_{language}"))

    def origin_of(self, name: str, language: str | None = None) -> str:
        """Return what readers are told of a text: a Provenance, or of which kind the portal's own text is.

        In the language in force, if none is given.
        """
        language = language or current_language()
        here, there = (self.provenance_of(name, code) for code in (language, OTHER_LANGUAGE[language]))
        if here != Provenance.PORTAL:
            return here
        own = {Provenance.SOURCE: Origin.TRANSLATION, Provenance.PORTAL: Origin.PORTAL}
        return own.get(there, Origin.TRANSLATED)

    @property
    def is_marked_public(self) -> bool:
        """Return whether the record itself is public, whatever it belongs to is."""
        return bool(self.publication == self.Publication.PUBLIC)

    @property
    def is_outdated(self) -> bool:
        """Return whether a text in the reader's language is older than its twin in the other."""
        return bool(getattr(self, f"outdated_{current_language()}"))


class Page(Record):
    """A record with an address of its own, which lasts: withdrawn pages answer 410 with the reason."""

    # The text at the head of the page, and the one that says most on it.
    heading_field: ClassVar[str] = "title"
    body_field: ClassVar[str] = "title"

    # What each kind of page has.
    code: str
    slug: str
    if TYPE_CHECKING:

        @property
        def title(self) -> str:
            """Return the title: a field of some kinds, the name of others."""

    # What with_version() adds.
    version: int | None
    version_at: datetime | None
    changed_at: datetime | None

    withdrawal_reason = models.TextField(
        _("reason for withdrawal"),
        blank=True,
        help_text=_(
            "What the address of a withdrawn page says from then on. "
            "Example: “The source no longer names this partner.”"
        ),
    )

    class Meta:
        abstract = True

    def get_absolute_url(self) -> str:
        """Return the path of the page in the language in force."""
        return path_to(f"{self._meta.model_name}", **self.url_kwargs())

    @classmethod
    def translated_fields(cls) -> tuple[str, ...]:
        return (*super().translated_fields(), "withdrawal_reason")

    def clean(self) -> None:
        super().clean()
        errors = self.changed_addresses() | self.malformed_slugs()
        if self.publication == self.Publication.DRAFT and self.once_public().exists():
            errors["publication"] = _(
                "This page was public, and readers may have a link to it: it cannot be a draft again. "
                "Withdraw it instead, with the reason; its address then shows that."
            )
        if self.publication == self.Publication.WITHDRAWN:
            if self.pk and not self.once_public().exists():
                errors["publication"] = _(
                    "This page was never public, so there is nothing to withdraw: "
                    "leave it a draft, or delete it."
                )
            for language in LANGUAGES:
                if not getattr(self, f"withdrawal_reason_{language}"):
                    errors[f"withdrawal_reason_{language}"] = _(
                        "Say why the page is withdrawn: its address shows this reason from now on."
                    )
        if errors:
            raise ValidationError(errors)

    def once_public(self) -> models.QuerySet["Page"]:
        """Return the row as it is stored, if it is or was public."""
        return type(self)._base_manager.filter(pk=self.pk).exclude(publication=self.Publication.DRAFT)

    def changed_addresses(self) -> dict[str, StrOrPromise]:
        """Return `{field: sentence}` for each part of an address that was public and has changed."""
        fields = [f"slug_{language}" for language in LANGUAGES if "slug" in self.translated_fields()]
        fields = fields or ["code"]
        return {
            name: _("This address was public and stays as it is: “%s”.") % value
            for row in self.once_public().values(*fields)
            for name, value in row.items()
            if getattr(self, name) != value
        }

    def malformed_slugs(self) -> dict[str, StrOrPromise]:
        """Return `{field: sentence}` for each part of an address that is not in small letters and hyphens."""
        names = [f"slug_{language}" for language in LANGUAGES if "slug" in self.translated_fields()]
        sentence = _("An address has small letters, digits and hyphens between them: “l-economie-numerique”.")
        given = {name: getattr(self, name) for name in names}
        return {name: sentence for name, slug in given.items() if slug and not SLUG.fullmatch(slug)}

    @property
    def successor(self) -> "Page | None":
        """Return the page that stands for this one since; what was merged with another has one."""
        return None

    def url_kwargs(self) -> dict[str, str]:
        """Return the part of the path that names this page among its kind."""
        return {"slug": self.slug}

    @property
    def heading(self) -> str:
        """Return the title as it stands at the head of the page."""
        return capfirst(self.title)

    @property
    def permalink(self) -> str:
        """Return the path that names the page in no language, for ever."""
        return path_in(None, "permalink", kind=self._meta.model_name, code=self.code)

    def url_in(self, language: str) -> str:
        """Return the path of the page in `language`."""
        with override(language):
            return self.get_absolute_url()
