"""What becomes of the states of texts when they change: outdated, validated, where each comes from.

A text that changed alone leaves its twin in the other language outdated. Nobody stands for a text that was
changed after being validated. What is no longer printed so is the portal’s.
"""

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import date

from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.utils import timezone

from ..language import LANGUAGES, OTHER_LANGUAGE
from ..models import Record
from ..models.permissions import name_of
from ..models.provenance import Provenance

PRINTED = (Provenance.SOURCE, Provenance.OFFICIAL)
UNSIGNED = (
    "the text was changed after it was validated. Say who validated the new text and on which day, or give "
    "another provenance."
)


@dataclass(frozen=True)
class EditContext:
    """Who changed the texts of a record, and what they say of them beside that.

    `still_right` and `as_printed` are languages: whose texts are right though their twins changed later, and
    whose texts are what the source or the authority prints, since the portal had copied them wrongly.
    """

    editor: User | None = None
    is_publisher: bool = False
    is_small: bool = False
    still_right: Collection[str] = field(default=())
    as_printed: Collection[str] = field(default=())


def governed(record: Record | type[Record], language: str) -> dict[str, list[str]]:
    """Return `{provenance: [text, …]}`, names of fields: which texts in one language it is the provenance of.

    An address has none, and neither do the texts in which the portal always speaks itself.
    """
    found: dict[str, list[str]] = {}
    for name in record.translated_fields():
        if name in ("slug", "withdrawal_reason") or name in record.fixed_provenance:
            continue
        own = f"{name}_provenance_{language}"
        provenance = own if hasattr(record, own) else f"provenance_{language}"
        found.setdefault(provenance, []).append(f"{name}_{language}")
    return found


def settle(record: Record, before: Record | None, context: EditContext) -> list[str]:
    """Settle the states of a record about to be saved; return the texts that are the portal’s from now on.

    Raises ValidationError where nobody would stand for a validated text.
    """
    if not context.is_small:
        for name in record.translated_fields():
            mark_outdated(record, before, name)
    ended = []
    for language in LANGUAGES:
        renew_signature(record, before, language, context)
        if language in context.still_right:
            setattr(record, f"outdated_{language}", [])
        if before and language not in context.as_printed:
            ended += end_provenances(record, before, language, context.is_publisher)
    return ended


def changed(record: Record, before: Record | None, names: Collection[str]) -> list[str]:
    """Return those of the fields that say something else than before."""
    return [name for name in names if getattr(record, name) != (getattr(before, name, None) or "")]


def mark_outdated(record: Record, before: Record | None, name: str) -> None:
    """Note that a text is older than its twin, where that alone was changed and not to catch up."""
    if name == "slug":
        return
    fields = {language: f"{name}_{language}" for language in LANGUAGES}
    new = [language for language in LANGUAGES if changed(record, before, [fields[language]])]
    was_behind = False
    for language in new:
        outdated = getattr(record, f"outdated_{language}")
        was_behind |= name in outdated or not (before and getattr(before, fields[language]))
        setattr(record, f"outdated_{language}", [each for each in outdated if each != name])
    if len(new) == 1 and not was_behind and all(getattr(record, each) for each in fields.values()):
        behind = f"outdated_{OTHER_LANGUAGE[new[0]]}"
        outdated = getattr(record, behind)
        setattr(record, behind, [*outdated, *({name} - set(outdated))])


def renew_signature(record: Record, before: Record | None, language: str, context: EditContext) -> None:
    """See to it that nobody stands for a text that was changed after being validated.

    A publisher who leaves it validated now stands for it, unless the correction is small; after another
    editor it is the portal’s again. Raises ValidationError where nobody edits and the signature is the old.
    """
    provenance = f"provenance_{language}"
    if getattr(record, provenance) != Provenance.VALIDATED:
        if before and getattr(before, provenance) == Provenance.VALIDATED:
            sign(record, language, "", None)
        return
    texts = [name for names in governed(record, language).values() for name in names]
    if not changed(record, before, texts):
        return
    if context.editor is None:
        if before and signature(record, language) == signature(before, language):
            raise ValidationError({f"validated_on_{language}": UNSIGNED})
    elif not context.is_publisher:
        setattr(record, provenance, Provenance.PORTAL)
        sign(record, language, "", None)
    elif not context.is_small:
        sign(record, language, name_of(context.editor), timezone.localdate())


def signature(record: Record, language: str) -> tuple[str, date | None]:
    """Return who validated the texts in one language, and on which day."""
    return getattr(record, f"validated_by_{language}"), getattr(record, f"validated_on_{language}")


def sign(record: Record, language: str, name: str, day: date | None) -> None:
    """Put who validated the texts in one language, and on which day."""
    setattr(record, f"validated_by_{language}", name)
    setattr(record, f"validated_on_{language}", day)


def end_provenances(record: Record, before: Record, language: str, is_publisher: bool) -> list[str]:
    """Make the portal’s what was the source’s or an authority’s and was changed; return such fields.

    Unless the editor says where it comes from now. However small the change: slips of the source stay.
    """
    ended = []
    for provenance, names in governed(record, language).items():
        was = getattr(before, provenance)
        new = changed(record, before, names)
        # Of the validation of a whole record, see renew_signature().
        is_lapsed = was == Provenance.VALIDATED and "_provenance_" in provenance and not is_publisher
        if new and getattr(record, provenance) == was and (was in PRINTED or is_lapsed):
            setattr(record, provenance, Provenance.PORTAL)
            ended += new
    return ended
