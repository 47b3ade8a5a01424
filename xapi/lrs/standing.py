"""Where one statement stands in the chain: what an auditor wants to know of it, also where it was erased."""

from __future__ import annotations

from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from xapi.chain import genesis
from xapi.lrs import rows
from xapi.lrs.dialect import Dialect, dialect_of
from xapi.lrs.erasures import Erasures
from xapi.lrs.rows import COLUMNS, StatementRow
from xapi.lrs.terms import Terms
from xapi.walk import entry_hash


class Standing(NamedTuple):
    """A statement as an entry of its store's chain.

    `previous` is the hash of the entry before it; `follows` says whether its own hash follows from that and from
    what is stored now. `is_erased`: its content is gone for good, its place in the chain is not.
    """

    seq: int
    id: UUID
    stored: datetime
    hash: bytes
    previous: bytes
    follows: bool
    is_erased: bool


def standing(connection: Any, store: str, statement_id: UUID) -> Standing | None:
    """How a statement stands in the chain, None where there never was one of this id.

    Works in the caller's transaction (sqlite3 or psycopg 3 connection).
    """
    dialect = dialect_of(connection)
    number = rows.number_of(dialect, store)
    if number is None:
        return None
    row = rows.among(dialect, number, [statement_id.bytes]).get(statement_id.bytes)
    if row is None:
        return None
    previous = _hash_of(dialect, number, store, row.seq - 1)
    return Standing(
        seq=row.seq,
        id=statement_id,
        stored=rows.moment(row.stored),
        hash=bytes(row.hash),
        previous=previous,
        follows=_follow(dialect, number, [row], previous) == bytes(row.hash),
        is_erased=row.raw is None,
    )


def leads_to(connection: Any, store: str, first: Standing, last: int, most: int) -> bytes | None:
    """The hash of entry `last` as it follows from this entry, step by step; None where it does not.

    At most so many entries are followed: None also where there are more.
    """
    dialect = dialect_of(connection)
    number = rows.number_of(dialect, store)
    if number is None or last - first.seq > most or not first.follows:
        return None
    between = rows.page(dialect, number, first.seq, last - first.seq)
    if [row.seq for row in between] != list(range(first.seq + 1, last + 1)):
        return None
    return _follow(dialect, number, between, first.hash)


def _follow(dialect: Dialect, number: int, between: list[StatementRow], previous: bytes) -> bytes | None:
    """The hash at the end of these entries, None where one does not follow from the one before."""
    terms = Terms(dialect, number)
    is_whole = all(row.content_hash is None for row in between)
    covers = (lambda _: False) if is_whole else Erasures(dialect, number, terms).covers
    for entry in rows.entries(between, terms, covers):
        if entry_hash(previous, *entry.parts) != entry.hash:
            return None
        previous = entry.hash
    return previous


def _hash_of(dialect: Dialect, number: int, store: str, seq: int) -> bytes:
    found = dialect.execute(
        f"SELECT {COLUMNS} FROM lrs_statement s WHERE s.store = ? AND s.seq = ?",  # noqa: S608 - our own names
        [number, seq],
    )
    return bytes(StatementRow(*found[0]).hash) if found else genesis(f"statements:{store}")
