"""A backup takes the place of the database whole or not at all, and nobody is surprised by what goes."""

import gzip
import re
import time
from contextlib import contextmanager
from urllib.request import urlopen

import pytest

from ..faults.counting import Counting, number_in
from ..faults.load import UNLISTED, Load, is_no_error
from ..prepared import SQLITE, execute
from ..server import Server, free_port

LATER = (
    "INSERT INTO django_migrations (app, name, applied) "
    "VALUES ('initiatives', '0999_later', '2027-01-01 00:00')"
)
ENTRIES = "SELECT what, subject, detail FROM accounts_entry WHERE what = 'restored'"
SIGNED_IN = "INSERT INTO django_session VALUES ('abc', 'def', '2099-01-01 00:00:00')"
NEVER_NULL = "is_superuser, first_name, last_name, email, is_staff, is_active, date_joined, password"
ACCOUNT = (
    f"INSERT INTO auth_user (username, {NEVER_NULL}) "
    "VALUES ('els', false, '', '', '', true, true, '2026-11-27', '')"
)
only_postgresql = pytest.mark.skipif(SQLITE, reason="Of PostgreSQL alone.")


def untouched(place):
    """Return all that a database holds, to be compared."""
    return place.stored.everything()


def test_what_would_be_lost_is_told_before_it_is(place):
    made = place.back_up()
    place.edit(2)
    place.execute(ACCOUNT, SIGNED_IN)
    before, (versions, number) = untouched(place), place.stored.versions()
    done = place.command("restore", made.name)
    assert done.returncode == 1
    assert "Nobody answered. Give --yes to restore without asking. Nothing was changed." in done.stderr
    told = done.stdout
    assert re.search(rf"made \d{{4}}-.* by release 1\.0\.0 from \w+; {versions - 2} versions", told), told
    assert f"{versions} versions, the newest of" in told
    assert "lost: 2 versions (2 by no account), from term " in told
    assert "lost: 1 account: “els”" in told
    assert untouched(place) == before

    told = place.manage("restore", made.name, "--yes")
    assert f"The content now has number {number + 1}; every session ended." in told
    assert place.stored.versions() == (versions - 2, number + 1)
    assert number_in(place.stored) == 0
    assert place.stored.one("SELECT count(*) FROM auth_user") == 0
    assert place.stored.one("SELECT count(*) FROM django_session") == 0
    [(_what, subject, detail)] = place.stored.ask(ENTRIES)
    assert subject == made.name
    assert "2 versions" in detail and "“els”" in detail
    assert place.stored.fault() == ""
    assert "Nothing differed." in place.manage("reindex")


def test_it_fills_a_database_that_is_not_there_yet(place, elsewhere):
    made = place.back_up()
    told = elsewhere.manage("restore", made, "--yes")
    assert "  empty" in told
    one, other = untouched(place), untouched(elsewhere)
    # The number of the content, who entered what, and the index under new numbers.
    differing = {name for name in one if one[name] != other[name]}
    assert one.keys() == other.keys()
    assert differing <= {"accounts_entry", "initiatives_contentversion"}


def test_what_a_later_release_added_goes(place):
    made = place.back_up()
    place.execute("CREATE TABLE later (name text)", "INSERT INTO later VALUES ('x')", LATER)
    place.manage("restore", made, "--yes")
    assert "later" not in place.stored.tables()
    assert place.stored.one("SELECT count(*) FROM django_migrations WHERE name = '0999_later'") == 0
    place.edit()


def test_a_backup_of_a_newer_release_waits_to_be_asked_for_even_so(place):
    place.execute(LATER)
    made = place.back_up()
    before = untouched(place)
    said = place.refused("restore", made, "--yes")
    assert said.startswith(
        "A newer release than this one (1.0.0) made this backup: initiatives 0999_later is"
    )
    assert untouched(place) == before
    place.manage("restore", made, "--yes", "--even-so")
    assert place.stored.one("SELECT count(*) FROM accounts_entry WHERE what = 'restored'") == 1


def test_a_backup_of_an_older_release_is_brought_up(place):
    place.execute("DELETE FROM django_migrations WHERE app = 'accounts' AND name = '0010_backup_restored'")
    made = place.back_up()
    assert "It was of an older release: 1 migrations were applied." in place.manage("restore", made, "--yes")
    names = "SELECT count(*) FROM django_migrations WHERE name = '0010_backup_restored'"
    assert place.stored.one(names) == 1


