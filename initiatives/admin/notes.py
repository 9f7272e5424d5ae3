"""What is said of a change: in Dutch, in French, or in both; readers read it in their own language."""

from typing import Any

from django import forms
from django.forms import BoundField
from django.http import HttpRequest
from django.utils.text import format_lazy
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from accounts.characters import PlainField, plain_line

from ..language import LANGUAGES, OTHER_LANGUAGE
from ..models.fields import at_most
from ..versions.save import LONGEST_NOTE as LONGEST

LABELS = {"nl": _("What changed, and why, in Dutch"), "fr": _("What changed, and why, in French")}


def note_field(**options: Any) -> PlainField:
    """Return the field of a note, which may have several lines."""
    widget = forms.Textarea(attrs={"rows": 2})
    return PlainField(max_length=LONGEST, required=False, widget=widget, **options)


class NoteForm(forms.Form):
    """Asks what changed, and why: `note` in the language of the screen, `note_twin` in the other.

    The form remembers that language, whatever it is when the form comes back.
    """

    NOTE_FIELDS = ("note", "note_twin", "note_language")

    note = note_field()
    note_twin = note_field(help_text=_("Left empty, its readers see the other sentence."))
    note_language = forms.ChoiceField(
        choices=[(code, code) for code in LANGUAGES], required=False, widget=forms.HiddenInput
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        sent = self.data.get(self.add_prefix("note_language"))
        here = sent if sent in LANGUAGES else get_language() or LANGUAGES[0]
        self.language_of = {"note": here, "note_twin": OTHER_LANGUAGE[here]}
        self.fields["note_language"].initial = here
        self.fields["note"].help_text = format_lazy(
            "{} {}", _("Readers see this sentence with the change."), at_most(LONGEST)
        )
        for name, language in self.language_of.items():
            self.fields[name].label = LABELS[language]
            self.fields[name].widget.attrs["lang"] = language

    @property
    def note_fields(self) -> list[BoundField]:
        """Return the fields of both notes, the Dutch first."""
        return [
            self[name] for name in sorted(self.language_of, key=lambda name: self.language_of[name] == "fr")
        ]

    @property
    def notes(self) -> dict[str, str]:
        """Return what was said, as `{language: note}`."""
        return {language: self.cleaned_data.get(name) or "" for name, language in self.language_of.items()}


def notes_of_deletion(request: HttpRequest) -> dict[str, str]:
    """Return what was said on the page that asks to be sure, likewise; no browser sends a longer one."""
    sent = request.POST.get("note_language")
    here = sent if sent in LANGUAGES else get_language() or LANGUAGES[0]
    names = {here: "note", OTHER_LANGUAGE[here]: "note_twin"}
    return {code: plain_line(request.POST.get(name, ""))[:LONGEST] for code, name in names.items()}
