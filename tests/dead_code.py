"""Print what no code, no template and no library uses. Exits with 1 where there is any.

vulture knows what Python says by name. Who uses our names otherwise is read here as well: the libraries that
call our hooks, all templates, and strings and keywords that name a field or a class.
"""

import importlib.util
import re
import sys
from keyword import iskeyword
from pathlib import Path

from vulture import Vulture

ROOT = Path(__file__).resolve().parent.parent
PACKAGES = [ROOT / name for name in ("go4brussels", "initiatives", "accounts")]
LIBRARIES = ("django", "django_otp", "gunicorn", "logging", "modeltranslation", "psycopg", "whitenoise")
UNREAD = ["*/locale/*", "*/migrations/*", "*/test/*"]
REGISTERED = ["@admin.register", "@register", "@register.*"]
# Found by Django or modeltranslation, which make these names up, or by a library in a string.
FOUND_BY_NAME = ["clean_*", "*_nl", "*_fr", "*Config", "OTP_TOTP_ISSUER", "compress_type", "indentless"]
# Choices that only the content takes, and sentences of Django that only the catalogues need.
SAID_BY_DATA = [
    "MINISTER_PRESIDENT",
    "MINISTER",
    "GROUP",
    "NAMED",
    "PARTNER",
    "STEERING_COMMITTEE",
    "AS_IN",
    "SEE_ALSO",
    "DJANGO_SENTENCES",
]
NAMED = re.compile(r'"(\w+(?:\.\w+)*)"|\b(\w+)=')


def folder_of(library: str) -> str:
    spec = importlib.util.find_spec(library)
    assert spec and spec.origin, library
    return str(Path(spec.origin).parent)


def words() -> set[str]:
    """Return the words of all templates, and those that our code says in a string or as a keyword."""
    folders = [ROOT / "templates", *Path(folder_of("django")).glob("contrib/*/templates")]
    templates = " ".join(path.read_text() for folder in folders for path in folder.rglob("*.*"))
    code = "\n".join(path.read_text() for package in PACKAGES for path in package.rglob("*.py"))
    named = " ".join(string or keyword for string, keyword in NAMED.findall(code))
    return {word for word in re.findall(r"[A-Za-z_]\w*", f"{templates} {named}") if not iskeyword(word)}


def main() -> None:
    vulture = Vulture(ignore_names=FOUND_BY_NAME + SAID_BY_DATA, ignore_decorators=REGISTERED)
    vulture.scavenge([*map(str, PACKAGES), *map(folder_of, LIBRARIES)], exclude=UNREAD)
    vulture.scan("\n".join(f"_.{word}" for word in sorted(words())))
    dead = [
        item
        for item in vulture.get_unused_code()
        if any(item.filename.resolve().is_relative_to(package) for package in PACKAGES)
    ]
    for item in dead:
        print(item.get_report().replace(f"{ROOT}/", ""))
    sys.exit(bool(dead))


if __name__ == "__main__":
    main()
