"""Readers of BibTeX and RIS that refuse whatever the two formats do not allow."""

import re

COMMANDS = {
    r"\textbackslash{}": "\\",
    r"\textbraceleft{}": "{",
    r"\textbraceright{}": "}",
    r"\textasciitilde{}": "~",
    r"\textasciicircum{}": "^",
    **{f"\\{sign}": sign for sign in "&%$#_"},
    r"\,": "\u202f",
    "~": "\u00a0",
}
COMMAND = re.compile("|".join(map(re.escape, COMMANDS)))
URL = re.compile(r"\\url\{([^{}]*)\}")
MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]


def bibtex(text):
    """Return (key, {field: text as TeX prints it}) of the only entry. Raises AssertionError."""
    head = re.match(r"@misc\{([a-z0-9.-]+),\n", text)
    assert head, text
    position, fields = head.end(), {}
    while field := re.compile(r"  ([a-z]+) = (?:(\{)|([a-z]{3}))").match(text, position):
        name, brace, word = field.groups()
        assert name not in fields
        if brace:
            start = field.end()
            position = closing(text, start)
            fields[name] = text[start : position - 1]
        else:
            assert word in MONTHS
            fields[name], position = word, field.end()
        position += text[position] == ","
        assert text[position] == "\n"
        position += 1
    assert text[position:] == "}\n", text[position:]
    return head[1], {name: value if name == "url" else printed(value) for name, value in fields.items()}


def closing(text, position):
    """Return the place behind the brace that closes; BibTeX counts those behind a backslash as well."""
    depth = 1
    while depth:
        depth += {"{": 1, "}": -1}.get(text[position], 0)
        position += 1
    return position


def printed(value):
    """Return what TeX prints: nothing may be left that it would take for a command."""
    if value.startswith("{") and closing(value, 1) == len(value):
        value = value[1:-1]
    pieces = URL.split(value)
    for place in range(0, len(pieces), 2):
        rest = COMMAND.sub("", pieces[place])
        assert not set(rest) & set("\\{}&%$#_^\n"), rest
        pieces[place] = COMMAND.sub(lambda found: COMMANDS[found[0]], pieces[place])
    return "".join(pieces)


def ris(text):
    """Return {tag: text} of the only record. Raises AssertionError."""
    *lines, rest = text.split("\r\n")
    assert rest == "" and "\n" not in "".join(lines)
    found = [re.fullmatch(r"([A-Z][A-Z0-9])  - (.*)", line) for line in lines]
    assert all(found), lines
    tags = [line[1] for line in found]
    assert (tags[0], tags[-1]) == ("TY", "ER") and len(set(tags)) == len(tags)
    return {line[1]: line[2] for line in found}
