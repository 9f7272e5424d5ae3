"""What a database holds, read past the portal."""

import hashlib
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from typing import Any
from urllib.parse import urlsplit

import psycopg

# These rows are written anew with others, under new numbers.
NUMBERED_ANEW = {"initiatives_indexentry": "id", "initiatives_contentversion": "at"}
OF_VERSIONS = {"initiatives_revision", "initiatives_contentversion"}


class Stored:
    """The database at an address, as DATABASE_URL names it."""

    def __init__(self, url: str) -> None:
        self.url, self.is_sqlite = url, url.startswith("sqlite")

    @contextmanager
    def connected(self) -> Iterator[Any]:
        if self.is_sqlite:
            with closing(sqlite3.connect(urlsplit(self.url).path, timeout=10)) as connection:
                yield connection
        else:
            with psycopg.connect(self.url, autocommit=True) as server:
                yield server

    def ask(self, query: str) -> list[tuple[Any, ...]]:
        with self.connected() as connection:
            return list(connection.execute(query).fetchall())

    def one(self, query: str) -> Any:
        [[value]] = self.ask(query)
        return value

    def tables(self) -> list[str]:
        if self.is_sqlite:
            names = self.ask("SELECT name FROM sqlite_master WHERE type = 'table'")
        else:
            names = self.ask("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
        # What SQLite makes of a table for searching holds its own bookkeeping.
        return sorted(name for (name,) in names if "_trigrams" not in name and not name.startswith("sqlite_"))

    def digest(self, table: str, without: str = "") -> str:
        """Return a short text that changes with any row of a table, whatever their order."""
        with self.connected() as connection:
            cursor = connection.execute(f'SELECT * FROM "{table}"')
            kept = [place for place, column in enumerate(cursor.description) if column[0] != without]
            rows = sorted([repr(row[place]) for place in kept] for row in cursor)
        return hashlib.sha256(repr(rows).encode()).hexdigest()[:16]

    def everything(self) -> dict[str, str]:
        """Return the digest of each table: content, accounts, history and all else."""
        return {table: self.digest(table) for table in self.tables()}

    def content(self) -> dict[str, str]:
        """Return the digest of each table of the content and of its index, without versions."""
        names = [
            name for name in self.tables() if name.startswith("initiatives_") and name not in OF_VERSIONS
        ]
        return {name: self.digest(name, NUMBERED_ANEW.get(name, "")) for name in names}

    def versions(self) -> tuple[int, int]:
        """Return how many versions there are, and the number of the content."""
        query = "SELECT (SELECT count(*) FROM initiatives_revision), number FROM initiatives_contentversion"
        [(count, number)] = self.ask(query)
        return count, number

    def fault(self) -> str:
        """Return what the database says is wrong with its own file, nothing where it is sound."""
        if not self.is_sqlite:
            for table in self.tables():  # every page of every table can be read
                self.ask(f'SELECT * FROM "{table}"')
            return ""
        said = [row[0] for row in self.ask("PRAGMA integrity_check")]
        said += [f"{row[0]} names a row that is not there" for row in self.ask("PRAGMA foreign_key_check")]
        return "" if said == ["ok"] else "; ".join(said)
