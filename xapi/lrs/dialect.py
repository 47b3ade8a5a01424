"""What differs between the two databases, behind the few calls the store makes.

The connection is the caller's, and so is its transaction: nothing here commits or rolls back.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import chain
from typing import Any, Protocol, TypeAlias

from xapi.errors import XapiError

Row: TypeAlias = tuple[Any, ...]
_CHUNK = 500
_COPY_FROM = 50
_HEAD = "SELECT store, seq, stored, hash, terms FROM lrs_head WHERE name = ?"
_ROWS_AT_ONCE = 64


class Dialect(Protocol):
    """SQL is written with `?` for parameters, and no other question mark."""

    name: str

    def execute(self, sql: str, parameters: Sequence[object] = ()) -> list[Row]:
        """Runs a statement and gives its rows."""

    def stream(self, sql: str, parameters: Sequence[object] = ()) -> Iterator[Row]:
        """The rows of a query one after the other, never all at once; others may be run meanwhile."""

    def insert(self, table: str, columns: Sequence[str], rows: Sequence[Row]) -> None:
        """Adds the rows."""

    def rows_among(self, sql: str, parameters: Sequence[object], values: Sequence[object]) -> list[Row]:
        """The rows of a query that ends in `column IN`, for any number of values; UPDATE and DELETE too."""

    def pairs_among(
        self, table: str, columns: tuple[str, str], store: int, pairs: Sequence[tuple[int, int]]
    ) -> list[Row]:
        """Those of any number of pairs that two columns of a store's table hold; its key begins with them."""

    def in_transaction(self) -> bool:
        """Says whether a transaction is open, or will be opened by the next statement."""

    def locked_head(self, name: str) -> list[Row]:
        """The head row of a store, if it is there, locked until the end of the transaction."""

    def lock_heads(self) -> None:
        """Keeps others from adding a head row until the end of the transaction."""


def dialect_of(connection: Any) -> Dialect:
    """The dialect of a DBAPI connection: sqlite3 or psycopg 3.

    Raises:
        XapiError: a connection of another driver.
    """
    if isinstance(connection, sqlite3.Connection):
        return Sqlite(connection)
    if type(connection).__module__.split(".")[0] == "psycopg":
        return Postgres(connection)
    raise XapiError(
        f"the store writes through sqlite3 or psycopg 3, not {type(connection).__module__}: "
        "hand in the driver's own connection"
    )


class Sqlite:
    """A `sqlite3.Connection`. The write lock is the whole file's: the caller says BEGIN IMMEDIATE."""

    name = "sqlite"

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def execute(self, sql: str, parameters: Sequence[object] = ()) -> list[Row]:
        return self._connection.execute(sql, tuple(parameters)).fetchall()

    def stream(self, sql: str, parameters: Sequence[object] = ()) -> Iterator[Row]:
        yield from self._connection.execute(sql, tuple(parameters))

    def insert(self, table: str, columns: Sequence[str], rows: Sequence[Row]) -> None:
        """Adds the rows, many to an INSERT: that halves the time of narrow ones."""
        whole = len(rows) - len(rows) % _ROWS_AT_ONCE
        if whole:
            groups = (rows[start : start + _ROWS_AT_ONCE] for start in range(0, whole, _ROWS_AT_ONCE))
            flat = [tuple(chain.from_iterable(group)) for group in groups]
            self._connection.executemany(_insert(table, tuple(columns), _ROWS_AT_ONCE), flat)
        if whole < len(rows):
            self._connection.executemany(_insert(table, tuple(columns)), rows[whole:])

    def rows_among(self, sql: str, parameters: Sequence[object], values: Sequence[object]) -> list[Row]:
        found: list[Row] = []
        for start in range(0, len(values), _CHUNK):
            some = values[start : start + _CHUNK]
            found += self.execute(f"{sql} ({','.join('?' * len(some))})", [*parameters, *some])
        return found

    def pairs_among(
        self, table: str, columns: tuple[str, str], store: int, pairs: Sequence[tuple[int, int]]
    ) -> list[Row]:
        found: list[Row] = []
        for start in range(0, len(pairs), _CHUNK):
            some = pairs[start : start + _CHUNK]
            values = f"VALUES {','.join(['(?,?)'] * len(some))}"
            # Pairs in an IN would walk all of the store; this looks each of them up.
            found += self.execute(
                _pairs(table, columns, values),
                [*chain.from_iterable(some), store],
            )
        return found

    def in_transaction(self) -> bool:
        return self._connection.in_transaction

    def locked_head(self, name: str) -> list[Row]:
        self.execute("UPDATE lrs_head SET seq = seq WHERE name = ?", [name])
        return self.execute(_HEAD, [name])

    def lock_heads(self) -> None:
        """Nothing to do: whoever writes has locked the whole file."""


