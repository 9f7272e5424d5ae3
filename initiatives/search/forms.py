"""What readers may ask of the search in the address."""

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.characters import PlainLineField

from ..models import IndexEntry, Office, Sector
from .query import Search
from .text import words

NO_FILTER = {"invalid_choice": _("There is no such filter; the results are not filtered by it.")}


class SearchForm(forms.Form):
    """The query, the filters and the page of a search; what is wrong with them is said in sentences."""

    q = PlainLineField(
        required=False,
        max_length=200,
        error_messages={"max_length": _("This is longer than 200 characters. Search for a few words of it.")},
    )
    kind = forms.ChoiceField(required=False, choices=IndexEntry.Kind, error_messages=NO_FILTER)
    sector = forms.ModelChoiceField(
        Sector.objects.published(), to_field_name="code", required=False, error_messages=NO_FILTER
    )
    office = forms.ModelChoiceField(
        Office.objects.published(), to_field_name="code", required=False, error_messages=NO_FILTER
    )
    page = forms.IntegerField(required=False)

    def clean_q(self) -> str:
        """Return the query. Raises ValidationError where it has nothing to search for."""
        query: str = self.cleaned_data["q"]
        if query and not words(query):
            raise forms.ValidationError(_("This holds no word and no number to search for."))
        return query

    def search(self, language: str) -> Search:
        """Return the Search that was asked for, without what is wrong."""
        self.full_clean()
        asked = self.cleaned_data
        return Search(
            asked.get("q", ""), language, asked.get("kind", ""), asked.get("sector"), asked.get("office")
        )

    @property
    def sentences(self) -> list[str]:
        """Return what is wrong with the query and its filters; a wrong page is the first."""
        wrong = [name for name in self.errors if name != "page"]
        return list(dict.fromkeys(str(sentence) for name in wrong for sentence in self.errors[name]))
