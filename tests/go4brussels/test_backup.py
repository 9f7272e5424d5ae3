"""A backup is the whole database of one moment, or there is none and the older ones stand."""

import gzip
import os
import re
import stat
import time
from datetime import UTC, datetime

import pytest

from go4brussels.backup.folder import age, backups, newest

from ..backups import UNPRIVILEGED, without
from ..faults.counting import Counting, halves, number_in
from ..faults.disk import small_disk
from ..faults.processes import wait_for
from ..prepared import SQLITE, start

ENDING = "sqlite3" if SQLITE else "sql"
OLD = [f"go4brussels-202611{day:02}T031500Z.{ENDING}.gz" for day in range(1, 6)]
only_postgresql = pytest.mark.skipif(SQLITE, reason="Of PostgreSQL alone.")


def modes(*paths):
    return [stat.S_IMODE(path.stat().st_mode) for path in paths]


def older(place, *names):
    place.folder.mkdir()
    for name in names:
        (place.folder / name).write_bytes(b"")


def instead_of_pg_dump(place, *lines):
    """Return a PATH on which pg_dump is a script of these lines."""
    program = place.home / "bin" / "pg_dump"
    program.parent.mkdir()
    program.write_text("\n".join(["#!/bin/sh", *lines]))
    program.chmod(0o755)
    return f"{program.parent}:{os.environ['PATH']}"


def names(place):
    return [path.name for path in place.backups()]


def test_it_is_one_file_that_only_its_owner_reads(place):
    said = place.manage("backup")
    [made] = place.backups()
    assert re.fullmatch(rf"go4brussels-\d{{8}}T\d{{6}}Z\.{ENDING}\.gz", made.name)
    assert re.fullmatch(rf"Wrote {made}: {made.stat().st_size} bytes, in \d+\.\d seconds\.", said.strip()), (
        said
    )
    assert modes(made, place.folder) == [0o600, 0o700]
    assert f"go4brussels-1.0.0.{ENDING}".encode() in made.read_bytes()[:60]


def test_the_oldest_beyond_those_to_keep_go_and_nothing_else(place):
    others = ["go4brussels-20261101T031500Z.sql.gz.part", "notes.txt", "go4brussels-20261101.sql.gz"]
    others += [f"go4brussels-20261101T031500Z.{'sql' if SQLITE else 'sqlite3'}.gz", "x" + OLD[0]]
    older(place, *OLD, *others)
    stale = place.folder / "go4brussels-20261101T031500Z.part"  # of a run that was killed
    stale.mkdir()
    (stale / "half").write_bytes(b"half")
    place.manage("backup", BACKUP_KEEP="3")
    assert not stale.exists()
    left = set(names(place)) - set(others)
    assert set(others) < set(names(place))
    assert len(left) == 3 and left > {*OLD[-2:]}


def test_two_at_once_make_two(place):
    runs = [start("backup", env=place.environment) for _each in range(2)]
    for run in runs:
        run.finish()
    found = place.backups()
    assert len(found) == 2
    for path in found:
        assert len(gzip.decompress(path.read_bytes())) > 100_000


def test_each_is_whole_while_an_editor_saves_all_the_time(place, elsewhere):
    before = place.stored.versions()
    editor = Counting(place.environment, place.home / "editor.log")
    try:
        wait_for(editor.has_begun, 60, "the first change")
        for _each in range(2):
            acknowledged = editor.acknowledged()[-1]
            made = place.back_up()
            elsewhere.manage("restore", made, "--yes")
            copy = elsewhere.stored
            assert number_in(copy) >= acknowledged
            number = copy.versions()[1]
            number_then = before[1] + number_in(copy)
            assert number > number_then
            elsewhere.execute(f"UPDATE initiatives_contentversion SET number = {number_then}")
            assert halves(copy, before) == []
            assert copy.fault() == ""
            assert "Nothing differed." in elsewhere.manage("reindex")
    finally:
        editor.kill()
    assert not editor.trouble()


def test_a_folder_that_cannot_be_written_is_named(place):
    older(place, OLD[0])
    place.folder.chmod(0o500)
    said = place.refused("backup", prefix=UNPRIVILEGED if os.geteuid() == 0 else ())
    assert said.startswith(f"No backup was made: {place.folder} cannot be written"), said
    assert "stand as before" in said
    place.folder.chmod(0o700)
    assert names(place) == [OLD[0]]


