"""Made-up statements, and databases to keep them in."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Protocol
from uuid import UUID, uuid5

import psycopg

from xapi import statements as say
from xapi.bridge import Bridge
from xapi.lrs.schema import migrate
from xapi.lrs.store import StatementStore
from xapi.statements import Built

NAMESPACE = UUID("4d2f6a1e-7c1c-4b8f-9a52-0e8a3b1d5c77")
BRIDGE = Bridge(NAMESPACE, "https://people.example.org", "https://bridge.example.org")
NOW = datetime(2024, 5, 1, 10, 0, 0, 123456, tzinfo=UTC)
AUTHORITY = BRIDGE.machine("gleanery")
CURATOR = BRIDGE.person(uuid5(NAMESPACE, "a curator"))


def uuid_of(name: str) -> UUID:
    """An id that is the same in every run."""
    return uuid5(NAMESPACE, name)


def approval(number: int, **changes: Any) -> Built:
    """The approval of made-up item `number`."""
    arguments: dict[str, Any] = {
        "decision": uuid_of(f"decision {number}"),
        "by": CURATOR,
        "at": NOW + timedelta(seconds=number),
        "method": "human",
        "competencies": [BRIDGE.competency("c-1")],
        "quality": 0.5,
    }
    item = BRIDGE.item(uuid_of(f"item {number}"), "video", "YouTube")
    return say.approved(BRIDGE, item, **(arguments | changes))


def approvals(count: int, first: int = 1) -> list[Built]:
    """The approvals of `count` items."""
    return [approval(number) for number in range(first, first + count)]


class Database(Protocol):
    """One database, reached by as many connections as wanted."""

    kind: str

    def connect(self) -> Any:
        """A new connection; the caller closes it."""

    def begin(self, connection: Any) -> None:
        """Opens a writing transaction."""


class SqliteFile:
    """A SQLite file with the settings the house uses."""

    kind = "sqlite"

    def __init__(self, path: Path) -> None:
        self.path = path

    def connect(self) -> sqlite3.Connection:
        connection = sqlite3.connect(self.path, isolation_level=None, timeout=10)
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = FULL")
        return connection

    def begin(self, connection: Any) -> None:
        connection.execute("BEGIN IMMEDIATE")


class PostgresDatabase:
    """An empty PostgreSQL database."""

    kind = "postgresql"

    def __init__(self, url: str) -> None:
        self.url = url

    def connect(self) -> psycopg.Connection[Any]:
        return psycopg.connect(self.url)

    def begin(self, connection: Any) -> None:
        """psycopg begins by itself."""


@contextmanager
def writing(database: Database) -> Iterator[Any]:
    """A connection in a transaction that is committed at the end, or rolled back."""
    connection = database.connect()
    try:
        database.begin(connection)
        yield connection
        connection.commit()
    except BaseException:
        connection.rollback()
        raise
    finally:
        connection.close()


@contextmanager
def reading(database: Database, store: str = "main") -> Iterator[StatementStore]:
    """A store to read from."""
    connection = database.connect()
    try:
        yield StatementStore(connection, store)
    finally:
        connection.close()


def prepare(database: Database) -> Database:
    """The database with the record store's tables."""
    with writing(database) as connection:
        migrate(connection)
    return database


def record(database: Database, built: list[Built], store: str = "main", now: datetime = NOW) -> None:
    """Stores statements in a transaction of their own."""
    with writing(database) as connection:
        StatementStore(connection, store).insert(built, AUTHORITY, now)
