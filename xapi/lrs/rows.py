"""Statements as rows: locking the chain's head, writing after it, reading back."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

from msgspec import Struct

from xapi.chain import Entry, entry_hash, genesis
from xapi.errors import Tampered, XapiError
from xapi.lrs import codec
from xapi.lrs.dialect import Dialect
from xapi.lrs.links import Links
from xapi.lrs.prepared import Prepared
from xapi.lrs.terms import Terms
from xapi.model import Version

_SALT = 16
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_FAMILIES: dict[int, Version] = {1: "1.0.3", 2: "2.0.0"}


class Fresh(Struct, gc=False):
    """A statement that is about to be stored, with its place in the order and who vouches for it."""

    seq: int
    id: bytes
    links: Links
    prepared: Prepared
    authority: str
    defines: bool


class Place(NamedTuple):
    """The head row of a store: its number, the last entry, and the last interned term."""

    store: int
    seq: int
    stored: int
    hash: bytes
    terms: int


class StatementRow(NamedTuple):
    """A stored statement, as the chain and the index see it."""

    seq: int
    id: bytes
    stored: int
    verb: int
    authority: int
    version: int
    dictionary: int
    hash: bytes
    content_hash: bytes | None
    salt: bytes | None
    raw: bytes | None

    def unpacked(self) -> bytes:
        """The received bytes. Raises Tampered if they are not there or not ours."""
        if self.raw is None or self.salt is None:
            raise Tampered(f"statement {self.seq} has lost its content")
        return codec.unpack(self.dictionary, bytes(self.raw))

    def content(self) -> bytes:
        """The digest of the salt and the received bytes. Raises Tampered as `unpacked`."""
        return digest(bytes(self.salt or b""), self.unpacked())


COLUMNS = ", ".join(f"s.{column}" for column in StatementRow._fields)


def micros(at: datetime) -> int:
    """Microseconds since 1970 of an aware time."""
    if at.tzinfo is None:
        raise XapiError("the store needs an aware time")
    passed = at - _EPOCH
    return (passed.days * 86_400 + passed.seconds) * 1_000_000 + passed.microseconds


def moment(at: int) -> datetime:
    """The time of so many microseconds since 1970."""
    return _EPOCH + timedelta(microseconds=at)


def version_of(family: int) -> Version:
    """The version by which a family is named."""
    return _FAMILIES[family]


def digest(salt: bytes, raw: bytes) -> bytes:
    """What stands for the received bytes in the chain."""
    return hashlib.sha256(salt + raw).digest()


def number_of(dialect: Dialect, name: str) -> int | None:
    """The number of a store, None before its first statement."""
    found = dialect.execute("SELECT store FROM lrs_head WHERE name = ?", [name])
    return int(found[0][0]) if found else None


def last_stored(dialect: Dialect, name: str) -> int:
    """When the last statement of a store was stored, in microseconds since 1970; 0 before the first."""
    found = dialect.execute("SELECT stored FROM lrs_head WHERE name = ?", [name])
    return int(found[0][0]) if found else 0


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


def among(dialect: Dialect, store: int, ids: list[bytes]) -> dict[bytes, StatementRow]:
    """The rows of those ids that are stored."""
    found = dialect.rows_among(
        f"SELECT {COLUMNS} FROM lrs_statement s WHERE s.store = ? AND s.id IN",  # noqa: S608 - our own names
        [store],
        ids,
    )
    return {bytes(row[1]): StatementRow(*row) for row in found}


def write(
    dialect: Dialect,
    place: Place,
    fresh: list[Fresh],
    verbs: Mapping[str, int],
    authorities: Mapping[str, int],
    now: int,
) -> Place:
    """Writes the statements behind the head; returns the new head, not yet written.

    `fresh` goes on from the head without gaps; each gets a later `stored` than the one before.
    """
    store, _, stored, head, _ = place
    stored = max(stored, now - 1)
    salts = os.urandom(_SALT * len(fresh))
    vouched = {authority: authority.encode() for authority in authorities}
    rows = []
    for position, one in enumerate(fresh):
        stored += 1
        seq, key, prepared = one.seq, one.id, one.prepared
        verb = verbs[one.links.verb]
        salt = salts[position * _SALT : (position + 1) * _SALT]
        content = digest(salt, prepared.raw)
        head = entry_hash(head, *parts(seq, key, stored, vouched[one.authority], content, prepared.family))
        number = authorities[one.authority]
        rows.append(
            (
                store,
                seq,
                key,
                stored,
                verb,
                number,
                codec.CURRENT,
                head,
                salt,
                prepared.packed,
                prepared.family,
            )
        )
    dialect.insert("lrs_statement", _STATEMENT, rows)
    return place._replace(seq=place.seq + len(fresh), stored=stored, hash=head)


_STATEMENT = (
    *("store", "seq", "id", "stored", "verb", "authority", "dictionary", "hash", "salt", "raw"),
    "version",
)


def parts(
    seq: int, statement_id: bytes, stored: int, authority: bytes, content: bytes, family: int = 1
) -> tuple[bytes, ...]:
    """What an entry's hash covers; `content` is sha256(salt + received bytes). The first family goes unsaid."""
    told = (seq.to_bytes(8, "big"), statement_id, stored.to_bytes(8, "big"), authority, content)
    return told if family == 1 else (*told, _FAMILIES[family].encode())


def page(dialect: Dialect, store: int, after: int, limit: int) -> list[StatementRow]:
    """The next rows of the chain."""
    found = dialect.execute(
        f"SELECT {COLUMNS} FROM lrs_statement s "  # noqa: S608 - our own column names
        "WHERE s.store = ? AND s.seq > ? ORDER BY s.seq LIMIT ?",
        [store, after, limit],
    )
    return [StatementRow(*row) for row in found]


def entries(
    rows: list[StatementRow], terms: Terms, is_covered: Callable[[StatementRow], bool]
) -> Iterator[Entry]:
    """The rows as entries of a chain. One whose content cannot be read follows from nothing.

    Nor does one whose content is gone or changed, unless an erasure covers that.
    """
    for row in rows:
        try:
            vouched = terms.authority(row.authority).encode()
            content = row.content() if row.content_hash is None else bytes(row.content_hash)
            if row.content_hash is not None and not is_covered(row):
                raise Tampered(f"statement {row.seq} has lost its content without an erasure")
            recomputed = parts(row.seq, bytes(row.id), row.stored, vouched, content, row.version)
        except (Tampered, OverflowError, KeyError):
            recomputed = (b"unreadable",)
        yield Entry(row.seq, recomputed, bytes(row.hash))
