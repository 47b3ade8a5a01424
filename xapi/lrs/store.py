"""The statement store: takes statements in, keeps them verbatim and chained, finds them again.

It works on the DBAPI connection of a transaction that the caller owns (sqlite3 or psycopg 3), so that a
statement is kept if and only if the deed it tells of is. Nothing here commits or rolls back.

Ordering: `insert` locks the chain's head, so it belongs at the end of a transaction. On PostgreSQL use the
default isolation (READ COMMITTED): then `seq` is the order of commits. On SQLite begin with BEGIN IMMEDIATE.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from typing import Any, Unpack
from uuid import UUID

import msgspec

from xapi import chain
from xapi.chain import Checkpoint, Entry, Head, Signer
from xapi.errors import Conflict, InvalidStatement, XapiError
from xapi.lrs import attachments, definitions, erasing, index, rows
from xapi.lrs.attachments import Attached
from xapi.lrs.dialect import dialect_of
from xapi.lrs.erasing import Erased
from xapi.lrs.erasures import Erasures
from xapi.lrs.intake import Inserted, Parcel, take_in
from xapi.lrs.links import actors_in, identity_of
from xapi.lrs.prepared import Prepared, prepare
from xapi.lrs.query import Filters, Query, Stored, counted, find, select
from xapi.lrs.terms import Terms
from xapi.model import Actor
from xapi.statements import Built
from xapi.validate import read, validate

__all__ = ["Attached", "Inserted", "Prepared", "StatementStore", "Stored", "prepare"]

_PAGE = 1000
_NAMES_FROM = 50


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
        self,
        statements: Sequence[Built | bytes | Prepared],
        authority: Actor | bytes | str,
        now: datetime | Callable[[], datetime],
    ) -> Inserted:
        """Stores the statements that are not there yet, each with the next `seq` and a later `stored`.

        `Built` statements are trusted, bytes are validated and must carry their id. `authority`: the agent
        that vouches for them, as an Actor or as its JSON. Repeats with equal content are reported as known.
        `now`: a clock is read under the lock; a time that was read before may be older than a promise that
        was made meanwhile (`Committer.consistent_through`).

        Raises:
            InvalidStatement: the first invalid one.
            Conflict: an id is taken by other content.
            XapiError: no transaction is open.
            In all cases nothing was written, and the transaction can go on.
        """
        vouched = authority_text(authority)
        parcel = Parcel([_ready(statement) for statement in statements], vouched)
        outcome = self.insert_parcels([parcel], now if callable(now) else lambda: now)[0]
        if isinstance(outcome, Conflict):
            raise outcome
        return outcome

    def insert_parcels(
        self, parcels: Sequence[Parcel], clock: Callable[[], datetime]
    ) -> list[Inserted | Conflict]:
        """Stores several senders' statements at once, each sender's all or none; see `insert`."""
        if not self._dialect.in_transaction():
            raise XapiError("open a transaction before storing statements: BEGIN IMMEDIATE")
        outcomes = take_in(self._dialect, self._store, self.name, parcels, clock)
        self._uncommitted = self._uncommitted or any(
            isinstance(one, Inserted) and one.new for one in outcomes
        )
        return outcomes

    def get(self, statement_id: UUID) -> Stored | None:
        """The statement of this id, voided or not; None if there is none or it was erased."""
        return find(self._dialect, self._store, statement_id)

    def get_voided(self, statement_id: UUID) -> Stored | None:
        """The statement of this id if it is voided, else None."""
        found = self.get(statement_id)
        return found if found is not None and found.voided else None

    def query(self, **filters: Unpack[Filters]) -> list[Stored]:
        """The statements that match all filters, newest first or `ascending`; voided ones only if `voided`.

        `verb` and `activity` are IRIs, `agent` is an Actor; with `related_activities` and `related_agents` (or
        `related` for both) they count in any place, not as object and actor alone. A statement whose object
        is a reference matches also if the statement referred to does. `authority` keeps to those that this
        agent vouched for. `since` is exclusive and `until` inclusive, both of the time stored; `after_seq`
        and `before_seq` are exclusive: the last row's seq is the cursor of the next page. `limit` is 100
        unless told. Statements of the verbs `without` are left out.
        """
        return select(self._dialect, self._store, Query(**filters))

    def count_matching(self, most: int, **filters: Unpack[Filters]) -> int:
        """How many statements match, counted up to `most`; see `query`."""
        return counted(self._dialect, self._store, Query(**filters), most)

    def definition(self, activity: str) -> bytes | None:
        """All that statements ever said of an activity, merged into one JSON object; None if nothing."""
        store = rows.number_of(self._dialect, self._store)
        return None if store is None else definitions.merged(self._dialect, store, activity)

    def agent_names(self, agent: Actor) -> list[str]:
        """The names that the newest statements about an agent give it, the newest first."""
        identity = identity_of(agent)
        names: dict[str, None] = {}
        for row in self.query(agent=agent, related_agents=True, limit=_NAMES_FROM):
            named = (actor for actor in actors_in(read(row.raw)) if identity_of(actor) == identity)
            names.update((actor.name, None) for actor in named if isinstance(actor.name, str))
        return list(names)

    def attachments_of(self, seqs: Sequence[int]) -> Iterator[Attached]:
        """The attachments of these statements, each file once: hash, media type, length and bytes."""
        store = rows.number_of(self._dialect, self._store)
        return iter(()) if store is None else attachments.of(self._dialect, store, seqs)

    def attachment(self, sha2: str) -> Attached | None:
        """The attachment whose bytes have this SHA-2 (hex), None if no statement has one."""
        store = rows.number_of(self._dialect, self._store)
        return None if store is None else attachments.find(self._dialect, store, bytes.fromhex(sha2))

    def erase(
        self, ids: Sequence[UUID], *, reason: str, by: Actor, at: datetime | Callable[[], datetime]
    ) -> list[Erased]:
        """Deletes the content of these statements and all that was derived from it; see `erasing`.

        Each erasure is itself a chained statement by `by`. `reason`: a code. Unknown and erased ids are passed
        over. What an erased statement voided stays voided.

        Raises:
            Tampered: a statement cannot be read.
        """
        return self._erase(dict.fromkeys(ids), erasing.Order(by, reason), at)

    def redact(
        self,
        statement_id: UUID,
        raw: bytes,
        *,
        reason: str,
        by: Actor,
        at: datetime | Callable[[], datetime],
    ) -> Erased | None:
        """Puts another content in the place of a statement's, as `erase`; None if there is none to replace.

        Raises:
            InvalidStatement: the new content is not valid, or has another id, verb or reference.
            Tampered: the statement cannot be read.
        """
        return next(iter(self._erase({statement_id: raw}, erasing.Order(by, reason), at)), None)

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
        erasures = Erasures(self._dialect, store, terms)
        after = 0
        while page := rows.page(self._dialect, store, after, _PAGE):
            yield from rows.entries(page, terms, erasures.covers)
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

    def _erase(
        self,
        contents: dict[UUID, bytes | None],
        order: erasing.Order,
        at: datetime | Callable[[], datetime],
    ) -> list[Erased]:
        if not self._dialect.in_transaction():
            raise XapiError("open a transaction before erasing statements: BEGIN IMMEDIATE")
        self._uncommitted = True
        clock = at if callable(at) else lambda: at
        return erasing.erase(self._dialect, self._store, self.name, contents, order, clock)


def authority_text(authority: Actor | bytes | str) -> str:
    """The JSON of an agent that vouches for statements."""
    if isinstance(authority, Actor):
        return msgspec.json.encode(authority).decode()
    return authority if isinstance(authority, str) else authority.decode()


def _ready(statement: Built | bytes | Prepared) -> Prepared:
    if isinstance(statement, Prepared):
        return statement
    if isinstance(statement, Built):
        return prepare(statement)
    view = validate(statement)
    if view.id is msgspec.UNSET:
        raise InvalidStatement("$.id", "id-required", "a statement handed to the store carries its id")
    return prepare(statement, view=view)
