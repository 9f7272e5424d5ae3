"""What an editor does, in a process of its own that can be killed: `python -m tests.faults.editor COMMAND …`.

The environment names the database, as for any command of the portal.
"""

import re
import sys
from collections.abc import Callable

import django

django.setup()

from django.conf import settings  # noqa: E402 – Django is set up by now
from django.contrib.auth.models import User  # noqa: E402
from django.test import Client  # noqa: E402

from initiatives.models import Term  # noqa: E402
from initiatives.pages.listed import listed  # noqa: E402
from initiatives.versions import change  # noqa: E402

from . import CODE, FIELD  # noqa: E402


def counted(text: str) -> int:
    """Return the number that stands in an explanation, 0 before the first."""
    match = re.fullmatch(r"Uitleg nummer (\d+)\.", text)
    return int(match[1]) if match else 0


def add_one() -> int:
    """Read the number in a text and save the next one, as one change of the content; return it."""
    with change(note="Geteld") as this:
        term = Term.objects.get(code=CODE)
        number = counted(getattr(term, FIELD)) + 1
        setattr(term, FIELD, f"Uitleg nummer {number}.")
        this.save(term)
    return number


def count(times: str) -> None:
    """Print each number once it is stored: what was printed is acknowledged."""
    for _each in range(int(times)):
        print(add_one(), flush=True)


def session() -> None:
    """Print the cookie of an administrator who has signed in, and where the counted record is edited."""
    user, _is_new = User.objects.get_or_create(
        username="storing", is_staff=True, is_superuser=True, defaults={"email": "storing@example.org"}
    )
    client = Client()
    client.force_login(user)
    morsel = client.cookies[settings.SESSION_COOKIE_NAME]
    print(f"{morsel.key}={morsel.value}")
    print(f"/admin/initiatives/term/{Term.objects.get(code=CODE).pk}/change/")


def print_listed() -> None:
    """Print every public address that the store holds."""
    for each in listed():
        print(each.address)


COMMANDS: dict[str, Callable[..., None]] = {"count": count, "listed": print_listed, "session": session}

if __name__ == "__main__":
    COMMANDS[sys.argv[1]](*sys.argv[2:])
