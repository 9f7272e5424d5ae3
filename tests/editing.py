"""What the tests of editing share: people in each role, forms as they send them, versions."""

import re

import pytest
from django.conf import settings
from django.contrib.auth.models import Permission, User
from django.test import Client
from django.urls import reverse

from initiatives.models import Objective, Office, Revision, Steering, Worksite

from .admin.test_admin import add, agreed, change, filled_in
from .saving import create, keep, remove

NL, FR, PUBLISHER = "edit_nl", "edit_fr", "publish"
NAMES = {NL: "Noor Peeters", FR: "Fatou Diallo", PUBLISHER: "Pia Servais"}


def sign_in(role, language="nl"):
    """Return the browser of someone in this role."""
    first, last = NAMES[role].split()
    user, is_new = User.objects.get_or_create(
        username=first.lower(), first_name=first, last_name=last, is_staff=True
    )
    if is_new:
        user.user_permissions.add(Permission.objects.get(codename=role))
    browser = Client()
    browser.force_login(user)
    browser.cookies[settings.LANGUAGE_COOKIE_NAME] = language
    browser.user = user
    return browser


@pytest.fixture
def publisher(request):
    language = request.getfixturevalue("language") if "language" in request.fixturenames else "nl"
    return sign_in(PUBLISHER, language)


@pytest.fixture
def worksite():
    """Return a worksite with several measures, a cross-reference or none, steering and sectors."""
    return Worksite.objects.get(code="1.4-02")


def form_of(browser, record):
    return filled_in(browser.get(change(record)))


def save(browser, record, **changes):
    """Change some fields of a record in its form, and give the answer: who is asked to agree does."""
    data = form_of(browser, record)
    for name, value in changes.items():
        data[name.replace("measure_", "measure_set-")] = value
    return agreed(browser, change(record), data)


def versions(item):
    return list(Revision.objects.of(item))


def newest(item):
    return versions(item)[0]


def text(page):
    return " ".join(re.sub(r"<[^>]+>", " ", page.content.decode()).split())


@pytest.fixture
def draft(publisher):
    """Return a new worksite that never was public, made in the admin."""
    data = filled_in(publisher.get(add(Worksite)))
    data |= {"objective": Objective.objects.get(code="1.4").pk, "number": 12, "code": "1.4-12"}
    data |= {"title_nl": "Nieuwe werf", "slug_nl": "nieuwe-werf", "note": "Begonnen"}
    assert publisher.post(add(Worksite), data).status_code == 302
    return Worksite.objects.get(code="1.4-12")


def without_its_office(publisher, draft):
    """Delete a draft worksite, and then its office; return the version that cannot come back."""
    office = create(Office, code="new-office", publication="draft", position=99)
    create(Steering, worksite=draft, office=office, position=1, publication="draft")
    keep(draft)
    publisher.post(reverse("admin:initiatives_worksite_delete", args=[draft.pk]), {"post": "yes"})
    remove(office)
    return Revision.objects.filter(code=draft.code).order_by("-number")[0]


def restore(browser, revision, **data):
    address = reverse("admin:initiatives_revision_restore", args=[revision.pk])
    page = browser.get(address)
    if page.status_code != 200:
        return browser.post(address, {"version": 999} | data)
    return browser.post(address, {"version": page.context["newest"].number} | data)
