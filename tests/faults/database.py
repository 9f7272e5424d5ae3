"""The database goes away, hangs, or comes and goes, while readers read."""

import time
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass

from .ground import POSTGRESQL, Ground
from .load import UNLISTED, Load, Reader, is_as, is_away, is_no_error
from .portal import Portal
from .postgres import Postgres
from .processes import Broken, wait_for
from .seen import Seen

PATIENCE = 5  # seconds that any request may take while the database hangs
HEALING = 2  # seconds after which the portal has to notice that it is back
SEARCHES = [f"/{path}/?q={word}" for path in ("nl/zoeken", "fr/recherche") for word in ("werf", "emploi")]


@dataclass
class Watch:
    """Readers of what is public, of searches and of the admin, at a portal and a cluster of their own."""

    portal: Portal
    cluster: Postgres
    public: Load
    search: Load
    admin: Load

    def tell(self, seen: Seen) -> None:
        public, search, admin = self.public.counts, self.search.counts, self.admin.counts
        seen.tell(f"public: {public}", not public.failed and public.total > 0)
        for name, counts in (("search", search), ("admin", admin)):
            is_right = not counts.failed and counts.total > 0
            seen.tell(f"{name}: {counts}, answers {dict(counts.statuses)}", is_right)
        slowest = max(public.slowest, search.slowest, admin.slowest)
        seen.tell(f"slowest request {slowest:.1f} s", slowest <= PATIENCE)


def watch(ground: Ground, stack: ExitStack) -> Watch:
    """Start a portal on the cluster, read everything once, and make ready those who will go on reading."""
    folder = ground.new_folder("database")
    database = ground.database(POSTGRESQL, folder)
    portal = stack.enter_context(ground.portal(database, folder))
    cookie, form = portal.edit("session").split()
    before = portal.read()
    return Watch(
        portal,
        ground.cluster,
        Load(portal.port, list(before), is_as(before), readers=3, sheets=True),
        Load(portal.port, SEARCHES, is_away, readers=1, pause=0.2),
        Load(portal.port, ["/admin/", form], is_away, readers=1, pause=0.2, headers={"Cookie": cookie}),
    )


def heals(watch: Watch, seen: Seen) -> None:
    """Tell how long after the database is back searches are answered again, by each worker."""
    with Reader(watch.portal.port) as reader:

        def is_well() -> bool:
            reader.close()  # another worker, perhaps
            return reader.get(SEARCHES[0]).status == 200

        try:
            seconds = wait_for(lambda: all(is_well() for _each in range(6)), 30, "healing")
        except Broken as error:
            seen.tell(str(error), False)
            return
    seen.tell(f"search answers {seconds:.1f} s after", seconds <= HEALING)


def stopped(ground: Ground) -> Seen:
    seen = Seen()
    with ExitStack() as stack:
        it = watch(ground, stack)
        it.cluster.stop()
        goes_on(it, seen, ground.seconds, it.cluster.start)
    return seen


def goes_on(it: Watch, seen: Seen, seconds: float, end: Callable[[], None]) -> None:
    """Let readers read while the server is away, end that, and tell what was seen."""
    try:
        with it.public, it.search, it.admin:
            time.sleep(seconds)
    finally:
        end()
    heals(it, seen)
    it.tell(seen)


def hung(ground: Ground) -> Seen:
    seen = Seen()
    with ExitStack() as stack:
        it = watch(ground, stack)
        with Load(it.portal.port, SEARCHES, readers=8, pause=0):
            time.sleep(1)  # so that the workers have connections that are in use
        it.cluster.hang()
        goes_on(it, seen, ground.seconds, it.cluster.go_on)
    return seen


def restarted(ground: Ground) -> Seen:
    """Restart the server under readers of what no store holds."""
    seen, folder = Seen(), ground.new_folder("restarted")
    database = ground.database(POSTGRESQL, folder)
    modes = ["fast", "immediate"] * 3
    with ground.portal(database, folder) as portal:
        with Load(portal.port, UNLISTED, is_no_error, readers=8, pause=0) as load:
            time.sleep(1)
            for mode in modes:
                ground.cluster.restart(mode)
                time.sleep(2)
        seen.tell(f"{len(modes)} restarts: {load.counts}", not load.counts.failed)
        statuses = load.counts.statuses
        seen.tell(f"answers {dict(statuses)}", statuses[200] > 0)
        seen.tell(f"slowest {load.counts.slowest:.1f} s", load.counts.slowest <= PATIENCE)
        with Reader(portal.port) as reader:
            answer = reader.get(SEARCHES[0])
        seen.tell(f"a search after: {answer.status or answer.error}", answer.status == 200)
    return seen
