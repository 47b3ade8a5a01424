"""Connections to the database: how they are pooled, what they are told at first, and how each transaction begins."""

from __future__ import annotations

import sqlite3
from pathlib import Path
from typing import Any
from urllib.parse import quote

from sqlalchemy import Connection, Engine, create_engine, event, make_url
from sqlalchemy.exc import ArgumentError

from gleanery.errors import ConfigError

CONNECTIONS = 48
"""As many as the threads that answer pages (40, anyio's limit), and some for the clock and what runs beside it."""

PATIENCE_MS = 10_000
"""How long a writer waits for another."""


def engine_of(url: str) -> Engine:
    """The engine; its errors never show the values of a statement, which may be words or secrets."""
    try:
        if not url.startswith("sqlite"):
            return create_engine(url, pool_pre_ping=True, hide_parameters=True, **_pool(url))
        waiting = {"timeout": 10.0, "check_same_thread": False}
        engine = create_engine(url, connect_args=waiting, hide_parameters=True, **_pool(url))
    except (ArgumentError, ValueError, ImportError):
        raise ConfigError(
            "`database` holds no address that can be used.",
            remedy="Write sqlite:////folder/file.db or postgresql://user@host/name.",
        ) from None
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def _pool(url: str) -> dict[str, int]:
    """How many connections are kept and how many more may be opened; one in memory cannot be shared at all."""
    if make_url(url).database in (None, "", ":memory:"):
        return {}
    return {"pool_size": 16, "max_overflow": CONNECTIONS - 16}


def reading_engine(url: str) -> Engine:
    """An engine that cannot write."""
    plain = engine_of(url)
    if plain.dialect.name != "sqlite":
        options = {"options": "-c default_transaction_read_only=on"}
        return create_engine(url, pool_pre_ping=True, hide_parameters=True, connect_args=options)
    path = Path(plain.url.database or "")
    engine = create_engine(url, creator=lambda: _connect_reading(path), hide_parameters=True)
    event.listen(engine, "begin", lambda connection: connection.exec_driver_sql("BEGIN"))
    return engine


def _connect_reading(path: Path) -> sqlite3.Connection:
    """A connection that reads and leaves nothing behind.

    SQLite makes an index (`-shm`) of its write-ahead log even to read, and one that a reading account made could
    lock the writing one out. Where there is neither an index nor a log, nobody has the database open, and
    `immutable` spares both; where there are, they are used as their writer left them.
    """
    index, log = (path.with_name(path.name + end) for end in ("-shm", "-wal"))
    at_rest = not index.exists() and not (log.exists() and log.stat().st_size)
    address = f"file:{quote(str(path.absolute()))}?mode=ro{'&immutable=1' if at_rest else ''}"
    connection = sqlite3.connect(address, uri=True, timeout=10.0, check_same_thread=False)
    try:
        connection.isolation_level = None
        connection.execute("PRAGMA query_only=ON")
    except sqlite3.Error:
        connection.close()
        raise
    return connection


def _prepare_sqlite(connection: sqlite3.Connection, _: Any) -> None:
    connection.isolation_level = None
    for pragma in (
        "journal_mode=WAL",
        "synchronous=FULL",
        f"busy_timeout={PATIENCE_MS}",
        "foreign_keys=ON",
        "secure_delete=ON",
    ):
        connection.execute(f"PRAGMA {pragma}")


def _begin_sqlite(connection: Connection) -> None:
    """Begin as this connection was asked to; how it waits for the disk is said each time, for it is used again."""
    options = connection.get_execution_options()
    writing = options.get("gleanery_writing", True)
    if writing:
        connection.exec_driver_sql(
            f"PRAGMA synchronous={'FULL' if options.get('gleanery_waits', True) else 'NORMAL'}"
        )
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writing else "BEGIN")
