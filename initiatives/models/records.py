"""What every record of the content shares: two languages, where each comes from, whether it is public."""

from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import get_language, override
from django.utils.translation import gettext_lazy as _

from ..querysets import RecordQuerySet
from ..typography import french

LANGUAGES = ("nl", "fr")


CODE = RegexValidator(
    r"^[a-z0-9]+([.-][a-z0-9]+)*$",
    _("A code has small letters, digits, hyphens and points: “1.4-02” or “minister-work”."),
)


def code_field(example):
    """Give the field for the code of a record: natural key and permalink, for ever."""
    return models.CharField(
        _("code"), max_length=60, unique=True, validators=[CODE], help_text=_("For example: %s") % example
    )


def position_field():
    """Give the field that orders a list as the source orders it."""
    return models.PositiveSmallIntegerField(_("position"))


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


def filled(field):
    """Give the condition that a text column holds text."""
    return Q(**{f"{field}__isnull": False}) & Q(**{f"{field}__gt": ""})


def public_in_both_languages(name, required=(), optional=()):
    """Give the constraint that a public row has its texts in Dutch and in French.

    `required` fields must be filled in both; `optional` ones in both or in neither.
    """
    complete = Q()
    for field in required:
        complete &= filled(f"{field}_nl") & filled(f"{field}_fr")
    for field in optional:
        nl, fr = filled(f"{field}_nl"), filled(f"{field}_fr")
        complete &= (nl & fr) | (~nl & ~fr)
    return models.CheckConstraint(
        name=f"{name}_public_in_both_languages",
        condition=~Q(publication="public") | complete,
        violation_error_message=_("A public record needs its texts in Dutch and in French."),
    )


class Record(models.Model):
    """A piece of the content, in Dutch and in French."""

    class Publication(models.TextChoices):
        DRAFT = "draft", _("draft")
        PUBLIC = "public", _("public")
        WITHDRAWN = "withdrawn", _("withdrawn")

    class Provenance(models.TextChoices):
        SOURCE = "source", _("text of the source")
        OFFICIAL = "official", _("official name or title")
        PORTAL = "portal", _("written or translated by the portal")
        VALIDATED = "validated", _("translation validated by the administration")

    # What a subclass says of itself: the texts it has per language, its natural key,
    # and the records that must be public for it to be public.
    required_texts = ()
    optional_texts = ()
    natural_key_fields = ("code",)
    public_parents = ()

    provenance_nl = models.CharField(
        _("provenance of the Dutch"), max_length=10, choices=Provenance, default=Provenance.SOURCE
    )
    provenance_fr = models.CharField(
        _("provenance of the French"), max_length=10, choices=Provenance, default=Provenance.PORTAL
    )
    publication = models.CharField(
        _("publication"), max_length=10, choices=Publication, default=Publication.PUBLIC
    )

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
        if self.publication == self.Publication.PUBLIC and (errors := self.missing_texts()):
            raise ValidationError(errors)

    @classmethod
    def translated_fields(cls):
        """Give the names of the fields that exist once per language."""
        return (*cls.required_texts, *cls.optional_texts)

    def settle_texts(self):
        for name in self.translated_fields():
            for language in LANGUAGES:
                field = f"{name}_{language}"
                text = (getattr(self, field) or "").strip()
                setattr(self, field, french(text) if language == "fr" else text)

    def missing_texts(self):
        """Give `{field: sentence}` for each text that a public record lacks in one language."""
        names = {"nl": _("Dutch"), "fr": _("French")}
        missing = {}
        for name in self.translated_fields():
            present = [language for language in LANGUAGES if getattr(self, f"{name}_{language}")]
            for language in LANGUAGES:
                wanted = name in self.required_texts or present
                if wanted and language not in present:
                    label = self._meta.get_field(f"{name}_{language}").verbose_name
                    missing[f"{name}_{language}"] = _(
                        "%(field)s: the %(language)s text is missing; a public record needs both languages."
                    ) % {"field": label, "language": names[language]}
        return missing

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
    def provenance(self):
        """Give where the text in the reader's language comes from."""
        return self.Provenance(getattr(self, f"provenance_{get_language()}"))


class Page(Record):
    """A record with an address of its own, which lasts: withdrawn pages answer 410 with the reason."""

    withdrawal_reason = models.TextField(_("reason for withdrawal"), blank=True)

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
        errors = self.moved_addresses()
        if self.publication == self.Publication.WITHDRAWN:
            for language in LANGUAGES:
                if not getattr(self, f"withdrawal_reason_{language}"):
                    errors[f"withdrawal_reason_{language}"] = _(
                        "Say why the page is withdrawn: its address shows this reason from now on."
                    )
        if errors:
            raise ValidationError(errors)

    def moved_addresses(self):
        """Give `{field: sentence}` for each part of an address that was public and has changed."""
        fields = [f"slug_{language}" for language in LANGUAGES if "slug" in self.translated_fields()]
        fields = fields or ["code"]
        before = type(self)._base_manager.filter(pk=self.pk).exclude(publication=self.Publication.DRAFT)
        return {
            name: _("This address was public and stays as it is: “%s”.") % value
            for row in before.values(*fields)
            for name, value in row.items()
            if getattr(self, name) != value
        }

    def address(self):
        """Give the part of the path that names this page among its kind."""
        return {"slug": self.slug}

    def url_in(self, language):
        """Give the path of the page in `language`."""
        with override(language):
            return self.get_absolute_url()
