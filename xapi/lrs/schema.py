"""The tables of the record store and their migrations.

All names begin with `lrs_`; the host application's own migrations leave them alone. Every table is keyed by
store first. What is looked for ends in `seq`, so every filter is a walk down an index.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from xapi.errors import XapiError
from xapi.lrs.dialect import Dialect, dialect_of
from xapi.lrs.reindex import rebuild
from xapi.lrs.tables import documents, forwarding, keys, statements

FIRST = (
    # One row a store: its name and the head of its chain.
    """CREATE TABLE lrs_head (
        store BIGINT PRIMARY KEY,
        name TEXT NOT NULL UNIQUE,
        seq BIGINT NOT NULL,
        stored BIGINT NOT NULL,
        hash {bytes} NOT NULL,
        terms BIGINT NOT NULL
    )""",
    # Verbs, activities, agents and authorities, each once: kind 1 to 4.
    """CREATE TABLE lrs_term (
        store BIGINT NOT NULL,
        kind BIGINT NOT NULL,
        value TEXT NOT NULL,
        term BIGINT NOT NULL,
        PRIMARY KEY (store, kind, value)
    ){clustered}""",
    # raw and salt are emptied by an erasure, which then fills content_hash: sha256(salt + received bytes).
    """CREATE TABLE lrs_statement (
        store BIGINT NOT NULL,
        seq BIGINT NOT NULL,
        id {bytes} NOT NULL,
        stored BIGINT NOT NULL,
        verb BIGINT NOT NULL,
        authority BIGINT NOT NULL,
        dictionary BIGINT NOT NULL,
        hash {bytes} NOT NULL,
        content_hash {bytes},
        salt {bytes},
        raw {bytes},
        PRIMARY KEY (store, seq)
    )""",
    "CREATE UNIQUE INDEX lrs_statement_id ON lrs_statement (store, id)",
    "CREATE INDEX lrs_statement_verb ON lrs_statement (store, verb, seq)",
    """CREATE TABLE lrs_statement_agent (
        store BIGINT NOT NULL,
        agent BIGINT NOT NULL,
        seq BIGINT NOT NULL,
        verb BIGINT NOT NULL,
        roles BIGINT NOT NULL,
        PRIMARY KEY (store, agent, seq)
    ){clustered}""",
    "CREATE INDEX lrs_statement_agent_verb ON lrs_statement_agent (store, agent, verb, seq)",
    """CREATE TABLE lrs_statement_activity (
        store BIGINT NOT NULL,
        activity BIGINT NOT NULL,
        seq BIGINT NOT NULL,
        verb BIGINT NOT NULL,
        roles BIGINT NOT NULL,
        PRIMARY KEY (store, activity, seq)
    ){clustered}""",
    # A voiding statement may come before the statement it voids.
    """CREATE TABLE lrs_void (
        store BIGINT NOT NULL,
        target {bytes} NOT NULL,
        seq BIGINT NOT NULL,
        PRIMARY KEY (store, target, seq)
    ){clustered}""",
)
_SECOND = (*statements.CREATE, *documents.CREATE, *keys.CREATE, *forwarding.CREATE)
_MIGRATIONS: tuple[tuple[tuple[str, ...], Callable[[Dialect], None]], ...] = (
    (FIRST, lambda _: None),
    (_SECOND, rebuild),
)
"""The statements of each version, and what then fills its tables."""

VERSION = len(_MIGRATIONS)
"""The version of the tables that this release reads and writes."""

TABLES = ("lrs_version", *statements.TABLES, *documents.TABLES, *keys.TABLES, *forwarding.TABLES)


def migrate(connection: Any) -> int:
    """Brings the tables to this release's version and returns it; a second call changes nothing.

    Works in the caller's transaction (sqlite3 or psycopg 3 connection) and does not commit.

    Raises:
        XapiError: the tables are of a newer release.
    """
    dialect = dialect_of(connection)
    dialect.execute("CREATE TABLE IF NOT EXISTS lrs_version (version BIGINT NOT NULL)")
    if dialect.name == "postgresql":
        dialect.execute("LOCK TABLE lrs_version IN EXCLUSIVE MODE")
    found = dialect.execute("SELECT max(version) FROM lrs_version")[0][0] or 0
    if found > VERSION:
        raise XapiError(
            f"the record store is of version {found}, this release knows {VERSION}: install the newer release"
        )
    for version in range(found + 1, VERSION + 1):
        creating, fill = _MIGRATIONS[version - 1]
        apply(dialect, creating)
        fill(dialect)
        dialect.execute("INSERT INTO lrs_version (version) VALUES (?)", [version])
    return VERSION


def apply(dialect: Dialect, creating: tuple[str, ...]) -> None:
    """Runs statements of a migration, in the words of the database."""
    words = {"bytes": "BYTEA", "clustered": ""}
    if dialect.name == "sqlite":
        words = {"bytes": "BLOB", "clustered": " WITHOUT ROWID"}
    for statement in creating:
        dialect.execute(statement.format(**words))
