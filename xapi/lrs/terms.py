"""The interned texts of a store: verbs, activities, agents and authorities, each stored once.

Numbers are given out under the lock on the chain's head and looked up in the database, never kept in
memory over a transaction: one that is rolled back would leave numbers behind that no row has.
"""

from __future__ import annotations

from collections.abc import Iterable

from xapi.errors import Tampered
from xapi.lrs.dialect import Dialect

VERB = 1
ACTIVITY = 2
AGENT = 3
AUTHORITY = 4

_REMEMBER = 100_000


class Terms:
    """Terms of one store within one transaction. `last` is the highest number given out."""

    def __init__(self, dialect: Dialect, store: int, last: int = 0) -> None:
        self._dialect = dialect
        self._store = store
        self._authorities: dict[int, str] = {}
        self._numbers: dict[tuple[int, str], int] = {}
        self.last = last

    def number_of(self, kind: int, value: str) -> int:
        """The number of a term, 0 if it was never used; read once."""
        if (kind, value) not in self._numbers:
            if len(self._numbers) >= _REMEMBER:
                self._numbers.clear()
            self._numbers[kind, value] = self._known(kind, [value]).get(value, 0)
        return self._numbers[kind, value]

    def numbers_of(self, kind: int, values: Iterable[str]) -> dict[str, int]:
        """The numbers of all these terms; new ones are stored. Call it under the head's lock."""
        wanted = sorted(values)
        numbers = self._known(kind, wanted)
        rows = []
        for value in wanted:
            if value not in numbers:
                self.last += 1
                numbers[value] = self.last
                rows.append((self._store, kind, value, self.last))
        self._dialect.insert("lrs_term", ("store", "kind", "value", "term"), rows)
        return numbers

    def authority(self, number: int) -> str:
        """The JSON of the agent that vouched for a statement; all are read at once, since they are few.

        Raises:
            Tampered: no authority has this number.
        """
        if number not in self._authorities:
            self._authorities = dict(
                self._dialect.execute(
                    "SELECT term, value FROM lrs_term WHERE store = ? AND kind = ?", [self._store, AUTHORITY]
                )
            )
        if number not in self._authorities:
            raise Tampered(f"authority {number} of the record store is missing")
        return self._authorities[number]

    def _known(self, kind: int, values: list[str]) -> dict[str, int]:
        """The numbers of those values that have one."""
        return dict(
            self._dialect.rows_among(
                "SELECT value, term FROM lrs_term WHERE store = ? AND kind = ? AND value IN",
                [self._store, kind],
                values,
            )
        )
