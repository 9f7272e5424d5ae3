"""The words that readers of the source have to know."""

from django.db import models
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override

from .addresses import path_in, path_to
from .base import Record
from .fields import code_field, record_constraints


class Term(Record):
    """A term of the glossary, explained in one or two plain sentences."""

    required_texts = ("name", "definition")
    optional_texts = ("abbreviation", "synonyms", "source")

    code = code_field("competitiveness-cluster")
    name = models.CharField(
        _("term"), max_length=150, help_text=_("As the texts have it. Example: “competitiveness cluster”.")
    )
    abbreviation = models.CharField(
        _("abbreviation"), max_length=50, blank=True, help_text=_("Where there is one. Example: “SME”.")
    )
    synonyms = models.CharField(
        _("synonyms"),
        max_length=300,
        blank=True,
        help_text=_(
            "Other words for it, commas between: search finds the term by them, and what the term stands in. "
            "Example: “shop, retail”."
        ),
    )
    definition = models.TextField(
        _("explanation"),
        help_text=_("One or two plain sentences. Example: “A network of companies, schools and …”."),
    )
    source = models.CharField(
        _("where this was read"),
        max_length=300,
        blank=True,
        help_text=_("The site or document that says so. Example: “Regulation (EC) No 1893/2006”."),
    )

    class Meta:
        verbose_name = _("term")
        verbose_name_plural = _("terms")
        ordering = ["code"]
        constraints = record_constraints(
            "term", ["name", "definition"], ["abbreviation", "synonyms", "source"]
        )

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        """Return the path of the glossary, at this term."""
        return f"{path_to('terms')}#{self.code}"

    @property
    def title(self) -> str:
        return self.name

    @property
    def heading(self) -> str:
        """Return the title as it stands at the head of the explanation."""
        return capfirst(self.title)

    @property
    def permalink(self) -> str:
        """Return the path that names the term in no language, for ever."""
        return path_in(None, "permalink", kind="term", code=self.code)

    @property
    def all_names(self) -> list[str]:
        """Return the term, its abbreviation and its synonyms, in the language in force."""
        synonyms = (self.synonyms or "").split(",")
        return [name.strip() for name in (self.name, self.abbreviation or "", *synonyms) if name.strip()]

    def url_in(self, language: str) -> str:
        """Return the path of the glossary in `language`, at this term."""
        with override(language):
            return self.get_absolute_url()
