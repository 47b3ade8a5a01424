"""Statements as rows: locking the chain's head, writing after it, reading back."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import NamedTuple

from msgspec import Struct

from xapi.chain import Entry, entry_hash, genesis
from xapi.errors import Tampered, XapiError
from xapi.lrs import codec
from xapi.lrs.dialect import Dialect
from xapi.lrs.links import Links
from xapi.lrs.terms import Terms

_SALT = 16
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class Arrived(Struct, frozen=True, gc=False):
    """A valid statement on its way in."""

    id: bytes
    raw: bytes
    links: Links


class Numbers(NamedTuple):
    """The numbers of the terms that a batch of statements uses."""

    authority: int
    verbs: dict[str, int]
    agents: dict[str, int]
    activities: dict[str, int]


class Place(NamedTuple):
    """The head row of a store: its number, the last entry, and the last interned term."""

    store: int
    seq: int
    stored: int
    hash: bytes
    terms: int


class StatementRow(NamedTuple):
    """What of a stored statement enters its chain."""

    seq: int
    id: bytes
    stored: int
    authority: int
    dictionary: int
    hash: bytes
    content_hash: bytes | None
    salt: bytes | None
    raw: bytes | None


def micros(at: datetime) -> int:
    """Microseconds since 1970 of an aware time."""
    if at.tzinfo is None:
        raise XapiError("the store needs an aware time")
    passed = at - _EPOCH
    return (passed.days * 86_400 + passed.seconds) * 1_000_000 + passed.microseconds


def number_of(dialect: Dialect, name: str) -> int | None:
    """The number of a store, None before its first statement."""
    found = dialect.execute("SELECT store FROM lrs_head WHERE name = ?", [name])
    return int(found[0][0]) if found else None


def lock(dialect: Dialect, name: str, log: str) -> Place:
    """The head row of a store, locked until the end of the transaction; made if there is none."""
    found = dialect.locked_head(name)
    if found:
        store, seq, stored, head, terms = found[0]
        return Place(store, seq, stored, bytes(head), terms)
    dialect.lock_heads()
    dialect.execute(
        "INSERT INTO lrs_head (store, name, seq, stored, hash, terms) "
        "SELECT COALESCE(max(store), 0) + 1, ?, 0, 0, ?, 0 FROM lrs_head WHERE true "
        "ON CONFLICT (name) DO NOTHING",
        [name, genesis(log)],
    )
    return lock(dialect, name, log)


def unlock(dialect: Dialect, place: Place) -> None:
    """Writes the new head; the lock itself ends with the caller's transaction."""
    dialect.execute(
        "UPDATE lrs_head SET seq = ?, stored = ?, hash = ?, terms = ? WHERE store = ?",
        [place.seq, place.stored, place.hash, place.terms, place.store],
    )


def among(dialect: Dialect, store: int, ids: list[bytes]) -> dict[bytes, bytes]:
    """The received bytes of those ids that are stored."""
    found = dialect.rows_among(
        "SELECT id, dictionary, raw FROM lrs_statement WHERE store = ? AND id IN", [store], ids
    )
    return {bytes(key): codec.unpack(version, bytes(raw)) for key, version, raw in found}


def write(
    dialect: Dialect, place: Place, fresh: list[Arrived], numbers: Numbers, authority: bytes, now: int
) -> Place:
    """Writes statements and links behind the head; returns the new head, not yet written."""
    store, seq, stored, head, _ = place
    stored = max(stored, now - 1)
    salts = os.urandom(_SALT * len(fresh))
    statements = []
    for position, one in enumerate(fresh):
        seq, stored = seq + 1, stored + 1
        salt = salts[position * _SALT : (position + 1) * _SALT]
        key = one.id
        content = hashlib.sha256(salt + one.raw).digest()
        head = entry_hash(head, *parts(seq, key, stored, authority, content))
        verb = numbers.verbs[one.links.verb]
        packed = codec.pack(one.raw)
        statements.append(
            (store, seq, key, stored, verb, numbers.authority, codec.CURRENT, head, salt, packed)
        )
    dialect.insert("lrs_statement", _STATEMENT, statements)
    _write_links(dialect, place, fresh, numbers)
    return place._replace(seq=seq, stored=stored, hash=head)


_STATEMENT = ("store", "seq", "id", "stored", "verb", "authority", "dictionary", "hash", "salt", "raw")


def _write_links(dialect: Dialect, place: Place, fresh: list[Arrived], numbers: Numbers) -> None:
    """Writes the index rows, in the order of the indexes."""
    store, seq = place.store, place.seq
    agents, activities, voids = [], [], []
    for one in fresh:
        seq += 1
        links = one.links
        verb = numbers.verbs[links.verb]
        for identity, roles in links.agents.items():
            agents.append((store, numbers.agents[identity], seq, verb, roles))
        for iri, roles in links.activities.items():
            activities.append((store, numbers.activities[iri], seq, verb, roles))
        if links.voids is not None:
            voids.append((store, links.voids, seq))
    dialect.insert("lrs_statement_agent", ("store", "agent", "seq", "verb", "roles"), sorted(agents))
    dialect.insert(
        "lrs_statement_activity", ("store", "activity", "seq", "verb", "roles"), sorted(activities)
    )
    dialect.insert("lrs_void", ("store", "target", "seq"), voids)


def parts(seq: int, statement_id: bytes, stored: int, authority: bytes, content: bytes) -> tuple[bytes, ...]:
    """What an entry's hash covers; `content` is sha256(salt + received bytes)."""
    return seq.to_bytes(8, "big"), statement_id, stored.to_bytes(8, "big"), authority, content


def page(dialect: Dialect, store: int, after: int, limit: int) -> list[StatementRow]:
    """The next rows of the chain."""
    found = dialect.execute(
        f"SELECT {', '.join(StatementRow._fields)} FROM lrs_statement "  # noqa: S608 - our own column names
        "WHERE store = ? AND seq > ? ORDER BY seq LIMIT ?",
        [store, after, limit],
    )
    return [StatementRow(*row) for row in found]


def entries(rows: list[StatementRow], terms: Terms) -> Iterator[Entry]:
    """The rows as entries of a chain. One whose content cannot be read follows from nothing."""
    for row in rows:
        try:
            vouched = terms.authority(row.authority).encode()
            recomputed = parts(row.seq, bytes(row.id), row.stored, vouched, _content(row))
        except (Tampered, OverflowError):
            recomputed = (b"unreadable",)
        yield Entry(row.seq, recomputed, bytes(row.hash))


def _content(row: StatementRow) -> bytes:
    if row.raw is None or row.salt is None:
        raise Tampered(f"statement {row.seq} has lost its content")
    return hashlib.sha256(bytes(row.salt) + codec.unpack(row.dictionary, bytes(row.raw))).digest()
