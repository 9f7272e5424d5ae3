"""The forms of records, and of the records in a list."""

from django import forms
from django.db.models import F
from django.forms.models import BaseInlineFormSet
from django.utils import timezone
from django.utils.text import format_lazy, get_text_list
from django.utils.translation import gettext_lazy as _

from ..content.load import ASIDE
from ..language import LANGUAGES, OTHER_LANGUAGE
from ..models.provenance import Provenance
from ..versions import save as history
from .conflicts import Saving, rebase, refuse_what_would_go
from .permissions import is_publisher, languages_of, name_of

STILL_RIGHT = {
    "nl": (_("The Dutch is still right"), _("The French was changed later: %s.")),
    "fr": (_("The French is still right"), _("The Dutch was changed later: %s.")),
}


AS_PRINTED = {
    "nl": _("The Dutch is still, word for word, what the source or the authority prints"),
    "fr": _("The French is still, word for word, what the source or the authority prints"),
}
ONLY_IF = _("Only where the portal had copied it wrongly. Then the text you change keeps its provenance.")
ENDS = _(
    "If you change the text, it is the portal’s from then on, however small the change, unless you choose "
    "here where it comes from now."
)
PRINTED = (Provenance.SOURCE, Provenance.OFFICIAL)


def hide(field):
    field.widget, field.disabled = forms.HiddenInput(), True


def governed(record, language):
    """Give `{provenance: [text, …]}`, names of fields: which texts in one language it is the provenance of.

    An address has none, and neither do the texts in which the portal always speaks itself.
    """
    found = {}
    for name in record.translated_fields():
        if name in ("slug", "withdrawal_reason") or name in record.fixed_provenance:
            continue
        own = f"{name}_provenance_{language}"
        provenance = own if hasattr(record, own) else f"provenance_{language}"
        found.setdefault(provenance, []).append(f"{name}_{language}")
    return found


