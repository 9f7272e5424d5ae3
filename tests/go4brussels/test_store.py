"""The page store: what it serves is what Django would have served, and nothing else enters it."""

import threading
from io import BytesIO, StringIO
from wsgiref.util import setup_testing_defaults

import pytest
from django.core.handlers.wsgi import WSGIHandler
from django.core.signals import request_finished, request_started
from django.db import OperationalError, close_old_connections
from django.urls import resolve
from django.utils import timezone

from go4brussels import store as stores
from go4brussels.store import Store
from initiatives.models import Worksite
from initiatives.pages.listed import Listed, listed
from initiatives.versions import change

from ..threads import alone, together

HOME, WORKSITE = "/nl/", "/nl/werven/creatieve-culturele-en-audiovisuele-industrie/"
MEASURES = "/nl/maatregelen/"


class Django:
    """Django's own application, counting what it is asked; `fails` makes it answer as it does in trouble."""

    def __init__(self):
        self.application, self.asked, self.fails = WSGIHandler(), [], False

    def __call__(self, environ, start_response):
        self.asked.append(environ["PATH_INFO"])
        if self.fails:
            start_response("500 Internal Server Error", [])
            return [b"Something is wrong."]
        return self.application(environ, start_response)


def ask(application, address, method="GET", **headers):
    """Return status, headers and body."""
    path, _mark, query = address.partition("?")
    environ = {"PATH_INFO": path, "QUERY_STRING": query, "REQUEST_METHOD": method}
    setup_testing_defaults(environ)
    environ |= {"HTTP_HOST": "testserver", "wsgi.input": BytesIO(), "wsgi.errors": StringIO()} | headers
    heads = []
    chunks = application(environ, lambda status, found, exc_info=None: heads.append((status, dict(found))))
    body = b"".join(chunks)
    getattr(chunks, "close", bool)()
    return *heads[0], body


