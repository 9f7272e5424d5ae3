"""The strings of the interface: every one translated, in both languages, and compiled."""

import ast
import gettext
import re

import pytest
from django.conf import settings
from django.utils.translation.template import templatize

from initiatives.language import french_typography

from ..conftest import LANGUAGES

CALLS = {"_", "gettext", "gettext_lazy", "gettext_noop", "pgettext_lazy"}
TEMPLATE_CALL = re.compile(
    r"""n?p?gettext(?:_noop)?\(u?('(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*"|\"{3}.*?\"{3})[,)]""", re.DOTALL
)
OTHER_LANGUAGE = re.compile(r"""{%\s*other_language\s+("[^"]*"|'[^']*')""")
PLACEHOLDER = re.compile(r"%\(\w+\)s|%[sd]")


def folder(language):
    return settings.BASE_DIR / "locale" / language / "LC_MESSAGES"


def read_po(text):
    r"""Give `{msgid: (text, is fuzzy)}`; plurals as (msgid, number), a context before `\x04`."""
    entries = {}
    for block in re.split(r"\n\s*\n", text):
        lines = [line for line in block.splitlines() if not line.startswith("#~")]
        fuzzy = any(line.startswith("#,") and "fuzzy" in line for line in lines)
        values, name = {}, None
        for line in lines:
            if match := re.match(r'(msg\S+) (".*")$', line):
                name = match[1]
                values[name] = ast.literal_eval(match[2])
            elif line.startswith('"'):
                values[name] += ast.literal_eval(line)
        msgid = "\x04".join(filter(None, (values.get("msgctxt"), values.get("msgid"))))
        texts = {name: value for name, value in values.items() if name.startswith("msgstr")}
        for name, value in texts.items() if msgid else ():
            entries[(msgid, int(name[7])) if "[" in name else msgid] = (value, fuzzy)
    return entries


def po(language):
    return read_po((folder(language) / "django.po").read_text(encoding="utf-8"))


def catalogue(language):
    """Give `{msgid: text}` of the compiled catalogue; plurals as (msgid, number)."""
    with (folder(language) / "django.mo").open("rb") as file:
        return {msgid: text for msgid, text in gettext.GNUTranslations(file)._catalog.items() if msgid}


def msgids_of_python(path):
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in CALLS:
            texts = [each.value for each in node.args if isinstance(each, ast.Constant)]
            texts = ["\x04".join(texts)] if node.func.id.startswith("pgettext") else texts
            yield from texts[:1]


def msgids_of_template(path):
    text = path.read_text(encoding="utf-8")
    for literal in [*TEMPLATE_CALL.findall(templatize(text)), *OTHER_LANGUAGE.findall(text)]:
        yield ast.literal_eval(literal)


def used():
    """Give every msgid in code and templates."""
    root = settings.BASE_DIR
    folders = [root / name for name in ("accounts", "go4brussels", "initiatives")]
    code = [path for folder in folders for path in folder.rglob("*.py")]
    found = [msgid for path in code if "migrations" not in path.parts for msgid in msgids_of_python(path)]
    templates = [path for path in (root / "templates").rglob("*") if path.is_file()]
    return {*found, *(msgid for path in templates for msgid in msgids_of_template(path))}


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_string_is_translated(language):
    texts = catalogue(language)
    assert len(used()) > 200
    assert sorted(msgid for msgid in used() if not texts.get(msgid) and not texts.get((msgid, 0))) == []


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
