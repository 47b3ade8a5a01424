"""What is kept about one target: its place in the record, what it may hold, what it refused.

Written in the caller's transaction. A change of the place is made only from the place that was read, so that
of two who forward to one target at once the later one writes nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any, NamedTuple
from uuid import UUID

from xapi.errors import XapiError
from xapi.lrs.dialect import Dialect, dialect_of
from xapi.lrs.rows import number_of


class Overtaken(XapiError):
    """Somebody else moved the target's place meanwhile; nothing of ours was written."""


class Place(NamedTuple):
    """Where a target is: everything up to `settled` is dealt with. Times are microseconds, None for never.

    `tries` failed in a row; `refused` statements were refused since the last that was taken; while `stopped`
    only a person has it tried again.
    """

    settled: int = 0
    tries: int = 0
    refused: int = 0
    stopped: int = 0
    next_try: int | None = None
    answered: int | None = None
    probed: int | None = None
    speaks: str = ""
    reason: str = ""


class Dead(NamedTuple):
    """A statement that a target refused; `died` in microseconds, `again` is 1 while it is to be sent anew."""

    seq: int
    status: int
    reason: str
    tries: int
    died: int
    again: int = 0


_PLACE = ", ".join(Place._fields)
_DEAD = ", ".join(Dead._fields)


