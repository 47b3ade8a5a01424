"""How connections of the two databases are opened, begun and understood when they fail."""

from __future__ import annotations

import errno
import sqlite3
from datetime import UTC, datetime
from typing import Any, Protocol

from xapi.errors import Busy, StoreFull, XapiError

_PRAGMAS = (
    "journal_mode = WAL",
    "synchronous = FULL",
    "foreign_keys = ON",
    "secure_delete = ON",
)


_REFUSED = (
    sqlite3.SQLITE_IOERR_WRITE,
    sqlite3.SQLITE_IOERR_FSYNC,
    sqlite3.SQLITE_IOERR_TRUNCATE,
    sqlite3.SQLITE_IOERR_SHMSIZE,
)
"""How SQLite tells of a quota or of the largest size of a file; a full disk has a code of its own."""


class Driver(Protocol):
    """One kind of database at one address."""

    def open(self) -> Any:
        """A new connection that begins nothing by itself."""

    def begin(self, connection: Any, *, writing: bool) -> None:
        """Begins a transaction: a snapshot to read from, or one that holds the writer's lock."""

    def is_usable(self, connection: Any) -> bool:
        """Says whether a connection that failed can be used again; ends its transaction."""

    def told(self, error: Exception) -> XapiError | None:
        """The error in our words where its catcher can act on it."""

    def now(self, connection: Any) -> datetime:
        """The time by the one clock that all writers of this database share."""

    def is_quiet(self, connection: Any, store: str) -> bool:
        """Says whether at this moment nobody is writing into the store."""


class SqliteDriver:
    """A SQLite file."""

    def __init__(self, path: str, patience: float) -> None:
        self._path = path
        self._patience = patience

    def open(self) -> sqlite3.Connection:
        connection = sqlite3.connect(
            self._path,
            timeout=self._patience,
            isolation_level=None,
            check_same_thread=False,
            cached_statements=256,
        )
        try:
            for pragma in _PRAGMAS:
                connection.execute(f"PRAGMA {pragma}")
        except sqlite3.Error:  # not a database, or one that may not be written
            connection.close()
            raise
        return connection

    def begin(self, connection: Any, *, writing: bool) -> None:
        connection.execute("BEGIN IMMEDIATE" if writing else "BEGIN")

    def is_usable(self, connection: Any) -> bool:
        if connection.in_transaction:
            connection.rollback()
        return True

    def told(self, error: Exception) -> XapiError | None:
        if isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EDQUOT):
            return StoreFull()
        code = getattr(error, "sqlite_errorcode", None)
        if code is None:
            return None
        if code & 0xFF == sqlite3.SQLITE_FULL or code in _REFUSED:
            return StoreFull()
        if code & 0xFF in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
            return Busy("another program has held the database for too long")
        if code & 0xFF == sqlite3.SQLITE_CANTOPEN:
            return XapiError(
                f"{self._path} cannot be opened: check that its folder exists and may be written"
            )
        return None

    def now(self, connection: Any) -> datetime:
        return datetime.now(UTC)

    def is_quiet(self, connection: Any, store: str) -> bool:
        """Whoever writes holds the lock on the whole file; having it for a moment proves that nobody does."""
        connection.execute("PRAGMA busy_timeout = 0")
        try:
            connection.execute("BEGIN IMMEDIATE")
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY:
                raise
            return False
        finally:
            connection.execute(f"PRAGMA busy_timeout = {round(self._patience * 1000)}")
        connection.execute("ROLLBACK")
        return True


class PostgresDriver:
    """A PostgreSQL database, by psycopg 3."""

    def __init__(self, address: str, patience: float) -> None:
        self._address = address
        self._patience = patience

    def open(self) -> Any:
        import psycopg  # not needed, and maybe not installed, where SQLite is used

        options = f"-c lock_timeout={round(self._patience * 1000)} -c synchronous_commit=on"
        try:
            return psycopg.connect(self._address, autocommit=True, options=options)
        except psycopg.ProgrammingError:  # it quotes what it cannot read, which may be the password
            raise XapiError("the address of the database is malformed: postgresql://USER@HOST/NAME") from None

    def begin(self, connection: Any, *, writing: bool) -> None:
        connection.execute("BEGIN" if writing else "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")

    def is_usable(self, connection: Any) -> bool:
        if not connection.closed:
            connection.rollback()
        return not connection.closed

    def told(self, error: Exception) -> XapiError | None:
        import psycopg

        if not isinstance(error, psycopg.Error):
            return None
        state = error.sqlstate or ""
        if state in ("53100", "53400"):
            return StoreFull()
        if state in ("55P03", "40001", "40P01", "53300"):
            return Busy("another program has held the database for too long")
        if state[:2] in ("08", "57") or (not state and isinstance(error, psycopg.OperationalError)):
            return Busy("the database server does not answer", retry_after=5)
        return None

    def now(self, connection: Any) -> datetime:
        """The server's clock, since writers may sit on several machines."""
        found: datetime = connection.execute("SELECT clock_timestamp()").fetchone()[0]
        return found.astimezone(UTC)

    def is_quiet(self, connection: Any, store: str) -> bool:
        """Writers hold this lock from before they read the clock until their commit is seen by all."""
        sql = "SELECT pg_try_advisory_xact_lock_shared(hashtext('lrs_store'), hashtext(%s))"
        return bool(connection.execute(sql, [store]).fetchone()[0])
