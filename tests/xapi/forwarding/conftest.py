"""A record and a target to forward it to; the record on both databases."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from secrets import token_urlsafe
from typing import Any

import pytest

from tests.servers import WebServer
from tests.xapi.forwarding.peer import TIMEOUT, Peer
from tests.xapi.records import AUTHORITY, NOW
from xapi.forwarding import Direct, Forwarder, Report, Standing, Target, standing
from xapi.lrs.database import Database
from xapi.lrs.schema import TABLES
from xapi.lrs.store import StatementStore


class Clock:
    """A clock that stands still until it is told to move."""

    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> datetime:
        return self.now

    def move(self, by: timedelta) -> None:
        self.now += by


class Sender:
    """A record with one forwarder, at a clock of its own."""

    def __init__(self, database: Database, target: Target) -> None:
        self.database, self.target, self.clock = database, target, Clock()
        self.chance = 1.0

    def record(self, statements: Sequence[Any], authority: Any = AUTHORITY) -> list[str]:
        """Store statements; their ids in order."""
        with self.database.write() as connection:
            done = StatementStore(connection).insert(statements, authority, self.clock.now)
        return [str(one) for one in done.new]

    def run(self, target: Target | None = None, **how: Any) -> Report:
        """Forward once."""
        forwarder = Forwarder(
            self.database, target or self.target, Direct(TIMEOUT), now=self.clock, chance=lambda: self.chance
        )
        return forwarder.run(**how)

    def standing(self) -> Standing:
        with self.database.read() as connection:
            return standing(connection, self.target.name, self.clock.now)


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    """An empty record, once of each kind."""
    kind = request.param
    address = str(tmp_path / "record.db") if kind == "sqlite" else request.getfixturevalue("record_url")
    made = Database(address)
    if kind == "postgresql":
        with made.write() as connection:
            connection.execute(f"DROP TABLE IF EXISTS {', '.join(TABLES)}")
    made.migrate()
    yield made
    made.close()


@pytest.fixture
def peer(web_server: WebServer) -> Iterator[Peer]:
    made = Peer(web_server)
    yield made
    made.released.set()


@pytest.fixture
def sender(database: Database, peer: Peer) -> Sender:
    return Sender(database, Target("peer", peer.endpoint, "key", token_urlsafe(), batch=10))
