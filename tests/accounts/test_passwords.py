"""Passwords that others try first are refused, with a sentence that helps; passphrases are not."""

import gzip
from pathlib import Path

import pytest
from django.conf import settings as live_settings
from django.contrib.auth import password_validation
from django.contrib.auth.models import User
from django.contrib.auth.password_validation import (
    get_default_password_validators,
    password_validators_help_texts,
    validate_password,
)
from django.core.exceptions import ValidationError

from accounts.password_words import entries
from accounts.passwords import CommonPasswordValidator

from .. import common_passwords
from ..signing_in import PASSWORD, text
from ..timing import LIMIT, quickest

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("quick_hashes")]

OURS = live_settings.BASE_DIR / "accounts" / "common_passwords.txt"
DJANGOS = Path(password_validation.__file__).with_name("common-passwords.txt.gz")
HELP = {"nl": "Neem enkele woorden die niets met elkaar", "fr": "Prenez quelques mots sans rapport"}
COMMON = {"nl": "te algemeen", "fr": "trop courant"}
KNOWN = {"nl": "Wie u of het portaal kent", "fr": "qui vous connaît"}
REGULAR = {"nl": "herhaalt zichzelf", "fr": "se répète"}
SHORT = {"nl": "te kort", "fr": "trop court"}
JAN = User(
    username="karelsmets", first_name="Karel", last_name="Smets-Dubois", email="k.vermeersch@kabinet.example"
)


def refusal(password, user=None):
    """Return why a password is refused; nothing where it is accepted."""
    try:
        validate_password(password, user)
    except ValidationError as error:
        return " ".join(error.messages)
    return ""


def common():
    return next(
        each for each in get_default_password_validators() if isinstance(each, CommonPasswordValidator)
    )


def is_refused(validator, password):
    try:
        validator.validate(password)
    except ValidationError:
        return True
    return False


# What is common ---------------------------------------------------------------------------------------


def test_thousands_of_long_common_passwords_are_refused(settings):
    settings.SECOND_FACTOR = "required"
    ours = [entry for entry in entries(OURS.read_text()) if len(entry) >= 12]
    djangos = gzip.decompress(DJANGOS.read_bytes()).decode().split()
    djangos = [entry for entry in djangos if len(entry) >= 12]
    assert len(ours) > 10_000 and len(djangos) > 150
    tried = ours[::3] + djangos
    assert len(tried) > 3_000
    assert [entry for entry in tried if not is_refused(common(), entry)] == []


def test_the_list_says_where_it_comes_from_and_under_which_licence():
    head = [line for line in OURS.read_text().splitlines() if line.startswith("# ")]
    for words in ("SecLists", "rockyou", "zxcvbn", "OpenSubtitles", "Permission is hereby granted"):
        assert any(words in line for line in head)
    assert OURS.stat().st_size < 300_000


def test_a_source_is_added_once_and_the_head_stays(tmp_path, monkeypatch):
    ours, lines, names = (tmp_path / name for name in ("ours.txt", "lines.txt", "names.json"))
    ours.write_text("# Whence.\nzwaluwenstaart\n")
    lines.write_text("Kort\nEen Lange Regel\nzwaluwenstaart\nnog een lange regel\n")
    names.write_text('["kort", "dertien tekens"]')
    monkeypatch.setattr(common_passwords, "LIST", ours)
    for _twice in range(2):
        common_passwords.main([f"{lines}:2", str(names)])
        assert ours.read_text() == "# Whence.\ndertien tekens\neen lange regel\nzwaluwenstaart\n"


@pytest.mark.parametrize(
    "password",
    [
        "verantwoordelijkheid",
        "Verantwoordelijkheid1!",
        "développement2026",
        "DEVELOPPEMENT!!!",
        "Wachtwoord2024!",
        "W@chtw00rd2024!",
        "!!!m0tdep@$$e!!!",
        "w-a-c-h-t-w-o-o-r-d",
        "voetbal20242025",
    ],
)
def test_digits_and_signs_make_a_common_word_no_better(password, language):
    reason = refusal(password)
    assert COMMON[language] in reason or KNOWN[language] in reason
    assert HELP[language] in reason


# What the portal and the account make likely ------------------------------------------------------------


