"""The interned texts of a store: verbs, activities, agents and authorities, each stored once.

Numbers are given out under the lock on the chain's head and looked up in the database, never kept in
memory over a transaction: one that is rolled back would leave numbers behind that no row has.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable

from xapi.errors import Tampered
from xapi.lrs.dialect import Dialect

VERB = 1
ACTIVITY = 2
AGENT = 3
AUTHORITY = 4

_TERM = ("store", "kind", "value", "term")
_REMEMBER = 100_000
_LONGEST = 500
"""Characters: an index entry of PostgreSQL holds at most 2,704 bytes."""


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
            self._numbers[kind, value] = self.known(kind, [value]).get(value, 0)
        return self._numbers[kind, value]

    def numbers_of(self, kind: int, values: Iterable[str]) -> dict[str, int]:
        """The numbers of all these terms; new ones are stored. Call it under the head's lock."""
        wanted = sorted(values)
        numbers = self.known(kind, wanted)
        rows, long = [], []
        for value in wanted:
            if value in numbers:
                continue
            self.last += 1
            numbers[value] = self.last
            self._numbers.pop((kind, value), None)
            key = key_of(value)
            if key == value or kind == AGENT:
                rows.append((self._store, kind, key, self.last))
            else:
                long.append((self._store, kind, key, self.last, value))
        self._dialect.insert("lrs_term", _TERM, rows)
        self._dialect.insert("lrs_term", (*_TERM, "text"), long)
        return numbers

    def delete(self, kind: int, value: str) -> None:
        """Deletes a term that no row has any more."""
        self._dialect.execute(
            "DELETE FROM lrs_term WHERE store = ? AND kind = ? AND value = ?",
            [self._store, kind, key_of(value)],
        )
        self._numbers.pop((kind, value), None)

    def known(self, kind: int, values: Iterable[str]) -> dict[str, int]:
        """The numbers of those values that have one."""
        keys = {key_of(value): value for value in values}
        found = self._dialect.rows_among(
            "SELECT value, term FROM lrs_term WHERE store = ? AND kind = ? AND value IN",
            [self._store, kind],
            list(keys),
        )
        return {keys[key]: term for key, term in found}

    def authority(self, number: int) -> str:
        """The JSON of the agent that vouched for a statement.

        Raises:
            Tampered: no authority has this number.
        """
        if number not in self._authorities:
            self._authorities = self.authorities()
        if number not in self._authorities:
            raise Tampered(f"authority {number} of the record store is missing")
        return self._authorities[number]

    def authorities(self) -> dict[int, str]:
        """All authorities by their number; they are few."""
        return dict(
            self._dialect.execute(
                "SELECT term, COALESCE(text, value) FROM lrs_term WHERE store = ? AND kind = ?",
                [self._store, AUTHORITY],
            )
        )


def key_of(value: str) -> str:
    """What a term is looked up by: itself, or a digest of what is too long or holds a NUL.

    The digest begins with a space, as no term does.
    """
    if len(value) <= _LONGEST and "\0" not in value:
        return value
    return " " + hashlib.sha256(value.encode()).hexdigest()
