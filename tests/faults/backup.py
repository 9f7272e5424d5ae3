"""Backups as docs/running.md tells to make them, while an editor saves, and restored elsewhere."""

import os
import sqlite3
from contextlib import closing
from functools import partial
from pathlib import Path
from urllib.parse import urlsplit

from .counting import Counting, halves, number_in
from .ground import KINDS, Ground
from .processes import found, run, wait_for
from .seen import Seen
from .stored import Stored

TIMES = 15


def backup(ground: Ground, database: str, folder: Path, name: str) -> str:
    """Back a database up and restore it elsewhere; return the address of what was restored."""
    if database.startswith("sqlite"):
        copy = folder / f"{name}.sqlite3"
        with closing(sqlite3.connect(urlsplit(database).path)) as connection:
            connection.execute("VACUUM INTO ?", [str(copy)])
        return f"sqlite:///{copy}"
    dump, where = folder / f"{name}.dump", ["--host=127.0.0.1", f"--port={ground.cluster.port}"]
    who = [*where, "--username=postgres"]
    source = urlsplit(database).path[1:]
    run([found("pg_dump"), *who, "--format=custom", f"--file={dump}", source], os.environ)
    restored = ground.cluster.copy(f"{source}-{name}")  # it holds the content of the start, to be replaced
    options = ["--clean", "--if-exists", "--single-transaction", f"--dbname={source}-{name}"]
    run([found("pg_restore"), *who, *options, str(dump)], os.environ)
    return restored


def differing(one: Stored, other: Stored) -> list[str]:
    """Return the tables whose rows are not the same in both."""
    first, second = one.everything(), other.everything()
    return sorted(name for name in first.keys() | second.keys() if first.get(name) != second.get(name))


def backed_up(ground: Ground) -> Seen:
    """Back up fifteen times while an editor saves, and once more after; look at each restored copy."""
    seen = Seen()
    for kind in KINDS:
        folder, faults, whole = ground.new_folder("backup"), list[str](), 0
        database = ground.database(kind, folder)
        stored = Stored(database)
        before = stored.versions()
        ground.edit(database, "session")  # an account, and a session of it
        unchanged = {name: stored.digest(name) for name in ("auth_user", "accounts_entry", "django_session")}
        editor = Counting(ground.environment(database), folder / "editor.log")
        try:
            wait_for(editor.has_begun, 60, "the first change")
            for number in range(TIMES):
                before_it = len(editor.acknowledged())
                wait_for(partial(editor.has_counted, before_it), 60, "another change")
                acknowledged = editor.acknowledged()[-1]
                copy = Stored(backup(ground, database, folder, str(number)))
                wrong = halves(copy, before)
                wrong += [name for name, digest in unchanged.items() if copy.digest(name) != digest]
                wrong += ["an acknowledged change is not in it"] * (number_in(copy) < acknowledged)
                wrong += [copy.fault()] * bool(copy.fault())
                faults += wrong
                whole += not wrong
            made = editor.acknowledged()[-1]
        finally:
            editor.kill()
        last = backup(ground, database, folder, "last")
        faults += differing(stored, Stored(last))
        faults += ["dump_content differs"] * (ground.dumped(database) != ground.dumped(last))
        sentence = (
            f"{kind}: {whole} of {TIMES} whole, while {made} changes were saved; the one after is the same"
        )
        seen.tell("; ".join([sentence, *dict.fromkeys(faults)][:4]), whole == TIMES and not faults)
    return seen
