"""The forms of records: what an editor may change in them, and what is said of the change."""

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.text import format_lazy, get_text_list
from django.utils.translation import gettext_lazy as _

from ..language import LANGUAGES
from ..models import Page, Record
from ..models.fields import slug_from
from ..models.permissions import is_publisher, languages_of, name_of
from ..models.provenance import Provenance
from ..versions import Change, was_public
from ..versions.small import more_than_small
from ..versions.states import PRINTED, governed
from .checklist import Point, agreement, of_deletions, of_publication
from .conflicts import Submission
from .notes import NoteForm
from .translation_state import label

STILL_RIGHT = {
    "nl": (_("The Dutch is still right"), _("The French was changed later: %s.")),
    "fr": (_("The French is still right"), _("The Dutch was changed later: %s.")),
}
AS_PRINTED = {
    "nl": _("The Dutch is still, word for word, what the source or the authority prints"),
    "fr": _("The French is still, word for word, what the source or the authority prints"),
}
ONLY_IF = _("Only where the portal had copied it wrongly. Then the text you change keeps its provenance.")
# The button that asks for one more part, where no script adds it.
ONE_MORE = "_one_more"
ENDS = _(
    "If you change the text, it is the portal’s from then on, however small the change, unless you choose "
    "here where it comes from now."
)


def hide(field: forms.Field) -> None:
    """Leave a field out of what editors see and send."""
    field.widget, field.disabled = forms.HiddenInput(), True


