"""How each language stands: in the columns and filters of the lists, and beside the fields of the forms."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.contrib import admin
from django.db.models import QuerySet, TextField
from django.http import HttpRequest
from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.text import capfirst, get_text_list
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ..language import LANGUAGES, OTHER_LANGUAGE, long_date, shortened
from ..models import Record, Revision
from ..models.provenance import Provenance
from ..models.querysets import state_rules
from .conflicts import fields_by_key, key_and_fields

State = Record.State
TextKey = tuple[tuple[str, ...], str]  # the key of a record, and a field of it
NAMES = {"nl": "Nederlands", "fr": "Français"}
FROM = {
    Provenance.SOURCE: gettext_lazy("from the source"),
    Provenance.OFFICIAL: gettext_lazy("official"),
    Provenance.PORTAL: gettext_lazy("by the portal"),
}
CHANGED_LATER = {
    "nl": gettext_lazy("The French changed on %s, after this text."),
    "fr": gettext_lazy("The Dutch changed on %s, after this text."),
}
CHANGED_SOMETIME = {
    "nl": gettext_lazy("The French changed after this text."),
    "fr": gettext_lazy("The Dutch changed after this text."),
}


# Lists -----------------------------------------------------------------------------------------------


class StateFilter(admin.SimpleListFilter):
    """Picks records by how one language stands; the database does the picking."""

    language: str

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [*State.choices, ("unvalidated", _("translation not validated"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        rule = state_rules(queryset.model, self.language).get(self.value() or "")
        return queryset if rule is None else queryset.filter(rule)


class DutchFilter(StateFilter):
    language, title, parameter_name = "nl", gettext_lazy("state of the Dutch"), "state_nl"


class FrenchFilter(StateFilter):
    language, title, parameter_name = "fr", gettext_lazy("state of the French"), "state_fr"


class TranslationStateMixin(admin.ModelAdmin[Any]):
    """The columns and filters of both languages, in the list of a kind of record; the marks in its form."""

    def get_list_display(self, request: HttpRequest) -> list[Any]:
        """Return the columns, with the states beside the texts and not beyond the edge of the screen."""
        names = [str(name) for name in super().get_list_display(request) if name != "publication"]
        place = max([i for i, name in enumerate(names) if name.endswith("_fr")], default=0) + 1
        columns = [*names[:place], "dutch", "french", "publication", *names[place:]]
        texts = {each.name for each in self.model._meta.fields if isinstance(each, TextField)}
        return [short_column(self.model, name) if name in texts else name for name in columns]

    def get_list_filter(self, request: HttpRequest) -> list[Any]:
        return [DutchFilter, FrenchFilter, *super().get_list_filter(request)]

    @admin.display(description=NAMES["nl"])
    def dutch(self, record: Record) -> SafeString:
        return cell(record, "nl")

    @admin.display(description=NAMES["fr"])
    def french(self, record: Record) -> SafeString:
        return cell(record, "fr")


def short_column(model: type[Record], name: str) -> Callable[[Record], str]:
    """Return the column of a long text: its beginning, in the order of the whole."""

    def column(record: Record) -> str:
        return shortened(getattr(record, name) or "")

    column.__name__ = name  # of which Django makes the class of its cells
    return admin.display(description=label(model(), name), ordering=name)(column)


def cell(record: Record, language: str) -> SafeString:
    """Return the state of one language in a word, with what it is about, and where the text comes from."""
    state = record.state(language)
    details = get_text_list([label(record, name) for name in record.texts_in(language, state)], _("and"))
    return format_html(
        '<span class="state {}"{}>{}</span> <span class="from">{}</span>',
        state,
        format_html(' title="{}"', capfirst(details)) if details else "",
        state.label,
        came_from(record, language),
    )


def label(record: Record, name: str) -> str:
    return str(getattr(record._meta.get_field(name), "verbose_name", name))


def came_from(record: Record, language: str) -> str | Promise:
    """Return in a few words where a text comes from; a validated one says by whom and when."""
    provenance = getattr(record, f"provenance_{language}")
    if provenance != Provenance.VALIDATED:
        return FROM[provenance]
    day = getattr(record, f"validated_on_{language}")
    who = getattr(record, f"validated_by_{language}")
    return _("validated by %(name)s, %(date)s") % {"name": who, "date": date_format(day, "SHORT_DATE_FORMAT")}


# Forms -----------------------------------------------------------------------------------------------


def mark_states(forms: list[Any]) -> None:
    """Say, beside each text of stored records, that it is missing or that its twin was changed later."""
    forms = [form for form in forms if form.instance.pk]
    wanted = {twin for form in forms for twin in outdated(form.instance).values()}
    changes = last_changes(forms[0].instance.item, wanted) if wanted else {}
    for form in forms:
        for name in form.instance.missing_texts():
            mark(form, name, State.MISSING, _("A public record needs this text in both languages."))
        for name, twin in outdated(form.instance).items():
            language = name[-2:]
            day = changes.get(twin)
            when = long_date(localtime(day)) if day else ""
            sentence = CHANGED_LATER[language] % when if when else CHANGED_SOMETIME[language]
            mark(form, name, State.OUTDATED, str(sentence))


def mark_status(form: Any) -> None:
    """Say at the head of a part that readers do not see it, since its status is folded away."""
    record = form.instance
    if record.pk and not record.is_marked_public:
        first = form.visible_fields()[0]
        words = (capfirst(record.get_publication_display()), first.help_text)
        first.help_text = format_html('<span class="state missing">{}</span> {}', *words)


def mark(form: Any, name: str, state: Record.State, sentence: str) -> None:
    """Put a state and a sentence about it beside a field."""
    if name in form.fields:
        words = (state, state.label, sentence, form[name].help_text)
        form[name].help_text = format_html('<span class="state {}">{}</span> {}<br>{}', *words)


def outdated(record: Record) -> dict[str, TextKey]:
    """Return `{field: (key of the record, field of its twin)}` for texts that are older than their twin."""
    if not any(getattr(record, f"outdated_{language}") for language in LANGUAGES):
        return {}
    key, _fields = key_and_fields(record)
    return {
        f"{name}_{language}": (key, f"{name}_{OTHER_LANGUAGE[language]}")
        for language in LANGUAGES
        for name in getattr(record, f"outdated_{language}")
    }


def last_changes(item: Record, wanted: set[TextKey]) -> dict[TextKey, datetime]:
    """Return `{(key, field): moment}` of the last change of each wanted text that the history tells of."""
    found: dict[TextKey, datetime] = {}
    later: dict[TextKey, Any] = {}
    later_at = None
    for revision in Revision.objects.of(item).iterator(chunk_size=20):
        rows = fields_by_key(revision)
        texts = {(key, name): rows.get(key, {}).get(name) for key, name in wanted}
        if later_at:
            changed = [each for each in wanted - found.keys() if texts[each] != later[each]]
            found |= dict.fromkeys(changed, later_at)
        if found.keys() == wanted:
            break
        later, later_at = texts, revision.at
    return found
