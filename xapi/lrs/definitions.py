"""What statements say activities are: every different definition once, merged when it is asked for."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from functools import lru_cache

from msgspec import Raw
from msgspec.json import Decoder, Encoder

from xapi.lrs import codec
from xapi.lrs.dialect import Dialect
from xapi.lrs.links import Links
from xapi.lrs.terms import ACTIVITY, Terms
from xapi.model import Definition
from xapi.strict_json import write as write_json

_MOST = 500
_DIGEST = 8
_REMEMBER = 1024
"""Many activities share a definition that only tells their type."""

_members = Decoder(dict[str, Raw]).decode
_encode = Encoder().encode
_COLUMNS = ("store", "activity", "digest", "seq", "dictionary", "raw")


def write(
    dialect: Dialect,
    store: int,
    brought: Iterable[tuple[int, Links]],
    activities: Mapping[str, int],
    known: int,
) -> None:
    """Stores the definitions that are new, of statements in order; activities numbered after `known` have none."""
    rows: dict[tuple[int, int], tuple[int, bytes]] = {}
    last: dict[str, Definition] = {}
    for seq, links in brought:
        for iri, definition in links.definitions:
            before = last.get(iri)
            if before is not definition and before != definition:  # quicker than writing it again
                last[iri] = definition
                raw = write_json(definition)
                rows.setdefault((activities[iri], digest_of(raw)), (seq, raw))
    old = [key for key in rows if key[0] <= known]
    for activity, digest in dialect.pairs_among("lrs_definition", ("activity", "digest"), store, old):
        del rows[activity, digest]
    new = [(store, *key, seq, codec.CURRENT, _pack(raw)) for key, (seq, raw) in sorted(rows.items())]
    dialect.insert("lrs_definition", _COLUMNS, new)


def merged(dialect: Dialect, store: int, iri: str) -> bytes | None:
    """All that was ever said of an activity as one JSON object, of two answers the later; None if nothing.

    The maps in it are merged by their keys. Of very many definitions the last five hundred count.
    """
    found = dialect.execute(
        "SELECT dictionary, raw FROM lrs_definition WHERE store = ? AND activity = ? "
        "ORDER BY seq DESC, digest LIMIT ?",
        [store, Terms(dialect, store).number_of(ACTIVITY, iri), _MOST],
    )
    if not found:
        return None
    whole: dict[str, Raw | dict[str, Raw]] = {}
    for dictionary, raw in reversed(found):
        for name, value in _members(codec.unpack(dictionary, bytes(raw))).items():
            before = whole.get(name, {})
            if isinstance(before, dict) and bytes(value).startswith(b"{"):
                whole[name] = before | _members(value)
            else:
                whole[name] = value
    return _encode(whole)


def said_by(links: Links) -> list[tuple[str, bytes]]:
    """What a statement says of activities: each with the JSON of its definition."""
    return [(iri, write_json(definition)) for iri, definition in links.definitions]


def is_brought_by(dialect: Dialect, store: int, activity: int, raw: bytes, seq: int) -> bool:
    """Says whether this statement was the first to bring a definition."""
    sql = "SELECT 1 FROM lrs_definition WHERE store = ? AND activity = ? AND digest = ? AND seq = ?"
    return bool(dialect.execute(sql, [store, activity, digest_of(raw), seq]))


def hand_over(dialect: Dialect, store: int, activity: int, raw: bytes, seq: int | None) -> None:
    """Says that another statement brought a definition; where none did, it is deleted."""
    key = "WHERE store = ? AND activity = ? AND digest = ?"
    if seq is None:
        dialect.execute(f"DELETE FROM lrs_definition {key}", [store, activity, digest_of(raw)])  # noqa: S608
    else:
        sql = f"UPDATE lrs_definition SET seq = ? {key}"  # noqa: S608 - our own words
        dialect.execute(sql, [seq, store, activity, digest_of(raw)])


_pack = lru_cache(maxsize=_REMEMBER)(codec.pack)


@lru_cache(maxsize=_REMEMBER)
def digest_of(raw: bytes) -> int:
    """The number that tells the definitions of one activity apart."""
    return int.from_bytes(hashlib.blake2b(raw, digest_size=_DIGEST).digest(), "big", signed=True)
