"""What the tests share: the real content, loaded once, and every public page."""

import pytest
from django.conf import settings
from django.core.signals import setting_changed
from django.test import Client
from django.utils import translation
from whitenoise.base import WhiteNoise

from initiatives.opendata.kept import shelf
from initiatives.pages import sitemap

from .backups import elsewhere, place  # noqa: F401 – fixtures
from .editing import draft, publisher, worksite  # noqa: F401 – fixtures
from .prepared import (  # noqa: F401 – fixtures
    SQLITE,
    django_db_createdb,
    django_db_keepdb,
    django_db_modify_db_settings,
    forget,
    prepared,
)
from .queries import watched  # noqa: F401 – a fixture
from .reading import html
from .server import server  # noqa: F401 – a fixture
from .signing_in import clock, device, quick_hashes, user  # noqa: F401 – fixtures
from .threads import database_for_good, own_database  # noqa: F401 – fixtures

FIXTURES = settings.BASE_DIR / "fixtures"
LANGUAGES = ("nl", "fr")


def pytest_unconfigure(config):
    """Leave nothing behind on the server, once the last process is done."""
    if not hasattr(config, "workerinput"):
        forget()


def pytest_collection_modifyitems(items):
    """Put first what takes longest, so that no core waits for it, and a story in its order."""
    places = {}
    if not SQLITE:
        for item in items:
            if item.get_closest_marker("any_database"):
                item.add_marker(
                    pytest.mark.skip(
                        reason="Which database there is makes no difference to it; it runs with SQLite."
                    )
                )
    for item in items:
        places.setdefault(item.path, len(places))
        if getattr(item, "operation_label", None):
            # Of equal ids, parallel runs run only one: pytest makes ids of parameters alone, and the tests
            # that schemathesis makes of one have theirs in the name.
            item._id = type(item.id).parse(f"{item.parent.nodeid}::{item.name}")

    def rank(item):
        is_story = item.get_closest_marker("story")
        line = item.function.__code__.co_firstlineno if is_story else 0
        haste = [item.get_closest_marker(name) is None for name in ("browser", "slow")]
        return *haste, places[item.path], line

    items.sort(key=rank)


@pytest.fixture(scope="session", autouse=True)
def static_files(prepared):  # noqa: F811 – the fixture
    """Serve the static files as collected for production; all processes read the same."""
    settings.STATIC_ROOT = prepared.static
    # Django forgets the storage, which a test module that imports it makes already when it is collected.
    setting_changed.send(sender=None, setting="STATIC_ROOT", value=prepared.static, enter=True)


@pytest.fixture(scope="session", autouse=True)
def static_files_read_once(static_files):
    """Let WhiteNoise read the folder once: every test client starts the portal anew, in the same folder."""
    read, found = WhiteNoise.update_files_dictionary, {}

    def read_once(self, root, prefix):
        if (root, prefix) not in found:
            read(self, root, prefix)
            found[root, prefix] = dict(self.files)
        self.files.update(found[root, prefix])

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(WhiteNoise, "update_files_dictionary", read_once)
        yield


@pytest.fixture
def site(db):
    """Return `{language: path}` for every public page of the real content."""
    return list(sitemap.public_paths())


@pytest.fixture(scope="session")
def pages(django_db_setup, django_db_blocker, static_files):
    """Return `{language: (path, page)}` for every public page of the real content, each read once."""
    client = Client()
    with django_db_blocker.unblock():
        return [
            {language: (path, html(client, path)) for language, path in paths.items()}
            for paths in sitemap.public_paths()
        ]


@pytest.fixture(autouse=True)
def nothing_offered():
    """Forget what is kept of an edition: what a test changes is rolled back with its number, or a setting."""

    def forget_all(**_told):
        shelf.cache_clear()

    forget_all()
    setting_changed.connect(forget_all)
    yield
    setting_changed.disconnect(forget_all)


@pytest.fixture(autouse=True)
def no_language_left():
    """Speak the portal's own language at the start of each test, whatever page the one before it read."""
    translation.deactivate()


@pytest.fixture(params=LANGUAGES)
def language(request):
    """Return each language in turn, and speak it."""
    with translation.override(request.param):
        yield request.param
