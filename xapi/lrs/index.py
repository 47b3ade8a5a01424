"""Whether what is derived from the statements of a store is what they call for: link rows, references, files.

Every row is reduced to a number under a key of this run; the rows found are added to their statement's sum and
the rows called for are taken off. What is not zero at the end is wrong. Eight bytes a statement.
"""

from __future__ import annotations

import hashlib
import secrets
from array import array
from collections.abc import Iterator
from functools import partial
from itertools import islice
from typing import Any

from xapi.errors import InvalidStatement, Tampered
from xapi.lrs import attachments, definitions, rows
from xapi.lrs.dialect import Dialect
from xapi.lrs.erasures import Erasures
from xapi.lrs.linking import LinkRows, known_numbers
from xapi.lrs.references import Graph, Node, node_of
from xapi.lrs.terms import ACTIVITY, VERB, Terms
from xapi.validate import read

_PAGE = 1000
_WORD = 0xFFFFFFFFFFFFFFFF
_TABLES = (
    ("verb", "verb", "week"),
    ("agent", "agent", "verb, roles"),
    ("activity", "activity", "verb, roles"),
    ("registration", "registration", "verb"),
)

_IndexRow = tuple[Any, ...]


def fault(dialect: Dialect, store: int, count: int) -> int | None:
    """The first seq of which something derived differs from what its statement calls for; None if nothing."""
    sums = array("Q", bytes(8 * (count + 1)))
    key = secrets.token_bytes(8)
    strangers: list[int] = []
    for found in _found(dialect, store):
        if 0 < found[0] <= count:
            sums[found[0]] = (sums[found[0]] + _number(key, found)) & _WORD
        else:
            strangers.append(found[0])
    terms = Terms(dialect, store)
    graph = Graph(dialect, store, terms)
    for wanted in _wanted(dialect, store, count, graph, terms):
        sums[wanted[0]] = (sums[wanted[0]] - _number(key, wanted)) & _WORD
    strangers += _brought_by_none(dialect, store, graph, terms)
    strangers += [seq for seq, left in enumerate(sums) if left][:1]
    return min(strangers, default=None)


def _number(key: bytes, row: _IndexRow) -> int:
    digest = hashlib.blake2b(repr(row).encode(), digest_size=8, key=key).digest()
    return int.from_bytes(digest, "big")


def _found(dialect: Dialect, store: int) -> Iterator[_IndexRow]:
    for table, term, more in _TABLES:
        for row in _all(dialect, store, f"lrs_statement_{table}", f"seq, via, {term}, {more}"):
            yield (row[0], table, *[_plain(value) for value in row[1:]])
    for seq, verb in _all(dialect, store, "lrs_statement", "seq, verb"):
        yield (seq, "statement", verb)
    for seq, target, voids in _all(dialect, store, "lrs_reference", "seq, target, voids"):
        yield (seq, "reference", bytes(target), voids)


def _all(dialect: Dialect, store: int, table: str, columns: str) -> Iterator[_IndexRow]:
    """All rows of a store's table, without holding them at once."""
    return dialect.stream(f"SELECT {columns} FROM {table} WHERE store = ?", [store])  # noqa: S608


def _plain(value: Any) -> Any:
    return value if isinstance(value, int) else bytes(value)


def _wanted(dialect: Dialect, store: int, count: int, graph: Graph, terms: Terms) -> Iterator[_IndexRow]:
    """What the statements up to `count` call for. One that cannot be read calls for nothing but itself."""
    erased = Erasures(dialect, store, terms)
    after = 0
    while page := rows.page(dialect, store, after, _PAGE):
        for row in page:
            node = node_of(row, terms) if row.seq <= count else None
            if node is not None:
                yield from _of_statement(store, graph, terms, node)
            elif row.seq <= count:
                yield from _of_erased(row, erased)
        after = page[-1].seq
        graph.forget()


def _of_statement(store: int, graph: Graph, terms: Terms, node: Node) -> Iterator[_IndexRow]:
    links = node.links
    yield (node.seq, "statement", terms.number_of(VERB, links.verb))
    if links.refers is not None:
        yield (node.seq, "reference", links.refers, int(links.voids))
    wanted = LinkRows(store)
    wanted.add(node.seq, 0, links, known_numbers(terms, links), node.week)
    graph.lend(wanted, node, graph.path(node))
    for table, several in (
        ("verb", wanted.verbs),
        ("agent", wanted.agents),
        ("activity", wanted.activities),
        ("registration", wanted.registrations),
    ):
        for _, term, seq, via, *more in several:
            yield (seq, table, via, term, *more)


def _of_erased(row: rows.StatementRow, erased: Erasures) -> Iterator[_IndexRow]:
    """What was erased keeps its verb's number, and the word that it voided another."""
    yield (row.seq, "statement", row.verb)
    voids = erased.voided_by(bytes(row.id))
    if voids is not None:
        yield (row.seq, "reference", voids, 1)


def _brought_by_none(dialect: Dialect, store: int, graph: Graph, terms: Terms) -> Iterator[int]:
    """Statements that did not bring what is said to be theirs: a definition, or the bytes of a file."""
    said = _all(dialect, store, "lrs_definition", "seq, activity, digest")
    while some := list(islice(said, _PAGE)):
        nodes = graph.nodes(sorted({seq for seq, _, _ in some}))
        brought = {
            (node.seq, terms.number_of(ACTIVITY, iri), definitions.digest_of(raw))
            for node in nodes
            for iri, raw in definitions.said_by(node.links)
        }
        yield from (seq for seq, number, digest in some if (seq, number, digest) not in brought)
        graph.forget()
    yield from attachments.faults(dialect, store, partial(_named_by, dialect, store))


def _named_by(dialect: Dialect, store: int, seq: int) -> set[str]:
    """The files that a statement names."""
    row = next(iter(rows.page(dialect, store, seq - 1, 1)), None)
    try:
        return set() if row is None else attachments.hashes_of(read(row.unpacked()))
    except (Tampered, InvalidStatement):
        return set()
