"""Several threads that read and search at once get what one alone would get."""

import sys
from concurrent.futures import ThreadPoolExecutor

import pytest

from initiatives.search import text

from ..conftest import FIXTURES

pytestmark = pytest.mark.any_database

THREADS = 6


@pytest.fixture(scope="module")
def words():
    """Return every word of the fixtures, and many others."""
    found = {word for path in FIXTURES.glob("*.yaml") for word in text.words(path.read_text())}
    return sorted(found | {f"{before}{word}" for word in found for before in ("her", "on", "re")})


@pytest.fixture
def restless_threads():
    """Let threads change places as often as they may under load."""
    interval = sys.getswitchinterval()
    sys.setswitchinterval(1e-5)
    yield
    sys.setswitchinterval(interval)


@pytest.mark.parametrize("language", ["nl", "fr"])
def test_a_word_has_the_same_stem_in_every_thread(words, language, restless_threads):
    def stems():
        return [text.stem_of_word.__wrapped__(word, language) for word in words]

    alone = stems()
    with ThreadPoolExecutor(THREADS) as pool:
        together = [pool.submit(stems) for _thread in range(THREADS)]
    found = [each.result() for each in together]
    assert len(words) > 5000
    wrong = {words[at] for each in found for at, stem in enumerate(each) if stem != alone[at]}
    assert not wrong


def test_the_table_of_signs_holds_no_sign_that_readers_send():
    before = len(text.FOLDING)
    assert text.words("".join(map(chr, range(0x4E00, 0x5E00)))) != []
    assert len(text.FOLDING) == before
    assert text.words("ŒUVRE é \u1e9e ﬁn") == ["oeuvre", "e", "ss", "fin"]
