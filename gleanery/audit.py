"""The append-only audit log: every state change, told in the transaction that makes it.

Entries are chained like the statements (xapi/chain.py), and signed checkpoints of the chain are kept where
the database is not. An entry holds ids and codes, never foreign text or a name.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlmodel import Session, col, select

from gleanery.errors import BadInput
from gleanery.model.record import AuditHead, Entry
from gleanery.model.types import micros
from gleanery.store import Store
from xapi import chain
from xapi.bundles import Member

LOG = "audit"
MAX_SEQ = 2**31 - 1
_SALT = 16
_CORRECTION = timedelta(minutes=1)
"""A clock that is set right goes back by less; two writers at once may cross by a moment."""

_PAGE = 2_000
_COLUMNS = (
    col(Entry.seq),
    sa.type_coerce(col(Entry.at), sa.BigInteger),
    col(Entry.action),
    col(Entry.actor),
    col(Entry.subject),
    col(Entry.detail),
    col(Entry.salt),
    col(Entry.hash),
)


class Told(NamedTuple):
    """A change to be entered: a dotted action, who did it, what it was done to, and codes in detail."""

    action: str
    actor: str
    subject: str
    detail: Mapping[str, Any]


class Line(NamedTuple):
    """An entry as it stands, its time in microseconds since 1970."""

    seq: int
    at: int
    action: str
    actor: str
    subject: str
    detail: str
    salt: bytes | None
    hash: bytes


def append(session: Session, at: datetime, told: list[Told]) -> None:
    """Enter the changes, in order, as the last act before the statements: the head stays locked till commit."""
    if not told:
        return
    head = session.exec(select(AuditHead).with_for_update()).one_or_none() or AuditHead(
        id=1, seq=0, hash=chain.genesis(LOG)
    )
    rows = []
    for seq, one in enumerate(told, head.seq + 1):
        line = Line(
            seq, micros(at), one.action, one.actor, one.subject, written(one.detail), os.urandom(_SALT), b""
        )
        line = line._replace(hash=chain.entry_hash(head.hash, *_parts(line)))
        head.seq, head.hash = seq, line.hash
        rows.append({**line._asdict(), "at": at})
    session.add(head)
    session.flush()
    session.connection().execute(sa.insert(Entry), rows)


def written(detail: Mapping[str, Any]) -> str:
    """A detail as it is kept: canonical JSON."""
    return json.dumps(dict(detail), sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def line_of(entry: Entry) -> Line:
    """A row as a line."""
    words = (entry.action, entry.actor, entry.subject, entry.detail)
    return Line(entry.seq, micros(entry.at), *words, entry.salt, entry.hash)


def content(line: Line) -> bytes:
    """What an entry says, as JSON: the bytes whose salted hash is chained."""
    action, actor, subject = map(_quoted, (line.action, line.actor, line.subject))
    return f'{{"action":{action},"actor":{actor},"subject":{subject},"detail":{line.detail}}}'.encode()


def _quoted(word: str) -> str:
    return json.dumps(word, ensure_ascii=False)


def _parts(line: Line) -> tuple[bytes, ...]:
    """What the hash of an entry covers."""
    start = (line.seq.to_bytes(8, "big"), line.at.to_bytes(8, "big"))
    if line.salt is not None:
        return *start, hashlib.sha256(line.salt + content(line)).digest()
    return *start, *(word.encode() for word in (line.action, line.actor, line.subject, line.detail))


class AuditLog:
    """The log as something to be sealed and verified (xapi.chain.Log)."""

    name = LOG

    def __init__(self, store: Store) -> None:
        self._store = store

    def head(self) -> chain.Head:
        """The stored head."""
        with self._store.read() as session:
            head = session.exec(select(AuditHead)).one_or_none()
            return chain.Head(head.seq, head.hash) if head else chain.Head(0, chain.genesis(LOG))

    def entries(self) -> Iterator[chain.Entry]:
        """All entries in order, hashed parts computed anew from what is stored."""
        for line in self.lines():
            yield chain.Entry(line.seq, _recomputed(line), line.hash)

    def members(self, first: int, last: int) -> Iterator[Member]:
        """The entries from number `first` to `last` as a bundle takes them. Raises: BadInput for one of version 0.1."""
        for line in self.lines(first - 1, last):
            if line.salt is None:
                raise BadInput(
                    f"Entry {line.seq} was written by version 0.1, which a bundle cannot prove by itself.",
                    remedy="Choose a later time with --since, or write JSON Lines.",
                )
            said = content(line)
            digest = hashlib.sha256(line.salt + said).digest()
            yield Member(line.seq, line.at, digest, salt=line.salt, content=said)

    def setbacks(self, most: int = 5) -> list[tuple[int, timedelta]]:
        """The first entries dated before the one before them, and by how much: the clock was set back there."""
        at = sa.type_coerce(col(Entry.at), sa.BigInteger)
        dated = sa.select(
            col(Entry.seq), (sa.func.lag(at).over(order_by=col(Entry.seq)) - at).label("back")
        ).subquery()
        query = sa.select(dated).where(dated.c.back > _CORRECTION // timedelta(microseconds=1))
        with self._store.read() as session:
            rows = session.execute(query.order_by(dated.c.seq).limit(most)).all()
        return [(row.seq, timedelta(microseconds=row.back)) for row in rows]

    def lines(self, since: int = 0, until: int = MAX_SEQ, where: Sequence[Any] = ()) -> Iterator[Line]:
        """The entries after number `since` and up to `until` that meet the conditions, in order, as they stand."""
        query = sa.select(*_COLUMNS).where(col(Entry.seq) > since, col(Entry.seq) <= until, *where)
        with self._store.read() as session:
            rows = session.execute(query.order_by(col(Entry.seq)).execution_options(yield_per=_PAGE))
            for row in rows:
                yield Line(*row)


def _recomputed(line: Line) -> tuple[bytes, ...]:
    """The hashed parts of what is stored; values that no entry can have follow from nothing."""
    try:
        return _parts(line)
    except (OverflowError, AttributeError, TypeError, ValueError):
        return (b"unreadable",)
