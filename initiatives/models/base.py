"""What every record of the content shares: two languages, where each comes from, whether it is public."""

import re

from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.text import capfirst, format_lazy
from django.utils.timezone import localdate
from django.utils.translation import get_language, override
from django.utils.translation import gettext_lazy as _

from ..language import LANGUAGES, OTHER_LANGUAGE, french_typography
from .provenance import Origin, Provenance
from .querysets import RecordQuerySet, filled

# What fields of several kinds are for.
OF_STRATEGY = _("The strategy that it belongs to. Example: Go4Brussels 2030.")
OF_OBJECTIVE = _("The objective that it belongs to. Example: 1.4.")
OF_WORKSITE = _("The worksite that it belongs to. Example: worksite 2.")
OF_OFFICE = _("The office that is meant, whatever its wording. Example: “Minister for Employment”.")
ADDRESS = _(
    "The end of the page’s address, in small letters and hyphens; fixed once public. Example: “horeca”."
)
SLIP = _(
    "Explains a slip of the source, which the text itself keeps. "
    "Example: “The source writes ‘het digitalisering’; …”."
)
WORDING = _("As the source prints it, its slips included. Example: “Minister for Employment”.")
WHERE_READ = _("The site or document where this was read. Example: “go4.brussels/nl”.")
REMARK = _(
    "Anything else that readers have to know of what the source prints here. "
    "Example: “The source prints both sentences on one line.”"
)
SHOWN_PROVENANCE = _("Where the text comes from; readers see it. Example: “text of the source”.")
SIGNED_BY = _("Who validated the text; left empty: you. Example: “Brussels Regional Public Service”.")
SIGNED_ON = _("The day of the validation; left empty: today. Example: 2021-02-01.")


CODE = RegexValidator(
    r"^[a-z0-9]+([.-][a-z0-9]+)*$",
    _("A code has small letters, digits, hyphens and points: “1.4-02” or “minister-work”."),
)


SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")


def code_field(example):
    """Give the field for the code of a record: natural key and permalink, for ever."""
    return models.CharField(
        _("code"),
        max_length=60,
        unique=True,
        validators=[CODE],
        help_text=format_lazy(
            _("Names the record for ever, in its permalink and in the data. Example: {code}."), code=example
        ),
    )


def position_field():
    """Give the field that orders a list as the source orders it."""
    return models.PositiveSmallIntegerField(
        _("position"),
        help_text=_("The place in its list, from 1 onwards, as the source has it. Example: 1 for the first."),
    )


def unique_slugs(name):
    """Give the constraints that an address leads to one page, per language."""
    return [
        models.UniqueConstraint(
            fields=[f"slug_{language}"],
            condition=Q(**{f"slug_{language}__gt": ""}),
            name=f"{name}_slug_{language}_unique",
            violation_error_message=_("Another page has this address already."),
        )
        for language in ("nl", "fr")
    ]


def unique(name, *fields):
    return models.UniqueConstraint(fields=fields, name=f"{name}_unique")


def record_constraints(name, required=(), optional=()):
    """Give the constraints of every kind of record.

    A public row has its texts in Dutch and in French: `required` ones in both, `optional` ones in both or in
    neither. A validated text says by whom and when.
    """
    complete = Q()
    for field in required:
        complete &= filled(f"{field}_nl") & filled(f"{field}_fr")
    for field in (*optional, "provenance_note"):
        nl, fr = filled(f"{field}_nl"), filled(f"{field}_fr")
        complete &= (nl & fr) | (~nl & ~fr)
    validated = Q()
    for language in LANGUAGES:
        signed = filled(f"validated_by_{language}") & Q(**{f"validated_on_{language}__isnull": False})
        validated &= ~Q(**{f"provenance_{language}": "validated"}) | signed
    return [
        models.CheckConstraint(
            name=f"{name}_validated_by_someone",
            condition=validated,
            violation_error_message=_("Say who validated the text, and on which day."),
        ),
        models.CheckConstraint(
            name=f"{name}_public_in_both_languages",
            condition=~Q(publication="public") | complete,
            violation_error_message=_("A public record needs its texts in Dutch and in French."),
        ),
    ]