def test_a_full_disk_leaves_no_half_and_the_older_ones(place):
    older(place, OLD[0])
    with small_disk(place.folder) as is_there:
        if not is_there:
            pytest.skip("Only root can mount a small disk to fill, and not everywhere.")
        (place.folder / OLD[0]).write_bytes(b"")
        with (place.folder / "filling").open("wb") as file:
            file.write(bytes(12 * 2**20 - 150_000))
        said = place.refused("backup")
        assert said.startswith(f"No backup was made: the disk of {place.folder} is full."), said
        assert names(place) == sorted(["filling", OLD[0]])


def test_a_database_that_is_away_is_told(place):
    url = f"sqlite:///{place.home}/nowhere.sqlite3" if SQLITE else re.sub(r":\d+/", ":1/", place.url)
    said = place.refused("backup", DATABASE_URL=url)
    assert (
        "nowhere.sqlite3 is not there" if SQLITE else "the database does not answer: connection to"
    ) in said
    assert said.endswith(f"There is none in {place.folder}.")
    assert names(place) == []
    assert not (place.home / "nowhere.sqlite3").exists()


@pytest.mark.skipif(not SQLITE, reason="A file can be damaged from here.")
def test_a_database_that_is_not_sound_is_told(place):
    path = place.home / "db.sqlite3"
    place.execute("PRAGMA foreign_keys = 0", "UPDATE initiatives_worksite SET objective_id = 4711")
    said = place.refused("backup")
    assert "the database is not sound: initiatives_worksite names a row of initiatives_objective" in said
    whole = path.read_bytes()
    path.write_bytes(whole[:8192] + bytes(200_000) + whole[208_192:])
    assert "No backup was made: " in place.refused("backup")
    assert names(place) == []


@only_postgresql
def test_without_pg_dump_it_says_what_to_install(place):
    said = place.refused("backup", PATH=without(place.home / "bin", "pg_dump"))
    assert "there is no pg_dump here. Install the client programs of PostgreSQL" in said


@only_postgresql
@pytest.mark.parametrize(
    ("prints", "says"),
    [
        (
            "pg_dump: error: aborting because of server version mismatch\n"
            "pg_dump: detail: server version: 17.2 (Debian 17.2-1); pg_dump version: 15.20 (Debian 15.20-0)",
            "pg_dump is of version 15.20, the server of 17.2. Install the client programs of PostgreSQL",
        ),
        (
            "pg_dump: error: query failed: ERROR:  permission denied for table x",
            "query failed: ERROR:  permission denied for table x.",
        ),
    ],
)
def test_what_pg_dump_says_becomes_a_sentence(place, prints, says):
    path = instead_of_pg_dump(place, "cat >&2 <<END", prints, "END", "exit 1")
    said = place.refused("backup", PATH=path)
    assert said.startswith(f"No backup was made: {says}"), said
    assert names(place) == []


@only_postgresql
def test_a_dump_without_its_end_is_none(place):
    path = instead_of_pg_dump(
        place, 'for each; do case $each in --file=*) echo half >"${each#--file=}" ;; esac; done'
    )
    said = place.refused("backup", PATH=path)
    assert "what pg_dump wrote has no end" in said
    assert names(place) == []


@only_postgresql
def test_no_command_line_has_the_password(place):
    path = instead_of_pg_dump(
        place,
        f"cd {place.home}",
        'echo "$*" >told',
        'echo "$PGPASSWORD@$PGHOST/$PGDATABASE" >>told',
        "exit 1",
    )
    url = re.sub(r"//(\w+)(:\w+)?@", r"//\1:geheim@", place.url)
    place.refused("backup", PATH=path, DATABASE_URL=url)
    arguments, environment = (place.home / "told").read_text().splitlines()
    assert "geheim" not in arguments
    assert environment == f"geheim@127.0.0.1/{url.rpartition('/')[2]}"


def test_the_newest_tells_how_old_it_is(tmp_path):
    assert (newest(tmp_path), age(tmp_path), age(tmp_path / "nowhere")) == (None, None, None)
    for name in (*OLD, "go4brussels-20271301T000000Z.sql.gz", "go4brussels-latest.sql.gz"):
        (tmp_path / name).touch()
    made_at, path = newest(tmp_path)
    assert (path.name, made_at) == (OLD[-1], datetime(2026, 11, 5, 3, 15, tzinfo=UTC))
    assert age(tmp_path) == pytest.approx(time.time() - made_at.timestamp(), abs=5)
    assert [each.path.name for each in backups(tmp_path)] == OLD[::-1]
