"""Which passwords are refused: too short, among those tried first, of names that anybody knows, or regular.

As NIST SP 800-63B-4 asks: 15 characters where nothing but the password is asked, a list of common and
expected ones, and no rule about which kinds of characters a password is made of.
"""

import re
import unicodedata
from collections.abc import Iterator
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.auth import password_validation
from django.contrib.auth.base_user import AbstractBaseUser
from django.core.exceptions import ValidationError
from django.utils.translation import gettext, gettext_lazy

from . import password_words

ALONE, WITH_A_CODE, LONGEST = 15, 12, 256
# Fewer letters of one's own than this make no password, whatever stands around them.
FEW = 6
ADVICE = gettext_lazy("Take several words that have nothing to do with each other.")
# What letters are replaced with, in the two readings of “1”.
SPELLINGS = (str.maketrans("013457@$!€", "oieastasie"), str.maketrans("013457@$!€", "oleastasle"))
WORD = re.compile(r"[^\W_]+")


def least() -> int:
    """Return how many characters a password has at least."""
    return WITH_A_CODE if settings.SECOND_FACTOR == "required" else ALONE


def folded(text: str) -> str:
    """Return a text without capitals and accents, in as many signs as can be looked at in a moment."""
    parts = unicodedata.normalize("NFKD", text.casefold())
    return "".join(sign for sign in parts if not unicodedata.combining(sign))[: 2 * LONGEST]


def letters(text: str) -> str:
    return "".join(filter(str.isalpha, text))


def bare(text: str) -> str:
    """Return a text from its first letter to its last."""
    places = [place for place, sign in enumerate(text) if sign.isalpha()]
    return text[places[0] : places[-1] + 1] if places else ""


def period(text: str) -> int:
    """Return after how many signs a text begins again, and its length where it does not."""
    return next((size for size in range(1, len(text) // 2 + 1) if text[size:] == text[:-size]), len(text))


def forms(password: str) -> set[str]:
    """Return a folded password, once where it is repeated, without digits and signs, and with letters."""
    found = set()
    for text in {password, password[: period(password)]}:
        core = bare(text)
        start, end = (text.find(core), text.find(core) + len(core)) if core else (0, len(text))
        for part in {text, text[start:], text[:end], core}:
            found |= {part, *(part.translate(spelling) for spelling in SPELLINGS)}
    return found | {letters(form) for form in found}


def without(text: str, words: frozenset[str]) -> str:
    """Return a text without these words, the longest first at each place."""
    sizes = sorted({len(word) for word in words}, reverse=True)
    rest, place = [], 0
    while place < len(text):
        size = next((size for size in sizes if text[place : place + size] in words), 0)
        if not size:
            rest.append(text[place])
        place += size or 1
    return "".join(rest)


def known_words(user: AbstractBaseUser | None) -> frozenset[str]:
    """Return the words that who attacks this account tries: of the portal, and of the account."""
    names = [getattr(user, name, "") for name in ("username", "first_name", "last_name", "email")]
    names += [settings.PUBLISHER_NAME_NL, settings.PUBLISHER_NAME_FR, settings.OTP_TOTP_ISSUER]
    names.append(urlsplit(settings.SITE_URL).hostname or "")
    parts = [WORD.findall(folded(name or "")) for name in names]
    found = {word for words in parts for word in (*words, "".join(words))}
    return password_words.KNOWN | {word for word in found if len(word) > 3}


class LengthValidator:
    """Refuse what is guessed for being short, and what takes long for being long."""

    def validate(self, password: str, user: AbstractBaseUser | None = None) -> None:
        """Raise an error where a password has too few characters or too many."""
        if len(password) < least():
            message = gettext("This password is too short. It must contain at least %(number)d characters.")
            raise ValidationError(f"{message % {'number': least()}} {ADVICE}", code="password_too_short")
        if len(password) > LONGEST:
            message = gettext("This password is too long. It must contain at most %(number)d characters.")
            raise ValidationError(message % {"number": LONGEST}, code="password_too_long")

    def get_help_text(self) -> str:
        """Return what is asked."""
        message = gettext("Your password must contain at least %(number)d characters.")
        return f"{message % {'number': least()}} {ADVICE}"


class CommonPasswordValidator(password_validation.CommonPasswordValidator):
    """Refuse what is common, or likely for this portal and account, also between digits and signs."""

    def __init__(self) -> None:
        super().__init__()
        ours = settings.BASE_DIR / "accounts" / "common_passwords.txt"
        self.passwords = {
            folded(word) for word in (*self.passwords, *password_words.entries(ours.read_text()))
        }

    def validate(self, password: str, user: AbstractBaseUser | None = None) -> None:
        """Raise an error where a password is among those that are tried first."""
        if len(password) > LONGEST:
            return
        found = forms(folded(password.strip()))
        if any(self.is_common(form) for form in found):
            message = gettext(
                "This password is too common: it is among those that are tried first, as it stands or "
                "without its digits and signs."
            )
            raise ValidationError(f"{message} {ADVICE}", code="password_too_common")
        words = known_words(user)
        if any(self.is_known(form, words) for form in found):
            message = gettext(
                "This password can be guessed by who knows you or the portal: without names, places, months, "
                "digits and signs, hardly anything is left of it."
            )
            raise ValidationError(f"{message} {ADVICE}", code="password_of_known_words")

    def is_common(self, text: str) -> bool:
        return len(text) > 3 and text in self.passwords

    def is_known(self, text: str, words: frozenset[str]) -> bool:
        rest = without(text, words)
        if rest == text:
            return False
        return len(letters(rest)) < FEW or self.is_common(letters(rest))

    def get_help_text(self) -> str:
        """Return what is refused."""
        return gettext(
            "It can’t be a password or word that many use, nor consist of names of the portal, of places or "
            "of yourself, not even with digits or signs around."
        )


class RegularPasswordValidator:
    """Refuse what repeats itself, and what follows the alphabet, the digits or the keyboard."""

    def validate(self, password: str, user: AbstractBaseUser | None = None) -> None:
        """Raise an error where a password can be said in fewer signs than it must have."""
        if len(password) <= LONGEST and any(map(is_regular, self.forms(folded(password)))):
            message = gettext(
                "This password repeats itself, or its characters follow each other in the alphabet, in "
                "numbers or on the keyboard."
            )
            raise ValidationError(f"{message} {ADVICE}", code="password_regular")

    def forms(self, password: str) -> Iterator[str]:
        """Give the forms of a password that may be regular, none of them but a small part of it."""
        plain = "".join(filter(str.isalnum, password))
        single = "".join(sign for sign, before in zip(plain, " " + plain, strict=False) if sign != before)
        yield password
        yield from (form for form in (plain, single, bare(password)) if 2 * len(form) >= len(password))

    def get_help_text(self) -> str:
        """Return what is refused."""
        return gettext("It can’t consist of repetitions, or of sequences such as 123456 or azerty.")


def is_regular(text: str) -> bool:
    """Return whether a text is a repetition, of hardly any different signs, or a sequence but for a few."""
    if len(set(text)) < 5 or period(text) < min(least(), len(text)):
        return True
    runs = [place for place in range(len(text) - 2) if text[place : place + 3] in password_words.RUNS]
    covered = {place + step for place in runs for step in range(3)}
    return len(covered) >= FEW > len(text) - len(covered)
