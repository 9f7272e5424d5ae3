"""What is read for one page is read once: texts say the same words again and again."""

import pytest

from initiatives.models import Term
from initiatives.search import glossary as module
from initiatives.search import passages
from initiatives.search.glossary import Glossary, vocabulary_of
from initiatives.search.passages import Reading, marked, passage
from initiatives.search.query_terms import terms_of

TEXTS = ["De handel in de wijk.", "Een werf voor de groothandel en de handel."]


@pytest.fixture
def read(monkeypatch):
    """Return the texts that were read for a search, in their order."""
    texts, words_at = [], passages.words_at
    monkeypatch.setattr(passages, "words_at", lambda text: texts.append(text) or words_at(text))
    return texts


def test_a_page_of_results_reads_each_text_once(read):
    terms = terms_of("handel", "nl")
    reading = Reading(terms)
    shown = [(marked(text, terms, reading), passage(TEXTS, terms, "nl", reading)) for text in TEXTS * 2]
    assert read == TEXTS
    assert shown == [(marked(text, terms), passage(TEXTS, terms, "nl")) for text in TEXTS * 2]


def test_it_costs_the_effort_of_one_reading():
    reading = Reading(terms_of("handel wijk", "nl"))
    reading.spans(TEXTS[0])
    left = reading.effort.left
    reading.spans(TEXTS[0])
    assert reading.effort.left == left


@pytest.fixture
def vocabulary(language):
    terms = [Term(code="a", name_nl="werf", name_fr="chantier"), Term(code="b", name_nl="kmo", name_fr="PME")]
    return vocabulary_of(terms)


def spent(glossary):
    return module.PATIENCE - glossary.effort.left, module.MOST_READ - glossary.reading.left


def test_the_glossary_finds_in_a_text_what_it_found_before(vocabulary, monkeypatch):
    first, again = Glossary(vocabulary), Glossary(vocabulary)
    text = "De werven van een kmo, un chantier des PME."
    found = first.uses(text)
    assert len(found) in (1, 2)
    monkeypatch.setattr(module, "words_at", lambda _text: pytest.fail("Read again."))
    assert again.uses(text) == found
    assert spent(again) == spent(first)


def test_it_finds_no_more_than_there_is_patience_for(vocabulary):
    text = "De werven van een kmo, un chantier des PME."
    whole = Glossary(vocabulary).uses(text)
    tired = Glossary(vocabulary)
    tired.effort.left = 0
    assert whole
    assert tired.uses(text) == []


def test_it_keeps_no_more_texts_than_a_few_megabytes(vocabulary):
    Glossary(vocabulary).uses("werf " * 300)
    assert vocabulary.texts == {}
    for number in range(module.MOST_KEPT + 10):
        Glossary(vocabulary).uses(f"werf {number}")
    assert len(vocabulary.texts) == module.MOST_KEPT
