"""What people type or paste, without the signs that nobody sees; here, since names of accounts pass as well.

Word ends a line by hand with U+000B, web pages and PDF files bring others along. XML 1.0 (2.2, “Characters”)
allows none of the control characters but tab and line breaks, and search, addresses and comparisons would
hold two texts apart that people read as one.
"""

import re
from typing import Any

from django import forms

LINE_BREAK = re.compile("\r\n|[\r\v\f\x85\u2028\u2029]")
# Controls but tab and line feed; halves of characters (surrogates); what has no width: byte order marks, word
# joiners, zero-width spaces. What turns the direction of writing (U+200E, U+202A …) is of no use in Dutch and
# French, and hides what a text says (Unicode Technical Report 36, 2.10). Soft hyphens, no-break spaces and
# the joiners of emoji (U+200D) mean something, and stay.
UNSEEN = re.compile(
    "[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069"
    "\ufeff\ufff9-\ufffc\ufffe\uffff\ud800-\udfff]"
)
# Blanks come in runs where somebody aligned a text with them, or leant on a key: thousands of them say no
# more than one. A few before a line set it in, and a few empty lines part what they part. Each of these
# patterns looks at a sign a few times at most, however many there are.
BLANKS = re.compile(r"[^\S\n]{2,}")
SAME_BLANK = re.compile(r"([^\S\n])\1+")
MOST_BEFORE_A_LINE = 8
EMPTY_LINES = re.compile(r"\n(?:[^\S\n]*\n){3,}")
# A line break or tab, with the spaces before it and all white space after it.
BREAK = re.compile(r"(?<! ) *+[\n\t]\s*+")
LINE_OR_TAB = re.compile(r"[\n\t]")
# What a text holds none of that ever passed plain(), and one on one line that passed plain_line().
ODD = re.compile(f"{UNSEEN.pattern}|{LINE_BREAK.pattern}")
ODD_ON_A_LINE = re.compile(f"{ODD.pattern}|{LINE_OR_TAB.pattern}")


def plain(text: str) -> str:
    """Return a text without the signs that nobody sees, its line breaks each as one "\\n".

    Of a run of the same blank one stays, before a line a few, and of empty lines two.
    """
    return EMPTY_LINES.sub("\n\n\n", BLANKS.sub(fewer, UNSEEN.sub("", LINE_BREAK.sub("\n", text))))


def fewer(blanks: re.Match[str]) -> str:
    """Return what stays of a run of blanks."""
    if blanks.string[max(blanks.start() - 1, 0) : blanks.start()] in ("", "\n"):
        return blanks[0][:MOST_BEFORE_A_LINE]
    return SAME_BLANK.sub(r"\1", blanks[0])


def plain_line(text: str) -> str:
    """Return the same on one line: a space for its line breaks and tabs, and for the blanks around them."""
    return BREAK.sub(" ", plain(text).strip())


def plain_if_odd(text: str, is_line: bool) -> str:
    """Return a text that is stored already, plain; as it is, blanks too, where it holds no sign that is not.

    To be asked of thousands of texts at a time, of which hardly one does.
    """
    if not (ODD_ON_A_LINE if is_line else ODD).search(text):
        return text
    return plain_line(text) if is_line else plain(text).strip()


class PlainField(forms.CharField):
    """A text in a form, which may have several lines; shown again as it was taken."""

    def to_python(self, value: Any) -> str | None:
        return super().to_python(plain(value) if isinstance(value, str) else value)

    def bound_data(self, data: Any, initial: Any) -> Any:
        return super().bound_data(plain(data) if isinstance(data, str) else data, initial)


class PlainLineField(forms.CharField):
    """A text in a form, on one line."""

    def to_python(self, value: Any) -> str | None:
        return super().to_python(plain_line(value) if isinstance(value, str) else value)

    def bound_data(self, data: Any, initial: Any) -> Any:
        return super().bound_data(plain_line(data) if isinstance(data, str) else data, initial)


class PlainEmailField(PlainLineField, forms.EmailField):
    """An e-mail address in a form: between quotes it could hold control characters (RFC 5322, 4.1)."""
