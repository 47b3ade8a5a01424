"""The tables of keys: the second version of the record store."""

from __future__ import annotations

CREATE: tuple[str, ...] = (
    # A revoked key keeps its row, so that its name never means somebody else, but loses its secret.
    """CREATE TABLE lrs_key (
        store TEXT NOT NULL,
        name TEXT NOT NULL,
        authority TEXT NOT NULL,
        scopes TEXT NOT NULL,
        cost BIGINT NOT NULL,
        salt {bytes},
        hash {bytes},
        made BIGINT NOT NULL,
        revoked BIGINT,
        PRIMARY KEY (store, name)
    )""",
    # A request names its key and not its store.
    "CREATE UNIQUE INDEX lrs_key_name ON lrs_key (name)",
    """CREATE TABLE lrs_token (
        store TEXT NOT NULL,
        hash {bytes} NOT NULL,
        name TEXT NOT NULL,
        scopes TEXT NOT NULL,
        expires BIGINT NOT NULL,
        PRIMARY KEY (store, hash)
    )""",
    "CREATE UNIQUE INDEX lrs_token_hash ON lrs_token (hash)",
    "CREATE INDEX lrs_token_expires ON lrs_token (expires)",
)
"""The statements that make them; see `xapi.lrs.schema`."""

TABLES: tuple[str, ...] = ("lrs_key", "lrs_token")
"""Their names."""
