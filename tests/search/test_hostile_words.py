"""Texts that somebody made to cost time: search, its passages and the links to the glossary take none."""

import pytest

from initiatives.models import Term
from initiatives.opendata.cells import safe
from initiatives.search.correction import closest, vocabulary
from initiatives.search.glossary import Glossary
from initiatives.search.passages import passage
from initiatives.search.query_terms import terms_of
from initiatives.search.text import searchable

from ..saving import update
from ..timing import LIMIT, quickest

HOSTILE = {
    "a suspended hyphen and a long word": "a- en " + "b" * 2000,
    "suspended hyphens": "groot- en kleinhandelsverkooppunten " * 1000,
    "a long word": "a" * 30_000,
    "words of one letter": "a b " * 7500,
    "of the and of the": "commerce de gros et de detail " * 1000,
    "apostrophes": "'" * 30_000 + "x",
    "signs": ";'\"" * 10_000,
}
EACH = pytest.mark.parametrize("kind", HOSTILE)


def seconds(work):
    return quickest(work)[0]


@EACH
def test_no_text_takes_long_to_index(kind, language):
    assert seconds(lambda: searchable([HOSTILE[kind]], language)) < LIMIT


@EACH
def test_no_text_takes_long_to_find_a_passage_in(kind, language):
    terms = terms_of('a b "a b" commerce gros aa werven kleinhandelsverkooppunten', language)
    assert seconds(lambda: passage([HOSTILE[kind]] * 10, terms, language)) < LIMIT


@EACH
def test_no_cell_takes_long_to_make_safe(kind):
    assert seconds(lambda: safe(HOSTILE[kind])) < LIMIT


@EACH
@pytest.mark.django_db
def test_no_text_takes_long_to_find_terms_in(kind, language):
    names = {f"{name}_{each}": "a a a a b" for name in ("name", "synonyms") for each in ("nl", "fr")}
    update(Term.objects.all(), **names)
    glossary = Glossary()
    assert len(glossary.terms) > 10
    assert seconds(lambda: [glossary.uses(HOSTILE[kind]) for _text in range(3)]) < LIMIT


def test_a_vocabulary_of_any_size_is_looked_through_in_time():
    class Line:
        words = " ".join(
            "abcdefghij"[at % 10] * 5 + chr(97 + at % 26) + "x" * (at % 30) for at in range(30_000)
        )

    words = vocabulary([Line] * 3, frozenset())
    assert words
    assert seconds(lambda: closest("abcdefghijklmnopqrstuvwxyz", words)) < LIMIT


@pytest.mark.django_db
def test_a_term_called_by_signs_alone_breaks_no_page(client, language):
    update(Term.objects.filter(pk=Term.objects.first().pk), synonyms_nl="–, !", synonyms_fr="–, !")
    path = {"nl": "/nl/werven/bouw/", "fr": "/fr/chantiers/construction/"}[language]
    assert client.get(path).status_code == 200
