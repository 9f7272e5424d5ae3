"""What may pass as a small correction: a slip of the pen, and no other meaning.

The list of changes leaves small corrections out, and the other language stays right beside them. So no more
than one word in ten of a text, at most MOST_WORDS and one in a short text; no number, no day, no “not”; no
text that came or went; and nothing beside the texts. Where something becomes public or stops being so,
readers are told in any case: see is_small() in revisions.py.
"""

import re
from collections.abc import Iterator

from django.utils.dates import MONTHS, WEEKDAYS
from django.utils.text import get_text_list
from django.utils.translation import gettext as _
from django.utils.translation import override

from ..content.serialize import writable_fields
from ..language import LANGUAGES
from ..models import Record
from ..search.text import NUMBERS
from .matching import LONGEST, Matching, effort_of_a_page
from .revisions import MARKS

MOST_WORDS = 5
WORD = re.compile(r"\w+")
# Words that turn a sentence into its opposite.
NEGATIONS = {
    "nl": "niet geen nooit noch niets niemand nergens zonder behalve",
    "fr": "ne n pas jamais aucun aucune ni sans rien personne non sauf",
}


def more_than_small(record: Record, before: Record | None) -> str:
    """Return a sentence on what in a record is more than a small correction; "" where nothing is.

    A draft is nobody's to read yet, and what becomes public or stops being so is told of in any case.
    """
    if before is None or not (before.is_marked_public and record.is_marked_public):
        return ""
    labels = [str(label) for label in dict.fromkeys(changes_of_meaning(record, before))]
    if not labels:
        return ""
    sentence = _(
        "This is more than a small correction: %s. Leave “small correction” unticked, so that readers find "
        "it in the list of changes."
    )
    return sentence % get_text_list(labels, _("and"))


def changes_of_meaning(record: Record, before: Record) -> Iterator[object]:
    """Yield what the fields are called that say something else than before, slips of the pen aside."""
    texts = {f"{name}_{language}": language for name in record.translated_fields() for language in LANGUAGES}
    for field in writable_fields(type(record)):
        was, now = (getattr(each, field.attname) for each in (before, record))
        is_place = field.name == "position" and record.item_field is not None
        if (was or "") == (now or "") or is_place or field.name in MARKS:
            continue
        language = texts.get(field.name)
        if language is None or field.name.startswith("slug_") or not is_slip(was or "", now or "", language):
            yield field.verbose_name


def is_slip(was: str, now: str, language: str) -> bool:
    """Return whether one text is the other, but for a slip of the pen; not where too much differs to tell."""
    if not was or not now or max(len(was), len(now)) > LONGEST:
        return False
    before, after = WORD.findall(was), WORD.findall(now)
    changed: list[str] = []
    count = 0
    matching = Matching(before, after, effort_of_a_page())
    for kind, start, end, new_start, new_end in matching.opcodes():
        if kind != "equal":
            count += max(end - start, new_end - new_start)
            changed += [*before[start:end], *after[new_start:new_end]]
    telling = telling_words(language)
    is_telling = any(any(sign.isdigit() for sign in word) or word.casefold() in telling for word in changed)
    return matching.is_whole and not is_telling and count <= min(MOST_WORDS, max(1, len(before) // 10))


def telling_words(language: str) -> set[str]:
    """Return the words of a language that no slip of the pen may concern: numbers, days, “not”."""
    with override(language):
        days = {str(name).casefold() for names in (MONTHS, WEEKDAYS) for name in names.values()}
    # “Een” and “un” are articles as well.
    return days | set(NUMBERS[language][1:]) | set(NEGATIONS[language].split())
