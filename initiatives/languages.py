"""The two languages of the content, equals of each other."""

from django.utils.translation import override

LANGUAGES = ("nl", "fr")
TWIN = {"nl": "fr", "fr": "nl"}


def spoken(text: object) -> dict[str, str]:
    """Give a string of the interface, translated when it is read, as `{"nl": …, "fr": …}`."""
    found = {}
    for language in LANGUAGES:
        with override(language):
            found[language] = str(text)
    return found
