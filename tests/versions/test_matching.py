"""Comparing two texts: as difflib does, word by word, and in a time that no text can make long."""

import random
import re
from difflib import SequenceMatcher
from itertools import pairwise

import pytest
import yaml
from django.utils import timezone

from initiatives.models import Revision, Worksite
from initiatives.search.effort import Effort
from initiatives.versions.diff import WORDS, compare, compared_texts
from initiatives.versions.matching import Matching, effort_of_a_page
from initiatives.versions.small import is_slip

from ..conftest import FIXTURES
from ..timing import LIMIT, quickest

LETTERS = "abcdefghijklmnopqrstuvwxyz"
SENTENCES = {"nl": "Hier verschilt te veel", "fr": "Trop de choses diffèrent ici"}


def one_letter_words(seed, count=12_000):
    return " ".join(random.Random(seed).choices(LETTERS, k=count))


HOSTILE = {
    "words of one letter": (one_letter_words(1), one_letter_words(2)),
    "the same word, and another each time": ("a x " * 6000, "a y " * 6000),
    "one word": ("a " * 12_000, "a " * 11_999 + "b"),
    "words of which none is there twice": (
        " ".join(map(str, range(12_000))),
        " ".join(str(2 * number) for number in range(12_000)),
    ),
    "lines of one letter": (one_letter_words(1).replace(" ", "\n"), one_letter_words(2).replace(" ", "\n")),
    "spaces": (" \n" * 15_000, "\n " * 15_001),
    "a megabyte": ("a b " * 250_000, "b a " * 250_000),
}


def sides(pieces):
    return tuple("".join(text for kind, text in pieces if kind != gone) for gone in ("ins", "del"))


def as_difflib_does(old, new):
    was, now = WORDS.findall(old), WORDS.findall(new)
    return [
        (kind, text)
        for opcode, a, b, c, d in SequenceMatcher(None, was, now, autojunk=False).get_opcodes()
        for kind, text in (
            [("same", "".join(was[a:b]))]
            if opcode == "equal"
            else [("del", "".join(was[a:b])), ("ins", "".join(now[c:d]))]
        )
        if text
    ]


@pytest.mark.parametrize("letters", [2, 5, 26])
def test_it_finds_what_difflib_finds(letters):
    chance = random.Random(letters)
    for _round in range(300):
        old, new = (chance.choices(LETTERS[:letters], k=chance.randint(0, 40)) for _side in range(2))
        expected = [tuple(each) for each in SequenceMatcher(None, old, new, autojunk=False).get_opcodes()]
        assert Matching(old, new, effort_of_a_page()).opcodes() == expected, (old, new)


def test_real_content_is_compared_as_difflib_does():
    rows = [row for path in sorted(FIXTURES.glob("*.yaml")) for row in yaml.safe_load(path.read_text())]
    texts = sorted(
        (text for row in rows for text in row["fields"].values() if isinstance(text, str)), key=len
    )
    assert len(texts) > 500
    effort = Effort(10**9)
    for old, new in pairwise(texts):
        assert compared_texts(old, new, effort) == (as_difflib_does(old, new), True), (old, new)
    # A page on which every text is another has a tenth of these, and may use a million.
    assert 10**9 - effort.left < 10**7


@pytest.mark.parametrize("kind", HOSTILE)
def test_no_texts_take_long_to_compare(kind):
    taken, pieces = quickest(lambda: compare(*HOSTILE[kind]))
    assert taken < LIMIT
    assert sides(pieces) == HOSTILE[kind]


@pytest.mark.parametrize("kind", HOSTILE)
def test_no_texts_take_long_to_tell_a_slip(kind):
    old, new = HOSTILE[kind]
    taken, found = quickest(lambda: is_slip(old, new, "nl"))
    assert taken < LIMIT
    assert found is (kind in ("one word", "spaces"))  # of which one word differs, or none


def test_one_word_is_found_in_a_text_of_any_length():
    words = one_letter_words(1).split(" ")
    other = [*words[:7000], "nieuw", *words[7001:]]
    pieces = compare(" ".join(words), " ".join(other))
    assert [piece for piece in pieces if piece[0] != "same"] == [("del", words[7000]), ("ins", "nieuw")]


def test_a_line_that_stays_is_found_between_lines_that_change():
    old = "Eerste regel van de tekst.\nTweede regel.\nDerde regel.\n"
    new = "Eerste zin van de tekst.\nTweede regel.\nNog een.\nDerde zin.\n"
    assert compare(old, new) == [
        ("same", "Eerste "),
        ("del", "regel"),
        ("ins", "zin"),
        ("same", " van de tekst.\nTweede regel.\n"),
        ("ins", "Nog een.\n"),
        ("same", "Derde "),
        ("del", "regel"),
        ("ins", "zin"),
        ("same", ".\n"),
    ]


@pytest.fixture
def old_versions(db):
    """Return a worksite with two public versions that an older release could have kept."""
    worksite = Worksite.objects.get(code="1.4-08")
    last = Revision.objects.of(worksite).first()
    for number, letters in enumerate(HOSTILE["words of one letter"], start=2):
        records = [row | {"fields": dict(row["fields"])} for row in last.records]
        for row in records:
            if row["model"] == "initiatives.measure":
                row["fields"] |= {"text_nl": letters, "text_fr": letters}
        records[0]["fields"] |= {"title_nl": f"Titel {number}", "title_fr": f"Titre {number}"}
        Revision.objects.create(
            kind=last.kind,
            code=last.code,
            number=number,
            at=timezone.now(),
            action=Revision.Action.CHANGED,
            is_public=True,
            records=records,
        )
    return worksite


def test_a_comparison_says_what_it_does_not_compare_word_by_word(client, old_versions, language):
    word = {"nl": "versies/", "fr": "versions/"}[language]
    taken, response = quickest(lambda: client.get(f"{old_versions.url_in(language)}{word}2-3/"))
    page = response.content.decode()
    measures = old_versions.measure_set.count()
    assert measures > 1
    assert page.count(SENTENCES[language]) == measures
    assert taken < LIMIT
    # What is short is compared all the same.
    assert re.search(r"(Titel|Titre) <del>.*?2.*?</del><ins>.*?3.*?</ins>", page)


def test_the_history_says_so_too(old_versions, publisher):
    taken, response = quickest(
        lambda: publisher.get(f"/admin/initiatives/worksite/{old_versions.pk}/history/")
    )
    assert response.status_code == 200
    assert SENTENCES["nl"] in response.content.decode()
    assert taken < 2 * LIMIT  # several versions on one page, for editors alone