class Postgres:
    """A `psycopg.Connection`. Many rows go by binary COPY straight into the table.

    That is safe only because the store has filtered repeats under the lock on the chain's head: a repeated
    id in a COPY would abort the caller's whole transaction.
    """

    name = "postgresql"

    def __init__(self, connection: Any) -> None:
        self._connection = connection

    def execute(self, sql: str, parameters: Sequence[object] = ()) -> list[Row]:
        cursor = self._connection.execute(_percent(sql), parameters)
        return cursor.fetchall() if cursor.description else []

    def stream(self, sql: str, parameters: Sequence[object] = ()) -> Iterator[Row]:
        with self._connection.cursor(name="lrs_stream") as cursor:
            yield from cursor.execute(_percent(sql), parameters)

    def insert(self, table: str, columns: Sequence[str], rows: Sequence[Row]) -> None:
        if not rows:
            return
        with self._connection.cursor() as cursor:
            if len(rows) < _COPY_FROM:
                cursor.executemany(_percent(_insert(table, tuple(columns))), rows)
                return
            copy = f"COPY {table} ({','.join(columns)}) FROM STDIN (FORMAT BINARY)"
            with cursor.copy(copy) as target:
                target.set_types([COLUMN_TYPES[column] for column in columns])
                for row in rows:
                    target.write_row(row)

    def rows_among(self, sql: str, parameters: Sequence[object], values: Sequence[object]) -> list[Row]:
        if not values:
            return []
        if not sql.startswith("SELECT"):
            return self.execute(sql.removesuffix("IN") + "= ANY(?)", [*parameters, list(values)])
        several = list(dict.fromkeys(values))
        kind = _ARRAYS[type(several[0])]
        return self.execute(_each(sql.removesuffix(" IN"), kind), [several, *parameters])

    def pairs_among(
        self, table: str, columns: tuple[str, str], store: int, pairs: Sequence[tuple[int, int]]
    ) -> list[Row]:
        if not pairs:
            return []
        ones, others = zip(*pairs, strict=True)
        values = "SELECT * FROM unnest(CAST(? AS bigint[]), CAST(? AS bigint[]))"
        return self.execute(_pairs(table, columns, values), [list(ones), list(others), store])

    def in_transaction(self) -> bool:
        status = self._connection.info.transaction_status
        return not self._connection.autocommit or status.name == "INTRANS"

    def locked_head(self, name: str) -> list[Row]:
        # Held from before the clock is read until the commit is seen: see drivers.PostgresDriver.is_quiet.
        self.execute("SELECT pg_advisory_xact_lock(hashtext('lrs_store'), hashtext(?))", [name])
        # One statement: a row that another adds between a lock and a reading would be read without a lock.
        return self.execute(f"{_HEAD} FOR UPDATE", [name])

    def lock_heads(self) -> None:
        # Not a lock on the table: whoever holds a head row would wait for it, and we for that row.
        self.execute("SELECT pg_advisory_xact_lock(hashtext('lrs_head'))")


COLUMN_TYPES = {
    "store": "int8",
    "seq": "int8",
    "stored": "int8",
    "verb": "int8",
    "agent": "int8",
    "activity": "int8",
    "authority": "int8",
    "term": "int8",
    "kind": "int8",
    "roles": "int8",
    "via": "int8",
    "week": "int8",
    "voids": "int8",
    "version": "int8",
    "size": "int8",
    "dictionary": "int8",
    "value": "text",
    "text": "text",
    "type": "text",
    "id": "bytea",
    "target": "bytea",
    "registration": "bytea",
    "digest": "int8",
    "sha2": "bytea",
    "content": "bytea",
    "salt": "bytea",
    "raw": "bytea",
    "hash": "bytea",
}
"""The PostgreSQL type of every column that is written."""


def _pairs(table: str, columns: tuple[str, str], values: str) -> str:
    one, other = columns
    return (
        f"WITH w (one, other) AS ({values}) SELECT w.one, w.other FROM w "  # noqa: S608 - our own names
        f"WHERE EXISTS (SELECT 1 FROM {table} t "
        f"WHERE t.store = ? AND t.{one} = w.one AND t.{other} = w.other LIMIT 1)"
    )


def _each(sql: str, kind: str) -> str:
    """A query for each of many values, by the index that has the value in it.

    Without fresh statistics `= ANY` is planned as a walk over all rows of a store.
    """
    return (
        f"SELECT found.* FROM unnest(CAST(? AS {kind}[])) AS wanted (value) "  # noqa: S608 - our own words
        f"CROSS JOIN LATERAL ({sql} = wanted.value OFFSET 0) AS found"
    )


_ARRAYS: dict[type, str] = {str: "text", bytes: "bytea", int: "bigint"}


@lru_cache(maxsize=256)
def _percent(sql: str) -> str:
    return sql.replace("?", "%s")


@lru_cache(maxsize=64)
def _insert(table: str, columns: tuple[str, ...], rows: int = 1) -> str:
    values = ",".join([f"({','.join('?' * len(columns))})"] * rows)
    return f"INSERT INTO {table} ({','.join(columns)}) VALUES {values}"  # noqa: S608 - our own names
