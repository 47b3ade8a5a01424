"""The tables of documents: the second version of the record store."""

from __future__ import annotations

CREATE: tuple[str, ...] = (
    # place: the digest of what the document is about; key: the digest of its id there. Digests, since an index
    # entry of PostgreSQL holds less than an activity's address may have, and bytes, since a text holds no NUL.
    """CREATE TABLE lrs_document (
        store TEXT NOT NULL,
        place {bytes} NOT NULL,
        key {bytes} NOT NULL,
        kind TEXT NOT NULL,
        activity {bytes} NOT NULL,
        agent {bytes} NOT NULL,
        registration TEXT NOT NULL,
        name {bytes} NOT NULL,
        type TEXT NOT NULL,
        updated BIGINT NOT NULL,
        content {bytes} NOT NULL,
        PRIMARY KEY (store, place, key)
    )""",
)
"""The statements that make them; see `xapi.lrs.schema`."""

TABLES: tuple[str, ...] = ("lrs_document",)
"""Their names."""
