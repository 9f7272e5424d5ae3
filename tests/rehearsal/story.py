"""The steps of a rehearsal, in their order: each says what it saw."""

import json
import re
import sqlite3
import subprocess
import tempfile
import threading
import time
from collections.abc import Callable, Mapping
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlencode

import psycopg

from .. import release_before
from ..faults.admin import Editor
from ..faults.load import Answer, Load, Reader, is_away, is_same, read_all
from ..faults.processes import ROOT, Broken, wait_for
from ..faults.seen import Seen
from ..faults.stored import Stored
from ..form import form_fields
from ..tree import tree
from .crowd import Crowd, chosen, comes_again, has_status_of, hashed, is_answered
from .ground import SQLITE, Site
from .service import Service

NAME, PASSWORD = "oefening", "een lang wachtwoord voor de oefening"
PAGE = "/nl/begrippen/"
# What a release says of itself may differ between two: how the portal works, and what its data look like.
OF_THE_RELEASE = re.compile(
    r"/(?:nl/(?:over|toegankelijkheid|privacy|open-data)|fr/(?:a-propos|accessibilite|vie-privee|donnees))"
)
# On PostgreSQL 0.1.0 says the texts of an old version in another order than on SQLite.
OF_A_VERSION = re.compile(r"/(?:nl|fr)/.*/(?:versies|versions)/\d+/$")


def told_in(answer: Answer) -> list[str]:
    """Return the words of a page's middle, those of an old version in no order; of what is no page, none."""
    if not answer.headers.get("Content-Type", "").startswith("text/html"):
        return []
    mains = [each for each in tree(answer.body.decode()).walk() if each.tag == "main"]
    words = mains[0].text.split() if mains else []
    return sorted(words) if OF_A_VERSION.match(answer.path) else words


def migrations_of(tree: Path) -> set[tuple[str, str]]:
    """Return the migrations that a release brings."""
    apps = release_before.MIGRATIONS
    return {(app, file.stem) for app in apps for file in (tree / app / "migrations").glob("0*.py")}


@dataclass
class Signed:
    """What an Editor asks a portal for: its port, and a session in it."""

    port: int
    session: str

    def edit(self, _command: str) -> str:
        return self.session


