"""Texts that somebody made to cost time: what reads and writes texts takes each sign a few times at most."""

import pytest

from accounts.characters import plain, plain_line
from initiatives.content.files import represent_text
from initiatives.content.links import addresses_in
from initiatives.language import (
    french_typography,
    mark_quotations,
    one_line,
    shortened,
)
from initiatives.models import Worksite
from initiatives.models.fields import slug_from
from initiatives.templatetags.portal import lines, linked, paragraphs

from ..saving import save
from ..timing import LIMIT, quickest

LENGTH = 30_000
PIECES = (" ", "\t", "\n", "\u00a0", "\u3000", "\v", "a", "1", "-", "'", "«", "»", "“", ".", ":", "&", "<")
PIECES += (
    "a ",
    " \n",
    "\n ",
    " \u00a0",
    "« ",
    " »",
    "“\n",
    "“a",
    "- ",
    "• ",
    "\n•",
    "a.",
    "a-",
    "x'",
    " :",
    "a:",
)
# A run between signs that may have to do with it, so that whoever looks for its end is misled.
FRAMES = ("{}", "{}x", "x{}x", "«{}«", "«x{}x«", "“{}“", "x{}!x", "x{}»x", "a- en {}")
HOSTILE = tuple(frame.format(piece * (LENGTH // len(piece))) for piece in PIECES for frame in FRAMES)


class Writer:
    """Stands for the file that a text is written to."""

    def represent_scalar(self, _tag, _text, style):
        return style


def quoted(text):
    return mark_quotations(text, "fr", "nl") + mark_quotations(text, "nl", "fr")


def sources(text):
    return addresses_in(text, is_source=True)


def written(text):
    return represent_text(Writer(), text)


READERS = (plain, plain_line, french_typography, quoted, paragraphs, lines, one_line, shortened, slug_from)


@pytest.mark.parametrize("reader", [*READERS, linked, sources, written])
def test_it_takes_no_longer_for_a_hostile_text(reader):
    for text in HOSTILE:
        taken, _result = quickest(lambda: reader(text))  # noqa: B023  (asked at once)
        assert taken < LIMIT, (reader, text[:12], text[-12:])


def test_it_leaves_one_of_a_run_of_blanks_and_sets_lines_in_a_little():
    assert plain("a" + " " * LENGTH + "b") == plain_line("a" + " " * LENGTH + "b") == "a b"
    assert plain("a\u00a0\u00a0 \u202f\u202fb") == "a\u00a0 \u202fb"
    assert plain(" " * 99 + "a\n" + " " * 99 + "b\n    c") == " " * 8 + "a\n" + " " * 8 + "b\n    c"
    assert plain("a\n\nb\n\n\nc\n\n\n\n\n \n\t\nd") == "a\n\nb\n\n\nc\n\n\nd"
    assert plain_line("a\t \n\n b") == "a b"


@pytest.mark.django_db
def test_it_saves_thirty_thousand_blanks_in_no_time():
    worksite = Worksite.objects.get(code="1.4-02")
    title = worksite.title_fr
    worksite.title_fr = f"{title} {' ' * LENGTH}"
    worksite.remark_nl = worksite.remark_fr = f"Een{' ' * LENGTH}x"
    taken, _none = quickest(lambda: save(worksite), 2 * LIMIT, attempts=1)
    assert taken < 2 * LIMIT
    worksite.refresh_from_db()
    assert (worksite.title_fr, worksite.remark_nl) == (title, "Een x")