class RecordForm(forms.ModelForm[Record]):
    """The form of a record: what this editor may not change stays as it is, whatever is posted."""

    # What only a form of a page of its own asks beside the record; see ItemForm.
    about_change: tuple[str, ...] = ()

    still_right_nl = forms.BooleanField(label=STILL_RIGHT["nl"][0], required=False)
    still_right_fr = forms.BooleanField(label=STILL_RIGHT["fr"][0], required=False)
    as_printed_nl = forms.BooleanField(label=AS_PRINTED["nl"], help_text=ONLY_IF, required=False)
    as_printed_fr = forms.BooleanField(label=AS_PRINTED["fr"], help_text=ONLY_IF, required=False)

    def __init__(self, *args: Any, submission: Submission | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.submission = submission or Submission()
        user = self.submission.user
        self.is_restricted = user is not None and not is_publisher(user)
        self.ask_whether_still_right()
        for language in LANGUAGES:
            self.offer_to_keep_provenance(language)
        if self.instance.pk:
            self.freeze_keys()
        if self.is_restricted:
            self.freeze_other_language()

    def ask_whether_still_right(self) -> None:
        """Ask whether a text is still right only where its twin was changed later."""
        for language in LANGUAGES:
            field = self.fields[f"still_right_{language}"]
            names = getattr(self.instance, f"outdated_{language}")
            if names:
                labels = [label(self.instance, name) for name in names]
                field.help_text = STILL_RIGHT[language][1] % get_text_list([*labels], str(_("and")))
            else:
                hide(field)

    def offer_to_keep_provenance(self, language: str) -> None:
        """Tell beside each provenance that a change ends it, and let a publisher say that it does not."""
        record = self.instance
        names = governed(record, language) if record.pk else {}
        printed = [name for name in names if getattr(record, name) in PRINTED]
        for name in printed:
            if name in self.fields:
                self.fields[name].help_text = format_lazy("{} {}", self.fields[name].help_text, ENDS)
        if not printed or self.is_restricted:
            hide(self.fields[f"as_printed_{language}"])

    def freeze_keys(self) -> None:
        """Keep what others refer to: the code, the item of a part, and an address that was public."""
        if "code" in self.fields:
            # Sent back all the same, for a part that someone else deletes meanwhile; see clean_code.
            self.fields["code"].widget.attrs["readonly"] = True
        if self.instance.item_field in self.fields:
            self.fields[self.instance.item_field].disabled = True
        slugs = [self.fields[name] for name in ("slug_nl", "slug_fr") if name in self.fields]
        if slugs and isinstance(self.instance, Page) and was_public(self.instance):
            for field in slugs:
                field.disabled = True
                field.help_text = _("This address was public, and stays as it is: links lead to it.")

    def freeze_other_language(self) -> None:
        """Let an editor of one language change its texts, and nothing else."""
        free = set(self.about_change)
        for language in languages_of(self.submission.user) if self.submission.user else ():
            free |= {f"{name}_{language}" for name in self.instance.translated_fields() if name != "slug"}
            free.add(f"still_right_{language}")
        for name, field in self.fields.items():
            field.disabled = field.disabled or name not in free

    def _post_clean(self) -> None:
        """Refuse as a small correction what is more, once the record says what was typed."""
        super()._post_clean()  # type: ignore[misc]  # private to Django, and the only place after it
        if self.submission.is_small and self.instance.pk and self.has_changed():
            before = type(self.instance)._base_manager.get(pk=self.instance.pk)
            if sentence := more_than_small(self.instance, before):
                self.add_error("is_small" if "is_small" in self.fields else None, sentence)

    def clean_code(self) -> str:
        """Return the code that the record has: it is a permalink, and never changes."""
        return str(self.initial["code"] if self.instance.pk else self.cleaned_data["code"])

    def propose_addresses(self) -> None:
        """Take an address from the title where none is given, as the script does while the title is typed."""
        names = self.instance.translated_fields()
        title = "title" if "title" in names else "name"
        for language in LANGUAGES if "slug" in names else ():
            slug = f"slug_{language}"
            if slug in self.fields and slug not in self.errors and not self.cleaned_data.get(slug):
                self.cleaned_data[slug] = slug_from(self.cleaned_data.get(f"{title}_{language}") or "")

    def clean(self) -> None:
        """Fill in an address, and who validated a text and when, where that was left empty."""
        super().clean()
        self.propose_addresses()
        for language in LANGUAGES:
            if self.cleaned_data.get(f"provenance_{language}") == Provenance.VALIDATED:
                signer, day = f"validated_by_{language}", f"validated_on_{language}"
                user = self.submission.user
                self.cleaned_data[signer] = self.cleaned_data.get(signer) or (name_of(user) if user else "")
                self.cleaned_data[day] = self.cleaned_data.get(day) or timezone.localdate()

    def save_in(self, change: Change) -> list[str | Promise]:
        """Save the record in a change; return the labels of the texts that are the portal’s from now on."""
        ticked = {name for name in self.fields if self.cleaned_data.get(name) is True}
        ended = change.save(
            self.instance,
            still_right=[language for language in LANGUAGES if f"still_right_{language}" in ticked],
            as_printed=[language for language in LANGUAGES if f"as_printed_{language}" in ticked],
        )
        return [self.fields[name].label or name for name in ended]


class ItemForm(NoteForm, RecordForm):
    """The form of a page of its own: it says what changed and why, and which version it changes."""

    about_change = ("version", "item", "is_small", "confirmed", *NoteForm.NOTE_FIELDS)

    version = forms.IntegerField(required=False, widget=forms.HiddenInput)
    item = forms.CharField(required=False, widget=forms.HiddenInput)  # for when the record is gone
    is_small = forms.BooleanField(
        label=_("Small correction: the other language stays right"),
        required=False,
        help_text=_(
            "For a typing error, say: at most one word in ten, and no number, day or “not”. Readers find it "
            "among the versions of the page, and not in the list of changes."
        ),
    )
    confirmed = forms.CharField(required=False, widget=forms.HiddenInput)  # see checklist

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.is_conflict = False
        self.checklist: list[Point] = []
        self.fields["version"].initial = self.submission.number
        self.fields["item"].initial = self.submission.item_name

    def clean(self) -> None:
        """Refuse to save over what someone else saved meanwhile, or where one more part was asked for."""
        super().clean()
        if ONE_MORE in self.submission.posted:
            self.add_error(None, _("Nothing was saved yet: fill in the new part, and save."))
        if self.instance.pk and self.cleaned_data.get("version") != self.submission.number:
            self.is_conflict = True
            self.add_error(
                None,
                _(
                    "Nothing was saved: this was changed after you opened it. What you typed still stands "
                    "below; read above what was changed meanwhile, and save again if yours is right."
                ),
            )

    def _post_clean(self) -> None:
        super()._post_clean()
        if not self.errors and not self.is_restricted and not self.submission.is_preview:
            self.ask_to_agree()

    def ask_to_agree(self) -> None:
        """Refuse what has consequences until the editor has agreed to them as they are now."""
        self.checklist = of_deletions(self.instance, self.submission.posted)
        if "publication" in self.changed_data:
            self.checklist += of_publication(self.instance)
        if self.checklist and self.cleaned_data.get("confirmed") != self.agreement:
            self.add_error(
                None, _("Nothing was saved yet: read what comes with it, agree, and save once more.")
            )

    @property
    def agreement(self) -> str:
        """Return what is sent by who agrees to the list as it is shown."""
        return agreement(self.checklist)