class Ledger:
    """The rows of one target of one store."""

    def __init__(self, connection: Any, store: str, target: str) -> None:
        self._dialect: Dialect = dialect_of(connection)
        self.store = number_of(self._dialect, store) or 0
        self.target = target

    @property
    def _key(self) -> list[object]:
        return [self.store, self.target]

    # ------------------------------------------------------------------ the place

    def place(self) -> Place:
        """The target's place; the beginning where there is none yet."""
        found = self._dialect.execute(
            f"SELECT {_PLACE} FROM lrs_forward WHERE store = ? AND target = ?",  # noqa: S608 - our own names
            self._key,
        )
        return Place(*found[0]) if found else Place()

    def open(self) -> Place:
        """The target's place, made if there is none yet."""
        marks = ", ".join("?" * len(Place._fields))
        self._dialect.execute(
            f"INSERT INTO lrs_forward (store, target, {_PLACE}) VALUES (?, ?, {marks}) "  # noqa: S608
            "ON CONFLICT (store, target) DO NOTHING",
            [*self._key, *Place()],
        )
        return self.place()

    def move(self, before: Place, after: Place) -> Place:
        """Change the place. Raises: Overtaken if it is no longer at `before`."""
        columns = ", ".join(f"{name} = ?" for name in Place._fields)
        moved = self._dialect.execute(
            f"UPDATE lrs_forward SET {columns} "  # noqa: S608 - our own names
            "WHERE store = ? AND target = ? AND settled = ? AND tries = ? RETURNING settled",
            [*after, *self._key, before.settled, before.tries],
        )
        if not moved:
            raise Overtaken(f"somebody else forwards to {self.target}: let one of them do it")
        return after

    # ------------------------------------------------------------------ what it may hold

    def holds(self, seq: int) -> bool:
        """Whether the target may hold this statement."""
        return any(first <= seq <= last for first, last in self._before(seq + 1))

    def held_among(self, seqs: Sequence[int]) -> set[int]:
        """Those of these that the target may hold."""
        if not seqs:
            return set()
        first, last = min(seqs), max(seqs)
        runs = [*self._before(first), *self._between(first, last)]
        return {seq for seq in seqs if any(start <= seq <= end for start, end in runs)}

    def mark(self, seqs: Iterable[int]) -> None:
        """Note that the target may hold these from now on."""
        for first, last in _runs(sorted(seqs)):
            touching = [run for run in self._before(first) if run[1] >= first - 1]
            touching += self._between(first, last + 1)
            ends = [(first, last), *touching]
            self._replace(touching, [(min(a for a, _ in ends), max(b for _, b in ends))])

    def unmark(self, seq: int) -> None:
        """Note that the target does not hold this one."""
        for first, last in self._before(seq + 1):
            if first <= seq <= last:
                left = [(first, seq - 1), (seq + 1, last)]
                self._replace([(first, last)], [run for run in left if run[0] <= run[1]])

    def _before(self, seq: int) -> list[tuple[int, int]]:
        """The last run that begins before `seq`, if there is one."""
        found = self._dialect.execute(
            "SELECT first_seq, last_seq FROM lrs_forward_sent "
            "WHERE store = ? AND target = ? AND first_seq < ? ORDER BY first_seq DESC LIMIT 1",
            [*self._key, seq],
        )
        return [(row[0], row[1]) for row in found]

    def _between(self, first: int, last: int) -> list[tuple[int, int]]:
        """The runs that begin within these bounds."""
        found = self._dialect.execute(
            "SELECT first_seq, last_seq FROM lrs_forward_sent "
            "WHERE store = ? AND target = ? AND first_seq BETWEEN ? AND ?",
            [*self._key, first, last],
        )
        return [(row[0], row[1]) for row in found]

    def _replace(self, old: Sequence[tuple[int, int]], new: Sequence[tuple[int, int]]) -> None:
        for first, _ in old:
            self._dialect.execute(
                "DELETE FROM lrs_forward_sent WHERE store = ? AND target = ? AND first_seq = ?",
                [*self._key, first],
            )
        for run in new:
            self._dialect.execute(
                "INSERT INTO lrs_forward_sent (store, target, first_seq, last_seq) VALUES (?, ?, ?, ?)",
                [*self._key, *run],
            )

    # ------------------------------------------------------------------ what it refused

    def bury(self, dead: Dead) -> None:
        """Keep what was refused, in place of what was kept of it before."""
        self.unbury([dead.seq])
        marks = ", ".join("?" * len(Dead._fields))
        self._dialect.execute(
            f"INSERT INTO lrs_forward_dead (store, target, {_DEAD}) VALUES (?, ?, {marks})",  # noqa: S608
            [*self._key, *dead],
        )

    def unbury(self, seqs: Iterable[int]) -> None:
        """Forget that these were refused."""
        sql = "DELETE FROM lrs_forward_dead WHERE store = ? AND target = ? AND seq IN"
        self._dialect.rows_among(sql, self._key, list(seqs))

    def hush(self, seqs: Iterable[int]) -> None:
        """Empty the reasons for which these were refused."""
        sql = "UPDATE lrs_forward_dead SET reason = '' WHERE store = ? AND target = ? AND seq IN"
        self._dialect.rows_among(sql, self._key, list(seqs))

    def dead(self, after: int = 0, limit: int = 100, *, again: bool = False) -> list[Dead]:
        """What was refused, in order; with `again` only what is to be sent anew."""
        found = self._dialect.execute(
            f"SELECT {_DEAD} FROM lrs_forward_dead WHERE store = ? AND target = ? "  # noqa: S608
            f"AND seq > ? {'AND again = 1 ' if again else ''}ORDER BY seq LIMIT ?",
            [*self._key, after, limit],
        )
        return [Dead(*row) for row in found]

    def dead_among(self, seqs: Sequence[int]) -> set[int]:
        """Those of these that were refused."""
        sql = "SELECT seq FROM lrs_forward_dead WHERE store = ? AND target = ? AND seq IN"
        return {row[0] for row in self._dialect.rows_among(sql, self._key, seqs)}

    def raise_dead(self, seqs: Sequence[int] | None) -> int:
        """Have what was refused sent anew, all of it or these; returns how many."""
        update = "UPDATE lrs_forward_dead SET again = 1 WHERE store = ? AND target = ? AND "
        if seqs is None:
            return len(self._dialect.execute(f"{update} again = 0 RETURNING seq", self._key))
        return sum(
            len(self._dialect.execute(f"{update} seq = ? RETURNING seq", [*self._key, s])) for s in seqs
        )

    def count_dead(self) -> tuple[int, int]:
        """How many statements the target refused, and how many of them are to be sent anew."""
        sql = "SELECT count(*), sum(again) FROM lrs_forward_dead WHERE store = ? AND target = ?"
        number, again = self._dialect.execute(sql, self._key)[0]
        return int(number), int(again or 0)

    # ------------------------------------------------------------------ the record

    def changed(self, seqs: Sequence[int]) -> set[int]:
        """Those whose content was erased or redacted."""
        sql = "SELECT seq FROM lrs_statement WHERE store = ? AND content_hash IS NOT NULL AND seq IN"
        return {row[0] for row in self._dialect.rows_among(sql, [self.store], seqs)}

    def seqs_of(self, ids: Sequence[bytes]) -> dict[bytes, int]:
        """The seqs of those ids that the record knows, erased ones too."""
        sql = "SELECT id, seq FROM lrs_statement WHERE store = ? AND id IN"
        return {bytes(key): seq for key, seq in self._dialect.rows_among(sql, [self.store], ids)}

    def ids_of(self, seqs: Sequence[int]) -> dict[int, UUID]:
        """The ids of these statements."""
        sql = "SELECT seq, id FROM lrs_statement WHERE store = ? AND seq IN"
        return {seq: UUID(bytes=bytes(key)) for seq, key in self._dialect.rows_among(sql, [self.store], seqs)}

    def stored_at(self, seq: int) -> int | None:
        """When a statement was stored, in microseconds."""
        sql = "SELECT stored FROM lrs_statement WHERE store = ? AND seq = ?"
        found = self._dialect.execute(sql, [self.store, seq])
        return found[0][0] if found else None

    def targets(self) -> list[str]:
        """Every target this store ever had."""
        sql = "SELECT target FROM lrs_forward WHERE store = ? ORDER BY target"
        return [row[0] for row in self._dialect.execute(sql, [self.store])]


def _runs(seqs: Sequence[int]) -> Iterator[tuple[int, int]]:
    """Rising numbers as runs without gaps."""
    start = 0
    for place, seq in enumerate(seqs):
        if place + 1 == len(seqs) or seqs[place + 1] > seq + 1:
            yield seqs[start], seq
            start = place + 1
