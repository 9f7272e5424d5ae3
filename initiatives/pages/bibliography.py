"""The two forms in which programs for references take a citation: BibTeX and RIS."""

import re
from typing import Any

MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
LANGUAGES = {"nl": "dutch", "fr": "french"}  # as biblatex and babel call them
# What TeX takes for a command. BibTeX counts every brace, so these stand for braces without being any.
ESCAPES = str.maketrans(
    {
        "\\": r"\textbackslash{}",
        "{": r"\textbraceleft{}",
        "}": r"\textbraceright{}",
        "~": r"\textasciitilde{}",
        "^": r"\textasciicircum{}",
        **{sign: f"\\{sign}" for sign in "&%$#_"},
        "\u00a0": "~",
        "\u202f": r"\,",
    }
)
ADDRESS = re.compile(r"(https?://[^\s{}\\]*[^\s{}\\,;.])")


def bibtex(key: str, facts: dict[str, Any]) -> str:
    """Return an entry of BibTeX: a page of the web, which its old styles print as “misc”."""
    day = facts["date"]
    braced = {
        "title": f"{{{escaped(facts['title'])}}}",  # braced twice: no style may change its capitals
        "publisher": f"{{{escaped(facts['publisher'])}}}",
        "year": f"{day:%Y}" if day else "",
        "version": escaped(facts["version"]),
        "language": LANGUAGES[facts["language"]],
        "langid": LANGUAGES[facts["language"]],
        "url": facts["url"],
        "abstract": escaped(facts["abstract"]),
        "note": escaped(facts["note"]),
    }
    fields = [f"{name} = {{{text}}}" for name, text in braced.items() if text]
    if day:
        fields.append(f"month = {MONTHS[day.month - 1]}")  # a word of BibTeX's own, without braces
    return f"@misc{{{key},\n  " + ",\n  ".join(fields) + "\n}\n"


def escaped(text: str) -> str:
    """Return a text on one line, as TeX prints it, with addresses that it may break."""
    pieces = ADDRESS.split(" ".join(text.splitlines()))
    # Every second piece is an address, which is printed as it is.
    pieces[0::2] = [piece.translate(ESCAPES) for piece in pieces[0::2]]
    pieces[1::2] = [f"\\url{{{piece}}}" for piece in pieces[1::2]]
    return "".join(pieces)


def ris(key: str, facts: dict[str, Any]) -> str:
    """Return a record of RIS: one line a fact, the kind first and the end last."""
    day = facts["date"]
    rows = [
        ("TY", "ELEC"),
        ("ID", key),
        ("TI", facts["title"]),
        ("PB", facts["publisher"]),
        ("PY", f"{day:%Y}" if day else ""),
        ("DA", f"{day:%Y/%m/%d}" if day else ""),
        ("ET", facts["version"]),
        ("LA", facts["language"]),
        ("UR", facts["url"]),
        ("AB", facts["abstract"]),
        ("N1", facts["note"]),
    ]
    lines = [f"{tag}  - {' '.join(text.splitlines())}" for tag, text in rows if text]
    return "\r\n".join([*lines, "ER  - ", ""])


FORMS = {"bib": (bibtex, "application/x-bibtex"), "ris": (ris, "application/x-research-info-systems")}