class RecordForm(forms.ModelForm):
    """The form of a record: what this editor may not change stays as it is, whatever is posted."""

    still_right_nl = forms.BooleanField(label=STILL_RIGHT["nl"][0], required=False)
    still_right_fr = forms.BooleanField(label=STILL_RIGHT["fr"][0], required=False)
    as_printed_nl = forms.BooleanField(label=AS_PRINTED["nl"], help_text=ONLY_IF, required=False)
    as_printed_fr = forms.BooleanField(label=AS_PRINTED["fr"], help_text=ONLY_IF, required=False)
    saving = Saving()  # the admin gives the one of the request

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.offer_ticks()
        if self.instance.pk:
            self.freeze_keys()
        if self.saving.user and not is_publisher(self.saving.user):
            self.freeze_other_language()

    def offer_ticks(self):
        """Ask whether a text is still right only where its twin was changed later."""
        for language in LANGUAGES:
            field = self.fields[f"still_right_{language}"]
            names = getattr(self.instance, f"outdated_{language}")
            if names:
                labels = [str(self._meta.model._meta.get_field(name).verbose_name) for name in names]
                field.help_text = STILL_RIGHT[language][1] % get_text_list(labels, _("and"))
            else:
                hide(field)
        for language in LANGUAGES:
            self.offer_to_keep(language)

    def offer_to_keep(self, language):
        """Say beside each provenance that a change ends it, and let a publisher say that it does not."""
        record, tick = self.instance, self.fields[f"as_printed_{language}"]
        names = governed(record, language) if record.pk else {}
        printed = [name for name in names if getattr(record, name) in PRINTED]
        for name in printed:
            if name in self.fields:
                self.fields[name].help_text = format_lazy("{} {}", self.fields[name].help_text, ENDS)
        if not printed or (self.saving.user and not is_publisher(self.saving.user)):
            hide(tick)

    def freeze_keys(self):
        """Keep what others refer to: the code, the item of a part, and an address that was public."""
        if "code" in self.fields:
            # Sent back all the same, for a part that someone else deletes meanwhile; see clean_code.
            self.fields["code"].widget.attrs["readonly"] = True
        if self.instance.item_field in self.fields:
            self.fields[self.instance.item_field].disabled = True
        slugs = [self.fields[name] for name in ("slug_nl", "slug_fr") if name in self.fields]
        if slugs and history.was_public(self.instance):
            for field in slugs:
                field.disabled = True
                field.help_text = _("This address was public, and stays as it is: links lead to it.")

    def freeze_other_language(self):
        free = set(SavedForm.base_fields) if isinstance(self, SavedForm) else set()
        free -= RecordForm.base_fields.keys()
        for language in languages_of(self.saving.user):
            free |= {f"{name}_{language}" for name in self.instance.translated_fields() if name != "slug"}
            free.add(f"still_right_{language}")
        for name, field in self.fields.items():
            field.disabled = field.disabled or name not in free

    def clean_code(self):
        """Give the code that the record has: it is a permalink, and never changes."""
        return self.initial["code"] if self.instance.pk else self.cleaned_data["code"]

    def clean(self):
        super().clean()
        for language in LANGUAGES:
            self.sign(language)

    def sign(self, language):
        """Fill in who validated a text and when, and take that away with the validation."""
        provenance, by, on = (f"{name}_{language}" for name in ("provenance", "validated_by", "validated_on"))
        if self.cleaned_data.get(provenance) == Provenance.VALIDATED:
            self.cleaned_data[by] = self.cleaned_data.get(by) or name_of(self.saving.user)
            self.cleaned_data[on] = self.cleaned_data.get(on) or timezone.localdate()
        elif self.initial.get(provenance) == Provenance.VALIDATED:
            self.cleaned_data |= {by: "", on: None}

    def sign_again(self, language):
        """See to it that nobody stands for a text that was changed after being validated.

        A publisher who leaves it validated now stands for it, unless the correction is small; after another
        editor it is the portal's again in any case.
        """
        record = self.instance
        texts = {name for names in governed(record, language).values() for name in names}
        validated = getattr(record, f"provenance_{language}") == Provenance.VALIDATED
        if not validated or texts.isdisjoint(self.changed_data):
            return
        signature = {"validated_by": name_of(self.saving.user), "validated_on": timezone.localdate()}
        if is_publisher(self.saving.user):
            signature = {} if self.saving.is_small else signature
        else:
            signature = {"provenance": Provenance.PORTAL, "validated_by": "", "validated_on": None}
        for name, value in signature.items():
            setattr(record, f"{name}_{language}", value)

    def _post_clean(self):
        super()._post_clean()
        if not self.saving.is_small:
            for name in self.instance.translated_fields():
                self.mark_outdated(name)
        for language in LANGUAGES:
            self.sign_again(language)
            if self.cleaned_data.get(f"still_right_{language}"):
                setattr(self.instance, f"outdated_{language}", [])

    def save(self, commit=True):
        """Save the record, its provenances as its texts have them."""
        self.ended = self.end_provenances() if self.instance.pk else []
        return super().save(commit=commit)

    def end_provenances(self):
        """Make a text the portal’s that was the source’s or an authority’s, and was changed; give such texts.

        Unless the editor says where it comes from now, or a publisher that it is still printed so. However
        small the change: slips of the source stay as they are. Not done before saving, so that a form which
        is refused shows what was chosen in it.
        """
        ended = []
        for language in LANGUAGES:
            if self.cleaned_data.get(f"as_printed_{language}"):
                continue
            for provenance, names in governed(self.instance, language).items():
                before = self.initial.get(provenance)
                changed = [name for name in names if self.is_changed(name)]
                if changed and before == getattr(self.instance, provenance) and self.ends(provenance, before):
                    setattr(self.instance, provenance, Provenance.PORTAL)
                    ended += changed
        return ended

    def ends(self, name, provenance):
        """Say whether a change ends a provenance; see sign_again() for the validation of a whole record."""
        is_own = "_provenance_" in name
        is_lapsed = provenance == Provenance.VALIDATED and not is_publisher(self.saving.user)
        return provenance in PRINTED or (is_own and is_lapsed)

    def is_changed(self, name):
        return getattr(self.instance, name) != (self.initial.get(name) or "")

    def mark_outdated(self, name):
        """Note that a text is older than its twin, where that alone was changed and not to catch up."""
        if name == "slug":
            return
        now = {language: getattr(self.instance, f"{name}_{language}") for language in LANGUAGES}
        before = {language: self.initial.get(f"{name}_{language}") or "" for language in LANGUAGES}
        changed = [language for language in LANGUAGES if now[language] != before[language]]
        was_behind = False
        for language in changed:
            outdated = getattr(self.instance, f"outdated_{language}")
            was_behind |= name in outdated or not before[language]
            setattr(self.instance, f"outdated_{language}", [each for each in outdated if each != name])
        if len(changed) == 1 and not was_behind and all(now.values()):
            field = f"outdated_{OTHER_LANGUAGE[changed[0]]}"
            outdated = getattr(self.instance, field)
            setattr(self.instance, field, [*outdated, *({name} - set(outdated))])


