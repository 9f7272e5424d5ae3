"""The two languages of the content, equals of each other."""

LANGUAGES = ("nl", "fr")
TWIN = {"nl": "fr", "fr": "nl"}
