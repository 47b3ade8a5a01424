"""The embedded record store inside the house's transactions."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, NamedTuple
from uuid import UUID

from sqlmodel import Session

from gleanery.errors import Conflict
from gleanery.store import Store
from xapi import chain, errors
from xapi import statements as say
from xapi.lrs import identities
from xapi.lrs.erasing import Erased
from xapi.lrs.query import Stored
from xapi.lrs.schema import migrate
from xapi.lrs.store import StatementStore
from xapi.statements import Bridge, Built
from xapi.validate import read
from xapi.vocabulary import adl

if TYPE_CHECKING:
    from xapi.forwarding import Holder

STORE = "main"


def driver(session: Session) -> Any:
    """The DBAPI connection of the session's running transaction (sqlite3 or psycopg)."""
    return session.connection().connection.driver_connection


def prepare_record(store: Store) -> None:
    """Make or upgrade the record's own tables."""
    with store.write() as session:
        migrate(driver(session))


def server_clock(session: Session) -> Callable[[], datetime]:
    """The clock of the PostgreSQL server: the one that writers on several machines share."""

    def now() -> datetime:
        found: datetime = driver(session).execute("SELECT clock_timestamp()").fetchone()[0]
        return found.astimezone(UTC)

    return now


def insert(
    session: Session, statements: Sequence[Built], bridge: Bridge, clock: Callable[[], datetime]
) -> int:
    """Store the statements that are not there yet, as the last act of a transaction; returns how many.

    Raises: Conflict where an id is taken by other content.
    """
    if not statements:
        return 0
    session.flush()
    try:
        inserted = StatementStore(driver(session), STORE).insert(statements, bridge.machine("house"), clock)
    except errors.Conflict as error:
        raise Conflict(str(error)) from error
    return len(inserted.new)


class Removal(NamedTuple):
    """Statements whose content is to go: of which store, why (a code), and by what machine.

    `redacted` are those that keep a content, with what is to stand there. `due`: when each had to go, so that a
    voiding that is written once more after a restore is the one that targets have; now where it is not given.
    """

    statements: Sequence[UUID]
    reason: str
    machine: str
    store: str = STORE
    redacted: Mapping[UUID, bytes] = MappingProxyType({})
    due: Callable[[Stored], datetime] | None = None


class Emptied(NamedTuple):
    """What was erased or redacted, and which targets may hold it as it was."""

    erased: Erased
    holders: tuple[str, ...]


def erase(
    session: Session, removal: Removal, bridge: Bridge, at: datetime, clock: Callable[[], datetime]
) -> list[Emptied]:
    """Take contents away for good, as the last act of a transaction; those absent are passed over.

    Targets that may hold one are told by a statement that voids it, which forwarding brings to them. What is
    redacted stays valid there as here; its holders are only named.
    """
    if not removal.statements and not removal.redacted:
        return []
    from xapi.forwarding import forgetting

    session.flush()
    connection, by = driver(session), bridge.machine(removal.machine)
    ids = [*removal.statements, *removal.redacted]
    holders = forgetting.holders(connection, ids, store=removal.store)
    forgetting.forget(connection, removal.statements, store=removal.store)
    forgetting.forget_reasons(connection, list(removal.redacted), store=removal.store)
    statements = StatementStore(connection, removal.store)
    due = removal.due or (lambda _: at)
    told = [
        say.voided(bridge, one.id, event=removal.reason, by=by, at=due(one))
        for one in _voidable(statements, holders, removal)
    ]
    statements.insert(told, bridge.machine("house"), clock)
    done = statements.erase(removal.statements, reason=removal.reason, by=by, at=clock)
    for key, raw in removal.redacted.items():
        found = statements.redact(key, raw, reason=removal.reason, by=by, at=clock)
        done += [found] if found is not None else []
    return [Emptied(one, tuple(held.target for held in holders if one.id in held.ids)) for one in done]


def _voidable(statements: StatementStore, holders: Sequence[Holder], removal: Removal) -> Iterator[Stored]:
    """Of what targets hold, that which is erased and not hidden there yet; nothing voids a voiding."""
    held = {key for holder in holders for key in holder.ids}
    found = (statements.get(key) for key in removal.statements if key in held)
    wanted = (one for one in found if one is not None and not one.voided)
    return (one for one in wanted if read(one.raw).verb.id != adl.VOIDED.id)


def stores(session: Session) -> list[str]:
    """The names of the stores: the house's own, and those that keys write into."""
    return identities.stores(driver(session))


@contextmanager
def record(store: Store, name: str = STORE) -> Iterator[StatementStore]:
    """A statement store, the house's own where none is named, to read from."""
    with store.read() as session:
        yield StatementStore(driver(session), name)


def count(store: Store) -> int:
    """How many statements the record holds."""
    with record(store) as statements:
        return statements.count()


class StatementLog:
    """The statements of a store as something to be sealed and verified (xapi.chain.Log)."""

    def __init__(self, store: Store, name: str = STORE) -> None:
        self._store, self.store = store, name
        self.name = f"statements:{name}"

    def head(self) -> chain.Head:
        """The stored head."""
        with record(self._store, self.store) as statements:
            return statements.head()

    def entries(self) -> Iterator[chain.Entry]:
        """All entries in order."""
        with record(self._store, self.store) as statements:
            yield from statements.entries()


def statement_logs(store: Store) -> list[StatementLog]:
    """The logs of all stores, the house's own first: keys may belong to other stores in the same database."""
    with store.read() as session:
        others = [name for name in stores(session) if name != STORE]
    return [StatementLog(store, name) for name in (STORE, *others)]


def statement_log(store: Store, name: str) -> StatementLog | None:
    """The log of this name, empty where its store is not there; None for a name that no such log has."""
    kind, _, of = name.partition(":")
    return StatementLog(store, of) if kind == "statements" and of else None
