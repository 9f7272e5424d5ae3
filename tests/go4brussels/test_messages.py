"""The strings of the interface: every one translated, in both languages, and compiled."""

import re

import pytest
from django.conf import settings

from initiatives.language import french_typography

from ..conftest import LANGUAGES
from ..messages import catalogue, po, problems, used

PLACEHOLDER = re.compile(r"%\(\w+\)s|%[sd]")


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_string_is_translated(language):
    texts = catalogue(language)
    assert len(used()) > 200
    assert sorted(msgid for msgid in used() if not texts.get(msgid) and not texts.get((msgid, 0))) == []


def test_no_string_is_missing_from_a_catalogue_or_left_in_it():
    assert list(problems()) == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_translation_is_a_guess_or_empty(language):
    assert [msgid for msgid, (text, fuzzy) in po(language).items() if fuzzy or not text] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_compiled_catalogue_says_what_the_readable_one_says(language):
    assert catalogue(language) == {
        msgid: text for msgid, (text, fuzzy) in po(language).items() if text and not fuzzy
    }


@pytest.mark.parametrize("language", LANGUAGES)
def test_translations_keep_the_placeholders(language):
    for msgid, text in catalogue(language).items():
        source = msgid[0] if isinstance(msgid, tuple) else msgid
        assert set(PLACEHOLDER.findall(source)) == set(PLACEHOLDER.findall(text)), msgid


def test_the_languages_have_the_same_strings():
    assert po("nl").keys() == po("fr").keys()


def test_the_french_strings_are_set_as_french():
    wrong = {text for text in catalogue("fr").values() if "'" in text or french_typography(text) != text}
    assert wrong == set()


def test_the_french_guide_is_set_as_french():
    guide = (settings.BASE_DIR / "docs/modifier.md").read_text()
    assert french_typography(guide) == guide
