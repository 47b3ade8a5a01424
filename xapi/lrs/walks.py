"""Walks down indexes: link rows, or the statements themselves, in the order of their numbers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from xapi.lrs.dialect import Dialect

ANY_ROLE = -1


class Link(NamedTuple):
    """What is looked for in a link table: a term, and the roles that count; None where it has no roles."""

    table: str
    term: object
    roles: int | None = None

    def condition(self, alias: str) -> tuple[str, list[object]]:
        """What a row of the table must meet."""
        met = f"{alias}.{self.table} = ?"
        if self.roles in (None, ANY_ROLE):
            return met, [self.term]
        return f"{met} AND ({alias}.roles & ?) <> 0", [self.term, self.roles]


class Walk:
    """One way down an index, by rows `l` of one store."""

    def __init__(self, table: str, store: int) -> None:
        self._table = table
        self._where = ["l.store = ?"]
        self._parameters: list[object] = [store]

    def keep(self, condition: str, parameters: Sequence[object]) -> None:
        """Keeps to the rows that meet a condition."""
        self._where.append(condition)
        self._parameters += parameters

    def keep_linked(self, links: Sequence[Link], via: str) -> None:
        """Keeps to the statements that have these links too, all of the same `via`."""
        for link in links:
            met, parameters = link.condition("m")
            self.keep(
                f"EXISTS (SELECT 1 FROM lrs_statement_{link.table} m "  # noqa: S608 - our own names
                f"WHERE m.store = l.store AND {met} AND m.seq = l.seq AND m.via = {via})",
                parameters,
            )

    def keep_where(self, condition: str, parameters: Sequence[object]) -> None:
        """Keeps to the statements `s` that meet a condition."""
        self.keep(
            "EXISTS (SELECT 1 FROM lrs_statement s "  # noqa: S608 - our own names
            f"WHERE s.store = l.store AND s.seq = l.seq AND {condition})",
            parameters,
        )

    def keep_vouched(self, authorities: Sequence[int]) -> None:
        """Keeps to the statements of these authorities."""
        self.keep(_vouched("l.seq", authorities), authorities)

    def keep_lent(self, authorities: Sequence[int]) -> None:
        """Keeps to a statement's own links and to those of statements of these authorities."""
        self.keep(f"(l.via = 0 OR {_vouched('l.via', authorities)})", authorities)

    def page(self, dialect: Dialect, low: int, high: int | None, limit: int, order: str) -> list[int]:
        """The next numbers between the two, both exclusive; each once, though several rows have it."""
        bounds, parameters = ["l.seq > ?"], [low]
        if high is not None:
            bounds, parameters = [*bounds, "l.seq < ?"], [low, high]
        sql = (
            f"SELECT DISTINCT l.seq FROM {self._table} l "  # noqa: S608 - our own names
            f"WHERE {' AND '.join([*self._where, *bounds])} ORDER BY l.seq {order} LIMIT ?"
        )
        return [seq for (seq,) in dialect.execute(sql, [*self._parameters, *parameters, limit])]


def _vouched(seq: str, authorities: Sequence[int]) -> str:
    marks = ",".join("?" * len(authorities))
    return (
        "EXISTS (SELECT 1 FROM lrs_statement a "  # noqa: S608 - our own names
        f"WHERE a.store = l.store AND a.seq = {seq} AND a.authority IN ({marks}))"
    )


def along_links(store: int, links: Sequence[Link], verb: int | None) -> Walk:
    """The walk by the first link: all that is looked for lies in rows of one statement and one `via`.

    `verb`: looked for beside the links, whose rows all tell it.
    """
    leading, *others = links
    walk = Walk(f"lrs_statement_{leading.table}", store)
    walk.keep(*leading.condition("l"))
    if verb is not None:
        walk.keep("l.verb = ?", [verb])
    walk.keep_linked(others, "l.via")
    return walk


def along_statements(store: int, links: Sequence[Link], verb: int | None, authority: int | None) -> Walk:
    """The walk by the statements themselves: those of one authority or all, and by their own links."""
    walk = Walk("lrs_statement", store)
    if authority is not None:
        walk.keep("l.authority = ?", [authority])
    if verb is not None:
        walk.keep("l.verb = ?", [verb])
    walk.keep_linked(links, "0")
    return walk
