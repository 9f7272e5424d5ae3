"""What an editor does, run by a release's own Python in its own folder: `edit.py COMMAND …`.

It stands beside no release and belongs to none: it may use only what both have.
"""

import os
import sys

sys.path[0] = os.getcwd()  # the release, and not the folder of this file
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "go4brussels.settings")

import django  # noqa: E402

django.setup()

from django.conf import settings  # noqa: E402 – Django is set up by now
from django.contrib.auth.models import User  # noqa: E402
from django.test import Client  # noqa: E402

from initiatives.models import Sector, Term, Worksite  # noqa: E402
from initiatives.pages.listed import listed  # noqa: E402
from initiatives.versions import change  # noqa: E402

NAME, CODE = "oefening", "cluster"


def session(password=""):
    """Let an administrator sign in; print the cookie, and where the term is edited."""
    user, is_new = User.objects.get_or_create(
        username=NAME, is_staff=True, is_superuser=True, defaults={"email": "oefening@example.org"}
    )
    if is_new:
        user.set_password(password)
        user.save()
    client = Client()
    client.force_login(user)
    morsel = client.cookies[settings.SESSION_COOKIE_NAME]
    print(f"{morsel.key}={morsel.value}")
    print(f"/admin/initiatives/term/{Term.objects.get(code=CODE).pk}/change/")


def edit(text):
    """Add a sentence to a record of several kinds, as one change with a note."""
    with change(note=text) as this:
        for model, field in ((Worksite, "remark"), (Sector, "remark"), (Term, "definition")):
            record = model.objects.order_by("pk").first()
            for name in (f"{field}_nl", f"{field}_fr"):
                setattr(record, name, f"{getattr(record, name) or ''} {text}".strip())
            this.save(record)


def addresses():
    """Print every public address."""
    for each in listed():
        print(each.address)


if __name__ == "__main__":
    {each.__name__: each for each in (addresses, edit, session)}[sys.argv[1]](*sys.argv[2:])
