"""Add the long entries of lists to what is refused: `python -m tests.common_passwords FILE[:NUMBER] …`.

A FILE has an entry a line, or is a JSON list; of NUMBER only so many are taken, from the top. The sources of
what is there stand at the head of accounts/common_passwords.txt; name a new one there.
"""

import json
import sys
from pathlib import Path

from accounts.password_words import entries

LIST = Path(__file__).resolve().parent.parent / "accounts" / "common_passwords.txt"
SHORTEST, LONGEST = 12, 40


def long_entries(source: str) -> list[str]:
    """Return the entries of a file that are long enough to be a password here, the first first."""
    name, _colon, number = source.partition(":")
    text = Path(name).read_text(encoding="utf-8", errors="ignore")
    lines = json.loads(text) if name.endswith(".json") else text.splitlines()
    found = [line.strip().casefold() for line in lines]
    found = [entry for entry in found if SHORTEST <= len(entry) <= LONGEST and entry.isprintable()]
    return found[: int(number) if number else None]


def main(sources: list[str]) -> None:
    """Write the list anew, with what these sources have."""
    text = LIST.read_text(encoding="utf-8")
    head = [line for line in text.splitlines() if line.startswith("# ")]
    kept = set(entries(text)).union(*map(long_entries, sources))
    LIST.write_text("\n".join([*head, *sorted(kept)]) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1:])