def test_what_is_no_whole_backup_of_this_portal_is_refused(place):
    made = place.back_up()
    whole, before = made.read_bytes(), untouched(place)
    middle = len(whole) // 2

    def refusal(name, content):
        (place.folder / name).write_bytes(content)
        return place.refused("restore", name, "--yes")

    assert "is cut short: its end is missing" in refusal("short.gz", whole[:-9])
    assert "is damaged" in refusal(
        "bad.gz", whole[:middle] + bytes([whole[middle] ^ 255]) + whole[middle + 1 :]
    )
    assert "it was not packed with gzip" in refusal("text.gz", b"no backup\n")
    assert "it holds neither SQLite nor PostgreSQL" in refusal("other.gz", gzip.compress(b"no backup\n"))
    half = gzip.decompress(whole)
    half = gzip.compress(half[: len(half) // 2])
    assert ("the database is not sound" if SQLITE else "the last line of the dump is missing") in refusal(
        "half.gz", half
    )
    other = b"--\n-- PostgreSQL database dump\n--\n\n--\n-- PostgreSQL database dump complete\n--\n"
    other = other if SQLITE else b"SQLite format 3\0" + bytes(100)
    assert "and this portal's database is" in refusal("kind.gz", gzip.compress(other))
    said = place.refused("restore", "nowhere.gz", "--yes")
    assert f"nowhere.gz is no file. In {place.folder} are {made.name}." in said
    assert untouched(place) == before


@only_postgresql
def test_a_dump_that_fails_half_way_changes_nothing(place):
    made = place.back_up()
    text = gzip.decompress(made.read_bytes())
    made.write_bytes(
        gzip.compress(
            text.replace(b"ALTER TABLE ONLY public.initiatives_worksite", b"ALTER TABLE nowhere", 1)
        )
    )
    before = untouched(place)
    said = place.refused("restore", made, "--yes")
    assert 'relation "nowhere" does not exist. Nothing was changed.' in said
    assert untouched(place) == before


@pytest.mark.skipif(not SQLITE, reason="A file can be held from here.")
def test_a_file_that_is_no_database_is_told(place):
    made = place.back_up()
    (place.home / "db.sqlite3").write_bytes(b"x" * 10_000)
    said = place.refused("restore", made, "--yes")
    assert "db.sqlite3 is no sound database" in said and "Stop the portal, move this file away" in said


@only_postgresql
def test_who_owns_the_database_needs_be_no_superuser(place, elsewhere):
    name = elsewhere.url.rpartition("/")[2]
    role = f"{name}_role"
    execute(f"CREATE ROLE {role} LOGIN PASSWORD 'x'", f'ALTER DATABASE "{name}" OWNER TO {role}')
    try:
        elsewhere.url = re.sub(r"//[^@]*@", f"//{role}:x@", elsewhere.url)
        elsewhere.manage("restore", place.back_up(), "--yes")
        elsewhere.edit()
        own = elsewhere.back_up()
        assert "lost: " not in elsewhere.manage("restore", own, "--yes")
        assert number_in(elsewhere.stored) == 1
        indexes = "SELECT count(*) FROM pg_indexes WHERE indexname LIKE 'indexentry_trigrams%'"
        assert elsewhere.stored.one(indexes) == 2
    finally:
        execute(
            f'ALTER DATABASE "{name}" OWNER TO CURRENT_USER',
            f'DROP DATABASE "{name}" WITH (FORCE)',
            f"DROP ROLE {role}",
        )


@contextmanager
def served(place):
    """Serve the portal with gunicorn from this place, and return its address."""
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    environment = place.environment | {"DJANGO_SETTINGS_MODULE": "tests.served", "SITE_URL": url}
    process = Server(url, environment).start(place.home / "log")
    try:
        yield port, url
    finally:
        process.terminate()
        process.wait(timeout=30)


def test_a_portal_that_runs_serves_what_was_restored(place):
    """Readers who ask for what no store holds, and an editor who saves, are told 503 at the worst."""
    made = place.back_up()
    place.edit()
    page = "/nl/begrippen/"
    with served(place) as (port, url):

        def shows_edit():
            return b"Uitleg nummer" in urlopen(url + page).read()

        assert shows_edit()
        editor = Counting(place.environment, place.home / "editor.log")
        readers = Load(port, [*UNLISTED, page], is_no_error, readers=4, pause=0.05)
        try:
            with readers:
                time.sleep(2)
                place.manage("restore", made, "--yes")
        finally:
            editor.kill()
        assert not readers.counts.failed, str(readers.counts)
        assert readers.counts.statuses[200] > 0
        log = (place.home / "log").read_text()
        assert "Traceback" not in log and " 500 " not in log
        place.manage("restore", made, "--yes")
        until = time.monotonic() + 20
        while shows_edit():
            assert time.monotonic() < until, "The restored content does not show."
            time.sleep(0.2)
