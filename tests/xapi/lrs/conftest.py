"""A database of the record store's own, of each kind."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.xapi.lrs.plain import Clock
from tests.xapi.records import Database as Records
from tests.xapi.records import PostgresDatabase, SqliteFile
from xapi.lrs.committing import Committer
from xapi.lrs.database import Database


@pytest.fixture
def address(database: Records) -> str:
    """Where the empty database of this test is."""
    if isinstance(database, PostgresDatabase):
        return database.url
    assert isinstance(database, SqliteFile)
    return str(database.path)


@pytest.fixture
def opened(address: str) -> Iterator[Database]:
    """The same, opened as the record store opens it."""
    made = Database(address)
    made.migrate()
    yield made
    made.close()


@pytest.fixture
def clock() -> Clock:
    """A clock that is set by the test."""
    return Clock()


@pytest.fixture
def committer(opened: Database, clock: Clock) -> Iterator[Committer]:
    """The writer of the database."""
    made = Committer(opened, clock)
    yield made
    made.close()


@pytest.fixture
def file(tmp_path: Path) -> Iterator[Database]:
    """An empty SQLite file, for what only SQLite does."""
    made = Database(str(tmp_path / "own.db"))
    made.migrate()
    yield made
    made.close()