@pytest.fixture
def open_connection(db, monkeypatch):
    """Leave the connection open at the end of a request, as Django's own test client does."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    monkeypatch.setattr(stores, "close_old_connections", lambda: None)
    yield
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


@pytest.fixture
def still(monkeypatch):
    """Stop the clock: documents tell the moment of their making."""
    moment = timezone.now()
    monkeypatch.setattr("django.utils.timezone.now", lambda: moment)


@pytest.fixture
def store(open_connection, still, settings):
    """Return a store that knows what is listed, with an empty memory and no threads."""
    settings.SITE_URL = "http://testserver"
    store = Store(Django())
    store.look()
    store.read_list()
    return store


def direct(store, *arguments, **headers):
    """Return what Django answers, told what the store tells it."""
    return ask(lambda environ, start: store.django(environ | store.told(), start), *arguments, **headers)


def one_of_each_kind():
    """Return an address of each kind of page and document."""
    kinds = {}
    for each in listed():
        path, _mark, query = each.address.partition("?")
        match = resolve(path)
        kinds.setdefault(
            (match.view_name, match.func, bool(query), path.rpartition(".")[2][:4]), each.address
        )
    return list(kinds.values())


def assert_same(store, address, method="GET", **headers):
    told, sent = ask(store, address, method, **headers), direct(store, address, method, **headers)
    assert told == sent, (address, method, headers)


def test_it_serves_what_django_would_have_sent(store):
    addresses = one_of_each_kind()
    assert len(addresses) > 40
    for address in addresses:
        for coding in ("", "br", "gzip, deflate", "gzip, br;q=0", "identity"):
            assert_same(store, address, HTTP_ACCEPT_ENCODING=coding)
        assert_same(store, address, "HEAD", HTTP_ACCEPT_ENCODING="br")
        assert store.pages, address


@pytest.mark.parametrize("address", [HOME, "/data/worksites.json", "/picture/worksite/1.4-02.nl.png"])
@pytest.mark.parametrize("coding", ["", "br", "gzip"])
def test_it_says_that_nothing_changed_where_django_would(store, address, coding):
    _status, headers, _body = ask(store, address, HTTP_ACCEPT_ENCODING=coding)
    etag, changed_at = headers["ETag"], headers["Last-Modified"]
    conditions = [
        {"HTTP_IF_NONE_MATCH": etag},
        {"HTTP_IF_NONE_MATCH": f'"other", {etag}'},
        {"HTTP_IF_NONE_MATCH": "*"},
        {"HTTP_IF_NONE_MATCH": '"other"', "HTTP_IF_MODIFIED_SINCE": changed_at},
        {"HTTP_IF_NONE_MATCH": f"W/{etag.removeprefix('W/')}"},
        {"HTTP_IF_MODIFIED_SINCE": changed_at},
        {"HTTP_IF_MODIFIED_SINCE": "Thu, 01 Jan 1970 00:00:00 GMT"},
        {"HTTP_IF_MODIFIED_SINCE": "yesterday"},
        {"HTTP_IF_MATCH": '"other"'},
        {"HTTP_IF_UNMODIFIED_SINCE": "Thu, 01 Jan 1970 00:00:00 GMT"},
    ]
    known = [ask(store, address, HTTP_ACCEPT_ENCODING=coding, **each)[0][:3] for each in conditions]
    assert known[:3] == ["304"] * 3 and known[5] == "304" and known[3] == known[6] == "200"
    for each in conditions:
        for method in ("GET", "HEAD"):
            assert_same(store, address, method, HTTP_ACCEPT_ENCODING=coding, **each)


def test_a_page_is_made_once(store):
    for coding in ("br", "gzip", ""):
        ask(store, HOME, HTTP_ACCEPT_ENCODING=coding)
    ask(store, HOME, "HEAD")
    assert store.django.asked == [HOME]


def test_an_unknown_query_string_does_not_split_it(store):
    for query in ("", "?utm_source=krant", "?fbclid=1&x", "?", "?q=werf"):
        assert ask(store, HOME + query)[0] == "200 OK"
        assert_same(store, HOME + query)
    assert [key for key in store.pages if key[0].startswith(HOME)] == [(HOME, "", "")]


def test_a_known_filter_is_a_page_of_its_own(store):
    sector = f"{MEASURES}?sector=construction"
    assert ask(store, sector)[2] != ask(store, MEASURES)[2]
    assert ask(store, f"{MEASURES}?x=1&sector=construction&y")[2] == ask(store, sector)[2]
    assert len(store.pages) == 2
    for query in ("?sector=nothing", "?sector=construction&office=minister-work", "?sector=", "?office=%00"):
        assert_same(store, MEASURES + query)
    assert len(store.pages) == 2


@pytest.mark.parametrize(
    "address",
    [
        "/nl/zoeken/?q=werf",
        "/nl/zoeken/",
        "/fr/recherche/?q=chantier",
        "/admin/",
        "/admin/login/",
        "/nl/nergens/",
        "/nl/werven/1.4-99/",
        "/id/worksite/nothing",
        "/NL/",
        "/nl/werven",
        "/healthz",
        "/readyz",
        "/nl/werven/?\xff",
        "/oembed",
        "/oembed?url=http://elsewhere.example/",
        "/static/nothing.css",
    ],
)
def test_nothing_else_enters(store, address):
    assert ask(store, address) and not store.pages
    for method in ("POST", "OPTIONS", "PUT"):
        ask(store, HOME, method)
    ask(store, HOME, CONTENT_LENGTH="3")
    ask(store, HOME, HTTP_HOST="elsewhere.example")
    assert not store.pages


def test_a_cookie_neither_enters_nor_is_needed(store):
    with_cookie = ask(store, HOME, HTTP_COOKIE="session=secret; language=fr")
    assert with_cookie == ask(store, HOME) == direct(store, HOME)
    assert "Set-Cookie" not in with_cookie[1] and "Cookie" not in with_cookie[1].get("Vary", "")


def test_a_permalink_leads_each_reader_to_a_page_of_theirs(store):
    languages = ("", "nl", "fr-BE, nl;q=0.5", "en", "*", "nl, fr", "x" * 300)
    kinds = ("", "*/*", "application/json", "text/html, application/json;q=0.9", "application/*", "nonsense")
    for address in ("/id/worksite/1.4-02", "/id/sector/construction", "/id/worksite/1.4-02/1", "/data/"):
        for language in languages:
            for kind in kinds:
                wishes = {"HTTP_ACCEPT_LANGUAGE": language} if language else {}
                wishes |= {"HTTP_ACCEPT": kind} if kind else {}
                assert_same(store, address, **wishes)
    assert len(store.pages) <= 4 * 6


def test_an_edit_is_served_from_the_next_look_on(store):
    before = ask(store, WORKSITE)[2].decode()
    with change(note="Anders genoemd.") as this:
        worksite = Worksite.objects.get(code="1.4-02")
        worksite.title_nl = "Een andere titel"
        this.save(worksite)
    assert ask(store, WORKSITE)[2].decode() == before
    store.look()
    assert "Een andere titel" in ask(store, WORKSITE)[2].decode()
    assert_same(store, WORKSITE)


def test_the_date_moves_with_each_change_and_stays_otherwise(store):
    dates = []
    for title in ("Een", "Twee", "Drie"):
        with change(note=title) as this:
            worksite = Worksite.objects.get(code="1.4-02")
            worksite.title_nl = title
            this.save(worksite)
        store.look()
        ask(store, HOME)
        dates.append(ask(store, HOME)[1]["Last-Modified"])
    assert len(set(dates)) == 3


def test_what_was_withdrawn_is_gone_at_the_next_look(store):
    assert ask(store, WORKSITE)[0] == "200 OK"
    with change(takes_down=True) as this:
        worksite = Worksite.objects.get(code="1.4-02")
        worksite.publication = Worksite.Publication.WITHDRAWN
        this.save(worksite)
    store.look()
    assert ask(store, WORKSITE)[0] == "410 Gone"
    assert not [key for key in store.pages if key[0] == WORKSITE]


def test_what_fails_does_not_replace_a_good_copy(store):
    good = ask(store, HOME)
    with change(note="Anders genoemd.") as this:
        worksite = Worksite.objects.get(code="1.4-02")
        worksite.title_nl = "Een andere titel"
        this.save(worksite)
    store.look()
    store.django.fails = True
    assert ask(store, HOME) == good
    assert ask(store, MEASURES)[0] == "500 Internal Server Error"
    store.django.fails = False
    assert ask(store, HOME) != good


def test_a_page_of_another_number_than_asked_for_is_not_kept(store):
    class Overtaken(Django):
        def __call__(self, environ, start_response):
            response = super().__call__(environ, start_response)
            with change(note="Intussen.") as this:
                worksite = Worksite.objects.get(code="1.4-02")
                worksite.title_nl = "Intussen"
                this.save(worksite)
            return response

    store.django = Overtaken()
    assert ask(store, WORKSITE)[0] == "200 OK"
    assert not store.pages


def test_the_next_day_makes_pages_anew(store, monkeypatch):
    ask(store, HOME)
    tomorrow = store.version.day.replace(year=2031)
    monkeypatch.setattr(stores.timezone, "localdate", lambda: tomorrow)
    store.look()
    ask(store, HOME)
    assert store.django.asked == [HOME, HOME]


def test_it_goes_on_with_what_it_has_while_the_database_is_away(store, monkeypatch, caplog):
    """The server itself is stopped in tests/faults; here is what the store makes of it."""
    page = ask(store, HOME)

    def away():
        raise OperationalError("gone")

    with monkeypatch.context() as patch, caplog.at_level("WARNING"):
        patch.setattr(stores, "read_version", away)
        store.look()
        store.look()
        assert ask(store, HOME) == page
        assert [line.getMessage()[:8] for line in caplog.records if line.name == stores.__name__] == [
            "The data"
        ]
    store.look()
    assert not store.is_away


def test_it_takes_no_more_than_its_share_of_memory(store, monkeypatch):
    monkeypatch.setattr(stores, "MOST_BYTES", 60_000)
    for each in list(listed())[:12]:
        assert ask(store, each.address)[0] == "200 OK"
        assert store.bytes == sum(page.size for page in store.pages.values()) <= 60_000
    assert 0 < len(store.pages) < 12


def test_filling_makes_every_page_once_and_forgets_what_is_no_longer_listed(store, monkeypatch):
    few = [each for each in listed() if each.address.startswith(("/nl/werven/", "/id/sector/"))][:20]
    monkeypatch.setattr(stores, "listed", lambda: iter(few))
    monkeypatch.setattr(stores.time, "sleep", lambda seconds: None)
    ask(store, HOME)
    store.changed.clear()
    store.fill()
    assert {key[0] for key in store.pages} == {each.address for each in few}
    assert store.is_full
    asked = len(store.django.asked)
    store.fill()
    assert len(store.django.asked) == asked


def test_it_is_not_full_while_a_page_fails(store, monkeypatch):
    monkeypatch.setattr(stores, "listed", lambda: iter([Listed(HOME)]))
    store.changed.clear()
    store.django.fails = True
    store.fill()
    assert not store.is_full
    store.django.fails = False
    store.fill()
    assert store.is_full


@pytest.mark.parametrize("failure", [OperationalError("away"), ValueError("a fault of ours")])
def test_what_goes_wrong_beside_the_requests_ends_nothing(store, monkeypatch, caplog, failure):
    class Over(BaseException):
        """The end of what goes on for ever."""

    def fails(*_arguments):
        raise failure

    naps = iter([None, None])

    def nap(_seconds):
        if next(naps, Over) is Over:
            raise Over

    # The connections are those of the test.
    monkeypatch.setattr(stores.connections, "close_all", lambda: None)
    monkeypatch.setattr(stores.time, "sleep", nap)
    monkeypatch.setattr(stores, "read_version", fails)
    with pytest.raises(Over):
        store.keep_watch()
    monkeypatch.setattr(stores, "listed", fails)
    with caplog.at_level("WARNING"):
        assert not store.filled()
    assert [line for line in caplog.records if "could not be filled" in line.getMessage()]


def test_of_many_readers_at_once_one_makes_the_page(own_database, settings):
    settings.SITE_URL = "http://testserver"
    store = Store(Django())

    def begin():
        store.look()
        store.read_list()

    alone(begin)
    barrier = threading.Barrier(8)

    def read():
        barrier.wait()
        return ask(store, WORKSITE)[0]

    assert together(*[read] * 8) == ["200 OK"] * 8
    assert store.django.asked == [WORKSITE]
    assert not store.making


def test_only_tls_has_the_pages_of_a_site_with_tls(store, settings):
    settings.HTTPS = True
    assert stores.is_secure({"wsgi.url_scheme": "https"})
    assert not store.is_plain({"REQUEST_METHOD": "GET", "HTTP_HOST": "testserver", "wsgi.url_scheme": "http"})
    settings.SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    assert stores.is_secure({"wsgi.url_scheme": "http", "HTTP_X_FORWARDED_PROTO": "https"})
    assert not stores.is_secure({"wsgi.url_scheme": "https", "HTTP_X_FORWARDED_PROTO": "http"})


def test_development_holds_nothing(settings):
    settings.DEBUG = True
    before = threading.active_count()
    Store(Django()).start()
    assert threading.active_count() == before
