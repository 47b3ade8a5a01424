"""References between statements: who refers to whom is found by what the other is found by.

A statement has one object, so it refers to one other at most: what it reaches is a path, which ends where a
statement is missing, was erased, closes a circle, or after 32 steps. Each statement on the path lends its link
rows to the one it begins at. The target may come later: then all that refer to it, or to those that do, are
given its rows.
Source: xAPI 1.0.3, part three (Communication), 2.1.3 (filter conditions for StatementRefs).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import NamedTuple, Protocol

import msgspec

from xapi.errors import InvalidStatement, Tampered
from xapi.lrs.dialect import Dialect, Row
from xapi.lrs.linking import LinkRows, Numbers, known_numbers, numbers_of_one
from xapi.lrs.links import Links, Roles, identities_in, links_of, week_of
from xapi.lrs.rows import COLUMNS, StatementRow, moment
from xapi.lrs.terms import Terms
from xapi.validate import read

DEPTH = 32
"""How many steps a reference is followed."""

_PAGE = 200
_REFERENCE = ("store", "target", "seq", "voids")


class Arrival(Protocol):
    """A statement that has just been given its number."""

    @property
    def seq(self) -> int:
        """Its number."""

    @property
    def id(self) -> bytes:
        """Its id."""

    @property
    def links(self) -> Links:
        """What it is found by."""


class Node(NamedTuple):
    """A stored statement: its links, the week of its event, and the agents that vouch for it."""

    seq: int
    id: bytes
    links: Links
    week: int
    authority: Roles

    @property
    def lent(self) -> Links:
        """The links by which those that refer to it are found: its authority is one of its agents there."""
        agents = dict(self.links.agents)
        for agent, role in self.authority.items():
            agents[agent] = agents.get(agent, 0) | role
        return msgspec.structs.replace(self.links, agents=agents)


class Graph:
    """The statements of a store as far as they were asked for."""

    def __init__(
        self,
        dialect: Dialect,
        store: int,
        terms: Terms,
        numbers: Callable[[Terms, Links], Numbers] = known_numbers,
    ) -> None:
        """`numbers`: how the terms of lent rows are numbered, `numbers_of_one` where they are written."""
        self._dialect = dialect
        self._store = store
        self._terms = terms
        self._numbers = numbers
        self._by_id: dict[bytes, Node | None] = {}
        self._lent: dict[bytes, tuple[Links, Numbers]] = {}

    def node(self, statement_id: bytes) -> Node | None:
        """The statement of this id; None if it is missing, erased or unreadable."""
        if statement_id not in self._by_id:
            self._load("s.id IN", [statement_id])
        return self._by_id.setdefault(statement_id, None)

    def nodes(self, seqs: Sequence[int]) -> list[Node]:
        """The statements of these numbers that can be read."""
        return self._load("s.seq IN", seqs)

    def forget(self) -> None:
        """Lets go of what was read, where a walk over all statements would hold them all."""
        self._by_id.clear()
        self._lent.clear()

    def path(self, start: Node) -> Iterator[Node]:
        """The statements that one reaches, the nearest first."""
        seen = {start.id}
        following = start.links.refers
        while following is not None and following not in seen and len(seen) <= DEPTH:
            node = self.node(following)
            if node is None:
                return
            yield node
            seen.add(following)
            following = node.links.refers

    def referrers(self, ids: Iterable[bytes]) -> list[Node]:
        """The statements that reach any of these in 32 steps, each once; the nearest first."""
        found: dict[bytes, Node] = {}
        targets = list(ids)
        for _ in range(DEPTH):
            seqs = self._referring(targets)
            targets = []
            for node in self.nodes(sorted(seqs)):
                if node.id not in found:
                    found[node.id] = node
                    targets.append(node.id)
            if not targets:
                break
        return list(found.values())

    def lend(self, rows: LinkRows, to: Node, lenders: Iterable[Node]) -> None:
        """Adds the rows that statements on its path lend to a statement."""
        for lender in lenders:
            if lender.id not in self._lent:
                links = lender.lent
                self._lent[lender.id] = links, self._numbers(self._terms, links)
            rows.add(to.seq, lender.seq, *self._lent[lender.id], lender.week)

    def _referring(self, ids: list[bytes]) -> set[int]:
        found = self._dialect.rows_among(
            "SELECT seq FROM lrs_reference WHERE store = ? AND target IN", [self._store], ids
        )
        return {seq for (seq,) in found}

    def _load(self, condition: str, values: Sequence[object]) -> list[Node]:
        sql = f"SELECT {COLUMNS} FROM lrs_statement s WHERE s.store = ? AND {condition}"  # noqa: S608
        found = self._dialect.rows_among(sql, [self._store], values)
        nodes = [node for row in found if (node := node_of(StatementRow(*row), self._terms)) is not None]
        self._by_id.update((node.id, node) for node in nodes)
        return nodes


def node_of(row: StatementRow, terms: Terms) -> Node | None:
    """The statement of a row; None if it was erased or is unreadable."""
    try:
        return required_node_of(row, terms)
    except (Tampered, InvalidStatement, msgspec.MsgspecError):
        return None


def required_node_of(row: StatementRow, terms: Terms) -> Node:
    """The statement of a row. Raises an error if it was erased or is unreadable."""
    links = links_of(read(row.unpacked()))
    week = week_of(moment(row.stored)) if links.week is None else links.week
    return Node(row.seq, bytes(row.id), links, week, identities_in(terms.authority(row.authority)))


def write(dialect: Dialect, store: int, terms: Terms, fresh: Sequence[Arrival]) -> None:
    """Notes the references of new statements, and lends rows to all whose path has become longer."""
    is_referring = note(dialect, store, fresh)
    ids = {one.id for one in fresh}
    if not is_referring and not _is_awaited(dialect, store, ids):
        return
    graph = Graph(dialect, store, terms, numbers_of_one)
    begun = graph.nodes([one.seq for one in fresh if one.links.refers is not None])
    lent = LinkRows(store)
    for node in {node.seq: node for node in [*begun, *graph.referrers(ids)]}.values():
        path = list(graph.path(node))
        is_known = node.id not in ids
        first = next((place for place, one in enumerate(path) if one.id in ids), len(path))
        graph.lend(lent, node, path[first:] if is_known else path)
    lent.write(dialect)


def _is_awaited(dialect: Dialect, store: int, ids: set[bytes]) -> bool:
    """Says whether a statement refers to one of these; most stores hold no reference at all."""
    if not dialect.execute("SELECT 1 FROM lrs_reference WHERE store = ? LIMIT 1", [store]):
        return False
    awaited = "SELECT 1 FROM lrs_reference WHERE store = ? AND target IN"
    return bool(dialect.rows_among(awaited, [store], sorted(ids)))


def note(dialect: Dialect, store: int, statements: Iterable[Arrival]) -> bool:
    """Writes down who refers to whom; says whether anybody does."""
    rows: list[Row] = [
        (store, one.links.refers, one.seq, int(one.links.voids))
        for one in statements
        if one.links.refers is not None
    ]
    dialect.insert("lrs_reference", _REFERENCE, sorted(rows))
    return bool(rows)


def lend_all(dialect: Dialect, store: int, terms: Terms) -> None:
    """Lends all rows that references call for, where none has been lent yet."""
    graph = Graph(dialect, store, terms, numbers_of_one)
    seqs = sorted({seq for (seq,) in dialect.execute(_REFERRING, [store])})
    for start in range(0, len(seqs), _PAGE):
        lent = LinkRows(store)
        for node in graph.nodes(seqs[start : start + _PAGE]):
            graph.lend(lent, node, graph.path(node))
        lent.write(dialect)
        graph.forget()


_REFERRING = "SELECT DISTINCT seq FROM lrs_reference WHERE store = ?"