class Record(models.Model):
    """A piece of the content, in Dutch and in French."""

    Provenance = Provenance

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
    required_texts = ()
    optional_texts = ()
    natural_key_fields = ("code",)
    public_parents = ()
    item_field = None
    # Texts in which the portal always speaks itself, wherever the rest of the record comes from.
    fixed_provenance = dict.fromkeys(("slip", "remark", "note", "provenance_note"), Provenance.PORTAL)

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

    objects = RecordQuerySet.as_manager()

    class Meta:
        abstract = True

    def save(self, *args, **kwargs):
        """Store texts with French spacing, and absent texts as empty."""
        self.settle_texts()
        super().save(*args, **kwargs)

    def clean(self):
        """Explain to editors what the constraints ask. Raises ValidationError."""
        self.settle_texts()
        errors = self.missing_texts() if self.publication == self.Publication.PUBLIC else {}
        for language in LANGUAGES:
            if (day := getattr(self, f"validated_on_{language}")) and day > localdate():
                errors[f"validated_on_{language}"] = _(
                    "This day is still to come; give today or a day before."
                )
        if getattr(self, "position", 1) == 0:
            errors["position"] = _("Places are counted from 1 onwards.")
        if errors:
            raise ValidationError(errors)

    @classmethod
    def translated_fields(cls):
        """Give the names of the fields that exist once per language."""
        return (*cls.required_texts, *cls.optional_texts, "provenance_note")

    def settle_texts(self):
        for name in self.translated_fields():
            for language in LANGUAGES:
                field = f"{name}_{language}"
                text = (getattr(self, field) or "").replace("\r\n", "\n").strip()
                setattr(self, field, french_typography(text) if language == "fr" else text)

    def missing_texts(self):
        """Give `{field: sentence}` for each text that a public record lacks in one language."""
        names = {"nl": _("Dutch"), "fr": _("French")}
        missing = {}
        for name in self.translated_fields():
            present = [language for language in LANGUAGES if getattr(self, f"{name}_{language}")]
            for language in LANGUAGES:
                wanted = name in self.required_texts or present
                if wanted and language not in present:
                    label = self._meta.get_field(name).verbose_name
                    missing[f"{name}_{language}"] = _(
                        "%(field)s: the %(language)s text is missing; a public record needs both languages."
                    ) % {"field": label, "language": names[language]}
        return missing

    def state(self, language):
        """Give how the texts in one language stand; state_rules() says the same to the database."""
        for state in (self.State.MISSING, self.State.OUTDATED):
            if self.texts_in(language, state):
                return state
        return self.State.COMPLETE

    def texts_in(self, language, state):
        """Give the fields in one language that are missing, or older than their twin."""
        if state == self.State.MISSING:
            return [name for name in self.missing_texts() if name.endswith(f"_{language}")]
        if state == self.State.OUTDATED:
            return [f"{name}_{language}" for name in getattr(self, f"outdated_{language}")]
        return []

    def natural_key(self):
        """Give the key that fixtures use, made of codes and never of row numbers."""
        key = ()
        for name in self.natural_key_fields:
            value = self
            for step in name.split("__"):
                value = getattr(value, step)
            key += (value,)
        return key

    @property
    def item(self):
        """Give the item that this record is a part of: the page's own record, or itself."""
        return getattr(self, self.item_field) if self.item_field else self

    @property
    def provenance(self):
        """Give where the text in the reader's language comes from."""
        return self.Provenance(getattr(self, f"provenance_{get_language()}"))

    def provenance_of(self, name: str, language: str) -> Provenance:
        """Give where one text comes from: most come from where their record does, some say it themselves."""
        own = getattr(self, f"{name}_provenance_{language}", None)
        return Provenance(self.fixed_provenance.get(name) or own or getattr(self, f"provenance_{language}"))

    def origin_of(self, name: str, language: str | None = None) -> str:
        """Give what readers are told of a text: a Provenance, or of which kind the portal's own text is.

        In the language in force, if none is given.
        """
        language = language or get_language()
        here, there = (self.provenance_of(name, code) for code in (language, OTHER_LANGUAGE[language]))
        if here != Provenance.PORTAL:
            return here
        own = {Provenance.SOURCE: Origin.TRANSLATION, Provenance.PORTAL: Origin.PORTAL}
        return own.get(there, Origin.TRANSLATED)

    @property
    def is_outdated(self):
        """Say whether a text in the reader's language is older than its twin in the other."""
        return bool(getattr(self, f"outdated_{get_language()}"))


class Page(Record):
    """A record with an address of its own, which lasts: withdrawn pages answer 410 with the reason."""

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

    def get_absolute_url(self):
        """Give the path of the page in the language in force."""
        return reverse(
            f"initiatives:{self._meta.model_name}",
            kwargs=self.address(),
            current_app=get_language(),
        )

    @classmethod
    def translated_fields(cls):
        return (*super().translated_fields(), "withdrawal_reason")

    def clean(self):
        super().clean()
        errors = self.moved_addresses() | self.odd_addresses()
        if self.publication == self.Publication.DRAFT and self.was_shown().exists():
            errors["publication"] = _(
                "This page was public, and readers may have a link to it: it cannot be a draft again. "
                "Withdraw it instead, with the reason; its address then shows that."
            )
        if self.publication == self.Publication.WITHDRAWN:
            if self.pk and not self.was_shown().exists():
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

    def was_shown(self):
        """Give the stored row, if it is or was public."""
        return type(self)._base_manager.filter(pk=self.pk).exclude(publication=self.Publication.DRAFT)

    def moved_addresses(self):
        """Give `{field: sentence}` for each part of an address that was public and has changed."""
        fields = [f"slug_{language}" for language in LANGUAGES if "slug" in self.translated_fields()]
        fields = fields or ["code"]
        return {
            name: _("This address was public and stays as it is: “%s”.") % value
            for row in self.was_shown().values(*fields)
            for name, value in row.items()
            if getattr(self, name) != value
        }

    def odd_addresses(self):
        """Give `{field: sentence}` for each part of an address that is not in small letters and hyphens."""
        names = [f"slug_{language}" for language in LANGUAGES if "slug" in self.translated_fields()]
        sentence = _("An address has small letters, digits and hyphens between them: “l-economie-numerique”.")
        given = {name: getattr(self, name) for name in names}
        return {name: sentence for name, slug in given.items() if slug and not SLUG.fullmatch(slug)}

    def address(self):
        """Give the part of the path that names this page among its kind."""
        return {"slug": self.slug}

    # The text at the head of the page, and the one that says most on it.
    heading_field = "title"
    body_field = "title"

    @property
    def heading(self):
        """Give the title as it stands at the head of the page."""
        return capfirst(self.title)

    @property
    def permalink(self):
        """Give the path that names the page in no language, for ever."""
        return reverse("permalink", kwargs={"kind": self._meta.model_name, "code": self.code})

    def url_in(self, language):
        """Give the path of the page in `language`."""
        with override(language):
            return self.get_absolute_url()
