"""The append-only audit log: every state change, told in the transaction that makes it.

Entries are chained like the statements (xapi/chain.py), and signed checkpoints of the chain are kept where
the database is not. An entry holds ids and codes, never foreign text or a name.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any, NamedTuple

from sqlmodel import Session, col, select

from gleanery.model.record import AuditHead, Entry
from gleanery.model.types import micros
from gleanery.store import Store
from xapi import chain

LOG = "audit"


class Told(NamedTuple):
    """A change to be entered: a dotted action, who did it, what it was done to, and codes in detail."""

    action: str
    actor: str
    subject: str
    detail: Mapping[str, Any]


def append(session: Session, at: datetime, told: list[Told]) -> None:
    """Enter the changes, in order, as the last act before the statements: the head stays locked till commit."""
    if not told:
        return
    head = session.exec(select(AuditHead).with_for_update()).one_or_none() or AuditHead(
        id=1, seq=0, hash=chain.genesis(LOG)
    )
    for one in told:
        entry = Entry(
            seq=head.seq + 1,
            at=at,
            action=one.action,
            actor=one.actor,
            subject=one.subject,
            detail=json.dumps(dict(one.detail), sort_keys=True, separators=(",", ":"), ensure_ascii=False),
            hash=b"",
        )
        entry.hash = chain.entry_hash(head.hash, *_parts(entry))
        head.seq, head.hash = entry.seq, entry.hash
        session.add(entry)
    session.add(head)
    session.flush()


def _parts(entry: Entry) -> tuple[bytes, ...]:
    words = (entry.action, entry.actor, entry.subject, entry.detail)
    return (
        entry.seq.to_bytes(8, "big"),
        micros(entry.at).to_bytes(8, "big"),
        *(word.encode() for word in words),
    )


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
        for entry in self.lines():
            yield chain.Entry(entry.seq, _parts(entry), entry.hash)

    def lines(self, since: int = 0) -> Iterator[Entry]:
        """The entries after number `since`, in order, as they stand."""
        with self._store.read() as session:
            rows = session.exec(
                select(Entry)
                .where(Entry.seq > since)
                .order_by(col(Entry.seq))
                .execution_options(yield_per=1_000)
            )
            yield from rows
