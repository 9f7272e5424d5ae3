"""The mirror is what the portal says, whole or not at all, and never takes the place of anything else."""

import fcntl
import gzip
import os
import re
import resource
import signal
import subprocess
import time
from datetime import timedelta
from io import StringIO

import brotli
import pytest
from django.contrib.staticfiles.storage import staticfiles_storage
from django.core.management import CommandError, call_command
from django.core.signals import request_finished, request_started
from django.db import close_old_connections
from django.utils.timezone import localdate

from go4brussels.mirror import site
from go4brussels.mirror.errors import MirrorError
from go4brussels.mirror.maps import HEADERS, kept_headers, text_of
from initiatives.models import ContentVersion
from initiatives.pages.listed import LOOKS, Listed

from ..prepared import start

ADDRESSES = ["/", "/nl/", "/fr/", "/nl/citation.bib", "/data/", "/data/worksites.csv", "/id/worksite/1.4-02"]
STYLE = "/static/css/portal.css"


@pytest.fixture
def few(monkeypatch, db):
    """Let the site be of a few addresses."""
    addresses = [Listed(each) for each in ADDRESSES]
    static = [STYLE]
    monkeypatch.setattr(site, "listed", lambda: iter(addresses))
    monkeypatch.setattr(site, "static_addresses", lambda: iter(static))
    return addresses, static


@pytest.fixture
def place(tmp_path):
    return tmp_path / "mirrors" / "current"


@pytest.fixture
def mirror(few, place):
    """Return how to write the mirror, and what the command says."""
    place.parent.mkdir()
    # The transaction of a test goes on, as it does for Django's client of tests.
    for each in (request_started, request_finished):
        each.disconnect(close_old_connections)
    umask = os.umask(0o022)
    before = signal.getsignal(signal.SIGTERM)

    def write():
        said = StringIO()
        call_command("mirror", place, stdout=said)
        return said.getvalue()

    yield write
    for each in (request_started, request_finished):
        each.connect(close_old_connections)
    os.umask(umask)
    signal.signal(signal.SIGTERM, before)


def names(place):
    return sorted(path.name for path in place.parent.iterdir())


def inodes(place):
    found = (path for path in (place / "site").rglob("*") if path.is_file())
    return {path: path.stat().st_ino for path in found}


def sums(place):
    return (place / "SHA256SUMS").read_text()


def test_it_writes_what_the_portal_says(mirror, place, client):
    said = mirror()
    assert f"Wrote {len(ADDRESSES) + 1} addresses to {place}: " in said
    files = {"/": "index.html", "/nl/": "nl/index.html", "/nl/citation.bib": "nl/citation.bib"}
    files |= {"/id/worksite/1.4-02": "id/worksite/1.4-02/index.html"}
    for address, name in files.items():
        body = client.get(address).content
        written = place / "site" / name
        assert written.read_bytes() == body, address
        assert brotli.decompress(written.with_name(f"{written.name}.br").read_bytes()) == body
        assert gzip.decompress(written.with_name(f"{written.name}.gz").read_bytes()) == body
    assert not (place / "site" / "data" / "index.html").exists()
    assert b'lang="fr-BE"' in (place / "errors" / "fr" / "404.html").read_bytes()


def test_it_compresses_better_than_the_portal_in_a_hurry(mirror, place, client):
    mirror()
    served = client.get("/nl/", headers={"Accept-Encoding": "br"}).content
    assert len((place / "site" / "nl" / "index.html.br").read_bytes()) < len(served)


def test_its_hashes_can_be_checked(mirror, place):
    mirror()
    subprocess.run(["sha256sum", "--check", "--strict", "--quiet", "SHA256SUMS"], cwd=place, check=True)
    listed = {line.partition("  ")[2] for line in sums(place).splitlines()}
    folder = place.resolve()
    found = {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}
    assert found == listed | {"SHA256SUMS"}


def test_everybody_may_read_it(mirror, place):
    os.umask(0o077)
    mirror()
    modes = {path.stat().st_mode & 0o777 for path in place.resolve().rglob("*")}
    assert modes == {0o644, 0o755}


def test_it_leads_from_a_permalink_as_the_portal_does(mirror, place):
    mirror()
    lines = (place / "nginx" / "redirect.map").read_text().splitlines()
    slugs = (
        "creatieve-culturele-en-audiovisuele-industrie",
        "industrie-creative-culturelle-et-audiovisuelle",
    )
    nl, fr = (f"/nl/werven/{slugs[0]}", f"/fr/chantiers/{slugs[1]}")
    assert [line for line in lines if "1.4-02" in line] == [
        f'"none json /id/worksite/1.4-02" "{nl}.json";',
        f'"nl html /id/worksite/1.4-02" "{nl}/";',
        f'"nl json /id/worksite/1.4-02" "{nl}.json";',
        f'"fr html /id/worksite/1.4-02" "{fr}/";',
        f'"fr json /id/worksite/1.4-02" "{fr}.json";',
    ]
    assert '"none html /data/" "/nl/open-data/";' in lines


