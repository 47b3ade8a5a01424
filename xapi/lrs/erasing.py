"""Takes content out of the record for good, and leaves a chained statement that says so.

The row stays with its place in the chain and the digest that stood for its content; bytes, salt, link rows,
files, and definitions and names that nothing else brought are deleted. With the salt gone the digest proves
nothing about the content to anybody. On SQLite the pages are overwritten (secure_delete); what the write-ahead
log and free pages still hold goes with a checkpoint and VACUUM, which are the caller's affair.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from datetime import datetime
from uuid import UUID, uuid4

from msgspec import UNSET, Struct
from msgspec.json import Encoder

from xapi.errors import InvalidStatement, Tampered, XapiError
from xapi.lrs import attachments, codec, definitions, references, rows
from xapi.lrs.dialect import Dialect
from xapi.lrs.intake import Parcel, take_in
from xapi.lrs.linking import LinkRows, known_numbers, numbers_of
from xapi.lrs.links import Links, links_of
from xapi.lrs.prepared import prepare
from xapi.lrs.references import Graph, Node
from xapi.lrs.rows import StatementRow
from xapi.lrs.terms import ACTIVITY, AGENT, Terms
from xapi.model import Activity, Actor, Context, ContextActivities, Result, Statement, StatementRef
from xapi.statements import Built
from xapi.validate import validate
from xapi.vocabulary import own, tla

_SALT = 16
_PAGE = 200
_CATEGORY = [Activity(id=own.PROFILE)]
_encode = Encoder().encode


class Erased(Struct, frozen=True):
    """One erasure: the statement, its number, the digest of its old content, and the statement that tells."""

    id: UUID
    seq: int
    content_hash: bytes
    told_by: UUID


class Order(Struct, frozen=True):
    """Who has content erased, and why: a code, never anybody's words."""

    by: Actor
    reason: str


def erase(
    dialect: Dialect,
    name: str,
    log: str,
    contents: Mapping[UUID, bytes | None],
    order: Order,
    clock: Callable[[], datetime],
) -> list[Erased]:
    """Puts the contents, or nothing, in the place of those statements; tells of each in a statement.

    Ids that the store does not hold, or holds no more, are passed over.
    """
    place = rows.lock(dialect, name, log)
    eraser = _Eraser(dialect, place)
    found = rows.among(dialect, place.store, [one.bytes for one in contents])
    at = clock()
    done: list[Erased] = []
    told: list[Built] = []
    for statement_id, raw in contents.items():
        row = found.get(statement_id.bytes)
        if row is None or row.raw is None:
            continue
        telling = _telling(statement_id, order, at, eraser.replace(row, raw))
        done.append(Erased(statement_id, row.seq, _old_content(row), telling.id))
        told.append(telling)
    rows.unlock(dialect, place._replace(terms=eraser.last_term))
    parcel = Parcel([prepare(one) for one in told], _encode(order.by).decode())
    take_in(dialect, name, log, [parcel], clock)
    return done