@pytest.mark.parametrize(
    "password",
    [
        "Bruxelles2024!!",
        "Brux3lle$-2030!",
        "gebruikersnaam1",
        "Go4Brussels-2031",
        "chantier-bruxelles",
        "Januari2026Schaarbeek",
        "!Août2026Étterbeek!",
        "Karel-Smets-2026",
        "SmetsDubois2026!",
        "vermeersch-1984",
        "Kabinet2026kabinet!",
        "karelsmets-brussel",
        "brussel computer 1",
    ],
)
def test_words_of_the_portal_and_of_the_account_are_no_password(password, language):
    reason = refusal(password, JAN)
    assert KNOWN[language] in reason or COMMON[language] in reason
    assert HELP[language] in reason


def test_the_publisher_s_name_is_no_password(settings):
    assert refusal("Perspectief-2031!!") == ""
    settings.PUBLISHER_NAME_NL = "Perspectief en Co"
    assert "without names" in refusal("Perspectief-2031!!") or "zonder namen" in refusal("Perspectief-2031!!")


# What is regular ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "password",
    [
        "aaaaaaaaaaaaaaaa",
        "éééééééééééééééé",
        "abababababababab",
        "abcabcabcabcabca",
        "kwispelkwispelkwispel",
        "abcdefghijklmnop",
        "ponmlkjihgfedcba",
        "123456789012345",
        "1-2-3-4-5-6-7-8-9",
        "112233445566778899",
        "azertyuiopqsdfgh",
        "mlkjhgfdsqpoiuytreza",
        "qwertyuiop123456",
        "abcdefghijkl2031!",
    ],
)
def test_repetitions_and_sequences_are_refused(password, language):
    reason = refusal(password)
    assert REGULAR[language] in reason
    assert HELP[language] in reason


# What is accepted ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "password",
    [
        PASSWORD,
        "paard batterij correct nietje",
        "vélo-ardoise-tram-citron",
        "drie-mensen-en-een-portaal",
        "kX9$vLq2!mZp7#t",
        "een zwaan in Brussel leest nooit",
        "zwaluw " * 2 + "zegt kapstok",
    ],
)
def test_passphrases_are_accepted(password):
    assert refusal(password, JAN) == ""


def test_the_length_follows_whether_a_code_is_asked(settings, language):
    password = "zwaan-klok-7"
    for mode, least in (("optional", 15), ("required", 12)):
        settings.SECOND_FACTOR = mode
        assert refusal((password + "pet")[:least]) == ""
        reason = refusal((password + "pet")[: least - 1])
        assert SHORT[language] in reason and str(least) in reason and HELP[language] in reason
        assert str(least) in password_validators_help_texts()[0]
        assert HELP[language] in password_validators_help_texts()[0]


def test_no_password_is_longer_than_it_takes(settings, language):
    long = "zwaan klok kapstok nevel " * 40
    assert refusal("".join(map(chr, range(0x4E00, 0x4E00 + 256)))) == ""
    assert {"nl": "hoogstens 256 tekens", "fr": "au plus 256 caractères"}[language] in refusal(long)


@pytest.mark.parametrize(
    "password", ["a@4$31!0" * 32, "1a" * 128, "!" * 255 + "a", "ﷺ" * 256, "karel" * 51, "é" * 1_000_000]
)
def test_no_password_takes_long_to_refuse(password):
    refusal("", JAN)
    taken, said = quickest(lambda: refusal(password, JAN), LIMIT / 2)
    assert said
    assert taken < LIMIT / 2


def test_the_page_says_what_is_asked_and_what_is_wrong(client, user, language):
    client.force_login(user)
    client.cookies[live_settings.LANGUAGE_COOKIE_NAME] = language
    page = text(client.get("/admin/password_change/"))
    assert {"nl": "minstens 15 tekens", "fr": "au moins 15 caractères"}[language] in page
    change = {
        "old_password": PASSWORD,
        "new_password1": "Bruxelles2024!!",
        "new_password2": "Bruxelles2024!!",
    }
    assert KNOWN[language] in text(client.post("/admin/password_change/", change))
    user.refresh_from_db()
    assert user.check_password(PASSWORD)
