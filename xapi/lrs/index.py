"""Whether the index rows of a store are those that its statements call for.

Every index row is reduced to a number under a key of this run; the rows found are added to their statement's
sum and the rows called for are taken off. What is not zero at the end is wrong. Eight bytes a statement.
"""

from __future__ import annotations

import hashlib
import secrets
from array import array
from collections.abc import Iterator
from typing import Any

from xapi.errors import InvalidStatement, Tampered
from xapi.lrs import codec, rows
from xapi.lrs.dialect import Dialect
from xapi.lrs.links import links_of
from xapi.lrs.terms import ACTIVITY, AGENT, VERB, Terms
from xapi.validate import read

_PAGE = 1000
_WORD = 0xFFFFFFFFFFFFFFFF
_INDEXES = (
    "SELECT seq, 'agent', agent, verb, roles FROM lrs_statement_agent "
    "WHERE store = ? AND (agent, seq) > (?, ?) ORDER BY agent, seq LIMIT 1000",
    "SELECT seq, 'activity', activity, verb, roles FROM lrs_statement_activity "
    "WHERE store = ? AND (activity, seq) > (?, ?) ORDER BY activity, seq LIMIT 1000",
)

_IndexRow = tuple[Any, ...]


def fault(dialect: Dialect, store: int, count: int) -> int | None:
    """The first seq whose index rows differ from what its statement calls for; None if none does."""
    sums = array("Q", bytes(8 * (count + 1)))
    key = secrets.randbits(64)
    strangers: list[int] = []
    for found in _found(dialect, store):
        if 0 < found[0] <= count:
            sums[found[0]] = (sums[found[0]] + _number(key, found)) & _WORD
        else:
            strangers.append(found[0])
    for wanted in _wanted(dialect, store, count):
        sums[wanted[0]] = (sums[wanted[0]] - _number(key, wanted)) & _WORD
    return next((seq for seq, left in enumerate(sums) if left), min(strangers, default=None))


def _number(key: int, row: _IndexRow) -> int:
    digest = hashlib.blake2b(repr(row).encode(), digest_size=8, key=key.to_bytes(8, "big")).digest()
    return int.from_bytes(digest, "big")


def _found(dialect: Dialect, store: int) -> Iterator[_IndexRow]:
    for sql in _INDEXES:
        term, seq = 0, 0
        while page := dialect.execute(sql, [store, term, seq]):
            yield from page
            term, seq = page[-1][2], page[-1][0]
    for seq, verb in _pairs(dialect, store):
        yield (seq, "verb", verb)
    for target, seq in dialect.execute("SELECT target, seq FROM lrs_void WHERE store = ?", [store]):
        yield (seq, "void", bytes(target))


def _pairs(dialect: Dialect, store: int) -> Iterator[_IndexRow]:
    seq = 0
    read = "SELECT seq, verb FROM lrs_statement WHERE store = ? AND seq > ? ORDER BY seq LIMIT 1000"
    while page := dialect.execute(read, [store, seq]):
        yield from page
        seq = page[-1][0]


def _wanted(dialect: Dialect, store: int, count: int) -> Iterator[_IndexRow]:
    """The index rows that the statements up to `count` call for. One that cannot be read calls for none."""
    terms = Terms(dialect, store)
    seq = 0
    while page := rows.page(dialect, store, seq, _PAGE):
        for row in page:
            if row.raw is not None and row.seq <= count:
                yield from _of_statement(terms, row.seq, row.dictionary, bytes(row.raw))
        seq = page[-1].seq


def _of_statement(terms: Terms, seq: int, dictionary: int, packed: bytes) -> Iterator[_IndexRow]:
    try:
        links = links_of(read(codec.unpack(dictionary, packed)))
    except (Tampered, InvalidStatement):
        return
    verb = terms.number_of(VERB, links.verb)
    yield (seq, "verb", verb)
    for identity, roles in links.agents.items():
        yield (seq, "agent", terms.number_of(AGENT, identity), verb, roles)
    for iri, roles in links.activities.items():
        yield (seq, "activity", terms.number_of(ACTIVITY, iri), verb, roles)
    if links.voids is not None:
        yield (seq, "void", links.voids)