class _Eraser:
    """Erases in one store, within a transaction that holds the lock on its head."""

    def __init__(self, dialect: Dialect, place: rows.Place) -> None:
        self._dialect = dialect
        self._store = place.store
        self._terms = Terms(dialect, place.store, place.terms)

    @property
    def last_term(self) -> int:
        """The highest number given out to a term."""
        return self._terms.last

    def replace(self, row: StatementRow, raw: bytes | None) -> dict[str, str]:
        """Replaces a content, and renews all that was derived from it; returns what is to be told.

        Raises:
            InvalidStatement: the new content may not stand there.
            XapiError: the statement itself tells of an erasure.
            Tampered: the old one cannot be read.
        """
        old = references.node_of(row, self._terms)
        if old is None:
            raise Tampered(f"statement {row.seq} cannot be read: restore a backup before it is erased")
        if old.links.verb == own.ERASED.id:
            raise XapiError(f"statement {row.seq} tells of an erasure and stays as it is")
        kept = set() if raw is None else _files_of(raw, row, old.links)
        self._around(old).delete(self._dialect)
        told = {own.OLD_CONTENT: _old_content(row).hex()} | self._put(row, raw)
        if raw is None:
            told |= self._drop_reference(old)
        new = self._graph().nodes([row.seq])
        numbers_of(self._terms, [node.lent for node in new])
        for node in new:
            self._around(node).write(self._dialect)
        attachments.keep(self._dialect, self._store, row.seq, kept)
        self._drop_definitions(old, [one for node in new for one in definitions.said_by(node.links)])
        self._drop_terms(old.links)
        return told

    def _graph(self) -> Graph:
        """The statements as they are now."""
        return Graph(self._dialect, self._store, self._terms)

    def _around(self, node: Node) -> LinkRows:
        """The link rows of a statement: its own, those lent to it, and those lent by it or through it."""
        graph, found = self._graph(), LinkRows(self._store)
        found.add(node.seq, 0, node.links, known_numbers(self._terms, node.links), node.week)
        graph.lend(found, node, graph.path(node))
        for referrer in graph.referrers([node.id]):
            path = list(graph.path(referrer))
            ids = [one.id for one in path]
            if node.id in ids:
                graph.lend(found, referrer, path[ids.index(node.id) :])
        return found

    def _put(self, row: StatementRow, raw: bytes | None) -> dict[str, str]:
        salt = None if raw is None else os.urandom(_SALT)
        packed = None if raw is None else codec.pack(raw)
        self._dialect.execute(
            "UPDATE lrs_statement SET raw = ?, salt = ?, dictionary = ?, content_hash = ? "
            "WHERE store = ? AND seq = ?",
            [packed, salt, codec.CURRENT, _old_content(row), self._store, row.seq],
        )
        return {} if raw is None or salt is None else {own.NEW_CONTENT: rows.digest(salt, raw).hex()}

    def _drop_reference(self, node: Node) -> dict[str, str]:
        """Forgets whom an erased statement referred to; what it voided stays voided, and that is told."""
        if node.links.refers is None:
            return {}
        if node.links.voids:
            return {own.VOIDED: str(UUID(bytes=node.links.refers))}
        self._dialect.execute(
            "DELETE FROM lrs_reference WHERE store = ? AND target = ? AND seq = ?",
            [self._store, node.links.refers, node.seq],
        )
        return {}

    def _drop_definitions(self, node: Node, kept: list[tuple[str, bytes]]) -> None:
        """Deletes definitions that only this statement brought; others go over to the next that did."""
        for iri, raw in set(definitions.said_by(node.links)).difference(kept):
            number = self._terms.number_of(ACTIVITY, iri)
            if definitions.is_brought_by(self._dialect, self._store, number, raw, node.seq):
                heir = self._next_bringer(number, (iri, raw))
                definitions.hand_over(self._dialect, self._store, number, raw, heir)

    def _next_bringer(self, activity: int, definition: tuple[str, bytes]) -> int | None:
        after, graph = 0, self._graph()
        while found := self._dialect.execute(_ABOUT, [self._store, activity, after, _PAGE]):
            nodes = graph.nodes([seq for (seq,) in found])
            bringers = [node.seq for node in nodes if definition in definitions.said_by(node.links)]
            if bringers:
                return min(bringers)
            after = found[-1][0]
            graph.forget()
        return None

    def _drop_terms(self, links: Links) -> None:
        """Deletes the names of agents and activities that nothing is found by any more."""
        for kind, column, values in (
            (AGENT, "agent", links.agents),
            (ACTIVITY, "activity", links.activities),
        ):
            for value in values:
                number = self._terms.number_of(kind, value)
                used = f"SELECT 1 FROM lrs_statement_{column} WHERE store = ? AND {column} = ? LIMIT 1"  # noqa: S608
                if not self._dialect.execute(used, [self._store, number]):
                    self._terms.delete(kind, value)


_ABOUT = (
    "SELECT seq FROM lrs_statement_activity WHERE store = ? AND activity = ? AND seq > ? AND via = 0 "
    "ORDER BY seq LIMIT ?"
)


def _old_content(row: StatementRow) -> bytes:
    """The digest that stands for the first content in the chain."""
    return row.content() if row.content_hash is None else bytes(row.content_hash)


def _files_of(raw: bytes, row: StatementRow, old: Links) -> set[str]:
    """The hashes of the files that a new content names. Raises InvalidStatement if it may not stand there."""
    view = validate(raw, rows.version_of(row.version))
    new = links_of(view)
    if view.id is not UNSET and view.id.bytes != bytes(row.id):
        raise InvalidStatement("$.id", "redaction", "is not the id of the statement that is redacted")
    if (new.verb, new.refers) != (old.verb, old.refers):
        raise InvalidStatement("$", "redaction", "does or refers to something else than what is redacted")
    return attachments.hashes_of(view)


def _telling(statement_id: UUID, order: Order, at: datetime, told: dict[str, str]) -> Built:
    """The statement that tells of an erasure."""
    statement = Statement(
        id=uuid4(),
        actor=order.by,
        verb=own.ERASED,
        object=StatementRef(object_type="StatementRef", id=statement_id),
        result=Result(extensions={**told, tla.REASON: order.reason}),
        context=Context(context_activities=ContextActivities(category=_CATEGORY)),
        timestamp=at,
    )
    return Built(UUID(str(statement.id)), _encode(statement), statement)
