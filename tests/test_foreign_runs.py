"""What stands in another language than its page says so, on every public page (WCAG 3.1.2)."""

import pytest
from django.utils.html import conditional_escape
from django.utils.translation import override

from initiatives.models import Measure, Office, Steering
from initiatives.templatetags.portal import quoting


@pytest.mark.parametrize(
    ("record", "field", "language", "expected"),
    [
        (Steering(slip_fr="« het <b> » ;"), "slip", "fr", '« <span lang="nl">het &lt;b&gt;</span> » ;'),
        (Steering(slip_nl="“het” & “de”"), "slip", "nl", "“het” &amp; “de”"),
        (
            Measure(remark_fr="« a », « b »."),
            "remark",
            "fr",
            '« <span lang="nl">a</span> », « <span lang="nl">b</span> ».',
        ),
        (Office(provenance_note_nl="“Axe” x"), "provenance_note", "nl", '“<span lang="fr">Axe</span>” x'),
        (Office(provenance_note_fr="« Axe »"), "provenance_note", "fr", "« Axe »"),
        (Steering(), "slip", "fr", ""),
    ],
)
def test_it_says_the_language_of_what_a_note_quotes(record, field, language, expected):
    with override(language):
        assert conditional_escape(quoting(record, field)) == expected