def test_the_same_content_is_the_same_files(mirror, place):
    mirror()
    first, was = sums(place), inodes(place)
    said = mirror()
    assert sums(place) == first
    total, same = (int(each) for each in re.findall(r"(\d+) files", said))
    assert same == total - 1  # all but the list of hashes
    assert inodes(place) == was


def test_what_was_damaged_is_made_again(mirror, place):
    mirror()
    first = sums(place)
    for name in ("index.html", "index.html.br"):
        (place / "site" / "nl" / name).write_bytes(b"damaged")
    mirror()
    assert sums(place) == first
    subprocess.run(["sha256sum", "--check", "--quiet", "SHA256SUMS"], cwd=place, check=True)


def test_the_one_before_stays_and_no_other(mirror, place):
    mirror()
    first = place.resolve()
    opened = (place / "site" / "nl" / "index.html").open("rb")
    mirror()
    second = place.resolve()
    assert names(place) == sorted(["current", first.name, second.name])
    mirror()
    assert names(place) == sorted(["current", second.name, place.resolve().name])
    assert opened.read().endswith(b"</html>\n")


@pytest.mark.parametrize("wrong", ["/nl/nowhere/", "/admin/"])
def test_a_page_that_fails_leaves_the_mirror_as_it_was(mirror, place, few, wrong):
    mirror()
    was, before = names(place), sums(place)
    few[0].append(Listed(wrong))
    with pytest.raises(CommandError, match=rf"^{wrong} answers \d+\. .* stands as before\.$"):
        mirror()
    assert (names(place), sums(place)) == (was, before)


def test_a_full_disk_leaves_the_mirror_as_it_was(mirror, place, few):
    mirror()
    was, before = names(place), sums(place)
    few[0].append(Listed("/nl/doelstelling/1.4/dossier/"))
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (40_000, hard))
    try:
        with pytest.raises(CommandError, match=r" cannot be written: File too large\. Nothing was written; "):
            mirror()
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert (names(place), sums(place)) == (was, before)


def test_a_folder_that_cannot_be_written_is_named(mirror, place):
    with pytest.raises(CommandError, match=r"^/proc/portal\.part cannot be written: "):
        call_command("mirror", "/proc/portal")
    place.parent.rmdir()
    with pytest.raises(CommandError, match=r"mirrors is no folder; make it first"):
        mirror()


@pytest.mark.parametrize("what", ["folder", "file", "link"])
def test_it_takes_the_place_of_nothing_else(mirror, place, tmp_path, what):
    other = tmp_path / "other"
    other.mkdir()
    (other / "letter").write_text("kept")
    if what == "folder":
        other.rename(place)
    elif what == "file":
        place.write_text("kept")
    else:
        place.symlink_to(other)
    was = names(place)
    with pytest.raises(CommandError, match=r"current exists and is no mirror; it stays as it is\."):
        mirror()
    assert names(place) == was


def test_an_empty_folder_becomes_a_mirror(mirror, place):
    place.mkdir()
    mirror()
    assert place.is_symlink() and (place / "site" / "nl" / "index.html").is_file()


def test_two_do_not_write_at_once(mirror, place):
    folder = os.open(place.parent, os.O_RDONLY)
    fcntl.flock(folder, fcntl.LOCK_EX)
    with pytest.raises(CommandError, match=r"^Another run is writing a mirror beside "):
        mirror()
    os.close(folder)
    (place.parent / "current.part" / "of").mkdir(parents=True)  # as a run leaves it that was killed
    mirror()
    assert names(place) == sorted(["current", place.resolve().name])


def test_what_an_editor_changes_meanwhile_is_read_again(mirror, place, few, monkeypatch):
    tries = []

    def changing():
        tries.append(1)
        if len(tries) < 3:
            ContentVersion.objects.update(number=1000 + len(tries))
        return iter(few[0])

    monkeypatch.setattr(site, "listed", changing)
    mirror()
    assert len(tries) == 3
    monkeypatch.setattr(site, "content_number", time.monotonic)
    with pytest.raises(CommandError, match=r"^The content changed 3 times while it was read\."):
        mirror()


