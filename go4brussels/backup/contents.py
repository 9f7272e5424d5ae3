"""What a database holds, as far as it counts for putting another in its place: read past the models.

Both databases may be of other releases than the code, so that their tables may be others too.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence, Sized
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, NamedTuple

from django.apps import apps
from django.utils import timezone

from ..schema import known

Ask = Callable[[str], Iterable[Sequence[Any]]]

EDITION = "initiatives_contentversion"
MIGRATIONS, ACCOUNTS, VERSIONS = "django_migrations", "auth_user", "initiatives_revision"
TABLES = {
    MIGRATIONS: ("app", "name"),
    ACCOUNTS: ("id", "username"),
    VERSIONS: ("kind", "code", "number", "at", "editor_id"),
}


class Edition(NamedTuple):
    """The number of a database's content, and when it was raised."""

    number: int = 0
    at: datetime | None = None


class Version(NamedTuple):
    """A version of an item; of two with one number, the moment tells that they are not the same."""

    at: datetime
    kind: str
    code: str
    number: int

    def __str__(self) -> str:
        return f"{self.kind} {self.code} ({self.number})"


@dataclass(frozen=True)
class Held:
    """What a database holds: which migrations made it, whose accounts, which versions by whom."""

    migrations: frozenset[tuple[str, str]] = frozenset()
    accounts: frozenset[str] = frozenset()
    versions: dict[Version, str] = field(default_factory=dict)

    @property
    def is_portal(self) -> bool:
        """Return whether this is a database of the portal, and not an empty or another one."""
        return any(app == "initiatives" for app, _name in self.migrations)

    @property
    def last(self) -> Version | None:
        return max(self.versions, default=None)

    def unknown(self) -> list[str]:
        """Return the migrations that this code does not have: they are of a newer release."""
        ours = {config.label for config in apps.get_app_configs()}
        return sorted(f"{app} {name}" for app, name in self.migrations - known() if app in ours)

    def missing(self) -> int:
        """Return how many migrations of this code it does not have yet."""
        return len(known() - self.migrations)


def held(rows: dict[str, list[Sequence[Any]]]) -> Held:
    """Return what a database holds, of the rows of those TABLES that it has."""
    names = {str(number): name for number, name in rows.get(ACCOUNTS, [])}
    versions = {
        Version(moment(at), kind, code, int(number)): names.get(str(editor), "")
        for kind, code, number, at, editor in rows.get(VERSIONS, [])
    }
    migrations = frozenset((app, name) for app, name in rows.get(MIGRATIONS, []))
    return Held(migrations, frozenset(names.values()), versions)


def held_by(ask: Ask, tables: Iterable[str]) -> Held:
    """Return what the database holds that answers; `tables` are those that it has."""
    there = TABLES.keys() & set(tables)
    return held({name: list(ask(f"SELECT {', '.join(TABLES[name])} FROM {name}")) for name in there})  # noqa: S608 – constants


def edition(names: Iterable[str], row: Sequence[Any] | None) -> Edition:
    """Return what the row of the content's number says, of which earlier releases had not every column."""
    told = dict(zip(names, row or (), strict=False))
    at = told.get("at")
    return Edition(told.get("number", 0), moment(at) if at else None)


def moment(value: Any) -> datetime:
    """Return a moment of a row, whether it is one or a text; without a zone it is UTC."""
    at = value if isinstance(value, datetime) else datetime.fromisoformat(value)
    return at.replace(tzinfo=at.tzinfo or UTC).astimezone(UTC)


class Lost(NamedTuple):
    """What goes, and what comes back, where one database takes the place of another."""

    versions: dict[Version, str]
    accounts: list[str]
    returning: list[str]

    def lines(self) -> list[str]:
        """Return a line for each thing, none where nothing goes and no account comes back."""
        lines = []
        if self.versions:
            by = Counter(f"“{name}”" if name else "no account" for name in self.versions.values())
            whose = ", ".join(f"{count} by {name}" for name, count in by.most_common())
            first, last = min(self.versions), max(self.versions)
            lines = [
                f"lost: {counted(self.versions, 'version')} ({whose}), from {first} of {local(first.at)} "
                f"to {last} of {local(last.at)}"
            ]
        if self.accounts:
            lines.append(f"lost: {counted(self.accounts, 'account')}: {listed(self.accounts)}")
        if self.returning:
            lines.append(
                f"back again, though gone now: {counted(self.returning, 'account')}: {listed(self.returning)}"
            )
        return lines


def lost(now: Held, then: Held) -> Lost:
    """Return what goes and comes back where `then` takes the place of `now`."""
    return Lost(
        {version: name for version, name in now.versions.items() if version not in then.versions},
        sorted(now.accounts - then.accounts),
        sorted(then.accounts - now.accounts) if now.is_portal else [],
    )


def listed(names: Iterable[str]) -> str:
    return ", ".join(f"“{name}”" for name in names)


def counted(things: Sized, name: str) -> str:
    """Return how many there are: “1 account”, “2 accounts”."""
    return f"{len(things)} {name}{'' if len(things) == 1 else 's'}"


def local(at: datetime) -> str:
    """Return a moment as people here read it, with its offset."""
    return timezone.localtime(at).isoformat(" ", "minutes")
