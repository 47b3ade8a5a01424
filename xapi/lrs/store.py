"""The statement store: takes statements in, keeps them verbatim and chained, finds them again.

It works on the DBAPI connection of a transaction that the caller owns (sqlite3 or psycopg 3), so that a
statement is kept if and only if the deed it tells of is. Nothing here commits or rolls back.

Ordering: `insert` locks the chain's head, so it belongs at the end of a transaction. On PostgreSQL use the
default isolation (READ COMMITTED): then `seq` is the order of commits. On SQLite begin with BEGIN IMMEDIATE.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any, NamedTuple, Unpack
from uuid import UUID

import msgspec
from msgspec import UnsetType

from xapi import canonical, chain
from xapi.chain import Checkpoint, Entry, Head, Signer
from xapi.errors import Conflict, InvalidStatement, XapiError
from xapi.lrs import index, rows
from xapi.lrs.dialect import dialect_of
from xapi.lrs.links import links_of
from xapi.lrs.query import Filters, Query, Stored, find, select
from xapi.lrs.terms import ACTIVITY, AGENT, AUTHORITY, VERB, Terms
from xapi.model import Actor
from xapi.statements import Built
from xapi.validate import read, validate

__all__ = ["Inserted", "StatementStore", "Stored"]

_PAGE = 1000


class Inserted(NamedTuple):
    """The ids that were written, and those that were there already with equal content; in order."""

    new: tuple[UUID, ...]
    known: tuple[UUID, ...]


class StatementStore:
    """The statements of one store. Make one per transaction; it holds no state that outlives it."""

    def __init__(self, connection: Any, store: str = "main") -> None:
        self._dialect = dialect_of(connection)
        self._store = store
        self._uncommitted = False

    @property
    def name(self) -> str:
        """The name of this store's chain."""
        return f"statements:{self._store}"

    def insert(
        self, statements: Sequence[Built | bytes], authority: Actor | bytes | str, now: datetime
    ) -> Inserted:
        """Stores the statements that are not there yet, each with the next `seq` and a later `stored`.

        `Built` statements are trusted, bytes are validated and must carry their id. `authority`: the agent
        that vouches for them, as an Actor or as its JSON. Repeats with equal content are reported as known.

        Raises:
            InvalidStatement: the first invalid one.
            Conflict: an id is taken by other content.
            XapiError: no transaction is open.
            In all cases nothing was written, and the transaction can go on.
        """
        if not self._dialect.in_transaction():
            raise XapiError("open a transaction before storing statements: BEGIN IMMEDIATE")
        arrived = [_arrive(statement) for statement in statements]
        place = rows.lock(self._dialect, self._store, self.name)
        fresh, known = self._sort_out(place.store, arrived)
        if fresh:
            self._write(place, fresh, _authority(authority), rows.micros(now))
            self._uncommitted = True
        return Inserted(tuple(UUID(bytes=one.id) for one in fresh), tuple(UUID(bytes=one) for one in known))

    def get(self, statement_id: UUID) -> Stored | None:
        """The statement of this id, voided or not; None if there is none."""
        return find(self._dialect, self._store, statement_id)

    def query(self, **filters: Unpack[Filters]) -> list[Stored]:
        """The statements that match all filters, newest first or `ascending`; voided ones only if `voided`.

        `verb` and `activity` are IRIs, `agent` is an Actor; with `related` activities and agents count in
        any place, not as object and actor alone. `since` is exclusive and `until` inclusive, both of the
        time stored; `after_seq` and `before_seq` are exclusive: the last row's seq is the cursor of the
        next page. `limit` is 100 unless told.
        """
        return select(self._dialect, self._store, Query(**filters))

    def count(self) -> int:
        """How many statements were ever stored, voided ones included."""
        return self.head().seq

    def head(self) -> Head:
        """The head of the chain; of an empty store, entry 0 with the genesis hash."""
        found = self._dialect.execute("SELECT seq, hash FROM lrs_head WHERE name = ?", [self._store])
        return Head(found[0][0], bytes(found[0][1])) if found else Head(0, chain.genesis(self.name))

    def entries(self) -> Iterator[Entry]:
        """All entries of the chain with their hashed parts recomputed from what is stored."""
        store = rows.number_of(self._dialect, self._store)
        if store is None:
            return
        terms = Terms(self._dialect, store)
        after = 0
        while page := rows.page(self._dialect, store, after, _PAGE):
            yield from rows.entries(page, terms)
            after = page[-1].seq

    def index_fault(self) -> int | None:
        """The first statement whose index rows are not those of its content; None if all are.

        The chain guards the statements; this guards what finds and hides them. Compare it after the chain
        was verified. An answer beyond the head is a row that belongs to no statement.
        """
        store = rows.number_of(self._dialect, self._store)
        return None if store is None else index.fault(self._dialect, store, self.count())

    def checkpoint(
        self, signer: Signer, *, organisation: str, at: datetime, epoch: int = 1, note: str = ""
    ) -> Checkpoint:
        """A signed checkpoint of the committed head; `chain.seal` also finds the epoch and publishes it.

        Raises:
            XapiError: this transaction has stored statements and is not committed yet.
        """
        if self._uncommitted and self._dialect.in_transaction():
            raise XapiError("commit first: a checkpoint of a statement that is rolled back alarms for ever")
        head = self.head()
        return chain.sign(
            signer,
            organisation=organisation,
            log=self.name,
            epoch=epoch,
            seq=head.seq,
            head=head.hash,
            at=at,
            note=note,
        )

    def _sort_out(self, store: int, arrived: list[rows.Arrived]) -> tuple[list[rows.Arrived], list[bytes]]:
        """Separates what is new from the ids that are known, within the batch too. Raises Conflict."""
        held = rows.among(self._dialect, store, [one.id for one in arrived])
        fresh: list[rows.Arrived] = []
        known: list[bytes] = []
        for one in arrived:
            before = held.get(one.id)
            if before is None:
                held[one.id] = one.raw
                fresh.append(one)
            elif before == one.raw or canonical.same(before, one.raw):
                known.append(one.id)
            else:
                raise Conflict(UUID(bytes=one.id))
        return fresh, known

    def _write(self, place: rows.Place, fresh: list[rows.Arrived], authority: str, now: int) -> None:
        terms = Terms(self._dialect, place.store, place.terms)
        numbers = rows.Numbers(
            terms.numbers_of(AUTHORITY, [authority])[authority],
            terms.numbers_of(VERB, {one.links.verb for one in fresh}),
            terms.numbers_of(AGENT, set().union(*[one.links.agents for one in fresh])),
            terms.numbers_of(ACTIVITY, set().union(*[one.links.activities for one in fresh])),
        )
        after = rows.write(self._dialect, place, fresh, numbers, authority.encode(), now)
        rows.unlock(self._dialect, after._replace(terms=terms.last))


def _arrive(statement: Built | bytes) -> rows.Arrived:
    if isinstance(statement, Built):
        view = statement.view or read(statement.raw)
        return rows.Arrived(statement.id.bytes, statement.raw, links_of(view))
    view = validate(statement)
    if isinstance(view.id, UnsetType):
        raise InvalidStatement("$.id", "id-required", "a statement handed to the store carries its id")
    return rows.Arrived(view.id.bytes, bytes(statement), links_of(view))


def _authority(authority: Actor | bytes | str) -> str:
    if isinstance(authority, Actor):
        return msgspec.json.encode(authority).decode()
    return authority if isinstance(authority, str) else authority.decode()