def test_the_static_files_of_the_last_release_stay_for_a_while(mirror, place, few, monkeypatch):
    hashed = f"/static/{site_style()}"
    few[1][:] = [hashed]
    mirror()
    few[1][:] = [STYLE]
    mirror()
    mirror()
    for suffix in ("", ".br", ".gz"):
        assert (place / "site" / f"{hashed[1:]}{suffix}").is_file()
    assert f'"{hashed}" "text/css' in (place / "nginx" / "content-type.map").read_text()
    monkeypatch.setattr(site, "localdate", lambda: localdate() + timedelta(days=31))
    mirror()
    assert not (place / "site" / hashed[1:]).exists()


def site_style():
    """Return the name of the style sheet with the hash of its content."""
    return staticfiles_storage.stored_name("css/portal.css")


def test_every_static_file_is_in_it_once():
    found = list(site.static_addresses())
    assert len(found) == len(set(found)) > 100
    assert {STYLE, f"/static/{site_style()}", "/favicon.ico", "/apple-touch-icon.png"} <= set(found)
    assert not [each for each in found if each.endswith((".br", ".gz"))]


def test_without_static_files_it_says_how_to_collect_them(mirror, monkeypatch, settings, tmp_path):
    monkeypatch.undo()
    settings.STATIC_ROOT = tmp_path / "nothing"
    with pytest.raises(MirrorError, match=r"nothing holds no static files\. Collect them first: manage\.py"):
        list(site.static_addresses())


def test_an_address_with_a_query_has_a_file_of_its_own():
    card = Listed("/nl/werven/bouw/kaart/?theme=dark", LOOKS)
    assert site.key_of(card) == "/nl/werven/bouw/kaart/?theme=dark"
    assert site.key_of(card._replace(address="/nl/werven/bouw/kaart/")) == "/nl/werven/bouw/kaart/?theme="
    assert site.key_of(Listed("/x/?a=1&b=2", frozenset("bca"))) == "/x/?a=1&b=2&c="
    assert site.file_name(card.address, "text/html") == "nl/werven/bouw/kaart/index@theme=dark.html"
    assert site.file_name("/oembed?url=a%2Fb", "application/json") == "oembed@url=a%2Fb"
    assert len(site.file_name(f"/oembed?url={'a' * 500}", "application/json")) < 100


def test_nginx_is_told_nothing_that_it_takes_for_something_else():
    assert text_of([('/a"b', "c\\d"), ('/A"B', "again")], "usual") == 'default "usual";\n"/a\\"b" "c\\\\d";\n'
    for odd in ("$host", "a\nb", "a\0"):
        with pytest.raises(MirrorError, match="nginx cannot be told of "):
            text_of([("/", odd)])


def test_a_header_that_nginx_would_not_send_is_refused():
    assert kept_headers("/", {"ETag": '"a"', "Vary": "Accept"}) == {"Vary": "Accept"}
    with pytest.raises(MirrorError, match=r"^/nl/ has the header X-New, which the mirror cannot send"):
        kept_headers("/nl/", {"X-New": "1", HEADERS[0]: "*"})


def environment(prepared, **other):
    served = {"DJANGO_SETTINGS_MODULE": "tests.served", "TESTED_STATIC_ROOT": str(prepared.static)}
    return os.environ | served | {"DATABASE_URL": prepared.url} | other


def test_who_is_told_to_stop_leaves_nothing_lying_about(prepared, tmp_path):
    command = start("mirror", str(tmp_path / "current"), env=environment(prepared))
    deadline = time.monotonic() + 20
    while not (tmp_path / "current.part" / "site").exists() and time.monotonic() < deadline:
        time.sleep(0.02)
    assert (tmp_path / "current.part" / "site").exists()
    command.process.terminate()
    command.process.communicate(timeout=20)
    assert command.process.returncode == 143
    assert list(tmp_path.iterdir()) == []


def test_a_database_that_is_away_is_told_in_a_sentence(prepared, tmp_path):
    away = environment(prepared, DATABASE_URL="postgres://postgres@127.0.0.1:1/away")
    command = start("mirror", str(tmp_path / "current"), env=away)
    _out, errors = command.process.communicate(timeout=30)
    assert command.process.returncode == 1
    assert errors.startswith("CommandError: The database does not answer: ")
    assert errors.endswith("Nothing was written; a mirror that stood there stands as before.\n")
    assert list(tmp_path.iterdir()) == []


def test_it_refuses_to_copy_development(mirror, settings):
    settings.DEBUG = True
    with pytest.raises(CommandError, match=r"^Development serves other bytes"):
        mirror()
