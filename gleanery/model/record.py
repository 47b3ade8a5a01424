"""The audit log's rows, leases with fencing numbers, and the plugins' small store."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, Column, Index, LargeBinary, Text
from sqlmodel import Field as Col
from sqlmodel import SQLModel

from gleanery.model.types import UtcMicros


class Entry(SQLModel, table=True):
    """One line of the audit log. `detail` is canonical JSON text; it holds ids and codes, no foreign text.

    `hash` = chain over (previous hash, seq, at, sha256(salt + content)), see gleanery/audit.py; entries of
    version 0.1, without salt, were chained over their words themselves.
    """

    __tablename__ = "audit_entry"
    __table_args__ = (
        Index("audit_by_time", "at", "seq"),
        Index("audit_by_action", "action", "at", "seq"),
        Index("audit_by_actor", "actor", "at", "seq"),
        Index("audit_by_subject", "subject", "at", "seq"),
    )

    seq: int = Col(primary_key=True, sa_column_kwargs={"autoincrement": False})
    at: datetime = Col(sa_type=UtcMicros)
    action: str
    actor: str
    subject: str
    detail: str = Col(sa_column=Column(Text, nullable=False))
    salt: bytes | None = Col(default=None, sa_type=LargeBinary)
    hash: bytes = Col(sa_type=LargeBinary)


class AuditHead(SQLModel, table=True):
    """The last entry's number and hash: one row, locked by every writer of the log."""

    __tablename__ = "audit_head"

    id: int = Col(primary_key=True, sa_column_kwargs={"autoincrement": False})
    seq: int
    hash: bytes = Col(sa_type=LargeBinary)


class Lease(SQLModel, table=True):
    """Who does a piece of work until when; `fence` rises with every change of hands."""

    __tablename__ = "lease"

    name: str = Col(primary_key=True)
    holder: str
    fence: int
    until: datetime = Col(sa_type=UtcMicros)


class Kept(SQLModel, table=True):
    """A plugin's small store: a JSON value under (plugin, key), with expiry."""

    __tablename__ = "kept"

    plugin: str = Col(primary_key=True)
    key: str = Col(primary_key=True)
    value: Any = Col(sa_column=Column(JSON))
    expires_at: datetime | None = Col(default=None, sa_type=UtcMicros)
