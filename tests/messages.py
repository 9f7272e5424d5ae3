"""Print which strings of the interface and of the catalogues differ. Exits with 1 where any do.

Reads code and templates as makemessages would, and needs no gettext for it.
"""

import ast
import gettext
import re
import sys
from collections.abc import Iterator
from pathlib import Path

from django.utils.translation.template import templatize

ROOT = Path(__file__).resolve().parent.parent
LANGUAGES = ("nl", "fr")
# The strings of one catalogue: a context before `\x04`, plurals as (msgid, number).
Msgid = str | tuple[str, int]

CALLS = {
    *("_", "gettext", "gettext_lazy", "gettext_noop", "ngettext", "ngettext_lazy"),
    *("pgettext", "pgettext_lazy", "npgettext", "npgettext_lazy"),
}
TEMPLATE_CALL = re.compile(
    r"""n?p?gettext(?:_noop)?\(u?('(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*"|\"{3}.*?\"{3})[,)]""", re.DOTALL
)
OTHER_LANGUAGE = re.compile(r"""{%\s*other_language\s+("[^"]*"|'[^']*')""")


def folder(language: str) -> Path:
    return ROOT / "locale" / language / "LC_MESSAGES"


def po(language: str) -> dict[Msgid, tuple[str, bool]]:
    """Return `{msgid: (text, is fuzzy)}` of the readable catalogue."""
    entries: dict[Msgid, tuple[str, bool]] = {}
    for block in re.split(r"\n\s*\n", (folder(language) / "django.po").read_text(encoding="utf-8")):
        lines = [line for line in block.splitlines() if not line.startswith("#~")]
        fuzzy = any(line.startswith("#,") and "fuzzy" in line for line in lines)
        values: dict[str, str] = {}
        name = ""
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


def catalogue(language: str) -> dict[Msgid, str]:
    """Return `{msgid: text}` of the compiled catalogue."""
    with (folder(language) / "django.mo").open("rb") as file:
        strings: dict[Msgid, str] = vars(gettext.GNUTranslations(file))["_catalog"]
    return {msgid: text for msgid, text in strings.items() if msgid}


def msgids_of_python(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in CALLS:
            texts = [str(each.value) for each in node.args if isinstance(each, ast.Constant)]
            yield from ["\x04".join(texts[:2])] if "pgettext" in node.func.id else texts[:1]


def msgids_of_template(path: Path) -> Iterator[str]:
    text = path.read_text(encoding="utf-8")
    for literal in [*TEMPLATE_CALL.findall(templatize(text)), *OTHER_LANGUAGE.findall(text)]:
        yield ast.literal_eval(literal)


def used() -> set[str]:
    """Return every msgid in code and templates."""
    folders = [ROOT / name for name in ("accounts", "go4brussels", "initiatives")]
    code = [path for folder in folders for path in folder.rglob("*.py")]
    found = [msgid for path in code if "migrations" not in path.parts for msgid in msgids_of_python(path)]
    templates = [path for path in (ROOT / "templates").rglob("*") if path.is_file()]
    return {*found, *(msgid for path in templates for msgid in msgids_of_template(path))}


def problems() -> Iterator[str]:
    """Return a line for each string that is in one place and not in another."""
    wanted = used()
    for language in LANGUAGES:
        texts = {msgid: text for msgid, (text, fuzzy) in po(language).items() if text and not fuzzy}
        known = {msgid if isinstance(msgid, str) else msgid[0] for msgid in texts}
        yield from (f"{language}: not translated: {msgid!r}" for msgid in sorted(wanted - known))
        yield from (f"{language}: used nowhere: {msgid!r}" for msgid in sorted(known - wanted))
        if catalogue(language) != texts:
            yield f"{language}: django.mo is not what django.po says"


def main() -> None:
    found = list(problems())
    print("\n".join(found) or f"{len(used())} strings, in both languages.")
    if found:
        sys.exit("Run: make messages")


if __name__ == "__main__":
    main()