class SavedForm(RecordForm):
    """The form of a page of its own: it says what changed and why, and which version it changes."""

    version = forms.IntegerField(required=False, widget=forms.HiddenInput)
    item = forms.CharField(required=False, widget=forms.HiddenInput)  # for when the record is gone
    note = forms.CharField(
        label=_("What changed, and why"),
        max_length=300,
        required=False,
        widget=forms.TextInput(attrs={"class": "vLargeTextField"}),
        help_text=_("Readers see this sentence with the change."),
    )
    is_small = forms.BooleanField(
        label=_("Small correction: the other language stays right"),
        required=False,
        help_text=_("For a typing error, say. Readers do not find it in the list of changes."),
    )
    is_conflict = False

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["version"].initial = self.saving.number
        self.fields["item"].initial = self.saving.name

    def clean(self):
        """Refuse to save over what someone else saved meanwhile."""
        super().clean()
        if self.instance.pk and self.cleaned_data.get("version") != self.saving.number:
            self.is_conflict = True
            self.add_error(
                None,
                _(
                    "Nothing was saved: this was changed after you opened it. What you typed still stands "
                    "below; read above what was changed meanwhile, and save again if yours is right."
                ),
            )


class PartForm(RecordForm):
    """The form of a record in a list: without a position it comes last; OrderedFormSet sees to positions."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["position"].required = False
        self.fields["position"].help_text = _("Left empty: at the end.")

    def _get_validation_exclusions(self):
        # Django would say of two in one place that the data are doubled, and not at the field.
        return super()._get_validation_exclusions() | {"position"}


class PartFormSet(BaseInlineFormSet):
    """The parts of a record; what was posted is fitted to the parts that are there now."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.gone = rebase(self) if self.is_bound and self.instance.pk else []

    def clean(self):
        super().clean()
        refuse_what_would_go(self)


class OrderedFormSet(PartFormSet):
    """The records of a list, which may change places with each other in one saving."""

    def clean(self):
        """Put records without a position last, and note at the field where two have the same."""
        super().clean()
        lists = {}
        for form in self.forms:
            stays = form not in self.deleted_forms and (form.instance.pk or form.has_changed())
            if stays and form.is_valid():
                key = tuple(form.cleaned_data[name] for name in self.fields_of_list())
                lists.setdefault(key, []).append(form)
        for forms_of_list in lists.values():
            self.settle_positions(forms_of_list)

    def fields_of_list(self):
        """Give the fields beside the parent that say which list a record is in."""
        [names] = [
            constraint.fields
            for constraint in self.model._meta.constraints
            if "position" in getattr(constraint, "fields", ())
        ]
        return [name for name in names if name not in ("position", self.fk.name)]

    def settle_positions(self, forms_of_list):
        taken = set()
        for form in sorted(forms_of_list, key=lambda form: form.instance.position is None):
            if form.instance.position is None:
                form.instance.position = max(taken, default=0) + 1
            elif form.instance.position in taken:
                form.add_error("position", _("Another record has this position; give each its own."))
            taken.add(form.instance.position)

    def save(self, commit=True):
        """Save all; those that move or go first make room for the others."""
        if commit:
            leaving = [form for form in self.initial_forms if form.has_changed()]
            stored = self.model.objects.filter(pk__in=[form.instance.pk for form in leaving])
            stored.update(position=F("position") + ASIDE)
        return super().save(commit=commit)
