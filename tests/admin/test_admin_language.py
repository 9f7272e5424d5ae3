"""The admin speaks the language of its editors, Django's own sentences included: no page is in English."""

import json
import re
from pathlib import Path

import pytest
from django.conf import settings
from django.contrib import admin
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse
from django.utils.translation import gettext, override

from accounts.admin import DJANGO_SENTENCES
from initiatives.language import french_typography
from initiatives.models import Objective

from ..document import Document
from ..signing_in import quick_hashes  # noqa: F401 – a fixture

pytestmark = pytest.mark.django_db
# Words that neither Dutch nor French has, and hardly an English sentence goes without.
ENGLISH = re.compile(
    r"\b(the|this|these|those|you|your|will|with|whether|and|are|from|have|has|not|cannot|been|by|or|if|"
    r"please|select|save|delete|user|users|password|yes|enter|hold down|more than)\b",
    re.IGNORECASE,
)


@pytest.fixture
def superuser(language):
    """Give the browser of a superuser who reads this language."""
    browser = Client()
    browser.user = User.objects.create_superuser(
        "admin", first_name="Ada", password="een lange zin van niemand"
    )
    browser.force_login(browser.user)
    browser.cookies[settings.LANGUAGE_COOKIE_NAME] = language
    return browser


def pages(user):
    """Give the addresses of the admin's pages: lists, forms, histories and deletions of every kind."""
    yield from ("/admin/", "/admin/password_change/", "/admin/second-factor/")
    yield reverse("admin:auth_user_password_change", args=[user.pk])
    for model in admin.site._registry:
        name = f"admin:{model._meta.app_label}_{model._meta.model_name}"
        yield reverse(f"{name}_changelist")
        yield reverse(f"{name}_add")
        record = model._default_manager.first()
        for room in ("change", "history", "delete") if record else ():
            yield reverse(f"{name}_{room}", args=[record.pk])


def odd_texts(response, language):
    """Give the texts of a page that stand in this language and are English."""
    document = Document(response.content.decode())
    assert document.all("html")[0]["lang"].startswith(language)
    title = Objective.objects.main().get().english_title  # an example in a help text
    # The audit log tells which address was refused, and an address is in no language.
    no_text = re.compile(rf"{re.escape(title)}|\b(GET|POST) /\S+")
    texts = {no_text.sub("", text) for text, spoken in document.texts if spoken.startswith(language)}
    return {text for text in texts if ENGLISH.search(text)}


def test_no_page_of_the_admin_falls_back_to_english(superuser, language):
    english, seen = {}, 0
    for path in pages(superuser.user):
        response = superuser.get(path)
        if response.status_code != 200:
            continue
        seen += 1
        if odd := odd_texts(response, language):
            english[path] = odd
    assert seen > 60
    assert english == {}


@pytest.mark.parametrize(
    "data",
    [
        {},
        {"username": "a b", "usable_password": "true", "password1": "kort", "password2": "anders"},
        {"username": "admin", "usable_password": "true", "password1": "12345", "password2": "12345"},
    ],
)
def test_no_refusal_of_a_new_account_is_in_english(superuser, language, data):
    response = superuser.post("/admin/auth/user/add/", data)
    assert response.status_code == 200
    assert response.context["errors"]
    assert odd_texts(response, language) == set()


def test_the_page_for_a_new_account_says_what_comes_after_it(superuser, language):
    page = superuser.get("/admin/auth/user/add/").content.decode()
    assert {"nl": "Zodra het account is aangemaakt", "fr": "Après avoir créé"}[language] in page


def test_no_sentence_puts_an_article_before_a_kind_of_record(language):
    sentences = [each for each in DJANGO_SENTENCES if "{name}" in each or "%(name)s" in each]
    with override(language):
        said = [gettext(sentence) for sentence in sentences]
    assert len(said) == 6
    assert [
        each for each in said if re.search(r"\b(de|het|een|le|la|un|une|l’objet) [{%]", each, re.IGNORECASE)
    ] == []


def test_no_script_of_the_admin_speaks_english(superuser):
    """Django's Dutch catalogue lacks texts that its scripts put on the page: the portal's has them."""
    source = Path(admin.__path__[0], "locale", "en", "LC_MESSAGES", "djangojs.po").read_text()
    strings = set(map(json.loads, re.findall(r'^msgid ("[^\n]+")$', source, re.MULTILINE)))
    assert len(strings) > 40
    served = superuser.get("/admin/jsi18n/").content.decode()
    texts = json.loads(re.search(r"const newcatalog = ({.*?});\n", served, re.DOTALL)[1])
    assert strings - {key.rpartition("\4")[2] for key, text in texts.items() if text} == set()


@pytest.mark.parametrize("language", ["fr"], indirect=True)
def test_no_french_sign_lacks_its_space(superuser):
    """Which space it is, only our own pages can say: Django cuts names, and writes “l'objet”."""

    def plain(text):
        return " ".join(text.replace("'", "’").split())

    texts = {}
    for path in pages(superuser.user):
        document = Document(superuser.get(path).content.decode())
        texts |= {text: path for text, spoken in document.texts if spoken.startswith("fr")}
    assert len(texts) > 500
    odd = {text: path for text, path in texts.items() if plain(french_typography(text)) != plain(text)}
    assert odd == {}
    assert any(text.startswith("Version 1, ") and " : " in plain(text) for text in texts)
    assert {text: path for text, path in texts.items() if re.search(r"«\s*»", text)} == {}
