"""The embedded record store inside the house's transactions."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from sqlmodel import Session

from gleanery.errors import Conflict
from gleanery.store import Store
from xapi import chain, errors
from xapi.lrs.schema import migrate
from xapi.lrs.store import StatementStore
from xapi.statements import Bridge, Built

STORE = "main"


def _driver(session: Session) -> Any:
    """The DBAPI connection of the session's running transaction (sqlite3 or psycopg)."""
    return session.connection().connection.driver_connection


def prepare_record(store: Store) -> None:
    """Make or upgrade the record's own tables."""
    with store.write() as session:
        migrate(_driver(session))


def insert(session: Session, statements: Sequence[Built], bridge: Bridge, at: datetime) -> int:
    """Store the statements that are not there yet, as the last act of a transaction; returns how many.

    Raises: Conflict where an id is taken by other content.
    """
    if not statements:
        return 0
    session.flush()
    try:
        inserted = StatementStore(_driver(session), STORE).insert(statements, bridge.machine("house"), at)
    except errors.Conflict as error:
        raise Conflict(str(error)) from error
    return len(inserted.new)


@contextmanager
def record(store: Store) -> Iterator[StatementStore]:
    """The statement store, to read from."""
    with store.read() as session:
        yield StatementStore(_driver(session), STORE)


def count(store: Store) -> int:
    """How many statements the record holds."""
    with record(store) as statements:
        return statements.count()


class StatementLog:
    """The statements as something to be sealed and verified (xapi.chain.Log)."""

    name = f"statements:{STORE}"

    def __init__(self, store: Store) -> None:
        self._store = store

    def head(self) -> chain.Head:
        """The stored head."""
        with record(self._store) as statements:
            return statements.head()

    def entries(self) -> Iterator[chain.Entry]:
        """All entries in order."""
        with record(self._store) as statements:
            yield from statements.entries()