class Story:
    """An installation from the release before to this one and back, twice."""

    def __init__(self, site: Site, service: Service) -> None:
        self.site, self.service = site, service
        service.site = site
        self.stored = Stored(site.database)
        self.asked, self.done = site.folder / "asked", site.folder / "done"
        self.before: dict[str, Answer] = {}  # at the backup
        self.beside: dict[str, Answer] = {}  # from the old code, on the new tables
        self.sheets: list[str] = []  # static files that those pages name
        self.static: list[str] = []  # and all that there are
        self.texts: list[str] = []
        self.session = ""
        self.seconds: tuple[float, float] = (0, 0)  # that the last stop and the last start took

    # What an operator does -----------------------------------------------------------------------------

    def release(self, *command: str, meanwhile: Callable[[], None] | None = None) -> str:
        """Run a script of deploy/, and restart where it asks for that; return what it said."""
        wait = f"until test -s {self.done}; do sleep 0.02; done"
        restart = f"rm -f {self.done}; touch {self.asked}; {wait}; grep -q yes {self.done}"
        environment = self.site.environment | {"GO4BRUSSELS_RESTART": restart}
        with tempfile.TemporaryFile("w+") as said:
            process = subprocess.Popen(
                command, cwd="/", env=environment, stdin=subprocess.DEVNULL, stdout=said, stderr=said
            )
            while process.poll() is None:
                if self.asked.exists():
                    self.restart(meanwhile)
                time.sleep(0.02)
            said.seek(0)
            text = said.read()
        if process.returncode:
            raise Broken(f"{' '.join(command)} failed:\n{text}\n{self.service.said()[-2000:]}")
        return text

    def restart(self, meanwhile: Callable[[], None] | None) -> None:
        self.asked.unlink()
        if meanwhile:
            meanwhile()
        begun = time.monotonic()
        try:
            self.service.stop()
            stopped = time.monotonic()
            self.service.start()
            self.seconds = stopped - begun, time.monotonic() - stopped
            self.done.write_text("yes")
        except Broken as error:
            self.done.write_text(f"no: {error}")

    def crowd(self, is_edited: bool = True) -> Crowd:
        """Return the readers, and an editor among them unless every session is about to end."""
        crowd = Crowd(self.site.port, self.before, self.sheets)
        if not is_edited:
            # While the tables are put back, PostgreSQL lets nobody read them.
            crowd.loads["searches"].check = comes_again
        else:
            cookie, form = self.session.split()
            given = {"Cookie": cookie}
            crowd.add(
                "admin",
                Load(self.site.port, ["/admin/", form], is_answered, readers=1, pause=0.3, headers=given),
            )
        return crowd

    def tell_of(self, seen: Seen, crowd: Crowd) -> None:
        seen.tell(str(crowd), crowd.is_content)
        seen.tell("old stopped in {:.1f} s, new ready in {:.1f} s".format(*self.seconds))

    # What is looked at ---------------------------------------------------------------------------------

    def read(self) -> dict[str, Answer]:
        return read_all(self.site.port, list(self.before))

    def ask_all(self, seen: Seen) -> dict[str, Answer]:
        """Ask every address, and tell whether each answers as the release before did."""
        now, check = self.read(), has_status_of(self.before)
        wrong = [f"{path} {said}" for path, answer in now.items() if (said := check(answer))]
        seen.tell(f"{len(now) - len(wrong)} of {len(now)} addresses answer", not wrong)
        for each in wrong[:3]:
            seen.tell(each, False)
        return now

    def save(self, seen: Seen, text: str, tree: Path | None = None) -> None:
        """Save a text in the admin and another in the shell of a release; wait until the first is seen."""
        answer = self.saved_in_admin(text)
        seen.tell(f"an edit in the admin: {answer.status or answer.error}", answer.status == 302)
        self.texts.append(text)
        try:
            seconds = wait_for(lambda: self.shows(text), 10, "showing an edit", 0.1)
            seen.tell(f"public after {seconds:.1f} s")
        except Broken as error:
            seen.tell(str(error), False)
        self.site.edit("edit", f"{text} (in de shell)", tree=tree)
        self.texts.append(f"{text} (in de shell)")

    def saved_in_admin(self, text: str) -> Answer:
        editor = self.editor()
        kept = editor.fields["definition_nl"]
        return editor.save(f"{kept} {text}".strip())

    def editor(self) -> Editor:
        """Return somebody with the form open, in the session that began in the release before."""
        editor = Editor(Signed(self.site.port, self.session))
        editor.open()
        return editor

    def signs_in(self) -> bool:
        """Return whether the account of before is let in with its password."""
        path = "/admin/login/"
        with Reader(self.site.port) as reader:
            page = reader.get(path)
            cookies = re.findall(r"^([\w-]+=[^;]+)", page.headers.get("Set-Cookie", ""), re.MULTILINE)
            fields = form_fields(page.body.decode(), "login-form") | {"username": NAME, "password": PASSWORD}
            headers = {"Cookie": "; ".join(cookies), "Content-Type": "application/x-www-form-urlencoded"}
            return reader.ask("POST", path, headers, urlencode(fields).encode()).status == 302

    def shows(self, text: str) -> bool:
        with Reader(self.site.port) as reader:
            return text.encode() in reader.get(PAGE).body

    def is_all_there(self, seen: Seen) -> None:
        """Tell whether the edits of before and of after are stored, and seen."""
        kept = " ".join(
            str(self.stored.ask(f"SELECT * FROM {name}"))
            for name in ("initiatives_term", "initiatives_worksite")
        )
        lost = [text for text in self.texts if text not in kept]
        seen.tell(f"{len(self.texts) - len(lost)} of {len(self.texts)} edits of both sides kept", not lost)

    # The steps -----------------------------------------------------------------------------------------

    def serve_before(self) -> Seen:
        """Install the release before, load its content, edit it, and record every page."""
        seen, site = Seen(), self.site
        site.install_before()
        site.manage("migrate", "--no-input", "--verbosity=0")
        site.manage("load_content", "--if-empty")
        self.session = site.edit("session", PASSWORD)
        self.service.start()
        for text in ("Bewerkt in de vorige uitgave",):
            self.save(seen, text)
        paths = chosen(site.edit("addresses").split())
        self.before = read_all(site.port, paths)
        wrong = [path for path, answer in self.before.items() if answer.status not in (200, 301, 302, 303)]
        seen.tell(f"{len(paths)} addresses recorded", not wrong)
        self.sheets = sorted({name for answer in self.before.values() for name in hashed(answer.body)})
        manifest = json.loads((site.tree / "var" / "static" / "staticfiles.json").read_text())
        self.static = [f"/static/{name}" for name in manifest["paths"].values()]
        return seen

    def upgrade(self) -> Seen:
        """Turn to this release under readers; look at the old code on the new tables before it ends."""
        seen = Seen()
        with self.crowd() as crowd:
            said = self.release(
                f"{ROOT}/deploy/release.sh", self.site.ground.commit, meanwhile=lambda: self.overlap(seen)
            )
        self.tell_of(seen, crowd)
        seen.tell("the database was backed up", len(self.backups()) == 1 and "Backing" in said)
        return seen

    def overlap(self, seen: Seen) -> None:
        """Look at the old code once the tables are those of the new: it answers all, and saves."""
        old, new = (self.site.root / "releases" / name for name in self.names)
        rows = self.stored.ask("SELECT app, name FROM django_migrations")
        missing = migrations_of(new) - {(app, name) for app, name in rows}
        added = len(migrations_of(new) - migrations_of(old))
        seen.tell(f"{added} migrations applied while {release_before.NAME} serves", not missing)
        self.save(seen, "Bewerkt naast de nieuwe tabellen", old)
        self.beside = self.ask_all(seen)

    def backups(self) -> list[Path]:
        return sorted((self.site.data / "backups").glob("go4brussels-*"))

    def after(self) -> Seen:
        """Compare what the new release says with what the one before said."""
        seen, site = Seen(), self.site
        with Reader(site.port) as reader:
            said = reader.get("/readyz").body.decode().split("\n")
        version = re.search(r'"(.*)"', (ROOT / "go4brussels" / "__init__.py").read_text().splitlines()[-1])
        line = f"release {version and version[1]}"
        seen.tell(f"/readyz says {line}", line in said)
        now = self.ask_all(seen)
        self.compare(seen, now)
        self.is_all_there(seen)
        one, other = (self.dumped(self.site.root / "releases" / name) for name in self.names)
        differ = sorted(name for name in one if one[name] != other.get(name))
        seen.tell(
            f"the content is the same in {len(one) - len(differ)} of {len(one)} files {differ or ''}".strip(),
            not differ,
        )
        seen.tell("the account signs in with its password", self.signs_in())
        with Reader(site.port) as reader:
            gone = [name for name in self.static if reader.get(name).status != 200]
        seen.tell(f"{len(self.static) - len(gone)} of {len(self.static)} old static files answer", not gone)
        return seen

    @property
    def names(self) -> tuple[str, str]:
        return release_before.NAME, self.site.ground.commit[:12]

    def compare(self, seen: Seen, now: Mapping[str, Answer]) -> None:
        """Tell which pages say something else; what was edited since then is read anew by the old code."""
        was = self.beside
        pages = [path for path in was if told_in(was[path])]
        others = [path for path in pages if told_in(was[path]) != told_in(now[path])]
        odd = [path for path in others if not OF_THE_RELEASE.match(path)]
        seen.tell(f"{len(pages) - len(others)} of {len(pages)} pages say the same", not odd)
        for path in odd[:5]:
            seen.tell(f"{path} says something else", False)

    def dumped(self, release: Path) -> dict[str, str]:
        folder = self.site.data / f"dump-{release.name}"
        self.site.manage("dump_content", str(folder), tree=release)
        return {file.name: file.read_text(encoding="utf-8") for file in folder.iterdir()}

    def edit_after(self) -> Seen:
        seen = Seen()
        self.save(seen, "Bewerkt in de nieuwe uitgave")
        return seen

    def back(self) -> Seen:
        """Turn the code back, and nothing else."""
        seen = Seen()
        with self.crowd() as crowd:
            said = self.release(f"{ROOT}/deploy/rollback.sh")
        self.tell_of(seen, crowd)
        seen.tell("it says that nothing is lost", "nothing is lost" in said)
        seen.tell(f"{release_before.NAME} serves", self.site.tree.name == release_before.NAME)
        self.save(seen, "Bewerkt na de terugkeer")
        self.ask_all(seen)
        self.is_all_there(seen)
        return seen

    def again(self) -> Seen:
        """Turn to this release once more."""
        seen = Seen()
        with self.crowd() as crowd:
            self.release(f"{ROOT}/deploy/release.sh", self.site.ground.commit)
        self.tell_of(seen, crowd)
        self.ask_all(seen)
        self.is_all_there(seen)
        return seen

    def back_with_database(self) -> Seen:
        """Turn the code back, and the database to the backup that the upgrade made."""
        seen, first = Seen(), self.backups()[0]
        with self.crowd(is_edited=False) as crowd:
            said = self.site.manage("restore", str(first), "--yes")
            self.release(f"{ROOT}/deploy/rollback.sh")
        self.tell_of(seen, crowd)
        lost = re.search(r"^ *(lost: .*)$", said, re.MULTILINE)
        seen.tell(f"restore says “{lost[1] if lost else said}”", bool(lost))
        now = self.read()
        others = [path for path in now if not is_same(self.before[path], now[path])]
        seen.tell(
            f"{len(now) - len(others)} of {len(now)} answers are those of the backup, byte for byte",
            not others,
        )
        for path in others[:3]:
            seen.tell(f"{path} is another", False)
        self.texts = self.texts[:2]
        self.is_all_there(seen)
        self.session = self.site.edit("session")  # restore ended the one before
        self.save(seen, "Bewerkt na het terugzetten")
        return seen

    def ended(self) -> Seen:
        """End it by SIGTERM, as `docker stop` does, while requests wait for the database."""
        seen, answers = Seen(), list[Answer]()
        editors = [self.editor() for _each in range(6)]
        threads = [
            threading.Thread(target=lambda it=each: answers.append(it.save("Bij het einde.")))
            for each in editors
        ]
        with closing(self.holding()):
            for thread in threads:
                thread.start()
            time.sleep(0.4)
            early = len(answers)
            process = self.service.process
            assert process
            ending = threading.Thread(target=self.service.stop)
            ending.start()
            time.sleep(0.5)
        for thread in [*threads, ending]:
            thread.join()
        kinds = sorted(f"{each.status or each.error}" for each in answers)
        # Who waited too long for PostgreSQL's lock is told when to come again; nobody is cut off.
        whole = [each for each in answers if each.status in (200, 302) or not is_away(each)]
        seen.tell(
            f"{len(whole)} of {len(editors)} requests in flight answered: {', '.join(kinds)}",
            len(whole) == len(editors),
        )
        seen.tell(f"{early} before the end", early == 0)
        seen.tell(f"gunicorn ended with {process.popen.returncode}", process.popen.returncode == 0)
        return seen

    def holding(self):
        """Return a connection that keeps everybody from writing until it is closed."""
        if self.site.kind == SQLITE:
            connection = sqlite3.connect(self.site.data / "db.sqlite3", isolation_level=None)
            connection.execute("BEGIN IMMEDIATE")
            return connection
        connection = psycopg.connect(self.site.database)
        connection.execute("LOCK TABLE initiatives_contentversion IN ACCESS EXCLUSIVE MODE")
        return connection
